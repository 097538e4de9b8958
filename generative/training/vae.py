"""Train the face VAE: python -m generative.training.vae --photos PATH --minutes 60 [--resume]

Kingma and Welling 2014 (https://arxiv.org/abs/1312.6114) and, on top, a discriminator that trains along
(critic.py; Larsen et al. 2016, https://arxiv.org/abs/1512.09300). It judges reconstructions alone, where
pixels hold the decoder back; draws from q(z | x) fill the room of N(0, I), so samples gain as well. (It
judged samples too, twice: nothing holds them, and they ran off into textures or glaring light.) The first
--plain-minutes go without it. A fresh discriminator starts from the face GAN's, which knows faces.
With --taught the first axes learn what the diffusion model is told (taught.py).

Writes runs/vae_faces/ (checkpoint, metrics.csv, sheets of reconstructions and samples);
--publish copies the newest state in fp16 to weights/vae_faces/ and measures it (vae_card.py).

It does not know what an axis will mean, nor what the page needs of it.
"""

import argparse
import copy
import json
import math
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor
from tqdm import tqdm

from generative import gan, vae, weights
from generative.device import best_device, noise
from generative.diffusion import model as diffusion
from generative.diffusion.model import DiffusionConfig
from generative.pictures import sheet, to_image
from generative.training import average, checkpoint, vae_card
from generative.training.critic import Critic, CriticRecipe
from generative.training.data import Photos, load_photos
from generative.training.diffusion import told
from generative.training.directions import read_labels
from generative.training.taught import Lesson, TaughtRecipe, axes_first, draw_people, save_moves
from generative.vae.measure import measure, posterior
from generative.vae.model import LatentStatistics, Vae, VaeConfig


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
    ema_images: int = 10_000  # half-life of the moving average, which is what serves
    critic: CriticRecipe = CriticRecipe()
    taught: TaughtRecipe = TaughtRecipe()


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
    taught: float = 0.0


class Batch(NamedTuple):
    """Pictures (B, 3, 64, 64) in [0, 1], which photos they are (B,), which of them are mirrored (B,)."""

    x: Tensor
    idx: Tensor
    mirrored: Tensor


def batches(photos: Tensor, size: int, seed: int) -> Iterator[Batch]:
    """Endless batches of `size` photos, half of them mirrored. photos: uint8 (N, 3, 64, 64)."""
    generator = torch.Generator().manual_seed(seed)
    while True:
        for idx in torch.randperm(len(photos), generator=generator).split(size):
            idx = idx.to(photos.device)
            x = photos[idx].float().div(255)
            mirror = (torch.rand(len(idx), generator=generator) < 0.5).to(photos.device)
            x = torch.where(mirror[:, None, None, None], x.flip(3), x)
            yield Batch(x.contiguous(memory_format=torch.channels_last), idx, mirror)


class Parts:
    """VAE, its moving average, the critic, and their optimizers."""

    def __init__(self, config: VaeConfig, recipe: VaeRecipe, device: torch.device, bf16: bool = False):
        self.model = Vae(config).to(device).to(memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.model).requires_grad_(False)
        self.critic = Critic(recipe.critic, device, bf16)
        self.optimizer = torch.optim.Adam(self.model.parameters(), recipe.lr)

    @property
    def modules(self) -> dict[str, torch.nn.Module]:
        return {"vae": self.model, "average": self.average, "critic": self.critic.D}

    @property
    def optimizers(self) -> dict[str, torch.optim.Optimizer]:
        return {"adam": self.optimizer, "d": self.critic.optimizer}


def axes(model: Vae, photos: Tensor, n: int) -> Tensor:
    """The n axes of the highest mean KL on uint8 photos (N, 3, 64, 64), as (z_dim,) of bool, and the taught
    ones, which are not counted."""
    tells, first = posterior(model, photos).kl().mean(0), len(model.config.taught)
    tells[:first] = math.inf
    return tells >= tells.sort(descending=True).values[first + n - 1]


def train(
    p: Parts,
    recipe: VaeRecipe,
    photos: Tensor,
    seed: int,
    images: int = 0,
    critic: bool = True,
    lesson: Lesson | None = None,
) -> Iterator[Step]:
    """Train for ever, a Step a batch; the caller sets the rate. photos: uint8 (N, 3, 64, 64)."""
    generator = torch.Generator().manual_seed(seed + images)
    torch.manual_seed(seed + images)  # DiffAugment draws from torch's own generator
    chosen = None
    for batch in batches(photos, recipe.batch, seed + images):
        beta = recipe.beta * min(1.0, images / (recipe.warmup_epochs * len(photos)))
        if images >= recipe.chosen_images:
            chosen = axes(p.model, photos[:2000], recipe.chosen) if chosen is None else chosen
            beta = torch.where(chosen, recipe.beta_chosen, recipe.beta_silent)
        images += len(batch.x)
        yield turn(p, recipe, batch, beta, generator, critic, lesson)._replace(images=images)


def turn(
    p: Parts,
    recipe: VaeRecipe,
    batch: Batch,
    beta: float | Tensor,
    generator: torch.Generator,
    critic: bool,
    lesson: Lesson | None = None,
) -> Step:
    """One step of the VAE on a batch, then one of the critic if it plays."""
    x = batch.x
    x_recon, q = p.model(x, generator)
    losses = vae.model.loss(x, x_recon, q, beta)
    total, missed, feature, d_loss = losses.total, 0.0, 0.0, 0.0
    if lesson:
        missed = lesson.loss(p.model, beta, generator)
        total = total + missed + lesson.missed(q, lesson.labels_of(*batch[1:]), recipe.taught.label_std)
    if critic:
        pull, feature = p.critic.pull(x, x_recon)
        total = total + (x_recon * pull).sum()  # its gradient at x_recon is the pull
    p.optimizer.zero_grad(set_to_none=True)
    total.backward()
    torch.nn.utils.clip_grad_norm_(p.model.parameters(), recipe.clip)
    p.optimizer.step()
    if critic:
        d_loss = p.critic.learn(x, x_recon[: recipe.critic.judged])
    in_use = torch.as_tensor(beta).min()
    numbers = (losses.recon, losses.kl, in_use, feature, d_loss, missed)
    stacked = torch.stack([torch.as_tensor(v, device=x.device).detach() for v in numbers])
    return Step(len(x), *stacked.tolist())  # read together: a GPU is waited for once a step


@torch.no_grad()
def save_sheet(model: Vae, photos: Tensor, file: Path) -> None:
    """Unpicked: 16 held-out photos, under each its reconstruction, then 32 samples from N(0, I)."""
    device = next(model.parameters()).device
    x = photos[:16].to(device).float() / 255
    x_recon = model.decoder(model.encoder(x).mean)
    samples = model.decoder(noise(0, 32, model.config.z_dim).to(device))
    rows = [x[:8], x_recon[:8], x[8:], x_recon[8:], samples]
    file.parent.mkdir(parents=True, exist_ok=True)
    sheet([to_image(face) for face in torch.cat(rows).cpu()], 8, 64).save(file)


def restore(p: Parts, folder: Path) -> dict:
    """The run's own checkpoint if there is one, else the shipped weights with fresh Adam moments; where those
    were taught nothing, silent axes come first, to be taught."""
    progress = checkpoint.load(folder, p.modules, p.optimizers)
    if progress is None:
        shipped = weights.WEIGHTS / vae.model.NAME
        untaught = p.model.config.taught and not weights.load_config(VaeConfig, shipped).taught
        for network in (p.model, p.average):
            weights.load(network, shipped / "model.safetensors")
            if untaught:
                tells = LatentStatistics(**json.loads((shipped / "latents.json").read_text())).order
                silent = tells[-len(p.model.config.taught) :]
                axes_first(network, [*silent, *(i for i in tells if i not in silent)])
        if (shipped / "discriminator.safetensors").is_file():
            weights.load(p.critic.D, shipped / "discriminator.safetensors")
        progress = json.loads((shipped / "training.json").read_text())
    return progress


def run(
    p: Parts,
    recipe: VaeRecipe,
    photos: Tensor,
    val: Tensor,
    progress: dict,
    args: argparse.Namespace,
    lesson: Lesson | None = None,
) -> None:
    """Train for args.minutes; the rate falls over the last share. Where Adam is fresh, it warms up first."""
    start, saved, before, total = time.time(), time.time(), progress["seconds"], args.minutes * 60
    warmup = 1 if p.optimizer.state else WARMUP
    bar = tqdm(unit="img", initial=progress["images"], dynamic_ncols=True, mininterval=5)
    for i, step in enumerate(_phases(p, recipe, photos, progress["images"], args, lesson)):
        spent = time.time() - start
        left = max(0.05, min(1.0, (1 - spent / total) / recipe.decay_share))
        for group in p.optimizer.param_groups:
            group["lr"] = recipe.lr * min(left, (i + 1) / warmup)
        for group in p.critic.optimizer.param_groups:
            group["lr"] = recipe.critic.lr * left
        average.follow(p.average, p.model, recipe.ema_images / recipe.batch)
        bar.update(recipe.batch)
        shown = {"recon": step.recon, "kl": step.kl, "d": step.d_loss, "taught": step.taught}
        bar.set_postfix({k: f"{v:.2f}" for k, v in shown.items()}, refresh=False)
        if spent > total or time.time() - saved > args.save_minutes * 60:
            seconds = {"seconds": before + spent}
            checkpoint.save(args.out, p.modules, p.optimizers, {"images": step.images} | seconds)
            row = {k: round(v, 3) for k, v in measure(p.average, val)._asdict().items()}
            numbers = {"seconds": round(before + spent), **step._asdict()}
            checkpoint.log(args.out, numbers | {f"val_{k}": v for k, v in row.items()})
            save_sheet(p.average, val, args.out / "sheets" / f"{step.images:08d}.png")
            if lesson:
                save_moves(p.average, args.out / "sheets" / f"{step.images:08d}_moves.png")
            saved = time.time()
        if spent > total:
            break


def _phases(
    p: Parts,
    recipe: VaeRecipe,
    photos: Tensor,
    images: int,
    args: argparse.Namespace,
    lesson: Lesson | None,
) -> Iterator[Step]:
    """Steps without the critic for args.plain_minutes, then with it."""
    start = time.time()
    if args.plain_minutes > 0:
        for step in train(p, recipe, photos, args.seed, images, critic=False, lesson=lesson):
            yield step
            images = step.images
            if time.time() - start > 60 * args.plain_minutes:
                break
    yield from train(p, recipe, photos, args.seed, images, lesson=lesson)


def the_lesson(recipe: VaeRecipe, photos: Photos, args: argparse.Namespace) -> Lesson:
    """People drawn by the shipped diffusion model (--people of them), and the photos' labels."""
    network = diffusion.load()
    with torch.autocast(args.device.type, torch.bfloat16, enabled=args.bf16):
        people = draw_people(network, args.people)
    labels = told(network.config, read_labels(args.photos, photos.names)).to(args.device)
    return Lesson(recipe.taught, network.config.attributes, people, labels)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photos", type=Path, required=True, help="folder or .tar of aligned photos")
    parser.add_argument("--config", choices=("cpu", "gpu"), help="default: by device")
    parser.add_argument("--device", type=torch.device, default=best_device())
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--plain-minutes", type=float, default=20, help="of these, without the discriminator")
    parser.add_argument("--adversary", type=float, help=f"default: {CriticRecipe.adversary}")
    parser.add_argument("--lr", type=float, help="of the VAE, for a last stretch")
    parser.add_argument("--batch", type=int)
    parser.add_argument(
        "--chosen", type=int, help="axes that may tell something, the taught ones not counted"
    )
    parser.add_argument("--taught", action="store_true", help="teach the first axes; needs labels.csv")
    parser.add_argument("--people", type=int, default=3000, help="drawn by the diffusion model, to teach")
    parser.add_argument("--bf16", action="store_true", help="D in bfloat16, for processors that have it")
    parser.add_argument("--save-minutes", type=float, default=5)
    parser.add_argument("--threads", type=int, default=0, help="CPU threads; 0 leaves torch's choice")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument(
        "--publish", action="store_true", help="only measure the newest state and copy it to weights/"
    )
    parser.add_argument("--out", type=Path, default=Path("runs") / vae.model.NAME)
    return parser.parse_args()


def chosen(args: argparse.Namespace) -> tuple[VaeConfig, VaeRecipe]:
    """The network and the recipe that the command line asks for."""
    config, recipe = GPU if (args.config or args.device.type) in ("gpu", "cuda") else CPU
    if args.taught:
        config = replace(config, taught=DiffusionConfig.attributes)
    if args.adversary is not None:
        recipe = replace(recipe, critic=replace(recipe.critic, adversary=args.adversary))
    if args.batch:  # a third as many people, half as many for the critic
        people, judged = replace(recipe.taught, people=args.batch // 3), args.batch // 2
        recipe = replace(recipe, taught=people, critic=replace(recipe.critic, judged=judged))
    changed = {k: v for k in ("lr", "batch", "chosen") if (v := getattr(args, k)) is not None}
    return config, replace(recipe, **changed)


def main() -> None:
    args = arguments()
    config, recipe = chosen(args)
    torch.backends.cudnn.benchmark = True  # a GPU tries its ways of a convolution once
    if args.threads:
        torch.set_num_threads(args.threads)
    if args.publish:
        return vae_card.publish(args.out, args.photos, asdict(recipe))
    torch.manual_seed(args.seed)
    p = Parts(config, recipe, args.device, args.bf16)
    weights.load(p.critic.D, weights.WEIGHTS / gan.model.NAME / "discriminator.safetensors")
    weights.save_config(config, args.out)
    progress = restore(p, args.out) if args.resume else {"images": 0, "seconds": 0.0}
    photos = load_photos(args.photos, 64, "train")
    val = load_photos(args.photos, 64, "val").pictures
    lesson = the_lesson(recipe, photos, args) if args.taught else None
    run(p, recipe, photos.pictures.to(args.device), val, progress, args, lesson)


if __name__ == "__main__":
    main()
