"""Ways to train the GAN, each from scratch and for the same processor time: what pays on this machine?

python -m generative.training.gan_trials --photos PATH --minutes 20 [--only growing]

usual: the recipe of gan.py. larger_d: a discriminator of half as many channels again. growing: 16 x 16 pixels
for a quarter of the time, 32 for a quarter, then 64 (Karras et al. 2018, https://arxiv.org/abs/1710.10196,
sec. 2): what was learned stays, a new size adds nothing to the picture at first, and D begins it with new
layers. Every few minutes it prints, and writes to runs/gan_trials/NAME/metrics.csv, the Frechet distance of
1,000 faces of the moving average to the training photos, on the features of weights/face_attributes.

It does not know what more time would bring: all stop early.
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from generative import gan
from generative.device import best_device, noise
from generative.gan.model import GanConfig
from generative.training import checkpoint
from generative.training.data import load_photos
from generative.training.gan import CPU, GanRecipe, Players, save_sheet, train

FACES = 1000
USUAL = CPU[0]
TRIALS = {  # the networks one after another, each with its share of the time
    "usual": ((1.0, USUAL),),
    "larger_d": ((1.0, replace(USUAL, d_channels=(288, 192, 144, 48, 24))),),
    "growing": tuple(
        (share, replace(USUAL, g_channels=USUAL.g_channels[:n], d_channels=USUAL.d_channels[:n]))
        for share, n in ((0.25, 3), (0.25, 4), (0.5, 5))
    ),
}


def grow(small: Players, config: GanConfig, recipe: GanRecipe, device: torch.device) -> Players:
    """Players of twice the size that know what the small ones know; Adam begins anew."""
    large = Players(config, recipe, device)
    for name in ("G", "G_ema"):
        G = getattr(large, name)
        G.load_state_dict(
            G.state_dict() | getattr(small, name).state_dict()
        )  # the larger one has more layers
        torch.nn.init.zeros_(G.to_rgb[-1].conv.weight)
    known = {}
    for key, value in small.D.state_dict().items():
        part, _, rest = key.partition(".")
        if part == "blocks":
            i, _, rest = rest.partition(".")
            key = f"blocks.{int(i) + 1}.{rest}"
        if part != "from_rgb":
            known[key] = value
    large.D.load_state_dict(large.D.state_dict() | known)
    return large


@torch.no_grad()
def frechet(p: Players, photos: Tensor) -> float:
    """Of FACES faces of the average, at 64 px, to the photos' features (N, d)."""
    G = p.G_ema.eval()
    z = noise(0, FACES, G.mapping.w_avg.numel()).to(G.mapping.w_avg.device)
    faces = torch.cat([gan.model.to_unit(G(part)).cpu() for part in z.split(50)])
    if faces.shape[-1] < 64:
        faces = F.interpolate(faces, size=64, mode="bilinear", align_corners=False)
    return gan.quality.frechet(gan.quality.features(faces), photos)


def steps(trial: str, recipe: GanRecipe, photos: Tensor, args: argparse.Namespace) -> Iterator[tuple]:
    """(processor seconds of training, images, players) after every step."""
    images, spent, p = 0, 0.0, None
    for share, config in TRIALS[trial]:
        p = grow(p, config, recipe, args.device) if p else Players(config, recipe, args.device)
        small = F.avg_pool2d(photos.float(), 64 // config.resolution).round().byte()
        end, tick = spent + share * args.minutes * 60, time.process_time()
        for step in train(p, recipe, small, args.seed, images):
            spent += time.process_time() - tick  # measuring, in between, takes none of it
            yield spent, step.images, p
            images, tick = step.images, time.process_time()
            if spent > end:
                break


def run(trial: str, recipe: GanRecipe, photos: Tensor, args: argparse.Namespace) -> None:
    """One trial; a row every args.save_minutes of training and at its end."""
    torch.manual_seed(args.seed)
    seen, due = gan.quality.features(photos), args.save_minutes * 60
    for seconds, images, p in steps(trial, recipe, photos, args):
        if seconds >= min(due, args.minutes * 60):
            row = {"trial": trial, "seconds": round(seconds), "images": images, "frechet": frechet(p, seen)}
            checkpoint.log(args.out / trial, row)
            print(row, flush=True)
            due += args.save_minutes * 60
    save_sheet(p, args.out / trial / "sheet.png")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photos", type=Path, required=True, help="folder or .tar of aligned photos")
    parser.add_argument("--device", type=torch.device, default=best_device())
    parser.add_argument("--minutes", type=float, default=20, help="processor time, for each trial")
    parser.add_argument("--save-minutes", type=float, default=5)
    parser.add_argument("--only", choices=tuple(TRIALS), action="append", help="default: all")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads; 0 leaves torch's choice")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--out", type=Path, default=Path("runs/gan_trials"))
    args = parser.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    torch.set_flush_denormal(True)
    photos = load_photos(args.photos, 64, "train").pictures
    for trial in args.only or TRIALS:
        run(trial, replace(CPU[1], bf16=args.bf16), photos, args)


if __name__ == "__main__":
    main()
