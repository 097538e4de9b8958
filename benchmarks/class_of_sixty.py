"""A class of sixty at once, over HTTP as the page does it: bars, sliders, sheets, one play that never rests.

    python -m benchmarks.class_of_sixty [--visitors 60] [--seconds 120] [--against CHECKOUT] [--short]

Each visitor writes another text every 5 s, drags a slider of the VAE for 2 s every 20 s (60 moves a second,
the latest wins, as live.js has it) and draws a sheet of the GAN every 30 s, whose D is asked once it rests.
One more plays diffusion from noise to face all the time, always another seed. --against: the same with the
app of another checkout, first; --short: 15 visitors, 30 s.

A text counts as answered when its bars come before the next one is written; what a drag or a sheet takes is
from the wish to the picture. The load generator runs on the same cores: its share of them is printed.
"""

import argparse
import asyncio
import os
import random
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks import served
from benchmarks.served import App, Page, Visitor

TEXT_EVERY, DRAG_EVERY, SHEET_EVERY = 5.0, 20.0, 30.0
DRAG, MOVE, REST = 2.0, 1 / 60, 0.25  # seconds of a drag, between its moves, until D is asked
GOALS = {"bars": 1.5, "slider": 0.3, "sheet": 3.0}  # p95 in seconds
WORDS = """the boy opened door and saw king a girl went house children school book read time day night man
woman little old big tree water fire garden looked at his her mother father said good morning how are you"""


class Times:
    """Seconds of what was answered, by kind; what was written; what failed."""

    def __init__(self):
        self.took: dict[str, list[float]] = {kind: [] for kind in ("bars", "slider", "sheet", "D", "step")}
        self.asked: dict[str, int] = dict.fromkeys(self.took, 0)
        self.errors: list[str] = []
        self.search_errors: list[float] = []

    async def timed(self, kind: str, call: Awaitable) -> object:
        self.asked[kind] += 1
        start = time.perf_counter()
        try:
            answer = await call
        except (RuntimeError, OSError, asyncio.IncompleteReadError) as error:
            self.errors.append(f"{kind}: {error}")
            return None
        self.took[kind].append(time.perf_counter() - start)
        return answer


class Parts(NamedTuple):
    """What the visitors use of the page."""

    page: Page
    text: int
    see: dict
    slider: int
    sheet: int
    walk: int


def parts(page: Page) -> Parts:
    text = page.component(elem_classes=["sentence"])
    return Parts(
        page,
        text,
        page.event(text, "change"),
        page.component({"picture", "plane", "layout"}),
        page.component({"draw", "opinions"}),
        page.component({"more", "animation"}),
    )


# ---- what a visitor does ----


def sentence(draw: random.Random) -> str:
    """A text that grows: one in four ends in the middle of a word, as when a hand rests there."""
    text = " ".join(draw.choices(WORDS.split(), k=draw.randint(4, 16)))
    return text[:-1] if draw.random() < 0.25 else text + " "


async def write(visitor: Visitor, p: Parts, times: Times, draw: random.Random, text: str = "") -> None:
    """One text, drawn where none is given; the bars of the words after it."""
    data = p.page.inputs(p.see)
    data[p.see["inputs"].index(p.text)] = text or sentence(draw)
    await times.timed("bars", visitor.run(p.see["id"], data, p.text))


async def drag(visitor: Visitor, p: Parts, times: Times, draw: random.Random) -> None:
    """Moves for two seconds: one call under way, what comes meanwhile is dropped but for the latest."""
    code, start, moved = [0.0] * 32, time.perf_counter(), 0.0
    axis = draw.randrange(32)
    while (now := time.perf_counter()) - start < DRAG:
        await asyncio.sleep(max(0.0, moved + MOVE - now))
        moved = time.perf_counter()
        code[axis] = 2.5 * (moved - start) - 2.5
        call = visitor.ask(p.slider, "picture", {"values": code, "context": "", "language": "en"})
        await times.timed("slider", call)


async def draw_sheet(visitor: Visitor, p: Parts, times: Times, draw: random.Random) -> None:
    """Another sheet, then what D says of it."""
    key = {"key": [draw.randrange(10**5), "", 0.8, 1], "language": "en"}
    await times.timed("sheet", visitor.ask(p.sheet, "draw", key))
    await asyncio.sleep(REST)
    await times.timed("D", visitor.ask(p.sheet, "opinions", key))


async def every(seconds: float, draw: random.Random, do: Callable[[], Awaitable], end: float) -> None:
    """From a moment of its own on, at even times, whatever the last one took: a hand does not wait."""
    at, under_way = time.monotonic() + draw.uniform(0, seconds), []
    while at < end:
        await asyncio.sleep(max(0.0, at - time.monotonic()))
        if under_way and not under_way[-1].done():
            await asyncio.wait(under_way[-1:], timeout=max(0.0, end - time.monotonic()))
        under_way.append(asyncio.create_task(do()))
        at += seconds * max(1, 1 + int((time.monotonic() - at) // seconds))
    await asyncio.gather(*under_way)


async def play(visitor: Visitor, p: Parts, times: Times, end: float) -> None:
    """One walk out of noise after another."""
    seed = 0
    while time.monotonic() < end:
        seed, have, done = seed + 1, 0, False
        while not done and time.monotonic() < end:
            what = {"what": "frames", "seed": seed, "steps": 20, "wish": "", "guidance": 1, "branches": ""}
            call = {**what, "have": have, "ahead": 0, "visitor": visitor.session, "language": "en"}
            answer = await times.timed("step", visitor.ask(p.walk, "more", call))
            if answer is None:
                return
            have, done = have + len(answer["records"]), answer["done"]


async def run(app: App, visitors: int, seconds: float) -> Times:
    times, p = Times(), parts(served.page(app.url))
    all_of_them = [Visitor(app.url, f"visitor{i:04d}") for i in range(visitors + 1)]
    await asyncio.gather(*(one.get("/") for one in all_of_them))
    end, jobs = time.monotonic() + seconds, []
    for i, one in enumerate(all_of_them[1:]):
        for act, often in ((write, TEXT_EVERY), (drag, DRAG_EVERY), (draw_sheet, SHEET_EVERY)):
            hand = random.Random(f"{i} {act.__name__}")
            jobs.append(every(often, hand, lambda o=one, a=act, h=hand: a(o, p, times, h), end))
    await asyncio.gather(*jobs, play(all_of_them[0], p, times, end))
    for one in all_of_them:
        one.close()
    return times


async def same(app: App, visitors: int) -> tuple[float, float, float]:
    """Seconds of the app's CPU for one text that nobody has asked yet; for another, asked by all at once; how
    long the last of them waited."""
    times, p, used = Times(), parts(served.page(app.url)), []
    for word, n in (("once", 1), ("sixty", visitors)):
        all_of_them = [Visitor(app.url, f"{word}{i:04d}") for i in range(n)]
        await asyncio.gather(*(one.ask(p.sheet, "draw", {"key": [1, "", 0.8, 1]}) for one in all_of_them))
        before = app.cpu()
        text = f"The old king of the {word} went to the "
        await asyncio.gather(*(write(one, p, times, random.Random(0), text) for one in all_of_them))
        used.append(app.cpu() - before)
    return *used, max(times.took["bars"], default=float("nan"))


# ---- what it was like ----


def share(values: list[float], p: float) -> float:
    return sorted(values)[min(len(values) - 1, int(p * len(values)))] if values else float("nan")


def report(name: str, times: Times, visitors: int, seconds: float, used: tuple[float, float]) -> bool:
    """Prints it; whether all goals are met."""
    cores = os.cpu_count() or 1
    written = int(visitors * seconds / TEXT_EVERY)
    print(f"\n{name}: {visitors} visitors, {seconds:.0f} s, load {os.getloadavg()[0]:.1f}")
    good = not times.errors
    for kind, took in times.took.items():
        p50, p95 = 1000 * share(took, 0.5), 1000 * share(took, 0.95)
        goal = GOALS.get(kind)
        good = good and (not goal or p95 <= 1000 * goal)
        said = f" (goal {1000 * goal:.0f} ms)" if goal else ""
        print(f"  {kind:7}{len(took):6} of {times.asked[kind]:6}; p50 {p50:6.0f} ms, p95 {p95:6.0f} ms{said}")
    in_time = sum(t < TEXT_EVERY for t in times.took["bars"]) / max(1, written)
    print(f"  texts answered before the next was written: {100 * in_time:.0f}% (goal 95%)")
    print(f"  errors: {len(times.errors)} {times.errors[:2]}")
    shares = [100 * u / seconds / cores for u in used]
    print(f"  of {cores} cores: the app {shares[0]:.0f}%, this load generator {shares[1]:.0f}%")
    return good and in_time >= 0.95


def measured(name: str, root: Path, visitors: int, seconds: float) -> bool:
    with served.app(root) as app:
        asyncio.run(run(app, 2, 6))  # the first of everything
        before = app.cpu(), time.process_time()
        start = time.perf_counter()
        times = asyncio.run(run(app, visitors, seconds))
        wall = time.perf_counter() - start
        after = app.cpu(), time.process_time()
        used = tuple((now - then) * seconds / wall for now, then in zip(after, before, strict=True))
        good = report(name, times, visitors, seconds, used)
        alone, together, longest = asyncio.run(same(app, visitors))
        cpu = f"one text {1000 * alone:.0f} ms of CPU, asked by {visitors} at once {1000 * together:.0f} ms"
        print(f"  {cpu}, the last answered after {1000 * longest:.0f} ms")
        print(f"  memory: {app.memory():.0f} MiB, most {app.peak():.0f} MiB")
        return good


def main() -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--visitors", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--short", action="store_true")
    arguments = parser.parse_args()
    visitors, seconds = (15, 30.0) if arguments.short else (arguments.visitors, arguments.seconds)
    if arguments.against:
        measured(str(arguments.against), arguments.against.resolve(), visitors, seconds)
    raise SystemExit(not measured("this checkout", served.ROOT, visitors, seconds))


if __name__ == "__main__":
    main()
