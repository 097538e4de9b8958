"""An autoregressive model: p(x) = p(x1) p(x2 | x1), the second factor read off the first by a network.

Each factor is a mixture of Gaussians on a line; of the second a network gives weights, means and widths
(a mixture density network, Bishop 1994). A language model is the same chain with words for numbers.
"""

import math

import torch
from torch import Tensor, nn

from generative.points.mlp import log_normal, mlp

COMPONENTS, HIDDEN = 10, 64
NARROWEST = math.log(0.03)  # log of a width


class Autoregressive(nn.Module):
    """Points of d = 1 or 2 numbers."""

    def __init__(self, d: int, generator: torch.Generator):
        super().__init__()
        self.d = d
        self.first = nn.Parameter(begun())
        self.second = mlp((1, HIDDEN, HIDDEN, 3 * COMPONENTS), generator) if d == 2 else None

    def factor(self, i: int, before: Tensor) -> Tensor:
        """The mixture of number i, given the numbers before it (n, i): (n, 3 x COMPONENTS)"""
        if i == 0:
            return self.first.expand(len(before), -1)
        return self.second(before) + begun()

    def log_prob(self, x: Tensor) -> Tensor:
        """(n, d) -> (n,) nats: the sum over the factors."""
        return sum(on_a_line(x[:, i], self.factor(i, x[:, :i])) for i in range(x.shape[1]))

    def loss(self, x: Tensor, generator: torch.Generator) -> Tensor:
        """Minus the mean log p of the batch; nothing is drawn for it."""
        return -self.log_prob(x).mean()

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """(n, d): x1 first, then x2 given it."""
        x = torch.zeros(n, 0)
        for i in range(self.d):
            logits, mean, log_scale = self.factor(i, x).chunk(3, 1)
            k = torch.multinomial(logits.softmax(1), 1, generator=generator)
            z = torch.randn(n, 1, generator=generator)
            log_scale = log_scale.clamp(min=NARROWEST)
            x = torch.cat([x, mean.gather(1, k) + log_scale.gather(1, k).exp() * z], 1)
        return x


def begun() -> Tensor:
    """A mixture that has learned nothing: components of equal weight, evenly over the window, and wide."""
    means = torch.linspace(-2.5, 2.5, COMPONENTS)
    return torch.cat([torch.zeros(COMPONENTS), means, torch.full((COMPONENTS,), math.log(0.6))])


def on_a_line(x: Tensor, mixed: Tensor) -> Tensor:
    """log p of x (n,) under each row's mixture (n, 3 x COMPONENTS) -> (n,)"""
    logits, mean, log_scale = mixed.chunk(3, 1)
    parts = log_normal(x[:, None], mean, log_scale.clamp(min=NARROWEST))
    return (logits.log_softmax(1) + parts).logsumexp(1)
