"""Train the rungs, eight small VAEs: python -m generative.training.vae_ladder --photos PATH [--resume]

Eight networks that differ in one thing each: the size of z (2, 5, 32) and beta (0, a plain autoencoder,
or 1); z = 32 also with beta 4 and 10. No adversary, no feature loss: nothing but the lecture's two terms. One
after another, each for --minutes, into runs/vae_ladder/NAME/; --publish measures the newest states and copies
them in fp16 to weights/vae_ladder/.

Higgins et al., "beta-VAE", 2017, https://openreview.net/forum?id=Sy2fzU9gl. It does not know the page that
compares them.
"""

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor
from tqdm import tqdm

from generative import vae, weights
from generative.device import best_device, noise
from generative.training import checkpoint, face_card
from generative.training.data import load_photos
from generative.training.face_card import Card
from generative.training.vae import Step, batches
from generative.vae.measure import measure, posterior
from generative.vae.model import Vae, VaeConfig
from generative.vae.rungs import Rung, RungsConfig, name

BATCH = 64
LR = 1e-3
WARMUP = 500  # steps to the full rate, and of KL from 0 to beta: the decoder first learns to listen
DECAY = 0.3  # last share of the minutes, in which the rate falls to a twentieth
CLIP = 50.0  # gradient norm; the loss is a sum over 12,288 numbers
CLOUD = 1500  # photos whose two numbers are published: enough to see the cloud
RUNGS = RungsConfig().rungs

WHAT = """64 x 64 pixels; eight networks of {size:.1f}M parameters (encoder and decoder, GroupNorm) that
differ in one thing each: z of 2, 5 or 32 numbers, beta 0 or 1; with 32 numbers also beta 4 and 10.
`z32_beta4.safetensors` is z = 32, beta = 4. Networks and loss: `generative/vae/model.py`; what
serves: `generative/vae/rungs.py`.

**Loss of one picture**, in nats up to a constant: 1/2 squared error, summed over 64 x 64 pixels and 3 colours
(pixels in [0, 1]; a Gaussian likelihood of variance 1) + beta x KL, summed over the axes of z; the mean over
the batch. beta rises from 0 in the first 500 steps. With beta = 0 the code is mu itself, nothing is drawn,
and there is no KL: a plain autoencoder. No feature loss, no adversary.

`statistics.json` holds the figures below and, for every rung, mean and covariance of mu and the mean of
sigma^2 over the training photos; for z = 2 also the mu (two rounded numbers) of {cloud:,} of them, drawn at
random with seed 0, without their names. The samples below: a row for each rung, in the order of the table."""

LIMITS = """Small and briefly trained: they show what a bottleneck and beta do, not how good a VAE can be.
Blurred: a Gaussian likelihood answers with the average of the faces that fit. Figures are of one run each,
from one seed: differences of a tenth of a dB mean nothing. With beta = 0 nobody asked for N(0, I): that its
samples are poor is what is to be shown. Faces turned far to the side, children and drawings are unknown to
them. What an axis means was not taught. Not for recognising or judging anybody."""


def config(z_dim: int) -> VaeConfig:
    """About 0.8 million parameters, 1.5 MB in fp16."""
    return RungsConfig().model(z_dim)


def train(
    model: Vae, optimizer: torch.optim.Optimizer, beta: float, photos: Tensor, seed: int, images: int
) -> Iterator[Step]:
    """Train for ever, a Step a batch; the caller sets the rate. photos: uint8 (N, 3, 64, 64)."""
    generator = torch.Generator().manual_seed(seed + images)
    for x, *_ in batches(photos, BATCH, seed + images):
        now = beta * min(1.0, images / (BATCH * WARMUP))
        q = model.encoder(x)
        z = q.sample(generator) if beta else q.mean  # with beta 0 nothing asks for a spread
        losses = vae.model.loss(x, model.decoder(z), q, now)
        optimizer.zero_grad(set_to_none=True)
        losses.total.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimizer.step()
        images += len(x)
        yield Step(images, losses.recon.item(), losses.kl.item(), now)


def shipped(model: Vae, z_dim: int, beta: float) -> dict:
    """Without a checkpoint a run goes on from the shipped weights; without these, from nothing."""
    if not (weights.WEIGHTS / vae.rungs.NAME / "statistics.json").is_file():
        return {"images": 0, "seconds": 0.0}
    weights.load(model, weights.WEIGHTS / vae.rungs.NAME / f"{name(z_dim, beta)}.safetensors")
    rung = vae.rungs.rungs()[z_dim, beta]
    return {"images": rung.images, "seconds": rung.seconds}


def climb(z_dim: int, beta: float, photos: Tensor, val: Tensor, args: argparse.Namespace) -> None:
    """Train one rung for args.minutes, or until its folder says that it has had them."""
    folder = args.out / name(z_dim, beta)
    torch.manual_seed(args.seed)
    model = Vae(config(z_dim)).to(args.device).to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), LR)
    progress = {"images": 0, "seconds": 0.0}
    if args.resume:
        progress = checkpoint.load(folder, {"vae": model}, {"adam": optimizer}) or shipped(model, z_dim, beta)
    before, start, saved, total = progress["seconds"], time.time(), time.time(), args.minutes * 60
    bar = tqdm(desc=folder.name, unit="img", initial=progress["images"], dynamic_ncols=True, mininterval=5)
    if before >= total:
        return
    for step in train(model, optimizer, beta, photos, args.seed, progress["images"]):
        seconds = before + time.time() - start
        left = max(0.05, min(1.0, (1 - seconds / total) / DECAY))
        optimizer.param_groups[0]["lr"] = LR * left * min(1.0, step.images / (BATCH * WARMUP))
        bar.update(BATCH)
        if seconds > total or time.time() - saved > 120:
            progress = {"images": step.images, "seconds": seconds}
            checkpoint.save(folder, {"vae": model}, {"adam": optimizer}, progress)
            checkpoint.log(folder, {**progress, **step._asdict(), **measure(model, val)._asdict()})
            saved = time.time()
        if seconds > total:
            return


@torch.no_grad()
def study(model: Vae, beta: float, progress: dict, train: Tensor, val: Tensor) -> Rung:
    """What is published beside a rung's weights. train, val: uint8 (N, 3, 64, 64)."""
    measured, q = measure(model, val), posterior(model, train)
    mu = q.mean
    spread = q.logvar.exp().mean(0) if beta else torch.zeros(mu.shape[1])
    some = torch.randperm(len(mu), generator=torch.Generator().manual_seed(0))[:CLOUD]
    return Rung(
        z_dim=mu.shape[1],
        beta=beta,
        images=progress["images"],
        seconds=round(progress["seconds"], 1),
        psnr=round(measured.psnr, 3),
        recon=round(measured.recon, 3),
        kl=round(measured.kl, 3) if beta else None,
        active=measured.active if beta else None,
        sharpness=round(measured.sharpness, 4),
        mean=rounded(mu.mean(0), 6),
        covariance=rounded(mu.T.double().cov(), 6),
        variance=rounded(spread, 6),
        cloud=rounded(mu[some], 2) if mu.shape[1] == 2 else [],
    )


def rounded(x: Tensor, digits: int) -> list:
    """A vector or matrix as lists of rounded numbers."""
    return [rounded(v, digits) if v.dim() else round(float(v), digits) for v in x]


def publish(args: argparse.Namespace) -> None:
    """Every rung in fp16 to weights/vae_ladder/, with statistics.json and one card for all."""
    folder, runs = weights.WEIGHTS / vae.rungs.NAME, [args.out / name(*rung) for rung in RUNGS]
    if missing := [run.name for run in runs if not (run / "checkpoint.safetensors").is_file()]:
        raise SystemExit(f"nothing published: no checkpoint of {', '.join(missing)} in {args.out}")
    train, val = (load_photos(args.photos, 64, split).pictures for split in ("train", "val"))
    weights.save_config(RungsConfig(), folder)
    studied, samples = [], []
    for z_dim, beta in tqdm(RUNGS, desc="rungs"):
        model, file = Vae(config(z_dim)), folder / f"{name(z_dim, beta)}.safetensors"
        progress = checkpoint.load(args.out / name(z_dim, beta), {"vae": model}, {})
        weights.save(model, file)
        weights.ready(weights.load(model, file), torch.device("cpu"))  # measured as it is shipped
        studied.append(study(model, beta, progress, train, val))
        samples.append(model.decoder(noise(0, 8, z_dim)))
    lines = [f'"{name(r.z_dim, r.beta)}": {json.dumps(r._asdict())}' for r in studied]
    (folder / "statistics.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    write_card(studied, model, torch.cat(samples), args, folder)
    print(f"published {len(RUNGS)} rungs to {weights.shown(folder)}")


def write_card(
    studied: list[Rung], model: Vae, samples: Tensor, args: argparse.Namespace, folder: Path
) -> None:
    """One card for the eight: README.md and samples.png, a row of N(0, I) a rung."""
    size = sum(p.numel() for p in model.parameters()) / 1e6
    command = "python -m generative.training.vae_ladder --photos PATH"
    card = Card(
        title="vae_ladder: eight small autoencoders of faces",
        what=WHAT.format(size=size, cloud=CLOUD),
        tags="vae, autoencoder, faces, education",
        command=f"{command} --minutes {args.minutes:g} --threads {args.threads} --seed {args.seed}",
        seed=args.seed,
        images=sum(rung.images for rung in studied),
        seconds=sum(rung.seconds for rung in studied),
        results={f"z = {rung.z_dim}, beta = {rung.beta:g}": figures(rung) for rung in studied},
        limits=LIMITS,
    )
    face_card.write(card, samples, folder)


def figures(rung: Rung) -> str:
    """A rung's row of the card: on held-out photos, at the posterior mean."""
    kl = f"KL {rung.kl:.2f} nats, {rung.active} active axes" if rung.beta else "no KL"
    return (
        f"PSNR {rung.psnr:.2f} dB, reconstruction {rung.recon:.1f} nats, {kl}; samples from N(0, I) "
        f"{100 * rung.sharpness:.0f} % as sharp as photos; codes at least {vae.rungs.gap(rung):.1f} nats "
        f"from N(0, I); {rung.images:,} images"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photos", type=Path, required=True, help="folder or .tar of aligned photos")
    parser.add_argument("--device", type=torch.device, default=best_device())
    parser.add_argument("--minutes", type=float, default=6, help="for each of the eight")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads; 0 leaves torch's choice")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--publish", action="store_true", help="only measure and copy to weights/")
    parser.add_argument("--out", type=Path, default=Path("runs/vae_ladder"))
    args = parser.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    if args.publish:
        return publish(args)
    photos = load_photos(args.photos, 64, "train").pictures.to(args.device)
    val = load_photos(args.photos, 64, "val").pictures
    for z_dim, beta in RUNGS:
        climb(z_dim, beta, photos, val, args)


if __name__ == "__main__":
    main()
