"""What the network of 99 numbers learns: a toy language of few words, or points of three classes.

A sentence gives an example for each word that another follows: the word before, the word after. Five words
have an input each (one-hot), three words an output. What can be learnt at best are the counted shares, so the
lowest loss is their entropy. It knows no network.
"""

import math
import re
from collections import Counter
from typing import NamedTuple

import torch

from generative.errors import GenerativeError
from generative.text import plain

INPUTS, OUTPUTS = 5, 3
TASKS = ("words", "points")
LONGEST = 1200  # characters: a text that fits an address
LETTERS = 10  # of a word, so that it fits beside its unit
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
END = re.compile(r"[.!?;\n]+")

SENTENCES = {  # twenty each: what a word's shares are can be counted on one's fingers
    "pt": (
        "gatos dormem. peixes nadam. pombos voam. bebês dormem. patos nadam.\n"
        "gatos dormem. peixes nadam. pombos dormem. bebês dormem. patos voam.\n"
        "gatos dormem. peixes dormem. pombos voam. bebês nadam. patos nadam.\n"
        "gatos dormem. peixes nadam. pombos dormem. bebês dormem. patos dormem."
    ),
    "en": (
        "cats sleep. fish swim. pigeons fly. babies sleep. ducks swim.\n"
        "cats sleep. fish swim. pigeons sleep. babies sleep. ducks fly.\n"
        "cats sleep. fish sleep. pigeons fly. babies swim. ducks swim.\n"
        "cats sleep. fish swim. pigeons sleep. babies sleep. ducks sleep."
    ),
}


class ToyEmpty(GenerativeError):
    en = "Write at least one sentence of two words, such as: cats sleep."
    pt = "Escreva ao menos uma frase de duas palavras, como: gatos dormem."


class ToyTooLong(GenerativeError):
    en = "This text has {n} characters; at most {limit} fit here. Take some sentences out."
    pt = "Este texto tem {n} caracteres; aqui cabem {limit}. Tire algumas frases."


class ToyWordTooLong(GenerativeError):
    en = "“{word}” is too long for its unit. Use words of at most {limit} letters."
    pt = "“{word}” não cabe ao lado da unidade. Use palavras de até {limit} letras."


class ToyInputsFull(GenerativeError):
    en = "The network has {n} inputs, and “{word}” would be one more that is followed. Use one of: {known}."
    pt = (
        "A rede tem {n} entradas, e “{word}” seria mais uma palavra que outra segue. Use uma destas: {known}."
    )


class ToyOutputsFull(GenerativeError):
    en = "The network has {n} outputs, and “{word}” would be one more that follows. Use one of: {known}."
    pt = "A rede tem {n} saídas, e “{word}” seria mais uma que vem depois. Use uma destas: {known}."


class Data(NamedTuple):
    """Names of the inputs, what comes before, and of the outputs, what comes after.

    examples: five numbers and a class each; lowest: the least mean loss, in nats, and most: how many examples
    at most are right, for whoever knows the input; shares[before][after]: counted, empty for points.
    """

    before: list[str]
    after: list[str]
    examples: list[tuple[list[float], int]]
    lowest: float
    most: int
    shares: list[list[float]]


class TaskUnknown(GenerativeError):
    en = "There is no such task. Choose one of: {names}."
    pt = "Não existe essa tarefa. Escolha uma destas: {names}."


def known(task: str) -> None:
    """Raises TaskUnknown."""
    if task not in TASKS:
        raise TaskUnknown(names=", ".join(TASKS))


def language(text: str) -> Data:
    """The examples of a text, in its order. Raises ToyEmpty, ToyTooLong, ToyWordTooLong, ToyInputsFull,
    ToyOutputsFull."""
    text = plain(text)
    if len(text) > LONGEST:
        raise ToyTooLong(n=len(text), limit=LONGEST)
    before, after, pairs = [], [], []
    for sentence in END.split(text.lower()):
        words = WORD.findall(sentence)
        for one, other in zip(words, words[1:], strict=False):
            place(one, before, INPUTS, ToyInputsFull)
            place(other, after, OUTPUTS, ToyOutputsFull)
            pairs.append((before.index(one), after.index(other)))
    if not pairs:
        raise ToyEmpty()
    return Data(
        before,
        after,
        [(one_hot(i), k) for i, k in pairs],
        lowest(pairs),
        most(pairs),
        shares(pairs, len(before)),
    )


def place(word: str, known: list[str], room: int, full: type[GenerativeError]) -> None:
    """A word among those that are known, at the end if it is new and there is room."""
    if len(word) > LETTERS:
        raise ToyWordTooLong(word=word[:LETTERS] + "…", limit=LETTERS)
    if word in known:
        return
    if len(known) == room:
        raise full(n=room, word=word, known=", ".join(known))
    known.append(word)


def one_hot(i: int) -> list[float]:
    return [float(i == j) for j in range(INPUTS)]


def counted(pairs: list[tuple[int, int]]) -> tuple[Counter, Counter]:
    """How often each pair came, and each first word."""
    return Counter(pairs), Counter(i for i, _ in pairs)


def lowest(pairs: list[tuple[int, int]]) -> float:
    """Conditional entropy H(after | before) in nats: no model that sees one word has a lower mean loss."""
    both, first = counted(pairs)
    return -sum(n * math.log(n / first[i]) for (i, _), n in both.items()) / len(pairs)


def most(pairs: list[tuple[int, int]]) -> int:
    """How many are right if each word is followed by what follows it most often."""
    both, first = counted(pairs)
    return sum(max(n for (j, _), n in both.items() if j == i) for i in first)


def shares(pairs: list[tuple[int, int]], inputs: int) -> list[list[float]]:
    both, first = counted(pairs)
    return [[both[i, k] / first[i] for k in range(OUTPUTS)] for i in range(inputs)]


def features(x: float, y: float) -> list[float]:
    """What the network is told of a point: x, y, x^2, y^2, xy."""
    return [x, y, x * x, y * y, x * y]


def points(seed: int = 99, each: int = 20) -> Data:
    """Points in [-1, 1]^2 of three classes by turns: a disc, and the two halves of the ring around it.

    The classes do not overlap: a loss of 0 is the lowest.
    """
    drawn = torch.rand(
        each, 3, 2, generator=torch.Generator().manual_seed(seed), dtype=torch.float64
    ).tolist()
    rings = ((0, 0.4, 0, 2), (0.6, 1, 0.08, 0.92), (0.6, 1, 1.08, 1.92))  # radii; angles in units of pi
    examples = []
    for row in drawn:
        for k, ((u, v), (near, far, begin, end)) in enumerate(zip(row, rings, strict=True)):
            r, angle = near + (far - near) * math.sqrt(u), math.pi * (begin + (end - begin) * v)
            examples.append((features(round(r * math.cos(angle), 2), round(r * math.sin(angle), 2)), k))
    return Data(["x", "y", "x²", "y²", "xy"], ["A", "B", "C"], examples, 0.0, len(examples), [])
