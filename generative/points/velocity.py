"""Diffusion in the plane: a velocity that turns noise into points, learned and, where it can be, exact.

On the way from a point x to noise e, x_t = (1 - t) x + t e, the velocity is e - x; a network learns its mean
at each place and time, v(x_t, t) = E[e - x | x_t], by squares (Lipman et al. 2022, "Flow Matching",
https://arxiv.org/abs/2210.02747). Told of a class or, now and then, of none, it can be pushed towards the
class: v_none + w (v_class - v_none) (Ho and Salimans 2022, https://arxiv.org/abs/2207.12598, eq. 6).

The reference in torch and float64 of what the page computes in the browser (demos/points/velocity.js): the
same weights and batches give the same steps. It draws nothing, and does not know how anything is shown.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from generative.device import noise
from generative.diffusion.sampler import Field, Moment, times, walk
from generative.errors import GenerativeError
from generative.points import data, own
from generative.points.game import moved, network

BATCH, DROPPED = 64, 0.3  # points of a step; the share of them that is told no class
BETAS = (0.9, 0.99)  # of Adam
KEPT = 0.99  # of the mean of the weights at each step: what is shown is steadier than the last step
SIZES = (7, 48, 48, 2)
NONE = -1  # told no class
SHIPPED, SEED = 900, 5  # points of a set that is no mixture; a third of them are held out
GRID, POINTS = 40, 300  # times, and points of each part, that a floor is averaged over


class LineGiven(GenerativeError):
    en = "These points lie on a line; diffusion here needs two numbers for each. Paste two columns."
    pt = "Estes pontos estão numa reta; a difusão aqui precisa de dois números cada. Cole duas colunas."


class Part(NamedTuple):
    """A Gaussian of a mixture: its share, mean, standard deviation to each side, and class (0, 1, NONE)."""

    share: float
    x: float
    y: float
    sd: float
    label: int


def _ring() -> tuple[Part, ...]:
    """As data.ring draws it; every other group is of the other class."""
    angles = [2 * math.pi * k / 8 for k in range(8)]
    return tuple(Part(1 / 8, 2 * math.cos(a), 2 * math.sin(a), 0.15, k % 2) for k, a in enumerate(angles))


# Of these the velocity is known in closed form.
MIXTURES = {
    "gaussian": (Part(1.0, 0.6, 0.4, 0.7, NONE),),
    "groups": (Part(0.5, -0.9, 0.0, 0.6, 0), Part(0.5, 0.9, 0.0, 0.6, 1)),
    "ring": _ring(),
}
DRAWN = ("moons", "spiral")  # of these it is not: their points are given


class Batch(NamedTuple):
    """What one step draws: x, e (m, 2) points and noise, t (m,) in [0, 1], labels (m,) as it is told."""

    x: Tensor
    e: Tensor
    t: Tensor
    labels: Tensor


class Step(NamedTuple):
    """loss: the mean squared distance to e - x before the step; weights, and their mean, after it."""

    loss: float
    weights: Tensor
    average: Tensor


# ---- learned ----


def features(x: Tensor, t: Tensor, labels: Tensor) -> Tensor:
    """x (n, 2), t (n,), labels (n,) -> (n, 7): the place, the time three ways, the class or (0, 0)."""
    time = torch.stack([2 * t - 1, torch.cos(2 * math.pi * t), torch.sin(2 * math.pi * t)], 1)
    classes = torch.stack([labels == 0, labels == 1], 1)
    return torch.cat([x, time, classes.to(x.dtype)], 1)


def predicted(weights: Tensor, x: Tensor, t: Tensor, labels: Tensor) -> Tensor:
    """The network's velocity, (n, 2)."""
    return network(weights, SIZES, features(x, t, labels), leaky=False)


class Learner:
    """A network that learns the velocity, step by step."""

    def __init__(self, weights: Tensor, rate: float):
        self.weights = weights.double().requires_grad_()
        self.average = self.weights.detach().clone()
        self.optimiser = torch.optim.Adam([self.weights], rate, BETAS)
        self.steps = 0

    def loss(self, batch: Batch) -> Tensor:
        """The mean over the batch of |v - (e - x)|^2."""
        t = batch.t[:, None]
        v = predicted(self.weights, (1 - t) * batch.x + t * batch.e, batch.t, batch.labels)
        return (v - (batch.e - batch.x)).square().sum(1).mean()

    def step(self, batch: Batch) -> Step:
        """One step. Raises GameDiverged, and what was before stays."""
        loss = self.loss(batch)
        after = moved(self.weights, self.optimiser, loss, math.inf)
        kept = min(KEPT, (1 + self.steps) / (10 + self.steps))  # at first all is new
        self.average = self.average + (1 - kept) * (after - self.average)
        self.steps += 1
        return Step(loss.item(), after, self.average)


def guided(weights: Tensor, labels: Tensor, w: float) -> Field:
    """The velocity pushed by w towards the class that each point is told: 0 tells none, 1 is its own."""

    def field(x: Tensor, t: float) -> Tensor:
        time = torch.full((len(x),), t, dtype=x.dtype)
        free = predicted(weights, x, time, torch.full_like(labels, NONE))
        return free + w * (predicted(weights, x, time, labels) - free)

    return field


def sampled(field: Field, e: Tensor, steps: int, solver: str) -> list[Moment]:
    """From noise e (n, 2) along the field to points: what is there after each step, t from 1 to 0."""
    return list(walk(field, e, times(steps), solver))


# ---- exact ----


def _seen(parts: tuple[Part, ...], x: Tensor, t: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Of each part at the places x (n, 2) and times t (n,): how likely it is the one, (n, parts); the mean of
    e - x there, (n, parts, 2); and its variance, both coordinates together, (n, parts)."""
    share, mu_x, mu_y, sd, _ = (torch.tensor(column, dtype=x.dtype) for column in zip(*parts, strict=True))
    mu, t = torch.stack([mu_x, mu_y], 1), t[:, None]
    off = x[:, None] - (1 - t)[..., None] * mu  # (n, parts, 2)
    var = (1 - t) ** 2 * sd**2 + t**2  # of x_t, to each side
    log_p = share.log() - var.log() - off.square().sum(2) / (2 * var)
    mean = -mu + ((t - (1 - t) * sd**2) / var)[..., None] * off
    return log_p.softmax(1), mean, 2 * sd**2 / var


def of_class(parts: tuple[Part, ...], label: int) -> tuple[Part, ...]:
    """The parts of one class, all of them for NONE; their shares add up to 1."""
    chosen = [part for part in parts if label in (NONE, part.label)]
    total = sum(part.share for part in chosen)
    return tuple(part._replace(share=part.share / total) for part in chosen)


def exact(name: str, x: Tensor, t: Tensor, label: int = NONE) -> Tensor:
    """E[e - x | x_t] of a mixture, x (n, 2), t (n,) in (0, 1] -> (n, 2), in closed form: within each Gaussian
    e - x and x_t are jointly normal; between them the responsibilities weigh."""
    share, mean, _ = _seen(of_class(MIXTURES[name], label), x, t)
    return (share[..., None] * mean).sum(1)


def floor(name: str) -> float:
    """The loss that no network can pass: the variance of e - x given x_t and what is told of the class, over
    all times and points. Of one Gaussian pi times its standard deviation; of others a mean over drawn points.
    """
    parts = MIXTURES[name]
    labels = sorted({part.label for part in parts})
    told = sum(_left(of_class(parts, label)) for label in labels) / len(labels)
    return DROPPED * _left(parts) + (1 - DROPPED) * told


def _left(parts: tuple[Part, ...]) -> float:
    """The mean variance of e - x given x_t for a mixture of equal parts."""
    if len(parts) == 1:
        return math.pi * parts[0].sd  # 2 s^2 / ((1 - t)^2 s^2 + t^2), from 0 to 1
    t = ((torch.arange(GRID).double() + 0.5) / GRID).repeat_interleave(POINTS)
    total = 0.0
    for k, part in enumerate(parts):
        x, e = (noise(SEED + 2 * k + i, POINTS, 2).double().repeat(GRID, 1) for i in (0, 1))
        x = part.sd * x + torch.tensor([part.x, part.y])
        share, mean, var = _seen(parts, (1 - t)[:, None] * x + t[:, None] * e, t)
        v = (share[..., None] * mean).sum(1)
        spread = (share * (var + mean.square().sum(2))).sum(1) - v.square().sum(1)
        total += part.share * spread.mean().item()
    return total


# ---- points, and how good samples are ----


def drawn(name: str) -> tuple[Tensor, Tensor]:
    """SHIPPED points (n, 2) of a set that is no mixture and their classes (n,): moons have two."""
    x = data.draw(name, SHIPPED, SEED)
    labels = torch.arange(len(x)) % 2 if name == "moons" else torch.full((len(x),), NONE)
    return x, labels


def from_table(table: str) -> str:
    """A pasted table of points in the plane, as a link carries it. Raises LineGiven; what `own.from_table`
    raises."""
    text = own.from_table(table)
    if text.startswith("l"):
        raise LineGiven
    return text


def read_own(text: str) -> Tensor:
    """A visitor's own points of the plane, (n, 2). Raises LineGiven; what `own.read` raises."""
    x = own.read(text)
    if x.shape[1] == 1:
        raise LineGiven
    return x


def energy(a: Tensor, b: Tensor) -> float:
    """The energy distance of two sets of points (n, 2), (m, 2): 2 E|a - b| - E|a - a'| - E|b - b'| >= 0,
    and 0 only where they are the same (Szekely and Rizzo 2013, https://doi.org/10.1016/j.jspi.2013.03.018)."""
    return (2 * torch.cdist(a, b).mean() - torch.cdist(a, a).mean() - torch.cdist(b, b).mean()).item()
