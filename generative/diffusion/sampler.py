"""Walking along a flow: from noise to a picture, back again, and how likely a picture is.

Euler's and Heun's method (Karras et al. 2022, https://arxiv.org/abs/2206.00364, algorithm 1, without fresh
noise), Adams and Bashforth's of second order. A walk draws nothing at random: where it begins decides all.

It knows no network: a field is any function of x_t and t that gives the velocity dx/dt.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from torch import Tensor

Field = Callable[[Tensor, float], Tensor]  # x (B, 3, H, W), t in [0, 1] -> velocity (B, 3, H, W)
SOLVERS = ("euler", "heun", "adams")


class Moment(NamedTuple):
    """After a step: the time, the picture x_t there, and x0, where the last velocity seen would lead straight
    on (both (B, 3, H, W), faces in [-1, 1])."""

    t: float
    x: Tensor
    x0: Tensor


def times(steps: int, bend: float = 1.0) -> list[float]:
    """From 1, noise, to 0, a face: (1 - i / steps)^bend. With a bend above 1 the last steps are short."""
    return [(1 - i / steps) ** bend for i in range(steps)] + [0.0]


def walk(field: Field, x: Tensor, at: Sequence[float], solver: str = "euler") -> Iterator[Moment]:
    """From x at the time at[0] to at[-1]; a Moment after each step. Backwards or forwards in time.

    Calls of the field for n steps: euler n; heun 2 n - 1, a second look at the end of each step but the last;
    adams n, which takes the step before as its second look.
    """
    before: tuple[float, Tensor] | None = None
    for i, (t, s) in enumerate(zip(at, at[1:], strict=False)):
        v = field(x, t)
        x0, h = x - t * v, s - t
        mean = v
        if solver == "heun" and i + 2 < len(at):
            mean = (v + field(x + h * v, s)) / 2
        elif solver == "adams" and before is not None:
            t_before, v_before = before
            mean = v + h / (2 * (t - t_before)) * (v - v_before)  # of a line through both, halfway
        before = (t, v)
        x = x + h * mean
        yield Moment(s, x, x0)


def end(moments: Iterator[Moment]) -> Tensor:
    """The picture after the last step."""
    *_, last = moments
    return last.x


def mixed(x0: Tensor, noise: Tensor, t: float) -> Tensor:
    """x_t = (1 - t) x0 + t noise: how a face looks at the time t of its way into noise."""
    return (1 - t) * x0 + t * noise
