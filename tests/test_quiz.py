import base64
import io
import json

import pytest
from cryptography.fernet import Fernet
from PIL import Image

from generative import photos, quiz
from generative.errors import ChoiceInvalid, NumberOutOfRange, RoundInvalid


@pytest.fixture(scope="module")
def source() -> photos.Source:
    """The faces that ship with scikit-image: always there."""
    return photos.Source("lfw", 100, 25, photos.THANKS["lfw"])


def opened(url: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(url.split(",", 1)[1])))


def test_a_round_has_three_pictures_alike_in_form_and_one_real(source):
    dealt = quiz.deal(1, source)
    pictures = [opened(url) for url in dealt.pictures]
    assert len(pictures) == 3 and {(p.size, p.mode, p.format) for p in pictures} == {
        ((256, 256), "RGB", "JPEG")
    }
    assert not any(p.info.get("exif") for p in pictures)
    answers = [quiz.answer(dealt.token, letter) for letter in "ABC"]
    assert sum(a.correct for a in answers) == 1
    assert answers[0].makers.count("photo") == 1 and answers[0].makers[answers[0].real] == "photo"


def test_the_same_seed_deals_the_same_round_here(source):
    a, b = quiz.deal(5, source), quiz.deal(5, source)
    assert a.pictures == b.pictures and a.token != b.token  # the seal itself differs each time


def test_another_installation_deals_another_round(source, tmp_path, monkeypatch):
    here = quiz.deal(5, source)
    monkeypatch.setenv("VEREDAS_KEY_FILE", str(tmp_path / "other" / "key"))
    quiz.key.cache_clear()
    assert quiz.deal(5, source).pictures != here.pictures
    with pytest.raises(RoundInvalid):
        quiz.answer(here.token, "A")
    assert (tmp_path / "other" / "key").stat().st_mode & 0o077 == 0
    quiz.key.cache_clear()


def test_the_real_one_is_in_every_place_about_as_often():
    draws = [quiz.rng(seed, "lfw") for seed in range(600)]
    places = []
    for draw in draws:
        makers = ["photo", "gan", "vae"]
        draw.shuffle(makers)
        places.append(makers.index("photo"))
    assert all(150 < places.count(i) < 250 for i in range(3))


@pytest.mark.parametrize("choice", ["D", "", " ", "AB", 3, -1, None, True, 1.5, "A" * 10_000, ["A"], {}])
def test_a_choice_that_is_none_of_the_three_is_refused(choice, source):
    with pytest.raises(ChoiceInvalid):
        quiz.answer(quiz.deal(2, source).token, choice)


def test_choices_are_read_with_patience(source):
    token = quiz.deal(2, source).token
    assert quiz.answer(token, " b ") == quiz.answer(token, 1) == quiz.answer(token, "B")


@pytest.mark.parametrize(
    "token",
    [
        "",
        "abc",
        "é",
        "\x00",
        None,
        5,
        "x" * 100_000,
        Fernet(Fernet.generate_key()).encrypt(json.dumps({"real": 0}).encode()).decode(),
    ],
)
def test_a_forged_round_is_refused(token):
    with pytest.raises(RoundInvalid):
        quiz.answer(token, "A")


@pytest.mark.parametrize("seed", [-1, 2**53, 1.5, "x", float("nan"), None])
def test_a_wrong_seed_is_refused(seed, source):
    with pytest.raises(NumberOutOfRange):
        quiz.deal(seed, source)


def test_the_score_counts_rounds_right_answers_and_the_streak():
    score = quiz.Score()
    for correct in (True, True, False, True):
        score = score.after(correct)
    assert score == quiz.Score(played=4, right=3, streak=1)
