"""How likely a face is to a flow: log p(x) by integrating the divergence along the path to its noise.

Chen et al., "Neural Ordinary Differential Equations", 2018, https://arxiv.org/abs/1806.07366, theorem 1
Grathwohl et al., "FFJORD", 2018, https://arxiv.org/abs/1810.01367, sec. 3.1
Song et al., "Score-Based Generative Modeling through SDEs", 2021, https://arxiv.org/abs/2011.13456, eq. 39

Where the velocities move apart, a crowd of faces thins out: d log p(x_t) / dt = -div v. At t = 1 the crowd is
N(0, I), so log p(x_0) = log N(x_1; 0, I) + the integral of div v from 0 to 1. That is a sum of 12,288
derivatives; Hutchinson's estimate takes a few random vectors e of signs: the mean of e . (J e) is the sum.
J e is how the velocity moves when the picture is nudged along e: one more call of the network, no gradient.

It does not know how good the steps are: more of them tell.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from generative.device import best_device
from generative.diffusion import wishes
from generative.diffusion.sampler import Field, times
from generative.vae.measure import bits

STEPS = 16  # of Heun's method, the first ones short: there a sharp picture's detail turns into noise
BEND = 3.0
VECTORS = 2  # for each look at the field
NUDGE = 1e-3  # of each number, an eighth of a grey level; ten times as far, a photo's trace is .4 % off
LEVELS = 256  # of a pixel


class Sum(NamedTuple):
    """After a call of the field: calls so far and in all; after the last log p(x_0), in nats, and the
    standard error that comes of the random vectors."""

    done: int
    of: int
    log_p: float | None = None
    error: float | None = None


def dequantised(x: Tensor, generator: torch.Generator) -> Tensor:
    """Pixels on 256 levels in [0, 1] -> spread evenly over the width of a level (Theis et al. 2016,
    https://arxiv.org/abs/1511.01844, sec. 3.1): else a density could be endless on the levels themselves."""
    levels = (x * (LEVELS - 1)).round()
    return (levels + torch.rand(x.shape, generator=generator)) / LEVELS


def log_density(
    field: Field,
    x: Tensor,
    generator: torch.Generator,
    steps: int = STEPS,
    vectors: int = VECTORS,
    bend: float = BEND,
) -> Iterator[Sum]:
    """log p(x) of a picture x (1, 3, H, W), a call of the field at a time: a hand waits for one at most.

    Heun's method, of the path and of the integral alike. vectors: at least 2, or there is no error to tell.
    """
    at = times(steps, bend)[::-1]
    of, done = 2 * steps * (1 + vectors), 0
    total, variance = 0.0, 0.0
    for t, s in zip(at, at[1:], strict=False):
        h, looks, here = s - t, [], x
        for moment in (t, s):
            v, found = None, []
            for look in divergences(field, here, moment, generator, vectors):
                done += 1
                if isinstance(look, Tensor):
                    v = look
                else:
                    found.append(look)
                if done < of:
                    yield Sum(done, of)
            looks.append(v)
            total += h / 2 * sum(found) / vectors
            variance += (h / 2) ** 2 * torch.tensor(found).var().item() / vectors
            here = x + h * v  # where the second look is taken
        x = x + h * (looks[0] + looks[1]) / 2
    log_p = total - (x.square().sum().item() + x.numel() * math.log(2 * math.pi)) / 2
    yield Sum(done, of, log_p, math.sqrt(variance))


def divergences(
    field: Field, x: Tensor, t: float, generator: torch.Generator, vectors: int
) -> Iterator[Tensor | float]:
    """The velocity at x, then `vectors` estimates of its divergence, e . (J e) with e of signs (Hutchinson
    1989, https://doi.org/10.1080/03610918908812806). J e is the difference that a nudge along e makes: its
    error changes sign with e, and so leaves the mean as it is."""
    v = field(x, t)
    yield v
    for _ in range(vectors):
        e = torch.randint(0, 2, x.shape, generator=generator).to(x) * 2 - 1
        Je = (field(x + NUDGE * e, t) - v) / NUDGE
        yield (Je * e).sum().item()


# ---- a face's, by the shipped network ----


class Bits(NamedTuple):
    """Calls so far and in all; after the last, bits per number and their standard error."""

    done: int
    of: int
    bits: float | None = None
    error: float | None = None


def of_face(face: Tensor, seed: int = 0, steps: int = STEPS, vectors: int = VECTORS) -> Iterator[Bits]:
    """How likely a face (1, 3, 64, 64) in [0, 1] is, nothing told; the seed's noise spreads its levels.

    Raises WeightsMissing, WeightsDamaged.
    """
    generator = torch.Generator().manual_seed(seed)
    x = 2 * dequantised(face, generator).to(best_device()) - 1
    n = x.numel()
    for now in log_density(wishes.field(wishes.wish()), x, generator, steps, vectors):
        if now.log_p is None:
            yield Bits(now.done, now.of)
        else:  # x is twice as wide as pixels in [0, 1]
            found = bits(torch.tensor(now.log_p + n * math.log(2)), n).item()
            yield Bits(now.done, now.of, found, now.error / (n * math.log(2)))
