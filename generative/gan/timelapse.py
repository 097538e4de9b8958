"""A GAN's training in time-lapse: the same z at log-spaced moments, and what was measured on the way.

weights/gan_faces/ holds averages of the generator earlier in its training, snapshot_<place>.safetensors, the
place in SNAPSHOTS; the last moment is the shipped generator itself. weights/gan_collapsed/ holds what became
of it when it was trained on without what keeps a GAN from collapsing (`COLLAPSED` in
generative/training/gan.py). Knows nothing of the quiz that asks for a face's youth.
"""

import csv
import functools
import re
from pathlib import Path
from typing import NamedTuple

from torch import Tensor

from generative import pictures, weights
from generative.device import noise
from generative.errors import WeightsDamaged, check_seed, within
from generative.gan import model
from generative.gan.model import GanConfig, Generator
from generative.gan.sheets import Style, read_path, sheet_z
from generative.once import once, recent
from generative.pictures import data_url, to_image

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
COLLAPSED = "gan_collapsed"
COLLAPSING = (100, 300)  # images seen since it was trained on without
MOMENT_BYTES = 18_000_000  # three generators: reading one takes a tenth of drawing its sheet
NAMED = re.compile(r"snapshot_(\d\d)\.safetensors")


class Moment(NamedTuple):
    """Images seen, and the file with the generator's average of then; start: images before the collapse."""

    images: int
    file: Path
    start: int | None = None


def snapshots(start: int | None = None) -> list[int]:
    """Images seen at every snapshot, of a training or of one that began to collapse after `start` images."""
    return list(SNAPSHOTS) if start is None else [start + more for more in COLLAPSING]


@once
def moments(name: str = model.NAME) -> list[Moment]:
    """The snapshots that there are, then the shipped generator. Raises WeightsMissing, WeightsDamaged."""
    folder = weights.WEIGHTS / name
    stored = weights.measured(folder / "training.json", folder / "generator_ema.safetensors")
    start = stored.get("start")
    files = {int(found[1]): file for file in folder.glob("*") if (found := NAMED.fullmatch(file.name))}
    earlier = [Moment(n, files[i], start) for i, n in enumerate(snapshots(start)) if i in files]
    return [*earlier, Moment(int(stored["images"]), folder / "generator_ema.safetensors", start)]


def seen() -> tuple[int, ...]:
    """Images seen at each moment of the healthy training, ascending."""
    return tuple(moment.images for moment in moments())


def beside(i: int) -> int:
    """The healthy training's moment whose images seen come nearest to the start of collapsed moment i."""
    start = moments(COLLAPSED)[i].start
    return min(range(len(seen())), key=lambda j: abs(seen()[j] - start))


def load_moment(i: int, name: str = model.NAME) -> Generator:
    """The generator of moment i, counted from 0. Raises NumberOutOfRange, WeightsMissing, WeightsDamaged."""
    last = len(moments(name)) - 1
    i = within("moment", i, 0, last, whole=True)
    return model.load().G if (i, name) == (last, model.NAME) else _load(moments(name)[i].file)


@recent(MOMENT_BYTES, lambda G: sum(p.nbytes for p in G.parameters()))
def _load(file: Path) -> Generator:
    G = Generator(weights.load_config(GanConfig, file.parent))
    return weights.ready(weights.load(G, file), model.best_device())


@functools.lru_cache(maxsize=64)
def sheet(i: int, seed: int, path: str, style: Style, name: str = model.NAME) -> str:
    """The sheet of a seed and path as moment i drew it, a JPEG data URL, 4 x 4, 512 px.

    Raises NumberOutOfRange, WeightsMissing, WeightsDamaged.
    """
    (psi, grain), G = style.check(), load_moment(i, name)
    found = model.faces(model.to_w(sheet_z(check_seed(seed), read_path(path)), psi, G), grain, G)
    return data_url(pictures.sheet([to_image(face) for face in found], 4, 128))


def face(seed: int, psi: float, i: int) -> Tensor:
    """The face (3, 64, 64) in [0, 1] that moment i makes of the seed's z; the last is `model.sample`'s."""
    G = load_moment(i)
    return model.faces(model.to_w(noise(seed, 1, model.load().config.z_dim), psi, G), G=G)[0]


class Step(NamedTuple):
    """A row of metrics.csv: images seen; both losses; the mean sigmoid of D's logits on photos and fakes."""

    images: float
    d_loss: float
    g_loss: float
    d_real: float
    d_fake: float


def steps() -> list[Step]:
    """What the recipe logged of this training; empty where nothing was kept. Raises WeightsDamaged."""
    file = weights.WEIGHTS / model.NAME / "metrics.csv"
    if not file.is_file():
        return []
    try:
        with file.open(newline="") as lines:
            return [Step(*(float(row[name]) for name in Step._fields)) for row in csv.DictReader(lines)]
    except (ValueError, KeyError, TypeError) as error:
        raise WeightsDamaged(file=weights.shown(file)) from error


def unlogged(steps: list[Step]) -> float:
    """Images seen before the log begins: 0 where its first row is one stretch like the next."""
    if len(steps) < 2:
        return 0
    before = steps[0].images - (steps[1].images - steps[0].images)
    return before if before > steps[1].images - steps[0].images else 0
