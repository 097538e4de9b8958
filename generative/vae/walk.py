"""A walk through latent space: a smooth closed way through faces drawn near the training faces.

Between stations runs the cubic of Catmull and Rom, "A class of local interpolating splines", 1974: it passes
through every station and turns at none abruptly, as a chain of straight lines would.
"""

import functools

import torch
from torch import Tensor

from generative.errors import check_seed, within
from generative.vae import model

STATIONS = 6  # the last leads back to the first


@functools.lru_cache(maxsize=64)
def stations(seed: int) -> tuple[tuple[float, ...], ...]:
    """The codes of the faces on the way of a seed, z_dim numbers each. Raises NumberOutOfRange."""
    first = check_seed(seed) * STATIONS
    return tuple(tuple(model.mixture_z(first + i)) for i in range(STATIONS))


def spline(codes: Tensor, t: float) -> Tensor:
    """The point at t in [0, N] of a closed way through codes (N, z_dim): (z_dim,); codes[i] lies at t = i."""
    i, u = int(t), t % 1
    before, here, there, after = (codes[(i + k) % len(codes)] for k in (-1, 0, 1, 2))
    slope, next_slope = (there - before) / 2, (after - here) / 2
    bend = 3 * (there - here) - 2 * slope - next_slope
    turn = 2 * (here - there) + slope + next_slope
    return here + u * (slope + u * (bend + u * turn))


def at(seed: int, t: float) -> list[float]:
    """The code at t in [0, STATIONS] of the way of a seed. Raises NumberOutOfRange."""
    t = float(within("t", t, 0, STATIONS))
    return spline(torch.tensor(stations(seed)), t).tolist()


def picture(seed: int, t: float) -> str:
    """The face there, a JPEG data URL, 256 px. Raises NumberOutOfRange."""
    return model.picture(at(seed, t))
