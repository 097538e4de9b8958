"""The lecture's network of 5-8-4-3 units, its 99 numbers: forward, backward and one step, written out.

One example at a time, float64, no autograd: each line is a formula of the chain rule (Rumelhart, Hinton and
Williams 1986, https://doi.org/10.1038/323533a0). The 99 numbers stand in one vector, layer by layer, each
layer's weights unit by unit and then its biases, as torch's nn.Linear has them. The page computes the same in
the browser (demos/learning/network99.js). It knows no data: an example is five numbers and a class.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from generative.errors import GenerativeError, check_seed, is_number, within

SIZES = (5, 8, 4, 3)  # units of each layer, the inputs first
N = sum((before + 1) * units for before, units in zip(SIZES, SIZES[1:], strict=False))  # 99
ACTIVATIONS = ("sigmoid", "tanh", "relu")
LARGEST = 1000.0  # of a weight: beyond it a network this small has gone astray
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0, 1000.0)  # at the end it diverges
SEED, ACTIVATION, RATE = 7, "tanh", 0.03  # what one sees first: tanh leaves the start at once, sigmoid waits


class ActivationUnknown(GenerativeError):
    en = "There is no such activation. Choose one of: {names}."
    pt = "Não existe essa função de ativação. Escolha uma destas: {names}."


class NumbersMiscounted(GenerativeError):
    en = "“{name}” must be {n} finite numbers; this has {found}."
    pt = "“{name}” deve ter {n} números finitos; aqui há {found}."


class NumberAstray(GenerativeError):
    en = "Each of “{name}” must be from {low} to {high}; number {place} is not."
    pt = "Cada número de “{name}” deve ficar de {low} a {high}; o {place}º não fica."


class Diverged(GenerativeError):
    en = "The step led a number beyond {limit}: the rate is too high. Nothing was changed; take a lower rate."
    pt = "O passo levou um número além de {limit}: a taxa é alta demais. Nada mudou; escolha uma taxa menor."


class Layer(NamedTuple):
    """W (units, inputs), b (units)."""

    W: Tensor
    b: Tensor


class Pass(NamedTuple):
    """What one example makes of the network: activations, layer by layer, the last before softmax;
    probabilities (3); loss in nats; gradients (99) of the loss, in the order of the weights."""

    activations: list[Tensor]
    probabilities: Tensor
    loss: Tensor
    gradients: Tensor


def start(seed: int) -> Tensor:
    """(99,): weights uniform in +-sqrt(6 / (inputs + units)), biases 0 (Glorot and Bengio 2010,
    https://proceedings.mlr.press/v9/glorot10a.html), with two decimals, so that what one reads is exact."""
    generator, parts = torch.Generator().manual_seed(check_seed(seed)), []
    for before, units in zip(SIZES, SIZES[1:], strict=False):
        drawn = 2 * torch.rand(units * before, generator=generator, dtype=torch.float64) - 1
        parts += [drawn * math.sqrt(6 / (before + units)), torch.zeros(units, dtype=torch.float64)]
    return torch.cat(parts).mul(100).round().div(100)


def layers(weights: Tensor) -> Iterator[Layer]:
    """The vector (99,) cut into its three layers."""
    at = 0
    for before, units in zip(SIZES, SIZES[1:], strict=False):
        middle, end = at + units * before, at + units * (before + 1)
        yield Layer(weights[at:middle].view(units, before), weights[middle:end])
        at = end


def activate(s: Tensor, activation: str) -> Tensor:
    """What a unit of a hidden layer gives for its sum."""
    if activation == "sigmoid":
        return 1 / (1 + torch.exp(-s))
    return torch.tanh(s) if activation == "tanh" else s.clamp(min=0)


def slope(a: Tensor, activation: str) -> Tensor:
    """Its derivative, told by what it gave."""
    if activation == "sigmoid":
        return a * (1 - a)
    return 1 - a**2 if activation == "tanh" else (a > 0).to(a)


def forward(weights: Tensor, x: Tensor, activation: str) -> list[Tensor]:
    """x (5) -> what each layer gives: (8), (4), and (3) sums, which softmax makes probabilities."""
    given = [x]
    for n, (W, b) in enumerate(layers(weights)):
        s = W @ given[-1] + b
        given.append(s if n == len(SIZES) - 2 else activate(s, activation))
    return given[1:]


def run(weights: Tensor, x: Tensor, target: int, activation: str) -> Pass:
    """Forward, then backward: weights (99), x (5), target the class that was right."""
    given = forward(weights, x, activation)
    p = torch.softmax(given[-1], 0)
    loss = torch.logsumexp(given[-1], 0) - given[-1][target]  # -ln p(target), also where p rounds to 0
    delta = p.clone()  # d loss / d sum, of the last layer
    delta[target] -= 1
    parts: list[Tensor] = []
    before = [x, *given]
    for n, (W, _) in reversed(list(enumerate(layers(weights)))):
        parts = [torch.outer(delta, before[n]).flatten(), delta, *parts]
        if n:
            delta = (W.T @ delta) * slope(before[n], activation)
    return Pass(given, p, loss, torch.cat(parts))


def step(weights: Tensor, x: Tensor, target: int, activation: str, rate: float) -> Tensor:
    """Stochastic gradient descent: new weights after one example. Raises Diverged."""
    after = weights - rate * run(weights, x, target, activation).gradients
    if not (after.abs() <= LARGEST).all():  # NaN is not <= either
        raise Diverged(limit=LARGEST)
    return after


def numbers(name: str, values: object, n: int) -> Tensor:
    """n finite numbers as a vector. Raises NumbersMiscounted, NumberAstray."""
    found = values if isinstance(values, list) else []
    finite = [v for v in found if is_number(v)]
    if len(finite) != n or len(found) != n:
        raise NumbersMiscounted(name=name, n=n, found=len(finite))
    for place, value in enumerate(finite, 1):
        if abs(value) > LARGEST:
            raise NumberAstray(name=name, low=-LARGEST, high=LARGEST, place=place)
    return torch.tensor(finite, dtype=torch.float64)


def read(text: str) -> list[float]:
    """99 numbers as an address carries them, a blank between them. Raises what `numbers` raises."""
    try:
        values = [float(one) for one in text.split()]
    except ValueError:
        values = []
    return numbers("weights", values, N).tolist()


def near(rate: float) -> float:
    """The rate of the slider that is nearest to a positive one, as ratios go."""
    return min(RATES, key=lambda one: abs(math.log(one / rate)))


def known(activation: str) -> None:
    """Raises ActivationUnknown."""
    if activation not in ACTIVATIONS:
        raise ActivationUnknown(names=", ".join(ACTIVATIONS))


def computed(weights: list[float], x: list[float], target: int = 0, activation: str = "sigmoid") -> Pass:
    """`run` for numbers from outside. Raises NumberOutOfRange, ActivationUnknown, what `numbers` raises."""
    known(activation)
    target = within("target", target, 0, SIZES[-1] - 1, whole=True)
    return run(numbers("weights", weights, N), numbers("input", x, SIZES[0]), target, activation)
