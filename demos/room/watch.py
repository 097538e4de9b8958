"""Rooms as they were a moment ago: however many phones wait for one, it is looked up a few times a second.

Each process asks the database, so several copies of the app may serve one room.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

from demos.room.votes import Room

FRESH = 0.25  # seconds for which a room that was looked up counts as known
KEPT = 5.0  # seconds after which it is forgotten


class Watch:
    """The rooms that one process has just looked up. One event loop uses it: no lock."""

    def __init__(self, find: Callable[[str], Awaitable[Room]]):
        self.find = find
        self.known: dict[str, tuple[float, asyncio.Future[Room]]] = {}

    async def look(self, code: str) -> Room:
        """A room as it was at most FRESH seconds ago: all who wait for it share one query."""
        at, found = self.known.get(code, (0.0, None))
        if found is None or time.monotonic() - at > FRESH:
            self.known = {c: kept for c, kept in self.known.items() if time.monotonic() - kept[0] < KEPT}
            found = asyncio.ensure_future(self.find(code))
            self.known[code] = (time.monotonic(), found)
        return await asyncio.shield(found)

    async def changed(self, room: Room, wait: float) -> Room:
        """A room as soon as it has gone on or its seats were emptied, at the latest after `wait` seconds."""
        end, now = time.monotonic() + wait, room
        while (now.key, now.since) == (room.key, room.since) and time.monotonic() < end:
            await asyncio.sleep(FRESH)
            now = await self.look(room.code)
        return now

    def forget(self, code: str) -> None:
        """The room has gone on: whoever looks again sees it as it is now."""
        self.known.pop(code, None)
