"""Bigram and trigram: the next token from counts of what came after the last one or two tokens.

Interpolated absolute discounting (Ney, Essen and Kneser 1994, https://doi.org/10.1006/csla.1994.1001): every
count gives up D, and what a history h gives up goes to the model that looks back one token less (h'):

    p(w | h) = max(c(h, w) - D, 0) / c(h) + backoff(h) p(w | h')

down to single tokens and from there to 1 / V. backoff(h) is whatever the kept counts leave, so each row sums
to 1 even where rare n-grams were dropped, and every p is above 0.

The counts are a tree: a history is the place of its own last n-gram among the n-grams one token shorter.
`NGrams` answers like a causal model of transformers; it knows no text, and keeps no cache.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor, nn

from generative import weights
from generative.errors import WeightsDamaged

FILE = "model.safetensors"
COMPACT = (torch.uint16, torch.int32, torch.int64)  # on disk each tensor takes the first that holds it


@dataclass(frozen=True)
class NGramConfig:
    """What fixes the shapes."""

    vocab_size: int
    discounts: tuple[float, ...]  # D of single tokens, pairs, ...
    kept: tuple[int, ...]  # how many pairs, triples, ... are stored
    max_position_embeddings: int = 256  # read in pieces as long as the transformers', to be scored alike

    @property
    def parameters(self) -> int:
        """Counts stored. Which tokens they belong to is not counted, as a matrix's rows are not."""
        return self.vocab_size + sum(self.kept)


class Answer(NamedTuple):
    """As transformers answers: log p (B, T, V), float64. There is no cache."""

    logits: Tensor
    past_key_values: None = None


class Table(NamedTuple):
    """One order, ready for use: N n-grams under H histories."""

    keys: Tensor  # (N,) history * V + token, sorted
    probs: Tensor  # (N,) max(c - D, 0) / c(history)
    starts: Tensor  # (H + 1,) the n-grams of history h are starts[h] to starts[h + 1]
    backoff: Tensor  # (H,)

    def sound(self) -> bool:
        """Whether the n-grams are in order and every history leaves something to the order below."""
        return bool((self.keys[1:] > self.keys[:-1]).all() and (self.backoff > 0).all())

    def find(self, history: Tensor, token: Tensor, vocab_size: int) -> Tensor:
        """The place of each n-gram in the table, -1 for one that it does not hold or a history of -1."""
        key = history * vocab_size + token
        at = torch.searchsorted(self.keys, key).clamp(max=len(self.keys) - 1)
        return torch.where(self.keys[at] == key, at, -1)

    def refine(self, probs: Tensor, history: Tensor) -> None:
        """Turn p of the order below, probs (M, V), into this one's; a history (M,) of -1 changes nothing."""
        rows = (history >= 0).nonzero()[:, 0]
        first, end = self.starts[history[rows]], self.starts[history[rows] + 1]
        probs[rows] *= self.backoff[history[rows], None]
        n = end - first
        place = torch.arange(int(n.sum()), device=n.device) + (first - n.cumsum(0) + n).repeat_interleave(n)
        probs[rows.repeat_interleave(n), self.keys[place] % probs.shape[1]] += self.probs[place]


class NGrams(nn.Module):
    """Counts as buffers (int64): counts_1 (V,); for n = 2, 3, ...: sizes_n (H,) tells how many n-grams each
    history has, tokens_n and counts_n (N,) hold their last token and how often they were seen."""

    def __init__(self, config: NGramConfig):
        super().__init__()
        self.config = config
        self.register_buffer("counts_1", torch.zeros(config.vocab_size, dtype=torch.int64))
        histories = config.vocab_size
        for n, kept in enumerate(config.kept, start=2):
            for name, size in ((f"sizes_{n}", histories), (f"tokens_{n}", kept), (f"counts_{n}", kept)):
                self.register_buffer(name, torch.zeros(size, dtype=torch.int64))
            histories = kept
        self.unigram: Tensor = torch.empty(0)
        self.tables: list[Table] = []

    @property
    def device(self) -> torch.device:
        return self.counts_1.device

    def tabulate(self) -> "NGrams":
        """From the counts to probabilities; once, after the counts are in place."""
        c, D = self.counts_1.double(), self.config.discounts[0]
        given_up = c.clamp(max=D).sum()
        self.unigram = ((c - D).clamp(min=0) + given_up / len(c)) / c.sum()
        self.tables = [self._table(n) for n in range(2, len(self.config.kept) + 2)]
        return self

    def _table(self, n: int) -> Table:
        sizes, tokens, counts = (self.get_buffer(f"{name}_{n}") for name in ("sizes", "tokens", "counts"))
        histories = torch.arange(len(sizes), device=self.device).repeat_interleave(sizes)
        of_history = self.get_buffer(f"counts_{n - 1}")[histories].double()
        probs = (counts.double() - self.config.discounts[n - 1]).clamp(min=0) / of_history
        backoff = torch.ones(len(sizes), dtype=torch.float64, device=self.device)
        starts = F.pad(sizes.cumsum(0), (1, 0))
        keys = histories * self.config.vocab_size + tokens
        return Table(keys, probs, starts, backoff.index_add(0, histories, -probs))

    def _histories(self, idx: Tensor) -> Iterator[Tensor]:
        """For each table the history (B, T) that stands at each position; -1 where it has none."""
        history = idx
        for table in self.tables:
            yield history
            before = F.pad(history[:, :-1], (1, 0), value=-1)
            history = table.find(before, idx, self.config.vocab_size)

    def forward(
        self, idx: Tensor, past_key_values: None = None, use_cache: bool = False, logits_to_keep: int = 0
    ) -> Answer:
        """idx (B, T) -> log p of the token after each position, or after the last `logits_to_keep` alone."""
        kept = idx[:, -logits_to_keep:].shape
        probs = self.unigram.repeat(kept.numel(), 1)  # (B T, V)
        for table, history in zip(self.tables, self._histories(idx), strict=True):
            table.refine(probs, history[:, -logits_to_keep:].flatten())
        return Answer(probs.log().view(*kept, -1))


def _compact(tensor: Tensor) -> Tensor:
    largest = int(tensor.max()) if len(tensor) else 0
    return tensor.to(next(kind for kind in COMPACT if largest <= torch.iinfo(kind).max))


def save(model: NGrams, folder: Path) -> None:
    """Write config.json and the counts, each tensor in the smallest integers that hold it."""
    weights.save_config(model.config, folder)
    state = {name: _compact(tensor) for name, tensor in model.state_dict().items()}
    save_file(state, folder / FILE, metadata={"format": "pt"})
    (folder / FILE).chmod(0o644)


def load(folder: Path) -> NGrams:
    """A counted model, ready to serve, on the CPU. Raises WeightsMissing, WeightsDamaged."""
    config = weights.load_config(NGramConfig, folder)
    try:
        model = NGrams(config)
    except (TypeError, RuntimeError) as error:
        raise WeightsDamaged(file=weights.shown(folder / "config.json")) from error
    weights.load(model, folder / FILE)
    damaged = WeightsDamaged(file=weights.shown(folder / FILE))
    try:
        model.tabulate()
    except (RuntimeError, IndexError) as error:  # sizes that do not add up, a discount that is not there
        raise damaged from error
    if not all(table.sound() for table in model.tables):
        raise damaged
    return model.eval()
