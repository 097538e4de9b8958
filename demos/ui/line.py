"""Light work of a whole class: a few calls at a time, the most urgent first, none that nobody waits for now.

Two calls at once leave two cores no rest; sixty at once only hand Python's lock around, and all are late
together. So each waits for a place. Of those that wait, the one goes first that is due first (Liu and Layland
1973, https://doi.org/10.1145/321738.321743): when it came, plus the seconds that its kind may take. What a
hand is on is soon due; nothing waits for ever.

It does not know what the work is, nor who a visitor is: any text that tells two of them apart.
"""

import contextvars
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple, TypeVar

from generative.pool import Pool, heavy

T = TypeVar("T")
PLACES = 2  # calls at a time; as many as a small machine has cores


class Kind(NamedTuple):
    """What is asked for, and within how many seconds it should be begun. One place is never taken by what is
    not `quick`: it may be long, and a hand would wait for it."""

    name: str
    within: float
    quick: bool = False


BARS = Kind("bars", 0.8, quick=True)
SLIDER = Kind("slider", 0.05, quick=True)
SHEET = Kind("sheet", 1.5)
OTHER = Kind("other", 1.0)
LATER = Kind("later", 2.5)  # what nobody looks at yet


class Overtaken(Exception):
    """A newer call of the same visitor has taken the place of this one."""


class _Waiting:
    """A call in line. Touched under the line's lock, but for its events."""

    def __init__(self, kind: Kind, who: str, what: Hashable, due: float):
        self.kind, self.who, self.what, self.due = kind, who, what, due
        self.called = threading.Event()  # it may begin, or has been overtaken
        self.overtaken = False


class Line:
    """See above. Work gives way to it in `pool`; clock: seconds."""

    def __init__(self, places: int = PLACES, pool: Pool = heavy, clock: Callable[[], float] = time.monotonic):
        self._places, self._pool, self._clock = places, pool, clock
        self._lock = threading.Lock()
        self._waiting: list[_Waiting] = []
        self._serving: list[Kind] = []
        self._threads = ThreadPoolExecutor(places, "light")

    def do(self, kind: Kind, work: Callable[[], T], who: str = "", what: Hashable = None) -> T:
        """What `work` gives, in a turn of its own; see there. It runs in one of as many threads as there are
        places: each thread that ever computes keeps some megabytes of scratch memory."""
        with self.turn(kind, who, what):
            return self._threads.submit(contextvars.copy_context().run, work).result()

    @contextmanager
    def turn(self, kind: Kind, who: str = "", what: Hashable = None) -> Iterator[None]:
        """Around light work; no turn is taken within another.

        who: a visitor, whose newest call of a kind alone counts: Overtaken is raised where another came while
        this one waited, and the newer one has its place in the line. what: tells whether two ask the same.
        """
        with self._pool.first():
            self._wait(kind, who, what)
            try:
                yield
            finally:
                with self._lock:
                    self._serving.remove(kind)
                    self._call_next()

    def waiting(self) -> int:
        """How many different things are waited for now."""
        with self._lock:
            return len({waiting.what or id(waiting) for waiting in self._waiting})

    def _wait(self, kind: Kind, who: str, what: Hashable) -> None:
        mine = _Waiting(kind, who, what, self._clock() + kind.within)
        with self._lock:
            place = next(
                (i for i, w in enumerate(self._waiting) if who and (w.who, w.kind) == (who, kind)), None
            )
            if place is None:
                self._waiting.append(mine)
            else:
                older, self._waiting[place] = self._waiting[place], mine
                mine.due, older.overtaken = min(mine.due, older.due), True
                older.called.set()
            self._call_next()
        mine.called.wait()
        if mine.overtaken:
            raise Overtaken

    def _call_next(self) -> None:
        """Under the lock: whoever may begin, begins."""
        while len(self._serving) < self._places:
            long_ones = sum(not kind.quick for kind in self._serving)
            room = self._places == 1 or long_ones < self._places - 1
            found = [w for w in self._waiting if w.kind.quick or room]
            if not found:
                return
            chosen = min(found, key=lambda w: w.due)
            self._waiting.remove(chosen)
            self._serving.append(chosen.kind)
            chosen.called.set()


light = Line()  # the one of the app
