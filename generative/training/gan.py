"""Train the face GAN: python -m generative.training.gan --photos PATH --minutes 60 [--resume]

Non-saturating loss (Goodfellow et al. 2014, https://arxiv.org/abs/1406.2661), Adam, lazy R1 (Karras et al.
2020, https://arxiv.org/abs/1912.04958), DiffAugment, moving average of G; the settings are in GanRecipe.
Writes runs/gan_faces/ (checkpoint, metrics.csv, sheets of samples, log-spaced snapshots of G's moving
average); --publish copies the newest state in fp16 to weights/gan_faces/. --config collapsed trains the
shipped GAN on without what keeps it from collapsing, for the lesson: runs/gan_collapsed/.

It does not know how good the faces are: benchmarks/face_quality.py measures that.
"""

import argparse
import copy
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

import torch
from torch import Tensor
from tqdm import tqdm

from generative import gan, weights
from generative.device import best_device, noise
from generative.gan.model import Discriminator, GanConfig, Generator
from generative.gan.timelapse import COLLAPSED as COLLAPSED_NAME
from generative.gan.timelapse import snapshots
from generative.pictures import sheet, to_image
from generative.training import average, checkpoint, gan_card
from generative.training.data import load_photos


@dataclass(frozen=True)
class GanRecipe:
    """How it is trained; StyleGAN2-ADA's settings for 64 px (https://arxiv.org/abs/2006.06676)."""

    batch: int = 16  # half the paper's: on a CPU twice the steps for the same images
    lr: float = 0.0025
    g_lead: float = 1.0  # G's rate as a multiple of D's
    betas: tuple[float, float] = (0.0, 0.99)
    r1_gamma: float = 0.1  # twice the paper's 0.0002 * 64^2 / batch: nine thousand photos are few
    r1_every: int = 16  # lazy regularisation (StyleGAN2, sec. 3.1)
    ema_images: int = 10_000  # half-life of the moving average, at most ...
    ema_rampup: float = 0.05  # ... this share of the images seen
    augment: bool = True  # DiffAugment: D never sees a photo as it is
    bf16: bool = False  # both networks in bfloat16 (weights, R1 and pixels stay fp32): see --bf16


CPU = (GanConfig(), GanRecipe())
GPU = (
    GanConfig(g_channels=(256, 256, 128, 64, 32), d_channels=(256, 256, 128, 64, 32)),
    GanRecipe(batch=128, r1_gamma=0.025, bf16=True),
)
# What keeps a GAN from collapsing, left out, and G eight times as fast as D ("G must not be trained too much
# without updating D", Goodfellow 2014, sec. 6): for the lesson. An average over many images would hide it.
COLLAPSED = (
    GanConfig(minibatch_std=False),
    GanRecipe(g_lead=8.0, r1_gamma=0.0, augment=False, ema_images=32),
)
RECIPES = {"cpu": CPU, "gpu": GPU, "collapsed": COLLAPSED}


class Step(NamedTuple):
    """One training step, or the mean of several; d_real and d_fake are the mean sigmoid of D's logits."""

    images: int
    d_loss: float
    g_loss: float
    d_real: float
    d_fake: float
    r1: float


class Players:
    """Both networks, the moving average, and their optimizers."""

    def __init__(self, config: GanConfig, recipe: GanRecipe, device: torch.device):
        self.G, self.D = (
            net.to(device).to(memory_format=torch.channels_last)
            for net in (Generator(config), Discriminator(config))
        )
        self.G_ema = copy.deepcopy(self.G).requires_grad_(False)
        lazy = recipe.r1_every / (recipe.r1_every + 1)  # Adam corrected for the steps that only R1 takes
        d_betas = tuple(b**lazy for b in recipe.betas)
        self.g_optimizer = torch.optim.Adam(
            self.G.parameters(), recipe.lr * recipe.g_lead, recipe.betas, eps=1e-8
        )
        self.d_optimizer = torch.optim.Adam(self.D.parameters(), recipe.lr * lazy, d_betas, eps=1e-8)

    @property
    def modules(self) -> dict[str, torch.nn.Module]:
        return {"generator": self.G, "generator_ema": self.G_ema, "discriminator": self.D}

    @property
    def optimizers(self) -> dict[str, torch.optim.Optimizer]:
        return {"g": self.g_optimizer, "d": self.d_optimizer}


def batches(photos: Tensor, size: int, seed: int, device: torch.device) -> Iterator[Tensor]:
    """Endless batches (size, 3, 64, 64) in [-1, 1], half of them mirrored. photos: uint8 (N, 3, 64, 64)."""
    generator = torch.Generator().manual_seed(seed)
    photos = photos.to(device)
    while True:
        for idx in torch.randperm(len(photos), generator=generator).split(size):
            if len(idx) < size:
                continue
            x = photos[idx.to(device)].float().div(127.5).sub(1)
            mirror = (torch.rand(size, generator=generator) < 0.5).to(device)
            x = torch.where(mirror[:, None, None, None], x.flip(3), x)
            yield x.contiguous(memory_format=torch.channels_last)


def shown(recipe: GanRecipe, x: Tensor) -> Tensor:
    """Pictures as D gets to see them."""
    return gan.model.diff_augment(x) if recipe.augment else x


def d_step(p: Players, recipe: GanRecipe, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """One step of D. Returns (loss, mean sigmoid on real, mean sigmoid on fake)."""
    with torch.autocast(x.device.type, torch.bfloat16, enabled=recipe.bf16):
        with torch.no_grad():
            x_fake = p.G(torch.randn(len(x), p.G.mapping.w_avg.numel(), device=x.device))
        real, fake = (p.D(shown(recipe, v)).float() for v in (x, x_fake))
    loss = gan.model.d_loss(real, fake)
    p.d_optimizer.zero_grad(set_to_none=True)
    loss.backward()
    p.d_optimizer.step()
    return loss.detach(), real.detach().sigmoid().mean(), fake.detach().sigmoid().mean()


def r1_step(p: Players, recipe: GanRecipe, x: Tensor) -> Tensor:
    """The penalty alone, weighted for being taken every `r1_every` steps. Returns the penalty."""
    x = shown(recipe, x).detach().requires_grad_()
    penalty = gan.model.r1_penalty(p.D(x), x)
    p.d_optimizer.zero_grad(set_to_none=True)
    (penalty * recipe.r1_gamma / 2 * recipe.r1_every).backward()
    p.d_optimizer.step()
    return penalty.detach()


def g_step(p: Players, recipe: GanRecipe, batch: int) -> Tensor:
    """One step of G. Returns its loss."""
    device = p.G.constant.device
    p.D.requires_grad_(False)
    with torch.autocast(device.type, torch.bfloat16, enabled=recipe.bf16):
        x_fake = p.G(torch.randn(batch, p.G.mapping.w_avg.numel(), device=device))
        loss = gan.model.g_loss(p.D(shown(recipe, x_fake)).float())
    p.g_optimizer.zero_grad(set_to_none=True)
    loss.backward()
    p.g_optimizer.step()
    p.D.requires_grad_(True)
    return loss.detach()


def update_ema(p: Players, recipe: GanRecipe, images: int) -> None:
    """Move the average towards G with a half-life in images (StyleGAN2-ADA's ramp-up)."""
    half_life = max(min(recipe.ema_images, images * recipe.ema_rampup), 1)
    average.follow(p.G_ema, p.G, half_life / recipe.batch)


def train(p: Players, recipe: GanRecipe, photos: Tensor, seed: int, images: int = 0) -> Iterator[Step]:
    """Play the game for ever; one Step a turn. photos: uint8 (N, 3, 64, 64)."""
    device = p.G.constant.device
    torch.manual_seed(seed + images)
    r1 = torch.zeros(())
    for turn, x in enumerate(batches(photos, recipe.batch, seed + images, device)):
        loss_d, d_real, d_fake = d_step(p, recipe, x)
        if recipe.r1_gamma and turn % recipe.r1_every == 0:
            r1 = r1_step(p, recipe, x)
        loss_g = g_step(p, recipe, recipe.batch)
        images += recipe.batch
        update_ema(p, recipe, images)
        yield Step(images, *(float(v) for v in (loss_d, loss_g, d_real, d_fake, r1)))


@torch.no_grad()
def save_sheet(p: Players, file: Path) -> None:
    """64 unpicked faces of the moving average, always the same z."""
    G = p.G_ema.eval()
    x = torch.cat([G(z) for z in noise(0, 64, G.mapping.w_avg.numel()).to(G.constant.device).split(8)])
    G.train()
    file.parent.mkdir(parents=True, exist_ok=True)
    sheet([to_image(face) for face in x.add(1).div(2).clamp(0, 1).cpu()], 8, 64).save(file)


def publish(folder: Path) -> None:
    """Copy the run's newest state, its snapshots and its log to weights/ in fp16, and write the card."""
    config = weights.load_config(GanConfig, folder)
    name = gan.model.NAME if config.minibatch_std else COLLAPSED_NAME
    target, p = weights.WEIGHTS / name, Players(config, GanRecipe(), torch.device("cpu"))
    progress = checkpoint.load(folder, p.modules, {})
    if progress is None:
        raise SystemExit(f"nothing to publish: no checkpoint in {folder}")
    weights.save_config(config, target)
    for part, module in p.modules.items():
        if name == gan.model.NAME or part == "generator_ema":  # nobody trains on from a collapse
            weights.save(module, target / f"{part}.safetensors")
    copy_all(folder, target, "snapshot_*.safetensors")
    copy_all(folder, target, "metrics.csv")  # the curve under the time-lapse
    (target / gan.quality.VERSIONS).unlink(missing_ok=True)  # it was measured on the weights before
    mark = {"weights": weights.checksum(target / "generator_ema.safetensors")}
    (target / "training.json").write_text(json.dumps(progress | mark) + "\n")
    gan_card.write(name)
    print(f"published {progress['images']:,} images to {weights.shown(target)}")


def restore(p: Players, folder: Path) -> dict:
    """The run's own checkpoint if there is one, else the shipped weights with fresh Adam moments.

    The shipped log comes along, so that the run goes on writing it.
    """
    progress = checkpoint.load(folder, p.modules, p.optimizers)
    if progress is None:
        shipped = weights.WEIGHTS / gan.model.NAME
        for name, module in p.modules.items():
            weights.load(module, shipped / f"{name}.safetensors")
        progress = json.loads((shipped / "training.json").read_text())
        if not (folder / "metrics.csv").exists():
            copy_all(shipped, folder, "metrics.csv")
    return progress


def unguarded(p: Players) -> dict:
    """The shipped networks; D without the channel that minibatch standard deviation had filled."""
    shipped = weights.WEIGHTS / gan.model.NAME
    for net, name in ((p.G, "generator"), (p.G_ema, "generator_ema")):
        weights.load(net, shipped / f"{name}.safetensors")
    config = weights.load_config(GanConfig, shipped)
    state = weights.load(Discriminator(config), shipped / "discriminator.safetensors").state_dict()
    p.D.load_state_dict(state | {"conv.weight": state["conv.weight"][:, :-1]})
    progress = json.loads((shipped / "training.json").read_text())
    return progress | {"start": progress["images"]}


def begin(p: Players, args: argparse.Namespace) -> dict:
    """Where the run starts: images and seconds so far."""
    if args.resume:
        return restore(p, args.out)
    return unguarded(p) if args.config == "collapsed" else {"images": 0, "seconds": 0.0}


def copy_all(source: Path, target: Path, pattern: str) -> None:
    """The files of one folder that match, into another, as they are."""
    target.mkdir(parents=True, exist_ok=True)
    for file in sorted(source.glob(pattern)):
        (target / file.name).write_bytes(file.read_bytes())


def mean(steps: list[Step]) -> Step:
    """Of the losses and D's opinions; images as of the last step."""
    return Step(*(fmean(values) for values in zip(*steps, strict=True)))._replace(images=steps[-1].images)


def keep(p: Players, folder: Path, steps: list[Step], progress: dict) -> None:
    """Checkpoint, metrics row (means of the steps since the last one) and sheet."""
    row = mean(steps)
    checkpoint.save(folder, p.modules, p.optimizers, progress | {"images": row.images})
    facts = {k: round(v, 4) for k, v in row._asdict().items()}
    checkpoint.log(folder, {"seconds": round(progress["seconds"]), **facts})
    save_sheet(p, folder / "sheets" / f"{row.images:08d}.png")


def run(p: Players, recipe: GanRecipe, photos: Tensor, progress: dict, args: argparse.Namespace) -> None:
    """Train for args.minutes, keeping a checkpoint every few minutes and snapshots at SNAPSHOTS."""
    start, saved, before = time.time(), time.time(), progress["seconds"]
    bar = tqdm(unit="img", initial=progress["images"], dynamic_ncols=True, mininterval=5)
    last, since = progress["images"], []
    for step in train(p, recipe, photos, args.seed, progress["images"]):
        since.append(step)
        bar.update(step.images - last)
        bar.set_postfix(
            d=f"{step.d_loss:.2f}",
            g=f"{step.g_loss:.2f}",
            real=f"{step.d_real:.2f}",
            fake=f"{step.d_fake:.2f}",
        )
        for i, at in enumerate(snapshots(progress.get("start"))):
            if last < at <= step.images:
                weights.save(p.G_ema, args.out / f"snapshot_{i:02d}.safetensors")
        last = step.images
        over = time.time() - start > args.minutes * 60
        if over or time.time() - saved > args.save_minutes * 60:
            keep(p, args.out, since, progress | {"seconds": before + time.time() - start})
            saved, since = time.time(), []
        if over:
            break


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photos", type=Path, help="folder or .tar of aligned photos")
    parser.add_argument("--config", choices=tuple(RECIPES), help="default: cpu or gpu, by device")
    parser.add_argument("--device", type=torch.device, default=best_device())
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--save-minutes", type=float, default=5)
    parser.add_argument("--threads", type=int, default=0, help="CPU threads; 0 leaves torch's choice")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lr", type=float, help="of both networks, for a last stretch")
    parser.add_argument("--bf16", action="store_true", help="for a CPU with AVX-512 bf16: 1.4 times as fast")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--publish", action="store_true", help="only copy the run's newest state to weights/")
    parser.add_argument("--out", type=Path, help="default: runs/gan_faces, or runs/gan_collapsed")
    args = parser.parse_args()
    args.out = args.out or Path("runs") / (COLLAPSED_NAME if args.config == "collapsed" else gan.model.NAME)
    config, recipe = RECIPES[args.config or ("gpu" if args.device.type == "cuda" else "cpu")]
    if args.bf16:
        recipe = replace(recipe, bf16=True)
    if args.lr is not None:
        recipe = replace(recipe, lr=args.lr)
    if args.publish:
        return publish(args.out)
    if args.threads:
        torch.set_num_threads(args.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(args.seed)
    p = Players(config, recipe, args.device)
    weights.save_config(config, args.out)
    progress = begin(p, args)
    photos = load_photos(args.photos, config.resolution, "train").pictures
    run(p, recipe, photos, progress, args)


if __name__ == "__main__":
    main()
