"""k-means, one half-step at a time, and the starts that decide where it ends.

Lloyd, "Least squares quantization in PCM", 1982, https://doi.org/10.1109/TIT.1982.1056489
k-means++: Arthur and Vassilvitskii, "k-means++: The Advantages of Careful Seeding", 2007,
https://theory.stanford.edu/~sergei/papers/kMeansPP-soda.pdf

Each point is assigned to its nearest centre; then each centre moves to the mean of its points. Neither raises
the inertia, so it comes to rest, but not always where the inertia is least.

The reference in float64 of what the page plays in the browser (demos/points/kmeans.js). It draws nothing:
what is random comes in as uniform numbers.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from generative.errors import within

MOST = 8  # centres
ROUNDS = 300  # at most; a handful is usual
STARTS = ("random", "plusplus")


class Step(NamedTuple):
    """labels (n,): the centre of each point; centres (k, d): as they were when the points chose; inertia:
    the sum of squared distances between them."""

    labels: Tensor
    centres: Tensor
    inertia: float


def squares(x: Tensor, centres: Tensor) -> Tensor:
    """Squared distances of x (n, d) to centres (k, d): (n, k)."""
    return (x[:, None] - centres).square().sum(2)


def nearest(x: Tensor, centres: Tensor) -> Tensor:
    """Assign: the centre nearest to each point, (n,); of equally near ones the first."""
    return squares(x, centres).argmin(1)


def moved(x: Tensor, labels: Tensor, centres: Tensor) -> Tensor:
    """Move: each centre to the mean of its points; one that has none stays where it is."""
    means = [x[labels == i].mean(0) if (labels == i).any() else c for i, c in enumerate(centres)]
    return torch.stack(means)


def inertia(x: Tensor, labels: Tensor, centres: Tensor) -> float:
    """The sum of squared distances of the points to their centres."""
    return (x - centres[labels]).square().sum().item()


def run(x: Tensor, centres: Tensor) -> Iterator[Step]:
    """Assigns and moves by turns, a record for each assignment, until none changes."""
    before = None
    for _ in range(ROUNDS):
        labels = nearest(x, centres)
        yield Step(labels, centres, inertia(x, labels, centres))
        if before is not None and torch.equal(before, labels):
            return
        before, centres = labels, moved(x, labels, centres)


# ---- starts ----


def start(name: str, x: Tensor, uniforms: Tensor) -> Tensor:
    """The first centres, (k, d), one for each of the uniform numbers (k,) in [0, 1).

    Raises NumberOutOfRange where there are more centres than points, or than MOST. KeyError for a name that
    is none of STARTS.
    """
    within("k", len(uniforms), 1, min(MOST, len(x)), whole=True)
    ways: dict[str, Callable] = {"random": at_random, "plusplus": plus_plus}
    return ways[name](x, uniforms)


def at_random(x: Tensor, uniforms: Tensor) -> Tensor:
    """Different ones of the points, each as likely as any other."""
    order, n = list(range(len(x))), len(x)
    for i, u in enumerate(uniforms.tolist()):
        j = i + int(u * (n - i))
        order[i], order[j] = order[j], order[i]
    return x[order[: len(uniforms)]]


def plus_plus(x: Tensor, uniforms: Tensor) -> Tensor:
    """Points far from one another: each next one is drawn with a probability that grows with the squared
    distance to the nearest centre so far (there, sec. 2.2)."""
    chosen = [int(uniforms[0].item() * len(x))]
    for u in uniforms[1:].tolist():
        weight = squares(x, x[chosen]).min(1).values
        edges = (weight if weight.sum() > 0 else torch.ones_like(weight)).cumsum(0)
        chosen.append(min(int((edges <= u * edges[-1]).sum()), len(x) - 1))
    return x[chosen]
