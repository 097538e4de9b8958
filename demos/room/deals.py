"""Rounds as they are dealt: on threads of their own, each once for all who ask, the latest ones kept.

Dealing takes a second. Whoever asks for a round that is being dealt waits for it, not for another room's,
and holds no thread meanwhile that votes need.
"""

import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from demos.room.kinds import Dealt, Kind

MOST = 64  # rounds kept, 60 KB each


class Key(NamedTuple):
    """What a round is dealt from."""

    kind: Kind
    seed: int
    number: int


class Deals:
    """The rounds of one process."""

    def __init__(self, workers: int = 2):
        self.workers = ThreadPoolExecutor(workers, "deals")
        self.lock = threading.Lock()
        self.rounds: OrderedDict[Key, Future[Dealt]] = OrderedDict()

    def of(self, kind: Kind, seed: int, number: int) -> Future[Dealt]:
        """A round, the same each time; its future raises what the kind's `deal` raises."""
        key = Key(kind, seed, number)
        with self.lock:
            if found := self.rounds.get(key):
                self.rounds.move_to_end(key)
                return found
            dealt = self.rounds[key] = self.workers.submit(kind.deal, seed, number)
            if len(self.rounds) > MOST:
                self.rounds.popitem(last=False)
        dealt.add_done_callback(lambda done: self._forget_failed(key, done))
        return dealt

    def _forget_failed(self, key: Key, done: Future) -> None:
        """What could not be dealt is tried again by the next who asks."""
        if done.exception() is not None:
            with self.lock:
                if self.rounds.get(key) is done:
                    del self.rounds[key]


DEALS = Deals()
