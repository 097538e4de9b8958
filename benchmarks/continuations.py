"""What the language models write, counted: 200 unpicked, unfiltered continuations a language and model.

    python benchmarks/continuations.py --text TEXT [--models large xl] [--seeds 200] [--show 0] [--store]

Continuation i has seed i and the fixed beginning i modulo their number (those of the model cards),
temperature 0.8, top-p 0.95, 60 words or fewer where the model ends the text. In shares of the continuations:
a question with an answer or a turn of a dialogue (PATTERNS); no run of four words that comes more than
twice; a listed word (generative/training/listed_words.txt). In shares of the words: those that stand in the
training text, in any case. And two beginnings whose next word is known: p(um) + p(uma) after "Era uma vez",
p(time) after "Once upon a". TEXT is the folder of training texts; a model is a shipped size or a folder of
weights. --store writes the counts into the cards.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import torch
from tokenizers import Tokenizer
from tqdm import tqdm
from transformers import LlamaForCausalLM

from generative import weights
from generative.language.sampling import Options, distribution, draw, seeded
from generative.training.data import load_texts
from generative.training.habits import PATTERNS, TIMES, WORD, asks, runs
from generative.training.language_card import PROMPTS, SAMPLING, quote
from generative.training.listed import listed
from generative.training.tokenizer import END_OF_TEXT

WORDS = 60
TOKENS = 200  # at most, for a text of hardly any words
KNOWN_NEXT = {"en": ("Once upon a", (" time",)), "pt": ("Era uma vez", (" um", " uma"))}


class Model(NamedTuple):
    """A network, its tokenizer and the end-of-text token."""

    net: LlamaForCausalLM
    tokenizer: Tokenizer
    end: int


def folder_of(name: str) -> Path:
    return Path(name) if Path(name).is_dir() else weights.WEIGHTS / f"language_{name}"


def load(name: str) -> Model:
    """A folder of weights, or a shipped size. The tokenizer is that of all sizes."""
    net = LlamaForCausalLM.from_pretrained(folder_of(name), dtype=torch.float32, use_safetensors=True)
    tokenizer = Tokenizer.from_file(str(weights.WEIGHTS / "language_small" / "tokenizer.json"))
    return Model(net.eval(), tokenizer, tokenizer.token_to_id(END_OF_TEXT))


def cut(text: str) -> str:
    """The text up to the end of its word number WORDS."""
    found = list(WORD.finditer(text))
    return text[: found[WORDS - 1].end()] if len(found) >= WORDS else text


@torch.inference_mode()
def written(model: Model, prompt: str, seeds: list[int]) -> list[str]:
    """One continuation a seed, without the prompt; all rows at once, each with a generator of its own."""
    ids = [model.end, *model.tokenizer.encode(prompt).ids]
    rows, generators = [[] for _ in seeds], [seeded(s) for s in seeds]
    texts, idx, cache = [""] * len(seeds), torch.tensor([ids] * len(seeds)), None
    open_rows = set(range(len(seeds)))
    for _ in range(TOKENS):
        out = model.net(idx, past_key_values=cache, use_cache=True, logits_to_keep=1)
        cache, idx_next = out.past_key_values, [model.end] * len(seeds)
        for i in sorted(open_rows):
            probs = distribution(out.logits[i, -1], Options(**SAMPLING))
            idx_next[i] = draw(probs, generators[i])
            rows[i].append(idx_next[i])
            texts[i] = model.tokenizer.decode(rows[i], skip_special_tokens=True)
            if idx_next[i] == model.end or len(WORD.findall(texts[i])) > WORDS:
                open_rows.discard(i)
        if not open_rows:
            break
        idx = torch.tensor(idx_next)[:, None]
    return [cut(text) for text in texts]


def continuations(model: Model, prompts: list[str], n: int) -> Iterator[tuple[str, str]]:
    """n pairs of a beginning and what follows."""
    for i, prompt in enumerate(tqdm(prompts, unit="beginning", leave=False)):
        for text in written(model, prompt, list(range(i, n, len(prompts)))):
            yield prompt, text


@torch.inference_mode()
def p_next(model: Model, prompt: str, words: tuple[str, ...]) -> float:
    """The probability that one of the words (one token each) comes next."""
    ids = [model.end, *model.tokenizer.encode(prompt).ids]
    probs = model.net(torch.tensor([ids]), use_cache=False).logits[0, -1].softmax(0)
    tokens = [model.tokenizer.encode(word).ids for word in words]
    assert all(len(t) == 1 for t in tokens), "the tokenizer cuts these words"
    return sum(probs[t[0]].item() for t in tokens)


def report(pairs: list[tuple[str, str]], known: set[str]) -> dict[str, float]:
    """What the counts say, in percent."""
    texts = [prompt + text for prompt, text in pairs]
    words = [w for _, text in pairs for w in WORD.findall(text.lower())]
    named = {name: sum(bool(p.search(t)) for t in texts) for name, p in PATTERNS.items()}
    any_of_them = sum(asks(t) for t in texts)
    shares = {f"with {name}": count / len(texts) for name, count in named.items()}
    shares["slips into questions or dialogue, in all"] = any_of_them / len(texts)
    shares["no run of four words more than twice"] = sum(
        runs(WORD.findall(t.lower())) <= TIMES for t in texts
    ) / len(texts)
    shares["with a listed word"] = sum(bool(listed(text)) for _, text in pairs) / len(texts)
    shares["words of the training text"] = sum(w in known for w in words) / max(1, len(words))
    return {name: 100 * share for name, share in shares.items()}


def training_words(text: Path) -> set[str]:
    """Every word of the documents that are not held out, in small letters."""
    sets = tqdm(load_texts(text, "train"), desc="words", unit="set")
    return {word for s in sets for document in s.documents for word in WORD.findall(document.lower())}


def count(name: str, language: str, known: set[str], args: argparse.Namespace) -> dict[str, float]:
    """Print what a model writes in a language, counted; the counts, and of how many."""
    model = load(name)
    pairs = list(continuations(model, PROMPTS[language], args.seeds))
    print(f"\n{Path(name).name}, {language}, {len(pairs)} continuations")
    beginning, words = KNOWN_NEXT[language]
    after = f'p({" or ".join(w.strip() for w in words)}) after "{beginning}"'
    counts = report(pairs, known) | {after: 100 * p_next(model, beginning, words)}
    for what, percent in counts.items():
        print(f"| {what} | {percent:.1f} % |")
    for prompt, text in pairs[: args.show]:
        print(f"- {prompt}{text}".replace("\n", " / "))
    return {"of": len(pairs)} | {what: round(percent, 2) for what, percent in counts.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--text", type=Path, required=True)
    parser.add_argument("--models", nargs="+", default=["small", "middle", "large", "xl"])
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--show", type=int, default=0, help="print so many of them, the first ones")
    parser.add_argument("--store", action="store_true")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    known = training_words(args.text)
    for name in args.models:
        counts = {language: count(name, language, known, args) for language in PROMPTS}
        if args.store:
            quote(folder_of(name), counts)


if __name__ == "__main__":
    main()
