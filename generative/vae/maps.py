"""The map of the two-dimensional rungs: where faces lie in z, and which face each place would be.

Kingma and Welling, "Auto-Encoding Variational Bayes", 2014, https://arxiv.org/abs/1312.6114, figure 4: the
plane of codes, decoded at even steps.

It does not know which of the codes is whose face: they were stored without names.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from generative import pictures
from generative.device import best_device
from generative.errors import LatentInvalid, within
from generative.once import once
from generative.pictures import data_url, from_image, to_image
from generative.vae import rungs

TILES = 15  # faces along each side of the map's ground
TILE = 32  # pixels of each


class Map(NamedTuple):
    """A two-dimensional code space: beta, half width, codes of faces (N, 2), the decoded ground (a URL)."""

    beta: float
    reach: float
    cloud: list[list[float]]
    ground: str


def check(z: object) -> Tensor:
    """Two finite numbers as a tensor (1, 2), clamped to +-1000. Raises LatentInvalid."""
    try:
        numbers = [float(v) for v in z]
    except (TypeError, ValueError, OverflowError) as error:
        raise LatentInvalid(z_dim=2) from error
    if len(numbers) != 2 or not all(map(math.isfinite, numbers)):
        raise LatentInvalid(z_dim=2)
    return torch.tensor([numbers]).clamp(-1000, 1000)


def point(beta: object, z: object) -> str:
    """The face at a point of the map of beta 0 or 1, as a JPEG data URL, 256 px.

    Raises NumberOutOfRange, LatentInvalid.
    """
    beta = within("beta", beta, 0, 1, whole=True)
    return data_url(to_image(rungs.decode(check(z), 2, beta)[0]), 256)


@once
def chart(beta: float) -> Map:
    """The map of beta 0 or 1: a square around 0 that holds 99 of 100 codes and three standard deviations of
    the prior; on its ground the face decoded at the middle of each tile, z1 to the right, z2 up."""
    cloud = rungs.rungs()[2, beta].cloud
    farthest = sorted(max(map(abs, code)) for code in cloud)
    reach = max(3.4, 1.05 * farthest[int(0.99 * len(farthest))])
    steps = (torch.arange(TILES) + 0.5) / TILES * 2 * reach - reach
    z2, z1 = torch.meshgrid(-steps, steps, indexing="ij")
    faces = rungs.decode(torch.stack([z1, z2], -1).view(-1, 2), 2, beta)
    ground = pictures.sheet([to_image(face) for face in faces], TILES, TILE)
    return Map(beta, reach, cloud, data_url(ground, quality=85))


def places(z: Sequence[float]) -> list[list[float]]:
    """Where the current face lies on the maps of beta 0 and 1: mu, two numbers each. Raises LatentInvalid."""
    x = from_image(rungs.current(z))[None].to(best_device())
    return [rungs.load(2, beta).encoder(x).mean[0].tolist() for beta in (0.0, 1.0)]
