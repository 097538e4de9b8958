"""Caches for what is loaded at first use, and for what many ask for at once: computed once for all.

functools.cache keeps a result only once it is there, so callers that come before that compute it again, each
for itself: four threads loaded the same model four times. Here they wait for the first.
"""

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


def once(function: Callable[..., T]) -> Callable[..., T]:
    """Decorator: a result for each list of (positional, hashable) arguments, computed once and kept.

    Callers with other arguments do not wait for one another. What raises is kept by nobody: the next caller
    tries again. `cache_clear()` forgets all results.
    """
    kept: dict[tuple, T] = {}
    locks: dict[tuple, threading.RLock] = {}
    guard = threading.Lock()  # two callers must not make two locks for one key

    @functools.wraps(function)
    def call(*key: Hashable) -> T:
        with guard:
            if key in kept:
                return kept[key]
            lock = locks.setdefault(key, threading.RLock())
        with lock:
            if key not in kept:  # else another caller was first
                kept[key] = function(*key)
            return kept[key]

    def cache_clear() -> None:
        kept.clear()

    call.cache_clear = cache_clear
    return call


class Recent(Generic[T]):
    """Results that anybody may ask for again soon, by name: computed once for all who ask, also for those who
    come while it is computed; at most `most` bytes of them, the longest unused go first."""

    def __init__(self, most: int):
        self.most, self.size = most, 0
        self._kept: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self._coming: dict[Hashable, Future[T]] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T], weigh: Callable[[T], int]) -> T:
        """The result called `key`; the first to ask makes it. What it raises, all who wait for it get, and
        nobody after them. weigh: its bytes."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][0]
            coming, mine = self._coming.get(key), Future()
            if coming is None:
                self._coming[key] = mine
        if coming:
            return coming.result()
        try:
            made = make()
        except BaseException as error:
            mine.set_exception(error)
            raise
        else:
            self._keep(key, made, weigh(made))
            mine.set_result(made)
            return made
        finally:
            with self._lock:
                del self._coming[key]

    def has(self, key: Hashable) -> bool:
        """Whether it is kept or on its way."""
        with self._lock:
            return key in self._kept or key in self._coming

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self.size = 0

    def _keep(self, key: Hashable, made: T, size: int) -> None:
        with self._lock:
            self._kept[key] = made, size
            self.size += size
            while self.size > self.most:
                self.size -= self._kept.popitem(last=False)[1][1]


def recent(most: int, weigh: Callable[[T], int]) -> Callable:
    """Decorator: `functools.lru_cache` bounded in bytes, whose callers at the same time compute once. The
    arguments are hashable and positional. `cache_clear()` forgets all results."""

    def decorate(function: Callable[..., T]) -> Callable[..., T]:
        kept: Recent[T] = Recent(most)

        @functools.wraps(function)
        def call(*key: Hashable) -> T:
            return kept.get(key, lambda: function(*key), weigh)

        call.cache_clear = kept.clear
        return call

    return decorate
