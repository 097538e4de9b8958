"""How hard each level is, as benchmarks/leak_probe.py measured it: what D and a small classifier get right.

It does not know how people fare: a class finds that out.
"""

import json
from pathlib import Path
from typing import NamedTuple

from generative.errors import WeightsDamaged
from generative.once import once
from generative.weights import need, shown

FILE = Path(__file__).with_suffix(".json")
SETS = ("fairface", "portraits")  # of real photos


class Rates(NamedTuple):
    """Shares of rounds with one photo among three that were answered right, chance is 1/3.

    critic: by the GAN's discriminator D; probe: by a logistic classifier on all that follows; pixels: on
    pixel statistics alone; attributes: on the features of weights/face_attributes alone.
    """

    critic: float
    probe: float
    pixels: float
    attributes: float


class Difficulty(NamedTuple):
    """When it was measured, on how many rounds a level; set of photos -> level -> Rates."""

    measured: str
    rounds: int
    sets: dict[str, dict[str, Rates]]


@once
def load() -> Difficulty:
    """What the benchmark stored. Raises WeightsMissing, WeightsDamaged."""
    need(FILE)
    try:
        stored = json.loads(FILE.read_text())
        sets = {
            name: {level: Rates(**rates) for level, rates in levels.items()}
            for name, levels in stored["sets"].items()
        }
        return Difficulty(stored["measured"], stored["rounds"], sets)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WeightsDamaged(file=shown(FILE)) from error


def store(measured: str, rounds: int, photos: str, levels: dict[str, Rates]) -> None:
    """Keep what was measured on one set of photos, beside what is known of the others."""
    sets = json.loads(FILE.read_text())["sets"] if FILE.is_file() else {}
    sets[photos] = {level: rates._asdict() for level, rates in levels.items()}
    FILE.write_text(json.dumps({"measured": measured, "rounds": rounds, "sets": sets}, indent=1) + "\n")
    load.cache_clear()
