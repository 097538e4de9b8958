"""A variational autoencoder of points. Its p(x) = integral p(x | z) p(z) dz has no closed form: what it can
say is a bound, from below on average, which importance samples tighten.

Kingma and Welling 2014, https://arxiv.org/abs/1312.6114; the importance-weighted bound: Burda, Grosse and
Salakhutdinov 2016, https://arxiv.org/abs/1509.00519.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn

from generative.points.mlp import log_normal, mlp

Z_DIM, HIDDEN = 2, 64
NARROWEST = math.log(0.05)  # log of the decoder's width


class Bound(NamedTuple):
    """value (n,): at most log p(x) on average, nats; error (n,): the standard error of the estimate."""

    value: Tensor
    error: Tensor


class VAE(nn.Module):
    """x (n, d) <-> z (n, Z_DIM). The decoder gives the mean of a Gaussian whose one width is learned too."""

    def __init__(self, d: int, generator: torch.Generator):
        super().__init__()
        self.encoder = mlp((d, HIDDEN, HIDDEN, 2 * Z_DIM), generator)
        self.decoder = mlp((Z_DIM, HIDDEN, HIDDEN, d), generator)
        self.log_sigma = nn.Parameter(torch.tensor(-1.0))

    def log_weights(self, x: Tensor, k: int, generator: torch.Generator) -> Tensor:
        """log p(x | z) p(z) / q(z | x) of k draws z from q(z | x): (k, n)"""
        mu, log_scale = self.encoder(x).chunk(2, 1)
        z = mu + log_scale.exp() * torch.randn(k, *mu.shape, generator=generator, dtype=x.dtype)
        zero = torch.zeros((), dtype=x.dtype)
        given = log_normal(x, self.decoder(z), self.log_sigma.clamp(min=NARROWEST)).sum(2)
        return given + (log_normal(z, zero, zero) - log_normal(z, mu, log_scale)).sum(2)

    def bound(self, x: Tensor, k: int, generator: torch.Generator) -> Bound:
        """log of the mean of k weights; with k = 1 the ELBO of the paper of 2014."""
        log_w = self.log_weights(x, k, generator)
        value = log_w.logsumexp(0) - math.log(k)
        spread = (log_w - value).exp().std(0) if k > 1 else torch.full_like(value, math.inf)
        return Bound(value, spread / math.sqrt(k))  # d log w = dw / w

    def loss(self, x: Tensor, generator: torch.Generator) -> Tensor:
        """Minus the ELBO."""
        return -self.log_weights(x, 1, generator).mean()

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """(n, d)"""
        mean = self.decoder(torch.randn(n, Z_DIM, generator=generator))
        scale = self.log_sigma.clamp(min=NARROWEST).exp()
        return mean + scale * torch.randn(mean.shape, generator=generator)
