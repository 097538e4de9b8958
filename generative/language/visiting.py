"""Models of visitors, such as one fine-tuned on a page of theirs: in memory, for a while, by a secret name.

A name holds 128 random bits and is told to its owner alone, so neither a link nor another visitor finds the
model. It is gone with the visit, after half an hour without use, or where newer ones need its room; whoever
asks for it then reads so. It does not know what a model is but for its name.
"""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from generative.errors import ModelGone
from generative.once import once

PREFIX = "visiting:"
MOST_BYTES = (
    120_000_000  # of parameters of their own: 5 whole copies of the middle model, 16 of the small one
)
MOST = 24  # models, however small: each also keeps what was asked of it
IDLE = 1800.0  # seconds without use


class Named(Protocol):
    name: str


T = TypeVar("T", bound=Named)


def new_name() -> str:
    """A name that nobody guesses."""
    return PREFIX + secrets.token_hex(16)


def is_visiting(name: str) -> bool:
    """Whether this is a name of such a model, there or gone."""
    return name.startswith(PREFIX)


class Visiting(Generic[T]):
    """See above. clock: seconds."""

    def __init__(
        self, most: int = MOST_BYTES, number: int = MOST, clock: Callable[[], float] = time.monotonic
    ):
        self._most, self._number, self._clock = most, number, clock
        self._kept: OrderedDict[str, tuple[T, int, float]] = OrderedDict()  # by last use
        self._lock = threading.Lock()

    def keep(self, model: T, nbytes: int) -> None:
        """Keep a model under its own name, `nbytes` large; the longest unused make room."""
        with self._lock:
            self._kept[model.name] = model, nbytes, self._clock()
            self._tidy()

    def get(self, name: str) -> T:
        """Raises ModelGone."""
        with self._lock:
            self._tidy()
            if name not in self._kept:
                raise ModelGone()
            model, nbytes, _ = self._kept[name]
            self._kept[name] = model, nbytes, self._clock()
            self._kept.move_to_end(name)
            return model

    def forget(self, name: str) -> None:
        """Its visit is over."""
        with self._lock:
            self._kept.pop(name, None)

    def _tidy(self) -> None:
        now = self._clock()
        for name, (_, _, used) in list(self._kept.items()):
            if now - used > IDLE:
                del self._kept[name]
        while len(self._kept) > self._number or self._size() > self._most and len(self._kept) > 1:
            self._kept.popitem(last=False)

    def _size(self) -> int:
        return sum(nbytes for _, nbytes, _ in self._kept.values())


@once
def models() -> Visiting:
    """Those of this process."""
    return Visiting()
