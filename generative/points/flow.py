"""Normalising flows: an invertible map takes the points to a base density, and the change of variables gives
log p(x) = log p(z) + log |det dz/dx| exactly.

In the plane, affine couplings: one coordinate is scaled and shifted by amounts that a network reads off the
other (RealNVP, Dinh, Sohl-Dickstein and Bengio 2017, https://arxiv.org/abs/1605.08803). On a line there is no
other coordinate; any rising curve is invertible there, so a sum of logistic steps takes x to a uniform z.
"""

import math

import torch
from torch import Tensor, nn

from generative.points.mlp import log_normal, mlp

LAYERS, HIDDEN = 8, 48  # the ring of eight is learned in seconds, and its map drawn in milliseconds
STRETCH = 2.0  # of log-scale in one layer, at most: no step of training can make it explode
STAIRS = 12


class Coupling(nn.Module):
    """z1 = x1, z2 = x2 exp(s(x1)) + t(x1), and the two change places."""

    def __init__(self, generator: torch.Generator):
        super().__init__()
        self.net = mlp((1, HIDDEN, HIDDEN, 2), generator, last=0.1)

    def terms(self, kept: Tensor) -> tuple[Tensor, Tensor]:
        """s, t of (n, 1) each."""
        s, t = self.net(kept).chunk(2, 1)
        return STRETCH * torch.tanh(s / STRETCH), t

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """x (n, 2) -> z (n, 2), log |det dz/dx| (n,)"""
        kept, moved = x.chunk(2, 1)
        s, t = self.terms(kept)
        return torch.cat([moved * s.exp() + t, kept], 1), s.squeeze(1)

    def inverse(self, z: Tensor) -> Tensor:
        moved, kept = z.chunk(2, 1)
        s, t = self.terms(kept)
        return torch.cat([kept, (moved - t) * (-s).exp()], 1)


class Flow(nn.Module):
    """Points of the plane to z of N(0, I) and back."""

    def __init__(self, generator: torch.Generator):
        super().__init__()
        self.couplings = nn.ModuleList(Coupling(generator) for _ in range(LAYERS))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """x (n, 2) -> z (n, 2), log |det dz/dx| (n,)"""
        total = torch.zeros(len(x), dtype=x.dtype)
        for coupling in self.couplings:
            x, log_det = coupling(x)
            total = total + log_det
        return x, total

    def inverse(self, z: Tensor) -> Tensor:
        for coupling in reversed(self.couplings):
            z = coupling.inverse(z)
        return z

    def log_prob(self, x: Tensor) -> Tensor:
        """(n, 2) -> (n,) nats"""
        z, log_det = self(x)
        return log_normal(z, torch.zeros(()), torch.zeros(())).sum(1) + log_det

    def loss(self, x: Tensor, generator: torch.Generator) -> Tensor:
        """Minus the mean log p of the batch; nothing is drawn for it."""
        return -self.log_prob(x).mean()

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """(n, 2)"""
        return self.inverse(torch.randn(n, 2, generator=generator))


class Stairs(nn.Module):
    """Points of a line to a uniform z in (0, 1): z(x) = sum w_k sigmoid((x - m_k) / s_k), and back."""

    def __init__(self, generator: torch.Generator):
        super().__init__()
        self.logits = nn.Parameter(torch.zeros(STAIRS))
        middle = torch.linspace(-2.5, 2.5, STAIRS)
        self.middle = nn.Parameter(middle + 0.1 * torch.randn(STAIRS, generator=generator))
        self.log_scale = nn.Parameter(torch.full((STAIRS,), math.log(0.5)))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """x (n, 1) -> z (n, 1), log dz/dx (n,)"""
        scale = self.log_scale.clamp(min=math.log(0.02))  # no step is steeper, or one point would be all
        u = (x - self.middle) * (-scale).exp()
        z = (self.logits.softmax(0) * u.sigmoid()).sum(1, keepdim=True)
        slope = nn.functional.logsigmoid(u) + nn.functional.logsigmoid(-u) - scale
        return z, (self.logits.log_softmax(0) + slope).logsumexp(1)

    def inverse(self, z: Tensor) -> Tensor:
        """By halving an interval forty times: z rises with x."""
        low, high = torch.full_like(z, -30), torch.full_like(z, 30)
        for _ in range(40):
            middle = (low + high) / 2
            above = self(middle)[0] > z
            low, high = torch.where(above, low, middle), torch.where(above, middle, high)
        return (low + high) / 2

    def log_prob(self, x: Tensor) -> Tensor:
        """(n, 1) -> (n,) nats: the base is uniform, of density 1."""
        return self(x)[1]

    def loss(self, x: Tensor, generator: torch.Generator) -> Tensor:
        """Minus the mean log p of the batch; nothing is drawn for it."""
        return -self.log_prob(x).mean()

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """(n, 1)"""
        return self.inverse(torch.rand(n, 1, generator=generator))


def flow(d: int, generator: torch.Generator) -> Flow | Stairs:
    """A flow of points with d numbers."""
    return Flow(generator) if d == 2 else Stairs(generator)
