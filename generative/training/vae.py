"""Train the face VAE: python -m generative.training.vae --photos PATH --minutes 60 [--resume]

Larsen et al., "Autoencoding beyond pixels using a learned similarity metric", 2016,
https://arxiv.org/abs/1512.09300: a discriminator trains along. What it sees on the way to its verdict
measures reconstructions (feature loss); its verdict takes the blur off. It judges reconstructions alone,
where pixels hold the decoder back; draws from q(z | x) fill the room of N(0, I), so samples gain as well. (It
judged samples too, twice: nothing holds them, and they ran off into textures or glaring light.) The first
--plain-minutes go without it. A fresh discriminator starts from the face GAN's, which knows faces.

Writes runs/vae_faces/ (checkpoint, metrics.csv, sheets of reconstructions and samples);
--publish copies the newest state in fp16 to weights/vae_faces/ and measures it (vae_card.py).
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
import torch.nn.functional as F
from torch import Tensor
from tqdm import tqdm

from generative import gan, vae, weights
from generative.device import best_device, noise
from generative.gan.model import Discriminator, GanConfig
from generative.pictures import sheet, to_image
from generative.training import average, checkpoint
from generative.training.data import load_photos
from generative.vae.model import Vae, VaeConfig


@dataclass(frozen=True)
class VaeRecipe:
    """How it is trained."""

    batch: int = 64
    lr: float = 1e-3
    beta: float = (
        4.0  # axes that explain less than about 4 nats^-1 of squared error switch off: 12 to 20 stay
    )
    chosen_images: int = 390_000  # from here on ...
    chosen: int = 16  # ... the axes that tell most by then ...
    beta_chosen: float = 1.0  # ... may tell more, ...
    beta_silent: float = 16.0  # ... and the others fall silent
    warmup_epochs: float = 5.0  # KL from 0 to beta, so that the decoder learns to listen to z first
    decay_share: float = 0.6  # of --minutes, at the end: the rate falls linearly to a twentieth
    clip: float = 50.0  # gradient norm; the loss is a sum over 12,288 numbers
    feature: float = 0.3  # how hard the feature loss pulls on a reconstruction's detail, squared error = 1
    adversary: float = 2.4  # the same for the verdict
    judged: int = 32  # reconstructions judged a step
    d_lr: float = 0.001
    ema_images: int = 10_000  # half-life of the moving average, which is what serves
    r1_gamma: float = 0.3  # three times the face GAN's: blurred pictures are easily told apart
    r1_every: int = 16


CPU = (VaeConfig(detail=True), VaeRecipe())
GPU = (VaeConfig(channels=(64, 128, 256, 512), detail=True), VaeRecipe(batch=256, lr=2e-3))


WARMUP = 500  # steps from nothing to the full rate


class Step(NamedTuple):
    """One training step; losses in nats per picture. beta: of the axes in use."""

    images: int
    recon: float
    kl: float
    beta: float
    feature: float = 0.0
    d_loss: float = 0.0


def batches(photos: Tensor, size: int, seed: int) -> Iterator[Tensor]:
    """Endless batches (size, 3, 64, 64) in [0, 1], half of them mirrored. photos: uint8 (N, 3, 64, 64)."""
    generator = torch.Generator().manual_seed(seed)
    while True:
        for idx in torch.randperm(len(photos), generator=generator).split(size):
            x = photos[idx.to(photos.device)].float().div(255)
            mirror = (torch.rand(len(idx), generator=generator) < 0.5).to(photos.device)
            x = torch.where(mirror[:, None, None, None], x.flip(3), x)
            yield x.contiguous(memory_format=torch.channels_last)


def fine(x: Tensor) -> Tensor:
    """What a blur by a Gaussian of about one pixel takes from pictures (B, C, H, W)."""
    line = x.new_tensor([1.0, 4.0, 6.0, 4.0, 1.0]) / 16
    kernel = torch.outer(line, line).repeat(x.shape[1], 1, 1, 1)
    return x - F.conv2d(F.pad(x, (2, 2, 2, 2), mode="replicate"), kernel, groups=x.shape[1])


class Critic:
    """The discriminator that trains along, and its optimizer."""

    def __init__(self, recipe: VaeRecipe, device: torch.device, bf16: bool = False):
        self.D = Discriminator(GanConfig()).to(device).to(memory_format=torch.channels_last)
        self.optimizer = torch.optim.Adam(self.D.parameters(), recipe.d_lr, (0.0, 0.99), eps=1e-8)
        self.recipe, self.bf16, self.turn = recipe, bf16, 0

    def features(self, x: Tensor) -> list[Tensor]:
        """What D sees of x (B, 3, 64, 64) in [0, 1]."""
        with torch.autocast(x.device.type, torch.bfloat16, enabled=self.bf16):
            return [f.float() for f in self.D.features(x * 2 - 1)]

    def logits(self, x: Tensor) -> Tensor:
        """D's logits (B,) on augmented x (B, 3, 64, 64) in [0, 1]."""
        with torch.autocast(x.device.type, torch.bfloat16, enabled=self.bf16):
            return self.D(gan.model.diff_augment(x * 2 - 1)).float()

    def pull(self, x: Tensor, x_recon: Tensor) -> tuple[Tensor, float]:
        """The gradient at x_recon (B, 3, 64, 64) of feature loss and -log D; the feature loss.

        Only their fine part: the coarse picture is what z knows, and the squared error's alone. Each is
        scaled to a share of the squared error's fine gradient, so that no weight needs tuning
        while D changes (Esser et al. 2021, https://arxiv.org/abs/2012.09841, eq. 7, at the picture).
        """
        r, x_recon = self.recipe, x_recon.detach().requires_grad_()
        self.D.requires_grad_(False)
        with torch.no_grad():
            real = self.features(x)
        feature = vae.model.feature_loss(real, self.features(x_recon))
        verdict = gan.model.g_loss(self.logits(x_recon[: r.judged]))
        pulls = [fine(torch.autograd.grad(v, x_recon)[0]) for v in (feature, verdict)]
        self.D.requires_grad_(True)
        error = fine((x_recon.detach() - x) / len(x)).norm()  # of the squared error's gradient
        shares = zip(pulls, (r.feature, r.adversary), strict=True)
        return sum(g * share * error / g.norm().clamp_min(1e-12) for g, share in shares), feature.item()

    def learn(self, x: Tensor, x_fake: Tensor) -> float:
        """One step of D on as many photos as fakes, R1 every `r1_every` turns. Returns its loss."""
        x, r = x[: len(x_fake)], self.recipe
        loss = gan.model.d_loss(self.logits(x), self.logits(x_fake.detach()))
        if self.turn % r.r1_every == 0:
            clear = (x * 2 - 1).requires_grad_()
            loss = loss + gan.model.r1_penalty(self.D(clear), clear) * r.r1_gamma / 2 * r.r1_every
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        self.turn += 1
        return loss.item()


class Parts:
    """VAE, its moving average, the critic, and their optimizers."""

    def __init__(self, config: VaeConfig, recipe: VaeRecipe, device: torch.device, bf16: bool = False):
        self.model = Vae(config).to(device).to(memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.model).requires_grad_(False)
        self.critic = Critic(recipe, device, bf16)
        self.optimizer = torch.optim.Adam(self.model.parameters(), recipe.lr)

    @property
    def modules(self) -> dict[str, torch.nn.Module]:
        return {"vae": self.model, "average": self.average, "critic": self.critic.D}

    @property
    def optimizers(self) -> dict[str, torch.optim.Optimizer]:
        return {"adam": self.optimizer, "d": self.critic.optimizer}


def train(
    model: Vae,
    optimizer: torch.optim.Optimizer,
    recipe: VaeRecipe,
    photos: Tensor,
    seed: int,
    images: int = 0,
    critic: Critic | None = None,
) -> Iterator[Step]:
    """Train for ever, a Step a batch; the caller sets the rate. photos: uint8 (N, 3, 64, 64)."""
    torch.manual_seed(seed + images)
    chosen = None
    for x in batches(photos, recipe.batch, seed + images):
        beta = recipe.beta * min(1.0, images / (recipe.warmup_epochs * len(photos)))
        if images >= recipe.chosen_images:
            chosen = axes(model, photos[:2000], recipe.chosen) if chosen is None else chosen
            beta = torch.where(chosen, recipe.beta_chosen, recipe.beta_silent)
        x_recon, mu, logvar = model(x)
        losses = vae.model.loss(x, x_recon, mu, logvar, beta)
        total, feature, d_loss = losses.total, 0.0, 0.0
        if critic:
            pull, feature = critic.pull(x, x_recon)
            total = total + (x_recon * pull).sum()  # its gradient at x_recon is the pull
        optimizer.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), recipe.clip)
        optimizer.step()
        if critic:
            d_loss = critic.learn(x, x_recon[: recipe.judged])
        images += len(x)
        in_use = float(torch.as_tensor(beta).min())
        yield Step(images, losses.recon.item(), losses.kl.item(), in_use, feature, d_loss)


class Measured(NamedTuple):
    """On held-out photos, at the posterior mean; the sharpness of samples as a share of the photos'."""

    psnr: float
    recon: float
    kl: float
    active: int
    sharpness: float


def sharpness(x: Tensor) -> float:
    """Variance of the Laplacian of the grey pictures, mean over x (B, 3, H, W) in [0, 1]."""
    grey = (x * x.new_tensor([0.299, 0.587, 0.114]).view(3, 1, 1)).sum(1, keepdim=True)
    kernel = x.new_tensor([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]]).view(1, 1, 3, 3)
    return F.conv2d(grey, kernel).flatten(1).var(1).mean().item()


@torch.no_grad()
def posterior(model: Vae, photos: Tensor) -> tuple[Tensor, Tensor]:
    """mu and logvar (N, z_dim) of uint8 photos (N, 3, 64, 64)."""
    device = next(model.parameters()).device
    parts = [model.encoder(x.to(device).float() / 255) for x in photos.split(256)]
    return torch.cat([mu for mu, _ in parts]), torch.cat([logvar for _, logvar in parts])


def axes(model: Vae, photos: Tensor, n: int) -> Tensor:
    """The n axes of the highest mean KL on uint8 photos (N, 3, 64, 64), as (z_dim,) of bool."""
    told = vae.model.kl(*posterior(model, photos)).mean(0)
    return told >= told.sort(descending=True).values[n - 1]


@torch.no_grad()
def measure(model: Vae, photos: Tensor) -> Measured:
    """PSNR, loss terms and active axes (mean KL above 0.05 nats)."""
    mu, logvar = posterior(model, photos)
    x = photos.to(mu.device).float() / 255
    x_recon = torch.cat([model.decoder(m) for m in mu.split(256)])
    per_axis = vae.model.kl(mu, logvar).mean(0)
    recon = float((x - x_recon).square().sum((1, 2, 3)).mean() / 2)
    samples = model.decoder(noise(0, len(x), model.config.z_dim).to(x.device))
    return Measured(
        float(vae.model.psnr(x, x_recon).mean()),
        recon,
        float(per_axis.sum()),
        int((per_axis > 0.05).sum()),
        sharpness(samples) / max(sharpness(x), 1e-12),  # pictures of one colour have none
    )


@torch.no_grad()
def save_sheet(model: Vae, photos: Tensor, file: Path) -> None:
    """Unpicked: 16 held-out photos, under each its reconstruction, then 32 samples from N(0, I)."""
    device = next(model.parameters()).device
    x = photos[:16].to(device).float() / 255
    x_recon = model.decoder(model.encoder(x)[0])
    samples = model.decoder(noise(0, 32, model.config.z_dim).to(device))
    rows = [x[:8], x_recon[:8], x[8:], x_recon[8:], samples]
    file.parent.mkdir(parents=True, exist_ok=True)
    sheet([to_image(face) for face in torch.cat(rows).cpu()], 8, 64).save(file)


def restore(p: Parts, folder: Path) -> dict:
    """The run's own checkpoint if there is one, else the shipped weights with fresh Adam moments."""
    progress = checkpoint.load(folder, p.modules, p.optimizers)
    if progress is None:
        shipped = weights.WEIGHTS / vae.model.NAME
        for network in (p.model, p.average):
            weights.load(network, shipped / "model.safetensors")
        if (shipped / "discriminator.safetensors").is_file():
            weights.load(p.critic.D, shipped / "discriminator.safetensors")
        progress = json.loads((shipped / "training.json").read_text())
    return progress


def run(
    p: Parts, recipe: VaeRecipe, photos: Tensor, val: Tensor, progress: dict, args: argparse.Namespace
) -> None:
    """Train for args.minutes; the rate falls over the last share. Where Adam is fresh, it warms up first."""
    start, saved, before, total = time.time(), time.time(), progress["seconds"], args.minutes * 60
    warmup = 1 if p.optimizer.state else WARMUP
    bar = tqdm(unit="img", initial=progress["images"], dynamic_ncols=True, mininterval=5)
    for i, step in enumerate(_phases(p, recipe, photos, progress["images"], args)):
        spent = time.time() - start
        left = max(0.05, min(1.0, (1 - spent / total) / recipe.decay_share))
        for group in p.optimizer.param_groups:
            group["lr"] = recipe.lr * min(left, (i + 1) / warmup)
        for group in p.critic.optimizer.param_groups:
            group["lr"] = recipe.d_lr * left
        average.follow(p.average, p.model, recipe.ema_images / recipe.batch)
        bar.update(recipe.batch)
        bar.set_postfix(recon=f"{step.recon:.1f}", kl=f"{step.kl:.1f}", d=f"{step.d_loss:.2f}")
        if spent > total or time.time() - saved > args.save_minutes * 60:
            seconds = {"seconds": before + spent}
            checkpoint.save(args.out, p.modules, p.optimizers, {"images": step.images} | seconds)
            row = {k: round(v, 3) for k, v in measure(p.average, val)._asdict().items()}
            numbers = {"seconds": round(before + spent), **step._asdict()}
            checkpoint.log(args.out, numbers | {f"val_{k}": v for k, v in row.items()})
            save_sheet(p.average, val, args.out / "sheets" / f"{step.images:08d}.png")
            saved = time.time()
        if spent > total:
            break


def _phases(
    p: Parts, recipe: VaeRecipe, photos: Tensor, images: int, args: argparse.Namespace
) -> Iterator[Step]:
    """Steps without the critic for args.plain_minutes, then with it."""
    start = time.time()
    if args.plain_minutes > 0:
        for step in train(p.model, p.optimizer, recipe, photos, args.seed, images):
            yield step
            images = step.images
            if time.time() - start > 60 * args.plain_minutes:
                break
    yield from train(p.model, p.optimizer, recipe, photos, args.seed, images, p.critic)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photos", type=Path, required=True, help="folder or .tar of aligned photos")
    parser.add_argument("--config", choices=("cpu", "gpu"), help="default: by device")
    parser.add_argument("--device", type=torch.device, default=best_device())
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--plain-minutes", type=float, default=20, help="of these, without the discriminator")
    parser.add_argument("--adversary", type=float, help=f"default: {VaeRecipe.adversary}")
    parser.add_argument("--lr", type=float, help="of the VAE, for a last stretch")
    parser.add_argument("--bf16", action="store_true", help="D in bfloat16, for processors that have it")
    parser.add_argument("--save-minutes", type=float, default=5)
    parser.add_argument("--threads", type=int, default=0, help="CPU threads; 0 leaves torch's choice")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument(
        "--publish", action="store_true", help="only measure the newest state and copy it to weights/"
    )
    parser.add_argument("--out", type=Path, default=Path("runs") / vae.model.NAME)
    args = parser.parse_args()
    config, recipe = GPU if (args.config or args.device.type) in ("gpu", "cuda") else CPU
    if args.adversary is not None:
        recipe = replace(recipe, adversary=args.adversary)
    if args.lr is not None:
        recipe = replace(recipe, lr=args.lr)
    if args.threads:
        torch.set_num_threads(args.threads)
    if args.publish:
        from generative.training import vae_card  # here, since it reads this file

        return vae_card.publish(args.out, args.photos, recipe)
    torch.manual_seed(args.seed)
    p = Parts(config, recipe, args.device, args.bf16)
    weights.load(p.critic.D, weights.WEIGHTS / gan.model.NAME / "discriminator.safetensors")
    weights.save_config(config, args.out)
    progress = restore(p, args.out) if args.resume else {"images": 0, "seconds": 0.0}
    photos = load_photos(args.photos, 64, "train").pictures.to(args.device)
    val = load_photos(args.photos, 64, "val").pictures
    run(p, recipe, photos, val, progress, args)


if __name__ == "__main__":
    main()
