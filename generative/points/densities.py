"""Densities that are there at once: a histogram, a kernel estimate, a mixture of Gaussians.

Each gives log p(x) in nats and samples. What a rule of thumb would set (the bins, the bandwidth) is chosen by
leaving one out: every point is asked of the density that the other points make, and the best setting wins
(Rudemo 1982, https://www.jstor.org/stable/4615859). The mixture is scikit-learn's, fitted by
expectation-maximisation. Points are x (n, d), d = 1 or 2, within the window.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from sklearn.mixture import GaussianMixture

WINDOW = 3.5  # all that is drawn lies in [-WINDOW, WINDOW]; a little wider than what the sets reach
PRIOR = 0.02  # points that a bin of the histogram has before it has seen any: it never says "impossible"
BINS = {1: (5, 7, 8, 10, 14, 20, 28, 35, 40), 2: (4, 7, 8, 14, 28)}  # a side; a map's cells lie whole in them
WIDTHS = torch.logspace(math.log10(0.05), 0, 16)  # standard deviations of a kernel; 0.05 is the narrowest
COMPONENTS = (1, 2, 4, 8, 12)
NARROWEST = 0.05**2  # variance of a component: points that are all alike have none of their own


@dataclass(frozen=True)
class Histogram:
    """counts (bins,) or (bins, bins): points in each cell of the window, outside which p(x) = 0."""

    counts: Tensor

    def log_prob(self, x: Tensor) -> Tensor:
        """(n, d) -> (n,)"""
        cell = cells(x, len(self.counts))
        share = (self.counts + PRIOR) / (self.counts + PRIOR).sum()
        size = (2 * WINDOW / len(self.counts)) ** x.shape[1]
        inside = (x.abs() <= WINDOW).all(1)
        return torch.where(inside, (share[cell] / size).log(), -math.inf)

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """(n, d)"""
        bins, d = len(self.counts), self.counts.ndim
        cell = torch.multinomial((self.counts + PRIOR).flatten(), n, replacement=True, generator=generator)
        place = torch.stack(torch.unravel_index(cell, self.counts.shape), 1)
        within = torch.rand(n, d, generator=generator)
        return (place + within) * (2 * WINDOW / bins) - WINDOW


def cells(x: Tensor, bins: int) -> tuple[Tensor, ...]:
    """The cell that each point lies in, as an index by dimension."""
    return ((x + WINDOW) * (bins / (2 * WINDOW))).long().clamp(0, bins - 1).unbind(1)


def histogram(x: Tensor) -> Histogram:
    """The number of bins by leaving one out: a point's own cell then holds one point less."""
    return max((counted(x, bins) for bins in BINS[x.shape[1]]), key=lambda made: left_out(made, x))


def counted(x: Tensor, bins: int) -> Histogram:
    counts = torch.zeros((bins,) * x.shape[1])
    return Histogram(counts.index_put(cells(x, bins), torch.ones(len(x)), accumulate=True))


def left_out(made: Histogram, x: Tensor) -> float:
    """Mean log p of each point by the histogram of the others, nats."""
    bins, d = len(made.counts), x.shape[1]
    other = made.counts[cells(x, bins)] - 1 + PRIOR
    whole = len(x) - 1 + PRIOR * made.counts.numel()
    return float((other / whole).log().mean() - d * math.log(2 * WINDOW / bins))


@dataclass(frozen=True)
class Kernel:
    """A Gaussian of one width around every point: p(x) = mean N(x; x_i, width^2) (Parzen 1962)."""

    x: Tensor
    width: float

    def log_prob(self, x: Tensor) -> Tensor:
        """(n, d) -> (n,)"""
        return around(torch.cdist(x, self.x), self.width, x.shape[1]).logsumexp(1) - math.log(len(self.x))

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """(n, d)"""
        i = torch.randint(len(self.x), (n,), generator=generator)
        return self.x[i] + self.width * torch.randn(n, self.x.shape[1], generator=generator)


def around(distance: Tensor, width: float | Tensor, d: int) -> Tensor:
    """log N of points at these distances from the middle."""
    return -0.5 * (distance / width).square() - d * math.log(float(width) * math.sqrt(2 * math.pi))


def kernel(x: Tensor) -> Kernel:
    """The width by leaving one out."""
    distance, d = torch.cdist(x, x), x.shape[1]
    distance.fill_diagonal_(math.inf)
    scores = [around(distance, width, d).logsumexp(1).mean() for width in WIDTHS]
    return Kernel(x, float(WIDTHS[torch.stack(scores).argmax()]))


@dataclass(frozen=True)
class Mixture:
    """Gaussians with full covariance, as scikit-learn has fitted them."""

    fitted: "GaussianMixture"

    def log_prob(self, x: Tensor) -> Tensor:
        """(n, d) -> (n,)"""
        return torch.from_numpy(self.fitted.score_samples(x.double().numpy())).float()

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """(n, d)"""
        weights = torch.from_numpy(self.fitted.weights_)
        k = torch.multinomial(weights, n, replacement=True, generator=generator)
        root = torch.linalg.cholesky(torch.from_numpy(self.fitted.covariances_))[k]
        means = torch.from_numpy(self.fitted.means_)[k]
        z = torch.randn(n, means.shape[1], 1, generator=generator, dtype=torch.float64)
        return (means + (root @ z).squeeze(2)).float()


def ready() -> None:
    """scikit-learn is loaded, which takes a second or more, before a visitor waits for a mixture."""
    mixture(torch.arange(8.0)[:, None], 0)


def mixture(x: Tensor, seed: int) -> Mixture:
    """As many components as the Bayesian information criterion finds best (Schwarz 1978), of COMPONENTS."""
    from sklearn.mixture import GaussianMixture  # a second to load

    points, made = x.double().numpy(), []
    for k in COMPONENTS:
        if k <= len(torch.unique(x, dim=0)) // 2 or k == 1:
            fresh = GaussianMixture(k, reg_covar=NARROWEST, random_state=seed % 2**32)
            made.append(fresh.fit(points))
    return Mixture(min(made, key=lambda one: one.bic(points)))
