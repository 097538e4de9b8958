"""From tokens to whole words: p(word | text), summed over the ways to spell it, with its error bound.

p(word) = sum over token paths that spell exactly that word of p(path) x p(the word ends there). There are
endlessly many paths, so the likeliest are visited first (best-first search over the token tree, a batch at
a time, on the KV cache of the text), and what was not visited bounds the error of each word. A word is over
when the next token does not go on with it. Punctuation and line breaks count as the tokens they are.

A half-typed word is a condition: of all words, only those that begin with it, divided by their mass. The text
ends in one where it ends in letters that make a whole word in fewer than one case of ten (`WHOLE`).
"""
import functools
import heapq
import itertools
import math
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import Tensor

from generative import language, sampling
from generative.errors import GenerativeError, TextEmpty, within
from generative.language import LanguageModel
from generative.reading import Reading, after_each, read
from generative.spelling import OPEN, OVER, WORD, Spelling, first_unit, is_word, split, unfinished
from generative.tokens import raw, show

__all__ = ["NextWord", "NextWords", "Chain", "ScoredWord", "chain", "next_words", "probability", "split"]

BATCH = 16  # paths in one forward pass: on a CPU 32 cost nearly twice as much
HALF_TYPED = 96  # paths visited at most to find all beginnings of a half-typed word
LONGEST = 12  # tokens of a word
OPENING = "([{“‘«¿¡"  # after these a word follows without a blank
WHOLE = 0.1  # letters at the end are a whole word if at least this share of the words they begin is it


class WordTooMany(GenerativeError):
    en = "“{word}” is not one word. Give a single word."
    pt = "“{word}” não é uma palavra só. Escreva uma única palavra."


@dataclass(frozen=True)
class Effort:
    """How long to search. Endless: Effort(10**9, 0, 0)."""

    width: int = 48  # paths visited at most
    least: float = 1e-4  # of the mass: less likely paths wait in no queue; they count as not visited
    settled: float = 0.1  # stop when no path left is likelier than this share of the last word shown


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


class Path(NamedTuple):
    """Tokens after the text, their bytes, and their chance: with sampling options, and without."""

    ids: tuple[int, ...]
    text: bytes
    p: float
    before: float


class Visited(NamedTuple):
    """A path whose next tokens are known: their chances (V,), and those already counted to a word."""

    path: Path
    probs: Tensor
    done: set[int]


class Options(NamedTuple):
    """How a token is chosen; as it stands, the model's own distribution."""

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0

    def probs(self, logits: Tensor, allowed: Tensor | None) -> tuple[Tensor, Tensor]:
        """(with options, without), each (V,) in float64; `allowed` (V,) of bool is a condition on the token.

        Both sum to the mass of what is allowed, so that a path stays as likely as its condition.
        """
        before = logits.double().softmax(0)
        if allowed is not None:
            before = before * allowed
        if self == Options():
            return before, before
        if allowed is not None:
            logits = logits.masked_fill(~allowed, -math.inf)
        return sampling.distribution(logits, *self) * before.sum(), before


@functools.lru_cache(maxsize=100_000)
def first_of(text: bytes) -> tuple[str, bytes]:
    """`spelling.first_unit` of bytes that may end within a character."""
    if unfinished(text):
        return OPEN, text
    kind, unit = first_unit(text.decode("utf-8", "surrogateescape"))
    return kind, unit.encode("utf-8", "surrogateescape")


@dataclass
class Search:
    """A best-first search for the words after a text."""

    lm: LanguageModel
    reading: Reading
    options: Options
    target: bytes = b""  # what every word begins with
    after_word: bool = False  # the text ends in a word that is over, so no token may go on with it
    effort: Effort = Effort()
    mass: float = 0.0  # of all that begins with the target, without options; `p_mass` with them
    p_mass: float = 0.0
    found: dict[bytes, list[float]] = field(default_factory=dict)  # word -> [p, before]
    queue: list[tuple[float, int, Path]] = field(default_factory=list)
    visited: list[Visited] = field(default_factory=list)
    seen: set[tuple[int, ...]] = field(default_factory=set)
    count: itertools.count = field(default_factory=itertools.count)

    @property
    def spelling(self) -> Spelling:
        return self.lm.spelling

    def begin(self, share: float = 1e-3, most: int = HALF_TYPED) -> "Search":
        """Visit the text itself, then the beginnings of the target, until those left are this share of it."""
        short = [Path((), b"", 1.0, 1.0)]
        while most > 0 and sum(path.before for path in short) > share * self.mass:
            short.sort(key=lambda path: -path.before)
            batch, short, most = short[:BATCH], short[BATCH:], most - BATCH
            for path, logits in zip(batch, self._logits(batch), strict=True):
                short += self._visit(path, logits)
        for path in short:  # not followed: counted as if all of it began with the target
            self.mass, self.p_mass = self.mass + path.before, self.p_mass + path.p
        return self

    def run(self, n: int) -> "Search":
        """Visit paths, likeliest first, until n words are settled or the effort is spent."""
        width = self.effort.width
        while self.queue and width > 0:
            most = -self.queue[0][0]
            best = heapq.nlargest(n, (max(chances) for chances in self.found.values()))
            if len(best) == n and most < self.effort.settled * best[-1]:
                break
            batch = [heapq.heappop(self.queue)[2] for _ in range(min(BATCH, width, len(self.queue)))]
            width -= len(batch)
            for path, logits in zip(batch, self._logits(batch), strict=True):
                self._visit(path, logits)
        return self

    def _logits(self, paths: list[Path]) -> Tensor:
        """(B, V) after each path."""
        if paths[0].ids == ():
            return self.reading.logits[None]
        return after_each(self.lm, self.reading, [list(path.ids) for path in paths])

    def _visit(self, path: Path, logits: Tensor) -> list[Path]:
        """Count the words that are over after this path, queue those that go on; gives back what is shorter
        than the target."""
        self.seen.add(path.ids)
        missing = self.target[len(path.text):]
        allowed = self._allowed(path, missing)
        p, before = self.options.probs(logits, allowed)
        if not missing and first_of(path.text)[0] == WORD:
            goes_on = self.spelling.goes_on
            left = before * goes_on
            p_left = left if p is before else p * goes_on
            self._count(path.text, path.p * float(p.sum() - p_left.sum()),
                        path.before * float(before.sum() - left.sum()))
            p, before = p_left, left
        here = Visited(path, p, set())
        self.visited.append(here)
        return self._children(here, before, missing)

    def _allowed(self, path: Path, missing: bytes) -> Tensor | None:
        """The tokens (V,) with which the target can still be spelt; None: all."""
        if missing:
            tokens = self.spelling.beginning_with(missing)
            tokens = tokens + [token for token, n in self.spelling.spelt_by(missing) if n < len(missing)]
            allowed = torch.zeros(len(self.spelling.pieces), dtype=torch.bool)
            allowed[tokens] = True
            return allowed & self.spelling.ends if self.after_word and not path.ids else allowed
        return self.spelling.ends if self.after_word and not path.ids else None

    def _children(self, here: Visited, before: Tensor, missing: bytes) -> list[Path]:
        """Sort the tokens after a path: too short for the target, words that are over, words that go on."""
        path, short = here.path, []
        if missing:
            shorter = {t for t, n in self.spelling.spelt_by(missing) if n < len(missing)}
            whole = torch.ones_like(before)
            whole[list(shorter)] = 0
            self.mass += path.before * float((before * whole).sum())
            self.p_mass += path.p * float((here.probs * whole).sum())
        elif not path.ids:
            self.mass, self.p_mass = float(before.sum()), float(here.probs.sum())
        chance = before * path.before
        if here.probs is not before:
            chance = torch.maximum(chance, here.probs * path.p)
        tokens = (chance > self.effort.least * self.mass).nonzero()[:, 0]
        chances = zip(tokens.tolist(), here.probs[tokens].tolist(), before[tokens].tolist(), strict=True)
        for token, p_token, before_token in chances:
            child = Path((*path.ids, token), path.text + self.spelling.pieces[token],
                         path.p * p_token, path.before * before_token)
            if missing and token in shorter:
                short.append(child)
            else:
                self._sort(here, child, token)
        return short

    def _sort(self, here: Visited, child: Path, token: int) -> None:
        """Count a child whose unit is over, queue one that may go on."""
        kind, unit = first_of(child.text)
        if token in self.spelling.special:  # the end of the text, also in the middle of a character
            kind, unit = OVER, first_of(here.path.text + b"\n")[1] if here.path.text.strip() else b""
        if kind == OVER:
            self._count(unit, child.p, child.before)
            here.done.add(token)
        elif len(child.ids) < LONGEST:
            heapq.heappush(self.queue, (-max(child.p, child.before), next(self.count), child))

    def _count(self, word: bytes, p: float, before: float) -> None:
        chances = self.found.setdefault(word, [0.0, 0.0])
        chances[0] += p
        chances[1] += before

    def error(self, word: bytes) -> float:
        """The mass of all paths that were not visited and might still spell this word."""
        return sum(self._missed(here, word[len(here.path.text):]) * here.path.p for here in self.visited
                   if word.startswith(here.path.text))

    def _missed(self, here: Visited, suffix: bytes) -> float:
        """The chance of the tokens after a path that lead to a word with this suffix and were not visited."""
        tokens = [token for token, _ in self.spelling.spelt_by(suffix)]
        if suffix:
            tokens += [t for t in self.spelling.beginning_with(suffix)
                       if self.spelling.mixed[t] and len(self.spelling.pieces[t]) > len(suffix)]
        else:
            tokens += self.spelling.unclear.nonzero()[:, 0].tolist()
        return sum(float(here.probs[t]) for t in set(tokens)
                   if t not in here.done and (*here.path.ids, t) not in self.seen)


# The words after a text


class Start(NamedTuple):
    """Where words begin: the text before them as read, and the letters that are typed of the next one."""

    reading: Reading
    typed: str
    after_word: bool
    left_out: int


def next_words(text: str, name: str = "", n: int = 10, temperature: float = 1.0, top_k: int = 0,
               top_p: float = 1.0, visitor: str = "", effort: Effort = Effort()) -> NextWords:
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


# The chain rule


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


def chain(text: str, name: str = "", visitor: str = "") -> Chain:
    """Every word of a text with its probability given the words before it, in the tokens of the tokenizer.

    p(word) = product of its tokens' p x the chance that it ends there / the chance that the word before had
    ended: the same condition as for `next_words`. So the product over all words is exp(-the model's loss)
    times the chance that the last word ends. For a model without a token before a text, the first token is
    given. Raises TextEmpty and what language.load raises.
    """
    lm = language.load(name)
    ids, left_out = language.context(lm, text.rstrip(" \t"))
    reading = read(lm, ids, visitor)
    words, over = [], 1.0
    for first, end, is_a_word in _words_of(lm, reading.ids):
        log_p, was_over = sum(reading.log_p[first:end]), over
        # before a part of a character it is not known whether the word ends: no such condition then
        clear = end == len(reading.ids) or lm.spelling.ends[reading.ids[end]]
        over = reading.over[end - 1] if is_a_word and clear else 1.0
        piece = b"".join(lm.pieces[i] for i in reading.ids[first:end])
        p = min(1.0, math.exp(log_p) * over / was_over)
        words.append(ScoredWord(show(piece), p, max(reading.rank[first:end])))
    total = sum(bits(w.p) for w in words)
    return Chain(words, total, 2 ** (total / len(words)), left_out)


def _words_of(lm: LanguageModel, ids: list[int]) -> list[tuple[int, int, bool]]:
    """(first token, the one after the last, whether it is a word) of each word.

    Any other token stands alone, unless it begins within a character.
    """
    pieces = [b"" if token == lm.start and i == 0 else lm.pieces[token] for i, token in enumerate(ids)]
    text = b"".join(pieces).decode("utf-8", "surrogateescape")
    unit_at: dict[int, tuple[int, bool]] = {}  # byte -> the unit of the character that begins there
    at = 0
    for n, unit in enumerate(split(text)):
        for char in unit:
            unit_at[at] = (n, is_word(unit))
            at += len(char.encode("utf-8", "surrogateescape"))
    groups, at = [], 0
    for i, piece in enumerate(pieces):
        n, is_a_word = unit_at.get(at, (None, False))
        if piece and groups and (n is None or is_a_word and groups[-1][2] == n):
            groups[-1][1] = i + 1
        elif piece:
            groups.append([i, i + 1, n, is_a_word])
        at += len(piece)
    return [(first, end, is_a_word) for first, end, _, is_a_word in groups]


def bits(p: float) -> float:
    """Surprise: -log2 p, at most 1,000."""
    return -math.log2(p) if p > 2**-1000 else 1000.0


def append(text: str, word: str) -> str:
    """The text, less blanks at its end, with a word (or the letters it lacks) and a blank after a word."""
    return text.rstrip(" \t") + word + (" " if is_word(word) else "")
