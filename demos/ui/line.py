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
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from functools import partial
from typing import Generic, NamedTuple, TypeVar

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


class _Waiting(Generic[T]):
    """A call in line. Touched under the line's lock, but for what it will give."""

    def __init__(self, kind: Kind, work: Callable[[], T], who: str, what: Hashable, due: float):
        self.kind, self.who, self.what, self.due = kind, who, what, due
        self.work = partial(contextvars.copy_context().run, work)
        self.given: Future[T] = Future()

    def serve(self) -> None:
        try:
            self.given.set_result(self.work())
        except BaseException as error:  # told to whoever waits for it
            self.given.set_exception(error)


class Line:
    """See above. Work gives way to it in `pool`; clock: seconds. Its threads start at first use."""

    def __init__(self, places: int = PLACES, pool: Pool = heavy, clock: Callable[[], float] = time.monotonic):
        self._places, self._pool, self._clock = places, pool, clock
        self._ready = threading.Condition()  # a place may have something to do; its lock is the line's
        self._waiting: list[_Waiting] = []
        self._serving: list[Kind] = []
        self._threads = 0

    def do(self, kind: Kind, work: Callable[[], T], who: str = "", what: Hashable = None) -> T:
        """What `work` gives, in its turn, on the thread of a place: each thread that ever computes keeps some
        megabytes of scratch memory. No work stands in line itself.

        who: a visitor, whose newest call of a kind alone counts: Overtaken is raised where another came while
        this one waited, and the newer one has its place in the line. what: tells whether two ask the same.
        """
        with self._pool.first():
            mine = _Waiting(kind, work, who, what, self._clock() + kind.within)
            with self._ready:
                self._stand(mine)
                for _ in range(self._places - self._threads):
                    threading.Thread(target=self._work, name="light", daemon=True).start()
                self._threads = self._places
                self._ready.notify()
            return mine.given.result()

    def waiting(self) -> int:
        """How many different things are waited for now."""
        with self._ready:
            return len({waiting.what or id(waiting) for waiting in self._waiting})

    # ---- under the lock ----

    def _stand(self, mine: _Waiting) -> None:
        same = ((mine.who, mine.kind) == (other.who, other.kind) for other in self._waiting)
        place = next((i for i, found in enumerate(same) if mine.who and found), None)
        if place is None:
            self._waiting.append(mine)
            return
        older, self._waiting[place] = self._waiting[place], mine
        mine.due = min(mine.due, older.due)
        older.given.set_exception(Overtaken())

    def _next(self) -> _Waiting | None:
        """Whoever may begin, in a place that is free."""
        long_ones = sum(not kind.quick for kind in self._serving)
        room = self._places == 1 or long_ones < self._places - 1
        found = [w for w in self._waiting if w.kind.quick or room]
        return min(found, key=lambda w: w.due) if found else None

    # ---- what a place does ----

    def _work(self) -> None:
        """One call after another: from its end to the next one's begin no other thread is waited for."""
        while True:
            with self._ready:
                self._ready.wait_for(self._next)
                chosen = self._next()
                self._waiting.remove(chosen)
                self._serving.append(chosen.kind)
            chosen.serve()
            with self._ready:
                self._serving.remove(chosen.kind)
                self._ready.notify()  # there may be room for what another place could not take
            del chosen  # or what it gave would stay until the next one


light = Line()  # the one of the app
