"""Heavy work of one visitor alone, such as what is made of a photo: started, asked about, forgotten.

Unlike what the whole class watches it is never kept: its records leave memory once they are told, and at the
latest a minute after the last question about them. The work itself is done by `generative.pool`.
"""

import asyncio
import threading
import time
from collections.abc import Iterator
from typing import Required

from demos.ui.kinds import Call
from generative.errors import GenerativeError, JobDropped
from generative.pool import Job, Pool, Progress, heavy

PATIENCE = 5.0  # seconds after which an answer comes though nothing is new
LOOK = 0.03  # seconds between two looks, on the event loop: whoever waits holds no thread
FORGET = 30.0  # seconds without a question after which a work is forgotten, told or not: looked at as often
VISITOR = 40  # characters of a visitor's key


class Desk:
    """At most one work for each visitor, as in the pool."""

    def __init__(self, pool: Pool = heavy):
        self._pool, self._lock = pool, threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._asked: dict[str, float] = {}  # when each visitor last asked

    def start(self, visitor: str, steps: Iterator) -> None:
        """Begin a work; what the visitor began before ends. Raises PoolFull."""
        visitor = visitor[:VISITOR]
        job = self._pool.start(visitor, steps)
        with self._lock:
            self._jobs[visitor], self._asked[visitor] = job, time.monotonic()
        self._look_again(visitor, job)

    async def more(self, visitor: str, have: int) -> Progress:
        """The records after the first `have`, as soon as there is one. Raises what the work raises;
        JobDropped where there is no work."""
        visitor = visitor[:VISITOR]
        with self._lock:
            if visitor not in self._jobs:
                raise JobDropped
            job, self._asked[visitor] = self._jobs[visitor], time.monotonic()
        for _ in range(round(PATIENCE / LOOK)):
            found = job.since(have, 0)
            if found.records or found.done:
                break
            await asyncio.sleep(LOOK)
        if found.done:
            self._forget(visitor, job)
        return found

    def _look_again(self, visitor: str, job: Job) -> None:
        """Forget the work, or look again later where it was asked about meanwhile."""
        with self._lock:
            here = self._jobs.get(visitor) is job
            silent = time.monotonic() - self._asked.get(visitor, 0.0)
        if here and silent < FORGET:
            timer = threading.Timer(FORGET, self._look_again, (visitor, job))
            timer.daemon = True
            timer.start()
        else:
            self._forget(visitor, job)

    def _forget(self, visitor: str, job: Job) -> None:
        with self._lock:
            if self._jobs.get(visitor) is job:
                del self._jobs[visitor], self._asked[visitor]
        job.cancel()


DESK = Desk()  # the one of the tab


class Followed(Call, total=False):
    """From the browser: whose work, how many of its records are there."""

    visitor: Required[str]
    have: int


def begun(call: dict, steps: Iterator) -> dict:
    """{"visitor", ...} -> {}: a work has begun, and `more` tells of it; or {"error"}."""
    try:
        DESK.start(str(call.get("visitor")), steps)
    except GenerativeError as error:
        return {"error": error.say(str(call.get("language", "en")))}
    return {}


async def more(call: Followed) -> dict:
    """{"visitor", "have"} -> the fields of a `Progress`, its records as dicts; or {"error"}."""
    have = call.get("have")
    have = have if isinstance(have, int) and 0 <= have <= 1000 else 0
    try:
        found = await DESK.more(str(call.get("visitor")), have)
    except GenerativeError as error:
        return {"error": error.say(str(call.get("language", "en")))}
    return found._asdict() | {"records": [step._asdict() for step in found.records]}
