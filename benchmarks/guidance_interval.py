"""Guidance in the middle of the walk alone (Kynkaanniemi et al. 2024): does the wish hold, are faces better?

python benchmarks/guidance_interval.py --photos PATH [--faces 256] [--bf16]

Each face is told smile and pose of a training photo, as weights/face_attributes reads them there, and walks
as the app's faces do (`faces.FAST`), with no guidance, with guidance along the whole way, and with the same
between two times alone. Prints, mean of the sets of seeds and deviation between them: the correlation of what
was told with what the same network reads from the face, how far the reading goes for one deviation told,
Frechet distance to as many training photos, sharpness and contrast as shares of theirs, and how many of the
calls are double. Seeds and photos are the same for all ways.
"""

import argparse
from pathlib import Path
from statistics import fmean, stdev
from typing import NamedTuple

import torch
from torch import Tensor
from tqdm import tqdm

from benchmarks.diffusion_steps import SETS, look
from generative import gan
from generative.device import noise
from generative.diffusion import faces, model, sampler, trio
from generative.diffusion.wishes import Wish
from generative.training.data import load_photos

REACH = 2.0  # deviations: no photo's reading is told beyond what the page offers


class Way(NamedTuple):
    """Guidance w between the times `low` and `high`; elsewhere 1."""

    guidance: float
    low: float = 0.0
    high: float = 1.0

    def __str__(self) -> str:
        return f"w {self.guidance:g}, t in [{self.low:g}, {self.high:g}]"


WAYS = (
    Way(1.0),
    Way(2.0),
    Way(2.0, 0.0, 0.95),
    Way(2.0, 0.45, 0.95),
    Way(2.0, 0.6, 0.95),
    Way(3.0),
    Way(3.0, 0.0, 0.95),
    Way(3.0, 0.45, 0.95),
)


class Figures(NamedTuple):
    """Of one set; correlation and slope are the means over the names told."""

    correlation: float
    slope: float
    frechet: float
    sharpness: float
    contrast: float


def double(way: Way) -> int:
    """How many calls of a walk are guided, and so cost twice."""
    at = sampler.times(faces.FAST.steps, faces.FAST.bend)[:-1]
    return sum(way.guidance != 1 and way.low <= t <= way.high for t in at)


def wanted(photos: Tensor) -> Tensor:
    """What faces are told of photos (N, 3, 64, 64): (N, names of `trio.NAMES`), in deviations."""
    labels = gan.quality.attributes().config.labels
    with torch.no_grad():
        seen = gan.quality.attributes()(photos)
    return seen[:, [labels.index(name) for name in trio.NAMES]].clamp(-REACH, REACH)


def rows(told: Tensor, way: Way) -> Wish:
    """A wish for each row of `told` (N, names): the other attributes stay open."""
    names = model.load().config.attributes
    c, keep = torch.zeros(len(told), len(names)), torch.zeros(len(told), len(names))
    for i, name in enumerate(trio.NAMES):
        c[:, names.index(name)], keep[:, names.index(name)] = told[:, i], 1
    return Wish(c, keep, *way)


def heard(told: Tensor, seen: Tensor) -> tuple[float, float]:
    """(N, K) each -> means over K: the correlation, and how far what is seen goes for 1 that was told."""
    told, seen = told - told.mean(0), seen - seen.mean(0)
    both = (told * seen).mean(0)
    correlation = both / (told.square().mean(0) * seen.square().mean(0)).sqrt()
    return correlation.mean().item(), (both / told.square().mean(0)).mean().item()


def measured(way: Way, first: int, photos: Tensor, real: Tensor, bf16: bool) -> Figures:
    """One set of faces, from the seeds `first` on, told what `photos` show, compared with the photos `real`,
    both (N, 3, 64, 64) in [0, 1]."""
    told, n, found = wanted(photos), len(photos), []
    for i in tqdm(range(0, n, faces.AT_ONCE), desc=f"{way} {first}"):
        part = range(first + i, first + min(i + faces.AT_ONCE, n))
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            found.append(faces.sample(part, rows(told[i : i + faces.AT_ONCE], way)).float())
    x = torch.cat(found)
    distance = gan.quality.frechet(gan.quality.features(x), gan.quality.features(real))
    of_x, of_real = look(x), look(real)
    shares = of_x.sharpness / of_real.sharpness, of_x.contrast / of_real.contrast
    return Figures(*heard(told, wanted(x)), distance, *shares)


def main() -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--photos", type=Path, required=True, help="aligned photos with train/ and val/")
    parser.add_argument("--faces", type=int, default=256, help="of each set")
    parser.add_argument("--sets", type=int, default=len(SETS))
    parser.add_argument("--bf16", action="store_true", help="on a CPU with AMX: the figures are the same")
    args = parser.parse_args()
    torch.set_num_threads(1)
    train = load_photos(args.photos, 64, "train").pictures
    order = noise(0, len(train)).argsort()
    told, real = (train[order[i * args.faces : (i + 1) * args.faces]].float() / 255 for i in (0, 1))
    calls = sampler.calls(faces.FAST.solver, faces.FAST.steps)
    floor = gan.quality.frechet(*(gan.quality.features(x) for x in (told, real)))
    print(f"{args.faces} faces a set; photos to other photos {floor:.2f}", flush=True)
    for way in WAYS:
        sets = [measured(way, first, told, real, args.bf16) for first in SETS[: args.sets]]
        spread = [stdev(column) if len(sets) > 1 else 0.0 for column in zip(*sets, strict=True)]
        told_of = (
            f"{name} {fmean(column):.3f} ({sd:.3f})"
            for name, column, sd in zip(Figures._fields, zip(*sets, strict=True), spread, strict=True)
        )
        print(f"{way}: {', '.join(told_of)}, {double(way)} of {calls} calls double", flush=True)


if __name__ == "__main__":
    main()
