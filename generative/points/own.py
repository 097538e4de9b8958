"""A visitor's own points, short enough for a link: each number as two digits of base 36 over the window.

"p0ai3..." are points of the plane, "l0a..." of a line. It does not know whether they were drawn or pasted.
"""

import torch
from torch import Tensor

from generative.device import noise
from generative.errors import GenerativeError
from generative.points import data
from generative.points.densities import WINDOW

LEVELS = 36**2 - 1  # steps over the window: 0.005 each
MOST = 350  # points: a link's field holds 1500 characters
KINDS = {"l": 1, "p": 2}  # what the first letter says: how many numbers a point has
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class OwnUnreadable(GenerativeError):
    en = "These points cannot be read, or are more than {most}. Draw them anew, or paste a table."
    pt = "Estes pontos não podem ser lidos, ou são mais de {most}. Desenhe de novo ou cole uma tabela."


def read(text: str) -> Tensor:
    """(n, d). Raises OwnUnreadable; PointsTooFew where fewer than three of them differ."""
    x = places(text)
    different = len(torch.unique(x, dim=0))
    if different < data.FEWEST:
        raise data.PointsTooFew(n=different, least=data.FEWEST)
    return x


def places(text: str) -> Tensor:
    """The same, be they ever so few or alike. Raises OwnUnreadable."""
    d, digits = KINDS.get(text[:1], 0), text[1:]
    if not d or len(digits) % (2 * d) or len(digits) > 2 * d * MOST or set(digits) - set(DIGITS):
        raise OwnUnreadable(most=MOST)
    numbers = [int(digits[i : i + 2], 36) for i in range(0, len(digits), 2)]
    return (torch.tensor(numbers) / LEVELS * 2 - 1).view(-1, d) * WINDOW


def write(x: Tensor) -> str:
    """x (n, d) within the window -> text."""
    steps = ((x / WINDOW + 1) / 2 * LEVELS).round().long().clamp(0, LEVELS).flatten().tolist()
    return "lp"[x.shape[1] - 1] + "".join(DIGITS[n // 36] + DIGITS[n % 36] for n in steps)


def from_table(table: str) -> str:
    """A pasted table as text; of more than MOST points, MOST by lot, the same ones each time.

    Raises what `data.read` raises.
    """
    x = data.read(table).x
    if len(x) > MOST:
        x = x[noise(0, len(x)).argsort()[:MOST]]
    return write(x)
