"""A visitor's photo in the VAE's latent space: posterior, reconstruction, and what one can do with both.

Kingma and Welling, "Auto-Encoding Variational Bayes", 2014, https://arxiv.org/abs/1312.6114
Arithmetic: Larsen et al., "Autoencoding beyond pixels", 2016, https://arxiv.org/abs/1512.09300, sec. 4.2

Nothing is kept: every function is handed the photo, or mu and sigma, and forgets them when it returns. What
it does not know: who sent the photo.
"""

import math
from typing import NamedTuple

import torch
from PIL import Image
from torch import Tensor

from generative.device import best_device, noise
from generative.errors import NumberOutOfRange, within
from generative.photos import detect
from generative.photos.detect import Frame
from generative.pictures import data_url, from_image, open_picture, png_url, sheet, to_image
from generative.vae import directions, model

CELL = 160  # pixels of a face in a strip or a sheet
DRAWS, COLUMNS = 8, 4  # faces of a sheet of samples
STEPS = 7  # faces from one face to another, both ends among them
FULL = 0.3  # |x - x_recon| that is drawn in full orange; pixels lie in [0, 1]
ORANGE = (0xD9 / 255, 0x60 / 255, 0x1A / 255)
MIDDLE = 0.6  # side of the frame that waits to be placed by hand, in shorter sides of the photo
NAMES = ("smile", "pose")  # the directions of the arithmetic
REACH = 3.0  # standard deviations to each side
SMALLEST = 4.0  # pixels of a frame's side


class Found(NamedTuple):
    """The faces of a photo, largest first, and the frame to begin with: the largest, or one in the middle."""

    faces: list[Frame]
    start: Frame


class Reading(NamedTuple):
    """A framed face as the VAE reads it.

    q(z | x) = N(mu, sigma^2), (z_dim,) each; the face x and its reconstruction at z = mu as data URLs, 256
    px; the error map, 64 px, white for 0, orange for FULL and more; PSNR in dB; the loss's two terms in nats.
    """

    mu: list[float]
    sigma: list[float]
    aligned: str
    reconstruction: str
    error_map: str
    psnr: float
    recon: float
    kl: float


# ---- from the photo to its posterior ----


def opened(photo: str) -> str:
    """A photo that a browser cannot draw, as one it can: a JPEG data URL, upright, at most 1024 pixels long.

    Raises PhotoTooLarge, PhotoUnreadable.
    """
    return data_url(open_picture(photo))


def middle(image: Image.Image) -> Frame:
    """An upright frame in the middle of a picture."""
    return Frame(image.width / 2, image.height / 2, MIDDLE * min(image.size), 0.0)


def find(photo: str) -> Found:
    """Where the faces of a photo (a data URL) lie. Raises PhotoTooLarge, PhotoUnreadable."""
    image = open_picture(photo)
    found = detect.find_faces(image)
    return Found(found, found[0] if found else middle(image))


def check_frame(frame: list[float], image: Image.Image) -> Frame:
    """Four numbers as a frame whose centre lies in the picture. Raises NumberOutOfRange for anything else."""
    longest = float(max(image.size))
    try:
        x, y, size, angle = (float(v) for v in frame)
    except (TypeError, ValueError, OverflowError) as error:
        raise NumberOutOfRange(name="frame", low=0, high=longest) from error
    if not all(map(math.isfinite, (x, y, size, angle))):
        raise NumberOutOfRange(name="frame", low=0, high=longest)
    return Frame(
        min(max(x, 0.0), float(image.width)),
        min(max(y, 0.0), float(image.height)),
        min(max(size, SMALLEST), 2 * longest),
        math.remainder(angle, 2 * math.pi),
    )


def read(photo: str, frame: list[float]) -> Reading:
    """A photo (a data URL) and a frame on it -> what the VAE makes of the framed face.

    Raises PhotoTooLarge, PhotoUnreadable, NumberOutOfRange.
    """
    image = open_picture(photo)
    face = detect.cut(image, check_frame(frame, image))
    vae, x = model.load(), from_image(face)[None].to(best_device())
    q = vae.encoder(x)
    x_recon = vae.decoder(q.mean)
    terms = model.loss(x, x_recon, q, beta=1)
    return Reading(
        q.mean[0].tolist(),
        q.std[0].tolist(),
        data_url(face, 256),
        data_url(to_image(x_recon[0]), 256),
        png_url(error_map(x[0].cpu(), x_recon[0].cpu())),
        model.psnr(x, x_recon).item(),
        terms.recon.item(),
        terms.kl.item(),
    )


def error_map(x: Tensor, x_recon: Tensor) -> Image.Image:
    """|x - x_recon| of each pixel, mean over its colours: white is 0, orange FULL or more, linear between.

    x, x_recon (3, H, W) in [0, 1].
    """
    share = ((x - x_recon).abs().mean(0) / FULL).clamp(0, 1)
    orange = torch.tensor(ORANGE)[:, None, None]
    return to_image(1 + (orange - 1) * share)


# ---- from the posterior on ----


def draws(mu: list[float], sigma: list[float], n: int, seed: int) -> Tensor:
    """z = mu + sigma eps, eps ~ N(0, I), n times: (n, z_dim). Raises LatentInvalid."""
    z = model.check(mu)
    return z + model.check(sigma).clamp(min=0) * noise(seed, n, z.shape[1])


def samples(mu: list[float], sigma: list[float], seed: int) -> str:
    """DRAWS faces from q(z | x) on one sheet, a data URL. Raises LatentInvalid."""
    return _sheet(draws(mu, sigma, DRAWS, seed), COLUMNS)


def plus(mu: list[float], steps: list[float]) -> Tensor:
    """mu + steps[0] smile + steps[1] head pose: (1, z_dim); each step from -REACH to REACH.

    A step of 1 is one standard deviation of the training faces. Raises LatentInvalid, NumberOutOfRange,
    WeightsMissing, WeightsDamaged.
    """
    z = model.check(mu)
    for name, step in zip(NAMES, steps, strict=False):
        z = z + within(name, step, -REACH, REACH) * torch.tensor(directions.one(name).vector)
    return z


def arithmetic(mu: list[float], steps: list[float]) -> str:
    """The faces of mu - v, mu, mu + v side by side, v the sum of the steps: a data URL. Raises as `plus`."""
    z, moved = model.check(mu), plus(mu, steps)
    return _sheet(torch.cat([2 * z - moved, z, moved]), 3)


def strip(a: list[float], b: list[float]) -> str:
    """STEPS faces on the straight line from a to b in one row, a data URL. Raises LatentInvalid.

    A straight line, not an arc: an arc keeps the length that draws from N(0, I) have, about sqrt(z_dim), and
    means of posteriors are shorter, since every axis that tells nothing about the photo stays near 0.
    """
    return data_url(sheet(model.line(a, b, STEPS), STEPS, CELL))


def between(a: list[float], b: list[float], share: float) -> str:
    """The face at a share of that way, a data URL, 256 px. Raises LatentInvalid, NumberOutOfRange."""
    return model.picture(model.between(a, b, share))


def _sheet(codes: Tensor, columns: int) -> str:
    """Codes (n, z_dim) as one sheet of faces."""
    return data_url(sheet([to_image(x) for x in model.faces(codes)], columns, CELL))
