"""How unusual is a picture? Three measures of the face VAE, each against the training faces.

Why they can fail: Nalisnick et al., "Do Deep Generative Models Know What They Don't Know?", 2019,
https://arxiv.org/abs/1810.09136.

elbo            E_q[log p(x | z)] - KL(q(z | x) || N(0, I)), a lower bound of log p(x), in nats. The
                likelihood is a Gaussian of unit variance on pixels in [0, 1], without its constant
                -d/2 log(2 pi). The expectation is a mean over DRAWS draws of z in mirrored pairs,
                mu +- sigma eps, with the same eps for every picture.
reconstruction  1/2 |x - x_recon|^2 in nats, at the mean mu of q(z | x), where nothing is drawn.
distance        of mu from the training faces' (Mahalanobis): sqrt((mu - m)' S^-1 (mu - m)), with m and S the
                mean and the covariance of mu over the training faces.

It does not know what a picture shows, nor what was done to it.
"""

from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from generative import weights
from generative.device import best_device, noise
from generative.errors import WeightsDamaged
from generative.once import once
from generative.photos.detect import SIZE, Frame, cut, find_face
from generative.pictures import from_image, open_picture
from generative.vae import model
from generative.vae.model import Posterior

MEASURES = ("elbo", "reconstruction", "distance")
DRAWS = 4  # of z for the ELBO: 2 to 6 nats off what 512 draws give, and alike for all pictures
QUANTILES = 201  # stored of each measure: every half percent, the smallest and the largest
BATCH = 64  # pictures at once: DRAWS times as many go through the decoder


class Seen(NamedTuple):
    """What the VAE makes of B pictures: x_recon (B, 3, 64, 64), mu (B, z_dim); the rest (B,), in nats."""

    x_recon: Tensor
    mu: Tensor
    elbo: Tensor
    reconstruction: Tensor
    kl: Tensor


class Reference(NamedTuple):
    """The training faces: mean (z_dim,) and covariance (z_dim, z_dim) of mu, quantiles of each measure.

    `held_out`: of each measure, the mean percentile of the `held_out_photos` faces that the VAE never saw.
    """

    photos: int
    held_out_photos: int
    mean: list[float]
    covariance: list[list[float]]
    quantiles: dict[str, list[float]]
    held_out: dict[str, float]


class Unusual(NamedTuple):
    """One picture: the three measures, the KL, and percentiles: 97 is more unusual than 97 % of the faces."""

    elbo: float
    reconstruction: float
    distance: float
    kl: float
    percentiles: dict[str, float]
    x_recon: Tensor


def log_likelihood(x: Tensor, q: Posterior) -> Tensor:
    """E_q[log p(x | z)] of pictures (B, 3, 64, 64) in nats, (B,): the mean over DRAWS draws of z."""
    eps = noise(0, DRAWS // 2, q.mean.shape[1]).to(x.device)
    eps = torch.cat([eps, -eps])
    z = q.mean[:, None] + q.std[:, None] * eps  # (B, DRAWS, z_dim)
    x_draws = model.load().decoder(z.flatten(0, 1)).unflatten(0, (len(x), DRAWS))
    return -(x[:, None] - x_draws).square().sum((2, 3, 4)).mean(1) / 2


def see(x: Tensor) -> Seen:
    """Pictures (B, 3, 64, 64) in [0, 1] through encoder and decoder; results on the CPU."""
    parts = []
    for some in x.split(BATCH):
        some = some.to(best_device())
        q = model.load().encoder(some)
        x_recon, kl = model.load().decoder(q.mean), q.kl().sum(1)
        reconstruction = (some - x_recon).square().sum((1, 2, 3)) / 2
        parts.append((x_recon, q.mean, log_likelihood(some, q) - kl, reconstruction, kl))
    return Seen(*(torch.cat(column).cpu() for column in zip(*parts, strict=True)))


def distances(mu: Tensor, mean: list[float], covariance: list[list[float]]) -> Tensor:
    """Mahalanobis distance of each mu (B, z_dim) from the mean under the covariance: (B,)."""
    off = mu.double() - torch.tensor(mean, dtype=torch.float64)
    solved = torch.linalg.solve(torch.tensor(covariance, dtype=torch.float64), off.T)
    return (off * solved.T).sum(1).clamp(min=0).sqrt()


def quantiles(values: Tensor) -> list[float]:
    """QUANTILES values (N,) from the smallest to the largest, evenly spaced in rank."""
    return np.quantile(values.double().numpy(), np.linspace(0, 1, QUANTILES)).tolist()


def percentile(value: float, table: list[float]) -> float:
    """How many percent of what the table of quantiles describes are smaller; beyond its ends 0 and 100."""
    return float(np.interp(value, table, np.linspace(0, 100, len(table))))


def unusual_share(measure: str, value: float, table: list[float]) -> float:
    """More unusual than how many percent of the faces? A small ELBO is unusual, else a large value is."""
    below = percentile(value, table)
    return 100 - below if measure == "elbo" else below


# ---- what was measured on photos ----


def checksum() -> int:
    """Of the shipped weights. Raises WeightsMissing."""
    return weights.checksum(weights.WEIGHTS / model.NAME / "model.safetensors")


def stored(name: str) -> dict:
    """The JSON file of that name beside the weights, less its checksum. Raises as weights.measured."""
    folder = weights.WEIGHTS / model.NAME
    values = weights.measured(folder / name, folder / "model.safetensors")
    return {k: v for k, v in values.items() if k != "weights"}


@once
def reference() -> Reference:
    """The training faces, by generative.training.outliers. Raises WeightsMissing, WeightsDamaged."""
    try:
        return Reference(**stored("outliers.json"))
    except TypeError as error:
        raise WeightsDamaged(file=weights.shown(weights.WEIGHTS / model.NAME / "outliers.json")) from error


# ---- what serves ----


def unusual(x: Tensor) -> list[Unusual]:
    """Pictures (B, 3, 64, 64) in [0, 1] -> the measures of each. Raises WeightsMissing, WeightsDamaged."""
    seen, faces = see(x), reference()
    distance = distances(seen.mu, faces.mean, faces.covariance)
    rows = torch.stack([seen.elbo, seen.reconstruction, distance], 1).tolist()
    return [
        Unusual(*row, kl, _shares(row, faces), x_recon)
        for row, kl, x_recon in zip(rows, seen.kl.tolist(), seen.x_recon, strict=True)
    ]


def _shares(row: list[float], faces: Reference) -> dict[str, float]:
    named = zip(MEASURES, row, strict=True)
    return {name: unusual_share(name, value, faces.quantiles[name]) for name, value in named}


def aligned(photo: Image.Image) -> Image.Image:
    """The face of a photo, 64 x 64 by way of 128, as the training photos. Raises NoFace, SeveralFaces."""
    return framed(photo, find_face(photo))


def framed(photo: Image.Image, frame: Frame) -> Image.Image:
    """The same for a frame on the photo."""
    return cut(photo, frame, 2 * SIZE).resize((SIZE, SIZE), Image.Resampling.LANCZOS)


def of_photo(photo: str) -> Unusual:
    """The face of a visitor's photo, a data URL, which is kept nowhere.

    Raises PhotoUnreadable, PhotoTooLarge, NoFace, SeveralFaces, WeightsMissing, WeightsDamaged.
    """
    return unusual(from_image(aligned(open_picture(photo)))[None])[0]
