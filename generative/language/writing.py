"""Writing on: whole words drawn one after another, and the tree of the likeliest ways to go on.

A text is written by drawing each token from p(token | all before it), cut by temperature, top-k and top-p
(Holtzman et al. 2020, https://arxiv.org/abs/1904.09751), until the end-of-text token is drawn. This file
joins the drawn tokens into words and multiplies their chances; the drawing itself is in predict.py.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from generative.errors import within
from generative.language import model, predict
from generative.language.sampling import PLAIN, Options
from generative.language.spelling import OVER, WORD, first_unit, unfinished
from generative.language.tokens import raw, show
from generative.language.words import NextWord, append, next_words
from generative.text import plain

MAX_WORDS = 200
MAX_BEYOND = 50
SENTENCE_END = re.compile(r"[.!?…][\"”’»)\]]*$")
SHORT = re.compile(r"\s*(?:[A-Z]|Sra?|Srta|Dra?|Profa?|Sto?|Sta|Mrs?|Ms)")  # a dot after it ends nothing
CLOSING = re.compile(r"[\"”’»)\]]+")  # what closes after the end of a sentence, without a blank before it
MAX_BRANCHES = 5
MAX_DEPTH = 4


class WrittenWord(NamedTuple):
    """A word with its leading blank; p in (0, 1] is the product of the chances its tokens had when drawn."""

    text: str
    p: float


class Branch(NamedTuple):
    """A next word ("" for the end of the text): p given the words before it; product: of all p from the root
    to here, so p of the whole path (chain rule); children: what may follow."""

    text: str
    p: float
    product: float
    children: list["Branch"]


class Tree(NamedTuple):
    """typed: the half-typed word at the end of the text, which the first words complete; "" if none is."""

    typed: str
    branches: list[Branch]


def _whole_characters(tokens: Iterable[tuple[bytes, float]]) -> Iterator[tuple[bytes, float]]:
    """Tokens that end within a character, joined with those that finish it."""
    begun, p = b"", 1.0
    for piece, chance in tokens:
        begun, p = begun + piece, p * chance
        if not unfinished(begun):
            yield begun, p
            begun, p = b"", 1.0
    if begun:
        yield begun, p


def _is_over(begun: bytes, piece: bytes) -> bool:
    """Whether what is begun is a whole word once this piece follows."""
    kind, _ = first_unit(show(begun))
    if kind != WORD:
        return kind == OVER
    _, unit = first_unit(show(begun + piece))
    return len(unit) <= len(show(begun))


def whole_words(tokens: Iterable[tuple[bytes, float]]) -> Iterator[WrittenWord]:
    """Tokens (bytes, chance) -> words; a word is over when the next token begins another.

    Each consists of whole tokens, and of punctuation each token is one. Nothing is lost or added.
    """
    begun, p = b"", 1.0
    for piece, chance in _whole_characters(tokens):
        if begun and _is_over(begun, piece):
            yield WrittenWord(show(begun), p)
            begun, p = b"", 1.0
        begun, p = begun + piece, p * chance
    if begun:
        yield WrittenWord(show(begun), p)


def continue_text(
    text: str,
    name: str = "",
    words: int = 30,
    options: Options = PLAIN,
    seed: int = 0,
    beyond: int = 0,
) -> Iterator[WrittenWord]:
    """Write on by `words` (1 to 200) words and marks, and by up to `beyond` (0 to 50) more to the end of the
    sentence; fewer if the model ends the text or a word never ends. Same seed, same text.

    Raises at the first word: NumberOutOfRange, TextEmpty, and what model.load raises.
    """
    least = within("words", words, 1, MAX_WORDS, whole=True)
    most = least + within("beyond", beyond, 0, MAX_BEYOND, whole=True)
    drawn = predict.generate(text, name, predict.MAX_TOKENS, options, seed)
    pieces = model.load(name).pieces
    chances = ((pieces[token.token], token.p) for token in drawn)
    yield from _to_sentence_end(whole_words(chances), least, most)


def _to_sentence_end(words: Iterable[WrittenWord], least: int, most: int) -> Iterator[WrittenWord]:
    """Words until a sentence has ended, with quotes that close after it: `least` words, `most` at most.

    A dot within a number or an address, or after a title or an initial (Sr. Silva, J. Machado), ends none.
    """
    over, before = False, ""
    for n, word in enumerate(words, 1):
        if over and not CLOSING.fullmatch(word.text):
            if word.text[0].isspace():
                return
            over = False  # what follows at once goes on with it: 1.86
        yield word
        if n == most:
            return
        ends = SENTENCE_END.search(word.text) and not (word.text == "." and SHORT.fullmatch(before))
        over, before = over or (n >= least and bool(ends)), word.text


def joined(text: str, written: Iterable[str]) -> str:
    """The text with words written after it: as `continue_text` read it, without blanks at its end."""
    return show(raw(plain(text).rstrip(" ")) + raw("".join(written)))


def taken(text: str, words: list[str], typed: str = "") -> str:
    """The text with whole words after it, in place of the letters `typed` that they complete.

    A blank after the last says that it is whole, as for a word that is picked (words.append).
    """
    before = plain(text).removesuffix(typed)
    return append(joined(before, words[:-1]), words[-1])


def _branch(text: str, word: NextWord, product: float, name: str, branches: int, depth: int) -> Branch:
    product *= word.p
    if depth == 1 or not word.text:
        return Branch(word.text, word.p, product, [])
    text = joined(text, [word.text])
    found = next_words(text + " ", name, branches).words  # the blank says that the word is whole
    return Branch(
        word.text, word.p, product, [_branch(text, w, product, name, branches, depth - 1) for w in found]
    )


def tree(text: str, name: str = "", branches: int = 3, depth: int = 3) -> Tree:
    """The likeliest next words, after each its likeliest next words, and so on: `branches` (1 to 5) wide,
    `depth` (1 to 4) deep. The end of the text has no children.

    Raises NumberOutOfRange, TextEmpty, and what model.load raises.
    """
    branches = within("branches", branches, 1, MAX_BRANCHES, whole=True)
    depth = within("depth", depth, 1, MAX_DEPTH, whole=True)
    text = plain(text)
    found = next_words(text, name, branches)
    before = text[: len(text) - len(found.typed)]
    return Tree(found.typed, [_branch(before, word, 1.0, name, branches, depth) for word in found.words])
