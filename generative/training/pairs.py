"""Pairs of one person by the diffusion model: python -m generative.training.pairs --out DIR

The same noise walked twice, told everything alike but for one name, -1.5 and then +1.5: what differs between
the two faces is that name, and little else, since the diffusion model was told these numbers in training. So
it can teach a model that never saw a label (`directions`). What else it is told is drawn at random, a row a
pair. They are kept in fp16, 16 pairs a file; what is there already is not made again.

It does not know who learns from them.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from tqdm import tqdm

from generative.device import noise
from generative.diffusion import faces, model, wishes

APART = 1.5  # standard deviations of the photos to each side: beyond, its faces break
GUIDANCE = 1.5
FIRST = 3_000_000  # seeds of the noise: others than any benchmark draws
TOLD_SEED, MOST = 7, 1.5  # of what else is told: N(0, 1), cut here
BATCH = 16  # pairs a file


class Pairs(NamedTuple):
    """Faces (N, 3, 64, 64) in [0, 1]: the name at -APART and at +APART, all else alike."""

    low: Tensor
    high: Tensor


def told(name: str, sign: int, start: int, n: int) -> wishes.Wish:
    """What the faces of the pairs start to start + n are told, a row each."""
    names = model.load().config.attributes
    drawn = noise(TOLD_SEED, start + n, len(names))[start:].clamp(-MOST, MOST)
    drawn[:, names.index(name)] = sign * APART
    return wishes.Wish(drawn, torch.ones_like(drawn), GUIDANCE)


def make(name: str, start: int, n: int) -> Pairs:
    """n pairs of a name from the pair `start` on. Raises WeightsMissing, WeightsDamaged."""
    seeds = range(FIRST + start, FIRST + start + n)
    return Pairs(*(faces.sample(seeds, told(name, sign, start, n)) for sign in (-1, 1)))


def stored(folder: Path, name: str, n: int) -> Iterator[Pairs]:
    """The first n pairs of a name, file by file, made where the folder does not have them yet."""
    for start in range(0, n, BATCH):
        file = folder / f"{name}_{start:04d}.safetensors"
        if not file.is_file():
            made = {side: x.half().contiguous() for side, x in make(name, start, BATCH)._asdict().items()}
            file.parent.mkdir(parents=True, exist_ok=True)
            save_file(made, file)
        yield Pairs(**{side: x.float() for side, x in load_file(file).items()})


def load(folder: Path, name: str, n: int) -> Pairs:
    """The first n pairs of a name as one."""
    parts = list(stored(folder, name, n))
    return Pairs(torch.cat([p.low for p in parts])[:n], torch.cat([p.high for p in parts])[:n])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="a folder for them; it may be thrown away")
    parser.add_argument("--pairs", type=int, default=256, help="of each name")
    parser.add_argument("--bf16", action="store_true", help="on a CPU with AMX: a third of the time")
    args = parser.parse_args()
    names = model.load().config.attributes
    with torch.autocast("cpu", torch.bfloat16, enabled=args.bf16):
        for n in tqdm(range(BATCH, args.pairs + 1, BATCH), desc="pairs"):
            for name in names:
                load(args.out, name, n)


if __name__ == "__main__":
    main()
