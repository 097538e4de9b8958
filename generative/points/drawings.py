"""Drawings of 8 x 8 black-and-white pixels: scikit-learn's digits, or a class's own, short enough for a link.

A drawing is sixteen hexadecimal digits, two a row from the top, the leftmost pixel the highest bit; a class's
drawings stand one after another. Digits: E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten
Digits", UCI 1998, https://doi.org/10.24432/C50P49, CC BY 4.0. It does not know who learns from them.
"""

import gzip
import importlib.util
from pathlib import Path

import torch
from torch import Tensor

from generative.errors import GenerativeError
from generative.once import once

SIDE = 8
D = SIDE * SIDE  # pixels, in raster order: row by row from the top
LETTERS = D // 4  # hexadecimal digits of a drawing
FEWEST, MOST = 6, 60  # a class's own drawings; a link's field holds 1500 characters
OWN = "own"  # the name of a class's own set
SETS = ("digits", OWN)
INK = 8  # of 0 to 16 grey levels: from here on a pixel of scikit-learn's digits is black


class DrawingsUnreadable(GenerativeError):
    en = "These drawings cannot be read, or are more than {most}. Draw them anew."
    pt = "Estes desenhos não podem ser lidos, ou são mais de {most}. Desenhe de novo."


class DrawingsUnknown(GenerativeError):
    en = "There are no such drawings here. Take the digits, or draw your own."
    pt = "Não há esses desenhos aqui. Use os dígitos ou desenhe os seus."


class DrawingsTooFew(GenerativeError):
    en = "Too few drawings to learn from: {n} that differ; draw at least {least}."
    pt = "Poucos desenhos para aprender: {n} diferentes entre si; desenhe ao menos {least}."


@once
def digits() -> Tensor:
    """(1797, 64) of 0 and 1, handwritten digits; read without loading scikit-learn, which takes a second."""
    package = Path(importlib.util.find_spec("sklearn").origin).parent
    with gzip.open(package / "datasets" / "data" / "digits.csv.gz", "rt") as lines:
        rows = [[float(number) for number in line.split(",")[:D]] for line in lines]
    return (torch.tensor(rows) >= INK).double()


def read(text: str) -> Tensor:
    """(n, 64) of 0 and 1; n may be 0. Raises DrawingsUnreadable."""
    n, rest = divmod(len(text), LETTERS)
    if rest or n > MOST or set(text) - set("0123456789abcdef"):
        raise DrawingsUnreadable(most=MOST)
    bits = [int(letter, 16) >> place & 1 for letter in text for place in (3, 2, 1, 0)]
    return torch.tensor(bits, dtype=torch.double).view(n, D)


def write(x: Tensor) -> str:
    """x (n, 64) of 0 and 1 -> text."""
    nibbles = x.view(-1, 4).long() @ torch.tensor([8, 4, 2, 1])
    return "".join(f"{nibble:x}" for nibble in nibbles.tolist())


def check_set(name: str, own: str) -> None:
    """Raises DrawingsUnknown; where the own ones are named, what `enough` raises."""
    if name not in SETS:
        raise DrawingsUnknown()
    if name == OWN:
        enough(own)


def enough(text: str) -> None:
    """Raises DrawingsUnreadable; DrawingsTooFew where fewer than FEWEST of them differ."""
    different = len(torch.unique(read(text), dim=0)) if text else 0
    if different < FEWEST:
        raise DrawingsTooFew(n=different, least=FEWEST)


def one(text: str) -> None:
    """Raises DrawingsUnreadable for what is not one drawing."""
    if len(read(text)) != 1:
        raise DrawingsUnreadable(most=MOST)
