"""Language models of growing size: one prompt for all, and what size and text bring on held-out text.

The sizes are counts of one and two tokens back, then transformers of growing size, all taught the same mix in
the same tokens. Measurements are those published with the weights; bits per byte fall with parameters and
with tokens roughly as power laws (Kaplan et al. 2020, https://arxiv.org/abs/2001.08361).
"""

import csv
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from generative import weights
from generative.errors import TextEmpty, WeightsDamaged
from generative.language import model, words, writing
from generative.language.sampling import Options
from generative.once import once, recent
from generative.text import plain


class Row(NamedTuple):
    """A word with its leading blank, and p(word | text) of each model."""

    text: str
    p: list[float]


class Comparison(NamedTuple):
    """The same words by several models, likeliest in the last one first; per model the words left out."""

    models: list[str]
    rows: list[Row]
    left_out: list[int]


class Point(NamedTuple):
    """Held-out bits per byte of each language after so many tokens."""

    tokens: int
    bits_per_byte: dict[str, float]


class Whole(NamedTuple):
    """The same counts with every rare n-gram kept, too large to ship."""

    parameters: int
    bits_per_byte: dict[str, float]


class Cost(NamedTuple):
    """What a part of a training took: tokens read, minutes, and whether a GPU read them."""

    tokens: int
    minutes: float
    gpu: bool


class Size(NamedTuple):
    """What was measured of a shipped model. `curve` is empty where no history was published, `costs` where
    nothing was timed; `whole` is for n-grams alone."""

    name: str
    parameters: int
    parameters_without_embeddings: int
    tokens: int
    bits_per_byte: dict[str, float]
    curve: list[Point]
    whole: Whole | None
    costs: list[Cost]


# One prompt


def compare(text: str, names: list[str], n: int = 10) -> Comparison:
    """The n likeliest next words of each model, and their p in all the others.

    The text's last word counts as complete. Line breaks and the end of the text are no rows: they are not
    words to compare. Raises TextEmpty, NumberOutOfRange and what model.load raises.
    """
    text = plain(text).rstrip(" ")
    if not text:
        raise TextEmpty()
    text += " "  # a blank, so that no model takes the last word for half of one
    found = [words.next_words(text, name, n) for name in names]
    known = [{w.text: w.p for w in answer.words if w.text.strip()} for answer in found]

    def row(word: str) -> Row:
        pairs = zip(known, names, strict=True)
        return Row(word, [p[word] if word in p else words.probability(text, word, name) for p, name in pairs])

    rows = [row(word) for word in dict.fromkeys(word for p in known for word in p)]
    rows.sort(key=lambda r: r.p[::-1], reverse=True)
    return Comparison([answer.model for answer in found], rows, [answer.left_out for answer in found])


@recent(500_000, lambda text: 300 + len(text))  # a class looks at the same beginning
def written(text: str, name: str, n: int, options: Options, seed: int) -> str:
    """What a model writes after the text: n words and marks, or fewer where it ends the text.

    Raises what writing.continue_text raises.
    """
    return "".join(word.text for word in writing.continue_text(text, name, n, options, seed))


# Size and text


def _curve(folder: Path) -> list[Point]:
    """The points of a training run, or the moments of its time-lapse, where they were published."""
    files = [folder / name for name in ("metrics.csv", "moments.csv") if (folder / name).is_file()]
    if not files:
        return []
    try:
        with files[0].open(newline="") as file:
            rows = csv.DictReader(file)
            return [Point(int(row["tokens"]), {k: float(row[k]) for k in ("en", "pt")}) for row in rows]
    except (ValueError, KeyError, TypeError) as error:
        raise WeightsDamaged(file=weights.shown(files[0])) from error


def _costs(facts: dict) -> list[Cost]:
    """Each part of a training: up to its last stretch, and this. Of counts nothing was timed."""
    if "seconds" not in facts:
        return []
    ends, parts, done = [facts.get("before_last"), facts], [], (0, 0.0)
    for end, run in zip([end for end in ends if end], facts["commands"], strict=False):
        gpu = "thread(s)" not in run["hardware"]  # how a card names a processor
        parts.append(Cost(end["tokens"] - done[0], (end["seconds"] - done[1]) / 60, gpu))
        done = (end["tokens"], end["seconds"])
    return parts


def _published(folder: Path) -> Size:
    """What training.json says of the weights beside it."""
    file = folder / "training.json"
    weights.need(file)
    try:
        facts = json.loads(file.read_text())
        whole = facts.get("with_every_ngram")
        return Size(
            folder.name,
            facts["parameters"],
            facts["parameters_without_embeddings"],
            facts["tokens"],
            facts["bits_per_byte"],
            _curve(folder),
            Whole(**whole) if whole else None,
            _costs(facts),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WeightsDamaged(file=weights.shown(file)) from error


def published() -> list[Size]:
    """The shipped models' published measurements, from small to large.

    Raises WeightsMissing and WeightsDamaged.
    """
    return [_published(weights.WEIGHTS / name) for name in model.available()]


def power_law(points: list[tuple[float, float]]) -> Callable[[float], float]:
    """y = a x^b through the points: a straight line where both axes are logarithmic, by least squares."""
    logs = [(math.log(x), math.log(y)) for x, y in points]
    x0, y0 = (sum(values) / len(logs) for values in zip(*logs, strict=True))
    b = sum((x - x0) * (y - y0) for x, y in logs) / sum((x - x0) ** 2 for x, _ in logs)
    return lambda x: math.exp(y0 + b * (math.log(x) - x0))


@once
def parameters(name: str) -> int:
    """How many numbers a shipped model stores. Raises WeightsMissing and WeightsDamaged."""
    return _published(weights.WEIGHTS / name).parameters
