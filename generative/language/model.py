"""A causal language model, ready to serve: shipped, counted, or from the Hub.

Shipped and Hub models go the same way, through transformers, in fp32; this file holds no architecture (the
one that we ship is written out in transformer.py) and no probability (predict.py).
"""

import copy
import functools
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import torch

from generative import weights
from generative.device import lent_device
from generative.errors import (
    GenerativeError,
    ModelNotCausal,
    ModelTokenizerUnknown,
    ModelWithoutSafetensors,
    WeightsDamaged,
    within,
)
from generative.language import hub, ngrams, visiting
from generative.language.spelling import Spelling, spelling
from generative.language.tokens import pieces
from generative.once import Recent, once, recent
from generative.text import line

if TYPE_CHECKING:  # transformers takes seconds to import; the page opens first
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

NGRAMS = ("language_bigram", "language_trigram")  # counted, not trained; folders in weights/
# folders in weights/, smallest first
SHIPPED = ("language_small", "language_middle", "language_large", "language_xl")
DEFAULT = "language_middle"
CONTEXT = 256  # tokens at most: what the shipped models were trained on, and quick for all
CAUSAL = re.compile(r"(ForCausalLM|LMHeadModel)$")  # how transformers calls what predicts the next token
SNAPSHOT = re.compile(r"snapshot_(\d{10})\.safetensors")  # beside the smallest: itself after so many tokens
ASKED_BYTES = 8_000_000  # of answers kept for each model: some thousand texts
ASKED_VISITING = 500_000  # for a model of one visit
MOMENT_BYTES = 24_000_000  # three of its snapshots: reading one takes less than it computes
MOMENT = re.compile(rf"{SHIPPED[0]}@(\d{{1,9}})")  # the name of one of them, counted from 0


@dataclass(frozen=True)
class LanguageModel:
    """A model ready to serve. `pieces[token]` are the bytes that a token stands for."""

    name: str
    model: "PreTrainedModel"
    tokenizer: "PreTrainedTokenizerBase"
    block_size: int
    start: int | None  # the token before a document
    pieces: list[bytes]

    @functools.cached_property
    def device(self) -> torch.device:
        """Where its parameters are. (Asking the model goes through all of them, at each token anew.)"""
        return self.model.device

    @functools.cached_property
    def chats(self) -> bool:
        """Whether it was taught conversations, in which special tokens say who speaks (chat.py)."""
        return getattr(self.tokenizer, "chat_template", None) is not None

    @functools.cached_property
    def asked(self) -> Recent:
        """What was asked of it of late, and its answers: a class that reads one text computes once."""
        return Recent(ASKED_VISITING if visiting.is_visiting(self.name) else ASKED_BYTES)

    @functools.cached_property
    def spelling(self) -> Spelling:
        """What its tokens do in words."""
        return spelling(self.pieces, set(self.tokenizer.all_special_ids))


# Reading a folder


class Blame(NamedTuple):
    """The error to raise when the config, the tokenizer or the weights cannot be read."""

    config: GenerativeError
    tokenizer: GenerativeError
    weights: GenerativeError


@contextmanager
def _raising(error: GenerativeError) -> Iterator[None]:
    """What a library raises on files it cannot read (tokenizers: a plain Exception) becomes this error."""
    try:
        yield
    except Exception as cause:
        raise error from cause


def _read(folder: Path, name: str, device: torch.device, blame: Blame) -> LanguageModel:
    """Load a folder: safetensors and no code of its own, every parameter from the file, fp32, eval."""
    import transformers.utils as known_to_be_there

    # or its losses for object detection bring in SciPy and scikit-learn: 50 MB that no language model needs
    known_to_be_there.is_scipy_available = known_to_be_there.is_sklearn_available = bool

    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

    safe = {"trust_remote_code": False, "local_files_only": True}
    with _raising(blame.config):
        config = AutoConfig.from_pretrained(folder, **safe)
    if not any(CAUSAL.search(a) for a in config.architectures or []):
        raise blame.config
    with _raising(blame.tokenizer):
        tokenizer = AutoTokenizer.from_pretrained(folder, **safe)
        known = pieces(tokenizer, config.vocab_size)
    with _raising(blame.weights):
        model, report = AutoModelForCausalLM.from_pretrained(
            folder, config=config, dtype=torch.float32, use_safetensors=True, output_loading_info=True, **safe
        )
    if report["missing_keys"] or report["mismatched_keys"]:  # transformers has filled these at random
        raise blame.weights
    start = tokenizer.eos_token_id if tokenizer.bos_token_id is None else tokenizer.bos_token_id
    block_size = min(CONTEXT, getattr(config, "max_position_embeddings", None) or CONTEXT)
    model = model.to(device).eval().requires_grad_(False)
    return LanguageModel(name, model, tokenizer, block_size, start, known)


# Four kinds of models: trained, counted, earlier in a training, of the Hub


_reading = threading.Lock()  # transformers is neither imported nor loads in two threads at once


@once
def _shipped(folder: Path) -> LanguageModel:
    """Small models stay on the CPU, where one step is quicker than a trip to the GPU."""
    names = ("config.json", "tokenizer.json", "model.safetensors", "tokenizer_config.json")
    files = [folder / name for name in names]
    for file in files:
        weights.need(file)
    blame = Blame(*(WeightsDamaged(file=weights.shown(file)) for file in files[:3]))
    with _reading:
        return _read(folder, folder.name, torch.device("cpu"), blame)


@once
def _counted(folder: Path) -> LanguageModel:
    """An n-gram model with the tokenizer of the transformers, so that all bars can stand side by side."""
    return replace(_shipped(folder.with_name(SHIPPED[0])), name=folder.name, model=ngrams.load(folder))


def snapshots(folder: Path) -> list[Path]:
    """The snapshot files of a folder, earliest first."""
    return sorted(file for file in folder.iterdir() if SNAPSHOT.fullmatch(file.name))


@recent(MOMENT_BYTES, lambda lm: sum(p.nbytes for p in lm.model.parameters()))
def _snapshot(file: Path) -> LanguageModel:
    """A copy of the shipped network, every parameter replaced by the snapshot's."""
    shipped = _shipped(file.parent)
    model = weights.load(copy.deepcopy(shipped.model), file)
    moment = snapshots(file.parent).index(file)
    return replace(shipped, name=f"{shipped.name}@{moment}", model=model)


def load_moment(i: int) -> LanguageModel:
    """The smallest transformer at moment i of its training, counted from 0; the last is the shipped one.

    Raises NumberOutOfRange, WeightsMissing, WeightsDamaged.
    """
    folder = weights.WEIGHTS / SHIPPED[0]
    files = snapshots(folder)
    i = within("moment", i, 0, len(files), whole=True)
    return _shipped(folder) if i == len(files) else _snapshot(files[i])


_fetching = threading.Lock()  # a class that picks the same model at once shares one download and one copy


@functools.lru_cache(maxsize=2)
def _from_hub(name: str) -> LanguageModel:
    folder = hub.fetch(name)
    blame = Blame(*(e(name=name) for e in (ModelNotCausal, ModelTokenizerUnknown, ModelWithoutSafetensors)))
    with _reading:
        return _read(folder, name, lent_device(), blame)


# By name


def load(name: str = "") -> LanguageModel:
    """A shipped model, a moment like "language_small@3", or a causal model of the Hub by "owner/name"; a
    model of a visit by its secret name.

    "" is the default. Each is loaded once.

    Raises WeightsMissing and WeightsDamaged for a shipped one; ModelNotFound, RevisionNotFound,
    ModelUnreachable, ModelGated and ModelUnsuitable for one of the Hub; ModelNotFound and NumberOutOfRange
    for a moment that is not there; ModelGone for a visit that is over.
    """
    name = line(name) or DEFAULT
    if name in SHIPPED:
        return _shipped(weights.WEIGHTS / name)
    if name in NGRAMS:
        return _counted(weights.WEIGHTS / name)
    if moment := MOMENT.fullmatch(name):
        return load_moment(int(moment[1]))
    if visiting.is_visiting(name):
        return visiting.models().get(name)
    with _fetching:
        return _from_hub(name)


def writer(name: str = "") -> str:
    """Who writes on where `name` is asked: the default model's place is taken by the largest that is shipped.

    What is written is read, so it should be the best there is; bars must follow every keystroke.
    """
    return name if name and name != DEFAULT else available()[-1]


def is_shipped(name: str) -> bool:
    """Whether this is a model that comes with the app; "" is the default one."""
    return (name or DEFAULT).partition("@")[0] in NGRAMS + SHIPPED


def is_here(name: str) -> bool:
    """Whether this is a shipped model or one of a visit: small ones, that need neither the Hub nor a GPU."""
    return is_shipped(name) or visiting.is_visiting(name)


def available() -> list[str]:
    """The sizes: the shipped models that are there, n-grams first, then from small to large."""
    return [name for name in NGRAMS + SHIPPED if os.path.isdir(weights.WEIGHTS / name)]


def working() -> list[str]:
    """Those of them that can be loaded: a file that is damaged takes its own model away, and no other.

    Raises what loading the first raises where none can.
    """
    found, broken = [], []
    for name in available():
        try:
            load(name)
            found.append(name)
        except (GenerativeError, OSError) as error:
            broken.append(error)
    if not found and broken:
        raise broken[0]
    return found
