"""Train the diffusion model of faces:

python -m generative.training.diffusion --photos PATH --minutes 60 [--resume]

Flow matching (Lipman et al. 2022, https://arxiv.org/abs/2210.02747) with AdamW and a moving average of the
weights, which is what serves; loss, times and hidden numbers: generative/diffusion/model.py. What the network
is told comes from the photos' labels.csv; a mirrored photo is told the opposite pose.

Writes runs/diffusion_faces/ (checkpoint, metrics.csv, sheets of samples). SIGTERM ends a run with all of it
written. --publish copies the newest state in fp16 to weights/diffusion_faces/, with its card
(diffusion_card.py). --resume goes on from the run's checkpoint or, where there is none, from the shipped
weights.

It does not know how good the faces are: benchmarks/face_quality.py and diffusion_steps.py measure that.
"""

import argparse
import copy
import json
import math
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

import torch
from torch import Tensor, nn
from tqdm import tqdm

from generative import weights
from generative.device import best_device, noise
from generative.diffusion import model
from generative.diffusion.faces import to_unit
from generative.diffusion.model import DiffusionConfig, Drawn, UNet
from generative.diffusion.sampler import end, times, walk
from generative.diffusion.wishes import Wish, field
from generative.pictures import sheet, to_image
from generative.training import average, checkpoint, diffusion_card
from generative.training.data import load_photos
from generative.training.directions import read_labels

MIRRORED = "pose"  # the number whose sign changes in a mirror
HELD_OUT_SEED = 10_000  # of the noise with which the loss is measured
SHEET_STEPS = 20  # Euler's, of the sheets


@dataclass(frozen=True)
class DiffusionRecipe:
    """How it is trained."""

    batch: int = 256
    lr: float = 5e-4
    betas: tuple[float, float] = (0.9, 0.99)
    weight_decay: float = 0.01
    clip: float = 1.0  # gradient norm
    warmup_images: int = 50_000  # until the full rate, whenever Adam is fresh
    decay_share: float = 0.25  # of --minutes, at the end: the rate falls linearly to zero
    ema_images: int = 100_000  # half-life of the moving average, at most ...
    ema_rampup: float = 0.05  # ... this share of the images seen
    bf16: bool = True  # the network in bfloat16; weights, Adam and the loss stay fp32


# A CPU sees few images, so small steps often; its average must not outlast a run of an hour.
CPU = DiffusionRecipe(batch=32, lr=1e-4, warmup_images=5_000, ema_images=10_000, bf16=False)
GPU = DiffusionRecipe()
RECIPES = {"cpu": CPU, "gpu": GPU}


class Step(NamedTuple):
    """One training step: images seen, the loss, the rate."""

    images: int
    loss: float
    lr: float


class Labelled(NamedTuple):
    """Photos uint8 (N, 3, size, size) and what is told of each, (N, attributes), in deviations."""

    pictures: Tensor
    told: Tensor

    def to(self, device: torch.device) -> "Labelled":
        return Labelled(self.pictures.to(device), self.told.to(device))


class Trained:
    """The network, its moving average, the optimizer."""

    def __init__(self, config: DiffusionConfig, recipe: DiffusionRecipe, device: torch.device):
        self.network = UNet(config).to(device).to(memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.network).requires_grad_(False)
        self.called: Callable = self.network  # what a step calls: the network, or it compiled
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), recipe.lr, recipe.betas, weight_decay=recipe.weight_decay
        )

    @property
    def modules(self) -> dict[str, nn.Module]:
        return {"network": self.network, "average": self.average}

    @property
    def optimizers(self) -> dict[str, torch.optim.Optimizer]:
        return {"adam": self.optimizer}


# ---- what it learns from ----


def scaled(config: DiffusionConfig, labels: Tensor) -> DiffusionConfig:
    """The config with the mean and deviation of labels (N, attributes); of the pose the mean is 0, since
    every photo is shown mirrored half of the time."""
    mean = labels.double().mean(0)
    mean[config.attributes.index(MIRRORED)] = 0
    deviation = (labels.double() - mean).square().mean(0).sqrt()
    return replace(config, mean=tuple(mean.tolist()), deviation=tuple(deviation.tolist()))


def told(config: DiffusionConfig, labels: Tensor) -> Tensor:
    """Labels (N, attributes) in their own units -> in deviations."""
    return (labels - torch.tensor(config.mean)) / torch.tensor(config.deviation)


def batch(photos: Labelled, size: int, seed: int) -> tuple[Tensor, Tensor]:
    """Photos drawn at random, half of them mirrored: x0 (size, 3, H, W), c (size, attributes)."""
    generator = torch.Generator().manual_seed(seed)
    idx = torch.randint(len(photos.pictures), (size,), generator=generator).to(photos.pictures.device)
    mirror = (torch.rand(size, generator=generator) < 0.5).to(photos.pictures.device)
    return mirrored(photos.pictures[idx].float().div(127.5).sub(1), photos.told[idx], mirror)


def mirrored(x0: Tensor, c: Tensor, mirror: Tensor) -> tuple[Tensor, Tensor]:
    """x0 (B, 3, H, W) and c (B, attributes) mirrored where mirror (B,) says so: the pose turns round."""
    sign = torch.ones(c.shape[1], device=c.device)
    sign[DiffusionConfig.attributes.index(MIRRORED)] = -1
    x0 = torch.where(mirror[:, None, None, None], x0.flip(3), x0)
    return x0.contiguous(memory_format=torch.channels_last), torch.where(mirror[:, None], c * sign, c)


# ---- training ----


def turn(t: Trained, recipe: DiffusionRecipe, photos: Labelled, seed: int, images: int) -> Tensor:
    """One step after `images` images, and the average after it; returns the loss. All its chance comes from
    seed + images, so a resumed run goes on as if nothing had been."""
    x0, c = batch(photos, recipe.batch, seed + images)
    torch.manual_seed(seed + images)
    drawn = model.draw(x0, c.shape[1])
    t.optimizer.zero_grad(set_to_none=True)
    with torch.autocast(x0.device.type, torch.bfloat16, enabled=recipe.bf16):
        loss = model.flow_loss(t.called, x0, c, drawn)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(t.network.parameters(), recipe.clip)
    t.optimizer.step()
    half_life = max(1, min(recipe.ema_images, recipe.ema_rampup * (images + recipe.batch)))
    average.follow(t.average, t.network, half_life / recipe.batch)
    return loss.detach()


def train(
    t: Trained, recipe: DiffusionRecipe, photos: Labelled, seed: int, start: dict, gone: Callable[[], float]
) -> Iterator[Step]:
    """Train until gone() says that the whole share of the run is gone. start: its images, those since Adam
    began ("fresh" at the beginning of it)."""
    images, fresh = start["images"], start["fresh"]
    while (share := gone()) < 1:
        lr = rate(recipe, images - fresh + recipe.batch, share)
        for group in t.optimizer.param_groups:
            group["lr"] = lr
        loss = turn(t, recipe, photos, seed, images)
        images += recipe.batch
        yield Step(images, float(loss), lr)


def rate(recipe: DiffusionRecipe, since: int, share: float) -> float:
    """The learning rate after `since` images of a fresh Adam, when this share of the run is gone."""
    return recipe.lr * min(1.0, since / recipe.warmup_images, (1 - share) / recipe.decay_share)


# ---- what is watched ----


@torch.no_grad()
def held_out_loss(network: nn.Module, photos: Labelled, most: int = 256) -> float:
    """The loss on held-out photos, all told, at fixed times and noise: comparable from moment to moment."""
    n, device = min(most, len(photos.pictures)), next(network.parameters()).device
    normal = math.sqrt(2) * torch.erfinv(2 * (torch.arange(n) + 0.5) / n - 1)  # evenly spaced quantiles
    drawn = Drawn(
        normal.sigmoid(), torch.ones_like(photos.told[:n]), noise(HELD_OUT_SEED, *photos.pictures[:n].shape)
    )
    x0 = photos.pictures[:n].float().div(127.5).sub(1).contiguous(memory_format=torch.channels_last)
    rows = zip(*(v.to(device).split(32) for v in (x0, photos.told[:n], *drawn)), strict=True)
    losses = [(model.flow_loss(network, x, c, Drawn(*d)).item(), len(x)) for x, c, *d in rows]
    return sum(loss * k for loss, k in losses) / n


@torch.no_grad()
def faces(network: UNet, n: int = 64) -> Tensor:
    """n unpicked faces (n, 3, size, size) in [0, 1], nothing told, always the same noise."""
    k, size = len(network.config.attributes), network.config.size
    device = next(network.parameters()).device
    v, rows = field(Wish(torch.zeros(1, k), torch.zeros(1, k)), network), []
    for x in torch.cat([noise(seed, 1, 3, size, size) for seed in range(n)]).split(8):
        x = x.to(device).contiguous(memory_format=torch.channels_last)
        rows.append(to_unit(end(walk(v, x, times(SHEET_STEPS)))))
    return torch.cat(rows)


def save_sheet(network: UNet, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    sheet([to_image(face) for face in faces(network)], 8, 64).save(file)


# ---- a run ----


def restore(t: Trained, folder: Path) -> dict:
    """The run's own checkpoint if there is one, else the shipped weights with fresh Adam moments."""
    progress = checkpoint.load(folder, t.modules, t.optimizers)
    if progress is None:
        shipped = weights.WEIGHTS / model.NAME
        for network in t.modules.values():
            weights.load(network, shipped / model.FILE)
        stored = json.loads((shipped / "training.json").read_text())
        progress = {k: stored[k] for k in ("images", "seconds")}
        progress["fresh"] = progress["images"]
    return progress


def keep(t: Trained, folder: Path, steps: list[Step], val: Labelled, progress: dict) -> dict:
    """Checkpoint, metrics row (mean loss of the steps since the last one) and sheet; returns the progress."""
    found = {"loss": fmean(s.loss for s in steps), "held_out": held_out_loss(t.average, val)}
    progress = progress | {"images": steps[-1].images, **{k: round(v, 5) for k, v in found.items()}}
    checkpoint.save(folder, t.modules, t.optimizers, progress)
    row = {k: progress[k] for k in ("images", "loss", "held_out")} | {"lr": f"{steps[-1].lr:.2e}"}
    checkpoint.log(folder, {"seconds": round(progress["seconds"]), **row})
    save_sheet(t.average, folder / "sheets" / f"{progress['images']:08d}.png")
    return progress


def run(
    t: Trained,
    recipe: DiffusionRecipe,
    photos: Labelled,
    val: Labelled,
    progress: dict,
    args: argparse.Namespace,
) -> None:
    """Train for args.minutes, keeping a checkpoint every few minutes, at the end and at SIGTERM."""
    stopped: list[bool] = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    start, before = time.time(), progress["seconds"]
    saved, since = start, []
    bar = tqdm(unit="img", initial=progress["images"], dynamic_ncols=True, mininterval=5)

    def gone() -> float:
        return (time.time() - start) / (60 * args.minutes)

    for step in train(t, recipe, photos, args.seed, progress, gone):
        since.append(step)
        bar.update(recipe.batch)
        bar.set_postfix(loss=f"{fmean(s.loss for s in since[-50:]):.4f}", lr=f"{step.lr:.1e}", refresh=False)
        if stopped:
            break
        if time.time() - saved > 60 * args.save_minutes:
            keep(t, args.out, since, val, progress | {"seconds": before + time.time() - start})
            saved, since = time.time(), []
    if since:
        keep(t, args.out, since, val, progress | {"seconds": before + time.time() - start})


def arguments() -> argparse.Namespace:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--photos", type=Path, help="folder or .tar of aligned photos with labels.csv")
    parser.add_argument("--config", choices=tuple(RECIPES), help="default: by device")
    parser.add_argument("--device", type=torch.device, default=best_device())
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--save-minutes", type=float, default=5)
    parser.add_argument("--threads", type=int, default=0, help="CPU threads; 0 leaves torch's choice")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lr", type=float, help="for a last stretch")
    parser.add_argument("--batch", type=int)
    parser.add_argument("--bf16", action="store_true", help="on a CPU with AMX: three times as fast")
    parser.add_argument("--compile", action="store_true", help="torch.compile; a CPU needs g++ for it")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--publish", action="store_true", help="only copy the run's newest state to weights/")
    parser.add_argument("--out", type=Path, default=Path("runs") / model.NAME)
    args = parser.parse_args()
    if not (args.photos or args.publish):
        parser.error("--photos is needed")
    return args


def main() -> None:
    args = arguments()
    if args.publish:
        return diffusion_card.publish(args.out)
    name = args.config or ("gpu" if args.device.type == "cuda" else "cpu")
    changed = {k: v for k in ("lr", "batch") if (v := getattr(args, k)) is not None}
    recipe = replace(RECIPES[name], **changed, bf16=RECIPES[name].bf16 or args.bf16)
    torch.backends.cudnn.benchmark = True  # a GPU tries its ways of a convolution once
    if args.threads:
        torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    photos, val = (load_photos(args.photos, DiffusionConfig.size, split) for split in ("train", "val"))
    labels, labels_val = (read_labels(args.photos, part.names) for part in (photos, val))
    known = args.out if (args.out / "config.json").is_file() else weights.WEIGHTS / model.NAME
    resumed = args.resume and weights.load_config(DiffusionConfig, known)  # what it was told means the same
    config = resumed or scaled(DiffusionConfig(), labels)
    t = Trained(config, recipe, args.device)
    if args.compile:
        t.called = torch.compile(t.network, dynamic=False)
    weights.save_config(config, args.out)
    facts = {"config": name, "seed": args.seed, "hardware": diffusion_card.hardware(args.device)}
    progress = (restore(t, args.out) if args.resume else {"images": 0, "seconds": 0.0, "fresh": 0}) | facts
    rows = Labelled(photos.pictures, told(config, labels)).to(args.device)
    run(t, recipe, rows, Labelled(val.pictures, told(config, labels_val)), progress, args)


if __name__ == "__main__":
    main()
