"""The GAN earlier in its training: the same z at every stored moment, from smears to a face.

weights/gan_faces/ holds averages of the generator at log-spaced moments, snapshot_00, snapshot_01, ..., and
the shipped generator, which is the last moment. Knows nothing of the quiz that asks.
"""

import functools
import json

import torch
from torch import Tensor

from generative import gan, weights
from generative.device import best_device, noise

FOLDER = weights.WEIGHTS / gan.NAME


@functools.cache
def moments() -> tuple[int, ...]:
    """Images seen at each moment, ascending; the last one is the shipped generator."""
    from generative.training.gan import SNAPSHOTS  # here: the recipe brings tools that only training needs

    shipped = json.loads((FOLDER / "training.json").read_text())["images"]
    stored = [seen for i, seen in enumerate(SNAPSHOTS) if _file(i).is_file() and seen < shipped]
    return (*stored, shipped)


def _file(i: int):  # -> Path
    return FOLDER / f"snapshot_{i:02d}.safetensors"


@functools.cache
def generator(at: int) -> gan.Generator:
    """The generator at moment `at` of `moments`. Raises WeightsMissing, WeightsDamaged."""
    if at == len(moments()) - 1:
        return gan.load().G
    G = gan.Generator(weights.load_config(gan.GanConfig, FOLDER))
    return weights.ready(weights.load(G, _file(at)), best_device())


def sample(seed: int, psi: float, at: int) -> Tensor:
    """The face (3, 64, 64) in [0, 1] that moment `at` makes of the seed's z; the last one is gan.sample's."""
    mapping = (G := generator(at)).mapping
    w = mapping(noise(seed, 1, gan.load().config.z_dim).to(mapping.w_avg.device))
    w = mapping.w_avg + psi * (w - mapping.w_avg)
    return G.grow(w)[-1][0].add(1).div(2).clamp(0, 1).cpu()


def growing_up(seed: int, psi: float) -> Tensor:
    """The same z at every moment, (moments, 3, 64, 64) in [0, 1]."""
    return torch.stack([sample(seed, psi, at) for at in range(len(moments()))])
