"""Bars: one scale, and the longest fills it."""

from demos.ui.bars import Bar, Bars


def test_the_longest_bar_counts_as_it_is_and_as_it_was():
    rest = Bar("rest", 0.1, before=0.2)
    assert Bars([Bar("a", 0.5)], rest).longest == 0.5
    assert Bars([Bar("a", 0.0, before=0.9)], rest).longest == 0.9
    assert Bars([], Bar("rest", 0.0)).longest == 1  # nothing to divide by
