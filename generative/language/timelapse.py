"""A training in time-lapse: the smallest transformer at log-spaced moments, from noise to language.

weights/language_small/ holds the shipped model and, beside it, snapshots of the same network earlier in a
training of the same recipe: snapshot_<tokens seen>.safetensors. The last moment is the shipped model itself.
Loss falls about as a power of the tokens seen (Kaplan et al. 2020, https://arxiv.org/abs/2001.08361), so
equal steps of the logarithm show equal progress.
"""

import csv
import json
from pathlib import Path
from typing import NamedTuple

from generative import weights
from generative.errors import WeightsDamaged
from generative.language import words, writing
from generative.language.model import SHIPPED, SNAPSHOT, snapshots

NAME = SHIPPED[0]  # the smallest transformer


class Moment(NamedTuple):
    """Tokens seen; held-out bits per byte by language, as in {"en": 2.1, "pt": 2.2}, None if unmeasured."""

    tokens: int
    bits_per_byte: dict[str, float] | None


def _seen(folder: Path) -> int:
    """How many tokens the shipped model has seen, from its training.json."""
    file = folder / "training.json"
    weights.need(file)
    try:
        return int(json.loads(file.read_text())["tokens"])
    except (ValueError, KeyError, TypeError) as error:
        raise WeightsDamaged(file=weights.shown(file)) from error


def _measured(file: Path) -> dict[int, dict[str, float]]:
    """moments.csv (tokens, en, pt), as generative.training.moments writes it; {} where there is none."""
    if not file.is_file():
        return {}
    try:
        with file.open(newline="") as lines:
            rows = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(lines)]
        return {int(row.pop("tokens")): row for row in rows}
    except (ValueError, KeyError, TypeError) as error:
        raise WeightsDamaged(file=weights.shown(file)) from error


def moments(name: str = NAME) -> list[Moment]:
    """The snapshots as training went, then the shipped model. Raises WeightsMissing, WeightsDamaged."""
    folder = weights.WEIGHTS / name
    measured = _measured(folder / "moments.csv")
    seen = [int(SNAPSHOT.fullmatch(file.name)[1]) for file in snapshots(folder)] + [_seen(folder)]
    return [Moment(tokens, measured.get(tokens)) for tokens in seen]


def settled(text: str) -> str:
    """The text, with a blank after it where the shipped model takes its last word as whole.

    So all moments answer the same question: an early one would take most words as half-typed. Raises what
    words.next_words raises.
    """
    return text if words.next_words(text, NAME, 1).typed else text + " "


def at(text: str, i: int, n: int = 5) -> words.NextWords:
    """The n likeliest next words at moment i. Raises what load_moment and words.next_words raise."""
    return words.next_words(text, f"{NAME}@{i}", n)


def continued(text: str, i: int, n: int = 12, seed: int = 0) -> str:
    """Up to n words that the model of moment i writes after the text, drawn without cuts.

    Same seed, same text. Raises what `load_moment` and writing.continue_text raise.
    """
    return "".join(word.text for word in writing.continue_text(text, f"{NAME}@{i}", n, seed=seed))
