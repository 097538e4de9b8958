"""The score of a game: right answers, streaks, time, and how well the player knew what they knew."""

from typing import NamedTuple

ROUNDS = 10  # of a game
CHANCE = {"one_real": 1 / 3, "one_fake": 1 / 3, "maybe_none": 1 / 4}


class Score(NamedTuple):
    """A game's tally: rounds, right answers, the right ones in a row up to now and at best, seconds.

    `squares`: the sum for Brier's score over the `stated` rounds, in which the player said how sure;
    `critic`: D's right answers.
    """

    played: int = 0
    right: int = 0
    streak: int = 0
    best: int = 0
    seconds: float = 0.0
    squares: float = 0.0
    stated: int = 0
    critic: int = 0

    def after(
        self, correct: bool, sure: float | None = None, seconds: float = 0.0, critic: bool = False
    ) -> "Score":
        """The tally with one more answer; `sure` is the stated probability of being right, 0 to 1."""
        streak = self.streak + 1 if correct else 0
        return Score(
            self.played + 1,
            self.right + correct,
            streak,
            max(self.best, streak),
            self.seconds + seconds,
            self.squares + (0.0 if sure is None else (sure - correct) ** 2),
            self.stated + (sure is not None),
            self.critic + critic,
        )

    @property
    def brier(self) -> float | None:
        """Mean of (stated probability - right)^2; None where nobody said how sure they were.

        Brier 1950, "Verification of Forecasts Expressed in Terms of Probability". 0 is perfect. Saying 1/3
        and being right a third of the time gives 2/9 = 0.22; always certain and always wrong gives 1.
        """
        return self.squares / self.stated if self.stated else None
