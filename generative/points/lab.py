"""Seven models learn the same points, step by step, and say how likely a point is, each in its own way.

Records come one by one: the points themselves, three densities that are there at once, then four networks in
turn, a little further each. A record has what the model has learned so far as a map of log p(x), samples, and
two numbers: the log-likelihood of points that it was not shown, and what its map adds up to.

It does not know who watches, nor how a map is drawn.
"""

import base64
import functools
from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from generative.errors import GenerativeError, NumberOutOfRange, check_seed, within
from generative.points import data, own
from generative.points.autoregressive import Autoregressive
from generative.points.densities import WINDOW, histogram, kernel, mixture
from generative.points.flow import flow
from generative.points.gan import GAN
from generative.points.vae import VAE

AT_ONCE = ("histogram", "kernel", "mixture")
TRAINED = ("flow", "autoregressive", "vae", "gan")
MODELS = (*AT_ONCE, *TRAINED)
OWN = "own"  # the name of a visitor's own set
DRAWN = 2000  # points of a set; half of them are held out
SHOWN = 250  # points and samples that are drawn
STEPS, FRAMES, BATCH = 600, 60, 200  # of each network's training
LR = 5e-3
SIDE = {1: 280, 2: 56}  # cells of a map along one side of the window
LOW, HIGH = -12.0, 4.0  # log p(x), nats, of a map's darkest and brightest level
FAR = 1e6  # stands for what is endless
K_MAP, K_LAST, K_POINT = 4, {1: 300, 2: 24}, 400  # importance samples of the VAE's bound


class ModelUnknown(GenerativeError):
    en = "There is no such model here. Take one of: {names}."
    pt = "Não há esse modelo aqui. Use um destes: {names}."


class Frame(NamedTuple):
    """What a model has learned after `step` of `of` steps.

    map: a byte per cell of the window (two on a line), row by row from the bottom, log p from LOW to HIGH, in
    base64; '' of the points themselves and the GAN. points: bytes, -127 to 127 over the window, in two's
    complement. held: nats a point, mean over the points held out; total: what the map adds up to; None where
    there is none.
    """

    model: str
    step: int
    of: int
    map: str
    points: str
    held: float | None
    total: float | None


class Answer(NamedTuple):
    """log p(x) in nats, its standard error where it is an estimate; of the GAN None."""

    log_p: float | None
    error: float | None


class Split(NamedTuple):
    """Points to learn from, and points held out: (n, d) and (m, d) within the window."""

    train: Tensor
    held: Tensor


# ---- the points ----


def split(name: str, text: str, seed: int) -> Split:
    """The points of a set, or a visitor's own; half are held out, of the few own ones a fifth.

    Raises PointsUnknown, OwnUnreadable, PointsTooFew, NumberOutOfRange.
    """
    check_seed(seed)
    x = own.read(text) if name == OWN else data.draw(name, DRAWN, seed)
    x = x[(x.abs() <= WINDOW).all(1)]
    x = x[torch.randperm(len(x), generator=torch.Generator().manual_seed(seed))]
    held = max(1, len(x) // 5) if name == OWN else len(x) // 2
    return Split(x[held:], x[:held])


def check_set(text: str, name: str) -> None:
    """Raises PointsUnknown; where the own set is named without points, PointsTooFew."""
    if name != OWN and name not in data.SETS:
        raise data.PointsUnknown(name=name[:20])
    if name == OWN and not text:
        raise data.PointsTooFew(n=0, least=data.FEWEST)


def check_model(name: str) -> None:
    """Raises ModelUnknown."""
    if name not in MODELS:
        raise ModelUnknown(names=", ".join(MODELS))


def read_at(text: str) -> tuple[float, ...]:
    """ "0.8,1.0" -> the point. Raises NumberOutOfRange."""
    try:
        at = tuple(float(part) for part in text.split(","))
    except ValueError:
        at = ()
    if len(at) != 2:
        raise NumberOutOfRange(name="x", low=-WINDOW, high=WINDOW)
    return tuple(within("x", value, -WINDOW, WINDOW) for value in at)


@functools.lru_cache(maxsize=4)
def grid(d: int) -> Tensor:
    """The middle of every cell of the window, (SIDE^d, d), row by row from the bottom."""
    line = (torch.arange(SIDE[d]) + 0.5) * (2 * WINDOW / SIDE[d]) - WINDOW
    if d == 1:
        return line[:, None]
    y, x = torch.meshgrid(line, line, indexing="ij")
    return torch.stack([x.flatten(), y.flatten()], 1)


# ---- learning ----


def learn(name: str, text: str, seed: int) -> Iterator[Frame]:
    """The points, three densities at once, then FRAMES frames of each network. Raises what `split` raises."""
    points = split(name, text, seed)
    yield Frame("data", 0, 0, "", as_bytes(points.train[:SHOWN]), None, None)
    for model in AT_ONCE:
        learned(name, text, seed)[model] = there = made(model, points.train, seed)
        yield frame(model, there, points, 0, 0)
    trainings = {model: train(model, points.train, seed) for model in TRAINED}
    for i in range(1, FRAMES + 1):
        for model, training in trainings.items():
            learned(name, text, seed)[model] = net = next(training)
            yield frame(model, net, points, i * STEPS // FRAMES, STEPS)


@functools.lru_cache(maxsize=48)
def learned(name: str, text: str, seed: int) -> dict[str, object]:
    """What was learned of these points lately, by name, as far as it has come."""
    return {}


def made(model: str, x: Tensor, seed: int) -> object:
    """A density that is there at once."""
    makers = {"histogram": histogram, "kernel": kernel, "mixture": lambda x: mixture(x, seed)}
    return makers[model](x)


def begun(model: str, d: int, generator: torch.Generator) -> object:
    """A network that has learned nothing yet."""
    makers = {"flow": flow, "autoregressive": Autoregressive, "vae": VAE, "gan": GAN}
    return makers[model](d, generator)


def train(model: str, x: Tensor, seed: int) -> Iterator[object]:
    """The network after each frame's steps; its rate falls to nothing along half a cosine."""
    generator = torch.Generator().manual_seed(seed)
    net = begun(model, x.shape[1], generator)
    if model == "gan":
        step = functools.partial(net.step, generator=generator)
    else:
        step = Descent(net, generator).step
    for _ in range(FRAMES):
        for _ in range(STEPS // FRAMES):
            batch = torch.randint(len(x), (BATCH,), generator=generator)
            step(x[batch])
        yield net


class Descent:
    """Adam on a model's own loss."""

    def __init__(self, net: torch.nn.Module, generator: torch.Generator):
        self._net, self._generator = net, generator
        self._adam = torch.optim.Adam(net.parameters(), LR, fused=True)
        self._rate = torch.optim.lr_scheduler.CosineAnnealingLR(self._adam, STEPS)

    def step(self, x: Tensor) -> None:
        self._adam.zero_grad()
        self._net.loss(x, self._generator).backward()
        torch.nn.utils.clip_grad_norm_(self._net.parameters(), 5.0)
        self._adam.step()
        self._rate.step()


# ---- what they say ----


@torch.no_grad()
def log_prob(model: object, x: Tensor, k: int) -> Answer:
    """log p(x) of points (n, d) as (n,), of a VAE its bound by k samples and its error; of a GAN nothing."""
    if isinstance(model, GAN):
        return Answer(None, None)
    if isinstance(model, VAE):
        return Answer(*model.bound(x, k, torch.Generator().manual_seed(0)))
    return Answer(model.log_prob(x), None)


def frame(name: str, model: object, points: Split, step: int, of: int) -> Frame:
    """A model's record: one map, its sum, the held-out points, samples."""
    d = points.train.shape[1]
    k = K_LAST[d] if step == of else K_MAP
    with torch.no_grad():
        drawn = model.sample(SHOWN, torch.Generator().manual_seed(1))
    on_grid = log_prob(model, grid(d), k).log_p
    if on_grid is None:
        return Frame(name, step, of, "", as_bytes(drawn), None, None)
    held = finite(log_prob(model, points.held, k).log_p.mean())
    total = finite(on_grid.double().exp().sum() * (2 * WINDOW / SIDE[d]) ** d)
    return Frame(name, step, of, levels(on_grid, 3 - d), as_bytes(drawn), held, total)


def finite(number: Tensor) -> float:
    """A number that JSON can carry."""
    return float(number.nan_to_num(-FAR, posinf=FAR, neginf=-FAR))


def ask(name: str, text: str, seed: int, at: list[float]) -> dict[str, Answer]:
    """How likely a point is, asked of every model that has begun to learn these points, by name.

    Raises PointsUnknown, OwnUnreadable, PointsTooFew, NumberOutOfRange.
    """
    d = split(name, text, seed).train.shape[1]
    numbers = [within("x", value, -WINDOW, WINDOW) for value in [*at, None, None][:d]]
    x = torch.tensor([numbers], dtype=torch.float)
    answers = {}
    for model, made in list(learned(name, text, seed).items()):
        log_p, error = log_prob(made, x, K_POINT)
        answers[model] = Answer(*(None if part is None else finite(part) for part in (log_p, error)))
    return answers


def uniform(d: int) -> float:
    """log p(x), nats, of whoever knows nothing but the window."""
    return -d * float(torch.tensor(2 * WINDOW).log())


# ---- as bytes ----


def levels(log_p: Tensor, size: int) -> str:
    """log p (n,) -> `size` bytes each, the lower first; 0 for LOW and below."""
    level = (log_p.nan_to_num(LOW).clamp(LOW, HIGH) - LOW) / (HIGH - LOW) * (256**size - 1)
    whole = (number.to_bytes(size, "little") for number in level.round().long().tolist())
    return base64.b64encode(b"".join(whole)).decode()


def as_bytes(x: Tensor) -> str:
    """Points (n, d): two's complement, 127 at the window's edge; what lies beyond stands at it."""
    steps = (x / WINDOW * 127).round().clamp(-127, 127).nan_to_num(0).long() % 256
    return base64.b64encode(bytes(steps.flatten().tolist())).decode()
