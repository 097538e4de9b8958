"""From tokens to whole words: p(word | text), summed over the ways to spell it, with its error bound.

`search` finds the words; here it is decided where they begin, and what is asked of them.

A half-typed word is a condition: of all words, only those that begin with it, divided by their mass. The text
ends in one where it ends in letters that make a whole word in fewer than one case of ten (`WHOLE`).
"""

from typing import NamedTuple

from generative.errors import GenerativeError, TextEmpty, within
from generative.language import model, predict, sampling
from generative.language.lookahead import Lookahead
from generative.language.model import LanguageModel
from generative.language.reading import read
from generative.language.search import HALF_TYPED, USUAL, Effort, Options, Search
from generative.language.spelling import is_word, split
from generative.language.tokens import raw, show

OPENING = "([{“‘«¿¡"  # after these a word follows without a blank
WHOLE = 0.1  # letters at the end are a whole word if at least this share of the words they begin is it


class WordTooMany(GenerativeError):
    en = "“{word}” is not one word. Give a single word."
    pt = "“{word}” não é uma palavra só. Escreva uma única palavra."


class NextWord(NamedTuple):
    """A word with its leading blank. p: with temperature, top-k and top-p; before: without.

    The p of an endless search lies in [p, p + error].
    """

    text: str
    p: float
    before: float
    error: float


class NextWords(NamedTuple):
    """The likeliest words by `before`; rest = 1 - the sum of their p; error: the largest of theirs.

    unvisited: the mass of the paths that were not followed to the end of a word. typed: the letters with
    which all words begin, "" if none. left_out: words at the beginning of the text that did not fit.
    """

    model: str
    words: list[NextWord]
    rest: float
    error: float
    unvisited: float
    typed: str
    left_out: int


class Start(NamedTuple):
    """A search that has begun, the letters that are typed of the next word, the words that did not fit."""

    search: Search
    typed: str
    left_out: int


def next_words(
    text: str,
    name: str = "",
    n: int = 10,
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
    visitor: str = "",
    effort: Effort = USUAL,
) -> NextWords:
    """The n likeliest next words after a text, or those that the letters at its end begin.

    The cache of the text is kept for `visitor`. Raises TextEmpty, NumberOutOfRange, and what language.load
    raises.
    """
    lm = model.load(name)
    n = within("n", n, 1, predict.MAX_SHOWN, whole=True)
    options = Options(
        within("temperature", temperature, 0, sampling.MAX_TEMPERATURE),
        within("top_k", top_k, 0, len(lm.pieces), whole=True),
        within("top_p", top_p, 0, 1),
    )
    at = _half_typed(lm, text, visitor, options, effort)
    if at is None or not at.search.run(n).found:  # no word goes on with the letters: they are a word then
        at = _whole(lm, text, visitor, options, effort)
        at.search.run(n)
    search, p_mass, mass = at.search, at.search.p_mass or 1.0, at.search.mass or 1.0
    best = sorted(search.found.items(), key=lambda item: (-item[1][1], -item[1][0], item[0]))[:n]
    words = [
        NextWord(show(word), p / p_mass, before / mass, search.error(word)) for word, (p, before) in best
    ]
    unvisited = max(0.0, 1 - sum(p for p, _ in search.found.values()) / p_mass)
    return NextWords(
        lm.name,
        words,
        max(0.0, 1 - sum(w.p for w in words)),
        max((w.error for w in words), default=0.0),
        unvisited,
        at.typed,
        at.left_out,
    )


def _half_typed(lm: LanguageModel, text: str, visitor: str, options: Options, effort: Effort) -> Start | None:
    """The search for what the letters at the end of a text begin; None if there are none, or if they are a
    whole word."""
    over = text.rstrip(" \t")
    units = split(over[-predict.CHARACTERS :])
    last = units[-1] if units else ""
    before = over[: len(over) - len(last)]
    if not is_word(last) or over != text or (not before.strip() and lm.start is None):
        return None
    ids, left_out = predict.context(lm, before) if before.strip() else ([lm.start], 0)
    after_word = bool(before) and is_word(split(before[-predict.CHARACTERS :])[-1])
    ahead = Lookahead(lm, read(lm, ids, visitor))
    search = Search(ahead, options, raw(last), after_word, effort).begin()
    return None if search.exactly() >= WHOLE * search.mass else Start(search, last, left_out)


def _whole(lm: LanguageModel, text: str, visitor: str, options: Options, effort: Effort) -> Start:
    """The search for what follows a text as it stands, its last word complete."""
    over = text.rstrip(" \t")
    ids, left_out = predict.context(lm, over)
    after_word = is_word(split(over[-predict.CHARACTERS :])[-1])
    search = Search(Lookahead(lm, read(lm, ids, visitor)), options, b"", after_word, effort).begin()
    return Start(search, "", left_out)


def probability(text: str, word: str, name: str = "", visitor: str = "") -> float:
    """p that the next word after `text` (whose last word counts as complete) is exactly `word`.

    The ways to spell it in tokens, times the chance that it ends there; paths that hold less than a millionth
    of it are left out. A leading blank in `word` is optional: where the text needs one, it is added. Raises
    TextEmpty, WordTooMany if `word` is not one word or mark, and what language.load raises.
    """
    lm = model.load(name)
    if not word.strip():
        raise TextEmpty()
    if len(split(word.strip())) != 1:
        raise WordTooMany(word=word.strip()[:40])
    over = text.rstrip(" \t")
    ids, _ = predict.context(lm, over)
    after_word = is_word(split(over[-predict.CHARACTERS :])[-1])
    if is_word(word) and word[0].strip() and over[-1].strip() and over[-1] not in OPENING:
        word = " " + word
    reading = read(lm, ids, visitor)
    search = Search(Lookahead(lm, reading), Options(), raw(word), after_word, Effort(least=1e-9))
    search.begin(share=1e-6, most=2 * HALF_TYPED)
    return min(1.0, search.exactly() / (reading.over[-1] if after_word else 1))


def append(text: str, word: str) -> str:
    """The text, less blanks at its end, with a word (or the letters it lacks) and a blank after a word."""
    return text.rstrip(" \t") + word + (" " if is_word(word) else "")
