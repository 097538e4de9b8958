"""A GAN's training in time-lapse: the same z at log-spaced moments, and what was measured on the way.

weights/gan_faces/ holds averages of the generator earlier in its training, snapshot_<place>.safetensors, the
place in SNAPSHOTS; the last moment is the shipped generator itself.
"""

import csv
import functools
import json
import re
from pathlib import Path
from typing import NamedTuple

from generative import gan, pictures, weights
from generative.errors import WeightsDamaged, WeightsMissing, check_seed, within
from generative.gan import GanConfig, Generator
from generative.pictures import data_url, to_image
from generative.sheets import Style, read_path, sheet_z

SNAPSHOTS = (  # images seen
    2_000,
    5_000,
    10_000,
    20_000,
    40_000,
    80_000,
    160_000,
    320_000,
    640_000,
    1_280_000,
)
NAMED = re.compile(r"snapshot_(\d\d)\.safetensors")


class Moment(NamedTuple):
    """Images seen, and the file with the generator's average of then."""

    images: int
    file: Path


@functools.cache
def moments() -> list[Moment]:
    """The snapshots that there are, then the shipped generator. Raises WeightsMissing, WeightsDamaged."""
    folder = weights.WEIGHTS / gan.NAME
    places = {int(found[1]): file for file in folder.glob("*") if (found := NAMED.fullmatch(file.name))}
    earlier = [Moment(SNAPSHOTS[i], places[i]) for i in sorted(places) if i < len(SNAPSHOTS)]
    return [*earlier, Moment(_seen(folder), folder / "generator_ema.safetensors")]


def _seen(folder: Path) -> int:
    """How many images the shipped generator has seen, from its training.json."""
    file = folder / "training.json"
    if not file.is_file():
        raise WeightsMissing(file=weights.shown(file))
    try:
        return int(json.loads(file.read_text())["images"])
    except (ValueError, KeyError, TypeError) as error:
        raise WeightsDamaged(file=weights.shown(file)) from error


def load_moment(i: int) -> Generator:
    """The generator of moment i, counted from 0. Raises NumberOutOfRange, WeightsMissing, WeightsDamaged."""
    last = len(moments()) - 1
    i = within("moment", i, 0, last, whole=True)
    return gan.load().G if i == last else _load(moments()[i].file)


@functools.cache
def _load(file: Path) -> Generator:
    G = Generator(weights.load_config(GanConfig, weights.WEIGHTS / gan.NAME))
    return weights.ready(weights.load(G, file), gan.best_device())


@functools.lru_cache(maxsize=64)
def sheet(i: int, seed: int, path: str, style: Style) -> str:
    """The sheet of a seed and path as moment i drew it, a JPEG data URL, 4 x 4, 512 px.

    Raises NumberOutOfRange, WeightsMissing, WeightsDamaged.
    """
    (psi, grain), G = style.check(), load_moment(i)
    found = gan.faces(gan.to_w(sheet_z(check_seed(seed), read_path(path)), psi, G), grain, G)
    return data_url(pictures.sheet([to_image(face) for face in found], 4, 128))


class Step(NamedTuple):
    """A row of metrics.csv: images seen; both losses; the mean sigmoid of D's logits on photos and fakes."""

    images: float
    d_loss: float
    g_loss: float
    d_real: float
    d_fake: float


def steps() -> list[Step]:
    """What the recipe logged of this training; empty where nothing was kept. Raises WeightsDamaged."""
    file = weights.WEIGHTS / gan.NAME / "metrics.csv"
    if not file.is_file():
        return []
    try:
        with file.open(newline="") as lines:
            return [Step(*(float(row[name]) for name in Step._fields)) for row in csv.DictReader(lines)]
    except (ValueError, KeyError, TypeError) as error:
        raise WeightsDamaged(file=weights.shown(file)) from error
