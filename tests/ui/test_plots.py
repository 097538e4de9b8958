"""Plots: axes, places, labels that do not collide, names that stay text."""

import re

import pytest

from demos.ui import plots


def plain(name="x", low=1, high=100):
    return plots.logarithmic(name, low, high, str, (1, 3))


def test_a_logarithmic_axis_gives_each_factor_the_same_length():
    axis = plain()
    assert [axis.share(v) for v in (1, 10, 100)] == pytest.approx([0, 0.5, 1])
    assert [place for place, _ in axis.ticks] == [1, 3, 10, 30, 100]
    assert axis.share(0) == 0  # what cannot be on it stands at its beginning


@pytest.mark.parametrize(("high", "steps"), [(100, (1, 2, 5)), (900, (1, 3)), (2000, (1,))])
def test_a_longer_axis_has_fewer_numbers_in_each_power_of_ten(high, steps):
    ticks = [place for place, _ in plots.logarithmic("x", 1, high, str).ticks]
    assert [place for place in ticks if place < 10] == list(steps)


def test_a_linear_axis_runs_from_zero_and_has_its_middle():
    axis = plots.linear("y", 4, str)
    assert [text for _, text in axis.ticks] == ["0", "2.0", "4"] and axis.share(1) == 0.25
    assert len(plots.linear("y", 4, str, halves=False).ticks) == 2


def test_points_lie_where_the_axes_say():
    plot = plots.Plot(plain(), plots.linear("y", 4, str), [plots.Line([(1, 0), (10, 2), (100, 4)])])
    assert 'points="46.0,262.0 219.0,153.0 392.0,44.0 "' in plots.svg(plot)


def test_labels_of_lines_stand_above_one_another():
    lines = [plots.Line([(1, 0), (100, y)], "real", f"line {y}") for y in (2, 2.1, 2.2)]
    labels = plots.Plot(plain(), plots.linear("y", 4, str), lines).labels()
    assert [label.line.label for label in labels] == ["line 2", "line 2.1", "line 2.2"]
    assert all(low.y - high.y >= plots.APART for low, high in zip(labels, labels[1:], strict=False))
    assert {label.anchor for label in labels} == {"end"}


def named(*marks, lines=()):
    return plots.Plot(plain(), plots.linear("y", 4, str), lines, marks).names()


def test_a_marks_label_stands_on_its_own_side_where_that_is_free():
    for side in ("right", "above", "below"):
        (name,) = named(plots.Mark(10, 2, "", "abc", side=side))
        x, y, anchor = plots.SIDES[side]
        assert (name.x, name.y, name.anchor) == (219 + x, 153 + y, anchor)


def test_labels_keep_off_marks_lines_each_other_and_the_numbers_of_the_axes():
    near = plots.Mark(12, 2, "", "second")
    first, second = named(plots.Mark(10, 2, "", "first"), near)
    assert not first.box().touches(second.box()) and first.box().left < first.x
    assert not any(name.box().touches(box) for name in (first, second) for box in [near_box(near)])
    (low,) = named(plots.Mark(10, 0, "", "low", side="below"))
    assert low.box().bottom <= plots.TALL - plots.BELOW
    (right,) = named(plots.Mark(99, 2, "", "at the edge"))
    assert right.box().right <= plots.WIDTH
    (off,) = named(plots.Mark(10, 2, "", "line"), lines=[plots.Line([(10, 2), (100, 2)])])
    assert off.anchor == "end"  # away from the line


def near_box(mark):
    (box,) = plots.Plot(plain(), plots.linear("y", 4, str), [], [mark])._marks()
    return box


def test_names_titles_and_labels_are_text():
    evil = '<img src=x onerror="1">'
    mark, line = plots.Mark(1, 1, evil, evil), plots.Line([(1, 1)], "fake", evil)
    html = plots.svg(plots.Plot(plain(evil), plots.linear(evil, 4, lambda y: evil), [line], [mark]))
    assert (
        "<img" not in html and len(re.findall("&lt;img", html)) == 11
    )  # the label for screen readers has three
