"""A small GAN of points: it draws, and has no density to be asked for.

Goodfellow et al. 2014, https://arxiv.org/abs/1406.2661, with its non-saturating loss of G, and a small
penalty on D's slope at real points, which keeps the two from circling (R1: Mescheder, Geiger and Nowozin
2018, https://arxiv.org/abs/1801.04406).
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from generative.points.mlp import mlp

Z_DIM, HIDDEN = 4, 64
LR, BETAS = 2e-3, (0.5, 0.99)
GAMMA = 0.2  # of the penalty


class GAN:
    """G (n, Z_DIM) -> (n, d) and D (n, d) -> logits (n, 1), each with its optimiser."""

    def __init__(self, d: int, generator: torch.Generator):
        self.G = mlp((Z_DIM, HIDDEN, HIDDEN, d), generator)
        self.D = mlp((d, HIDDEN, HIDDEN, 1), generator)
        self._of = {
            net: torch.optim.Adam(net.parameters(), LR, BETAS, fused=True) for net in (self.G, self.D)
        }

    def step(self, x: Tensor, generator: torch.Generator) -> None:
        """D learns from real x and as many fakes, then G from D."""
        fake = self.sample(len(x), generator)
        real = x.clone().requires_grad_(True)
        logits = self.D(real)
        (slope,) = torch.autograd.grad(logits.sum(), real, create_graph=True)
        penalty = GAMMA / 2 * slope.square().sum(1).mean()
        self._descend(self.D, softplus(-logits).mean() + softplus(self.D(fake)).mean() + penalty)
        z = torch.randn(len(x), Z_DIM, generator=generator)
        self._descend(self.G, softplus(-self.D(self.G(z))).mean())

    def _descend(self, net: nn.Module, loss: Tensor) -> None:
        self._of[net].zero_grad()
        loss.backward(inputs=list(net.parameters()))
        self._of[net].step()

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """(n, d)"""
        with torch.no_grad():
            return self.G(torch.randn(n, Z_DIM, generator=generator))
