"""What the diffusion model can be told about a face, and how strongly: wishes and guidance.

Classifier-free guidance: Ho and Salimans 2022, https://arxiv.org/abs/2207.12598; only in the middle of the
walk: Kynkäänniemi et al. 2024, https://arxiv.org/abs/2404.07724.

A wish is a number for each name, in standard deviations of the training photos, or None: left open.
"""

from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor

from generative.diffusion import model
from generative.diffusion.sampler import Field
from generative.errors import WishUnknown, within

REACH = 3.0  # deviations to each side that may be asked for
STRONGEST = 6.0  # guidance


class Wish(NamedTuple):
    """c and keep as `model.UNet` takes them, (1, attributes) or one row a face; guidance w.

    0: as if nothing were told; 1: as the network learned it; above 1: exaggerated. Between the times `low`
    and `high` only; elsewhere as if w were 1.
    """

    c: Tensor
    keep: Tensor
    guidance: float = 1.0
    low: float = 0.0
    high: float = 1.0


def wish(asked: Mapping[str, float | None] | None = None, guidance: float = 1.0, **span: float) -> Wish:
    """{"smile": 1.5, "pose": None} -> a Wish. Raises WishUnknown, NumberOutOfRange, WeightsMissing."""
    names = model.load().config.attributes
    asked = {name: value for name, value in (asked or {}).items() if value is not None}
    for name, value in asked.items():
        if name not in names:
            raise WishUnknown(names=", ".join(names))
        within(name, value, -REACH, REACH)
    within("guidance", guidance, 0, STRONGEST)
    c = torch.tensor([[float(asked.get(name, 0.0)) for name in names]])
    keep = torch.tensor([[float(name in asked) for name in names]])
    return Wish(c, keep, float(guidance), **span)


def together(wishes: list[Wish]) -> Wish:
    """Several faces' wishes as one, a row each, with the first one's guidance."""
    return wishes[0]._replace(c=torch.cat([w.c for w in wishes]), keep=torch.cat([w.keep for w in wishes]))


@torch.no_grad()
def guided(network: torch.nn.Module, wish: Wish, x: Tensor, t: float) -> Tensor:
    """v_open + w (v_told - v_open) at x (B, 3, H, W): the velocity, (B, 3, H, W) (Ho 2022, eq. 6)."""
    n, w = len(x), wish.guidance
    t_rows = torch.full((n,), float(t), device=x.device)
    c, keep = (rows.to(x.device).expand(n, -1) for rows in (wish.c, wish.keep))
    if w == 1 or not keep.any() or not wish.low <= t <= wish.high:
        return network(x, t_rows, c, keep)
    if w == 0:
        return network(x, t_rows, c, torch.zeros_like(keep))
    v = network(x.repeat(2, 1, 1, 1), t_rows.repeat(2), c.repeat(2, 1), torch.cat([keep * 0, keep]))
    v_open, v_told = v.chunk(2)
    return v_open + w * (v_told - v_open)


def field(wish: Wish, network: torch.nn.Module | None = None) -> Field:
    """The shipped network's velocity (or another's) under a wish, for `sampler.walk`."""
    network = network or model.load()
    return lambda x, t: guided(network, wish, x, t)


def deviations(name: str, value: float) -> float:
    """A number in its own unit (years for "age", grey levels for "brightness") in standard deviations."""
    config = model.load().config
    at = config.attributes.index(name)
    return (value - config.mean[at]) / config.deviation[at]


def plain(name: str, value: float) -> float:
    """Deviations -> the number in its own unit."""
    config = model.load().config
    at = config.attributes.index(name)
    return config.mean[at] + value * config.deviation[at]
