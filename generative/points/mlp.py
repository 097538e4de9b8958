"""A small multilayer perceptron, begun from a generator: the same seed, the same weights."""

import math

import torch
from torch import Tensor, nn


def mlp(sizes: tuple[int, ...], generator: torch.Generator, last: float = 1.0) -> nn.Sequential:
    """(B, sizes[0]) -> (B, sizes[-1]), SiLU between the layers.

    Weights are uniform within sqrt(3 / fan-in), so that what goes in at variance 1 goes on at about that; the
    last layer's are multiplied by `last`: near 0 the network begins as the constant 0.
    """
    layers: list[nn.Module] = []
    for i, (n_in, n_out) in enumerate(zip(sizes, sizes[1:], strict=False)):
        layer = nn.utils.skip_init(nn.Linear, n_in, n_out)
        edge = math.sqrt(3 / n_in) * (last if i == len(sizes) - 2 else 1)
        with torch.no_grad():
            layer.weight.uniform_(-edge, edge, generator=generator)
            layer.bias.uniform_(-edge, edge, generator=generator)
        layers += [layer, nn.SiLU()]
    return nn.Sequential(*layers[:-1])


def log_normal(x: Tensor, mean: Tensor, log_scale: Tensor) -> Tensor:
    """log N(x; mean, exp(log_scale)^2), number by number."""
    return -0.5 * ((x - mean) * (-log_scale).exp()).square() - log_scale - 0.5 * math.log(2 * math.pi)
