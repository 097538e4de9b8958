"""Votes in one room while others' rounds are dealt: how long an answer takes, against the same room alone.

    PYTHONPATH=. python benchmarks/two_rooms.py [--phones 30] [--url http://127.0.0.1:7860]

Without --url it starts the app itself. Phones vote in a room of words, each every half second; after ten
seconds one room of faces after another is opened and started at once, so that a round is being dealt all the
while, and ten phones wait for its faces. Ends by itself within two minutes.
"""

import argparse
import asyncio
import contextlib
import statistics
import time

import httpx

from benchmarks import room_load

ALONE, BESIDE = 10.0, 20.0  # seconds of each phase
WAITING = 10  # phones that ask for the faces that are being dealt
Vote = tuple[float, float]  # when it was sent, seconds until it was counted


async def voter(base: str, i: int, until: float, votes: list[Vote]) -> None:
    async with httpx.AsyncClient(timeout=60) as client:
        await client.get(base)
        await asyncio.sleep(i / 60)
        while (began := time.perf_counter()) < until:
            body = {"round": 1, "choice": i % 6}
            await room_load.ask(client, room_load.Times(), "POST", f"{base}/vote", json=body)
            votes.append((began, time.perf_counter() - began))
            await asyncio.sleep(0.5)


async def opened(client: httpx.AsyncClient, url: str, level: dict) -> str:
    """A room in its first round."""
    room = (await client.post(f"{url}/room", json={"rounds": 1, "level": level})).raise_for_status().json()
    base, secret = f"{url}/room/{room['code']}", {"X-Room-Secret": room["secret"]}
    answer = await client.post(f"{base}/step", json={"seen": "0-lobby"}, headers=secret)
    answer.raise_for_status()
    return base


async def deals(url: str, after: float, until: float) -> list[float]:
    """Rooms of faces, one after another; the seconds until each was opened, dealt and fetched by ten."""
    await asyncio.sleep(max(0.0, after - time.perf_counter()))
    took = []
    async with httpx.AsyncClient(timeout=60) as client:
        while (began := time.perf_counter()) < until:
            base = await opened(client, url, {})
            await asyncio.gather(*(client.get(f"{base}/round/1") for _ in range(WAITING)))
            took.append(time.perf_counter() - began)
    return took


async def run(url: str, phones: int) -> tuple[float, list[Vote], list[float]]:
    """When the dealing began, all votes, and what each deal took."""
    async with httpx.AsyncClient(timeout=60) as client:
        base = await opened(client, url, {"passages": "en"})
    start, votes = time.perf_counter(), []
    until = start + ALONE + BESIDE
    voters = [voter(base, i, until, votes) for i in range(phones)]
    took, *_ = await asyncio.gather(deals(url, start + ALONE, until), *voters)
    return start + ALONE, votes, took


def told(name: str, waits: list[float]) -> None:
    waits = sorted(1000 * wait for wait in waits)
    p95 = waits[int(0.95 * len(waits))]
    print(f"{name}: {len(waits)} votes, p50 {statistics.median(waits):.0f} ms, p95 {p95:.0f} ms, "
          f"longest {waits[-1]:.0f} ms")  # fmt: skip


def main() -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--phones", type=int, default=30)
    parser.add_argument("--url", help="an app that runs already")
    arguments = parser.parse_args()
    with room_load.app() if not arguments.url else contextlib.nullcontext(arguments.url) as url:
        began, votes, took = asyncio.run(asyncio.wait_for(run(url, arguments.phones), 120))
    told("the room alone", [wait for at, wait in votes if at < began])
    told("beside rooms that are dealt", [wait for at, wait in votes if at >= began])
    print(f"{len(took)} rooms were opened and dealt meanwhile, {statistics.median(took):.2f} s each (median)")


if __name__ == "__main__":
    main()
