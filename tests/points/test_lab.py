"""Seven models on the same points: records as they come, answers of all of them, bad input said."""

import base64
import itertools

import pytest
import torch

from generative.errors import GenerativeError, NumberOutOfRange
from generative.points import lab, own
from generative.points.densities import WINDOW
from generative.points.lab import AT_ONCE, MODELS, TRAINED


@pytest.fixture(scope="module")
def short():
    """A training of a few steps."""
    patch = pytest.MonkeyPatch()
    patch.setattr(lab, "STEPS", 60)
    patch.setattr(lab, "FRAMES", 3)
    yield patch
    patch.undo()


@pytest.fixture(scope="module")
def heights(short):
    return list(lab.learn("heights", "", 7))


def test_first_the_points_then_what_is_there_at_once_then_each_network_in_turn(heights):
    assert [one.model for one in heights] == ["data", *AT_ONCE, *TRAINED * 3]
    assert [one.step for one in heights if one.model == "flow"] == [20, 40, 60]


def test_every_density_adds_up_to_one_and_beats_uniform_and_the_gan_has_none(heights):
    last = {one.model: one for one in heights}
    assert last["gan"][3] == "" and last["gan"].held is last["gan"].total is None
    for model in set(MODELS) - {"gan"}:
        assert abs(last[model].total - 1) < 0.03, model
        assert last[model].held > lab.uniform(1) + 0.3, model
    flows = [one.held for one in heights if one.model == "flow"]
    assert flows[-1] > flows[0]


def test_a_map_is_log_p_of_the_middle_of_each_cell_from_the_lower_left(short):
    grid = lab.grid(2)
    half = WINDOW / lab.SIDE[2]
    assert grid[0].tolist() == pytest.approx([half - WINDOW] * 2) and grid[1, 0] > grid[0, 0]
    log_p = torch.tensor([lab.LOW, lab.HIGH, -99, 99, float("nan"), -4.0])
    levels = base64.b64decode(lab.levels(log_p, 1))
    assert list(levels) == [0, 255, 0, 255, 0, 128]
    assert list(base64.b64decode(lab.levels(log_p[:2], 2))) == [0, 0, 255, 255]


def test_points_become_signed_bytes(short):
    found = base64.b64decode(lab.as_bytes(torch.tensor([[0.0], [WINDOW], [-WINDOW], [50.0]])))
    assert list(found) == [0, 127, 256 - 127, 127]


def test_held_out_points_are_not_among_those_that_are_learned(short):
    train, held = lab.split("ring", "", 3)
    learned, kept = ({tuple(point) for point in part.tolist()} for part in (train, held))
    assert not learned & kept and len(held) == pytest.approx(len(train), abs=1)


def test_all_are_asked_at_once_as_far_as_they_have_come(heights):
    lab.learned.cache_clear()
    assert lab.ask("heights", "", 7, [0.5, 0.0]) == {}
    for record in lab.learn("heights", "", 7):
        if record.model == "gan":
            break
    found = lab.ask("heights", "", 7, [-1.0, 0.0])
    assert set(found) == set(MODELS) and found["gan"] == (None, None)
    assert 0 < found["vae"].error < 0.2 and found["kernel"].error is None
    near = lab.learned("heights", "", 7)["kernel"].log_prob(torch.tensor([[-1.0]])).item()
    assert found["kernel"].log_p == pytest.approx(near)


def test_the_same_seed_learns_the_same(heights, short):
    assert list(itertools.islice(lab.learn("heights", "", 7), 8)) == heights[:8]


def test_five_own_points_are_enough_for_all(short):
    text = own.write(torch.tensor([[0.0, 0.0], [1.0, 1.0], [1.0, 0.0], [-1.0, 0.5], [0.3, 2.0]]))
    last = {one.model: one for one in itertools.islice(lab.learn(lab.OWN, text, 1), 8)}
    assert set(last) == {"data", *MODELS}
    assert all(abs(last[model].total) < 10 for model in AT_ONCE)


@pytest.mark.parametrize(
    ("name", "text", "seed"),
    [("cats", "", 1), ("own", "", 1), ("own", "p" + "hh" * 200, 1), ("ring", "", -1), ("ring", "", None)],
)
def test_points_that_are_none_are_said(name, text, seed):
    with pytest.raises(GenerativeError) as said:
        next(lab.learn(name, text, seed))
    assert said.value.say("pt") != said.value.say("en")


@pytest.mark.parametrize("at", [[9, 0], [0, float("nan")], [None, 1], [], [0]])
def test_a_point_outside_the_window_is_said(at, short):
    with pytest.raises(NumberOutOfRange):
        lab.ask("moons", "", 1, at)


@pytest.mark.parametrize("text", ["", "1", "1,2,3", "a,b", "1,9", "nan,0"])
def test_a_place_in_a_link_that_is_none_is_said(text):
    with pytest.raises(NumberOutOfRange):
        lab.read_at(text)
    assert lab.read_at("0.8,-1") == (0.8, -1)
