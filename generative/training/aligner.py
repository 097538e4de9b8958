"""Train the face aligner: python -m generative.training.aligner --photos PATH --minutes 8

Every photo is an aligned face. Move its frame at random, change light and sharpness, put other pictures around it
(so that its own edges tell nothing), and learn the move back. Eight minutes on one CPU core are enough.
Writes weights/face_aligner, and runs/face_aligner: checkpoint, metrics.csv, a sheet of faces before and after.
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

from generative import aligner, device, weights
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
    """Give photos (B, 3, S, S) an alpha plane (B, 4, S, S) that cuts up to 12 % off each edge of every other one."""
    n, _, size, _ = x.shape
    cut = torch.rand(n, 4, 1, generator=rng) * 0.12 * (torch.arange(n) % 2)[:, None, None]
    at = (torch.arange(size) + 0.5) / size
    across = ((at > cut[:, 0]) & (at < 1 - cut[:, 1])).float()
    down = ((at > cut[:, 2]) & (at < 1 - cut[:, 3])).float()
    alpha = (down[:, :, None] * across[:, None, :])[:, None].to(x.device)
    return torch.cat([x, alpha], 1)


def views(x: torch.Tensor, frames: torch.Tensor, size: int, rng: torch.Generator) -> torch.Tensor:
    """What the network sees of x (B, 3, S, S) in `frames`: (B, 3, size, size) in [0, 1], other photos around."""
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
    soft = F.interpolate(F.interpolate(x, size=(coarse, coarse), mode="bilinear", antialias=True),
                         size=x.shape[-2:], mode="bilinear")
    x = torch.where(uniform(0, 1, 1, 1, 1) < 0.4, soft, x)
    noise = torch.randn(x.shape, generator=rng).to(x.device) * uniform(0, 0.04, 1, 1, 1)
    return (x + noise).clamp(0, 1)


def rate(seconds: float, total: float) -> float:
    """Learning rate: constant, then linear to nothing over the last half of the time."""
    return LR * min(1.0, max(0.0, 2 * (1 - seconds / total)))


def train(model: aligner.Aligner, optimizer: torch.optim.Optimizer, photos: torch.Tensor, total: float, seed: int,
          seen: int = 0, seconds: float = 0.0) -> Iterator[Step]:
    """Train on photos (N, 3, S, S) uint8 until `total` seconds; yield every step. Goes on from `seen`, `seconds`."""
    rng = torch.Generator().manual_seed(seed + seen)
    where, config = next(model.parameters()).device, model.config
    while seconds < total:
        began = time.perf_counter()
        idx = torch.randint(len(photos), (BATCH,), generator=rng)
        x = photos[idx].to(where).float() / 255
        x = torch.where((torch.rand(BATCH, 1, 1, 1, generator=rng) < 0.5).to(where), x.flip(3), x)
        moves = random_moves(BATCH, rng)
        frames = aligner.moved(whole(BATCH, photos.shape[-1]), aligner.way_back(moves))
        view = in_any_light(views(x, aligner.widen(frames, config.window).to(where), config.size, rng), rng)
        error = aligner.loss(model(view.contiguous(memory_format=torch.channels_last)), moves.to(where))
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
    """How far off randomly moved frames of photos (N, 3, S, S) uint8 are: before, after one look, after two."""
    size, where = photos.shape[-1], next(model.parameters()).device
    right = whole(len(photos), size)
    start = aligner.moved(right, random_moves(len(photos), torch.Generator().manual_seed(seed)))
    found = [start]
    for _ in range(2):
        found.append(torch.cat([aligner.refine(model, x.to(where).float() / 255, f.to(where), 1).cpu()
                                for x, f in zip(photos.split(64), found[-1].split(64), strict=True)]))
    eyes_apart = (aligner.EYES[1][0] - aligner.EYES[0][0]) * size
    goal = aligner.landmarks(right)
    return Errors(*(float((aligner.landmarks(f) - goal).norm(dim=2).mean() / eyes_apart * 100) for f in found))


def sheet(model: aligner.Aligner, photos: torch.Tensor, seed: int) -> Image.Image:
    """Eight photos (8, 3, S, S) uint8 in frames moved at random, and below each the face that the network finds."""
    x = photos.float() / 255
    start = aligner.moved(whole(8, photos.shape[-1]), random_moves(8, torch.Generator().manual_seed(seed)))
    rows = [aligner.crop(x, f, model.config.size) for f in (start, aligner.refine(model, x, start))]
    picture = torch.cat([torch.cat(list(row), 2) for row in rows], 1)
    return Image.fromarray((picture.permute(1, 2, 0) * 255).round().byte().numpy())


def run(args: argparse.Namespace) -> None:
    """Train for --minutes, with a checkpoint a minute; then write weights, sheet, and the errors on held-out faces."""
    torch.manual_seed(args.seed)
    if args.threads:
        torch.set_num_threads(args.threads)
    where = torch.device(args.device) if args.device else device.best_device()
    folder, out = Path("runs") / NAME, weights.WEIGHTS / NAME
    config = aligner.AlignerConfig()
    model = aligner.Aligner(config).to(where).to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(model.parameters(), LR, BETAS, weight_decay=0.01)
    progress = checkpoint.load(folder, {"model": model}, {"adam": optimizer}) if args.resume else None
    start = progress or {"seen": 0, "seconds": 0.0}
    photos, val = (load_photos(args.photos, SIZE, split).pictures for split in ("train", "val"))
    total, saved = start["seconds"] + args.minutes * 60, start["seconds"]
    step, average = Step(**start, loss=0.0), 0.0
    with tqdm(total=round(total), initial=round(start["seconds"]), unit="s") as bar:
        for step in train(model, optimizer, photos, total, args.seed, **start):
            average = step.loss if not average else 0.99 * average + 0.01 * step.loss
            bar.update(int(step.seconds) - bar.n)
            bar.set_postfix(seen=step.seen, loss=f"{average:.5f}", refresh=False)
            if step.seconds - saved > 60:
                saved = step.seconds
                checkpoint.save(folder, {"model": model}, {"adam": optimizer},
                                {"seen": step.seen, "seconds": step.seconds})
                checkpoint.log(folder, {"seen": step.seen, "seconds": round(step.seconds), "loss": average,
                                        **errors(model, val, args.seed)._asdict()})
    checkpoint.save(folder, {"model": model}, {"adam": optimizer}, {"seen": step.seen, "seconds": step.seconds})
    weights.save_config(config, out)
    weights.save(model, out / "model.safetensors")
    model = weights.load(aligner.Aligner(config), out / "model.safetensors").eval()  # as it ships: fp16, CPU
    sheet(model, val[:8], args.seed).save(folder / "sheet.png")
    print(f"{step.seen} photos seen in {step.seconds / 60:.1f} min; held out, % of the eye distance:",
          {k: round(v, 2) for k, v in errors(model, val, args.seed)._asdict().items()})


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
