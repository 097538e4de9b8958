"""Train the face GAN: python -m generative.training.gan --photos PATH --minutes 60 [--resume]

Non-saturating loss, Adam, lazy R1, DiffAugment, moving average of G; the settings are in GanRecipe.
Writes runs/gan_faces/ (checkpoint, metrics.csv, sheets of samples, log-spaced snapshots of G's moving
average); --publish copies the newest state in fp16 to weights/gan_faces/.
"""

import argparse
import copy
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor
from tqdm import tqdm

from generative import gan, gan_quality, weights
from generative.device import best_device, noise
from generative.gan import Discriminator, GanConfig, Generator
from generative.gan_timelapse import SNAPSHOTS
from generative.pictures import sheet, to_image
from generative.training import checkpoint, face_card
from generative.training.data import load_photos
from generative.training.face_card import Card


@dataclass(frozen=True)
class GanRecipe:
    """How it is trained; StyleGAN2-ADA's settings for 64 px (https://arxiv.org/abs/2006.06676)."""

    batch: int = 16  # half the paper's: on a CPU twice the steps for the same images
    lr: float = 0.0025
    betas: tuple[float, float] = (0.0, 0.99)
    r1_gamma: float = 0.1  # twice the paper's 0.0002 * 64^2 / batch: nine thousand photos are few
    r1_every: int = 16  # lazy regularisation (StyleGAN2, sec. 3.1)
    ema_images: int = 10_000  # half-life of the moving average, at most ...
    ema_rampup: float = 0.05  # ... this share of the images seen
    bf16: bool = False  # both networks in bfloat16 (weights, R1 and pixels stay fp32): see --bf16


CPU = (GanConfig(), GanRecipe())
GPU = (
    GanConfig(g_channels=(256, 256, 128, 64, 32), d_channels=(256, 256, 128, 64, 32)),
    GanRecipe(batch=128, r1_gamma=0.025, bf16=True),
)


WHAT = """64 x 64 pixels; generator {g:.1f}M parameters, discriminator {d:.1f}M. Networks and
losses: `generative/gan.py`. `generator_ema.safetensors` (the moving average) is what the app shows;
`generator.safetensors` and `discriminator.safetensors` let training go on; `snapshot_00` to
`snapshot_09` are earlier averages, after 2, 5, 10, 20, 40, 80, 160, 320, 640 and 1280 thousand
images (as far as it came)."""

LIMITS = """Rough: few images on two CPU cores. Eyes may differ, mouths melt, backgrounds are
smears. It knows fairly frontal faces of adults only. It has no p(x) and cannot say which z gives a
photo. Its faces are nobody's; nearness to training photos is measured on coarse features (pose, light,
age), which cannot rule out that a detail was learned by heart. Not for passing off as photos of people."""


class Step(NamedTuple):
    """One training step. D_real and D_fake are the mean sigmoid of D's logits."""

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
        self.g_optimizer = torch.optim.Adam(self.G.parameters(), recipe.lr, recipe.betas, eps=1e-8)
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


def d_step(p: Players, recipe: GanRecipe, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """One step of D. Returns (loss, mean sigmoid on real, mean sigmoid on fake)."""
    with torch.autocast(x.device.type, torch.bfloat16, enabled=recipe.bf16):
        with torch.no_grad():
            x_fake = p.G(torch.randn(len(x), p.G.mapping.w_avg.numel(), device=x.device))
        real, fake = (p.D(gan.diff_augment(v)).float() for v in (x, x_fake))
    loss = gan.d_loss(real, fake)
    p.d_optimizer.zero_grad(set_to_none=True)
    loss.backward()
    p.d_optimizer.step()
    return loss.detach(), real.detach().sigmoid().mean(), fake.detach().sigmoid().mean()


def r1_step(p: Players, recipe: GanRecipe, x: Tensor) -> Tensor:
    """The penalty alone, weighted for being taken every `r1_every` steps. Returns the penalty."""
    x = gan.diff_augment(x).detach().requires_grad_()
    penalty = gan.r1_penalty(p.D(x), x)
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
        loss = gan.g_loss(p.D(gan.diff_augment(x_fake)).float())
    p.g_optimizer.zero_grad(set_to_none=True)
    loss.backward()
    p.g_optimizer.step()
    p.D.requires_grad_(True)
    return loss.detach()


@torch.no_grad()
def update_ema(p: Players, recipe: GanRecipe, images: int) -> None:
    """Move the average towards G with a half-life in images (StyleGAN2-ADA's ramp-up)."""
    half_life = max(min(recipe.ema_images, images * recipe.ema_rampup), 1)
    keep = 0.5 ** (recipe.batch / half_life)
    for average, now in zip(p.G_ema.parameters(), p.G.parameters(), strict=True):
        average.lerp_(now, 1 - keep)
    for average, now in zip(p.G_ema.buffers(), p.G.buffers(), strict=True):
        average.copy_(now)


def train(p: Players, recipe: GanRecipe, photos: Tensor, seed: int, images: int = 0) -> Iterator[Step]:
    """Play the game for ever; one Step a turn. photos: uint8 (N, 3, 64, 64)."""
    device = p.G.constant.device
    torch.manual_seed(seed + images)
    r1 = torch.zeros(())
    for turn, x in enumerate(batches(photos, recipe.batch, seed + images, device)):
        loss_d, d_real, d_fake = d_step(p, recipe, x)
        if turn % recipe.r1_every == 0:
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
    """Copy the run's newest state and its snapshots to weights/gan_faces/ in fp16."""
    target, config = weights.WEIGHTS / gan.NAME, weights.load_config(GanConfig, folder)
    p = Players(config, GanRecipe(), torch.device("cpu"))
    progress = checkpoint.load(folder, p.modules, {})
    if progress is None:
        raise SystemExit(f"nothing to publish: no checkpoint in {folder}")
    weights.save_config(config, target)
    for name, module in p.modules.items():
        weights.save(module, target / f"{name}.safetensors")
    for file in sorted(folder.glob("snapshot_*.safetensors")):
        (target / file.name).write_bytes(file.read_bytes())
    for file in folder.glob("metrics.csv"):  # the curve under the time-lapse
        (target / file.name).write_bytes(file.read_bytes())
    (target / "training.json").write_text(json.dumps(progress) + "\n")
    write_card(p, progress, target)
    print(f"published {progress['images']:,} images to {weights.shown(target)}")


def results() -> dict[str, str]:
    """What benchmarks/face_quality.py measured on these weights, as rows of the card."""
    quality = gan_quality.load()
    if quality is None or quality.gan is None:
        return {"Frechet distance and the like": "not measured yet: run benchmarks/face_quality.py"}
    found = quality.gan
    return {
        "Frechet distance to training photos, features of `face_attributes`": f"{found.frechet:.2f}",
        "the same of photos to other photos (floor)": f"{quality.floor:.2f}",
        "precision, recall": f"{found.precision:.2f}, {found.recall:.2f}",
        "variance of the Laplacian (sharpness)": f"{found.sharpness:.0%} of photos'",
        "median distance to the nearest training photo": f"{found.near:.2f} of held-out photos' own",
    }


@torch.no_grad()
def write_card(p: Players, progress: dict, folder: Path) -> None:
    """The model card, with 64 samples of the moving average."""
    size, critic = (sum(v.numel() for v in net.parameters()) / 1e6 for net in (p.G_ema, p.D))
    G = p.G_ema.eval()
    samples = (
        torch.cat([G(z) for z in noise(0, 64, G.mapping.w_avg.numel()).split(8)]).add(1).div(2).clamp(0, 1)
    )
    card = Card(
        title="gan_faces: a small StyleGAN2 of faces",
        what=WHAT.format(g=size, d=critic),
        tags="gan, stylegan2, faces, education",
        command="python -m generative.training.gan --photos PATH --seed 1  # several runs: docs/training.md",
        seed=1,
        images=progress["images"],
        seconds=progress["seconds"],
        results=results(),
        limits=LIMITS,
    )
    face_card.write(card, samples, folder)


def restore(p: Players, folder: Path) -> dict:
    """The run's own checkpoint if there is one, else the shipped weights with fresh Adam moments."""
    progress = checkpoint.load(folder, p.modules, p.optimizers)
    if progress is None:
        shipped = weights.WEIGHTS / gan.NAME
        for name, module in p.modules.items():
            weights.load(module, shipped / f"{name}.safetensors")
        progress = json.loads((shipped / "training.json").read_text())
    return progress


def keep(p: Players, folder: Path, step: Step, seconds: float) -> None:
    """Checkpoint, metrics row and sheet."""
    checkpoint.save(folder, p.modules, p.optimizers, {"images": step.images, "seconds": seconds})
    checkpoint.log(folder, {"seconds": round(seconds), **{k: round(v, 4) for k, v in step._asdict().items()}})
    save_sheet(p, folder / "sheets" / f"{step.images:08d}.png")


def run(p: Players, recipe: GanRecipe, photos: Tensor, progress: dict, args: argparse.Namespace) -> None:
    """Train for args.minutes, keeping a checkpoint every few minutes and snapshots at SNAPSHOTS."""
    start, saved, before = time.time(), time.time(), progress["seconds"]
    bar = tqdm(unit="img", initial=progress["images"], dynamic_ncols=True, mininterval=5)
    last = progress["images"]
    for step in train(p, recipe, photos, args.seed, progress["images"]):
        bar.update(step.images - last)
        bar.set_postfix(
            d=f"{step.d_loss:.2f}",
            g=f"{step.g_loss:.2f}",
            real=f"{step.d_real:.2f}",
            fake=f"{step.d_fake:.2f}",
        )
        for i, at in enumerate(SNAPSHOTS):
            if last < at <= step.images:
                weights.save(p.G_ema, args.out / f"snapshot_{i:02d}.safetensors")
        last = step.images
        over = time.time() - start > args.minutes * 60
        if over or time.time() - saved > args.save_minutes * 60:
            keep(p, args.out, step, before + time.time() - start)
            saved = time.time()
        if over:
            break


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photos", type=Path, help="folder or .tar of aligned photos")
    parser.add_argument("--config", choices=("cpu", "gpu"), help="default: by device")
    parser.add_argument("--device", type=torch.device, default=best_device())
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--save-minutes", type=float, default=5)
    parser.add_argument("--threads", type=int, default=0, help="CPU threads; 0 leaves torch's choice")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bf16", action="store_true", help="for a CPU with AVX-512 bf16: 1.4 times as fast")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--publish", action="store_true", help="only copy the run's newest state to weights/")
    parser.add_argument("--out", type=Path, default=Path("runs") / gan.NAME)
    args = parser.parse_args()
    config, recipe = GPU if (args.config or args.device.type) in ("gpu", "cuda") else CPU
    if args.bf16:
        recipe = replace(recipe, bf16=True)
    if args.publish:
        return publish(args.out)
    if args.threads:
        torch.set_num_threads(args.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(args.seed)
    p = Players(config, recipe, args.device)
    weights.save_config(config, args.out)
    progress = restore(p, args.out) if args.resume else {"images": 0, "seconds": 0.0}
    photos = load_photos(args.photos, config.resolution, "train").pictures
    run(p, recipe, photos, progress, args)


if __name__ == "__main__":
    main()
