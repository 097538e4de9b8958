"""Walking along a flow: from noise to a picture, back again, and how likely a picture is.

Euler's and Heun's method (Karras et al. 2022, https://arxiv.org/abs/2206.00364, algorithm 1, without fresh
noise), Adams and Bashforth's of second order, and DEIS of second order (Zhang and Chen 2022,
https://arxiv.org/abs/2204.13902), here on the expected face. A walk draws nothing at random: where it begins
decides all.

It knows no network: a field is any function of x_t and t that gives the velocity dx/dt.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from torch import Tensor

Field = Callable[[Tensor, float], Tensor]  # x (B, 3, H, W), t in [0, 1] -> velocity (B, 3, H, W)
SOLVERS = ("euler", "heun", "adams", "deis")


class Moment(NamedTuple):
    """After a step: the time, the picture x_t there, and x0, where the last velocity seen would lead straight
    on (both (B, 3, H, W), faces in [-1, 1])."""

    t: float
    x: Tensor
    x0: Tensor


class Look(NamedTuple):
    """What was seen at a step's beginning: the time, the velocity, the expected face."""

    t: float
    v: Tensor
    x0: Tensor


def times(steps: int, bend: float = 1.0) -> list[float]:
    """From 1, noise, to 0, a face: (1 - i / steps)^bend. Above 1 the last steps are short, below 1 the first
    ones, where light, contrast and background are decided."""
    return [(1 - i / steps) ** bend for i in range(steps)] + [0.0]


def calls(solver: str, steps: int) -> int:
    """How often a walk asks the field."""
    return 2 * steps - 1 if solver == "heun" else steps


def walk(field: Field, x: Tensor, at: Sequence[float], solver: str = "euler") -> Iterator[Moment]:
    """From x at the time at[0] to at[-1]; a Moment after each step. Backwards or forwards in time.

    Heun takes a second look at the end of each step but the last; adams and deis take the look of the step
    before as theirs, and begin as Euler does.
    """
    if solver not in SOLVERS:
        raise ValueError(f"{solver} is none of {SOLVERS}")
    before: Look | None = None
    for i, (t, s) in enumerate(zip(at, at[1:], strict=False)):
        v = field(x, t)
        now = Look(t, v, x - t * v)
        if solver == "heun" and i + 2 < len(at):
            x = x + (s - t) * (v + field(x + (s - t) * v, s)) / 2
        elif solver == "adams" and before:
            x = adams(x, s, now, before)
        elif solver == "deis" and before:
            x = deis(x, s, now, before)
        else:
            x = x + (s - t) * v
        before = now
        yield Moment(s, x, now.x0)


def adams(x: Tensor, s: float, now: Look, before: Look) -> Tensor:
    """On to the time s with the velocity of a line through both looks, halfway."""
    h = s - now.t
    return x + h * (now.v + h / (2 * (now.t - before.t)) * (now.v - before.v))


def deis(x: Tensor, s: float, now: Look, before: Look) -> Tensor:
    """On to the time s while the expected face moves on a line through both looks, x0(u) = a + slope u.

    Then dx/du = (x - a - slope u) / u, solved by x(u) = a + C u - slope u log u.
    """
    slope = (now.x0 - before.x0) / (now.t - before.t)
    a = now.x0 - now.t * slope
    x = a + (x - a) * (s / now.t)
    return x - slope * (s * math.log(s / now.t)) if s > 0 else x


def end(moments: Iterator[Moment]) -> Tensor:
    """The picture after the last step."""
    *_, last = moments
    return last.x


def mixed(x0: Tensor, noise: Tensor, t: float) -> Tensor:
    """x_t = (1 - t) x0 + t noise: how a face looks at the time t of its way into noise."""
    return (1 - t) * x0 + t * noise
