"""The score: against sums by hand and the Brier score of known forecasters."""

import random

import pytest

from generative.games import score


def test_the_score_counts_rounds_right_answers_and_streaks():
    tally = score.Score()
    for correct in (True, True, False, True):
        tally = tally.after(correct, seconds=2.0, critic=not correct)
    assert (tally.played, tally.right, tally.streak, tally.best) == (4, 3, 1, 2)
    assert (tally.seconds, tally.critic, tally.brier) == (8.0, 1, None)


@pytest.mark.parametrize(
    ("sure", "correct", "brier"), [(1.0, True, 0.0), (1.0, False, 1.0), (0.5, True, 0.25), (0.5, False, 0.25)]
)
def test_one_forecast_has_the_brier_score_of_the_formula(sure, correct, brier):
    assert score.Score().after(correct, sure).brier == pytest.approx(brier)


def test_an_honest_guesser_gets_two_ninths_and_honesty_pays_best():
    draw = random.Random(0)
    results = [draw.random() < 1 / 3 for _ in range(6000)]

    def brier(sure: float) -> float:
        tally = score.Score()
        for correct in results:
            tally = tally.after(correct, sure)
        return tally.brier

    assert brier(1 / 3) == pytest.approx(2 / 9, abs=0.01)
    assert brier(1 / 3) < min(brier(sure) for sure in (0.0, 0.1, 0.2, 0.5, 0.75, 1.0))
