"""Ways through a latent space: the relatives of a point. Knows no model."""

import math

import torch
from torch import Tensor

from generative.device import noise


def near(z: Tensor, n: int, seed: int, angle: float = 35.0) -> Tensor:
    """z itself and n - 1 relatives, `angle` degrees away: (z_dim,) -> (n, z_dim).

    cos(a) z + sin(a) eps with eps ~ N(0, I): if z is a draw from N(0, I), so is each relative.
    """
    a = math.radians(angle)
    relatives = math.cos(a) * z + math.sin(a) * noise(seed, n - 1, len(z))
    return torch.cat([z[None], relatives])
