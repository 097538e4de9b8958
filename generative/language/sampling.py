"""From logits to the distribution a token is drawn from: temperature, top-k, top-p. Pure functions.

Top-k: Fan et al., "Hierarchical Neural Story Generation", 2018, https://arxiv.org/abs/1805.04833
Top-p (nucleus): Holtzman et al., "The Curious Case of Neural Text Degeneration", 2020,
https://arxiv.org/abs/1904.09751

It knows no model and no text: a token is a place in the vocabulary.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from generative.errors import within

MAX_TEMPERATURE = 10.0  # beyond it every token is nearly equally likely
MAX_SEED = 2**32 - 1


@dataclass(frozen=True)
class Options:
    """How a token is drawn; as it stands, from the model's own distribution. Raises NumberOutOfRange."""

    temperature: float = 1.0  # 0 to 10; 0 is greedy
    top_k: int = 0  # 0 to V, which is checked where V is known; 0 keeps all
    top_p: float = 1.0  # 0 to 1; 1 keeps all

    def __post_init__(self):
        within("temperature", self.temperature, 0, MAX_TEMPERATURE)
        within("top_p", self.top_p, 0, 1)


PLAIN = Options()


def temperature(logits: Tensor, t: float) -> Tensor:
    """logits (V,) / t: below 1 the likely grow likelier; at 0 (greedy) only the likeliest token stays."""
    if t == 0:
        return top_k(logits, 1)
    if t == 1:
        return logits
    return (logits - logits.max()) / t  # less the largest, so that a tiny t gives -inf and never NaN


def top_k(logits: Tensor, k: int) -> Tensor:
    """Keep the k largest of the logits (V,), the others become -inf (Fan et al. 2018, sec. 5.4). 0 keeps all.

    Of equal logits at the border the one with the lower index stays, so that k is exact. Raises
    NumberOutOfRange.
    """
    k = within("top_k", k, 0, len(logits), whole=True)
    if k == 0:
        return logits
    near = (logits >= logits.topk(k).values[-1]).nonzero()[:, 0]  # k of them, and their equals
    keep = near[logits[near].argsort(descending=True, stable=True)[:k]]
    return torch.full_like(logits, -math.inf).index_copy(0, keep, logits[keep])


def top_p(logits: Tensor, p: float) -> Tensor:
    """Keep the smallest set of tokens whose probabilities reach p (Holtzman et al. 2020, eq. 2). 1 keeps all.

    The token that crosses p stays in, so at least one is always left.
    """
    if p == 1:
        return logits
    probs = logits.softmax(0)
    least = min((1 - p) / len(probs), float(probs.max()))  # tokens below it have less than 1 - p in all
    near = (probs >= least).nonzero()[:, 0]
    order = near[probs[near].argsort(descending=True, stable=True)]
    before = probs[order].cumsum(0) - probs[order]  # mass of the likelier tokens
    keep = order[(before < p) | (torch.arange(len(order)) == 0)]
    return torch.full_like(logits, -math.inf).index_copy(0, keep, logits[keep])


def distribution(logits: Tensor, options: Options = PLAIN) -> Tensor:
    """logits (V,) -> probs (V,) in float64: temperature, then top-k, then top-p, as in transformers.

    Raises NumberOutOfRange for a top_k beyond V.
    """
    if options == PLAIN:
        return logits.softmax(0, dtype=torch.float64)  # one pass does it, in a third of the memory
    logits = temperature(logits.double(), options.temperature)
    return top_p(top_k(logits, options.top_k), options.top_p).softmax(0)


def draw(probs: Tensor, generator: torch.Generator) -> int:
    """One token from probs (V,), the first whose cumulated mass reaches a random share of it.

    The same generator state, the same token. One random number costs a tenth of torch.multinomial's V.
    """
    mass = probs.double().cumsum(0)
    share = 1 - torch.rand((), generator=generator, dtype=torch.float64).item()  # in (0, 1], so p is never 0
    return int(torch.searchsorted(mass, share * mass[-1].item()))


def seeded(seed: int) -> torch.Generator:
    """A generator of one's own from a seed of 0 to 4294967295. Raises NumberOutOfRange."""
    return torch.Generator().manual_seed(within("seed", seed, 0, MAX_SEED, whole=True))
