"""Which model obeys best: the same smile and turn asked of the VAE, the GAN and the diffusion model.

python benchmarks/one_wish.py --photos PATH [--faces 64]

Each face is asked for -2 to 2 in steps of 1, one name at a time, and read by weights/face_attributes, which
was trained on labelled photos and saw none of the models. Writes weights/diffusion_faces/one_wish.json, which
the app shows, with the checksums of all weights. The photos are for the unit of sharpness alone.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor
from tqdm import tqdm

from generative import gan, weights
from generative.diffusion import faces, model, trio, wishes
from generative.diffusion.trio import NAMES, Figures, Obeyed
from generative.training.data import load_photos
from generative.training.directions import STEPS, held
from generative.training.gan_directions import slope
from generative.vae.measure import sharpness

TIMED = 12  # faces


def one_by_one(make: Callable[[int, list[float]], Tensor], seeds: list[int], steps: list[float]) -> Tensor:
    return torch.stack([make(seed, steps) for seed in seeds])


def by_diffusion(seeds: list[int], steps: list[float]) -> Tensor:
    """In batches, which changes no face."""
    return faces.sample(seeds, wishes.wish(dict(zip(NAMES, steps, strict=True))))


MAKE = {
    "vae": lambda seeds, steps: one_by_one(trio.by_vae, seeds, steps),
    "gan": lambda seeds, steps: one_by_one(trio.by_gan, seeds, steps),
    "diffusion": by_diffusion,
}


@torch.no_grad()
def read(x: Tensor) -> Tensor:
    """What the judge reads of faces (N, 3, 64, 64): (N, K)."""
    return gan.quality.attributes()(x)


def obeyed(name: str, make: Callable, seeds: list[int]) -> Obeyed:
    """How a model answers one name."""
    ways = [[step if name == other else 0.0 for other in NAMES] for step in STEPS]
    seen = torch.stack([read(make(seeds, way)) for way in tqdm(ways, desc=name)])
    k = gan.quality.attributes().config.labels.index(name)
    found = held(seen, k)
    return Obeyed(round(found.correlation, 3), round(slope(seen, k), 3), round(found.others, 3))


def seconds(make: Callable) -> float:
    """Of the processor for one face alone, the median: what else the machine does counts less."""
    took = []
    for seed in range(TIMED):
        start = time.process_time()
        make([seed], [0.5, -0.5])
        took.append(time.process_time() - start)
    return round(statistics.median(took), 3)


def main() -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--photos", type=Path, required=True, help="aligned photos")
    parser.add_argument("--faces", type=int, default=64)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    unit = sharpness(load_photos(arguments.photos, 64, "val").pictures.float() / 255)
    seeds, models = list(range(arguments.faces)), {}
    for name, make in MAKE.items():
        told = {wish: obeyed(wish, make, seeds) for wish in NAMES}
        sharp = round(sharpness(make(seeds, [0.0, 0.0])) / unit, 3)
        models[name] = Figures({wish: o._asdict() for wish, o in told.items()}, sharp, seconds(make))
        print(name, models[name])
    stored = {"weights": trio.marks(), "faces": len(seeds)}
    stored["models"] = {name: found._asdict() for name, found in models.items()}
    (weights.WEIGHTS / model.NAME / trio.FILE).write_text(json.dumps(stored, indent=1) + "\n")


if __name__ == "__main__":
    main()
