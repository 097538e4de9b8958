"""From a text to its next token: the exact probability of every one.

p(text) = product over i of p(token_i | the tokens before it), each factor a softmax over the whole
vocabulary (Bengio et al. 2003, https://www.jmlr.org/papers/v3/bengio03a.html). Every p here is exact: fp32
logits, a float64 softmax, nothing sampled and nothing left out. It knows tokens, not words: those are in
words.py.

A text is read as the beginning of a document: an end-of-text token (or the model's own begin token) stands
before it where the model has one, so the first token has a probability too; a chat brings its own beginning
(chat.py). Of a text that does not fit, the last `block_size` tokens count.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from generative.errors import TextEmpty, TextTooLong, within
from generative.language import model, sampling
from generative.language.model import CONTEXT, LanguageModel
from generative.language.reading import SPARE, forward, read
from generative.language.sampling import PLAIN, Options
from generative.language.spelling import count_words
from generative.language.tokens import encode, raw, show
from generative.text import plain

STEP = 16  # tokens by which the window moves over a long text
CHARACTERS = 32 * CONTEXT  # how much of a text is looked at; a token holds about 4 characters, rarely over 16
MAX_NEXT = 50  # next tokens, or next words, of one answer
MAX_TOKENS = 1000


class Token(NamedTuple):
    """A token with its leading space, its probability, and its number in the vocabulary.

    before: the same without sampling options, where those apply.
    """

    text: str
    p: float
    token: int
    before: float | None = None


class NextTokens(NamedTuple):
    """The likeliest tokens, the mass of all others, the words that did not fit, how many tokens there are."""

    model: str
    tokens: list[Token]
    rest: float
    left_out: int
    vocabulary: int


class TextScore(NamedTuple):
    """Each token with p(token | those before it); log_p is natural; bits per byte of UTF-8."""

    tokens: list[Token]
    log_p: float
    perplexity: float
    bits_per_byte: float


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
    text = plain(text).rstrip(" ")
    if not text.strip():
        raise TextEmpty()
    end = text[-CHARACTERS:]
    ids = encode(lm.tokenizer, end, lm.pieces, marks=lm.chats)
    if len(end) == len(text):
        ids = from_start(lm, ids)
    room = lm.block_size - SPARE
    gone = math.ceil(max(0, len(ids) - room) / STEP) * STEP
    unseen = text[:-CHARACTERS] + show(b"".join(lm.pieces[i] for i in ids[:gone] if i != lm.start))
    return Context(ids[gone:], count_words(unseen))


def from_start(lm: LanguageModel, ids: list[int]) -> list[int]:
    """The tokens of a whole text with what stands before a document; a chat begins with a mark of its own."""
    marked = lm.chats and ids[0] in lm.tokenizer.all_special_ids
    return ids if marked or lm.start is None else [lm.start, *ids]


def append_token(text: str, token: int, name: str = "") -> str:
    """The text with one more token. A special token, such as end of text, adds nothing."""
    lm = model.load(name)
    token = within("token", token, 0, len(lm.pieces) - 1, whole=True)
    if token in lm.tokenizer.all_special_ids:
        return text
    return show(raw(text.rstrip(" \t")) + lm.pieces[token])


# Probabilities


def logits_after(lm: LanguageModel, ids: list[int], cache: object = None) -> tuple[Tensor, object]:
    """(logits (V,) after the last of `ids`, the grown KV cache). `cache` holds the tokens before `ids`."""
    logits, cache = forward(lm, [ids], cache, last=True)
    return logits[0, -1], cache


def _token(lm: LanguageModel, token: int, p: float) -> Token:
    return Token(show(lm.pieces[token]), p, token)


def next_tokens(
    text: str,
    name: str = "",
    n: int = 10,
    options: Options = PLAIN,
    visitor: str = "",
) -> NextTokens:
    """The n likeliest next tokens with exact probabilities, and the rest of the vocabulary as one number.

    In the order without options. The cache of the text is kept for `visitor`, the answer for all. Raises
    TextEmpty, NumberOutOfRange, and what model.load raises.
    """
    lm = model.load(name)
    n = within("n", n, 1, min(MAX_NEXT, len(lm.pieces)), whole=True)
    key = "tokens", text, n, options
    return lm.asked.get(key, lambda: _found(lm, text, n, options, visitor), lambda _: 1000 + 300 * n)


def _found(lm: LanguageModel, text: str, n: int, options: Options, visitor: str) -> NextTokens:
    """The same, computed."""
    ids, left_out = context(lm, text)
    logits = read(lm, ids, visitor).logits
    probs = sampling.distribution(logits, options)  # (V,)
    before, tokens = logits.double().softmax(0).sort(descending=True, stable=True)
    rows = zip(tokens[:n].tolist(), probs[tokens[:n]].tolist(), before[:n].tolist(), strict=True)
    found = [Token(show(lm.pieces[token]), p, token, p_before) for token, p, p_before in rows]
    return NextTokens(lm.name, found, float(probs[tokens[n:]].sum()), left_out, len(lm.pieces))


def score_text(text: str, name: str = "") -> TextScore:
    """Every token of the text with its probability.

    The first token follows the end-of-text token; for a model that has none, the second is the first scored.
    Raises TextEmpty, TextTooLong, and what model.load raises.
    """
    lm, text = model.load(name), plain(text).rstrip(" ")
    if not text.strip():
        raise TextEmpty()
    ids = encode(lm.tokenizer, text[:CHARACTERS], lm.pieces, marks=lm.chats)
    if len(ids) > lm.block_size or len(text) > CHARACTERS:
        n = round(len(ids) * len(text) / len(text[:CHARACTERS]))
        raise TextTooLong(n=n, unit="tokens", limit=lm.block_size)
    idx = torch.tensor(from_start(lm, ids))  # (T,)
    with torch.inference_mode():
        logits = lm.model(idx[None].to(lm.model.device)).logits[0].cpu()  # (T, V)
    log_probs = logits[:-1].double().log_softmax(-1).gather(1, idx[1:, None])[:, 0]  # (T - 1,)
    scored = [_token(lm, int(i), math.exp(q)) for i, q in zip(idx[1:], log_probs.tolist(), strict=True)]
    log_p = float(log_probs.sum())
    bits = -log_p / math.log(2)
    return TextScore(scored, log_p, math.exp(-log_p / max(1, len(scored))), bits / len(raw(text)))


def generate(
    text: str,
    name: str = "",
    n: int = 50,
    options: Options = PLAIN,
    seed: int = 0,
) -> Iterator[Token]:
    """Write on: up to n tokens one by one, fewer if the model ends the text. Same seed, same story.

    p is the chance that the token had when it was drawn. Once the context is full, each step reads the last
    `block_size` tokens anew. Raises what next_tokens raises, at the first token.
    """
    yield from generate_by(model.load(name), text, n, options, seed)


def generate_by(lm: LanguageModel, text: str, n: int, options: Options, seed: int) -> Iterator[Token]:
    """The same by a model that may have no name yet."""
    generator = sampling.seeded(seed)
    idx = ids = context(lm, text).ids
    cache = None
    for _ in range(within("n", n, 1, MAX_TOKENS, whole=True)):
        logits, cache = logits_after(lm, idx, cache)
        probs = sampling.distribution(logits, options)
        token = sampling.draw(probs, generator)
        if token == lm.tokenizer.eos_token_id:
            return
        yield _token(lm, token, float(probs[token]))
        ids, idx = [*ids, token], [token]
        if len(ids) > lm.block_size or cache is None:
            idx = ids = ids[-lm.block_size :]
            cache = None
