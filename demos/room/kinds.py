"""What a room plays: faces or words. Both deal a round, read a choice and open an answer in the same way.

A kind is kept with its room as JSON: of faces the level alone, so a database from before there were words
opens as it is. What it does not know: rooms, votes, phones.
"""

import functools
import json
from dataclasses import asdict
from statistics import fmean
from typing import NamedTuple

from demos.room.errors import RequestUnreadable
from demos.ui.models import called
from generative import photos
from generative.errors import ChoiceInvalid
from generative.games import albums, clues, guess, quiz, score, word_votes


class Dealt(NamedTuple):
    """A round: its sealed answer, and what anyone may see of it."""

    token: str
    shown: dict


class Faces(NamedTuple):
    """Which face is real? `album` names a teacher's own pictures, kept in memory; '' is the app's photos."""

    level: quiz.Level
    album: str = ""

    kind = "faces"
    rival = "critic"  # who plays against the class, as a table calls it
    places = 4  # A, B, C and none

    @property
    def chance(self) -> float:
        """Of a right guess."""
        return score.CHANCE[self.level.mode]

    @property
    def rules(self) -> dict:
        """What the pages must know before a round."""
        return {"kind": self.kind, "mode": self.level.mode, "seconds": self.level.seconds}

    def as_json(self) -> str:
        """Raises ModeUnknown, NumberOutOfRange, AlbumGone, AlbumTooSmall."""
        content = asdict(self.level.checked()) | {"vae": bool(self.level.vae)}
        if self.album:
            albums.shelf().source(self.album)
            content["album"] = self.album
        return json.dumps(content)

    def place(self, choice: object) -> int:
        """Raises ChoiceInvalid."""
        place = quiz.place(choice)
        if place == quiz.NONE and self.level.mode != "maybe_none":
            raise ChoiceInvalid()
        return place

    def deal(self, seed: int, number: int) -> Dealt:
        """Three faces, and whom to thank for the photos. Raises AlbumGone."""
        source = albums.shelf().source(self.album) if self.album else photos.sources.source()
        dealt = quiz.deal(seed + number, source, self.level)
        return Dealt(dealt.token, {"pictures": dealt.pictures, "thanks": source.attribution})

    def answer(self, token: str) -> quiz.Answer:
        return quiz.answer(token, 0)

    def names(self, found: quiz.Answer) -> tuple[str, ...]:
        """What a vote for each place is called in a table."""
        return (*quiz.LETTERS, "none")

    def told(self, found: quiz.Answer) -> dict:
        """What everyone sees after the reveal."""
        return {"makers": found.makers, "p_real": found.p_real}

    def explained(self, found: quiz.Answer) -> dict:
        """What the projector adds to it: where each face is from, and where to look for clues."""
        recipes = [recipe._asdict() for recipe in found.recipes]
        where = clues.regions(photos.sources.own() if self.album else photos.sources.source(), self.level)
        return {"recipes": recipes, "youth": [_youth(recipe) for recipe in found.recipes], "clues": where}

    def summed_up(self, told: list[quiz.Answer]) -> dict:
        """What the final board adds."""
        return {}


@functools.lru_cache(maxsize=64)
def _youth(recipe: quiz.Recipe) -> dict | None:
    found = clues.youth(recipe)
    return found and found._asdict()


class Words(NamedTuple):
    """Guess the next word; `passages` is their language, 'pt' or 'en'."""

    passages: str

    kind = "words"
    rival = "model"
    places = guess.OFFERED
    chance = word_votes.CHANCE

    @property
    def rules(self) -> dict:
        return {"kind": self.kind, "passages": self.passages}

    def as_json(self) -> str:
        """Raises LanguageUnknown."""
        if self.passages not in guess.LANGUAGES:
            raise guess.LanguageUnknown()
        return json.dumps({"passages": self.passages})

    def place(self, choice: object) -> int:
        """Raises WordNotOffered."""
        return word_votes.place(choice)

    def deal(self, seed: int, number: int) -> Dealt:
        """A passage up to its gap, and six words."""
        dealt = word_votes.deal(seed, number, self.passages)
        return Dealt(dealt.token, {"before": dealt.before, "words": dealt.words})

    def answer(self, token: str) -> word_votes.Answer:
        return word_votes.answer(token)

    def names(self, found: word_votes.Answer) -> tuple[str, ...]:
        return found.words

    def told(self, found: word_votes.Answer) -> dict:
        """The text after the gap, what the largest model gave each word, and each model's bits."""
        return {"after": found.after, "p": found.opinions[-1].p, "models": _models(found.bits)}

    def explained(self, found: word_votes.Answer) -> dict:
        return {}

    def summed_up(self, told: list[word_votes.Answer]) -> dict:
        """Each model's bits a word."""
        names = told[-1].bits if told else ()
        return {"models": _models({name: fmean(found.bits[name] for found in told) for name in names})}


def _models(bits: dict[str, float]) -> list[dict]:
    """Bits of models from small to large, each under its name in Portuguese and English."""
    return [{"name": [called(name, lang) for lang in ("pt", "en")], "bits": n} for name, n in bits.items()]


Kind = Faces | Words


def read(content: object) -> Kind:
    """A kind from a JSON object whose values are not yet checked. Raises RequestUnreadable."""
    try:
        if "passages" in content:
            return Words(**content)
        level = {name: value for name, value in content.items() if name != "album"}
        return Faces(quiz.Level(**level), str(content.get("album", "")))
    except (TypeError, AttributeError) as error:
        raise RequestUnreadable() from error
