"""Next words against plain transformers: a cached step, the word search, a reading that grows, writing on.

python benchmarks/next_word.py [--model NAME] [--url URL]: with the address of a running app, also event to
bars in Chromium, there with the app's default model.
"""

import argparse
import functools
import shutil
import statistics
import time
from collections.abc import Callable, Iterator

import torch
from tqdm import tqdm

from generative import language
from generative.language import words, writing
from generative.language.reading import forward, read, store

TEXT = "O menino abriu a porta e viu que a casa estava vazia. " * 12
TOKENS = 128
WORDS = 60
TURNS = 7
HALF_TYPED = (" mer", " c", " casa", " inconstit")  # the third is a whole word


def milliseconds(work: Callable, before: Callable = lambda: None, times: int = 25) -> float:
    """The median of several runs; `before` is not counted."""
    spent = []
    for _ in range(times):
        before()
        start = time.perf_counter()
        work()
        spent.append(1000 * (time.perf_counter() - start))
    return statistics.median(spent)


@torch.inference_mode()
def bare_loop(lm: language.model.LanguageModel, ids: list[int], n: int) -> None:
    """The least that n greedy tokens cost in transformers: one cached forward pass each."""
    idx, cache = torch.tensor([ids]), None
    for _ in range(n):
        out = lm.model(idx, past_key_values=cache, use_cache=True, logits_to_keep=1)
        idx, cache = out.logits[:, -1].argmax(-1, keepdim=True), out.past_key_values


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--model", default=language.model.DEFAULT)
    parser.add_argument("--url", help="of a running app")
    args = parser.parse_args()
    torch.set_num_threads(1)
    lm = language.model.load(args.model)
    reading_and_searching(lm)
    writing_on(lm)
    if args.url:
        in_the_browser(args.url)


def reading_and_searching(lm: language.model.LanguageModel) -> None:
    """What a word more costs after TOKENS tokens, and the words after it."""
    ids = language.predict.context(lm, TEXT).ids[: TOKENS + 1]
    text = b"".join(lm.pieces[i] for i in ids[1:]).decode()
    print(f"{lm.name}, {TOKENS} tokens, one thread; medians")

    _, cache = forward(lm, [ids[:-1]])
    step = milliseconds(
        lambda: forward(lm, [ids[-1:]], cache), lambda: cache.crop(-1) if full(cache) else None
    )
    key, kept = ("bench", lm.name), read(lm, ids[:-1], "bench")
    grown = milliseconds(lambda: read(lm, ids, "bench"), lambda: store().put(key, kept))
    print(
        f"one cached single-token forward {step:.1f} ms; with p, rank and cache kept {grown:.1f} ms, "
        f"ratio {grown / step:.2f}"
    )

    spent = {}
    for after in (" ", *HALF_TYPED):
        ask = functools.partial(words.next_words, text + after, lm.name, visitor="bench")
        ask()
        spent[after] = milliseconds(ask, lm.asked.clear)  # or what it found is lent again
    half = ", ".join(f"{after.strip()} {ms:.1f}" for after, ms in spent.items() if after.strip())
    print(f"word search after it {spent[' ']:.1f} ms; with a half-typed word: {half} ms")


def writing_on(lm: language.model.LanguageModel) -> None:
    """A token written, a token of a bare loop, a token of generate(), in turns: the machine has its moods."""
    ids = language.predict.context(lm, TEXT).ids[:32]
    told = b"".join(lm.pieces[i] for i in ids[1:]).decode()

    def written(seed: int) -> list[writing.WrittenWord]:
        return list(writing.continue_text(told, lm.name, WORDS, seed=seed))

    seed = next(s for s in range(100) if len(written(s)) == WORDS)
    n = tokens_drawn(lambda: written(seed))
    works = (lambda: bare_loop(lm, ids, n), lambda: written(seed), lambda: transformers_own(lm, ids, n))
    turns = [[milliseconds(work, times=1) / n for work in works] for _ in range(TURNS)]
    bare, whole, plain = (statistics.median(times) for times in zip(*turns, strict=True))
    print(
        f"a token of {n}: bare cached greedy loop {bare:.2f} ms; writing sampled words {whole:.2f} ms "
        f"({whole / bare:.2f}); transformers' sampling generate() {plain:.2f} ms ({plain / bare:.2f})"
    )


def tokens_drawn(work: Callable[[], object]) -> int:
    """How many tokens `work` draws: a word may be drawn in other tokens than it is encoded in."""
    drawn, real = [], language.predict.generate

    def counted(*arguments: object) -> Iterator[language.predict.Token]:
        for token in real(*arguments):
            drawn.append(token)
            yield token

    language.predict.generate = counted
    try:
        work()
    finally:
        language.predict.generate = real
    return len(drawn)


def transformers_own(lm: language.model.LanguageModel, ids: list[int], n: int) -> None:
    """n tokens sampled by generate()."""
    idx = torch.tensor([ids])
    length = {"max_new_tokens": n, "min_new_tokens": n}
    mask = torch.ones_like(idx)
    lm.model.generate(idx, attention_mask=mask, **length, do_sample=True, top_k=0, pad_token_id=0)


def full(cache: object) -> bool:
    return cache.get_seq_length() > TOKENS


def in_the_browser(url: str) -> None:
    """Event to new bars: a word more, typed into the box."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        browser = p.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_context(reduced_motion="reduce", locale="pt-BR").new_page()
        page.goto(f"{url}/?tab=next_word&text=Era%20uma%20vez%20")
        page.wait_for_selector("button.bar", timeout=60_000)
        page.wait_for_timeout(1500)
        texts = [f"{begun} {word} " for begun in BEGUN for word in TYPED]
        spent = [page.evaluate(TYPE, text) for text in tqdm(texts)]
    spent.sort()
    print(f"event to bars in Chromium: p50 {statistics.median(spent):.0f} ms, p95 {spent[-2]:.0f} ms")


BEGUN = ("Era uma vez", "O menino viu", "A casa de", "Ontem eu achei", "Disse o rei")  # asked once each
TYPED = ["um", "rei", "que", "vivia", "numa", "casa", "grande", "com"]
TYPE = """async (text) => {
  const box = document.querySelector('.sentence textarea');
  const chart = () => document.querySelector('.bars')?.outerHTML;
  const before = chart(), start = performance.now();
  box.value = text;
  box.dispatchEvent(new Event('input', {bubbles: true}));
  while (chart() === before && performance.now() - start < 10000) {
    await new Promise((done) => setTimeout(done, 1));
  }
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return performance.now() - start;
}"""


if __name__ == "__main__":
    main()
