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
MOST = 120  # jobs at a time: two classes, and a job of two seconds waits four minutes at worst
QUANTUM = 1.0  # seconds before the next in line is served: most jobs are done by then
PATIENCE = 0.5  # seconds after which light work, one call after another, lets one step of heavy work through
UNWATCHED = 10.0  # seconds without a question about a job: its visitor has gone
RECENT = 30  # finished jobs from which a waiting time is estimated
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
    """Work of one visitor. All but the two public methods is the pool's, and touched under its lock alone."""

    def __init__(self, pool: "Pool", visitor: str, steps: Iterator[T], turn: int, now: float):
        self._pool, self._visitor, self._steps, self._arrived = pool, visitor, steps, turn
        self._records: list[T] = []
        self._error: Exception | None = None
        self._over = False
        self._news = threading.Condition(pool._lock)  # a record, or the end
        self._asked, self._watchers = now, 0
        self._spent = 0.0  # seconds of service in earlier turns
        self._began: float | None = None  # this turn; None: it waits

    def since(self, have: int, seconds: float) -> Progress:
        """The records after the first `have`, once there is one, the job is over, or `seconds` have passed.

        A cancelled job is done, with the records it had. Raises what the work raised, after its last record;
        JobDropped if nobody had asked for ten seconds.
        """
        with self._pool._lock:
            self._watchers += 1
            self._news.wait_for(lambda: self._over or len(self._records) > have, seconds)
            self._watchers -= 1
            self._asked = self._pool._clock()
            fresh = self._records[have:]
            if self._error and not fresh:
                raise self._error
            return Progress(fresh, self._over and not self._error, *self._pool._queue(self))

    def cancel(self) -> None:
        """No further step of it begins."""
        with self._pool._lock:
            self._pool._finish(self)


class Pool:
    """Runs jobs, `workers` at a time, of at most `most` that it knows; its threads start with the first job.
    clock: in seconds, for who is served how long."""

    def __init__(self, workers=1, most=MOST, patience=PATIENCE, clock: Callable[[], float] = time.monotonic):
        self._workers, self._most, self._patience, self._clock = workers, most, patience, clock
        self._lock = threading.RLock()
        self._ready = threading.Condition(self._lock)  # a worker may have something to do
        self._jobs: dict[str, Job] = {}  # by visitor: each has at most one
        self._served: dict[str, int] = {}  # each visitor's last turn, the least lately served first
        self._turns = itertools.count(1)
        self._recent: deque[float] = deque([QUANTUM], maxlen=RECENT)  # seconds of service of finished jobs
        self._light, self._running = 0, 0  # light work now; threads

    def start(self, visitor: str, steps: Iterator[T]) -> Job[T]:
        """A job for a visitor; an earlier one of the same visitor is cancelled. Raises PoolFull."""
        with self._lock:
            if visitor in self._jobs:
                self._finish(self._jobs[visitor])
            self._drop_unwatched()
            job = Job(self, visitor, steps, next(self._turns), self._clock())
            if len(self._jobs) >= self._most:
                raise PoolFull(n=len(self._jobs), seconds=max(1, round(self._queue(job)[1])))
            self._jobs[visitor] = job
            for _ in range(self._workers - self._running):
                threading.Thread(target=self._work, name="pool", daemon=True).start()
            self._running = self._workers
            self._ready.notify_all()
            return job

    @contextmanager
    def first(self) -> Iterator[None]:
        """Around light work, also as a decorator: while any runs, no step of a job begins, but for one every
        half second where it never rests. Not around `Job.since`."""
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

    def _turn(self, job: Job) -> tuple[int, int]:
        """What the next in line has least of: its visitor's last turn, then its own arrival."""
        return self._served.get(job._visitor, 0), job._arrived

    def _waiting(self) -> list[Job]:
        return sorted((job for job in self._jobs.values() if job._began is None), key=self._turn)

    def _queue(self, job: Job) -> tuple[int, float]:
        """(jobs before it, seconds until its turn): each before it takes what recent ones took, or a turn."""
        if job._over or job._began is not None:
            return 0, 0.0
        now, whole = self._clock(), sum(self._recent) / len(self._recent)
        served = [other for other in self._jobs.values() if other._began is not None]
        before = [other for other in self._waiting() if self._turn(other) < self._turn(job)]
        spent = [o._spent + now - o._began for o in served] + [o._spent for o in before]
        return len(spent), sum(min(QUANTUM, max(0.0, whole - s)) for s in spent) / self._workers

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
                if not self._waiting():
                    self._ready.wait()
                    continue
                job = self._waiting()[0]
                job._began = self._clock()
                self._served.pop(job._visitor, None)
                self._served[job._visitor] = next(self._turns)
                if len(self._served) > KNOWN:
                    del self._served[next(iter(self._served))]
            self._serve(job)
            del job  # or its records would stay until the next one

    def _serve(self, job: Job) -> None:
        """Step by step until it is over or another's turn has come."""
        while self._may_step(job):
            try:
                record, error = next(job._steps, _END), None
            except Exception as raised:  # told to whoever asks about the job
                record, error = _END, raised
            with self._lock:
                if job._over:  # cancelled meanwhile
                    continue
                if record is not _END:
                    job._records.append(record)
                    job._news.notify_all()
                    continue
                if not error:
                    self._recent.append(job._spent + self._clock() - job._began)
                self._finish(job, error)

    def _may_step(self, job: Job) -> bool:
        """Once light work rests: whether this turn goes on."""
        with self._lock:
            self._ready.wait_for(lambda: job._over or not self._light, self._patience)
            self._drop_unwatched()
            turn = self._clock() - job._began
            goes_on = not job._over and (turn < QUANTUM or not self._waiting())
            if not goes_on:
                job._spent, job._began = job._spent + turn, None
            return goes_on


heavy = Pool()  # the one of the app
