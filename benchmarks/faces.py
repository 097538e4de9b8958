"""One face on one CPU thread: VAE decoder, VAE encoder and GAN generator against a JPEG of the same face.

python benchmarks/faces.py
"""

import statistics
import time
from collections.abc import Callable

import torch

from generative import gan, vae
from generative.pictures import data_url, to_image


def milliseconds(work: Callable[[], object], runs: int = 60) -> float:
    """Median over `runs`, after a warm-up."""
    for _ in range(5):
        work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def main() -> None:
    torch.set_num_threads(1)
    z = vae.model.random_z(0)
    image = to_image(vae.model.decode(z))
    w = gan.model.to_w(torch.randn(1, gan.model.load().config.z_dim))
    jpeg = milliseconds(lambda: data_url(image, 256))
    rows = {
        "VAE decoder": lambda: vae.model.decode(z),
        "VAE encoder and decoder": lambda: vae.model.encode(image),
        "GAN generator": lambda: gan.model.faces(w),
        "slider move: decoder, resizing, JPEG": lambda: vae.model.picture(z),
    }
    print(f"resizing to 256 px and JPEG (the yardstick): {jpeg:.1f} ms")
    for name, work in rows.items():
        took = milliseconds(work)
        print(f"{name}: {took:.1f} ms, {took / jpeg:.1f} times the yardstick")


if __name__ == "__main__":
    main()
