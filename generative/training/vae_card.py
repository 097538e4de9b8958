"""Publishing the face VAE: its weights in fp16, what the page needs to know of its latent space, its card.

Everything on the card is measured here, on the published weights: held-out photos at the posterior mean
against PCA with as many components as the VAE has active axes; sharpness of samples from N(0, I) and from a
Gaussian mixture fitted to the encoder's means, whose sheets stand side by side.

It does not know how the VAE was trained, but for the numbers of its recipe.
"""

import json
from pathlib import Path

import numpy as np
import torch
from sklearn.decomposition import PCA
from sklearn.mixture import GaussianMixture
from torch import Tensor

from generative import vae, weights
from generative.device import noise
from generative.gan.model import Discriminator, GanConfig
from generative.pictures import sheet, to_image
from generative.training import checkpoint, face_card
from generative.training.data import load_photos
from generative.training.face_card import Card
from generative.vae.measure import Measured, measure, posterior, sharpness
from generative.vae.model import LatentStatistics, Mixture, Vae, VaeConfig

COMPONENTS = 8  # of the mixture

WHAT = """64 x 64 pixels, z of {z} numbers, {size:.1f}M parameters (encoder and decoder), GroupNorm.
Networks and loss: `generative/vae/model.py`. Likelihood: Gaussian of unit variance on pixels in [0, 1].
Loss of a picture: 1/2 squared error summed over pixels and colours + beta x KL summed over axes. Beta was
{beta:g} until it was clear which axes tell something; since then it is {beta_chosen:g} on the {chosen} that
tell most and {beta_silent:g} on the others, which fell silent: fewer axes, and each says more. On top, a
discriminator (`discriminator.safetensors`, only for training on) pulls on each reconstruction: what it sees
of both should be alike (feature loss), and it should not tell them apart (-log D). Only the fine part of its
pull counts, what a blur of about one pixel takes away; the two gradients are scaled to
{critic[feature]:g} and {critic[adversary]:g} of the fine part of the squared error's. What serves is a moving
average of the weights.
`latents.json`: mean and standard deviation of mu and mean KL of every axis over the training photos;
`mixture.json`: {k} Gaussians fitted to mu; `directions.json`: `python -m generative.training.directions`:
steps with names, taught by pairs of one person that the diffusion model drew, and found with labels;
`outliers.json`, `groups.json`: `python -m generative.training.outliers`.

![64 unpicked reconstructions](reconstructions.png)

Reconstructions of 64 held-out photos, unpicked, at the posterior mean; the photos are not shown.

![64 unpicked samples from the mixture](samples_mixture.png)

64 samples from the mixture, unpicked, from seed 0. Below, the same from N(0, I)."""

LIMITS = """Softer than photos: a likelihood on pixels answers with the average of the faces that fit; the
discriminator adds texture, not truth. Glasses come out as dark eyes, hands and hats vanish. Faces turned far
to the side, children and drawings are unknown to it. What an axis means was not taught and is not guaranteed
(Locatello et al. 2019). A face drawn from N(0, I) can fall where no training face lies. Not for recognising
or judging anybody."""


def pca_psnr(train: Tensor, val: Tensor, k: int) -> float:
    """PSNR in dB of `val` through the first k principal components of `train`; uint8 (N, 3, H, W)."""
    x, y = (p.numpy().reshape(len(p), -1).astype(np.float32) / 255 for p in (train, val))
    pca = PCA(k, svd_solver="randomized", random_state=0).fit(x)
    y_recon = pca.inverse_transform(pca.transform(y))
    return float(np.mean(-10 * np.log10(np.mean((y - y_recon) ** 2, 1))))


def fit_mixture(mu: Tensor) -> Mixture:
    """Gaussians with full covariances on the encoder's means (N, z_dim)."""
    found = GaussianMixture(COMPONENTS, reg_covar=1e-3, random_state=0).fit(mu.numpy())
    stored = (found.weights_, found.means_, found.covariances_)
    return Mixture(*(np.round(a, 4).tolist() for a in stored))


@torch.no_grad()
def publish(folder: Path, photos: Path, recipe: dict) -> None:
    """Copy the run's newest state to weights/vae_faces/ in fp16, measure it, write its card.

    recipe: the fields of VaeRecipe by name.
    """
    target = weights.WEIGHTS / vae.model.NAME
    model, progress = ship(folder, target)
    train, val = (load_photos(photos, 64, split).pictures for split in ("train", "val"))
    statistics, mixture = study(model, train, target)
    measured = measure(model, val)
    progress["val"] = measured._asdict()
    (target / "training.json").write_text(json.dumps(progress, indent=2) + "\n")
    results = figures(measured, statistics, pca_psnr(train, val, measured.active))
    results["the same of samples from the mixture"] = f"{draw_sheets(model, mixture, val, target):.0%}"
    samples = model.decoder(noise(0, 64, model.config.z_dim))
    face_card.write(card(model, recipe, progress, results), samples, target)
    print(f"published {progress['images']:,} images to {weights.shown(target)}: {results}")


def ship(folder: Path, target: Path) -> tuple[Vae, dict]:
    """Write config and weights of the run's newest state; the VAE as it is shipped, and its progress."""
    config = weights.load_config(VaeConfig, folder)
    model, critic = Vae(config), Discriminator(GanConfig())
    progress = checkpoint.load(folder, {"average": model, "critic": critic}, {})
    if progress is None:
        raise SystemExit(f"nothing to publish: no checkpoint in {folder}")
    weights.save_config(config, target)
    weights.save(critic, target / "discriminator.safetensors")
    weights.save(model, target / "model.safetensors")
    return weights.load(model, target / "model.safetensors").eval(), progress


def study(model: Vae, train: Tensor, target: Path) -> tuple[LatentStatistics, Mixture]:
    """Where uint8 photos (N, 3, 64, 64) lie in z; written to latents.json and mixture.json as well."""
    q = posterior(model, train)
    per_axis = q.mean.mean(0), q.mean.std(0), q.kl().mean(0)
    statistics, mixture = LatentStatistics(*(v.tolist() for v in per_axis)), fit_mixture(q.mean)
    for name, stored in (("latents", statistics), ("mixture", mixture)):
        (target / f"{name}.json").write_text(json.dumps(stored._asdict()) + "\n")
    return statistics, mixture


def figures(measured: Measured, statistics: LatentStatistics, pca: float) -> dict[str, str]:
    """The rows of the card's table; pca: PSNR in dB."""
    by_rank = ", ".join(f"{k:.2f}" for k in sorted(statistics.kl, reverse=True))
    return {
        "PSNR of reconstructions at the posterior mean, 570 held-out photos": f"{measured.psnr:.2f} dB",
        f"the same through PCA with {measured.active} components": f"{pca:.2f} dB",
        "reconstruction term, held-out": f"{measured.recon:.1f} nats",
        "KL, held-out": f"{measured.kl:.2f} nats",
        "active axes (mean KL above 0.05 nats)": f"{measured.active} of {len(statistics.kl)}",
        "KL of every axis on the training photos, nats": by_rank,
        "variance of the Laplacian (sharpness), samples from N(0, I)": f"{measured.sharpness:.0%} of photos'",
    }


def draw_sheets(model: Vae, mixture: Mixture, val: Tensor, folder: Path) -> float:
    """Unpicked reconstructions of 64 uint8 photos and samples from the mixture; the samples' sharpness, a
    share of the photos'."""
    z = torch.tensor([mixture.draw(seed) for seed in range(64)])
    x_recon, drawn = model.decoder(model.encoder(val[:64].float() / 255).mean), model.decoder(z)
    for name, faces in (("reconstructions", x_recon), ("samples_mixture", drawn)):
        sheet([to_image(face) for face in faces], 8, 64).save(folder / f"{name}.png", optimize=True)
    return sharpness(drawn) / sharpness(val.float() / 255)


def card(model: Vae, recipe: dict, progress: dict, results: dict[str, str]) -> Card:
    """What the card of this VAE says."""
    size = sum(p.numel() for p in model.parameters()) / 1e6
    return Card(
        title="vae_faces: a variational autoencoder of faces",
        what=WHAT.format(z=model.config.z_dim, size=size, k=COMPONENTS, **recipe),
        tags="vae, faces, education",
        command="python -m generative.training.vae --photos PATH --seed 1  # several runs: docs/training.md",
        seed=1,
        images=progress["images"],
        seconds=progress["seconds"],
        results=results,
        limits=LIMITS,
    )
