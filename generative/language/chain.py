"""The chain rule: a text as the product of its words' probabilities, each given those before it.

p(w_1 ... w_n) = product over i of p(w_i | w_1 ... w_(i-1)), the words cut as `spelling` cuts them and spelt
as the tokenizer spells them.
"""

import math
from typing import NamedTuple

from generative.language import model, predict
from generative.language.model import LanguageModel
from generative.language.reading import Reading, read
from generative.language.spelling import begun_in, is_word, unfinished
from generative.language.tokens import show

LEAST = 1e-300


class ScoredWord(NamedTuple):
    """A word with its leading blank; p given those before; rank of its least expected token, 1 the best."""

    text: str
    p: float
    rank: int


class Chain(NamedTuple):
    """p(text) = p(word 1) x p(word 2 | word 1) x ...; bits = -log2 p(text), perplexity per word.

    left_out: words at the beginning that did not fit; the first word is then conditioned on nothing seen.
    """

    words: list[ScoredWord]
    bits: float
    perplexity: float
    left_out: int


def bits(p: float) -> float:
    """Surprise: -log2 p, at most 1,000."""
    return -math.log2(p) if p > 2**-1000 else 1000.0


def spans(lm: LanguageModel, ids: list[int]) -> list[tuple[int, int, bool]]:
    """(first token, the one after the last, whether it is a word) of each word.

    Any other token stands alone, unless it begins within a character.
    """
    first = int(ids[0] == lm.start)  # the token before a document is no word
    pieces = [lm.pieces[token] for token in ids[first:]]
    units, holders = begun_in(pieces)
    groups: list[list[int]] = []  # first token, the one after the last, unit
    for i, (piece, n) in enumerate(zip(pieces, holders, strict=True), first):
        if not piece:
            continue
        within_character = groups and unfinished(b"".join(lm.pieces[t] for t in ids[groups[-1][0] : i]))
        if within_character or groups and groups[-1][2] == n and is_word(show(units[n])):
            groups[-1][1] = i + 1
        else:
            groups.append([i, i + 1, n])
    return [(begin, end, is_word(show(units[n]))) for begin, end, n in groups]


def chain(text: str, name: str = "", visitor: str = "") -> Chain:
    """Every word of a text with its probability given the words before it, in the tokens of the tokenizer.

    p(word) = product of its tokens' p x the chance that it ends there / the chance that the word before had
    ended: the same condition as for `next_words`. So the product over all words is exp(-the model's loss)
    times the chance that the last word ends. For a model without a token before a text, the first token is
    given. Raises TextEmpty and what model.load raises.
    """
    lm = model.load(name)
    return lm.asked.get(
        ("chain", text), lambda: _chain(lm, text, visitor), lambda c: 1000 + 300 * len(c.words)
    )


def _chain(lm: LanguageModel, text: str, visitor: str) -> Chain:
    """The same, computed."""
    ids, left_out = predict.context(lm, text)
    words = scored(lm, read(lm, ids, visitor))
    total = sum(bits(w.p) for w in words)
    return Chain(words, total, 2 ** (total / len(words)), left_out)


def scored(lm: LanguageModel, reading: Reading) -> list[ScoredWord]:
    """The words of a text as a model has read it."""
    words, over = [], 1.0
    for first, end, is_a_word in spans(lm, reading.ids):
        log_p = sum(reading.log_p[first:end])
        was_over = max(over, math.exp(reading.log_p[first]), LEAST)  # where 1 - p has lost all its digits
        # before a part of a character it is not known whether the word ends: no such condition then
        clear = end == len(reading.ids) or lm.spelling.ends[reading.ids[end]]
        over = reading.over[end - 1] if is_a_word and clear else 1.0
        piece = b"".join(lm.pieces[i] for i in reading.ids[first:end])
        p = min(1.0, math.exp(log_p) * over / was_over)
        words.append(ScoredWord(show(piece), p, max(reading.rank[first:end])))
    return words
