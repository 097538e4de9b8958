"""One bounded pool for all heavy work: fair by visitor, gives way to light work, tells how long one waits.

Heavy work is an iterator of records (a step of a walk out of noise, a step of training), each computed in
about 50 ms or less: between two of them the pool may pause it, let another visitor's go first, or drop it.

It does not know what a record is, nor who a visitor is: any text that tells two of them apart.
"""

import itertools
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, NamedTuple, TypeVar

from generative.errors import JobDropped, PoolFull

T = TypeVar("T")
MOST = 120  # jobs at a time: two classes
QUANTUM = 2.0  # seconds of work until the next in line has its turn: 20 guided steps take less
PATIENCE = 0.2  # seconds after which light work, one call after another, lets one step of heavy work through
UNWATCHED = 10.0  # seconds without a question about a job: its visitor has gone
RECENT = 10  # turns, and runs of a lane, from which a waiting time is estimated
RUN = 15.0  # seconds that a run of a lane is taken for before one has been seen
KNOWN = 1000  # visitors whose last turn is remembered
_END = object()


class Progress(NamedTuple):
    """What is new of a job: its records; whether it is done, so that no more will come; how many jobs are
    served before it, 0 while it is served itself; about how many seconds that takes."""

    records: list
    done: bool
    ahead: int
    wait: float


class Job(Generic[T]):
    """Work of one visitor. All but since and cancel is the pool's, and touched under its lock alone."""

    def __init__(self, pool: "Pool", visitor: str, steps: Iterator[T], turn: int, now: float):
        self._pool, self._visitor, self._steps, self._arrived = pool, visitor, steps, turn
        self._records: list[T] = []
        self._error: Exception | None = None
        self._over = False
        self._news = threading.Condition(pool._lock)  # a record, or the end
        self._asked, self._watchers = now, 0
        self._began: float | None = None  # this turn; None: it waits
        self._worked = 0.0  # seconds of this turn's steps, without its pauses
        self._idle = False  # gives way to every other job
        self._lane = ""  # see `Pool.start`
        self._front = False  # see `to_front`
        self._leads_since: float | None = None  # as the lane's one; None: not yet

    def since(self, have: int, seconds: float) -> Progress:
        """The records after the first `have`, once there is one, the job is over, or `seconds` have passed. A
        cancelled job is done, with the records it had. Raises what the work raised, after its last record;
        JobDropped if nobody had asked for ten seconds."""
        with self._pool._lock:
            self._watchers += 1
            self._news.wait_for(lambda: self._over or len(self._records) > have, seconds)
            self._watchers, self._asked = self._watchers - 1, self._pool._clock()
            fresh = self._records[have:]
            if self._error and not fresh:
                raise self._error
            return Progress(fresh, self._over and not self._error, *self._pool._queue(self))

    def to_front(self) -> None:
        """Whenever a turn is over, its next one comes before all others: what a whole class looks at."""
        with self._pool._lock:
            self._front = True
            self._pool._ready.notify_all()

    def cancel(self) -> None:
        """No further step of it begins."""
        with self._pool._lock:
            self._pool._finish(self)


class Pool:
    """Runs jobs, `workers` at a time, of at most `most`; its threads start at first use. clock: seconds."""

    def __init__(self, workers=1, most=MOST, patience=PATIENCE, clock: Callable[[], float] = time.monotonic):
        self._workers, self._most, self._patience, self._clock = workers, most, patience, clock
        self._lock = threading.RLock()
        self._ready = threading.Condition(self._lock)  # a worker may have something to do
        self._jobs: dict[str, Job] = {}  # by visitor: each has at most one
        self._served: dict[str, int] = {}  # each visitor's last turn, the least lately served first
        self._turns = itertools.count(1)
        self._recent: deque[float] = deque(maxlen=RECENT)  # seconds of the last turns of no lane
        self._long: deque[float] = deque(maxlen=RECENT)  # seconds of the last turns in a lane
        self._runs: deque[float] = deque(maxlen=RECENT)  # seconds of the last jobs that had a lane
        self._light, self._running = 0, 0  # light work now; threads

    def start(self, visitor: str, steps: Iterator[T], idle: bool = False, lane: str = "") -> Job[T]:
        """A job for a visitor; an earlier one of the same visitor is cancelled. Raises PoolFull.

        idle: what nobody waits for; it is served while no other job is there, and gives way after any step.
        lane: of the jobs of a lane one at a time is on its way, to its end, in turn with jobs of no lane;
        such is what holds much memory from its first step on.
        """
        with self._lock:
            if visitor in self._jobs:
                self._finish(self._jobs[visitor])
            self._drop_unwatched()
            job = Job(self, visitor, steps, next(self._turns), self._clock())
            job._idle, job._lane = idle, lane
            if len(self._jobs) >= self._most:
                raise PoolFull(n=len(self._jobs), seconds=max(1, round(self._queue(job)[1])))
            self._jobs[visitor] = job
            for _ in range(self._workers - self._running):
                threading.Thread(target=self._work, name="pool", daemon=True).start()
            self._running = self._workers
            self._ready.notify_all()
            return job

    def line(self, visitor: str) -> tuple[int, float]:
        """(jobs before the visitor's, seconds until its turn); zeros while it is served, or without one."""
        with self._lock:
            return self._queue(self._jobs[visitor]) if visitor in self._jobs else (0, 0.0)

    def crowd(self) -> int:
        """How many jobs wait for their turn now, but for idle ones."""
        with self._lock:
            return sum(job._began is None and not job._idle for job in self._jobs.values())

    @contextmanager
    def first(self) -> Iterator[None]:
        """Around light work, also as a decorator: while any runs, no step of a job begins, but for one every
        fifth of a second where it never rests. Not around `Job.since`."""
        with self._lock:
            self._light += 1
        try:
            yield
        finally:
            with self._lock:
                self._light -= 1
                if not self._light:
                    self._ready.notify_all()

    # ---- the queue, under the lock ----

    def _turn(self, job: Job) -> tuple[bool, bool, int, int]:
        """What the next in line has least of: its visitor's last turn, its own arrival; idle last."""
        return job._idle, not job._front, self._served.get(job._visitor, 0), job._arrived

    def _waiting(self) -> list[Job]:
        leads = {job._lane: job for job in self._jobs.values() if job._lane and job._leads_since is not None}
        ready = (j for j in self._jobs.values() if j._began is None and leads.get(j._lane, j) is j)
        return sorted(ready, key=self._turn)

    def _queue(self, job: Job) -> tuple[int, float]:
        """(jobs before it, seconds until its turn): each before it takes what such turns took lately."""
        if job._over or job._began is not None:
            return 0, 0.0
        if job._lane and job._leads_since is None and (ahead := self._ahead_in_lane(job)):
            return ahead, ahead * self._run(job._lane)
        busy = [other for other in self._jobs.values() if other._began is not None and not other._idle]
        left = [self._seconds(other) - (self._clock() - other._began) for other in busy]
        before = [other for other in self._waiting() if self._turn(other) < self._turn(job)]
        # one that has taken longer than any before it: those like it may take as long
        longest = max((self._clock() - other._began for other in busy), default=0.0)
        turns = [max(self._seconds(other), longest) for other in before]
        return len(busy) + len(before), (sum(turns) + sum(max(0.0, s) for s in left)) / self._workers

    def _seconds(self, job: Job) -> float:
        """Of a turn of it: in a lane its work is long, and takes at least its quantum."""
        if job._lane:
            return max(QUANTUM, _mean(self._long, QUANTUM))
        return _mean(self._recent, QUANTUM / 2)

    def _run(self, lane: str) -> float:
        """Of a job of a lane, from its first step to its end: what runs took lately, or what the one that is
        on its way has taken already."""
        runs = (job._leads_since for job in self._jobs.values() if job._lane == lane)
        taken = (self._clock() - since for since in runs if since is not None)
        return max([_mean(self._runs, RUN), *taken])

    def _ahead_in_lane(self, job: Job) -> int:
        others = (other for other in self._jobs.values() if other is not job and other._lane == job._lane)
        return sum(other._leads_since is not None or self._turn(other) < self._turn(job) for other in others)

    def _turn_over(self, job: Job) -> None:
        """What it took is told to those who wait."""
        (self._long if job._lane else self._recent).append(self._clock() - job._began)

    def _finish(self, job: Job, error: Exception | None = None) -> None:
        """The job is over; its generator is closed as soon as no step of it runs."""
        if not job._over:
            job._over, job._error, job._steps = True, error, iter(())
            del self._jobs[job._visitor]
            job._news.notify_all()
            self._ready.notify_all()

    def _drop_unwatched(self) -> None:
        for job in list(self._jobs.values()):
            if not job._watchers and self._clock() - job._asked > UNWATCHED:
                self._finish(job, JobDropped())

    # ---- what a worker does ----

    def _work(self) -> None:
        while True:
            with self._lock:
                self._drop_unwatched()
                self._ready.wait_for(self._waiting)
                job = self._waiting()[0]
                job._began, job._worked = self._clock(), 0.0
                job._leads_since = job._began if job._leads_since is None else job._leads_since
                self._served.pop(job._visitor, None)
                self._served[job._visitor] = next(self._turns)
                if len(self._served) > KNOWN:
                    del self._served[next(iter(self._served))]
            self._serve(job)
            del job  # or its records would stay until the next one

    def _serve(self, job: Job) -> None:
        """Step by step until it is over or another's turn has come."""
        while self._may_step(job):
            began = self._clock()
            try:
                record, error = next(job._steps, _END), None
            except Exception as raised:  # told to whoever asks about the job
                record, error = _END, raised
            with self._lock:
                job._worked += self._clock() - began
                if job._over:  # cancelled meanwhile
                    continue
                if record is not _END:
                    job._records.append(record)
                    job._news.notify_all()
                    continue
                self._turn_over(job)
                if job._lane:
                    self._runs.append(self._clock() - job._leads_since)
                self._finish(job, error)

    def _may_step(self, job: Job) -> bool:
        """Once light work rests: whether this turn goes on."""
        with self._lock:
            self._ready.wait_for(lambda: job._over or not self._light, self._patience)
            self._drop_unwatched()
            rivals = self._waiting()
            gives_way = job._idle and any(not rival._idle for rival in rivals)
            goes_on = not job._over and not gives_way and (job._worked < QUANTUM or not rivals)
            if not goes_on and not job._over:
                self._turn_over(job)
                job._began = None
            return goes_on


def _mean(seconds: deque[float], unseen: float) -> float:
    """Of what was seen, or what is taken for it before."""
    return sum(seconds) / len(seconds) if seconds else unseen


heavy = Pool()  # the one of the app
