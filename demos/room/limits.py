"""How often one address may do a thing: open rooms, guess codes and secrets, take seats in a room.

Each limit is looked at and taken in one step, under a lock: callers that come together cannot all pass it.
"""

import ipaddress
import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager

from generative.errors import GenerativeError

ADDRESSES = 10_000  # remembered at once; the one that was quiet longest is forgotten first


class Limit:
    """At most `most` events in `seconds` for each address."""

    def __init__(self, most: int, seconds: float):
        self.most, self.seconds = most, seconds
        self.events: OrderedDict[str, deque[float]] = OrderedDict()
        self.lock = threading.Lock()

    def take(self, address: str) -> bool:
        """Count one event now, unless it is one too many."""
        with self.lock:
            events, now = self.events.setdefault(address, deque()), time.monotonic()
            self.events.move_to_end(address)
            while events and events[0] <= now - self.seconds:
                events.popleft()
            if len(events) >= self.most:
                return False
            events.append(now)
            if len(self.events) > ADDRESSES:
                self.events.popitem(last=False)
            return True

    def give_back(self, address: str) -> None:
        """The latest event came to nothing."""
        with self.lock:
            if events := self.events.get(address):
                events.pop()

    @contextmanager
    def taken(self, address: str, refusal: type[GenerativeError]) -> Iterator[None]:
        """One event around some work; given back where the work fails. Raises `refusal`."""
        if not self.take(address):
            raise refusal()
        try:
            yield
        except BaseException:
            self.give_back(address)
            raise


class Bucket:
    """`burst` at once for each key, and one more every `seconds` after that: a token bucket."""

    def __init__(self, burst: int, seconds: float):
        self.burst, self.seconds = burst, seconds
        self.empty: OrderedDict[tuple, float] = OrderedDict()  # when each would be full again
        self.lock = threading.Lock()

    def take(self, key: tuple) -> float:
        """0 once one is taken, else the seconds until there is one."""
        with self.lock:
            now = time.monotonic()
            full = max(now, self.empty.get(key, now)) + self.seconds
            wait = full - now - self.burst * self.seconds
            if wait > 0:
                return wait
            self.empty[key] = full
            self.empty.move_to_end(key)
            if len(self.empty) > ADDRESSES:
                self.empty.popitem(last=False)
            return 0.0

    def pour(self, key: tuple, refusal: type[GenerativeError]) -> None:
        """Take one, or raise `refusal`, which says in how many seconds there is one."""
        if wait := self.take(key):
            raise refusal(seconds=math.ceil(wait))

    def fill(self, first: str) -> None:
        """Every key that begins so is as new."""
        with self.lock:
            for key in [key for key in self.empty if key[0] == first]:
                del self.empty[key]


def network(host: str) -> str:
    """Whom a limit counts as one: an address; of IPv6 its /64, from which one device may take any."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if address.version == 6 and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)
