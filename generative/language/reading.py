"""A text as a model has read it: every token's probability, the next one's logits, and the kept KV cache.

When a text grows by a word, only the new tokens are computed (Pope et al. 2022, sec. 2.1,
https://arxiv.org/abs/2211.05102); when it changes in the middle, those from the change on. It knows tokens
and no words.
"""

import copy
import inspect
import threading
from collections import OrderedDict
from dataclasses import dataclass

import torch
from torch import Tensor

from generative.language.model import LanguageModel
from generative.once import once

MOST_BYTES = 32 * 2**20  # of kept caches: 20 full texts of the middle model, 200 of a line
CHUNK = 64  # positions whose float64 distributions are held at once: 64 x 50,000 x 8 bytes are 26 MB
SPARE = 16  # tokens of room that a model has after a text: a word is at most that long


@dataclass(frozen=True)
class Reading:
    """What a model made of the tokens `ids` (T,).

    log_p[i] = log p(ids[i] | ids[:i]), natural; the first is 0, as nothing comes before it. rank[i] is the
    place of ids[i] among all tokens there, 1 for the likeliest. over[i] is the chance that no token which
    goes on with a word follows ids[i]. logits (V,) and `cache` stand after the last token.
    """

    ids: list[int]
    log_p: list[float]
    rank: list[int]
    over: list[float]
    logits: Tensor
    cache: object

    @property
    def nbytes(self) -> int:
        """Bytes of the tensors, the cache's included."""
        layers = getattr(self.cache, "layers", [])
        held = [t for layer in layers for t in vars(layer).values() if isinstance(t, Tensor)]
        return sum(t.untyped_storage().nbytes() for t in [self.logits, *held])


class Store:
    """The newest reading of each visitor and model; anybody may go on from it. Beyond `limit` bytes the
    longest unused go first."""

    def __init__(self, limit: int):
        self.limit, self.size = limit, 0
        self._kept: OrderedDict[tuple[str, str], Reading] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[str, str]) -> Reading | None:
        """The reading, or None. Whoever goes on from it works on a copy of its cache."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def nearest(self, key: tuple[str, str], ids: list[int]) -> Reading | None:
        """The reading that has most of `ids` in common, of this visitor where another has no more of it."""
        own = self.get(key)
        with self._lock:
            others = [reading for (_, name), reading in self._kept.items() if name == key[1]]
        found = [own, *others] if own else others
        return max(found, key=lambda reading: _common(reading.ids, ids), default=None)

    def put(self, key: tuple[str, str], reading: Reading) -> None:
        """Keep it for the next call, in the place of the last one."""
        with self._lock:
            before = self._kept.pop(key, None)
            self._kept[key] = reading
            self.size += reading.nbytes - (before.nbytes if before else 0)
            while self.size > self.limit:
                self.size -= self._kept.popitem(last=False)[1].nbytes


@once
def store() -> Store:
    """The one store of this process."""
    return Store(MOST_BYTES)


@once
def _arguments(kind: type) -> set[str]:
    return set(inspect.signature(kind.forward).parameters)


@torch.inference_mode()
def forward(
    lm: LanguageModel, rows: list[list[int]], cache: object = None, last: bool = False
) -> tuple[Tensor, object]:
    """(logits (B, T, V) in fp32 on the CPU, the grown cache) of rows of tokens that follow the cache's.

    Shorter rows are padded at the end, which changes nothing before it. The cache grows in place. `last`: of
    one row, only the last logits are needed, (1, 1, V) where the model can leave the others out.
    """
    less = {"logits_to_keep": 1} if last and "logits_to_keep" in _arguments(type(lm.model)) else {}
    longest = max(map(len, rows))
    padded = [[*row, *[0] * (longest - len(row))] for row in rows]
    idx = torch.tensor(padded, device=lm.device)
    out = lm.model(idx, past_key_values=cache, use_cache=True, **less)
    return out.logits.float().cpu(), getattr(out, "past_key_values", None)


def copyable(cache: object) -> bool:
    """Whether a cache can go back to fewer tokens, and be copied without copying its tensors."""
    return bool(getattr(cache, "is_croppable", False))


def copied(cache: object) -> object:
    """A cache that can grow or be cut while the other stays: layers replace tensors, never change them."""
    other = copy.copy(cache)
    other.layers = [copy.copy(layer) for layer in cache.layers]
    return other


def _common(a: list[int], b: list[int]) -> int:
    """How many tokens two texts share from the beginning."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _reading(
    lm: LanguageModel, ids: list[int], known: tuple[list, list, list], rows: Tensor, cache: object
) -> Reading:
    """`known`: log_p, rank and over of the first tokens; rows (N, V): the logits from the last of them on."""
    log_p, rank, over = known
    for start in range(0, len(rows), CHUNK):
        log_probs = rows[start : start + CHUNK].double().log_softmax(-1)  # (n, V)
        over = over + (1 - log_probs.exp() @ lm.spelling.goes_on).clamp(0, 1).tolist()
        after = torch.tensor(ids[len(log_p) :][: len(log_probs)])[:, None]  # (n or n - 1, 1)
        own = log_probs[: len(after)].gather(1, after)
        rank = rank + (1 + (log_probs[: len(after)] > own).sum(-1)).tolist()
        log_p = log_p + own[:, 0].tolist()
    return Reading(ids, log_p, rank, over, rows[-1].clone(), cache)


def fresh(lm: LanguageModel, ids: list[int]) -> Reading:
    """A reading of ids from their first token on, which is kept nowhere."""
    rows, cache = forward(lm, [ids])
    return _reading(lm, ids, ([0.0], [1], []), rows[0], cache)


def _read_on(lm: LanguageModel, kept: Reading | None, ids: list[int]) -> Reading:
    """A reading of ids, from the first token in which they differ from those of `kept`."""
    same = min(_common(kept.ids, ids), len(ids) - 1) if kept else 0
    if same < 2 or not copyable(kept.cache):
        return fresh(lm, ids)
    known = kept.log_p[:same], kept.rank[:same], kept.over[: same - 1]
    if same == len(kept.ids):
        rows, cache = forward(lm, [ids[same:]], copied(kept.cache))
        return _reading(lm, ids, known, torch.cat([kept.logits[None], rows[0]]), cache)
    cache = copied(kept.cache)
    cache.crop(same - 1 - len(kept.ids))  # the logits of the last common token are needed again
    rows, cache = forward(lm, [ids[same - 1 :]], cache)
    return _reading(lm, ids, known, rows[0], cache)


def read(lm: LanguageModel, ids: list[int], visitor: str = "") -> Reading:
    """Read ids (T,), T >= 1; what anybody's last reading has in common with them is not read again."""
    key = (visitor, lm.name)
    kept = store().nearest(key, ids)
    if kept is None or kept.ids != ids:
        kept = _read_on(lm, kept, ids)
        store().put(key, kept)
    return kept
