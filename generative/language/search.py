"""Best-first search over the tree of tokens: which words may follow a text, and how likely each is at least.

p(word) = sum over the paths of tokens that spell exactly this word of p(path) x p(the word ends there). There
are endlessly many paths, so the likeliest are visited first, a batch at a time, beside the KV cache of the
text; what was not visited bounds the error of each word. A word is over when the next token does not go on
with it. Punctuation and line breaks count as the tokens they are.

It knows tokens and how they spell words; where a text is cut, and what is asked of it, words.py knows.
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
from generative.language.sampling import PLAIN, Options
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
# What a search may take while others wait: the fewer paths, the larger the error that goes with the words.
BUDGETS = (USUAL, Effort(width=24), Effort(width=16), Effort(width=8))


def budget(waiting: int) -> Effort:
    """The effort for a search that so many others wait for."""
    return BUDGETS[sum(waiting >= n for n in (3, 6, 12))]


class Chances(NamedTuple):
    """The chance of a word: with sampling options, and without."""

    p: float = 0.0
    before: float = 0.0


class Path(NamedTuple):
    """Tokens after the text, their bytes, and their chance: with sampling options, and without."""

    ids: tuple[int, ...]
    text: bytes
    p: float
    before: float


class After(NamedTuple):
    """What may follow a path, each token's chance given the path: with sampling options, and without."""

    path: Path
    missing: bytes  # of the target, which the path has not spelt to its end
    shorter: set[int]  # the tokens that spell a beginning of what is missing, and not all of it
    p: Tensor  # (V,) in float64; the same tensor as `before` where there are no options
    before: Tensor  # (V,)


class Visited(NamedTuple):
    """A path whose next tokens are known; left (V,): their chances, 0 for those that were followed."""

    path: Path
    left: Tensor


@functools.lru_cache(maxsize=20_000)
def first_of(text: bytes) -> tuple[str, bytes]:
    """`spelling.first_unit` of bytes that may end within a character."""
    if unfinished(text):
        return OPEN, text
    kind, unit = first_unit(text.decode("utf-8", "surrogateescape"))
    return kind, unit.encode("utf-8", "surrogateescape")


def next_chances(logits: Tensor, options: Options, allowed: Tensor | None) -> tuple[Tensor, Tensor]:
    """(with options, without), each (V,) in float64; `allowed` (V,) of bool is a condition on the token.

    Both sum to the mass of what is allowed, so that a path stays as likely as its condition.
    """
    before = logits.double().softmax(0)
    if allowed is not None:
        before = before * allowed
    if options == PLAIN:
        return before, before
    if allowed is not None:
        logits = logits.masked_fill(~allowed, -math.inf)
    return sampling.distribution(logits, options) * before.sum(), before


@dataclass
class Search:
    """A best-first search for the words after a text.

    An example, which the tests work out too. Five tokens, and a model that gives them the same p anywhere:

        "<end>" 0    " a" 1/2    " ab" 1/4    "b" 1/8    "." 1/8

    begin() visits the text itself. A mark like "." is over at once. After the others letters may come, so
    they wait, the likeliest first:

        found: "." 1/8
        queue: " a" 1/2, " ab" 1/4, "b" 1/8

    run() visits what waits, here all three in one pass. Only "b" goes on with a word, so each of them is a
    whole word in 7/8 of its cases, and with one more "b" it waits again:

        found: " a" 7/16, " ab" 7/32, "." 1/8, "b" 7/64
        queue: " a"+"b" 1/16, " ab"+"b" 1/32, "b"+"b" 1/64

    " a" and "b" spell " ab", too. Visited in the next pass, they add 7/8 of their 1/16 to the word, 7/128:

        found: " a" 7/16, " ab" 35/128, "." 1/8, "b" 7/64, " abb" 7/256, "bb" 7/512
        queue: " a"+"b"+"b" 1/128, " ab"+"b"+"b" 1/256, "b"+"b"+"b" 1/512

    No path that is left spells " ab", so its p is 35/128 for good: error(" ab") was the 1/16 of " a"+"b"
    before this pass, and is 0 after it.
    """

    ahead: Lookahead
    options: Options = PLAIN
    target: bytes = b""  # what every word begins with
    after_word: bool = False  # the text ends in a word that is over, so no token may go on with it
    effort: Effort = USUAL
    mass: float = field(default=0.0, init=False)  # of all that begins with the target, without options
    p_mass: float = field(default=0.0, init=False)  # the same with options
    p_unsure: float = field(default=0.0, init=False)  # of it: not followed, may not begin with the target
    found: dict[bytes, Chances] = field(default_factory=dict, init=False)
    queue: list[tuple[float, int, Path]] = field(default_factory=list, init=False)  # a heap, likeliest first
    visited: dict[tuple[int, ...], Visited] = field(default_factory=dict, init=False)
    count: itertools.count = field(default_factory=itertools.count, init=False)  # equals wait in line

    @property
    def spelling(self) -> Spelling:
        return self.ahead.lm.spelling

    # One visit: what may follow a path, and what becomes of each token

    def _visit(self, paths: list[Path]) -> list[Path]:
        """Follow what comes after these paths; gives back the new paths that are shorter than the target."""
        short = []
        for path, logits in zip(paths, self._logits(paths), strict=True):
            if path.ids:  # it is followed now, so it is no longer left after its parent
                self.visited[path.ids[:-1]].left[path.ids[-1]] = 0
            after = self._end(self._after(path, logits))
            self._weigh(after)
            short += self._follow(after, self._worth(after))
        return short

    def _logits(self, paths: list[Path]) -> Tensor:
        """(B, V) after each path."""
        soon = (path.ids for _, _, path in heapq.nsmallest(BATCH, self.queue))
        return self.ahead.after([path.ids for path in paths], soon)

    def _after(self, path: Path, logits: Tensor) -> After:
        """The tokens with which the target can still be spelt, and their chances."""
        missing = self.target[len(path.text) :]
        shorter = {token for token, n in self.spelling.spelt_by(missing) if n < len(missing)}
        allowed = self.spelling.ends if self.after_word and not path.ids else None
        if missing:
            spells = torch.zeros(len(self.spelling.pieces), dtype=torch.bool)
            spells[[*self.spelling.beginning_with(missing), *shorter]] = True
            allowed = spells if allowed is None else spells & allowed
        return After(path, missing, shorter, *next_chances(logits, self.options, allowed))

    def _end(self, after: After) -> After:
        """Where a path is a word, count that it ends there; what goes on with the word is left."""
        path, p, before = after.path, after.p, after.before
        if after.missing or first_of(path.text)[0] != WORD:
            return after
        left = before * self.spelling.goes_on
        p_left = left if p is before else p * self.spelling.goes_on
        over, p_over = float(before.sum() - left.sum()), float(p.sum() - p_left.sum())
        self._count(path.text, path.p * p_over, path.before * over)
        return after._replace(p=p_left, before=left)

    def _weigh(self, after: After) -> None:
        """Add to the mass what spells the target to its end with this token."""
        if after.missing or not after.path.ids:
            tokens = list(after.shorter)
            self.mass += after.path.before * float(after.before.sum() - after.before[tokens].sum())
            self.p_mass += after.path.p * float(after.p.sum() - after.p[tokens].sum())

    def _worth(self, after: After) -> list[int]:
        """The tokens that are likely enough to be followed, with options or without."""
        path, p, before = after.path, after.p, after.before
        chance = before * path.before if p is before else torch.maximum(before * path.before, p * path.p)
        tokens = (chance > self.effort.least * self.mass).nonzero()[:, 0].tolist()
        if len(tokens) <= self.effort.width:
            return tokens
        visible = chance.topk(self.effort.width).indices.tolist()  # behind so many likelier none is visited
        kept = {*visible, *after.shorter, *self.spelling.tokens_of.get(after.missing, [])}
        return [token for token in tokens if token in kept]

    def _follow(self, after: After, tokens: list[int]) -> list[Path]:
        """Each of these tokens is too short for the target (given back), ends a word (counted), or waits."""
        short, over = [], []
        for token, child in zip(tokens, self._children(after, tokens), strict=True):
            if token in after.shorter:
                short.append(child)
            elif (word := self._over(after.path, token)) is not None:
                self._count(word, child.p, child.before)
                over.append(token)
            else:
                self._wait(child)
        after.p[over] = 0  # nobody else has these chances
        self.visited[after.path.ids] = Visited(after.path, after.p)
        return short

    def _children(self, after: After, tokens: list[int]) -> list[Path]:
        """The path with each of these tokens."""
        ids, text, path_p, path_before = after.path
        rows = zip(tokens, after.p[tokens].tolist(), after.before[tokens].tolist(), strict=True)
        return [
            Path((*ids, token), text + self.spelling.pieces[token], path_p * p, path_before * before)
            for token, p, before in rows
        ]

    def _over(self, path: Path, token: int) -> bytes | None:
        """The word or mark that is over once this token follows; None if letters may still come."""
        if token in self.spelling.special:  # the end of the text, also in the middle of a character
            return first_of(path.text + b"\n")[1] if path.text.strip() else b""
        kind, unit = first_of(path.text + self.spelling.pieces[token])
        return unit if kind == OVER else None

    def _count(self, word: bytes, p: float, before: float) -> None:
        """These are more ways to spell the word."""
        known = self.found.get(word, Chances())
        self.found[word] = Chances(known.p + p, known.before + before)

    def _wait(self, path: Path) -> None:
        if len(path.ids) < LONGEST:
            heapq.heappush(self.queue, (-max(path.p, path.before), next(self.count), path))

    # The search

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
        while self.queue and width > 0 and not self._settled(n):
            batch = [heapq.heappop(self.queue)[2] for _ in range(min(BATCH, width, len(self.queue)))]
            width -= max(LEAST, len(batch))
            self._visit(batch)
        return self

    def _settled(self, n: int) -> bool:
        """Whether the likeliest path left can no longer matter to the n best words."""
        best = heapq.nlargest(n, (max(chances) for chances in self.found.values()))
        return len(best) == n and -self.queue[0][0] < self.effort.settled * best[-1]

    # What it found

    def exactly(self) -> float:
        """p, without options, that what follows is the target and nothing more; after `begin`."""
        spelt = [path for _, _, path in self.queue if path.text == self.target]
        total = self.found.get(self.target, Chances()).before
        for start in range(0, len(spelt), BATCH):
            batch = spelt[start : start + BATCH]
            probs = self._logits(batch).double().softmax(-1)
            over = (1 - probs @ self.spelling.goes_on).tolist()  # (B,)
            total += sum(
                path.before * p for path, p in zip(batch, over, strict=True) if first_of(path.text)[0] == WORD
            )
        return total

    def error(self, word: bytes) -> float:
        """By how much p(word) = found / p_mass may be too low: what was not followed may all spell this word,
        and may all not begin with the target."""
        missed = sum(
            here.path.p * self._missed(here, word)
            for here in self.visited.values()
            if word.startswith(here.path.text)
        )
        p, sure = self.found[word].p, self.p_mass - self.p_unsure
        return min(1.0, (p + missed) / sure) - p / self.p_mass if sure > 0 else 1.0

    def _missed(self, here: Visited, word: bytes) -> float:
        """The chance of the tokens after a path that were not followed and may lead to this word."""
        text, suffix = here.path.text, word[len(here.path.text) :]
        if suffix:
            tokens = [token for token, _ in self.spelling.spelt_by(suffix)]
            return float(here.left[[*tokens, *self._spelling_past(text, suffix)]].sum())
        if first_of(text)[0] == WORD:  # it is spelt: what may go on with it is a part of a character
            return float(here.left[self.spelling.unclear].sum())
        return float(here.left.sum())  # a part of a character: anything may come

    def _spelling_past(self, text: bytes, suffix: bytes) -> list[int]:
        """The tokens that spell the end of a word and go on behind it."""
        pieces, word = self.spelling.pieces, text + suffix
        return [
            token
            for token in self.spelling.mixed
            if len(pieces[token]) > len(suffix)
            and pieces[token].startswith(suffix)
            and first_of(text + pieces[token]) == (OVER, word)
        ]
