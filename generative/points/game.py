"""The game of 2014, step by step (Goodfellow et al., Algorithm 1, https://arxiv.org/abs/1406.2661).

The reference in torch and float64 of what the page plays in the browser (demos/points/mlp.js, players.js):
the same weights and batches give the same steps. A network's weights stand in one vector, layer by layer,
each layer's weights unit by unit and then its biases. It draws nothing: noise and points are given to it.
"""

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import leaky_relu

from generative.errors import GenerativeError
from generative.points import losses
from generative.points.data import PointsUnknown

SLOPE = 0.2  # of D's leaky ReLU below 0
BETAS = (0.5, 0.9)  # of Adam
LARGEST = 100.0  # of a weight: beyond it networks this small have gone astray
# (share, mean, standard deviation) of the Gaussians that make a set on a line, as data.py draws it
MIXTURES = {"gaussian": ((1.0, 0.0, 1.0),), "heights": ((0.6, -1.0, 0.45), (0.4, 1.1, 0.55))}


class GameDiverged(GenerativeError):
    en = "The step led too far: the rate is too high. Nothing was changed; take a lower rate."
    pt = "O passo foi longe demais: a taxa é alta demais. Nada mudou; escolha uma taxa menor."


class Batch(NamedTuple):
    """What one step draws: x (m, d) real points (none for a step of G), z (m, noise), and of WGAN-GP between
    (m,) in [0, 1], which place between each real point and its fake one is looked at."""

    z: Tensor
    x: Tensor | None = None
    between: Tensor | None = None


class Step(NamedTuple):
    """player: "D" or "G"; loss: before the step; weights: of that player after it."""

    player: str
    loss: float
    weights: Tensor


class Rules(NamedTuple):
    """loss: see losses.py; lr_d, lr_g; adam: else plain gradient descent."""

    loss: str
    lr_d: float
    lr_g: float
    adam: bool


def network(weights: Tensor, sizes: tuple[int, ...], x: Tensor, leaky: bool) -> Tensor:
    """x (n, sizes[0]) -> (n, sizes[-1]); hidden layers leaky ReLU or tanh, the last one linear."""
    at = 0
    for layer, (before, units) in enumerate(zip(sizes, sizes[1:], strict=False)):
        W = weights[at : at + units * before].view(units, before)
        x = x @ W.T + weights[at + units * before : at + units * (before + 1)]
        at += units * (before + 1)
        if layer < len(sizes) - 2:
            x = leaky_relu(x, SLOPE) if leaky else torch.tanh(x)
    return x


class Game:
    """Two players: D scores points, G makes points of noise."""

    def __init__(
        self, D: Tensor, sizes_d: tuple[int, ...], G: Tensor, sizes_g: tuple[int, ...], rules: Rules
    ):
        self.D, self.G = D.double().requires_grad_(), G.double().requires_grad_()
        self.sizes_d, self.sizes_g, self.rules = sizes_d, sizes_g, rules
        how = (lambda w, lr: torch.optim.Adam([w], lr, BETAS)) if rules.adam else _sgd
        self.optimiser_d, self.optimiser_g = how(self.D, rules.lr_d), how(self.G, rules.lr_g)

    def scores(self, x: Tensor) -> Tensor:
        """x (n, d) -> (n,)"""
        return network(self.D, self.sizes_d, x, leaky=True)[:, 0]

    def fakes(self, z: Tensor) -> Tensor:
        return network(self.G, self.sizes_g, z, leaky=False)

    def step_d(self, batch: Batch) -> Step:
        """One step of D. Raises GameDiverged, and what was before stays."""
        fake = self.fakes(batch.z).detach()
        loss = losses.discriminator(self.rules.loss, self.scores(batch.x), self.scores(fake))
        if self.rules.loss == "wgan_gp":
            way = batch.between[:, None]
            loss = loss + losses.penalty(self.scores, way * batch.x + (1 - way) * fake)
        clip = losses.CLIP if self.rules.loss == "wgan" else math.inf
        return Step("D", loss.item(), moved(self.D, self.optimiser_d, loss, clip))

    def step_g(self, batch: Batch) -> Step:
        """One step of G. Raises GameDiverged, and what was before stays."""
        loss = losses.generator(self.rules.loss, self.scores(self.fakes(batch.z)))
        return Step("G", loss.item(), moved(self.G, self.optimiser_g, loss, math.inf))


def _sgd(weights: Tensor, lr: float) -> torch.optim.Optimizer:
    return torch.optim.SGD([weights], lr)


def moved(weights: Tensor, optimiser: torch.optim.Optimizer, loss: Tensor, clip: float) -> Tensor:
    """The weights after a step of the optimiser, clipped. Raises GameDiverged, and what was before stays."""
    before = weights.detach().clone()
    optimiser.zero_grad()
    (weights.grad,) = torch.autograd.grad(loss, weights)
    optimiser.step()
    with torch.no_grad():
        weights.clamp_(-clip, clip)
        if not (weights.abs() <= LARGEST).all():  # NaN is not <= either
            weights.copy_(before)
            raise GameDiverged
    return weights.detach().clone()


def play(game: Game, batches: Iterable[Batch]) -> Iterator[Step]:
    """A record for each batch: one with real points is a step of D, one without a step of G."""
    for batch in batches:
        yield game.step_g(batch) if batch.x is None else game.step_d(batch)


# ---- what the best D would say ----


def known(name: str, offered: Iterable[str] = MIXTURES) -> str:
    """The name of a set, on a line unless others are offered. Raises PointsUnknown."""
    if name not in offered:
        raise PointsUnknown(name=name[:20])
    return name


def p_data(name: str, x: Tensor) -> Tensor:
    """The density of a set on a line, in closed form; of the shape of x."""
    parts = [
        w * torch.exp(-(((x - m) / s) ** 2) / 2) / (s * math.sqrt(2 * math.pi))
        for w, m, s in MIXTURES[known(name)]
    ]
    return torch.stack(parts).sum(0)


def p_fake(G_of_z: Tensor, z: Tensor, edges: Tensor) -> Tensor:
    """The density of G(z), z ~ N(0, 1), averaged over each bin: mass moves with the map, none is estimated.

    z (n,) rising, G_of_z (n,), edges (bins + 1,) rising at equal steps. G is taken as straight from each z to
    the next, so the mass between them spreads evenly between their images, whether G rises, falls or turns.
    """
    mass = torch.exp(-(((z[1:] + z[:-1]) / 2) ** 2) / 2)
    mass = mass / mass.sum()
    low, wide = torch.minimum(G_of_z[1:], G_of_z[:-1]), (G_of_z[1:] - G_of_z[:-1]).abs().clamp(min=1e-9)
    high = low + wide  # a G that makes one point alone has a density too
    covered = torch.minimum(high[:, None], edges[1:]) - torch.maximum(low[:, None], edges[:-1])
    share = covered.clamp(min=0) / wide[:, None]
    return (mass[:, None] * share).sum(0) / (edges[1:] - edges[:-1])


def best(p_real: Tensor, p_generated: Tensor) -> Tensor:
    """D*(x) = p_data / (p_data + p_g), proposition 1 of the paper."""
    return p_real / (p_real + p_generated)
