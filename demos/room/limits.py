"""How often one address may do a thing: rooms opened in an hour, wrong codes and secrets in a minute."""

import time
from collections import OrderedDict, deque

ADDRESSES = 10_000  # remembered at once; the one that was quiet longest is forgotten first


class Limit:
    """At most `most` events in `seconds` for each address. One event loop uses it: no lock."""

    def __init__(self, most: int, seconds: float):
        self.most, self.seconds = most, seconds
        self.events: OrderedDict[str, deque[float]] = OrderedDict()

    def reached(self, address: str) -> bool:
        """Whether one more would be too many."""
        events, now = self.events.get(address, deque()), time.monotonic()
        while events and events[0] <= now - self.seconds:
            events.popleft()
        return len(events) >= self.most

    def count(self, address: str) -> None:
        """One event now."""
        self.events.setdefault(address, deque(maxlen=self.most)).append(time.monotonic())
        self.events.move_to_end(address)
        if len(self.events) > ADDRESSES:
            self.events.popitem(last=False)
