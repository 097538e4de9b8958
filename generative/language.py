"""A causal language model: text to tokens, and the exact probability of every next token.

p(text) = product over i of p(token_i | the tokens before it), each factor a softmax over the whole
vocabulary (Bengio et al. 2003, https://www.jmlr.org/papers/v3/bengio03a.html). Every p here is exact: fp32
logits, a float64 softmax, nothing sampled and nothing left out. Shipped and Hub models go the same way,
through transformers; this file holds no architecture. It knows tokens, not words: those are in words.py.

A text is read as the beginning of a document: an end-of-text token (or the model's own begin token) stands
before it where the model has one, so the first token has a probability too. Of a text that does not fit,
the last `block_size` tokens count.
"""

import functools
import math
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor

from generative import hub, ngrams, sampling, weights
from generative.device import lent_device
from generative.errors import (
    GenerativeError,
    ModelNotCausal,
    ModelTokenizerUnknown,
    ModelWithoutSafetensors,
    TextEmpty,
    TextTooLong,
    WeightsDamaged,
    WeightsMissing,
    within,
)
from generative.reading import SPARE, forward, read
from generative.spelling import Spelling, count_words, spelling
from generative.tokens import encode, pieces, raw, show

if TYPE_CHECKING:  # transformers takes seconds to import; the page opens first
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

NGRAMS = ("language_bigram", "language_trigram")  # counted, not trained; folders in weights/
SHIPPED = ("language_small", "language_middle", "language_large")  # folders in weights/, smallest first
DEFAULT = "language_middle"
CONTEXT = 256  # tokens at most: what the shipped models were trained on, and quick for all
STEP = 16  # tokens by which the window moves over a long text
CHARACTERS = 32 * CONTEXT  # how much of a text is looked at; a token holds about 4 characters, rarely over 16
MAX_WORDS = 50
MAX_TOKENS = 1000
CAUSAL = re.compile(r"(ForCausalLM|LMHeadModel)$")  # how transformers calls what predicts the next token


@dataclass(frozen=True)
class LanguageModel:
    """A model ready to serve. `pieces[token]` are the bytes that a token stands for."""

    name: str
    model: "PreTrainedModel"
    tokenizer: "PreTrainedTokenizerBase"
    block_size: int
    start: int | None  # the token before a document
    pieces: list[bytes]

    @functools.cached_property
    def device(self) -> torch.device:
        """Where its parameters are. (Asking the model goes through all of them, at each token anew.)"""
        return self.model.device

    @functools.cached_property
    def spelling(self) -> Spelling:
        """What its tokens do in words."""
        return spelling(self.pieces, set(self.tokenizer.all_special_ids))


class Word(NamedTuple):
    """A token with its leading space, its probability, and its number in the vocabulary.

    before: the same without temperature, top-k and top-p, where those apply.
    """

    text: str
    p: float
    token: int
    before: float | None = None


class NextWords(NamedTuple):
    """The likeliest tokens, the mass of all others, the words that did not fit, how many tokens there are."""

    model: str
    words: list[Word]
    rest: float
    left_out: int
    vocabulary: int


class TextScore(NamedTuple):
    """Each token with p(token | those before it); log_p is natural; bits per byte of UTF-8."""

    tokens: list[Word]
    log_p: float
    perplexity: float
    bits_per_byte: float


# Loading


def load(name: str = "") -> LanguageModel:
    """A shipped model, or a causal model of the Hub by "owner/name"; "" is the default. Each is loaded once.

    Raises WeightsMissing and WeightsDamaged for a shipped one; ModelNotFound, ModelUnreachable, ModelGated
    and ModelUnsuitable for one of the Hub.
    """
    name = name or DEFAULT
    if name in SHIPPED:
        return _shipped(weights.WEIGHTS / name)
    if name in NGRAMS:
        return _counted(weights.WEIGHTS / name)
    if name.startswith(f"{SHIPPED[0]}@"):
        from generative import timelapse  # it loads models through this file

        return timelapse.named(name)
    with _one_at_a_time:  # a class that picks the same model at once shares one download and one copy
        return _from_hub(name)


_one_at_a_time = threading.Lock()
_loading = threading.Lock()  # transformers is neither imported nor loads in two threads at once


def is_shipped(name: str) -> bool:
    """Whether this is a model that comes with the app; "" is the default one."""
    return (name or DEFAULT).partition("@")[0] in NGRAMS + SHIPPED


def available() -> list[str]:
    """The ladder: the shipped models that are there, n-grams first, then from small to large."""
    return [name for name in NGRAMS + SHIPPED if (weights.WEIGHTS / name).is_dir()]


class Blame(NamedTuple):
    """The error to raise when the config, the tokenizer or the weights cannot be read."""

    config: GenerativeError
    tokenizer: GenerativeError
    weights: GenerativeError


@functools.cache
def _shipped(folder: Path) -> LanguageModel:
    """Small models stay on the CPU, where one step is quicker than a trip to the GPU."""
    names = ("config.json", "tokenizer.json", "model.safetensors", "tokenizer_config.json")
    files = [folder / name for name in names]
    for file in files:
        if not file.is_file():
            raise WeightsMissing(file=weights.shown(file))
    blame = Blame(*(WeightsDamaged(file=weights.shown(file)) for file in files[:3]))
    with _loading:
        return _read(folder, folder.name, torch.device("cpu"), blame)


@functools.cache
def _counted(folder: Path) -> LanguageModel:
    """An n-gram model with the tokenizer of the transformers, so that all bars can stand side by side."""
    lm = load(SHIPPED[0])
    return replace(lm, name=folder.name, model=ngrams.load(folder))


@functools.lru_cache(maxsize=2)
def _from_hub(name: str) -> LanguageModel:
    folder = hub.fetch(name)
    blame = Blame(*(e(name=name) for e in (ModelNotCausal, ModelTokenizerUnknown, ModelWithoutSafetensors)))
    with _loading:
        return _read(folder, name, lent_device(), blame)


@contextmanager
def _or(error: GenerativeError) -> Iterator[None]:
    """What a library raises on files it cannot read (tokenizers: a plain Exception) becomes this error."""
    try:
        yield
    except Exception as cause:
        raise error from cause


def _read(folder: Path, name: str, device: torch.device, blame: Blame) -> LanguageModel:
    """Load a folder: safetensors and no code of its own, every parameter from the file, fp32, eval."""
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

    safe = {"trust_remote_code": False, "local_files_only": True}
    with _or(blame.config):
        config = AutoConfig.from_pretrained(folder, **safe)
    if not any(CAUSAL.search(a) for a in config.architectures or []):
        raise blame.config
    with _or(blame.tokenizer):
        tokenizer = AutoTokenizer.from_pretrained(folder, **safe)
        known = pieces(tokenizer, config.vocab_size)
    with _or(blame.weights):
        model, report = AutoModelForCausalLM.from_pretrained(
            folder, config=config, dtype=torch.float32, use_safetensors=True, output_loading_info=True, **safe
        )
    if report["missing_keys"] or report["mismatched_keys"]:  # transformers has filled these at random
        raise blame.weights
    start = tokenizer.eos_token_id if tokenizer.bos_token_id is None else tokenizer.bos_token_id
    block_size = min(CONTEXT, getattr(config, "max_position_embeddings", None) or CONTEXT)
    model = model.to(device).eval().requires_grad_(False)
    return LanguageModel(name, model, tokenizer, block_size, start, known)


# The text before the next token


class Context(NamedTuple):
    """What a model sees of a text, and how many words at its beginning did not fit."""

    ids: list[int]
    left_out: int


def context(lm: LanguageModel, text: str) -> Context:
    """The last tokens of a text, less spaces at its end: " cat" is one token, so it cannot follow "the ".

    SPARE tokens of the block stay free for the next word. A text that is too long loses STEP tokens at a
    time, so that its cache lasts while it grows. Raises TextEmpty.
    """
    text = text.rstrip(" \t")
    if not text.strip():
        raise TextEmpty()
    end = text[-CHARACTERS:]
    ids = encode(lm.tokenizer, end, lm.pieces)
    if len(end) == len(text) and lm.start is not None:
        ids = [lm.start, *ids]
    room = lm.block_size - SPARE
    gone = math.ceil(max(0, len(ids) - room) / STEP) * STEP
    unseen = text[:-CHARACTERS] + show(b"".join(lm.pieces[i] for i in ids[:gone] if i != lm.start))
    return Context(ids[gone:], count_words(unseen))


def append(text: str, token: int, name: str = "") -> str:
    """The text with one more token. A special token, such as end of text, adds nothing."""
    lm = load(name)
    token = within("token", token, 0, len(lm.pieces) - 1, whole=True)
    if token in lm.tokenizer.all_special_ids:
        return text
    return show(raw(text.rstrip(" \t")) + lm.pieces[token])


# Probabilities


def logits_after(lm: LanguageModel, ids: list[int], cache: object = None) -> tuple[Tensor, object]:
    """(logits (V,) after the last of `ids`, the grown KV cache). `cache` holds the tokens before `ids`."""
    logits, cache = forward(lm, [ids], cache, last=True)
    return logits[0, -1], cache


def _word(lm: LanguageModel, token: int, p: float) -> Word:
    return Word(show(lm.pieces[token]), p, token)


def next_words(
    text: str,
    name: str = "",
    n: int = 10,
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
    visitor: str = "",
) -> NextWords:
    """The n likeliest next tokens with exact probabilities, and the rest of the vocabulary as one number.

    In the order without temperature, top-k and top-p. The cache of the text is kept for `visitor`. Raises
    TextEmpty, NumberOutOfRange, and what `load` raises.
    """
    lm = load(name)
    n = within("n", n, 1, min(MAX_WORDS, len(lm.pieces)), whole=True)
    ids, left_out = context(lm, text)
    logits = read(lm, ids, visitor).logits
    probs = sampling.distribution(logits, temperature, top_k, top_p)  # (V,)
    before, tokens = logits.double().softmax(0).sort(descending=True, stable=True)
    rows = zip(tokens[:n].tolist(), probs[tokens[:n]].tolist(), before[:n].tolist(), strict=True)
    words = [Word(show(lm.pieces[token]), p, token, p_before) for token, p, p_before in rows]
    return NextWords(lm.name, words, float(probs[tokens[n:]].sum()), left_out, len(lm.pieces))


def score_text(text: str, name: str = "") -> TextScore:
    """Every token of the text with its probability. Raises TextEmpty, TextTooLong, and what `load` raises.

    The first token follows the end-of-text token; for a model that has none, the second is the first scored.
    """
    lm = load(name)
    if not text.strip():
        raise TextEmpty()
    ids = encode(lm.tokenizer, text[:CHARACTERS], lm.pieces)
    if len(ids) > lm.block_size or len(text) > CHARACTERS:
        n = round(len(ids) * len(text) / len(text[:CHARACTERS]))
        raise TextTooLong(n=n, unit="tokens", limit=lm.block_size)
    idx = torch.tensor(ids if lm.start is None else [lm.start, *ids])  # (T,)
    with torch.inference_mode():
        logits = lm.model(idx[None].to(lm.model.device)).logits[0].cpu()  # (T, V)
    log_probs = logits[:-1].double().log_softmax(-1).gather(1, idx[1:, None])[:, 0]  # (T - 1,)
    words = [_word(lm, int(i), math.exp(q)) for i, q in zip(idx[1:], log_probs.tolist(), strict=True)]
    log_p = float(log_probs.sum())
    bits = -log_p / math.log(2)
    return TextScore(words, log_p, math.exp(-log_p / max(1, len(words))), bits / len(raw(text)))


def generate(
    text: str,
    name: str = "",
    n: int = 50,
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
    seed: int = 0,
) -> Iterator[Word]:
    """Write on: up to n tokens one by one, fewer if the model ends the text. Same seed, same story.

    p is the chance that the token had when it was drawn. Once the context is full, each step reads the last
    `block_size` tokens anew. Raises what next_words raises, at the first token.
    """
    lm = load(name)
    generator = sampling.seeded(seed)
    idx = ids = context(lm, text).ids
    cache = None
    for _ in range(within("n", n, 1, MAX_TOKENS, whole=True)):
        logits, cache = logits_after(lm, idx, cache)
        probs = sampling.distribution(logits, temperature, top_k, top_p)
        token = sampling.draw(probs, generator)
        if token == lm.tokenizer.eos_token_id:
            return
        yield _word(lm, token, float(probs[token]))
        ids, idx = [*ids, token], [token]
        if len(ids) > lm.block_size or cache is None:
            idx = ids = ids[-lm.block_size :]
            cache = None
