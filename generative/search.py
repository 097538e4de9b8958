"""Best-first search over the token tree: which words may follow a text, and how likely each is at least.

p(word) = sum over token paths that spell exactly that word of p(path) x p(the word ends there). There are
endlessly many paths, so the likeliest are visited first, a batch at a time, on the KV cache of the text; what
was not visited bounds the error of each word. A word is over when the next token does not go on with it.
Punctuation and line breaks count as the tokens they are.
"""
import functools
import heapq
import itertools
import math
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import Tensor

from generative import sampling
from generative.language import LanguageModel
from generative.reading import Reading, after_each
from generative.spelling import OPEN, OVER, WORD, Spelling, first_unit, unfinished

BATCH = 16  # paths in one forward pass: on a CPU 32 cost nearly twice as much
HALF_TYPED = 96  # paths visited at most to find all beginnings of a half-typed word
LONGEST = 12  # tokens of a word


@dataclass(frozen=True)
class Effort:
    """How long to search. Endless: Effort(10**9, 0, 0)."""

    width: int = 48  # paths visited at most
    least: float = 1e-4  # of the mass: less likely paths wait in no queue; they count as not visited
    settled: float = 0.1  # stop when no path left is likelier than this share of the last word shown


USUAL = Effort()


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
    effort: Effort = USUAL
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
