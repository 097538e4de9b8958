"""What each size of language model costs, as a table: the default is the largest that follows a hand.

    python benchmarks/sizes.py [--models language_small ...] [--url URL]

One thread, medians of processor time: a cached token; the search for the next words after each text, and the
most that a bounded search leaves unsure of the likeliest word's p, in points; words written a second. With
the address of a running app also, by the clock, from a typed word to painted bars in Chromium, of which the
default has to stay within 180 ms at the median. Sizes take turns, so that a machine's moods meet all of them.
"""

import argparse
import itertools
import shutil
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import torch
from tqdm import tqdm

from benchmarks.next_word import BEGUN, TYPE, TYPED, full
from generative import language
from generative.language import words, writing
from generative.language.reading import forward
from generative.language.sampling import Options

TEXTS = (
    "Era uma vez um rei que ",
    "O menino abriu a porta e ",
    "A professora perguntou se ",
    "Once upon a time there was a ",
    "The children went to the ",
    "She looked at ",
    "Minha avó disse que o mer",  # half a word
    "The king had thr",
)
WRITTEN = 40  # words
OPTIONS = Options(0.8, 0, 0.95)


class Row(NamedTuple):
    """A size: ms of a cached token, of the median and the slowest search; the points that a search leaves
    unsure of the first word; words a second; ms from event to bars, median and 95th percentile."""

    name: str
    token: float
    search: float
    slowest: float
    unsure: float
    words: float
    bars: tuple[float, float] | None


def milliseconds(work: Callable, before: Callable = lambda: None, times: int = 25) -> float:
    """The median of several runs, of the processor alone: others may be at work; `before` is not counted."""
    spent = []
    for _ in range(times):
        before()
        start = time.process_time()
        work()
        spent.append(1000 * (time.process_time() - start))
    return statistics.median(spent)


def token(name: str) -> float:
    """A token more, after 128 that are kept."""
    lm = language.model.load(name)
    ids = language.predict.context(lm, TEXTS[0] * 40).ids[:129]
    if name in language.model.NGRAMS:
        return milliseconds(lambda: language.predict.logits_after(lm, ids))
    _, cache = forward(lm, [ids[:-1]])
    return milliseconds(
        lambda: forward(lm, [ids[-1:]], cache), lambda: cache.crop(-1) if full(cache) else None
    )


def searches(name: str) -> tuple[list[float], float]:
    """ms of the search after each text, once it has been read; the most that one leaves unsure, in points."""
    lm, spent, unsure = language.model.load(name), [], 0.0
    for text in TEXTS:
        found = words.next_words(text, name, visitor="bench")
        unsure = max(unsure, 100 * found.words[0].error)
        search = partial(words.next_words, text, name, visitor="bench")
        spent.append(milliseconds(search, lm.asked.clear, times=7))  # or what it found is lent again
    return spent, unsure


def words_a_second(name: str) -> float:
    begin, n = time.process_time(), 0
    for seed in range(3):
        n += len(list(writing.continue_text(TEXTS[1], name, WRITTEN, OPTIONS, seed)))
    return n / (time.process_time() - begin)


def bars(page: object, url: str, name: str, begun: str) -> list[float]:
    """ms from each typed word to painted bars; nobody has asked for these texts yet."""
    page.goto(f"{url}/?tab=next_word&model={name}&text=Era%20uma%20vez%20")
    page.wait_for_selector("button.bar", timeout=120_000)
    page.wait_for_timeout(1500)
    return [page.evaluate(TYPE, f"{begun} {word} ") for word in TYPED]


def in_turns(names: list[str], url: str) -> dict[str, list[float]]:
    """ms from event to bars of each size, its turns together."""
    from playwright.sync_api import sync_playwright

    found = {name: [] for name in names}
    with sync_playwright() as p:
        browser = p.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_context(reduced_motion="reduce", locale="pt-BR").new_page()
        for begun, name in tqdm(list(itertools.product(BEGUN, names)), unit="turn"):
            found[name] += bars(page, url, name, begun)
        browser.close()
    return found


def measure(name: str, seen: list[float]) -> Row:
    spent, unsure = searches(name)
    seen = sorted(seen)
    painted = (statistics.median(seen), seen[round(0.95 * (len(seen) - 1))]) if seen else None
    return Row(name, token(name), statistics.median(spent), max(spent), unsure, words_a_second(name), painted)


def line(row: Row) -> str:
    shown = f"{row.bars[0]:.0f} / {row.bars[1]:.0f} ms" if row.bars else ""
    return (
        f"| `{row.name}` | {row.token:.1f} ms | {row.search:.0f} / {row.slowest:.0f} ms | {row.unsure:.1f} | "
        f"{row.words:.0f} | {shown} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--models", nargs="+", default=language.model.available())
    parser.add_argument("--url", help="of a running app")
    args = parser.parse_args()
    torch.set_num_threads(1)
    seen = in_turns(args.models, args.url.rstrip("/")) if args.url else {}
    print("| size | a cached token | word search, median / slowest | points left unsure, at most | ", end="")
    print("words a second | event to bars, p50 / p95 |\n|---|---|---|---|---|---|")
    for name in args.models:
        print(line(measure(name, seen.get(name, []))), flush=True)


if __name__ == "__main__":
    main()
