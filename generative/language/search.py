"""Best-first search over the token tree: which words may follow a text, and how likely each is at least.

p(word) = sum over token paths that spell exactly that word of p(path) x p(the word ends there). There are
endlessly many paths, so the likeliest are visited first, a batch at a time, beside the KV cache of the text;
what was not visited bounds the error of each word. A word is over when the next token does not go on with it.
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

from generative.language import sampling
from generative.language.lookahead import BATCH, Lookahead
from generative.language.spelling import OPEN, OVER, WORD, Spelling, first_unit, unfinished

HALF_TYPED = 48  # paths visited at most to find all beginnings of a half-typed word
LEAST = 8  # paths that a pass counts for at least: a single one costs nearly as much
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
    """A path whose next tokens are known; left (V,): their chances, 0 for those that were followed."""

    path: Path
    left: Tensor


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

    ahead: Lookahead
    options: Options = Options()
    target: bytes = b""  # what every word begins with
    after_word: bool = False  # the text ends in a word that is over, so no token may go on with it
    effort: Effort = USUAL
    mass: float = 0.0  # of all that begins with the target, without options; `p_mass` with them
    p_mass: float = 0.0
    p_unsure: float = 0.0  # the part of p_mass that may not begin with the target: it was not followed
    found: dict[bytes, list[float]] = field(default_factory=dict)  # word -> [p, before]
    queue: list[tuple[float, int, Path]] = field(default_factory=list)
    visited: dict[tuple[int, ...], Visited] = field(default_factory=dict)
    count: itertools.count = field(default_factory=itertools.count)

    @property
    def spelling(self) -> Spelling:
        return self.ahead.lm.spelling

    def begin(self, share: float = 1e-3, most: int = HALF_TYPED) -> "Search":
        """Visit the text itself, then the beginnings of the target, until those left are this share of it."""
        short = [Path((), b"", 1.0, 1.0)]
        while most > 0 and sum(path.before for path in short) > share * self.mass:
            short.sort(key=lambda path: -path.before)
            batch, short = short[:BATCH], short[BATCH:]
            most -= max(LEAST, len(batch))
            short += self._visit(batch)
        self.p_unsure = sum(path.p for path in short)  # counted as if all of it began with the target
        self.mass, self.p_mass = self.mass + sum(path.before for path in short), self.p_mass + self.p_unsure
        return self

    def run(self, n: int) -> "Search":
        """Visit paths, likeliest first, until n words are settled or the effort is spent."""
        width = self.effort.width - max(0, len(self.visited) - BATCH)  # letters that were dear leave less
        while self.queue and width > 0:
            most = -self.queue[0][0]
            best = heapq.nlargest(n, (max(chances) for chances in self.found.values()))
            if len(best) == n and most < self.effort.settled * best[-1]:
                break
            batch = [heapq.heappop(self.queue)[2] for _ in range(min(BATCH, width, len(self.queue)))]
            width -= max(LEAST, len(batch))
            self._visit(batch)
        return self

    def exactly(self) -> float:
        """p, without options, that what follows is the target and nothing more; after `begin`."""
        exact = [path for _, _, path in self.queue if path.text == self.target]
        total = self.found.get(self.target, [0.0, 0.0])[1]
        for start in range(0, len(exact), BATCH):
            batch = exact[start : start + BATCH]
            probs = self._logits(batch).double().softmax(-1)
            over = (1 - probs @ self.spelling.goes_on).tolist()  # (B,)
            total += sum(
                path.before * p for path, p in zip(batch, over, strict=True) if first_of(path.text)[0] == WORD
            )
        return total

    def _logits(self, paths: list[Path]) -> Tensor:
        """(B, V) after each path."""
        soon = (path.ids for _, _, path in heapq.nsmallest(BATCH, self.queue))
        return self.ahead.after([path.ids for path in paths], soon)

    def _visit(self, paths: list[Path]) -> list[Path]:
        """Count the words that are over after these paths, queue those that go on; gives back what is shorter
        than the target."""
        short = []
        for path, logits in zip(paths, self._logits(paths), strict=True):
            if path.ids:
                self.visited[path.ids[:-1]].left[path.ids[-1]] = 0
            missing = self.target[len(path.text) :]
            p, before = self.options.probs(logits, self._allowed(path, missing))
            if not missing and first_of(path.text)[0] == WORD:
                p, before = self._end(path, p, before)
            short += self._children(path, p, before, missing)
        return short

    def _end(self, path: Path, p: Tensor, before: Tensor) -> tuple[Tensor, Tensor]:
        """Count the word that may end after a path; gives back the chances of what goes on with it."""
        left = before * self.spelling.goes_on
        p_left = left if p is before else p * self.spelling.goes_on
        self._count(
            path.text, path.p * float(p.sum() - p_left.sum()), path.before * float(before.sum() - left.sum())
        )
        return p_left, left

    def _allowed(self, path: Path, missing: bytes) -> Tensor | None:
        """The tokens (V,) with which the target can still be spelt; None: all."""
        first = self.spelling.ends if self.after_word and not path.ids else None
        if not missing:
            return first
        allowed = torch.zeros(len(self.spelling.pieces), dtype=torch.bool)
        allowed[[*self.spelling.beginning_with(missing), *self._shorter(missing)]] = True
        return allowed if first is None else allowed & first

    def _shorter(self, missing: bytes) -> list[int]:
        """The tokens that spell a beginning of what is missing of the target, and not all of it."""
        return [token for token, n in self.spelling.spelt_by(missing) if n < len(missing)]

    def _children(self, path: Path, p: Tensor, before: Tensor, missing: bytes) -> list[Path]:
        """Sort the tokens after a path: too short for the target, words that are over, words that go on."""
        shorter, short = set(self._shorter(missing)), []
        if missing or not path.ids:
            tokens = list(shorter)
            self.mass += path.before * float(before.sum() - before[tokens].sum())
            self.p_mass += path.p * float(p.sum() - p[tokens].sum())
        chance = before * path.before if p is before else torch.maximum(before * path.before, p * path.p)
        tokens = (chance > self.effort.least * self.mass).nonzero()[:, 0]
        if len(tokens) > self.effort.width:  # behind so many likelier ones none is visited
            kept = {
                *chance.topk(self.effort.width).indices.tolist(),
                *shorter,
                *self.spelling.tokens_of.get(missing, []),
            }
            tokens = torch.tensor([token for token in tokens.tolist() if token in kept])
        chances = zip(tokens.tolist(), p[tokens].tolist(), before[tokens].tolist(), strict=True)
        pieces, over = self.spelling.pieces, []
        for token, p_token, before_token in chances:
            child = Path(
                (*path.ids, token), path.text + pieces[token], path.p * p_token, path.before * before_token
            )
            if token in shorter:
                short.append(child)
            elif self._sort(path, child, token):
                over.append(token)
        p[over] = 0  # nobody else has these chances
        self.visited[path.ids] = Visited(path, p)
        return short

    def _sort(self, path: Path, child: Path, token: int) -> bool:
        """Count a child whose unit is over, queue one that may go on; whether it was over."""
        kind, unit = first_of(child.text)
        if token in self.spelling.special:  # the end of the text, also in the middle of a character
            kind, unit = OVER, first_of(path.text + b"\n")[1] if path.text.strip() else b""
        if kind == OVER:
            self._count(unit, child.p, child.before)
        elif len(child.ids) < LONGEST:
            heapq.heappush(self.queue, (-max(child.p, child.before), next(self.count), child))
        return kind == OVER

    def _count(self, word: bytes, p: float, before: float) -> None:
        chances = self.found.setdefault(word, [0.0, 0.0])
        chances[0] += p
        chances[1] += before

    def error(self, word: bytes) -> float:
        """By how much p(word) = found / p_mass may be too low: what was not followed may all spell this word,
        and may all not begin with the target."""
        missed = sum(
            here.path.p * self._missed(here, word)
            for here in self.visited.values()
            if word.startswith(here.path.text)
        )
        p, sure = self.found[word][0], self.p_mass - self.p_unsure
        return min(1.0, (p + missed) / sure) - p / self.p_mass if sure > 0 else 1.0

    def _missed(self, here: Visited, word: bytes) -> float:
        """The chance of the tokens after a path that were not followed and may lead to this word."""
        text, suffix, pieces = here.path.text, word[len(here.path.text) :], self.spelling.pieces
        if not suffix:  # spelt: a word may end in a part of a character; a part of one, in anything
            return float((here.left[self.spelling.unclear] if first_of(text)[0] == WORD else here.left).sum())
        tokens = [token for token, _ in self.spelling.spelt_by(suffix)]
        tokens += [
            t
            for t in self.spelling.mixed
            if len(pieces[t]) > len(suffix)
            and pieces[t].startswith(suffix)
            and first_of(text + pieces[t]) == (OVER, word)
        ]
        return float(here.left[tokens].sum())
