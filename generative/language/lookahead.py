"""What a model says after a text and each of many short paths of tokens, without reading anything twice.

All paths hang on the text like the branches of a tree. Each token is computed once, a batch in one row beside
the KV cache of the text, and sees the text and the tokens on its own path alone (tree attention, Miao et al.
2023, https://arxiv.org/abs/2305.09781). It knows tokens and no words.
"""

import itertools
import math
from collections.abc import Iterable
from typing import NamedTuple

import torch
from torch import Tensor

from generative.language.model import LanguageModel
from generative.language.reading import Reading, copied, copyable, forward

BATCH = 16  # paths in one pass: on a CPU 32 cost nearly twice as much
TREES = ("llama", "gpt2")  # kinds of models that were seen to obey a mask of one's own, and positions


class Branch(NamedTuple):
    """A path that was computed: where in the cache its tokens stand, and the logits (V,) after it."""

    places: tuple[int, ...]
    logits: Tensor


def _each_alone(lm: LanguageModel, reading: Reading, paths: list[list[int]]) -> Tensor:
    """(B, V) after each path of a model that takes no tree: a row of its own for each, from the text on."""
    if not copyable(reading.cache):  # read all again
        return torch.stack([forward(lm, [[*reading.ids, *path]], last=True)[0][0, -1] for path in paths])
    cache = copied(reading.cache)
    cache.batch_repeat_interleave(len(paths))
    logits, _ = forward(lm, paths, cache)
    return torch.stack([row[len(path) - 1] for row, path in zip(logits, paths, strict=True)])


class Lookahead:
    """The logits after a text and paths of tokens that follow it. The reading of the text stays as it was."""

    def __init__(self, lm: LanguageModel, reading: Reading):
        self.lm, self.reading = lm, reading
        kind = getattr(lm.model.config, "model_type", "") if hasattr(lm.model, "config") else ""
        self.as_tree = kind in TREES and copyable(reading.cache)
        self.cache = copied(reading.cache) if self.as_tree else None
        self.known = {(): Branch((), reading.logits)}

    def after(self, paths: list[tuple[int, ...]], soon: Iterable[tuple[int, ...]] = ()) -> Tensor:
        """(B, V) after the text and each path; all but the last token of a path was itself asked for before.

        What is known is not computed again. Where something is computed, and the batch has room, those that
        will be asked for `soon` come along: one pass of 16 paths costs less than two of 4.
        """
        new = [path for path in dict.fromkeys(paths) if path not in self.known]
        if new and self.as_tree:
            along = (path for path in soon if path not in self.known and path not in new)
            self._as_tree([*new, *itertools.islice(along, max(0, BATCH - len(new)))])
        elif new:
            rows = _each_alone(self.lm, self.reading, [list(path) for path in new])
            self.known |= {path: Branch((), row) for path, row in zip(new, rows, strict=True)}
        return torch.stack([self.known[path].logits for path in paths])

    def _as_tree(self, paths: list[tuple[int, ...]]) -> None:
        """Compute the last token of each path at its place in the tree."""
        text, first = len(self.reading.ids), self.cache.get_seq_length()
        places = [(*self.known[path[:-1]].places, first + i) for i, path in enumerate(paths)]
        rows = self._forward([path[-1] for path in paths], [text - 1 + len(path) for path in paths], places)
        self.known |= dict(zip(paths, map(Branch, places, rows), strict=True))

    @torch.inference_mode()
    def _forward(self, tokens: list[int], positions: list[int], places: list[tuple[int, ...]]) -> Tensor:
        """(B, V) after each of B tokens, which see the text and their places in the cache, their own too."""
        first, device = self.cache.get_seq_length(), self.lm.model.device
        mask = torch.full((len(tokens), first + len(tokens)), -math.inf)
        mask[:, : len(self.reading.ids)] = 0
        for row, seen in zip(mask, places, strict=True):
            row[list(seen)] = 0
        out = self.lm.model(
            torch.tensor([tokens], device=device),
            position_ids=torch.tensor([positions], device=device),
            attention_mask=mask[None, None].to(device),
            past_key_values=self.cache,
            use_cache=True,
        )
        return out.logits[0].float().cpu()
