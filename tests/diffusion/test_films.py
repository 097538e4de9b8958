"""What is watched of the diffusion model is what it computes; what a link asks for is read or refused."""

import base64
import io

import pytest
from PIL import Image

from generative.diffusion import faces, films, wishes
from generative.diffusion.faces import Recipe
from generative.errors import BranchUnreadable, NumberOutOfRange, WishUnknown

STEPS = 4


def last(asked: Recipe) -> str:
    """The face at the end of a recipe's way, as one keeps it."""
    *_, moment = faces.moments(asked)
    return films.kept(moment.x)


def test_a_wish_is_read_in_units_that_one_knows():
    assert films.read_wish("") == ()
    asked = dict(films.read_wish("smile:1.5,age:60"))
    assert asked == {"smile": 1.5, "age": pytest.approx(wishes.deviations("age", 60))}
    assert films.write_wish({"smile": 1.5, "pose": None, "age": 60}) == "smile:1.5,age:60"
    low, high = films.reach("brightness")
    assert (
        -wishes.REACH - 0.1
        < wishes.deviations("brightness", low)
        < wishes.deviations("brightness", high)
        < 3.1
    )


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("hair:1", WishUnknown),
        ("smile", NumberOutOfRange),
        ("smile:nan", NumberOutOfRange),
        ("smile:inf", NumberOutOfRange),
        ("smile:4", NumberOutOfRange),
        ("age:7", NumberOutOfRange),
        ("smile:1,,", WishUnknown),
        ("smile:1," * 100, WishUnknown),
    ],
)
def test_a_wish_that_cannot_be_read_is_refused(text, error):
    with pytest.raises(error):
        films.read_wish(text)


@pytest.mark.parametrize("text", ["5", "5.x", "5.1-", "-5.1", "5.1.2", "5.1-" * 99])
def test_branches_that_cannot_be_read_are_refused(text):
    with pytest.raises(BranchUnreadable):
        films.read_branches(text)


@pytest.mark.parametrize("branches", ["4.1", "0.1", "3.1-2.1", "2.99999999999999999999"])
def test_a_branch_lies_on_the_way(branches):
    assert films.read_branches(branches)
    with pytest.raises(NumberOutOfRange):
        films.recipe(7, STEPS, "", 1.0, branches)


def test_a_way_begins_with_noise_and_ends_with_the_recipes_face():
    found = list(films.frames(3, STEPS, "smile:2", 1.0))
    assert len(found) == STEPS + 1 and found[0].face == "" and found[0].t == 1 and found[-1].t == 0
    assert found[0].noise == films.shown(faces.begin([3]))
    assert found[-1].face == last(Recipe(3, STEPS, (("smile", 2.0),)))


def test_a_branch_of_a_walked_way_begins_at_once_and_is_what_it_would_be_anyway(monkeypatch):
    films.walked.cache_clear()
    whole = list(films.frames(3, STEPS))
    walk, calls = films.faces.walk, []
    monkeypatch.setattr(
        films.faces, "walk", lambda field, x, at, *_: calls.append(len(at)) or walk(field, x, at)
    )
    branched = list(films.frames(3, STEPS, "", 1.0, "2.99"))
    assert calls == [STEPS - 2 + 1]  # only the two steps after the branch were walked
    assert branched[:2] == whole[:2] and branched[2].face == whole[2].face
    assert branched[2].noise != whole[2].noise and branched[-1].face != whole[-1].face
    films.walked.cache_clear()
    assert list(films.frames(3, STEPS, "", 1.0, "2.99")) == branched
    assert branched[-1].face == last(Recipe(3, STEPS, branches=((2, 99),)))


def test_four_paces_walk_the_same_noise(monkeypatch):
    monkeypatch.setattr(films, "STEPS", (1, 2))
    found = list(films.paces(3))
    assert [(pace.steps, pace.step) for pace in found] == [(1, 0), (2, 0), (1, 1), (2, 1), (2, 2)]
    assert found[0].picture == found[1].picture
    *_, end = faces.moments(Recipe(3, 2))
    assert found[-1].picture == films.face(end.x) and found[-1].seconds > found[-2].seconds > 0


def test_faces_of_a_wish_are_those_of_the_following_seeds():
    drawn = [one for one in films.told_faces(3, "age:60", 2.0, 2) if one.face]
    assert [one.place for one in drawn] == [0, 1]
    assert drawn[1].face == [one for one in films.told_faces(4, "age:60", 2.0, 1) if one.face][0].face
    x = faces.sample([3], wishes.wish({"age": wishes.deviations("age", 60)}, 2.0))
    assert drawn[0].face == films.face(2 * x - 1)
    with pytest.raises(NumberOutOfRange):
        list(films.told_faces(2**53 - 1, "", 1.0, 2))


def test_a_way_is_kept_as_an_animation_that_rests_at_its_face():
    url = films.animated(list(films.frames(3, STEPS)))
    with Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))) as image:
        assert image.format == "WEBP" and image.size == (512, 256) and image.n_frames == STEPS
        image.seek(STEPS - 1)
        image.load()
        assert image.info["duration"] == films.LAST_MS
