"""What is asked, and how strongly: on the shipped network, at one place of the walk."""

import math

import pytest
import torch
from torch import Tensor

from generative.diffusion import faces, model, wishes
from generative.errors import NumberOutOfRange, WishUnknown

T = 0.6
ASKED = {"smile": 1.5, "pose": -0.5, "age": None}


@pytest.fixture(scope="module")
def x() -> Tensor:
    return faces.begin([3, 4])


def velocity(x: Tensor, asked: dict | None = None, guidance: float = 1.0, **span: float) -> Tensor:
    return wishes.field(wishes.wish(asked, guidance, **span))(x, T)


def test_guidance_0_is_no_wish_at_all(x: Tensor):
    torch.testing.assert_close(velocity(x, ASKED, 0), velocity(x))


def test_guidance_1_is_one_call_with_what_is_told(x: Tensor):
    w, calls = wishes.wish(ASKED), []

    class Counted(torch.nn.Module):
        def forward(self, *told: Tensor) -> Tensor:
            calls.append(len(told[0]))
            return model.load()(*told)

    found = wishes.field(w, Counted())(x, T)
    rows = (w.c.expand(2, -1), w.keep.expand(2, -1))
    with torch.no_grad():
        torch.testing.assert_close(found, model.load()(x, torch.full((2,), T), *rows))
    assert calls == [2]
    assert (found - velocity(x)).abs().max() > 0.01  # and it is heard


@pytest.mark.parametrize("guidance", [0, 1, 2.5, 6])
def test_without_a_wish_every_guidance_is_equal(x: Tensor, guidance: float):
    torch.testing.assert_close(velocity(x, {"smile": None}, guidance), velocity(x))


@pytest.mark.parametrize("guidance", [0.5, 2, 4])
def test_guidance_goes_on_along_the_line_from_open_to_told(x: Tensor, guidance: float):
    v_open, v_told = velocity(x), velocity(x, ASKED)
    expected = v_open + guidance * (v_told - v_open)
    torch.testing.assert_close(velocity(x, ASKED, guidance), expected, atol=1e-4, rtol=1e-4)


def test_outside_its_span_of_time_guidance_is_1(x: Tensor):
    torch.testing.assert_close(velocity(x, ASKED, 4, low=0.7), velocity(x, ASKED))
    torch.testing.assert_close(velocity(x, ASKED, 4, high=0.5), velocity(x, ASKED))
    torch.testing.assert_close(velocity(x, ASKED, 4, low=0.5, high=0.7), velocity(x, ASKED, 4))


def test_each_face_may_have_a_wish_of_its_own(x: Tensor):
    both = wishes.together([wishes.wish({"smile": 2}, 2.0), wishes.wish({"pose": 1}, 2.0)])
    found = wishes.field(both)(x, T)
    torch.testing.assert_close(found[:1], velocity(x[:1], {"smile": 2}, 2.0), atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(found[1:], velocity(x[1:], {"pose": 1}, 2.0), atol=1e-4, rtol=1e-4)


def test_a_wish_says_what_counts_and_what_is_left_open():
    w = wishes.wish(ASKED)
    assert w.c.tolist() == [[1.5, -0.5, 0, 0, 0]] and w.keep.tolist() == [[1, 1, 0, 0, 0]]
    assert not wishes.wish().keep.any() and not wishes.wish({"smile": None}).keep.any()
    assert wishes.wish({"smile": 0}).keep.tolist() == [[1, 0, 0, 0, 0]]  # the mean is a wish, too


@pytest.mark.parametrize("asked", [{"hat": 1.0}, {"gender": 0.5}, {"": 1.0}])
def test_what_the_network_was_never_told_is_refused(asked: dict):
    with pytest.raises(WishUnknown, match="smile, pose, nod, brightness, age"):
        wishes.wish(asked)


@pytest.mark.parametrize("value", [math.nan, math.inf, -3.01, 3.01, "2", True])
def test_a_wish_beyond_reach_is_refused(value: object):
    with pytest.raises(NumberOutOfRange):
        wishes.wish({"smile": value})


@pytest.mark.parametrize("guidance", [math.nan, -0.1, 6.1, math.inf, None])
def test_a_guidance_beyond_reach_is_refused(guidance: object):
    with pytest.raises(NumberOutOfRange):
        wishes.wish({"smile": 1}, guidance)


def test_years_become_deviations_and_back():
    config = model.load().config
    age = config.attributes.index("age")
    one_above = config.mean[age] + config.deviation[age]
    assert wishes.deviations("age", one_above) == pytest.approx(1)
    assert wishes.plain("age", wishes.deviations("age", 52.0)) == pytest.approx(52.0)
