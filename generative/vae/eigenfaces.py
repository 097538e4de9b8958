"""A face as the mean face plus some of each eigenface, one more at a time, beside VAEs of as many numbers.

Sirovich and Kirby, "Low-dimensional procedure for the characterization of human faces", 1987,
https://doi.org/10.1364/JOSAA.4.000519
Turk and Pentland, "Eigenfaces for Recognition", 1991, https://doi.org/10.1162/jocn.1991.3.1.71

x = mean + c_1 e_1 + ... + c_k e_k; e_i: the principal components of photos (pca.py), c_i = e_i . (x - mean).
An eigenface is no part of a face but a pattern of light over all of it: brighter here, darker there. No other
k fixed pictures come as near to the training photos on average. A VAE bends what this keeps straight.

Nothing is kept of a face. It does not know whose it is.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from generative.device import best_device
from generative.once import once
from generative.photos import detect
from generative.pictures import data_url, from_image, open_picture, png_url, sheet, to_image
from generative.vae import measure, model, pca, portrait, rungs

COLUMNS = 13  # pictures in a row of a sheet: 65 of them are five rows
QUALITY = 95  # of a sheet's JPEG: pixels of 64 are shown large
STRENGTH = 0.5  # of an eigenface as a picture: its strongest pixel lies so far from middle grey
RUNGS = ((2, 1.0), (5, 1.0), (32, 1.0))  # the small VAEs: numbers, beta


class Basis(NamedTuple):
    """The mean face and all eigenfaces on a sheet, a data URL; share: of the training photos' variance, what
    0, 1, ... eigenfaces keep; pixels: how many numbers a picture has."""

    sheet: str
    share: list[float]
    pixels: int


class Redrawn(NamedTuple):
    """By a VAE, as so many numbers: PSNR in dB; sharpness as a share of the face's, None where the face has
    none; a data URL, 64 px."""

    numbers: int
    psnr: float
    sharp: float | None
    picture: str


class Sums(NamedTuple):
    """A face, 64 px; its sums of 0, 1, ... eigenfaces on a sheet, both data URLs; PSNR in dB and sharpness of
    each; weights: how much of each eigenface, in standard deviations of the training photos; what VAEs make
    of it, fewest numbers first."""

    face: str
    sheet: str
    psnr: list[float]
    sharp: list[float | None]
    weights: list[float]
    vaes: list[Redrawn]


def pictured(e: Tensor) -> Tensor:
    """An eigenface (3 size size,) as a picture (3, size, size): middle grey where it changes nothing."""
    size = pca.load().config.size
    return (0.5 + STRENGTH * e / e.abs().max()).view(3, size, size)


@once
def basis() -> Basis:
    """What all faces here are sums of. Raises WeightsMissing, WeightsDamaged."""
    found = pca.load()
    pixels, k = len(found.mean), found.config.components
    mean = found.decode(torch.zeros(1, k, device=found.mean.device))[0]
    whole = found.variance.sum() + found.config.noise * (pixels - k)
    share = [0.0, *(found.variance.cumsum(0) / whole).tolist()]
    return Basis(_sheet([mean, *map(pictured, found.components)]), share, pixels)


def sums(x: Tensor) -> tuple[Tensor, Tensor]:
    """x (3, 64, 64) in [0, 1] -> its code c (k,) in half precision, its sums (k + 1, 3, 64, 64) in [0, 1]."""
    found = pca.load()
    c = found.encode(x[None].to(best_device()))[0].half().float()
    some = torch.tril(torch.ones(len(c) + 1, len(c), device=c.device), diagonal=-1)  # row k: k ones
    return c.cpu(), found.decode(some * c).clamp(0, 1).cpu()


def of_face(x: Tensor) -> Sums:
    """x (3, 64, 64) in [0, 1]. Raises WeightsMissing, WeightsDamaged."""
    c, grown = sums(x)
    return Sums(
        png_url(to_image(x)),
        _sheet(grown),
        [measure.likeness(x[None], one[None]) for one in grown],
        [measure.sharper(x[None], one[None]) for one in grown],
        (c / pca.load().variance.cpu().sqrt()).tolist(),
        [redrawn(x, n, x_recon) for n, x_recon in by_vaes(x)],
    )


def redrawn(x: Tensor, numbers: int, x_recon: Tensor) -> Redrawn:
    """What a VAE makes of x, both (3, 64, 64), with its figures."""
    like, sharp = (figure(x[None], x_recon[None]) for figure in (measure.likeness, measure.sharper))
    return Redrawn(numbers, like, sharp, png_url(to_image(x_recon)))


def of_photo(photo: str, frame: Sequence[float]) -> Sums:
    """The framed face of a photo, a data URL. Raises PhotoTooLarge, PhotoUnreadable, NumberOutOfRange,
    WeightsMissing, WeightsDamaged."""
    image = open_picture(photo)
    return of_face(from_image(detect.cut(image, portrait.check_frame(frame, image))))


# ---- the VAEs ----


def active() -> Tensor:
    """Which axes of the large VAE tell something, (z_dim,) of bool."""
    return torch.tensor(model.statistics().kl) > measure.ACTIVE


@torch.no_grad()
def by_vaes(x: Tensor) -> list[tuple[int, Tensor]]:
    """[(numbers, x_recon (3, 64, 64))], fewest numbers first, at the posterior mean in half precision.

    Of the large VAE the active axes alone are kept, the others set to 0: so many numbers and no more.
    """
    large, kept = model.load(), active().to(best_device())
    z = large.encoder(x[None].to(best_device())).mean.half().float() * kept
    found = [(int(kept.sum()), large.decoder(z)[0].cpu())]
    found += [(numbers, rungs.through(x[None], numbers, beta).x_recon[0]) for numbers, beta in RUNGS]
    return sorted(found, key=lambda one: one[0])


def _sheet(pictures: Sequence[Tensor]) -> str:
    """Pictures (3, 64, 64) on a sheet, a data URL."""
    images = [to_image(x) for x in pictures]
    return data_url(sheet(images, COLUMNS, images[0].width), quality=QUALITY)
