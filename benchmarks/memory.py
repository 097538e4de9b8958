"""Memory of the app: with every view used, then while visitors come and go.

    python -m benchmarks.memory [--minutes 10] [--visitors 600] [--calls 400] [--short] [--against CHECKOUT]

Chromium opens every view once and waits for its thing, so it needs playwright and Debian's chromium (without
them that part is left out, which is said). Then, evenly over the minutes, visitors with a session of their
own open the page, write a text, move a slider and draw a sheet, and never come back; and programs call
`next_words` without a session. The first minute fills caches; from there on memory should be flat. --short:
two minutes, 120 visitors, 80 calls. --against: the same with another checkout's app, first.
"""

import argparse
import asyncio
import json
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import class_of_sixty, served
from benchmarks.class_of_sixty import Parts, Times
from benchmarks.served import App, Visitor

GOALS = (900, 1.05)  # MiB with every view used; growth after the first minute
SEEN = 2.0  # seconds that a view is looked at
LOOK = 5.0  # seconds between two looks at the memory


def views(app: App) -> Iterator[str]:
    """The address of each, as a link has it."""
    for one in served.page(app.url).components.values():
        name = str(one["props"].get("elem_id") or "")
        if one["type"] == "tabitem" and name.startswith("view-"):
            tab, _, view = name.removeprefix("view-").partition("-")
            yield f"/?tab={tab}&view={view}"
        elif one["type"] == "tabitem":
            yield f"/?tab={name.removeprefix('tab-')}"


def walk(app: App) -> int:
    """Every view in a browser; how many there were."""
    try:
        from playwright.sync_api import sync_playwright  # not needed for the rest
    except ImportError:
        return 0
    if not (chromium := shutil.which("chromium")):
        return 0
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        n = 0
        for address in views(app):
            page, n = browser.new_page(viewport={"width": 1280, "height": 800}), n + 1
            page.goto(app.url + address)
            page.wait_for_selector(".on-stage:visible, [data-stage]:visible", timeout=120_000)
            page.wait_for_timeout(1000 * SEEN)
            page.close()
        browser.close()
        return n


async def come_and_go(app: App, p: Parts, times: Times, i: int) -> None:
    """One visitor."""
    one, draw = Visitor(app.url, f"passing{i:05d}"), random.Random(i)
    await one.get("/")
    await class_of_sixty.write(one, p, times, draw)
    code = {"values": [draw.gauss(0, 1) for _ in range(32)], "context": "", "language": "en"}
    await times.timed("slider", one.ask(p.slider, "picture", code))
    key = {"key": [draw.randrange(10**5), "", 0.8, 1], "language": "en"}
    await times.timed("sheet", one.ask(p.sheet, "draw", key))
    one.close()


async def call(app: App, times: Times, i: int) -> None:
    """One program: without a session, as a single HTTP request and the stream of its answer."""
    one, text = Visitor(app.url), class_of_sixty.sentence(random.Random(-i - 1))
    begun = await one.post("/gradio_api/call/next_words", {"data": [text, "", 10, 1, 0, 1, "word"]})
    answer = await one.get(f"/gradio_api/call/next_words/{begun.json()['event_id']}")
    if b"event: complete" not in answer.body:
        times.errors.append(f"next_words: {answer.body[-300:]!r}")
    one.close()


async def soak(app: App, seconds: float, visitors: int, calls: int) -> tuple[list[float], Times]:
    """(MiB every LOOK seconds, what was answered)."""
    p, times, memory = class_of_sixty.parts(served.page(app.url)), Times(), []
    start, busy = time.monotonic(), set()
    made = {"visitors": 0, "calls": 0}
    while (now := time.monotonic() - start) < seconds or busy:
        for name, n, do in (("visitors", visitors, come_and_go), ("calls", calls, call)):
            while made[name] < min(n, n * now / seconds) and len(busy) < 60:
                args = (app, p, times, made[name]) if do is come_and_go else (app, times, made[name])
                busy.add(job := asyncio.create_task(do(*args)))
                job.add_done_callback(busy.discard)
                made[name] += 1
        if now > LOOK * len(memory):
            memory.append(app.memory())
        await asyncio.sleep(0.05)
    return [*memory, app.memory()], times


def measured(name: str, root: Path, seconds: float, visitors: int, calls: int) -> bool:
    """Prints it; whether the goals are met."""
    with served.app(root) as app:
        print(f"\n{name}: models loaded {app.memory():.0f} MiB", flush=True)
        n = walk(app)
        used = app.memory()
        print(
            f"  {n or 'no'} views opened: {used:.0f} MiB, most {app.peak():.0f} (goal {GOALS[0]})", flush=True
        )
        memory, times = asyncio.run(soak(app, seconds, visitors, calls))
        first = memory[min(len(memory) - 1, int(60 / LOOK))]
        growth = max(memory[-3:]) / first
        print(f"  {visitors} visitors, {calls} calls, {seconds:.0f} s; errors: {times.errors[:1] or 'none'}")
        print(f"  MiB: {json.dumps([round(m) for m in memory[:: max(1, len(memory) // 20)]])}")
        print(f"  after a minute {first:.0f}, at the end {memory[-1]:.0f}: {growth:.3f} (goal {GOALS[1]})")
        return used <= GOALS[0] and growth <= GOALS[1] and not times.errors


def main() -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--visitors", type=int, default=600)
    parser.add_argument("--calls", type=int, default=400)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--against", type=Path)
    given = parser.parse_args()
    size = (120.0, 120, 80) if given.short else (60 * given.minutes, given.visitors, given.calls)
    if given.against:
        measured(str(given.against), given.against.resolve(), *size)
    raise SystemExit(not measured("this checkout", served.ROOT, *size))


if __name__ == "__main__":
    main()
