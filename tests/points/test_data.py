"""Sets of points: the same seed, the same points; tables read, or said why not."""

import math

import pytest
import torch

from generative.errors import NumberOutOfRange
from generative.points import data
from generative.points.data import PointsTooFew, PointsUnknown, TableTooLong, TableUnreadable


@pytest.mark.parametrize("name", data.SETS)
def test_a_set_is_drawn_by_its_seed_within_the_window(name):
    x = data.draw(name, 2000, 7)
    assert x.shape == (2000, 1 if name in data.LINE else 2) and x.dtype == torch.float32
    assert torch.equal(x, data.draw(name, 2000, 7)) and not torch.equal(x, data.draw(name, 2000, 8))
    assert (x.abs() <= data.REACH).float().mean() > 0.99 and x.mean(0).abs().max() < 0.35


def test_heights_are_the_mixture_that_they_say():
    x = data.heights(5000, 3).flatten()
    mean, second = 0.6 * -1 + 0.4 * 1.1, 0.6 * (1 + 0.45**2) + 0.4 * (1.1**2 + 0.55**2)
    assert abs(x.mean() - mean) < 0.06 and abs(x.square().mean() - second) < 0.08


def test_the_ring_has_eight_groups_of_which_none_is_left_out():
    x = data.ring(4000, 1)
    angle = torch.atan2(x[:, 1], x[:, 0]) / (2 * math.pi) * 8
    counts = torch.bincount(angle.round().long() % 8, minlength=8)
    assert len(counts) == 8 and counts.min() > 380 and (x.norm(dim=1) - 2).abs().max() < 0.9


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("1.5, 2\n3, 4\n5, 1", [1.5, 2]),
        ("x;y\n1,5;2\n3;4\n5;1", [1.5, 2]),
        ("1\t2\n\n3\t4\r\n5\t1\n", [1, 2]),
        ("height\n170\n165.5\n180", [170]),
    ],
)
def test_a_table_becomes_points_that_can_be_turned_back(text, first):
    found = data.read(text)
    assert (found.x[0] * found.scale + found.middle - torch.tensor(first)).abs().max() < 1e-4
    assert found.x.abs().max() <= data.REACH and found.x.mean(0).abs().max() < 1e-5


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", PointsTooFew),
        ("1, 2", PointsTooFew),
        ("1, 1\n" * 500, PointsTooFew),
        ("1, 2\n3, nan\n4, 5\n6, 7", TableUnreadable),
        ("1, 2\n3\n4, 5", TableUnreadable),
        ("1, 2\nabc\n4, 5", TableUnreadable),
        ("1, 2, 3\n1, 2, 3\n4, 5, 6", TableUnreadable),
        ("1, 1e400\n2, 3\n4, 5", TableUnreadable),
        ("1, 2\n" * 200_001, TableTooLong),
    ],
)
def test_a_table_that_is_none_says_why(text, error):
    with pytest.raises(error) as said:
        data.read(text)
    assert said.value.say("pt") != said.value.say("en")


def test_of_a_long_table_the_first_points_count():
    assert len(data.read("\n".join(f"{i}, {i % 7}" for i in range(20_000))).x) == data.MOST


def test_a_wrong_name_seed_or_number_is_said():
    with pytest.raises(PointsUnknown):
        data.draw("cats", 10, 1)
    for n, seed in ((0, 1), (10**9, 1), (10, -1), (10, 0.5)):
        with pytest.raises(NumberOutOfRange):
            data.draw("ring", n, seed)


def test_a_line_of_words_alone_is_no_heading():
    with pytest.raises(data.TableUnreadable) as error:
        data.read("abc")
    assert "Line 1" in str(error.value)
