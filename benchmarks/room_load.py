"""A class of phones in one room over HTTP, all voting within three seconds: lost votes, double ones, waiting.

    python benchmarks/room_load.py [--phones 100] [--url http://127.0.0.1:7860]

Without --url it starts the app itself, with a database of its own, and stops it at the end. Each phone is a
connection of its own with a cookie of its own: it loads the page, waits for the round as the page's script
does (long polling), fetches the faces, votes, and half of them change their vote once. The projector polls
every 0.5 s, as its page does. Ends by itself within two minutes, or fails.
"""

import argparse
import asyncio
import contextlib
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent
WITHIN = 3.0  # seconds in which all vote


class Times:
    """When what happened, on one clock."""

    def __init__(self):
        self.votes: list[float] = []  # seconds that each vote waited for its answer
        self.counted: list[tuple[float, int]] = []  # when the n-th device's first vote was answered
        self.shown: list[tuple[float, int]] = []  # when the projector had heard of n voters
        self.starts: list[float] = []  # from the teacher's click to the faces on a phone
        self.repeated = 0  # votes sent again after a broken connection


@contextlib.contextmanager
def app() -> Iterator[str]:
    """`python app.py` with an empty database."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "GRADIO_SERVER_PORT": str(port), "VEREDAS_KEY_FILE": f"{home}/key"}
        environment["VEREDAS_DATABASE_URL"] = f"sqlite:///{home}/rooms.db"
        process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
        )
        try:
            url = f"http://127.0.0.1:{port}"
            for _ in range(300):
                with contextlib.suppress(httpx.TransportError):
                    httpx.get(f"{url}/room")
                    break
                time.sleep(0.5)
            time.sleep(15)  # the models load behind the page
            yield url
        finally:
            process.terminate()
            process.wait(30)


def teacher(url: str) -> tuple[str, dict]:
    room = httpx.post(f"{url}/room", json={"rounds": 1}, timeout=30).raise_for_status().json()
    return f"{url}/room/{room['code']}", {"X-Room-Secret": room["secret"]}


async def ask(client: httpx.AsyncClient, times: Times, method: str, url: str, **body: object) -> dict:
    """A call as the pages make it: again until it is answered, as a kept connection may just have closed."""
    while True:
        try:
            answer = await client.request(method, url, **body)
            return answer.raise_for_status().json()
        except httpx.TransportError:
            times.repeated += 1


async def phone(base: str, i: int, started: list[float], times: Times) -> None:
    """One student: page, lobby, faces, a vote somewhere in three seconds, for half of them a second one."""
    async with httpx.AsyncClient(timeout=60) as client:
        (await client.get(base)).raise_for_status()
        state = await ask(client, times, "GET", f"{base}/state")
        while state["phase"] == "lobby":
            state = await ask(client, times, "GET", f"{base}/state?seen={state['key']}")
        await ask(client, times, "GET", f"{base}/round/1")
        times.starts.append(time.perf_counter() - started[0])
        draw = random.Random(i)
        moments = sorted(draw.uniform(0, WITHIN) for _ in range(1 + i % 2))
        await asyncio.sleep(max(0.0, started[1] + moments[0] - time.perf_counter()))
        for n, moment in enumerate(moments):
            await asyncio.sleep(max(0.0, started[1] + moment - time.perf_counter()))
            before = time.perf_counter()
            body = {"round": 1, "choice": i % 3}
            answer = await ask(client, times, "POST", f"{base}/vote", json=body)
            times.votes.append(time.perf_counter() - before)
            assert answer == {"counted": i % 3}, answer
            if n == 0:
                times.counted.append((time.perf_counter(), len(times.counted) + 1))


async def projector(base: str, secret: dict, times: Times) -> None:
    async with httpx.AsyncClient(timeout=60, headers=secret) as client:
        while True:
            voted = (await ask(client, times, "GET", f"{base}/stage"))["voted"]
            times.shown.append((time.perf_counter(), voted))
            await asyncio.sleep(0.5)


async def run(url: str, phones: int) -> tuple[Times, list[int]]:
    """One round with that many phones; returns the times and the tally."""
    times, started = Times(), [0.0, 0.0]
    base, secret = teacher(url)
    async with httpx.AsyncClient(timeout=60, headers=secret) as client:
        students = [asyncio.create_task(phone(base, i, started, times)) for i in range(phones)]
        while (await ask(client, times, "GET", f"{base}/stage"))["joined"] < phones:
            await asyncio.sleep(0.2)
        shown = asyncio.create_task(projector(base, secret, times))
        started[0], started[1] = time.perf_counter(), time.perf_counter() + 4  # faces first, then all vote
        await ask(client, times, "POST", f"{base}/step", json={"seen": "0-lobby"})
        await asyncio.gather(*students)
        await asyncio.sleep(1.5)
        shown.cancel()
        await ask(client, times, "POST", f"{base}/step", json={"seen": "1-open"})
        return times, (await ask(client, times, "GET", f"{base}/stage"))["tally"]


def lag(times: Times) -> float:
    """The longest time from an answered vote until the projector had heard of as many voters."""
    return max(next(at for at, voted in times.shown if voted >= n) - counted for counted, n in times.counted)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--phones", type=int, default=100)
    parser.add_argument("--url", help="an app that runs already")
    arguments = parser.parse_args()
    with app() if not arguments.url else contextlib.nullcontext(arguments.url) as url:
        times, tally = asyncio.run(asyncio.wait_for(run(url, arguments.phones), 120))
    n = arguments.phones
    expected = [len(range(place, n, 3)) for place in range(3)] + [0]
    lost = sum(max(0, e - t) for e, t in zip(expected, tally, strict=True))
    double = sum(max(0, t - e) for e, t in zip(expected, tally, strict=True))
    waits = [1000 * wait for wait in sorted(times.votes)]
    print(f"{n} phones, {len(waits)} votes within {WITHIN:.0f} s: tally {tally}, lost {lost}, twice {double}")
    p50, p95 = statistics.median(waits), waits[int(0.95 * len(waits))]
    print(f"a vote: p50 {p50:.0f} ms, p95 {p95:.0f} ms, longest {waits[-1]:.0f} ms")
    print(f"calls made again after a broken connection: {times.repeated}")
    print(f"projector behind the votes: at most {lag(times):.2f} s")
    middle, last = statistics.median(times.starts), max(times.starts)
    print(f"faces on a phone after the teacher's click: median {middle:.2f} s, last {last:.2f} s")
    sys.exit(bool(lost or double))


if __name__ == "__main__":
    main()
