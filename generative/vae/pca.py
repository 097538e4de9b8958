"""Faces by principal components: the linear autoencoder, and with it an exact density.

Tipping and Bishop, "Probabilistic Principal Component Analysis", 1999,
https://doi.org/10.1111/1467-9868.00196

A face is the mean face plus some of each of a few fixed pictures: x = mean + components^T z. Of all linear
codes of this length none comes nearer to the training photos in squared error. Read as a model with noise of
one size in every direction that is left out, x ~ N(mean, W W^T + noise I), it says how likely a picture is.

It knows no photo, nor how it was fitted (generative/training/pca.py).
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from generative import weights
from generative.device import best_device
from generative.once import once

NAME = "face_pca"
FILE = "model.safetensors"


@dataclass(frozen=True)
class PcaConfig:
    """How many components of how large a picture; `noise`: the variance of every direction left out."""

    components: int = 64
    size: int = 64  # pixels; three colours
    noise: float = 1.0


class Pca(nn.Module):
    """Mean face and components as buffers, in pixels from 0 to 1.

    components (k, 3 size size) are orthonormal rows, up to fp16; variance (k,): of the training photos along
    each, falling.
    """

    def __init__(self, config: PcaConfig):
        super().__init__()
        self.config = config
        pixels = 3 * config.size * config.size
        self.register_buffer("mean", torch.zeros(pixels))
        self.register_buffer("components", torch.eye(config.components, pixels))
        self.register_buffer("variance", torch.ones(config.components))

    def encode(self, x: Tensor) -> Tensor:
        """x (B, 3, size, size) in [0, 1] -> z (B, k): how much of each component."""
        return (x.flatten(1) - self.mean) @ self.components.T

    def decode(self, z: Tensor) -> Tensor:
        """z (B, k) -> x_recon (B, 3, size, size), about in [0, 1]."""
        size = self.config.size
        return (self.mean + z @ self.components).unflatten(1, (3, size, size))

    def log_density(self, x: Tensor) -> Tensor:
        """log N(x; mean, W W^T + noise I) of each x (B, 3, size, size) in [0, 1], in nats: (B,).

        W: the components, each as long as makes the variance along it that of the photos (Tipping and Bishop
        1999, eq. 15). By the k x k matrix M = W^T W + noise I alone (there sec. 3), in double precision.
        """
        noise, k = self.config.noise, self.config.components
        d = (x.flatten(1) - self.mean).double()
        W = self.components.double() * (self.variance.double() - noise).clamp_min(0).sqrt()[:, None]
        M = W @ W.T + noise * torch.eye(k, dtype=torch.float64, device=W.device)
        Wd = d @ W.T
        distance = (d.square().sum(1) - (Wd * torch.linalg.solve(M, Wd.T).T).sum(1)) / noise
        volume = torch.logdet(M) + (d.shape[1] - k) * math.log(noise)
        return -(distance + volume + d.shape[1] * math.log(2 * math.pi)) / 2


@once
def load() -> Pca:
    """The shipped components, ready to serve. Raises WeightsMissing, WeightsDamaged."""
    folder = weights.WEIGHTS / NAME
    pca = Pca(weights.load_config(PcaConfig, folder))
    return weights.ready(weights.load(pca, folder / FILE), best_device())
