"""Ways through a latent space: relatives of a point, and paths between two. Knows no model."""

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


def slerp(z1: Tensor, z2: Tensor, t: Tensor) -> Tensor:
    """Along the great circle from z1 to z2 (z_dim,) at shares t (N,) of the angle -> (N, z_dim).

    Shoemake 1985; a straight line would cut through the sphere's inside, where N(0, I) puts hardly any mass.
    """
    cosine = torch.dot(z1 / z1.norm(), z2 / z2.norm()).clamp(-1, 1)
    omega = torch.acos(cosine).clamp_min(1e-6)
    t = t[:, None]
    return (torch.sin((1 - t) * omega) * z1 + torch.sin(t * omega) * z2) / torch.sin(omega)
