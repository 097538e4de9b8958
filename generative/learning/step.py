"""One step of the lecture's recipe on a sentence of one's own: cut it, predict, adjust, repeat.

The labels come from the text itself (self-supervision): cut before each of its tokens, a sentence of T tokens
is T examples, "these tokens" -> "the next one". A transformer answers all T cuts in one pass, so a step here
lowers their mean loss, which is the one of pre-training (Radford et al. 2018, "Improving Language
Understanding by Generative Pre-Training", eq. 1), on a batch of one sentence:

    loss = 1/T sum over t of -log p(token_t | the tokens before it)
    SGD: every parameter w becomes w - rate * d loss / d w    (or AdamW, https://arxiv.org/abs/1711.05101)

All parameters move, on a copy of a shipped model, which itself stays as it is. Nothing here is random: k
steps on a sentence are a function of (text, model, optimizer, rate, k), so a class shares what was computed,
and a copy that was given up is made again. It knows neither the page nor who asks.
"""

import copy
import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import NamedTuple, TypeVar

import torch
from torch import Tensor

from generative import language
from generative.errors import GenerativeError, TextEmpty, within
from generative.language import chain, predict, transformer
from generative.language.lookahead import Lookahead
from generative.language.model import LanguageModel
from generative.language.reading import Reading, fresh
from generative.language.search import Search
from generative.language.tokens import encode, raw, show
from generative.once import once
from generative.text import plain

T = TypeVar("T")
MODELS = ("language_small", "language_middle")  # a step takes 0.03 s on one core; of the next size 0.2 s
OPTIMIZERS = {"sgd": torch.optim.SGD, "adamw": torch.optim.AdamW}  # with PyTorch's defaults
MOST_TOKENS, MOST_CHARACTERS = 64, 1000  # of a sentence
MOST_STEPS = 60
HIGHEST_RATE = 1e9
HOPELESS = 100.0  # bits a token: a blind guess among 8,192 tokens costs 13
N = 6  # bars
MOST_BYTES = 128 * 2**20  # of copies in training: two of the middle model with AdamW, nine with SGD
CONTROL = {  # sentences that nobody trains on
    "en": "The dog sleeps in the house.",
    "pt": "O cachorro dorme na casa.",
}
HELD_OUT = {  # texts written for this, which no model here was trained on
    "en": "The ferry leaves the island at seven, whether anyone is on it or not. Old Martin ties the ropes, "
    "counts the empty benches and waves at the gulls as if they had paid. By noon he is back with bread, "
    "newspapers and the one passenger who forgot where she wanted to go.",
    "pt": "Na feira de sábado, dona Célia vende mangas e abacaxis desde as seis da manhã. Conhece cada "
    "freguês pelo nome e guarda as frutas mais maduras para quem chega tarde. Quando começa a chover, cobre "
    "a banca com um plástico azul e conta histórias do tempo em que o rio passava ali.",
}
LN2 = math.log(2)


class Diverged(GenerativeError):
    en = (
        "A rate of {rate} is too large: the numbers ran away, and the model knows nothing any more. Reset "
        "it, and take a smaller rate."
    )
    pt = (
        "A taxa de {rate} é grande demais: os números dispararam, e o modelo não sabe mais nada. Volte "
        "ao original e use uma taxa menor."
    )


class SentenceTooLong(GenerativeError):
    en = "This is too long for one step: at most {limit} tokens fit, some 40 words. Take a single sentence."
    pt = "É longo demais para um passo: cabem {limit} tokens, umas 40 palavras. Use uma frase só."


class ModelNotHere(GenerativeError):
    en = "“{name}” is not adjusted here. Take one of: {names}."
    pt = "“{name}” não pode ser ajustado aqui. Use um destes: {names}."


class OptimizerUnknown(GenerativeError):
    en = "“{name}” is no optimizer here. Take one of: {names}."
    pt = "“{name}” não é um otimizador daqui. Use um destes: {names}."


class Recipe(NamedTuple):
    """What determines every step. Hashable; made by `recipe`, which checks it."""

    text: str
    model: str
    optimizer: str
    rate: float


class Word(NamedTuple):
    """A word of the sentence with its leading blank, p(word | those before it), the tokens that spell it."""

    text: str
    p: float
    tokens: list[str]


class Guess(NamedTuple):
    """A word that may stand at the cut, and its p; at most `State.error` below the exact one."""

    text: str
    p: float


class Moved(NamedTuple):
    """A part of the network, and how far it has moved: |w - w_shipped| / |w_shipped|, Euclidean norms.

    part: "embedding", "attention", "feed_forward" or "norms"; layer: from 0, -1 where there is but one.
    """

    part: str
    layer: int
    share: float


class State(NamedTuple):
    """The model after k steps. The sentence one looks at, of these words, is cut before number `cut`, from 0.

    guesses: the likeliest words there. own: mean bits a token of the sentence, the loss; control: the same of
    a sentence not trained on; held_out: bits a byte of a text not trained on; examples: tokens.
    """

    k: int
    words: list[Word]
    cut: int
    guesses: list[Guess]
    error: float
    own: float
    control: float
    held_out: float
    examples: int
    moved: list[Moved]


# What is asked for


def recipe(text: str, name: str = "", optimizer: str = "sgd", rate: float = 0.0) -> Recipe:
    """Raises TextEmpty, SentenceTooLong, ModelNotHere, OptimizerUnknown, NumberOutOfRange."""
    text, name = plain(text).rstrip(" "), name or language.model.DEFAULT
    if not text.strip():
        raise TextEmpty()
    if len(text) > MOST_CHARACTERS:
        raise SentenceTooLong(limit=MOST_TOKENS)
    if name not in MODELS:
        raise ModelNotHere(name=name[:40], names=", ".join(MODELS))
    if optimizer not in OPTIMIZERS:
        raise OptimizerUnknown(name=optimizer[:40], names=", ".join(OPTIMIZERS))
    return Recipe(text, name, optimizer, float(within("rate", rate, 0, HIGHEST_RATE)))


def tokens(lm: LanguageModel, text: str) -> list[int]:
    """The tokens of a text, after the one before a document."""
    return predict.from_start(lm, encode(lm.tokenizer, text, lm.pieces))


# A copy in training


class Learner:
    """A copy of a shipped model after k steps on one sentence."""

    def __init__(self, asked: Recipe):
        """Raises SentenceTooLong."""
        self.recipe, self.k = asked, 0
        self.shipped = language.model.load(asked.model)
        self.ids = tokens(self.shipped, asked.text)
        if len(self.ids) > MOST_TOKENS + 1:
            raise SentenceTooLong(limit=MOST_TOKENS)
        model = copy.deepcopy(self.shipped.model).requires_grad_(True)
        self.lm = replace(self.shipped, name=f"{asked.model}, adjusted", model=model)
        vars(self.lm)["spelling"] = self.shipped.spelling  # of the same tokens, which are sorted once
        self.optimizer = OPTIMIZERS[asked.optimizer](model.parameters(), lr=asked.rate)

    @torch.enable_grad()
    def step(self) -> None:
        """The gradient of the mean loss over all cuts, then one step against it."""
        idx = torch.tensor([self.ids])  # (1, T + 1)
        loss = transformer.loss(self.lm.model(idx, use_cache=False).logits, idx)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.optimizer.zero_grad()  # gradients take as much room as the parameters
        self.k += 1

    @property
    def nbytes(self) -> int:
        """Of the parameters, and of the averages that AdamW keeps of each."""
        copies = 3 if self.recipe.optimizer == "adamw" else 1
        return copies * sum(p.nbytes for p in self.lm.model.parameters())


class Learners:
    """The copies that were stepped last, at most `most` bytes of them: who goes on need not begin anew.

    Whoever works on one has taken it out, so no two threads step the same.
    """

    def __init__(self, most: int):
        self.most = most
        self._kept: OrderedDict[Recipe, Learner] = OrderedDict()
        self._lock = threading.Lock()

    def at(self, asked: Recipe, k: int) -> Learner:
        """A copy after k steps, taken out; where none is kept that has gone less far, made anew."""
        with self._lock:
            learner = self._kept.pop(asked, None)
        if learner is None or learner.k > k:
            learner = Learner(asked)
        while learner.k < k:
            learner.step()
        return learner

    def use(self, asked: Recipe, k: int, work: Callable[[Learner], T]) -> T:
        """What some work on a copy after k steps gives; where it fails, the copy is given up."""
        learner = self.at(asked, k)
        given = work(learner)
        self.keep(learner)
        return given

    def keep(self, learner: Learner) -> None:
        """Back for the next who goes on; one that has not begun is as quickly made."""
        with self._lock:
            if learner.k:
                self._kept[learner.recipe] = learner
            while sum(one.nbytes for one in self._kept.values()) > self.most:
                self._kept.popitem(last=False)


LEARNERS = Learners(MOST_BYTES)


def walk(asked: Recipe, control: str, look: str, cut: int, first: int, last: int) -> Iterator[State]:
    """The model after `first` to `last` steps, each once it is computed. See `pieces`."""
    return (state for state in pieces(asked, control, look, cut, first, last) if state)


def pieces(asked: Recipe, control: str, look: str, cut: int, first: int, last: int) -> Iterator[State | None]:
    """The same in pieces of some 50 ms, so that a hand that moves something else need not wait longer: None
    after each but the last of a state.

    control: "en" or "pt", the language of what is not trained on. look: which sentence is cut, "own" or
    "control"; cut: the word that is hidden in it, the last one where there are fewer. Between two
    states nothing is held here. Raises NumberOutOfRange, SentenceTooLong, Diverged.
    """
    last = within("steps", last, 0, MOST_STEPS, whole=True)
    first = within("steps", first, 0, last, whole=True)
    cut = within("cut", cut, 0, MOST_CHARACTERS, whole=True)
    other = CONTROL[control] if look == "control" else ""
    for k in range(first, last + 1):
        yield LEARNERS.use(asked, k, lambda _: None)  # the step itself
        known = LEARNERS.use(asked, k, partial(losses, control=control))
        yield None
        yield LEARNERS.use(asked, k, partial(measure, known=known, other=other, cut=cut))


# What it knows now


def losses(learner: Learner, control: str) -> tuple[float, float, float]:
    """Bits of the sentence, the other one, the text held out, see `State`. Raises Diverged where they are
    none, hopeless, or those of blind guesses."""
    lm, texts = learner.lm, (CONTROL[control], HELD_OUT[control])
    other, held_out = (fresh(lm, tokens(lm, text)) for text in texts)
    own = fresh(lm, learner.ids)
    found = bits(own), bits(other), bits(held_out) * (len(held_out.ids) - 1) / len(raw(texts[1]))
    blind = math.log2(len(lm.pieces))
    if not all(loss < HOPELESS for loss in found) or all(abs(b - blind) < 1e-3 for b in found[:2]):
        # NaN is not less; where numbers ran over, the norms turn all to 0, and every token is as likely
        raise Diverged(rate=learner.recipe.rate)
    return found


def measure(learner: Learner, known: tuple[float, float, float], other: str, cut: int) -> State:
    """The state of a copy of these losses. other: the sentence that is cut, '' for its own."""
    lm = learner.lm
    shown = fresh(lm, tokens(lm, other) if other else learner.ids)
    found, spans = words(lm, shown), chain.spans(lm, shown.ids)
    cut = min(cut, len(found) - 1)
    context = fresh(lm, shown.ids[: spans[cut][0]])
    guesses, error = candidates(lm, context, cut > 0 and spans[cut - 1][2])
    return State(learner.k, found, cut, guesses, error, *known, len(learner.ids) - 1, moved(learner))


def bits(read: Reading) -> float:
    """The mean loss of a text's tokens, in bits: -log2 p(token | those before it)."""
    return -sum(read.log_p) / LN2 / (len(read.ids) - 1)


def words(lm: LanguageModel, read: Reading) -> list[Word]:
    """The words of the sentence, as `chain` scores them, with their tokens."""
    pieces = [[show(lm.pieces[token]) for token in read.ids[a:b]] for a, b, _ in chain.spans(lm, read.ids)]
    return [Word(one.text, one.p, spelt) for one, spelt in zip(chain.scored(lm, read), pieces, strict=True)]


def candidates(lm: LanguageModel, read: Reading, after_word: bool) -> tuple[list[Guess], float]:
    """The likeliest next words, and by how much the p of any of them may be too low. See `language.words`."""
    search = Search(Lookahead(lm, read), after_word=after_word).begin().run(N)
    best = sorted(search.found, key=lambda word: (-search.found[word].p, word))[:N]
    mass = search.p_mass or 1.0
    guesses = [Guess(show(word), search.found[word].p / mass) for word in best]
    return guesses, max((search.error(word) for word in best), default=0.0)


def part_of(parameter: str) -> tuple[str, int]:
    """("attention", 3) for "model.layers.3.self_attn.q_proj.weight"."""
    names = parameter.split(".")
    if "embed_tokens" in names or "lm_head" in names:
        return "embedding", -1
    if "layers" not in names or "layernorm" in parameter:
        return "norms", -1
    return "attention" if "self_attn" in names else "feed_forward", int(names[names.index("layers") + 1])


@torch.no_grad()
def moved(learner: Learner) -> list[Moved]:
    """How far each part has moved, in the order in which a token passes through them; the norms last."""
    shipped = dict(learner.shipped.model.named_parameters())
    change = sizes((name, now - shipped[name]) for name, now in learner.lm.model.named_parameters())
    size = shipped_sizes(learner.recipe.model)
    order = sorted(change, key=lambda part: (part[0] == "norms", part[1], part[0]))
    return [Moved(*part, change[part] / size[part]) for part in order]


def sizes(parameters: Iterable[tuple[str, Tensor]]) -> dict[tuple[str, int], float]:
    """The Euclidean norm of each part."""
    squares: dict[tuple[str, int], float] = {}
    for name, w in parameters:
        squares[part_of(name)] = squares.get(part_of(name), 0.0) + float(w.square().sum())
    return {part: math.sqrt(square) for part, square in squares.items()}


@once
def shipped_sizes(name: str) -> dict[tuple[str, int], float]:
    return sizes(language.model.load(name).model.named_parameters())
