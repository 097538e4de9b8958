"""From tokens to whole words: p(word | text), summed over the ways to spell it, with its error bound.

`search` finds the words; here it is decided where they begin, and what is asked of them.

A half-typed word is a condition: of all words, only those that begin with it, divided by their mass. The text
ends in one where it ends in letters that make a whole word in fewer than one case of ten (`WHOLE`).
"""
from typing import NamedTuple

from generative import language, sampling
from generative.errors import GenerativeError, TextEmpty, within
from generative.language import LanguageModel
from generative.reading import Reading, read
from generative.search import BATCH, USUAL, Effort, Options, Search, first_of
from generative.spelling import WORD, is_word, split
from generative.tokens import raw, show

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
    """Where words begin: the text before them as read, and the letters that are typed of the next one."""

    reading: Reading
    typed: str
    after_word: bool
    left_out: int


def next_words(text: str, name: str = "", n: int = 10, temperature: float = 1.0, top_k: int = 0,
               top_p: float = 1.0, visitor: str = "", effort: Effort = USUAL) -> NextWords:
    """The n likeliest next words after a text, or those that the letters at its end begin.

    The cache of the text is kept for `visitor`. Raises TextEmpty, NumberOutOfRange, and what language.load
    raises.
    """
    lm = language.load(name)
    n = within("n", n, 1, language.MAX_WORDS, whole=True)
    options = Options(within("temperature", temperature, 0, sampling.MAX_TEMPERATURE),
                      within("top_k", top_k, 0, len(lm.pieces), whole=True), within("top_p", top_p, 0, 1))
    at = _start(lm, text, visitor)
    search = Search(lm, at.reading, options, raw(at.typed), at.after_word, effort).begin().run(n)
    if not search.found:  # no word goes on with these letters: they are taken as they are
        at = _whole(lm, text.rstrip(" \t"), visitor)
        search = Search(lm, at.reading, options, b"", at.after_word, effort).begin().run(n)
    p_mass, mass = search.p_mass or 1.0, search.mass or 1.0
    best = sorted(search.found.items(), key=lambda item: (-item[1][1], -item[1][0], item[0]))[:n]
    words = [NextWord(show(word), p / p_mass, before / mass, search.error(word) / p_mass)
             for word, (p, before) in best]
    unvisited = max(0.0, 1 - sum(p for p, _ in search.found.values()) / p_mass)
    return NextWords(lm.name, words, max(0.0, 1 - sum(w.p for w in words)),
                     max((w.error for w in words), default=0.0), unvisited, at.typed, at.left_out)


def _start(lm: LanguageModel, text: str, visitor: str) -> Start:
    """Whether the text ends in a half-typed word, and the reading of what stands before it."""
    over = text.rstrip(" \t")
    units = split(over[-language.CHARACTERS:])
    last = units[-1] if units else ""
    before = over[:len(over) - len(last)]
    if is_word(last) and over == text and (before.strip() or lm.start is not None):
        ids, left_out = language.context(lm, before) if before.strip() else ([lm.start], 0)
        reading = read(lm, ids, visitor)
        after_word = bool(before) and is_word(split(before[-language.CHARACTERS:])[-1])
        if not _is_whole(lm, reading, last, after_word):
            return Start(reading, last, after_word, left_out)
    return _whole(lm, over, visitor)


def _whole(lm: LanguageModel, over: str, visitor: str) -> Start:
    """The text as it stands, its last word complete."""
    ids, left_out = language.context(lm, over)
    after_word = is_word(split(over[-language.CHARACTERS:])[-1])
    return Start(read(lm, ids, visitor), "", after_word, left_out)


def _is_whole(lm: LanguageModel, reading: Reading, word: str, after_word: bool) -> bool:
    """Whether letters are a word in themselves in at least WHOLE of the cases in which a word begins so."""
    search = _spell(lm, reading, word, after_word, 0.02)
    return search.found.get(raw(word), [0, 0])[1] >= WHOLE * search.mass


def _spell(lm: LanguageModel, reading: Reading, word: str, after_word: bool, share: float) -> Search:
    """Visit the ways to spell exactly this word, but for a share of what begins with it."""
    target = raw(word)
    search = Search(lm, reading, Options(), target, after_word, Effort(least=1e-9)).begin(share)
    exact = [path for _, _, path in search.queue if path.text == target]
    for start in range(0, len(exact), BATCH):
        batch = exact[start:start + BATCH]
        for path, logits in zip(batch, search._logits(batch), strict=True):
            if first_of(path.text)[0] == WORD:
                over = float((logits.double().softmax(0) * ~search.spelling.ends).sum())
                search._count(path.text, path.p * (1 - over), path.before * (1 - over))
    return search


def probability(text: str, word: str, name: str = "", visitor: str = "") -> float:
    """p that the next word after `text` (whose last word counts as complete) is exactly `word`.

    The ways to spell it in tokens, times the chance that it ends there; paths that hold less than a millionth
    of it are left out. A leading blank in `word` is optional: where the text needs one, it is added. Raises
    TextEmpty, WordTooMany if `word` is not one word or mark, and what language.load raises.
    """
    lm = language.load(name)
    if not word.strip():
        raise TextEmpty()
    if len(split(word.strip())) != 1:
        raise WordTooMany(word=word.strip()[:40])
    over = text.rstrip(" \t")
    ids, _ = language.context(lm, over)
    after_word = is_word(split(over[-language.CHARACTERS:])[-1])
    if is_word(word) and word[0].strip() and over[-1].strip() and over[-1] not in OPENING:
        word = " " + word
    reading = read(lm, ids, visitor)
    search = _spell(lm, reading, word, after_word, 1e-6)
    return min(1.0, search.found.get(raw(word), [0.0])[0] / (reading.over[-1] if after_word else 1))


def append(text: str, word: str) -> str:
    """The text, less blanks at its end, with a word (or the letters it lacks) and a blank after a word."""
    return text.rstrip(" \t") + word + (" " if is_word(word) else "")
