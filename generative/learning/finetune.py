"""Fine-tuning a shipped model on one page: all of it, its last layer, or thin matrices beside it (LoRA).

The method is that of the training before, on little text: rows of the page cut at random, AdamW (Loshchilov
and Hutter 2019, https://arxiv.org/abs/1711.05101), few steps. What it brings and costs is told in bits per
byte: on the page, on another text by the same hand, on untouched texts; a network forgets what it no longer
sees (McCloskey and Cohen 1989). The shipped model is never written to: what learns is a copy of what learns,
and the rest is shared. It does not know who asks, nor where a model is used afterwards.
"""

import copy
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from generative.errors import GenerativeError, within
from generative.language import model, predict, tokens, visiting
from generative.language.model import LanguageModel
from generative.language.sampling import Options
from generative.learning import lora
from generative.learning.pages import Page, untouched
from generative.learning.records import Begun, Bits, Done, Loss, Record, Waits, Wrote
from generative.learning.step import tokens as ids_of
from generative.once import recent
from generative.pool import heavy

BASES = ("language_small", "language_middle")
HOWS = ("full", "last", "lora")
MOST_RANK = 32
LANE = "training"  # of the jobs that each hold a model and its optimizer, see `pool.start`
SECONDS = 40.0  # of computing, at most; on two cores that do nothing else a run takes some ten
MANY, HURRY = 2, 15.0  # where more than so many wait, a run takes at most so many seconds
SHORTEST = 5.0  # and never less than these, however many wait
STEPS = {"language_small": 80, "language_middle": 60}  # from twice as many on it knows the page by heart
ROW = {
    "language_small": 96,
    "language_middle": 64,
}  # tokens of a step: it takes about 50 ms, so sliders go first
WINDOW = 64  # tokens that are measured at once
WRITTEN = 56  # tokens of a writing
WRITE_EVERY = 10  # steps from one writing to the next
OPTIONS = Options(0.7, 0, 0.95)  # likely words, not always the likeliest
SEED = 1
# of AdamW; a tenth of what the training before began with, for a model of width 128
RATES = {"full": 2e-4, "last": 1e-3, "lora": 2e-3}
WARM_UP = 10  # steps from nothing to the full rate
CLIP = 1.0  # largest gradient norm
LOST = 3.0  # times the loss of knowing nothing, ln V: beyond it training has diverged


class Diverged(GenerativeError):
    en = (
        "Training diverged: at this rate the loss only grew. Start over with a smaller one; the shipped "
        "model is as it was."
    )
    pt = (
        "O treino divergiu: com essa taxa, o erro só cresceu. Recomece com uma menor; o modelo original "
        "segue intacto."
    )


class HowUnknown(GenerativeError):
    en = "A model can be fine-tuned in one of these ways: {names}."
    pt = "Um modelo pode ser ajustado de um destes modos: {names}."


class BaseUnknown(GenerativeError):
    en = "One of these models can be fine-tuned: {names}."
    pt = "Um destes modelos pode ser ajustado: {names}."


class NothingLearns(GenerativeError):
    """Said of a recipe, not raised: such a run is a comparison."""

    en = "Of rank 0, or at rate 0, no number changes: it writes as before. Take more to see it learn."
    pt = "Com posto 0, ou taxa 0, nenhum número muda: ele escreve como antes. Aumente para vê-lo aprender."


@dataclass(frozen=True)
class Recipe:
    """What is fine-tuned and how. Raises BaseUnknown, HowUnknown, NumberOutOfRange.

    seconds: of computing, at most. rate: of AdamW; None: the one that suits `how`. keep: whether the model is
    kept, by a secret name, for the visit.
    """

    base: str = BASES[0]
    how: str = "lora"
    rank: int = 8
    seconds: float = SECONDS
    rate: float | None = None
    keep: bool = True

    def __post_init__(self):
        if self.base not in BASES:
            raise BaseUnknown(names=", ".join(BASES))
        if self.how not in HOWS:
            raise HowUnknown(names=", ".join(HOWS))
        within("rank", self.rank, 0, MOST_RANK, whole=True)
        within("seconds", self.seconds, 1, SECONDS)
        if self.rate is not None:
            within("rate", self.rate, 0, 1e12)

    @property
    def note(self) -> GenerativeError | None:
        """What to say of it beforehand."""
        idle = (self.how == "lora" and not self.rank) or self.rate == 0
        return NothingLearns() if idle else None


# ---- what learns ----


class Copy(NamedTuple):
    """A model that may learn, and what of it does; nbytes: of the parameters that it does not share."""

    lm: LanguageModel
    learning: list[nn.Parameter]
    nbytes: int


def copy_of(lm: LanguageModel, how: str, rank: int, generator: torch.Generator) -> Copy:
    """A model beside the shipped one: only what learns is its own, the rest is one and the same memory."""
    shared = [] if how == "full" else list(lm.model.parameters())
    if how == "last":
        own = {id(p) for p in _last(lm.model)}
        shared = [p for p in shared if id(p) not in own]
    network = copy.deepcopy(lm.model, {id(p): p for p in shared})
    if how == "lora":
        learning = lora.adapt(network.model.layers, rank, generator)
    else:
        learning = list(network.parameters()) if how == "full" else _last(network)
    for p in learning:
        p.requires_grad_(True)
    name = visiting.new_name()
    return Copy(replace(lm, name=name, model=network), learning, sum(p.nbytes for p in learning))


def _last(network: nn.Module) -> list[nn.Parameter]:
    """The last block, and the norm before the matrix that writes tokens (the same that reads them)."""
    return [*network.model.layers[-1].parameters(), *network.model.norm.parameters()]


@recent(10_000, lambda _: 100)
def learning_of(base: str, how: str, rank: int) -> tuple[int, int]:
    """(how many numbers learn, how many the shipped model has)."""
    lm = model.load(base)
    made = copy_of(lm, how, rank, torch.Generator().manual_seed(SEED))
    return sum(p.numel() for p in made.learning), sum(p.numel() for p in lm.model.parameters())


# ---- bits per byte ----


def _size(lm: LanguageModel, ids: list[int]) -> int:
    """Bytes of the tokens after the first."""
    return sum(len(lm.pieces[i]) for i in ids[1:])


@torch.inference_mode()
def _nats(lm: LanguageModel, ids: list[int]) -> float:
    """-log p of the tokens after the first."""
    idx = torch.tensor(ids)[None]
    logits = lm.model(idx[:, :-1], use_cache=False).logits[0]
    return float(F.cross_entropy(logits, idx[0, 1:], reduction="sum"))


def bits(lm: LanguageModel, text: str) -> Iterator[float | None]:
    """None for each window of the text that is read, then its bits per byte."""
    ids, nats = ids_of(lm, text), 0.0
    for start in range(0, len(ids) - 1, WINDOW):
        nats += _nats(lm, ids[start : start + WINDOW + 1])
        yield None
    yield nats / math.log(2) / max(1, _size(lm, ids))


def measured(lm: LanguageModel, page: Page, side: str) -> Iterator[Waits | Bits]:
    """The three figures of a model, in steps."""
    found = []
    for text in (page.text, page.same, *untouched()):
        for value in bits(lm, text):
            if value is None:
                yield Waits("waits")
            else:
                found.append(value)
    yield Bits("bits", side, found[0], found[1], sum(found[2:]) / len(found[2:]))


@recent(200_000, lambda found: 500 + len(found[0]))
def before(page: Page, base: str) -> tuple[str, tuple[float, float, float]]:
    """What the shipped model writes, and its figures: (page, same hand, untouched) in bits per byte."""
    lm = model.load(base)
    *_, wrote = written(lm, page.prompt, 0)
    *_, found = measured(lm, page, "before")
    return wrote.text, (found.page, found.same, found.untouched)


# ---- writing ----


def written(lm: LanguageModel, prompt: str, step: int) -> Iterator[Wrote]:
    """A writing token by token: the same chances each time, so that only the model differs."""
    text = b""
    for token in predict.generate_by(lm, prompt, WRITTEN, OPTIONS, SEED):
        text += lm.pieces[token.token]
        yield Wrote("wrote", step, tokens.show(text), False)
    yield Wrote("wrote", step, tokens.show(text), True)


# ---- training ----


def rows(lm: LanguageModel, text: str, length: int, generator: torch.Generator) -> Iterator[list[int]]:
    """Rows of a text without end, each cut out at random: length + 1 tokens."""
    ids = ids_of(lm, text)
    last = max(0, len(ids) - length - 1)
    while True:
        start = int(torch.randint(last + 1, (), generator=generator))
        yield ids[start : start + length + 1]


def rate_of(lm: LanguageModel, how: str) -> float:
    """The rate that suits: it falls with the width, as that of the training before did with its root."""
    return RATES[how] * 128 / lm.model.config.hidden_size


def budget(seconds: float, waiting: int) -> float:
    """How long a run may take while so many wait."""
    return seconds if waiting <= MANY else max(SHORTEST, min(seconds, HURRY, 60 / waiting))


class Trainer:
    """The loop's one step, on rows of a page."""

    def __init__(self, made: Copy, text: str, recipe: Recipe):
        self.lm, self.learning = made.lm, made.learning
        self.rate = rate_of(made.lm, recipe.how) if recipe.rate is None else recipe.rate
        self.bits = math.nan
        self.rows = rows(made.lm, text, ROW[recipe.base], torch.Generator().manual_seed(SEED))
        self.adamw = torch.optim.AdamW(made.learning, self.rate, (0.9, 0.95), weight_decay=0.0)

    def step(self, n: int) -> Iterator[Waits]:
        """Step n, from 1, in pieces of about 50 ms or less; then `bits` is that of its row before it. Raises
        Diverged."""
        ids = next(self.rows)
        for group in self.adamw.param_groups:
            group["lr"] = self.rate * min(1.0, n / WARM_UP)
        with torch.enable_grad():
            loss = self._loss(torch.tensor(ids)[None])
        yield Waits("waits")
        loss.backward()
        yield Waits("waits")
        nn.utils.clip_grad_norm_(self.learning, CLIP)
        self.adamw.step()
        self.adamw.zero_grad(set_to_none=True)
        self.bits = self._checked(loss.item()) * (len(ids) - 1) / math.log(2) / max(1, _size(self.lm, ids))
        yield Waits("waits")

    def check(self) -> None:
        """Before the model writes: what the last step made of it. Raises Diverged."""
        ids = next(self.rows)
        self._checked(_nats(self.lm, ids) / (len(ids) - 1))

    def _checked(self, nats: float) -> float:
        if not nats < LOST * math.log(len(self.lm.pieces)):  # also where it is no number
            raise Diverged()
        return nats

    def _loss(self, idx: Tensor) -> Tensor:
        """Mean -log p of the next token, in nats, over idx (1, T + 1)."""
        logits = self.lm.model(idx[:, :-1], use_cache=False).logits[0]
        return F.cross_entropy(logits, idx[0, 1:])


def train(page: Page, recipe: Recipe, waiting: Callable[[], int] = heavy.crowd) -> Iterator[Record]:
    """Fine-tune a copy of a shipped model on a page, step by step, each of about 50 ms or less.

    First the numbers that learn, what the model writes and its three figures before; then losses, and every
    WRITE_EVERY steps a writing; then the figures after. The same page and recipe, the same first n records,
    however long it may run. waiting: how many wait for their turn. Raises Diverged.
    """
    shipped = model.load(recipe.base)
    made = copy_of(shipped, recipe.how, recipe.rank, torch.Generator().manual_seed(SEED))
    total, steps = sum(p.numel() for p in shipped.model.parameters()), STEPS[recipe.base]
    yield Begun("begun", sum(p.numel() for p in made.learning), total, steps, page.prompt)
    yield from written(shipped, page.prompt, 0)
    yield from measured(shipped, page, "before")
    trainer, seconds, n = Trainer(made, page.text, recipe), 0.0, 0
    while n < steps and seconds < (most := budget(recipe.seconds, waiting())):
        n += 1
        for part in _timed(trainer.step(n)):
            seconds += part.seconds
            yield part.record
        yield Loss("loss", n, trainer.bits, seconds, most)
        if n % WRITE_EVERY == 0 and n < steps:
            trainer.check()
            for wrote in _timed(written(made.lm, page.prompt, n)):
                seconds += wrote.seconds
                yield wrote.record
    trainer.check()
    yield from written(made.lm, page.prompt, n)
    yield from measured(made.lm, page, "after")
    yield Done("done", n, n < steps, _kept(made) if recipe.keep else "")


class _Timed(NamedTuple):
    record: Record
    seconds: float


def _timed(records: Iterator[Record]) -> Iterator[_Timed]:
    """Each with the seconds that computing it took."""
    while True:
        began = time.perf_counter()
        record = next(records, None)
        if record is None:
            return
        yield _Timed(record, time.perf_counter() - began)


def _kept(made: Copy) -> str:
    """The secret name under which the model is kept for the visit."""
    for p in made.learning:
        p.requires_grad_(False)
        p.grad = None
    visiting.models().keep(made.lm, made.nbytes)
    return made.lm.name
