"""What fine-tuning tells as it goes: records, each of a kind, in the order in which they come.

They know nothing of how a model learns.
"""

from typing import NamedTuple


class Begun(NamedTuple):
    """How many numbers learn, of how many; the steps ahead; what both writings begin with."""

    kind: str
    learning: int
    parameters: int
    steps: int
    prompt: str


class Bits(NamedTuple):
    """Bits per byte; side: 'before' or 'after'."""

    kind: str
    side: str
    page: float
    same: float
    untouched: float


class Wrote(NamedTuple):
    """A writing, as far as it has come, of the model after so many steps; whole: it is done."""

    kind: str
    step: int
    text: str
    whole: bool


class Loss(NamedTuple):
    """Of a step's row, in bits per byte; seconds of computing so far, of at most `most` of them."""

    kind: str
    step: int
    bits: float
    seconds: float
    most: float


class Waits(NamedTuple):
    """Something is being measured, or a step is not done yet."""

    kind: str


class Done(NamedTuple):
    """After so many steps; hurried: fewer than planned, since others wait or time was up; name: the model's,
    '' where it is not kept."""

    kind: str
    step: int
    hurried: bool
    name: str


Record = Begun | Bits | Wrote | Loss | Waits | Done
