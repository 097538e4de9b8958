"""Sets of points (n, 1) and (n, 2) to learn from, drawn from a seed or read from a visitor's table.

All are drawn about the origin, at a scale at which nearly everything lies within [-REACH, REACH], so that one
window and one set of learning rates serve every set. What a visitor brings is moved and scaled to it.
"""

import csv
import io
import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from generative.device import noise
from generative.errors import GenerativeError, check_seed, within

REACH = 3.0  # of the window
MOST = 5000  # points of one set
FEWEST = 3
LONGEST = 1_000_000  # characters of a table


class PointsUnknown(GenerativeError):
    en = "There is no set of points called “{name}”. Take one of those on the page."
    pt = "Não há um conjunto de pontos chamado “{name}”. Use um dos que a página mostra."


class PointsTooFew(GenerativeError):
    en = "Too few points to learn from: {n} that differ; bring at least {least}."
    pt = "Poucos pontos para aprender: {n} diferentes entre si; traga ao menos {least}."


class TableUnreadable(GenerativeError):
    en = "Line {line} of the table is not one or two numbers. Write one point a line: 1.5, 2.0"
    pt = "A linha {line} da tabela não tem um ou dois números. Escreva um ponto por linha: 1.5, 2.0"


class TableTooLong(GenerativeError):
    en = "The table has more than {limit} characters. Paste a part of it."
    pt = "A tabela tem mais de {limit} caracteres. Cole uma parte dela."


class Points(NamedTuple):
    """x (n, d) with d = 1 or 2; x = (original - middle) / scale."""

    x: Tensor
    middle: Tensor
    scale: Tensor


def _normal(n: int, seed: int, d: int) -> Tensor:
    return noise(seed, n, d)


def gaussian(n: int, seed: int) -> Tensor:
    """N(0, 1) on a line."""
    return _normal(n, seed, 1)


def heights(n: int, seed: int) -> Tensor:
    """Two groups that overlap, as heights of adults do: 0.6 N(-1, 0.45^2) + 0.4 N(1.1, 0.55^2)."""
    first = (noise(seed + 1, n, 1) < 0.2533).float()  # P(N(0, 1) < 0.2533) = 0.6
    z = _normal(n, seed, 1)
    return first * (0.45 * z - 1) + (1 - first) * (0.55 * z + 1.1)


def moons(n: int, seed: int) -> Tensor:
    """Two half circles that reach into one another."""
    t = math.pi * torch.rand(n, 1, generator=torch.Generator().manual_seed(seed))
    upper = (torch.arange(n) % 2 == 0)[:, None]
    x = torch.where(upper, torch.cat([t.cos(), t.sin()], 1), torch.cat([1 - t.cos(), 0.5 - t.sin()], 1))
    return 1.5 * (x - torch.tensor([0.5, 0.25])) + 0.12 * _normal(n, seed + 1, 2)


def ring(n: int, seed: int, modes: int = 8) -> Tensor:
    """Eight Gaussians on a circle of radius 2, each 0.15 wide: what a GAN forgets can be counted here."""
    k = torch.randint(modes, (n,), generator=torch.Generator().manual_seed(seed))
    angle = 2 * math.pi * k / modes
    return 2 * torch.stack([angle.cos(), angle.sin()], 1) + 0.15 * _normal(n, seed + 1, 2)


def spiral(n: int, seed: int) -> Tensor:
    """One arm of one and a half turns."""
    t = torch.rand(n, 1, generator=torch.Generator().manual_seed(seed)).sqrt()
    angle = 3 * math.pi * t
    middle = torch.tensor([-0.1, 0.48])  # its mean, nearly
    return 2.4 * t * torch.cat([angle.cos(), angle.sin()], 1) - middle + 0.08 * _normal(n, seed + 1, 2)


SETS: dict[str, Callable[[int, int], Tensor]] = {
    "gaussian": gaussian,
    "heights": heights,
    "moons": moons,
    "ring": ring,
    "spiral": spiral,
}
LINE = ("gaussian", "heights")  # the others are in the plane


def draw(name: str, n: int, seed: int) -> Tensor:
    """n points of a set: the same seed, the same points. Raises PointsUnknown, NumberOutOfRange."""
    if name not in SETS:
        raise PointsUnknown(name=str(name)[:20])
    return SETS[name](within("n", n, FEWEST, MOST, whole=True), check_seed(seed))


def read(text: str) -> Points:
    """A table, one point a line, as (n, 1) or (n, 2), moved and scaled to the window; the first MOST lines.

    A first line without a digit is a heading, if others follow. Commas, semicolons, tabs or blanks stand
    between the numbers; of a number with a decimal comma the others are parted by something else. Raises
    TableTooLong, TableUnreadable, PointsTooFew.
    """
    if len(text) > LONGEST:
        raise TableTooLong(limit=LONGEST)
    rows = [(i, line) for i, line in enumerate(text.splitlines(), 1) if line.strip()]
    found: list[list[float]] = []
    for place, (i, line) in enumerate(rows[: MOST + 1]):
        numbers = _numbers(line)
        if numbers is None and place == 0 and len(rows) > 1 and not any(c.isdigit() for c in line):
            continue
        if numbers is None or (found and len(numbers) != len(found[0])):
            raise TableUnreadable(line=i)
        found.append(numbers)
    return fitted(torch.tensor(found[:MOST]) if found else torch.zeros(0, 2))


def _numbers(line: str) -> list[float] | None:
    """One or two finite numbers, or None."""
    if ";" in line or "\t" in line:
        cells = next(csv.reader(io.StringIO(line.replace("\t", ";")), delimiter=";"))
    else:
        cells = line.replace(",", " ").split()
    try:
        numbers = [float(cell.strip().replace(",", ".")) for cell in cells if cell.strip()]
    except ValueError:
        return None
    fit = len(numbers) in (1, 2) and all(abs(number) < 1e30 for number in numbers)
    return numbers if fit else None


def fitted(x: Tensor) -> Points:
    """x (n, d), moved to its mean and scaled by its widest side, so that it fits the window.

    Raises PointsTooFew where there are fewer than three different points.
    """
    different = len(torch.unique(x, dim=0))
    if different < FEWEST:
        raise PointsTooFew(n=different, least=FEWEST)
    middle = x.double().mean(0)
    scale = (x.double() - middle).abs().max() / (0.8 * REACH)
    return Points(((x.double() - middle) / scale).float(), middle, scale.expand(x.shape[1]))
