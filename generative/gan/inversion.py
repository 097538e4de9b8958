"""Looking for the code of a picture: what a GAN cannot tell, found step by step, against a VAE's one step.

A VAE has an encoder: one pass gives q(z | x). A GAN has G alone. What is left is to descend the squared error
from G(w) to the picture, as StyleGAN2's projection does (https://arxiv.org/abs/1912.04958, appendix D; here
without its feature loss and noise maps).

It does not know whether the picture has a code at all, nor how G was trained.
"""

import time
from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from generative import vae
from generative.device import best_device, noise
from generative.errors import check_seed, within
from generative.gan import model
from generative.pictures import data_url, to_image

STEPS, MOST = 120, 300  # of one search
EVERY = 4  # steps between two pictures
LR = {"w": 0.05, "z": 0.1}
TARGETS = ("vae", "gan")


class Found(NamedTuple):
    """Where a search stands: steps taken, seconds of computing, PSNR in dB, G's picture as a data URL."""

    step: int
    seconds: float
    psnr: float
    picture: str


class OneStep(NamedTuple):
    """The picture that is looked for and what the VAE makes of it in one pass: data URLs, dB, seconds."""

    target: str
    reconstruction: str
    psnr: float
    seconds: float


def target(kind: str, seed: int) -> Tensor:
    """A face (1, 3, 64, 64) in [0, 1] by a seed: the VAE's, near its training faces, or the GAN's ("gan").

    Raises NumberOutOfRange.
    """
    seed = check_seed(seed)
    if kind == "gan":
        return model.sample(seed, 1, psi=0.7)
    return vae.model.decode(vae.model.mixture_z(seed))[None]


def one_step(kind: str, seed: int) -> OneStep:
    """The VAE's answer: encoder, then decoder. Raises NumberOutOfRange, WeightsMissing, WeightsDamaged."""
    x, model = target(kind, seed), vae.model.load()
    start = time.perf_counter()
    x_recon = model.decoder(model.encoder(x.to(best_device())).mean).cpu()
    seconds = time.perf_counter() - start
    pictures = (data_url(to_image(face[0]), 256) for face in (x, x_recon))
    return OneStep(*pictures, vae.model.psnr(x, x_recon).item(), seconds)


def search(kind: str, seed: int, space: str = "w", steps: int = STEPS) -> Iterator[Found]:
    """Descend |G - x|^2 from the mean face, for 1 to 300 steps; a Found every few steps, the last included.

    space: "w", every code that G can be given; "z", only those that the mapping network makes of a z, started
    at a draw of the seed, since z = 0 has no direction. Raises NumberOutOfRange.
    """
    steps = within("steps", steps, 1, MOST, whole=True)
    x, start_z = target(kind, seed), None
    if space == "z":
        start_z = noise(check_seed(seed) + 1, 1, len(model.load().G.mapping.w_avg))
    start = time.perf_counter()
    for i, picture in enumerate(descended(x, start_z, steps)):
        if i % EVERY == 0 or i == steps:
            yield _found(i, time.perf_counter() - start, x, picture.cpu().clamp(0, 1))


def descended(x: Tensor, start_z: Tensor | None = None, steps: int = STEPS) -> Iterator[Tensor]:
    """G's picture (1, 3, 64, 64), about in [0, 1], before the first and after each step towards x.

    Among all w, from the mean face; or among those that a z gives, from start_z (1, z_dim).
    """
    mapping = model.load().G.mapping
    x = x.to(mapping.w_avg.device)
    code = (mapping.w_avg[None].clone() if start_z is None else start_z.to(x.device)).requires_grad_()
    optimizer = torch.optim.Adam([code], LR["w" if start_z is None else "z"])
    for _ in range(steps + 1):
        w = code if start_z is None else mapping(code)
        picture = model.load().G.grow(w)[-1].add(1).div(2)  # unclamped: a clamped pixel has no gradient
        yield picture.detach()
        optimizer.zero_grad()
        (picture - x).square().sum().backward()
        optimizer.step()


def _found(step: int, seconds: float, x: Tensor, picture: Tensor) -> Found:
    shown = data_url(to_image(picture[0].cpu()), 256)
    return Found(step, seconds, vae.model.psnr(x, picture).item(), shown)
