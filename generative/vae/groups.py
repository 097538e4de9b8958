"""Who is in the training photos, and how well the VAE redraws faces of each annotated group.

The groups are FairFace's `race`, `gender` and `age` (https://github.com/joojs/fairface): categories that
annotators saw in a photo, not facts about the person in it. They serve here for one thing, the error by
group; nothing in this project guesses them. What was measured lies beside the weights.

It knows no photo and no person, only the stored figures.
"""

import math
from typing import NamedTuple

from generative import weights
from generative.errors import WeightsDamaged
from generative.once import once
from generative.vae import model
from generative.vae.outliers import stored

KINDS = ("race", "gender", "age")


class Group(NamedTuple):
    """One group: its share of the `train` photos; mean PSNR in dB of `n` held-out ones, 95 % interval."""

    name: str
    train: int
    share: float
    n: int
    psnr: float
    low: float
    high: float


class Gap(NamedTuple):
    """The groups redrawn best and worst, the difference in dB, and as a ratio of squared errors.

    `overlap`: whether their intervals have a point in common.
    """

    best: Group
    worst: Group
    decibels: float
    ratio: float
    overlap: bool


class Measured(NamedTuple):
    """Groups of each kind; `shuffled`: how often shuffled labels give a gap as large; `linked`: correlations.

    `linked` has the correlation of PSNR with 'sharpness' and 'brightness' of the held-out photos.
    """

    train: int
    held_out: int
    groups: dict[str, list[Group]]
    shuffled: dict[str, float]
    linked: dict[str, float]


@once
def load() -> Measured:
    """What generative.training.outliers measured. Raises WeightsMissing, WeightsDamaged."""
    values = stored("groups.json")
    try:
        groups = {kind: [Group(**group) for group in values["groups"][kind]] for kind in KINDS}
        return Measured(**values | {"groups": groups})
    except (TypeError, KeyError) as error:
        raise WeightsDamaged(file=weights.shown(weights.WEIGHTS / model.NAME / "groups.json")) from error


def gap(groups: list[Group]) -> Gap:
    """The largest difference of mean PSNR between two of at least two groups."""
    best, worst = max(groups, key=lambda g: g.psnr), min(groups, key=lambda g: g.psnr)
    decibels = best.psnr - worst.psnr
    return Gap(best, worst, decibels, math.pow(10, decibels / 10), best.low <= worst.high)
