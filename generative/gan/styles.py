"""What one or two faces of the GAN show: styles mixed by size, a walk in a loop, one face growing.

Style mixing: Karras et al., "A Style-Based Generator Architecture", 2019, https://arxiv.org/abs/1812.04948,
sec. 3.1. Growing: Karras et al., "Progressive Growing of GANs", 2018, https://arxiv.org/abs/1710.10196; here
all sizes were trained at once, and each adds its RGB to the enlarged picture of the one before (StyleGAN2,
sec. 4.1).

It does not know what a face shows: what each size draws is for the viewer to see.
"""

import math
from typing import NamedTuple

import torch
from PIL import Image
from torch import Tensor

from generative import pictures
from generative.device import noise
from generative.errors import check_seed, within
from generative.gan import model
from generative.gan.model import RANGES
from generative.gan.sheets import Style, w_of, z_of
from generative.pictures import data_url, png_url, sheet, to_image

CELL = 160  # pixels of a face in a strip
FRAMES, FRAME_MS = 48, 70  # of a walk
LONGEST = 120  # faces of one interpolation


# ---- two faces ----


def mix(w_a: Tensor, w_b: Tensor, levels: tuple[int, ...]) -> Tensor:
    """Styles of a, those of b at some sizes (0 is 4 px): (B, z_dim) twice -> (B, 5, z_dim)."""
    w = w_a[:, None].repeat(1, len(model.load().config.g_channels), 1)
    w[:, list(levels)] = w_b[:, None]
    return w


def mixed(a: str, b: str, style: Style) -> str:
    """Five faces in a row, a JPEG data URL: a; a with b's coarse, middle, fine styles; b.

    Raises NumberOutOfRange.
    """
    psi, grain = style.check()
    w_a, w_b = w_of(a, psi), w_of(b, psi)
    codes = [mix(w_a, w_b, levels) for levels in ((), *RANGES.values(), range(5))]
    found = [to_image(x) for x in model.faces(torch.cat(codes), grain)]
    return data_url(sheet(found, len(found), CELL))


def circle(z_a: Tensor, z_b: Tensor, steps: int) -> Tensor:
    """`steps` points of the great circle through z_a and the side of z_b: (1, d) twice -> (steps, d)."""
    return on_circle(z_a, z_b, torch.arange(steps) / steps)


def on_circle(z_a: Tensor, z_b: Tensor, shares: Tensor) -> Tensor:
    """The points of that circle at shares (n,) of the way round, 0 and 1 being z_a: -> (n, d).

    cos t z_a + sin t z_p, where z_p is the part of z_b at right angles to z_a, as long as z_a: a circle
    around 0 on which every point has the length of z_a, as draws from N(0, I) have much the same length.
    """
    z_p = z_b - (z_b @ z_a.T) / (z_a @ z_a.T) * z_a
    z_p = z_p * z_a.norm() / z_p.norm().clamp_min(1e-8)
    t = shares[:, None] * (2 * math.pi)
    return t.cos() * z_a + t.sin() * z_p


def turn(a: str, b: str, t: float, style: Style) -> str:
    """The face a share t of the way round that circle, 0 and 1 being a, as a JPEG data URL, 256 px.

    Where b is a itself or empty, the circle goes another way from a. Raises NumberOutOfRange.
    """
    (psi, grain), t = style.check(), within("t", t, 0, 1)
    w = model.to_w(on_circle(*ends(a, b), torch.tensor([t])), psi)
    return data_url(to_image(model.faces(w, grain)[0]), 256)


def ends(a: str, b: str) -> tuple[Tensor, Tensor]:
    """The z (1, z_dim) of two faces named as text; another draw where b is a itself or empty."""
    z_a = z_of(a)
    return z_a, noise(0, *z_a.shape) if b in ("", a) else z_of(b)


def loop(a: str, b: str, style: Style) -> str:
    """A walk on the circle through a towards b that ends where it began, as animated WebP, 256 px.

    Where b is a itself or empty, the walk goes another way from a. Raises NumberOutOfRange.
    """
    psi, grain = style.check()
    w = model.to_w(circle(*ends(a, b), FRAMES), psi)
    return pictures.animation([to_image(x) for x in model.faces(w, grain)], 256, FRAME_MS, back=False)


class Interpolated(NamedTuple):
    """Faces as JPEG data URLs, 256 px, and the way there and back as an animated WebP data URL."""

    faces: list[str]
    animation: str


def interpolate(seed1: int, seed2: int, steps: int) -> Interpolated:
    """`steps` faces (2 to 120) on a straight line in w, both ends included, each seed's first face.

    Raises NumberOutOfRange.
    """
    steps = within("steps", steps, 2, LONGEST, whole=True)
    z_dim = model.load().config.z_dim
    a, b = (model.to_w(noise(check_seed(seed), 1, z_dim)) for seed in (seed1, seed2))
    found = [to_image(x) for x in model.faces(torch.lerp(a, b, torch.linspace(0, 1, steps)[:, None]))]
    return Interpolated([data_url(x, 256) for x in found], pictures.animation(found, 256))


# ---- one face ----


class Size(NamedTuple):
    """A face at one size, and what that size adds to the one before, grey for nothing: PNG data URLs."""

    pixels: int
    picture: str
    added: str


def grown(w: Tensor, grain: float = 1.0) -> list[Size]:
    """The same w (1, z_dim) at 4, 8, ..., 64 px, from the skip pictures of one pass."""
    found = model.load().G.grow(w, grain)
    added = [x - model.enlarge(smaller) for smaller, x in zip(found, found[1:], strict=False)]
    pairs = zip(found, [found[0], *added], strict=True)
    return [Size(x.shape[-1], *(png_url(_unit(part)) for part in (x, more))) for x, more in pairs]


def _unit(x: Tensor) -> Image.Image:
    return to_image(model.to_unit(x)[0].cpu())


def growing(face: str, style: Style) -> list[Size]:
    """`grown` for a face named as text. Raises NumberOutOfRange."""
    psi, grain = style.check()
    return grown(w_of(face, psi), grain)


def grow_seed(seed: int) -> list[Size]:
    """`grown` for a seed's first face, not truncated. Raises NumberOutOfRange."""
    return grown(model.to_w(noise(check_seed(seed), 1, model.load().config.z_dim)))
