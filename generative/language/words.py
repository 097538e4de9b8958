"""From tokens to whole words: p(word | text), summed over the ways to spell it, with its error bound.

`search` finds the words; here it is decided where they begin, and what is asked of them.

A half-typed word is a condition: of all words, only those that begin with it, divided by their mass. The text
ends in one where it ends in letters that make a whole word in fewer than one case of ten (`WHOLE`).
"""

from typing import NamedTuple

from generative.errors import GenerativeError, TextEmpty, within
from generative.language import model, predict
from generative.language.lookahead import Lookahead
from generative.language.model import LanguageModel
from generative.language.reading import read
from generative.language.sampling import PLAIN, Options
from generative.language.search import BUDGETS, HALF_TYPED, USUAL, Effort, Search
from generative.language.spelling import is_word, split
from generative.language.tokens import raw, show
from generative.text import plain

OPENING = "([{“‘«¿¡"  # after these a word follows without a blank
WHOLE = 0.1  # letters at the end are a whole word if at least this share of the words they begin is it


class WordTooMany(GenerativeError):
    en = "“{word}” is not one word. Give a single word."
    pt = "“{word}” não é uma palavra só. Escreva uma única palavra."


class NextWord(NamedTuple):
    """A word with its leading blank. p: with sampling options; before: without.

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


def _ends_in_word(text: str) -> bool:
    """Whether the last that a text without blanks at its end holds is a word."""
    return bool(text) and is_word(split(text[-predict.CHARACTERS :])[-1])


def _start(lm: LanguageModel, text: str, typed: str, options: Options, effort: Effort, visitor: str) -> Start:
    """Begin to search for the words that follow a text, all of them beginning with what is `typed`."""
    begins = typed and not text.strip()  # nothing stands before the letters
    ids, left_out = ([lm.start], 0) if begins else predict.context(lm, text)
    ahead = Lookahead(lm, read(lm, ids, visitor))
    return Start(Search(ahead, options, raw(typed), _ends_in_word(text), effort).begin(), typed, left_out)


def _half_typed(lm: LanguageModel, text: str, options: Options, effort: Effort, visitor: str) -> Start | None:
    """The search for what the letters at the end of a text begin; None if there are none, or if they are a
    whole word."""
    units = split(text[-predict.CHARACTERS :])
    typed = units[-1] if units else ""
    before = text[: len(text) - len(typed)]
    if not is_word(typed) or text.endswith((" ", "\t")) or (not before.strip() and lm.start is None):
        return None
    start = _start(lm, before, typed, options, effort, visitor)
    return None if start.search.exactly() >= WHOLE * start.search.mass else start


def _answer(name: str, start: Start, n: int) -> NextWords:
    """The n best words that a search has found, as shares of all that begins with what is typed."""
    search, p_mass, mass = start.search, start.search.p_mass or 1.0, start.search.mass or 1.0
    found = sorted(search.found.items(), key=lambda item: (-item[1].before, -item[1].p, item[0]))
    words = [
        NextWord(show(word), p / p_mass, before / mass, search.error(word)) for word, (p, before) in found[:n]
    ]
    rest = max(0.0, 1 - sum(word.p for word in words))
    error = max((word.error for word in words), default=0.0)
    unvisited = max(0.0, 1 - sum(p for p, _ in search.found.values()) / p_mass)
    return NextWords(name, words, rest, error, unvisited, start.typed, start.left_out)


def next_words(
    text: str,
    name: str = "",
    n: int = 10,
    options: Options = PLAIN,
    visitor: str = "",
    effort: Effort = USUAL,
) -> NextWords:
    """The n likeliest next words after a text, or those that the letters at its end begin.

    The cache of the text is kept for `visitor`; the answer for all who ask the same with no more effort.
    Raises TextEmpty, NumberOutOfRange, and what model.load raises.
    """
    lm, text = model.load(name), plain(text)
    n = within("n", n, 1, predict.MAX_NEXT, whole=True)
    key = "words", text, n, options
    better = (more for more in BUDGETS if more.width > effort.width and lm.asked.has((*key, more)))
    effort = next(better, effort)  # another has asked for it with more time
    return lm.asked.get((*key, effort), lambda: _found(lm, text, n, options, effort, visitor), _bytes)


def _found(lm: LanguageModel, text: str, n: int, options: Options, effort: Effort, visitor: str) -> NextWords:
    """The same, computed."""
    start = _half_typed(lm, text, options, effort, visitor)
    if start is None or not start.search.run(n).found:  # no word goes on with the letters: they are a word
        start = _start(lm, text.rstrip(" \t"), "", options, effort, visitor)
        start.search.run(n)
    return _answer(lm.name, start, n)


def _bytes(found: NextWords) -> int:
    """About what an answer and its text take in memory."""
    return 1000 + 300 * len(found.words)


def probability(text: str, word: str, name: str = "", visitor: str = "") -> float:
    """p that the next word after `text` (whose last word counts as complete) is exactly `word`.

    The ways to spell it in tokens, times the chance that it ends there; paths that hold less than a millionth
    of it are left out. A leading blank in `word` is optional: where the text needs one, it is added. Raises
    TextEmpty, WordTooMany if `word` is not one word or mark, and what model.load raises.
    """
    lm, text, word = model.load(name), plain(text), plain(f"x{word}")[1:]  # its leading blank stays
    if not word.strip():
        raise TextEmpty()
    if len(split(word.strip())) != 1:
        raise WordTooMany(word=word.strip()[:40])
    over = text.rstrip(" \t")
    reading = read(lm, predict.context(lm, over).ids, visitor)
    if is_word(word) and word[0].strip() and over[-1].strip() and over[-1] not in OPENING:
        word = " " + word
    after_word = _ends_in_word(over)
    search = Search(Lookahead(lm, reading), PLAIN, raw(word), after_word, Effort(least=1e-9))
    search.begin(share=1e-6, most=2 * HALF_TYPED)
    return min(1.0, search.exactly() / (reading.over[-1] if after_word else 1))


def append(text: str, word: str) -> str:
    """The text, less blanks at its end, with a word (or the letters it lacks) and a blank after a word."""
    return text.rstrip(" \t") + word + (" " if is_word(word) else "")
