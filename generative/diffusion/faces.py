"""Faces by the diffusion model, from a recipe: the same recipe, the same face, on every machine of one kind.

It does not know who asks, nor how a face is shown.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from generative.device import best_device, noise
from generative.diffusion import model, wishes
from generative.diffusion.sampler import Moment, end, mixed, times, walk
from generative.errors import NumberOutOfRange, check_seed, within

MOST_STEPS = 100
AT_ONCE = 8  # faces in a call: 20 ms each where one alone takes 29


class Sampling(NamedTuple):
    """How one walks: the method, its steps, and where they are short (`sampler.times`)."""

    solver: str
    steps: int
    bend: float = 1.0


# Where a face is wanted and not its way: nearer to photos than 20 steps of Euler's (docs/performance.md),
# in 6 calls of the network; its short first steps keep light and dark as far apart as in photos.
FAST = Sampling("deis", 6, 0.6)


class Recipe(NamedTuple):
    """All that decides a face. Hashable, so that a class with one link computes once.

    seed of its noise; steps of Euler's method; what is asked, as sorted pairs of name and deviations;
    guidance; branches: pairs (step, seed), after that step the walk goes on from the face expected there with
    the noise of that seed.
    """

    seed: int
    steps: int = 20
    asked: tuple[tuple[str, float], ...] = ()
    guidance: float = 1.0
    branches: tuple[tuple[int, int], ...] = ()

    def checked(self) -> "Recipe":
        """The same recipe. Raises NumberOutOfRange, WishUnknown."""
        check_seed(self.seed)
        within("steps", self.steps, 1, MOST_STEPS, whole=True)
        wishes.wish(dict(self.asked), self.guidance)
        before = 0
        for step, seed in self.branches:
            within("step", step, before + 1, self.steps - 1, whole=True)
            check_seed(seed)
            before = step
        return self


def asked(values: dict[str, float | None]) -> tuple[tuple[str, float], ...]:
    """{"smile": 1.5, "pose": None} -> the pairs of a Recipe."""
    return tuple(sorted((name, float(v)) for name, v in values.items() if v is not None))


def begin(seeds: Sequence[int]) -> Tensor:
    """A picture of noise for each seed, (n, 3, 64, 64), on the device that computes."""
    size = model.load().config.size
    x = torch.cat([noise(check_seed(seed), 1, 3, size, size) for seed in seeds])
    return x.to(best_device()).contiguous(memory_format=torch.channels_last)


def moments(recipe: Recipe, x0: Tensor | None = None) -> Iterator[Moment]:
    """The way from noise to the face, step by step. Raises NumberOutOfRange, WishUnknown, WeightsMissing,
    WeightsDamaged.

    x0: the face expected at the last branch, where somebody has walked there before: the way begins there.
    """
    recipe = recipe.checked()
    field = wishes.field(wishes.wish(dict(recipe.asked), recipe.guidance))
    at, done = times(recipe.steps), 0
    if x0 is not None:
        done, seed = recipe.branches[-1]
        last = Moment(at[done], mixed(x0, begin([seed]), at[done]), x0)
        yield last
        yield from walk(field, last.x, at[done:])
        return
    x = begin([recipe.seed])
    for step, seed in (*recipe.branches, (recipe.steps, None)):
        for moment in walk(field, x, at[done : step + 1]):
            last = moment
            if moment.t == at[step] and seed is not None:
                last = moment._replace(x=mixed(moment.x0, begin([seed]), moment.t))
            yield last
        x, done = last.x, step


def out_of_noise(seeds: Sequence[int], wish: wishes.Wish, sampling: Sampling = FAST) -> Iterator[Moment]:
    """The way of a few faces, one for each seed, as `sampling` walks it. Raises NumberOutOfRange,
    WeightsMissing, WeightsDamaged."""
    at = times(sampling.steps, sampling.bend)
    return walk(wishes.field(wish), begin(seeds), at, sampling.solver)


def sample(seeds: Sequence[int], wish: wishes.Wish | None = None, sampling: Sampling = FAST) -> Tensor:
    """A face for each seed, (n, 3, 64, 64) in [0, 1], on the CPU. wish: one for all, or a row each.

    Raises NumberOutOfRange, WeightsMissing, WeightsDamaged.
    """
    wish = wish or wishes.wish()
    if len(wish.c) not in (1, len(seeds)):
        raise NumberOutOfRange(name="wish", low=1, high=len(seeds))
    found = []
    for i in range(0, len(seeds), AT_ONCE):
        part = slice(i, i + AT_ONCE)
        rows = wish if len(wish.c) == 1 else wish._replace(c=wish.c[part], keep=wish.keep[part])
        found.append(to_unit(end(out_of_noise(seeds[part], rows, sampling))))
    return torch.cat(found)


def to_unit(x: Tensor) -> Tensor:
    """Pixels in about [-1, 1] -> in [0, 1], on the CPU."""
    return x.add(1).div(2).clamp(0, 1).cpu()
