"""One pixel at a time: p(x) = p(x1) p(x2 | x1) ... p(xD | x1 ... xD-1) of small black-and-white drawings.

A masked network gives all factors at once (MADE: Germain, Gregor, Murray and Larochelle 2015,
https://arxiv.org/abs/1502.03509), after the sigmoid belief nets of Frey (1998) and NADE (Larochelle and
Murray 2011): one hidden layer of tanh, each unit of which is shown the first few pixels only.

The reference in torch and float64 of what the page learns in the browser (demos/points/made.js): the same
weights and batches give the same steps. All weights stand in one vector: the hidden layer's unit by unit,
its biases, the last layer's pixel by pixel, its biases. A weight that would look ahead is there and is 0.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from generative.errors import check_seed
from generative.points.game import BETAS

HIDDEN = 126  # units for 64 pixels: two see the first one, two the first two, and so on to 63
LR = 0.01  # of Adam; falls to nothing along half a cosine
BATCH = 50
STEPS, FEW_STEPS, FEW = 1200, 600, 500  # steps; of fewer than FEW drawings fewer
PRIOR = 1.0  # minus log of a Gaussian prior on each weight w but the biases: PRIOR w^2
BEGUN = 0.1  # the hidden weights begin within +- this; the last layer's at 0: every pixel 1/2


class Step(NamedTuple):
    """loss: nats a drawing, of the batch before the step, the prior's share included; weights: after it."""

    loss: float
    weights: Tensor


# ---- the network ----


def seen(d: int, hidden: int) -> Tensor:
    """(hidden,) how many pixels each hidden unit is shown: from the first alone to all but the last."""
    return 1 + torch.arange(hidden) * (d - 1) // hidden


def masks(d: int, hidden: int) -> tuple[Tensor, Tensor]:
    """(hidden, d) and (d, hidden) of 0 and 1: a unit sees its first pixels; pixel i hears the units that saw
    none but those before it."""
    pixel, shown = torch.arange(d), seen(d, hidden)
    return (pixel[None] < shown[:, None]).double(), (shown[None] <= pixel[:, None]).double()


def parts(weights: Tensor, d: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """W (hidden, d), its biases, V (d, hidden), its biases, masked, from one vector."""
    hidden = (len(weights) - d) // (2 * d + 1)
    W, c, V, b = weights.split([hidden * d, hidden, d * hidden, d])
    first, last = masks(d, hidden)
    return W.view(hidden, d) * first, c, V.view(d, hidden) * last, b


def begun(d: int, hidden: int, generator: torch.Generator) -> Tensor:
    """The weights of a network that says 1/2 of every pixel."""
    W = (2 * torch.rand(hidden, d, generator=generator, dtype=torch.double) - 1) * BEGUN
    return torch.cat([(W * masks(d, hidden)[0]).flatten(), torch.zeros(hidden + d * hidden + d).double()])


def logits(weights: Tensor, x: Tensor) -> Tensor:
    """x (n, d) of 0 and 1 -> (n, d): of pixel i being 1, given those before it."""
    W, c, V, b = parts(weights, x.shape[1])
    return torch.tanh(x @ W.T + c) @ V.T + b


def log_prob(weights: Tensor, x: Tensor) -> Tensor:
    """x (n, d) -> (n,) log p(x), nats, exact: the sum over the factors."""
    return logsigmoid((2 * x - 1) * logits(weights, x)).sum(1)


@torch.no_grad()
def sample(weights: Tensor, given: Tensor, u: Tensor) -> Tensor:
    """(n, d) drawings that go on from `given` (n, k): pixel i is 1 where u (n, d), in [0, 1), is below p."""
    x = torch.cat([given, torch.zeros(len(given), u.shape[1] - given.shape[1])], 1).double()
    for i in range(given.shape[1], u.shape[1]):
        x[:, i] = (u[:, i] < logits(weights, x)[:, i].sigmoid()).double()
    return x


# ---- learning ----


def loss(weights: Tensor, x: Tensor, n: int) -> Tensor:
    """Nats a drawing of the batch x, and the prior's share: the more drawings n there are, the less of it."""
    W, _, V, _ = parts(weights, x.shape[1])
    return -log_prob(weights, x).mean() + PRIOR / n * (W.square().sum() + V.square().sum())


def rate(step: int, of: int) -> float:
    """The learning rate of step 0 to of - 1."""
    return LR * (1 + math.cos(math.pi * step / of)) / 2


def learn(weights: Tensor, batches: list[Tensor], n: int) -> Iterator[Step]:
    """A step of Adam on each batch of drawings (m, d); n: drawings to learn from."""
    w = weights.clone().requires_grad_()
    adam = torch.optim.Adam([w], LR, BETAS)
    for i, x in enumerate(batches):
        adam.param_groups[0]["lr"] = rate(i, len(batches))
        adam.zero_grad()
        value = loss(w, x, n)
        value.backward()
        adam.step()
        yield Step(value.item(), w.detach().clone())


def trained(x: Tensor, seed: int, steps: int) -> Tensor:
    """The weights after `steps` steps on the drawings x (n, d). Raises NumberOutOfRange."""
    generator = torch.Generator().manual_seed(check_seed(seed))
    batches = [x[torch.randint(len(x), (BATCH,), generator=generator)] for _ in range(steps)]
    *_, last = learn(begun(x.shape[1], HIDDEN, generator), batches, len(x))
    return last.weights


# ---- what it is compared with ----


def alone(x: Tensor) -> Tensor:
    """(d,) p of each pixel by itself, counted in the drawings x (n, d), one more of each kind (Laplace)."""
    return (x.sum(0) + 1) / (len(x) + 2)


def log_prob_alone(p: Tensor, x: Tensor) -> Tensor:
    """(n,) log p(x), nats, of whoever draws every pixel by itself."""
    return (x * p.log() + (1 - x) * (1 - p).log()).sum(1)


def bits(log_p: Tensor) -> float:
    """Mean of -log2 p."""
    return -float(log_p.mean()) / math.log(2)
