"""Principal components of points in the plane: the line along which they vary most.

Pearson, "On lines and planes of closest fit to systems of points in space", 1901,
https://doi.org/10.1080/14786440109462720
Power iteration: von Mises and Pollaczek-Geiringer, 1929, https://doi.org/10.1002/zamm.19290090105

The reference in float64 of what the page does in the browser (demos/points/axis.js). A line through the mean
is told by its angle, in radians from the first axis; it is the same line half a turn on.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

STILL = 1e-9  # radians: a step that turns the line by less is its last
MOST = 200  # steps: where both variances are alike, no line is the answer


class Axis(NamedTuple):
    """The line of most variance: its angle in (-pi/2, pi/2], the variance along it and across it."""

    angle: float
    along: float
    across: float


def covariance(x: Tensor) -> Tensor:
    """x (n, 2) -> (2, 2), the mean of squares, not the unbiased estimate."""
    away = x - x.mean(0)
    return away.T @ away / len(x)


def variance(C: Tensor, angle: float) -> float:
    """u^T C u: the variance of the points' projections on a line."""
    u = direction(angle, C)
    return (u @ C @ u).item()


def share(C: Tensor, angle: float) -> float:
    """That variance as a share of all; of points that are all equal, 0."""
    total = C.trace().item()
    return variance(C, angle) / total if total > 0 else 0.0


def best(C: Tensor) -> Axis:
    """The first eigenvector of the covariance."""
    values, vectors = torch.linalg.eigh(C)
    x, y = vectors[:, 1].tolist()
    return Axis(folded(math.atan2(y, x)), values[1].item(), values[0].item())


def power(C: Tensor, angle: float) -> Iterator[float]:
    """The angle after each step of power iteration: u <- C u / |C u|. It ends once the line rests."""
    for _ in range(MOST):
        u = C @ direction(angle, C)
        before, angle = angle, angle if u.norm() == 0 else folded(math.atan2(u[1].item(), u[0].item()))
        yield angle
        if abs(folded(angle - before)) < STILL:
            return


def direction(angle: float, like: Tensor) -> Tensor:
    return torch.tensor([math.cos(angle), math.sin(angle)], dtype=like.dtype)


def folded(angle: float) -> float:
    """The same line's angle in (-pi/2, pi/2]."""
    return math.pi / 2 - (math.pi / 2 - angle) % math.pi
