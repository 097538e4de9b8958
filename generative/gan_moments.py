"""One GAN face at every stored moment of training: the same z, from smears to a face.

Knows nothing of the quiz that asks.
"""

import torch
from torch import Tensor

from generative import gan, gan_timelapse
from generative.device import noise


def moments() -> tuple[int, ...]:
    """Images seen at each moment, ascending; the last one is the shipped generator."""
    return tuple(moment.images for moment in gan_timelapse.moments())


def sample(seed: int, psi: float, at: int) -> Tensor:
    """The face (3, 64, 64) in [0, 1] that moment `at` makes of the seed's z; the last one is gan.sample's."""
    G = gan_timelapse.load_moment(at)
    return gan.faces(gan.to_w(noise(seed, 1, gan.load().config.z_dim), psi, G), G=G)[0]


def growing_up(seed: int, psi: float) -> Tensor:
    """The same z at every moment, (moments, 3, 64, 64) in [0, 1]."""
    return torch.stack([sample(seed, psi, at) for at in range(len(moments()))])
