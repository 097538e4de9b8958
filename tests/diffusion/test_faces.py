"""Faces from recipes, by the shipped network."""

import math

import pytest
import torch

from generative import gan
from generative.diffusion import faces, wishes
from generative.diffusion.faces import Recipe, Sampling, asked
from generative.diffusion.sampler import end, times, walk
from generative.errors import NumberOutOfRange, WishUnknown

QUICK = Sampling("deis", 4)


def test_a_seed_gives_the_same_face_alone_or_in_a_batch():
    """Up to the order in which floats are summed: a thousandth of a grey level."""
    seeds = [7, 8, 7, *range(20, 28)]  # more than one call takes
    batch = faces.sample(seeds, sampling=QUICK)
    for i in (0, 1, 9):
        torch.testing.assert_close(
            batch[i], faces.sample(seeds[i : i + 1], sampling=QUICK)[0], atol=1e-4, rtol=0
        )
    assert (batch[0] - batch[2]).abs().max() < 1e-4 and (batch[0] - batch[1]).abs().max() > 0.1
    assert batch.shape == (11, 3, 64, 64) and batch.min() >= 0 and batch.max() <= 1


def test_rows_of_wishes_keep_to_their_faces_across_batches():
    rows = wishes.together([wishes.wish({"brightness": b}) for b in [-2.5, 2.5] * 5])
    light = faces.sample([1] * 10, rows, QUICK).mean((1, 2, 3))
    assert (light[1::2] > light[::2] + 0.1).all()
    assert light[::2].std() < 1e-4


def test_a_wish_is_one_for_all_or_a_row_for_each_face():
    rows = wishes.together([wishes.wish({"smile": 1.0})] * 2)
    with pytest.raises(NumberOutOfRange):
        faces.sample([1, 2, 3], rows)


def test_smile_and_pose_are_obeyed():
    """Read by the network of `face_attributes`, on twelve faces: the mean moves the way that was asked."""
    seeds, told = list(range(12)), {}
    for name in ("smile", "pose"):
        at = gan.quality.attributes().config.labels.index(name)
        for value in (-1.5, 1.5):
            x = faces.sample(seeds, wishes.wish({name: value}), QUICK)
            told[name, value] = gan.quality.attributes()(x)[:, at].mean().item()
        assert told[name, 1.5] > told[name, -1.5] + 1.0, told


def test_a_mirrored_face_has_the_opposite_pose():
    """Mirrored noise told the opposite pose leads to nearly the mirrored face: the network was shown every
    photo both ways. The same noise told the opposite pose leads to another picture."""
    x = faces.begin(range(6))
    at, right, left = (
        times(8),
        wishes.field(wishes.wish({"pose": 1.5})),
        wishes.field(wishes.wish({"pose": -1.5})),
    )
    face = end(walk(right, x, at))
    mirrored = end(walk(left, x.flip(3).contiguous(), at)).flip(3)
    other = end(walk(left, x, at))
    distance = lambda a, b: (a - b).square().mean((1, 2, 3)).sqrt()  # noqa: E731
    assert (distance(face, mirrored) < distance(face, other) / 2).all()
    pose = gan.quality.attributes().config.labels.index("pose")
    seen, turned = (gan.quality.attributes()(faces.to_unit(v))[:, pose] for v in (face, mirrored.flip(3)))
    torch.testing.assert_close(seen.mean(), -turned.mean(), atol=0.5, rtol=0)
    assert seen.mean() > 0.5


def test_the_way_ends_where_the_same_walk_ends_at_once():
    recipe = Recipe(11, 6, asked({"smile": 1.0}), 2.0)
    moments = list(faces.moments(recipe))
    assert [m.t for m in moments] == pytest.approx([5 / 6, 4 / 6, 3 / 6, 2 / 6, 1 / 6, 0])
    once = faces.sample([11], wishes.wish({"smile": 1.0}, 2.0), Sampling("euler", 6))
    torch.testing.assert_close(faces.to_unit(moments[-1].x), once, atol=1e-4, rtol=0)
    torch.testing.assert_close(moments[-1].x, moments[-1].x0, atol=1e-5, rtol=0)


def test_a_branch_keeps_the_way_before_it_and_early_ones_change_more():
    plain = list(faces.moments(Recipe(3, 6)))
    ways = {step: list(faces.moments(Recipe(3, 6, branches=((step, 99),)))) for step in (1, 5)}
    assert all(len(way) == 6 for way in ways.values())
    for step, way in ways.items():
        for before, same in zip(plain[: step - 1], way, strict=False):
            assert torch.equal(before.x, same.x)
        assert not torch.equal(plain[step - 1].x, way[step - 1].x)  # with other noise from here
        assert torch.equal(plain[step - 1].x0, way[step - 1].x0)  # of the same expected face
    far, near = ((way[-1].x - plain[-1].x).square().mean() for way in (ways[1], ways[5]))
    assert far > 4 * near


def test_the_noise_of_a_branch_is_that_of_its_seed():
    step = 3
    one = list(faces.moments(Recipe(3, 6, branches=((step, 99),))))
    t, x0 = one[step - 1].t, one[step - 1].x0
    torch.testing.assert_close(one[step - 1].x, (1 - t) * x0 + t * faces.begin([99]))
    other = list(faces.moments(Recipe(3, 6, branches=((step, 98),))))
    assert (one[-1].x - other[-1].x).abs().max() > 0.1


def test_branches_follow_one_another():
    two = list(faces.moments(Recipe(3, 6, branches=((1, 98), (4, 99)))))
    first = list(faces.moments(Recipe(3, 6, branches=((1, 98),))))
    assert [torch.equal(a.x, b.x) for a, b in zip(two, first, strict=True)] == [True] * 3 + [False] * 3


def test_a_recipe_is_a_key():
    """A class with one link computes once."""
    one, other = (Recipe(1, 20, asked({"smile": 1, "age": None, "pose": p})) for p in (0.5, 0.5))
    assert {one: "face"}[other] == "face"
    assert one.asked == (("pose", 0.5), ("smile", 1.0))


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(-1),
        Recipe(2**53),
        Recipe(1.5),
        Recipe(math.nan),
        Recipe("1"),
        Recipe(1, 0),
        Recipe(1, faces.MOST_STEPS + 1),
        Recipe(1, math.nan),
        Recipe(1, 5.5),
        Recipe(1, 20, (("smile", math.nan),)),
        Recipe(1, 20, (("smile", 9.0),)),
        Recipe(1, 20, (), math.nan),
        Recipe(1, 20, (), 99.0),
        Recipe(1, 20, branches=((0, 1),)),
        Recipe(1, 20, branches=((20, 1),)),
        Recipe(1, 20, branches=((5, 1), (5, 2))),
        Recipe(1, 20, branches=((5, -1),)),
        Recipe(1, 20, branches=((math.nan, 1),)),
    ],
    ids=str,
)
def test_a_recipe_out_of_range_is_refused_before_anything_is_computed(recipe: Recipe):
    with pytest.raises(NumberOutOfRange):
        next(faces.moments(recipe))


def test_an_unknown_wish_is_refused():
    with pytest.raises(WishUnknown):
        next(faces.moments(Recipe(1, 20, (("hat", 1.0),))))


@pytest.mark.parametrize("seed", [-1, math.nan, 2**53, "1", None])
def test_a_seed_out_of_range_is_refused(seed: object):
    with pytest.raises(NumberOutOfRange):
        faces.sample([1, seed])
