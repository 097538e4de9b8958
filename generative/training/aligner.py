"""Train the face aligner: python -m generative.training.aligner --photos PATH --minutes 8

Every photo is an aligned face. Move its frame at random, change light and sharpness, put other pictures
around it (so that its own edges tell nothing), and learn the move back. Eight minutes on one CPU core do.
Writes weights/face_aligner, and runs/face_aligner: checkpoint, metrics.csv, a sheet before and after.

It knows no landmark and no detector. A network that moves its own view: Jaderberg et al. 2015,
https://arxiv.org/abs/1506.02025.
"""

import argparse
import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as F
from PIL import Image
from tqdm import tqdm

from generative import device, weights
from generative.photos import aligner
from generative.training import checkpoint
from generative.training.data import load_photos

SIZE = 80  # photos are read at this size: a view of 64 px shrinks them by at most 1.4, so it needs no average
BATCH = 96
LR, BETAS = 1e-3, (0.9, 0.99)
SHIFT, GROWTH, TURN = 0.2, math.log(1.35), math.radians(20)  # how far a detector's box may be off
NAME = "face_aligner"


class Step(NamedTuple):
    """One training step: photos seen, seconds trained, loss."""

    seen: int
    seconds: float
    loss: float


def random_moves(n: int, rng: torch.Generator) -> torch.Tensor:
    """Moves (n, 4), uniform to both sides: 20 % of the side, sizes 0.74 to 1.35, 20 degrees."""
    return (torch.rand(n, 4, generator=rng) * 2 - 1) * torch.tensor([SHIFT, SHIFT, GROWTH, TURN])


def whole(n: int, size: int) -> torch.Tensor:
    """The frame (n, 4) of an aligned photo: all of it."""
    return torch.tensor([[size / 2, size / 2, float(size), 0.0]]).repeat(n, 1)


def in_surroundings(x: torch.Tensor, rng: torch.Generator) -> torch.Tensor:
    """Photos (B, 3, S, S) -> (B, 4, S, S): an alpha plane cuts 0-12 % off the edges of every other one."""
    n, _, size, _ = x.shape
    cut = torch.rand(n, 4, 1, generator=rng) * 0.12 * (torch.arange(n) % 2)[:, None, None]
    at = (torch.arange(size) + 0.5) / size
    across = ((at > cut[:, 0]) & (at < 1 - cut[:, 1])).float()
    down = ((at > cut[:, 2]) & (at < 1 - cut[:, 3])).float()
    alpha = (down[:, :, None] * across[:, None, :])[:, None].to(x.device)
    return torch.cat([x, alpha], 1)


def views(x: torch.Tensor, frames: torch.Tensor, size: int, rng: torch.Generator) -> torch.Tensor:
    """What the network sees of x (B, 3, S, S) in frames (B, 4): (B, 3, size, size), other photos around."""
    padding = "zeros" if torch.rand((), generator=rng) < 0.5 else "reflection"
    seen = aligner.crop(in_surroundings(x, rng), frames, size, padding, times=1)
    around = F.interpolate(x.roll(1, 0), size=(size, size), mode="bilinear", antialias=True)
    rgb, alpha = seen[:, :3], seen[:, 3:]
    return torch.where(alpha > 0.99, rgb, around)


def in_any_light(x: torch.Tensor, rng: torch.Generator) -> torch.Tensor:
    """Views (B, 3, S, S) with another exposure, contrast, tint, sharpness and noise; one in five is grey."""

    def uniform(low: float, high: float, *shape: int) -> torch.Tensor:
        return (torch.rand(len(x), *shape, generator=rng) * (high - low) + low).to(x.device)

    grey = x.mean(1, keepdim=True)
    x = torch.where(uniform(0, 1, 1, 1, 1) < 0.2, grey.expand_as(x), x * uniform(0.85, 1.15, 3, 1, 1))
    x = (x - 0.5) * uniform(0.6, 1.4, 1, 1, 1) + 0.5 + uniform(-0.2, 0.2, 1, 1, 1)
    coarse = int(torch.randint(20, 64, (), generator=rng))
    soft = F.interpolate(
        F.interpolate(x, size=(coarse, coarse), mode="bilinear", antialias=True),
        size=x.shape[-2:],
        mode="bilinear",
    )
    x = torch.where(uniform(0, 1, 1, 1, 1) < 0.4, soft, x)
    noise = torch.randn(x.shape, generator=rng).to(x.device) * uniform(0, 0.04, 1, 1, 1)
    return (x + noise).clamp(0, 1)


def rate(seconds: float, total: float) -> float:
    """Learning rate: constant, then linear to nothing over the last half of the time."""
    return LR * min(1.0, max(0.0, 2 * (1 - seconds / total)))


def examples(
    photos: torch.Tensor, config: aligner.AlignerConfig, where: torch.device, rng: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """Photos (N, 3, S, S) uint8 seen askew: views (B, 3, size, size) in [0, 1], and the moves (B, 4) back."""
    idx = torch.randint(len(photos), (BATCH,), generator=rng)
    x = photos[idx].to(where).float() / 255
    x = torch.where((torch.rand(BATCH, 1, 1, 1, generator=rng) < 0.5).to(where), x.flip(3), x)
    moves = random_moves(BATCH, rng)
    frames = aligner.moved(whole(BATCH, photos.shape[-1]), aligner.way_back(moves))
    view = in_any_light(views(x, aligner.widen(frames, config.window).to(where), config.size, rng), rng)
    return view.contiguous(memory_format=torch.channels_last), moves.to(where)


def train(
    model: aligner.Aligner,
    optimizer: torch.optim.Optimizer,
    photos: torch.Tensor,
    total: float,
    seed: int,
    start: Step,
) -> Iterator[Step]:
    """Train on photos (N, 3, S, S) uint8 from `start` until `total` seconds; yield every step."""
    seen, seconds, _ = start
    rng = torch.Generator().manual_seed(seed + seen)
    where = next(model.parameters()).device
    while seconds < total:
        began = time.perf_counter()
        view, moves = examples(photos, model.config, where, rng)
        error = aligner.loss(model(view), moves)
        optimizer.param_groups[0]["lr"] = rate(seconds, total)
        optimizer.zero_grad(set_to_none=True)
        error.backward()
        optimizer.step()
        seen, seconds = seen + BATCH, seconds + time.perf_counter() - began
        yield Step(seen, seconds, error.item())


class Errors(NamedTuple):
    """Mean distance of eyes and mouth corners from their place, in % of the distance of the eyes."""

    before: float
    once: float
    twice: float


@torch.no_grad()
def errors(model: aligner.Aligner, photos: torch.Tensor, seed: int) -> Errors:
    """How far off randomly moved frames of photos (N, 3, S, S) uint8 are, before and after looking."""
    size, where = photos.shape[-1], next(model.parameters()).device
    right = whole(len(photos), size)
    start = aligner.moved(right, random_moves(len(photos), torch.Generator().manual_seed(seed)))
    found = [start]
    for _ in range(2):
        found.append(
            torch.cat(
                [
                    aligner.refine(model, x.to(where).float() / 255, f.to(where), 1).cpu()
                    for x, f in zip(photos.split(64), found[-1].split(64), strict=True)
                ]
            )
        )
    percent = 100 / ((aligner.EYES[1][0] - aligner.EYES[0][0]) * size)
    goal = aligner.landmarks(right)
    return Errors(*(float((aligner.landmarks(f) - goal).norm(dim=2).mean() * percent) for f in found))


def sheet(model: aligner.Aligner, photos: torch.Tensor, seed: int) -> Image.Image:
    """Photos (8, 3, S, S) uint8 in frames moved at random, and below each the face that the network finds."""
    x = photos.float() / 255
    start = aligner.moved(whole(8, photos.shape[-1]), random_moves(8, torch.Generator().manual_seed(seed)))
    rows = [aligner.crop(x, f, model.config.size) for f in (start, aligner.refine(model, x, start))]
    picture = torch.cat([torch.cat(list(row), 2) for row in rows], 1)
    return Image.fromarray((picture.permute(1, 2, 0) * 255).round().byte().numpy())


def fit(model: aligner.Aligner, photos: torch.Tensor, val: torch.Tensor, args: argparse.Namespace) -> Step:
    """Train for --minutes, after the last run with --resume; a checkpoint and a row of metrics a minute."""
    folder, modules = Path("runs") / NAME, {"model": model}
    optimizer = torch.optim.AdamW(model.parameters(), LR, BETAS, weight_decay=0.01)
    progress = checkpoint.load(folder, modules, {"adam": optimizer}) if args.resume else None
    step = Step(**progress, loss=0.0) if progress else Step(0, 0.0, 0.0)
    total, saved, average = step.seconds + args.minutes * 60, step.seconds, 0.0
    with tqdm(total=round(total), initial=round(step.seconds), unit="s") as bar:
        for step in train(model, optimizer, photos, total, args.seed, step):  # noqa: B020 (the run's newest step)
            average = 0.99 * average + 0.01 * step.loss if average else step.loss
            bar.update(int(step.seconds) - bar.n)
            bar.set_postfix(seen=step.seen, loss=f"{average:.5f}", refresh=False)
            if step.seconds - saved > 60 or step.seconds >= total:
                saved, progress = step.seconds, {"seen": step.seen, "seconds": step.seconds}
                checkpoint.save(folder, modules, {"adam": optimizer}, progress)
                checkpoint.log(folder, progress | {"loss": average} | errors(model, val, args.seed)._asdict())
    return step


def run(args: argparse.Namespace) -> None:
    """Train, ship the weights, and measure them as they ship: fp16, on held-out faces."""
    torch.manual_seed(args.seed)
    if args.threads:
        torch.set_num_threads(args.threads)
    config, out = aligner.AlignerConfig(), weights.WEIGHTS / NAME
    where = args.device or device.best_device()
    model = aligner.Aligner(config).to(where).to(memory_format=torch.channels_last)
    photos, val = (load_photos(args.photos, SIZE, split).pictures for split in ("train", "val"))
    step = fit(model, photos, val, args)
    weights.save_config(config, out)
    weights.save(model, out / "model.safetensors")
    model = weights.load(aligner.Aligner(config), out / "model.safetensors")
    sheet(model, val[:8], args.seed).save(Path("runs") / NAME / "sheet.png")
    found = {look: round(error, 2) for look, error in errors(model, val, args.seed)._asdict().items()}
    print(f"{step.seen} photos seen in {step.seconds / 60:.1f} min; off by % of the eye distance: {found}")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=Path, required=True, help="aligned faces: a folder or a .tar")
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--device", help="cuda, mps or cpu; the fastest of this machine by default")
    parser.add_argument("--resume", action="store_true", help="go on from runs/face_aligner")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, help="CPU threads; all by default")
    run(parser.parse_args())


if __name__ == "__main__":
    main()
