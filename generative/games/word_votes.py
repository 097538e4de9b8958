"""Guess the next word, as a class votes on it: a passage up to its gap, six words, each model's p. Pure.

Passages and words are those of guess.py; its bets are left out: a vote is a word. A round is named by its
sealed answer (generative/games/seal.py), and no passage comes twice in one series.

It does not know the page, nor who votes.
"""

import math
from typing import NamedTuple

from generative import language
from generative.errors import WordNotOffered, check_seed, within
from generative.games import guess
from generative.games.seal import rng, seal, unseal

LETTERS = "ABCDEF"  # of the six words, as they stand on the page
CHANCE = 1 / guess.OFFERED


class Round(NamedTuple):
    """What anyone may see: the language, the text up to the gap, six words; and the sealed answer."""

    language: str
    before: str
    words: tuple[str, ...]
    token: str


class Opinion(NamedTuple):
    """What a model gave each of the six words, probabilities in (0, 1); the rest is with all other words."""

    name: str
    p: tuple[float, ...]


class Answer(NamedTuple):
    """The place of the hidden word, 0 to 5; the place of the word that the largest model finds likeliest; the
    six words, the text after the gap, and the models' opinions, from small to large."""

    target: int
    critic: int
    words: tuple[str, ...]
    after: str
    opinions: tuple[Opinion, ...]

    @property
    def bits(self) -> dict[str, float]:
        """How surprised each model was by the hidden word: -log2 p, 0 or more."""
        return {opinion.name: -math.log2(opinion.p[self.target]) for opinion in self.opinions}


def deal(seed: int, number: int, lang: str) -> Round:
    """Round `number`, from 1, of the series of a seed, the same each time on this installation.

    Raises NumberOutOfRange, LanguageUnknown, and what model.load raises.
    """
    known = guess.passages(lang)
    order = rng(check_seed(seed), f"words {lang}").sample(known, len(known))
    passage = order[within("number", number, 1, len(known), whole=True) - 1]
    words = guess.offered(passage, rng(seed, f"words {lang} {number}"))
    opinions = [
        (name, [guess.p_of(passage.before, word, name) for word in words])
        for name in language.model.available()
    ]
    sealed = {"target": words.index(passage.word), "words": words, "after": passage.after, "p": opinions}
    return Round(lang, passage.before, words, seal(sealed))


def place(choice: object) -> int:
    """0 to 5 from such a number, or from 'A' to 'F'. Raises WordNotOffered."""
    if isinstance(choice, str):
        letter = choice.strip().upper()
        choice = LETTERS.index(letter) if letter in tuple(LETTERS) else None
    if isinstance(choice, bool) or choice not in range(guess.OFFERED):
        raise WordNotOffered()
    return int(choice)


def answer(token: str) -> Answer:
    """Open the sealed answer. Raises RoundInvalid."""
    sealed = unseal(token)
    opinions = tuple(Opinion(name, tuple(p)) for name, p in sealed["p"])
    favourite = opinions[-1].p.index(max(opinions[-1].p))
    return Answer(sealed["target"], favourite, tuple(sealed["words"]), sealed["after"], opinions)
