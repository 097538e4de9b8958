"""Directions of the GAN's w: named ones, principal components, SeFa; each applied to some sizes only.

Härkönen et al., "GANSpace", 2020, https://arxiv.org/abs/2004.02546: principal components of w, by layers.
Shen and Zhou, "Closed-Form Factorization of Latent Semantics in GANs" (SeFa), 2021,
https://arxiv.org/abs/2007.06600: the steps in w to which the style layers answer most.

Measured by generative/training/gan_directions.py and stored beside the weights. Nobody told the GAN what a
smile is: names were found afterwards, by probes of pixels fitted on labelled photos.

It knows no photo and no label: what it loads was measured before.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from generative import weights
from generative.errors import WeightsDamaged, within
from generative.gan import model
from generative.gan.model import RANGES
from generative.gan.sheets import Style, w_of
from generative.once import once
from generative.pictures import data_url, to_image
from generative.vae.directions import HOLDS, OTHERS, PROBE

FILE = "directions.json"
REACH = 3.0  # steps to each side
FAR = 8.0  # of a component, whose step is small: w spreads over many of them
VISIBLE = 0.25  # standard deviations: what moves less for a step is not worth a name
ALWAYS = ("smile", "pose")  # stored with their figures even where they do not hold


class Direction(NamedTuple):
    """A step in w, z_dim numbers, taken at some sizes only (levels; 0 is 4 px, 4 is 64 px).

    A named step moves what its probe sees by one standard deviation of the GAN's own faces; the step of a
    component is one standard deviation of w along it. kind: "named", "pca" or "sefa". correlation: of the
    step with what the probe `says` sees in the picture, 0 to 1. moves: how far that probe moves for a step,
    in standard deviations; others: how far the other probes do, root mean square. monotone: share of faces in
    which every further step is seen. probe: how well that probe itself does on held-out photos (correlation
    with the label).
    """

    name: str
    kind: str
    levels: list[int]
    vector: list[float]
    says: str
    correlation: float
    moves: float
    others: float
    monotone: float
    probe: float

    @property
    def holds(self) -> bool:
        """Whether the name may stand on a slider."""
        return self.correlation >= HOLDS and self.others <= OTHERS and self.probe >= PROBE

    @property
    def reach(self) -> float:
        """Steps to each side."""
        return REACH if self.kind == "named" else FAR

    @property
    def told(self) -> bool:
        """Whether a component may say what a probe sees in it: enough of it, more than of all else."""
        seen = self.correlation >= HOLDS and self.probe >= PROBE
        return seen and self.moves >= max(VISIBLE, self.others)

    @property
    def range(self) -> str:
        """The name of its sizes in `model.RANGES`, or "all"."""
        return next((name for name, levels in RANGES.items() if list(levels) == self.levels), "all")


class Directions(NamedTuple):
    """All that is stored; `weights` is the checksum of the generator they were measured on."""

    weights: int
    named: list[Direction]
    components: list[Direction]

    @property
    def code(self) -> list[Direction]:
        """Every direction in the order of the numbers that `moved` takes."""
        return [*self.named, *self.components]


@once
def load() -> Directions:
    """What the recipe stored. Raises WeightsMissing; WeightsDamaged if it belongs to other weights."""
    folder = weights.WEIGHTS / model.NAME
    stored = weights.measured(folder / FILE, folder / "generator_ema.safetensors")
    try:
        named, components = ([Direction(**d) for d in stored[k]] for k in ("named", "components"))
    except (TypeError, KeyError) as error:
        raise WeightsDamaged(file=weights.shown(folder / FILE)) from error
    return Directions(stored["weights"], named, components)


def one(name: str) -> Direction:
    """The named direction. Raises KeyError."""
    return {d.name: d for d in load().named}[name]


def step(w: Tensor, d: Direction, by: float | Tensor) -> Tensor:
    """w (B, 5, z_dim), moved `by` steps at the direction's sizes."""
    moved = w.clone()
    moved[:, d.levels] += by * torch.tensor(d.vector, device=w.device)
    return moved


def spread(w: Tensor) -> Tensor:
    """(B, z_dim) -> the same w for every size, (B, 5, z_dim)."""
    return w[:, None].repeat(1, len(model.load().config.g_channels), 1)


def moved(face: str, amounts: list[float], style: Style) -> Tensor:
    """A face named as text, moved along every direction of `Directions.code`: (3, 64, 64) in [0, 1].

    Raises NumberOutOfRange for a step beyond its reach, WeightsMissing, WeightsDamaged.
    """
    psi, grain = style.check()
    w = spread(w_of(face, psi))
    for d, amount in check(amounts):
        w = step(w, d, amount)
    return model.faces(w, grain)[0]


def check(amounts: list[float]) -> list[tuple[Direction, float]]:
    """Every direction of `Directions.code` with its amount. Raises NumberOutOfRange."""
    pairs = zip(load().code, amounts, strict=False)
    return [(d, within(d.name, amount, -d.reach, d.reach)) for d, amount in pairs]


def picture(face: str, amounts: list[float], style: Style) -> str:
    """`moved` as a JPEG data URL, 256 px."""
    return data_url(to_image(moved(face, amounts, style)), 256)
