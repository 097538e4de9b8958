"""One visitor's game of "Which face is real?": what is on the table, what was answered. Draws nothing."""

import time
from typing import NamedTuple

from generative.games import quiz, score


class Face(NamedTuple):
    """A face that was on the table: its picture (data URL), its letter and who made it."""

    picture: str
    letter: str
    maker: str


class Turn(NamedTuple):
    """An answered round: who was right; where the player was not, the faces taken and sought.

    None for 'none of the three'.
    """

    right: bool
    critic: bool
    taken: Face | None = None
    sought: Face | None = None


class Game(NamedTuple):
    """How hard the game is, the round on the table, what is chosen, and the rounds answered so far."""

    level: quiz.Level = quiz.LEVELS["usual"]
    tally: score.Score = score.Score()
    turns: tuple[Turn, ...] = ()
    round: quiz.Round | None = None
    regions: dict | None = None  # clue -> where it is
    thanks: dict | None = None
    own: bool = False  # whether the photos are from the teacher's own folder
    hushed: bool = False  # whether whom to thank is told only after the answer
    held: int | None = None  # the face chosen, not yet answered
    answer: quiz.Answer | None = None
    clue: str | None = None
    opened: int | None = None  # the face whose origin is told
    started: float = 0.0  # time.monotonic() when the faces were dealt
    seed: int | None = None
    deals: int = 0  # rounds on this table, of whatever game
    played: tuple[int, ...] = ()  # where this visitor's games began
    ended: bool = False  # whether the result is on the page

    @property
    def over(self) -> bool:
        return self.answer is not None and self.tally.played >= score.ROUNDS

    @property
    def fooled(self) -> list[tuple[int, Turn]]:
        """The rounds that the player got wrong, each with its number from 1."""
        return [(n, turn) for n, turn in enumerate(self.turns, 1) if not turn.right]

    def answered(self, sure: int) -> "Game":
        """The game with the held face as its answer, `sure` percent certain."""
        found = quiz.answer(self.round.token, self.held)
        seconds, hit = time.monotonic() - self.started, found.critic == found.target
        turn = Turn(found.correct, hit)
        if not found.correct:
            turn = Turn(False, hit, self._face(self.held, found), self._face(found.target, found))
        tally = self.tally.after(found.correct, sure / 100, seconds, hit)
        return self._replace(answer=found, tally=tally, turns=(*self.turns, turn))

    def _face(self, place: int, found: quiz.Answer) -> Face | None:
        if place == quiz.NONE:
            return None
        return Face(self.round.pictures[place], quiz.LETTERS[place], found.makers[place])
