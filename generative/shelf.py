"""Heavy work by name: computed once for all who ask for it, its records kept while there is room.

A class that follows one link asks for one film; the first visitor's job computes it and all watch. Whoever
goes away takes only a job that nobody else watches; where the job of a film dies, the next one who asks for
it goes on from where it stood. What was put away to make room is computed again.

It does not know what a record is: a tuple, whose texts are nearly all of its size.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from typing import NamedTuple

from generative.errors import GenerativeError, JobDropped
from generative.pool import Job, Pool, Progress

MOST_BYTES = 32_000_000  # some 150 ways from noise to a face
MOST_VISITORS = 1000  # of whom it is remembered what they watch
MOST_FIRST = 100  # visitors who come first: projectors of rooms
VISITOR = 40  # characters of a visitor's key


class Work(NamedTuple):
    """The name of some work, hashable, is how to do it: make(*facts) gives its records one by one.

    lane: as in `Pool.start`. Such work ends where nobody watches it any more, and begins anew where somebody
    does: what it holds is more than its records.
    """

    make: Callable[..., Iterator[tuple]]
    facts: tuple[Hashable, ...]
    lane: str = ""


class Film:
    """One work as far as it has come. Touched under the shelf's lock, but for its steps."""

    def __init__(self, work: Work):
        self.records: list[tuple] = []
        self.over, self.bytes = False, 0
        self.job: Job | None = None
        self.begun_at = 0  # records there were when the job began
        self.given_up = False  # its source is closed before its end
        self._lane = work.lane
        self._source, self._step = work.make(*work.facts), threading.Lock()
        self._error: Exception | None = None  # raised, perhaps in a job that nobody heard

    def steps(self) -> Iterator[None]:
        """Each takes the next record; a second job goes on where the first was left."""
        try:
            while not self.over:
                with self._step:
                    record = self._next()
                    self.over = record is None
                    if record is not None:
                        self.records.append(record)
                        self.bytes += sum(len(part) for part in record if isinstance(part, str))
                if not self.over:
                    yield
        except GeneratorExit:  # the job was cancelled, or nobody asked about it
            if self._lane:
                self.given_up, self._source = True, iter(())
            raise

    def _next(self) -> tuple | None:
        if self._error:
            raise self._error
        try:
            return next(self._source, None)
        except Exception as error:
            self._error = error
            raise


class Shelf:
    """Films, the latest used kept; at most `most` bytes of them."""

    def __init__(self, pool: Pool, most: int = MOST_BYTES):
        self._pool, self._most, self._lock = pool, most, threading.Lock()
        self._films: OrderedDict[Work, Film] = OrderedDict()
        self._watched: OrderedDict[str, Work] = OrderedDict()  # by visitor: each watches one
        self._first: OrderedDict[str, None] = OrderedDict()  # visitors, the latest last

    def favour(self, visitor: str) -> None:
        """What this visitor watches comes before what others do: a class looks at it."""
        visitor = str(visitor)[:VISITOR]
        with self._lock:
            self._first[visitor] = None
            self._first.move_to_end(visitor)
            if len(self._first) > MOST_FIRST:
                self._first.popitem(last=False)

    def more(self, visitor: str, work: Work, have: int = 0, seconds: float = 0.0) -> Progress:
        """The records of some work after the first `have`, waiting up to `seconds` for a new one.

        What this visitor watched before is no longer computed, unless others watch it too. Raises what the
        work raises; PoolFull.
        """
        visitor = str(visitor)[:VISITOR]
        with self._lock:
            self._watch(visitor, work)
            film = self._film(work)
            if not film.over and film.job is None:
                who = f"{work.lane} {id(film)}" if work.lane else visitor  # goes on without who began it
                film.job = self._pool.start(who, film.steps(), lane=work.lane)
                film.begun_at = len(film.records)
            job, begun_at = film.job, film.begun_at
            if job and visitor in self._first:
                job.to_front()
        queued = self._follow(work, film, job, max(0, have - begun_at), seconds) if job else (0, 0.0)
        with self._lock:
            self._make_room(work)
            return Progress(film.records[have:], film.over, *queued)

    def forget(self, fact: Hashable) -> None:
        """The works that this is a fact of end, and leave nothing."""
        with self._lock:
            for work in [work for work in self._films if fact in work.facts]:
                film = self._films.pop(work)
                if film.job:
                    film.job.cancel()

    def _follow(self, work: Work, film: Film, job: Job, have: int, seconds: float) -> tuple[int, float]:
        """Wait for a job's next record; (jobs before it, seconds until its turn)."""
        try:
            progress = job.since(have, seconds)
        except JobDropped:  # nobody asked for a while: the next question begins it anew
            progress = Progress([], True, 0, 0.0)
            with self._lock:
                if work.lane and self._films.get(work) is film:
                    del self._films[work]
        except GenerativeError:
            with self._lock:
                self._films.pop(work, None)
            raise
        with self._lock:
            if progress.done and film.job is job:
                film.job = None
        return progress.ahead, progress.wait

    # ---- under the lock ----

    def _film(self, work: Work) -> Film:
        if work not in self._films or self._films[work].given_up:
            self._films[work] = Film(work)
        self._films.move_to_end(work)
        return self._films[work]

    def _watch(self, visitor: str, work: Work) -> None:
        before = self._watched.pop(visitor, None)
        self._watched[visitor] = work
        if len(self._watched) > MOST_VISITORS:
            self._watched.popitem(last=False)
        left = self._films.get(before)
        if before != work and left and left.job and before not in self._watched.values():
            left.job.cancel()
            left.job = None
            if before.lane:  # the step that is under way closes it
                del self._films[before]

    def _make_room(self, latest: Work) -> None:
        while sum(film.bytes for film in self._films.values()) > self._most and len(self._films) > 1:
            oldest, film = next(iter(self._films.items()))
            if oldest == latest:
                return
            if film.job:
                film.job.cancel()
            del self._films[oldest]
