"""A cache for what is loaded at first use: sixteen first callers, one load.

functools.cache keeps a result only once it is there, so callers that come before that compute it again, each
for itself: four threads loaded the same model four times. Here they wait for the first.
"""

import functools
import threading
from collections.abc import Callable, Hashable
from typing import TypeVar

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
