"""How good generated faces are: Frechet distance, precision and recall, sharpness, nearest training photo.

python benchmarks/face_quality.py --photos PATH [--faces 2000] [--only diffusion --bf16]

Features: weights/face_attributes, where it leaves those of the training photos. Writes
weights/gan_faces/quality.json and, beside each GAN, versions.json, which the app shows, and their cards
anew. Faces are drawn without truncation: the VAE's from N(0, I) and, as "vae_near", from the
mixture where the training faces' codes lie, the GANs' with psi = 1, the diffusion
model's by the walk that serves (`faces.FAST`), nothing told. --only measures one model and keeps what was
stored of the others, on as many faces.
"""

import argparse
import json
from pathlib import Path

import torch
from torch import Tensor
from tqdm import tqdm

from generative import gan, vae, weights
from generative.device import noise
from generative.diffusion import faces
from generative.gan.quality import Figures
from generative.training import diffusion_card, gan_card
from generative.training.data import load_photos
from generative.vae.measure import sharpness

SEED = 0
NEAR = "vae_near"  # the VAE's faces near the training faces
DIFFUSION_SEED = 2_000_000  # other seeds than the walk was chosen on


def drawn(model: str, n: int) -> Tensor:
    """n faces (n, 3, 64, 64) in [0, 1]."""
    if model == "diffusion":
        seeds = range(DIFFUSION_SEED, DIFFUSION_SEED + n)
        rows = tqdm(range(0, n, faces.AT_ONCE), desc=model)
        return torch.cat([faces.sample(seeds[i : min(i + faces.AT_ONCE, n)]) for i in rows])
    if model == NEAR:
        return vae.model.faces(torch.tensor([vae.model.mixture_z(seed) for seed in range(n)]))
    z_dim = (vae.model if model == "vae" else gan.model).load().config.z_dim
    rows = tqdm(noise(SEED, n, z_dim).split(16), desc=model)
    make = vae.model.faces if model == "vae" else lambda z: gan.model.faces(gan.model.to_w(z))
    return torch.cat([make(z) for z in rows])


class Photos:
    """Training and held-out photos, and what the network sees in them."""

    def __init__(self, path: Path):
        train, held_out = (load_photos(path, 64, split).pictures for split in ("train", "val"))
        self.held_out = held_out.float() / 255
        self.train, self.val = gan.quality.features(train), gan.quality.features(held_out)
        self.near = gan.quality.nearest(self.val, self.train).median()
        self.halves = self.train[noise(SEED, len(self.train)).argsort()]

    def floor(self, n: int) -> float:
        """Frechet distance of n training photos to as many others: what sampling alone makes of it."""
        return gan.quality.frechet(self.halves[:n], self.halves[n : 2 * n])


def measure(x: Tensor, photos: Photos) -> Figures:
    """Faces x against as many training photos."""
    seen, real = gan.quality.features(x), photos.halves[: len(x)]
    near = float(gan.quality.nearest(seen, photos.train).median() / photos.near)
    return Figures(
        sharpness(x) / sharpness(photos.held_out),
        gan.quality.frechet(seen, real),
        gan.quality.covered(real, seen),
        gan.quality.covered(seen, real),
        near,
        gan.quality.spread(seen) / gan.quality.spread(real),
    )


def rounded(figures: Figures) -> dict[str, float]:
    return {name: round(value, 4) for name, value in figures._asdict().items()}


def versions(name: str, n: int, photos: Photos) -> dict:
    """Every shipped version of a GAN: images seen and its figures, on n faces each."""
    z, rows = noise(SEED, n, gan.model.load().config.z_dim), []
    for i, moment in enumerate(gan.timelapse.moments(name)):
        G = gan.timelapse.load_moment(i, name)
        x = torch.cat(
            [
                gan.model.faces(gan.model.to_w(part, G=G), G=G)
                for part in tqdm(z.split(16), desc=f"{name} {i}")
            ]
        )
        rows.append({"images": moment.images, **rounded(measure(x, photos))})
    mark = weights.checksum(weights.WEIGHTS / name / "generator_ema.safetensors")
    return {"weights": mark, "faces": n, "floor": round(photos.floor(n), 3), "rows": rows}


def main() -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--photos", type=Path, required=True, help="aligned photos with train/ and val/")
    parser.add_argument("--faces", type=int, default=2000, help="of each model; at most half the photos")
    parser.add_argument("--moments", type=int, default=500, help="faces of every shipped version of a GAN")
    parser.add_argument("--bf16", action="store_true", help="on a CPU with AMX: the figures are the same")
    parser.add_argument("--only", choices=tuple(gan.quality.MODELS))
    args = parser.parse_args()
    photos = Photos(args.photos)
    if not args.only:
        gan.quality.save_training_photos(photos.train, photos.val)
    store(args, photos)
    diffusion_card.write()
    for name in () if args.only else (gan.model.NAME, gan.timelapse.COLLAPSED):
        found = versions(name, args.moments, photos)
        (weights.WEIGHTS / name / gan.quality.VERSIONS).write_text(json.dumps(found) + "\n")
        gan_card.write(name)


def store(args: argparse.Namespace, photos: Photos) -> None:
    """quality.json: every model's figures, or those of one anew."""
    file = weights.WEIGHTS / gan.model.NAME / gan.quality.FILE
    stored = json.loads(file.read_text()) if args.only else {"weights": {}, "faces": args.faces}
    stored["floor"] = round(photos.floor(stored["faces"]), 3)
    for model in [args.only] if args.only else gan.quality.MODELS:
        with torch.autocast("cpu", torch.bfloat16, enabled=args.bf16 and model == "diffusion"):
            x = drawn(model, stored["faces"]).float()
        stored[model] = rounded(measure(x, photos))
        stored["weights"][model] = gan.quality.marks(model)
        print(model, stored[model], "floor", stored["floor"])
        if model == "vae":
            stored[NEAR] = rounded(measure(drawn(NEAR, stored["faces"]), photos))
            print(NEAR, stored[NEAR])
    file.write_text(json.dumps(stored) + "\n")


if __name__ == "__main__":
    main()
