"""A class presses play at once while others drag a slider and ask for bars: who waits, and was told so?

python benchmarks/pool_load.py [--plays 60] [--drags 4] [--bars 2]

Within one process, without HTTP. Light work first runs alone for a while, then beside the plays: a walk of 20
steps out of noise for each visitor, through the pool. Printed: what light calls take alone and beside the
plays; what a waiting visitor was told against what it took; errors.
"""

import argparse
import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import torch

from demos.ui import live
from generative import diffusion, language, vae
from generative.diffusion.faces import Recipe, moments
from generative.language import words
from generative.pool import heavy

ALONE = 15.0  # seconds of light work alone
THINK = {"drag": 0.04, "bars": 0.8}  # seconds between an answer and the next call
ASK = 0.5  # seconds between a waiting visitor's questions
TEXT = "The boy opened the door and saw the king . "


class Play(NamedTuple):
    """Of one visitor: seconds to the first picture and to the last; (told, took) of each question."""

    first: float
    last: float
    told: list[tuple[float, float]]


def drag(i: int) -> dict:
    return live.answer({}, lambda: {"picture": vae.model.picture([(i % 61 - 30) / 10] * 32)})


def bars(i: int) -> dict:
    text = f"{TEXT}In {i} days " + " ".join(TEXT.split()[: i % 9])  # nobody has asked for it yet
    with heavy.first():
        return {"words": words.next_words(text, "", 10)}


LIGHT = {"drag": drag, "bars": bars}


def light(kind: str, stop: threading.Event) -> list[tuple[float, float]]:
    """Calls until `stop`: (when, seconds)."""
    found, i = [], 0
    while not stop.wait(THINK[kind]):
        start = time.perf_counter()
        assert "error" not in LIGHT[kind](i)
        found.append((start, time.perf_counter() - start))
        i += 1
    return found


def play(i: int) -> Play:
    """One visitor's walk, watched as a page does."""
    start, have, done, first, asked = time.perf_counter(), 0, False, 0.0, []
    job = heavy.start(f"visitor {i}", moments(Recipe(seed=i, steps=20)))
    while not done:
        fresh, done, ahead, wait = job.since(have, ASK)
        now = time.perf_counter() - start
        if fresh and not have:
            first = now
        elif ahead:
            asked.append((now, wait))
        have += len(fresh)
    assert have == 20, f"visitor {i} got {have} pictures"
    return Play(first, time.perf_counter() - start, [(wait, first - at) for at, wait in asked])


def share(values: list[float], p: float) -> float:
    return sorted(values)[min(len(values) - 1, int(p * len(values)))]


def report(kind: str, calls: list[tuple[float, float]], began: float, ended: float) -> None:
    """What the calls of one kind took alone, beside the plays, and the ratio."""
    alone = [1000 * s for at, s in calls if at + s < began]
    beside = [1000 * s for at, s in calls if at >= began and at + s < ended]
    said = [f"p{round(100 * p)} {share(alone, p):.0f} -> {share(beside, p):.0f} ms" for p in (0.5, 0.95)]
    ratio = [f"{share(beside, p) / share(alone, p):.2f}" for p in (0.5, 0.95)]
    print(f"{kind}: {len(alone)} alone, {len(beside)} beside; {', '.join(said)}; ratios {', '.join(ratio)}")


def run(counts: dict[str, int], plays: int) -> tuple[dict[str, list], list[Play], float, float]:
    """Light work alone, then beside the plays: its calls by kind, the plays, when they began and ended."""
    stop = threading.Event()
    with ThreadPoolExecutor(plays + sum(counts.values())) as pool:
        calls = {kind: [pool.submit(light, kind, stop) for _ in range(n)] for kind, n in counts.items()}
        time.sleep(ALONE)
        began = time.perf_counter()
        try:
            found = [one.result() for one in [pool.submit(play, i) for i in range(plays)]]
            ended = time.perf_counter()
        finally:
            stop.set()
        return {k: [c for one in v for c in one.result()] for k, v in calls.items()}, found, began, ended


def main() -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    for name, n in (("plays", 60), ("drags", 4), ("bars", 2)):
        parser.add_argument(f"--{name}", type=int, default=n)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    loads: list[Callable] = [diffusion.model.load, vae.model.load, language.model.load]
    for load in loads:
        load()
    for i in range(9):
        drag(i), bars(i)
    calls, plays, began, ended = run({"drag": arguments.drags, "bars": arguments.bars}, arguments.plays)
    for kind, found in calls.items():
        report(kind, found, began, ended)
    firsts, lasts = ([getattr(one, name) for one in plays] for name in ("first", "last"))
    print(
        f"{len(plays)} plays of 20 steps in {ended - began:.1f} s, the slowest {max(lasts):.1f} s; no error"
    )
    print(f"to the first picture: p50 {statistics.median(firsts):.1f} s, longest {max(firsts):.1f} s")
    told = [pair for one in plays for pair in one.told if pair[1] > 2]
    off = [abs(wait - took) / took for wait, took in told]
    print(
        f"waiting times told (over 2 s, {len(told)} times): off by {100 * share(off, 0.5):.0f}% at the "
        f"median, {100 * share(off, 0.9):.0f}% in nine of ten"
    )


if __name__ == "__main__":
    main()
