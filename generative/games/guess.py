"""Guess the next word, against the models: ten passages, a bet on each, the fewest bits win. Pure.

Shannon let people guess how a text goes on, to measure how predictable it is (1951, "Prediction and Entropy
of Printed English", https://doi.org/10.1002/j.1538-7305.1951.tb01366.x). Here a player names one word and how
sure that is; each model gives every word a probability. Whoever gave the hidden word q pays -log2 q bits. On
average this costs least whoever bets what they believe (Good 1952, "Rational Decisions",
https://doi.org/10.1111/j.2517-6161.1952.tb00104.x).

The passages were written for this game; no model was trained on them. A dealt round does not hold its answer,
so it may travel to a player as it is. This module knows neither the page nor who plays.
"""

import functools
import json
import math
import random
import unicodedata
from pathlib import Path
from typing import NamedTuple

from generative import language
from generative.errors import GenerativeError, RoundInvalid, check_seed
from generative.language import words
from generative.language.spelling import is_word
from generative.once import once
from generative.text import line

PASSAGES = Path(__file__).with_name("passages.json")  # language -> texts with the hidden word in [ ]
LANGUAGES = ("pt", "en")
ROUNDS = 10
OFFERED = 6
LIKELY = 0.002  # p of a word that may be offered; below it the search also finds pieces of words
ALIKE = 12  # the words nearest in length to the hidden one, of which five are offered
SURE = (25, 50, 75, 95)  # percent; never 100, as one miss would then cost endlessly many bits
LONGEST = 40  # letters of a guess
PLAYER = "player"


class NotOneWord(GenerativeError):
    en = "Choose one of the words, or write one word of at most {limit} letters, without blanks."
    pt = "Escolha uma das palavras ou escreva uma só, de no máximo {limit} letras, sem espaços."


class SureInvalid(GenerativeError):
    en = "Say how sure you are: 25, 50, 75 or 95%."
    pt = "Diga quanta certeza você tem: 25, 50, 75 ou 95 %."


class LanguageUnknown(GenerativeError):
    en = "There are passages in Portuguese (pt) and in English (en). Choose one of them."
    pt = "Há trechos em português (pt) e em inglês (en). Escolha um deles."


class Passage(NamedTuple):
    """A text around its hidden word; `before` has no blank at its end, `after` begins as the text goes on."""

    before: str
    word: str
    after: str


class Round(NamedTuple):
    """What a player may see before answering: round 0 to 9 of the game `seed`, and the text up to the gap."""

    language: str
    seed: int
    number: int
    before: str


class Opinion(NamedTuple):
    """What a contestant gave the guessed and the hidden word, probabilities in (0, 1]."""

    name: str
    p_guess: float
    p_word: float

    @property
    def bits(self) -> float:
        """How surprised it was, 0 or more."""
        return -math.log2(self.p_word)


class Result(NamedTuple):
    """An answered round: the guess as it was understood, the hidden word, the text after it; the opinions of
    PLAYER and of each model from small to large."""

    right: bool
    guess: str
    word: str
    after: str
    opinions: tuple[Opinion, ...]

    @property
    def bits(self) -> dict[str, float]:
        return {opinion.name: opinion.bits for opinion in self.opinions}


class Tally(NamedTuple):
    """A contestant after some rounds: bits paid in all, fewer are better, and rounds won."""

    name: str
    played: int = 0
    bits: float = 0.0
    wins: int = 0

    @property
    def mean(self) -> float:
        """Bits a word: the cross-entropy of these guesses (Shannon 1951)."""
        return self.bits / self.played

    @property
    def perplexity(self) -> float:
        """Among how many equally likely words one would hesitate to pay as much: 2 ** mean."""
        return 2**self.mean


class Score(NamedTuple):
    """A tally of each contestant, in the order in which they were first seen."""

    tallies: tuple[Tally, ...] = ()

    def after(self, bits: dict[str, float]) -> "Score":
        """The score with one more round, bits by contestant. The fewest bits win it; equals win together."""
        known, least = {tally.name: tally for tally in self.tallies}, min(bits.values())
        for name, paid in bits.items():
            old = known.get(name, Tally(name))
            known[name] = Tally(name, old.played + 1, old.bits + paid, old.wins + (paid == least))
        return Score(tuple(known.values()))

    def ranking(self) -> list[Tally]:
        """The tallies, fewest bits first."""
        return sorted(self.tallies, key=lambda tally: tally.bits)


# Passages and rounds


@once
def passages(lang: str) -> tuple[Passage, ...]:
    """All passages of a language, 'pt' or 'en'. Raises LanguageUnknown."""
    if lang not in LANGUAGES:
        raise LanguageUnknown()
    return tuple(_parted(text) for text in json.loads(PASSAGES.read_text(encoding="utf-8"))[lang])


def _parted(text: str) -> Passage:
    before, rest = text.split("[")
    word, after = rest.split("]")
    return Passage(before.rstrip(" "), word, after)


def _ten(seed: int, lang: str) -> list[Passage]:
    return random.Random(f"{check_seed(seed)} {lang}").sample(passages(lang), ROUNDS)


def deal(seed: int, lang: str) -> list[Round]:
    """A game: ten passages in the order of play; same seed, same ten.

    Raises NumberOutOfRange, LanguageUnknown.
    """
    seed = check_seed(seed)
    return [Round(lang, seed, number, passage.before) for number, passage in enumerate(_ten(seed, lang))]


def _hidden(dealt: Round) -> Passage:
    """The passage of a round, answer and all. Raises RoundInvalid for one that `deal` did not give."""
    ten = _ten(dealt.seed, dealt.language)
    if dealt.number not in range(ROUNDS) or dealt.before != ten[dealt.number].before:
        raise RoundInvalid()
    return ten[dealt.number]


def _unaccented(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _likely(before: str, word: str) -> list[str]:
    """Likely words beside the hidden one, of every transformer that is shipped.

    n-grams are left out: they look back so little that they offer words of the other language.
    """
    found: dict[str, str] = {}  # without accents -> as written: "avó" and "avô" are not offered together
    for name in reversed([name for name in language.model.working() if name in language.model.SHIPPED]):
        for likely in words.next_words(before + " ", name, language.predict.MAX_NEXT).words:
            text = likely.text.strip()
            if likely.p >= LIKELY and text.isalpha() and text.islower():
                found.setdefault(_unaccented(text), text)
    found.pop(_unaccented(word), None)
    return list(found.values())


def offered(passage: Passage, draw: random.Random) -> tuple[str, ...]:
    """The hidden word of a passage and five likely ones, in an order drawn by `draw`."""
    likely, length = _likely(passage.before, passage.word), len(passage.word)
    alike = sorted(likely, key=lambda text: abs(len(text) - length))[:ALIKE]
    chosen = [passage.word, *draw.sample(alike, OFFERED - 1)]
    draw.shuffle(chosen)
    return tuple(chosen)


@functools.lru_cache(maxsize=1000)
def offer(dealt: Round) -> tuple[str, ...]:
    """Six words to choose from, in an order drawn by the seed: the hidden one and five likely ones.

    All are written small and about as long as the hidden one, so that form gives nothing away.
    """
    return offered(_hidden(dealt), random.Random(f"{dealt.seed} {dealt.language} {dealt.number}"))


# Judging


def _one_word(guess: object) -> str:
    """A guess without blanks around it. Raises NotOneWord."""
    text = line(guess) if isinstance(guess, str) else ""
    if len(text) <= LONGEST and is_word(text) and len(words.split(text)) == 1:
        return text
    raise NotOneWord(limit=LONGEST)


def matches(guess: str, word: str) -> bool:
    """Whether a guess is the word, "CASA" for "casa", "cafe" for "café"; but not "avó" for "avô"."""
    return guess.lower() in (word, _unaccented(word))


@functools.lru_cache(maxsize=10_000)
def p_of(before: str, word: str, name: str) -> float:
    """A model's p, kept: a class that plays the same ten asks for the same words."""
    return words.probability(before, word, name)


def bet(sure: float, p_guess: float, p_word: float) -> float:
    """What a player gave the hidden word, who put `sure` on another one.

    The other 1 - sure goes to all other words as the reference model would share it; p_guess and p_word are
    its probabilities: q(word) = (1 - sure) p(word) / (1 - p(guess)), so that q sums to 1 over all words.
    """
    return (1 - sure) * p_word / (1 - p_guess)


def _as_meant(before: str, guess: str, name: str) -> str:
    """A guess as typed or all in small letters, whichever is likelier: phones begin with a capital."""
    return max((guess, guess.lower()), key=lambda text: p_of(before, text, name))


def judge(dealt: Round, guess: str, sure: int) -> Result:
    """The outcome of a guess with `sure` percent, one of SURE. The reference is the smallest model of all.

    Raises NotOneWord, SureInvalid, RoundInvalid, and what model.load raises.
    """
    passage, guess = _hidden(dealt), _one_word(guess)
    if sure not in SURE:
        raise SureInvalid()
    names = language.model.working()
    right = matches(guess, passage.word)
    guess = passage.word if right else _as_meant(passage.before, guess, names[0])
    models = [
        Opinion(name, *(p_of(passage.before, text, name) for text in (guess, passage.word))) for name in names
    ]
    share = sure / 100
    q = share if right else bet(share, *models[0][1:])
    return Result(right, guess, passage.word, passage.after, (Opinion(PLAYER, share, q), *models))
