"""What a room plays: faces, words or questions. All deal a round, read a choice and open an answer alike.

A kind is kept with its room as JSON: of faces the level alone, so a database from before there were others
opens as it is. What it does not know: rooms, votes, phones.
"""

import json
from dataclasses import asdict
from statistics import fmean
from typing import NamedTuple

from demos.room import asked
from demos.room.errors import AnswerNotOffered, QuestionsMissing, RequestUnreadable
from demos.ui.models import called
from generative import photos
from generative.errors import ChoiceInvalid
from generative.games import albums, clues, fakes, guess, quiz, score, word_votes

MOST_ROUNDS = 20  # in one room
LETTERS = "ABCDE"  # of the answers to a question


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
    scored = True  # a choice is right or wrong
    length = 0  # rounds that it has by itself; 0: as many as the teacher wants

    @property
    def chance(self) -> float:
        """Of a right guess."""
        return score.CHANCE[self.level.mode]

    @property
    def rules(self) -> dict:
        """What the pages must know before a round."""
        return {"kind": self.kind, "mode": self.level.mode, "seconds": self.level.seconds}

    def as_json(self) -> str:
        """Raises ModeUnknown, NumberOutOfRange, MakersMissing, AlbumGone, AlbumTooSmall."""
        level = self.level.checked()
        content = asdict(level) | {maker: bool(getattr(level, maker)) for maker in fakes.MAKERS}
        if self.album:
            albums.shelf().source(self.album)
            content["album"] = self.album
        return json.dumps(content)

    def places(self, number: int) -> int:
        """What may be voted for in a round: A, B, C and none."""
        return quiz.NONE + 1

    def place(self, choice: object, number: int) -> int:
        """Raises ChoiceInvalid."""
        place = quiz.place(choice)
        if place == quiz.NONE and self.level.mode != "maybe_none":
            raise ChoiceInvalid()
        return place

    def deal(self, seed: int, number: int) -> Dealt:
        """Three faces, and whom to thank for the photos. No round of a room shows anybody of another.

        Raises AlbumGone.
        """
        source = albums.shelf().source(self.album) if self.album else photos.sources.source()
        dealt = quiz.deal(quiz.first_seed(seed) + number, source, self.level)
        thanks = photos.sources.shown_before(source)
        return Dealt(dealt.token, {"pictures": dealt.pictures, "thanks": thanks})

    def answer(self, token: str) -> quiz.Answer:
        return quiz.answer(token, 0)

    def names(self, found: quiz.Answer) -> tuple[str, ...]:
        """What a vote for each place is called in a table."""
        return (*quiz.LETTERS, "none")

    def told(self, found: quiz.Answer) -> dict:
        """What everyone sees after the reveal."""
        rival = {"target": found.target, "critic": found.critic}
        return {**rival, "makers": found.makers, "p_real": found.p_real, "names": found.names}

    def fooled(self, found: quiz.Answer, tally: list[int]) -> dict[int, int]:
        """Place of a generated face -> how many took it for a photo."""
        taken = [sum(tally) - n if self.level.mode == "one_fake" else n for n in tally]
        return {place: taken[place] for place, maker in enumerate(found.makers) if maker != "photo"}

    def explained(self, found: quiz.Answer) -> dict:
        """What the projector adds to it: where each face is from, and where to look for clues."""
        recipes = [recipe._asdict() for recipe in found.recipes]
        where = clues.regions(photos.sources.own() if self.album else photos.sources.source(), self.level)
        return {"recipes": recipes, "youth": [_youth(recipe) for recipe in found.recipes], "clues": where}

    def summed_up(self, told: list[quiz.Answer]) -> dict:
        """What the final board adds."""
        return {}


def _youth(recipe: quiz.Recipe) -> dict | None:
    found = clues.youth(recipe)
    return found and found._asdict()


class Words(NamedTuple):
    """Guess the next word; `passages` is their language, 'pt' or 'en'."""

    passages: str

    kind = "words"
    rival = "model"
    scored = True
    length = 0
    chance = word_votes.CHANCE

    @property
    def rules(self) -> dict:
        return {"kind": self.kind, "passages": self.passages}

    def as_json(self) -> str:
        """Raises LanguageUnknown."""
        if self.passages not in guess.LANGUAGES:
            raise guess.LanguageUnknown()
        return json.dumps({"passages": self.passages})

    def places(self, number: int) -> int:
        return guess.OFFERED

    def place(self, choice: object, number: int) -> int:
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
        rival = {"target": found.target, "critic": found.critic}
        return {**rival, "after": found.after, "p": found.opinions[-1].p, "models": _models(found.bits)}

    def fooled(self, found: word_votes.Answer, tally: list[int]) -> dict[int, int]:
        """Place of the wrong word that most chose -> how many chose any wrong one."""
        wrong = [0 if place == found.target else n for place, n in enumerate(tally)]
        return {wrong.index(max(wrong)): sum(wrong)}

    def explained(self, found: word_votes.Answer) -> dict:
        return {}

    def summed_up(self, told: list[word_votes.Answer]) -> dict:
        """Each model's bits a word."""
        names = told[-1].bits if told else ()
        return {"models": _models({name: fmean(found.bits[name] for found in told) for name in names})}


def _models(bits: dict[str, float]) -> list[dict]:
    """Bits of models from small to large, each under its name in Portuguese and English."""
    return [{"name": [called(name, lang) for lang in ("pt", "en")], "bits": n} for name, n in bits.items()]


class Questions(NamedTuple):
    """Predict first: one question a round. Nothing is sealed and nobody scores."""

    series: tuple[asked.Asked, ...]

    kind = "questions"
    scored = False

    @property
    def length(self) -> int:
        return len(self.series)

    @property
    def rules(self) -> dict:
        return {"kind": self.kind}

    def as_json(self) -> str:
        return json.dumps({"questions": [one.as_content() for one in self.series]})

    def places(self, number: int) -> int:
        return len(self.series[number - 1].question.answers)

    def place(self, choice: object, number: int) -> int:
        """From a number or a letter. Raises AnswerNotOffered."""
        letters = LETTERS[: self.places(number)]
        if isinstance(choice, str):
            letter = choice.strip().upper()
            choice = letters.index(letter) if letter in tuple(letters) else None
        if isinstance(choice, bool) or choice not in range(len(letters)):
            raise AnswerNotOffered(last=letters[-1])
        return int(choice)

    def deal(self, seed: int, number: int) -> Dealt:
        """The question and its answers, each in Portuguese and English; the round's number for a seal."""
        return Dealt(str(number), self.series[number - 1].question._asdict())

    def answer(self, token: str) -> asked.Asked:
        """The question of a round: there is no answer to open."""
        return self.series[int(token) - 1]

    def names(self, found: asked.Asked, language: int) -> tuple[str, ...]:
        """The answers in one language, as texts.which numbers it."""
        return tuple(answer[language] for answer in found.question.answers)

    def told(self, found: asked.Asked) -> dict:
        """Where to look now; the right answer's place, None where there is none."""
        return {"view": found.view, "target": found.target}

    def explained(self, found: asked.Asked) -> dict:
        return {}


Kind = Faces | Words | Questions


def read(content: object) -> Kind:
    """A kind from a JSON object; the values of faces and words are not yet checked.

    Raises RequestUnreadable, QuestionsMissing and what asked.read raises.
    """
    try:
        if "questions" in content:
            return _questions(**content)
        if "passages" in content:
            return Words(**content)
        level = {name: value for name, value in content.items() if name != "album"}
        return Faces(quiz.Level(**level), str(content.get("album", "")))
    except (TypeError, AttributeError) as error:
        raise RequestUnreadable() from error


def _questions(questions: object) -> Questions:
    if not isinstance(questions, list) or not 1 <= len(questions) <= MOST_ROUNDS:
        raise QuestionsMissing(most=MOST_ROUNDS)
    return Questions(tuple(asked.read(one) for one in questions))
