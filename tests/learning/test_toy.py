"""The toy language: which examples a text gives, what is counted, what does not fit; and the points."""

import math

import pytest

from generative.learning import toy


def pairs(text: str) -> list[str]:
    data = toy.language(text)
    return [f"{data.before[x.index(1.0)]} {data.after[k]}" for x, k in data.examples]


def test_each_word_predicts_the_next_of_its_sentence_and_none_of_another():
    assert pairs("Sim não. sim\nnão sim não!") == ["sim não", "não sim", "sim não"]
    assert pairs("água-viva brilha; d'água some") == ["água-viva brilha", "d'água some"]


def test_a_mac_and_a_phone_write_the_same_words():
    assert toy.language("bebe\u0302s dormem.") == toy.language("BEBÊS\u00a0dormem")


def test_shares_are_counted_and_nothing_is_better_than_their_entropy():
    data = toy.language("a x. a y. b x. b x. c z. c z.")
    assert data.shares == [[0.5, 0.5, 0], [1, 0, 0], [0, 0, 1]] and data.most == 5
    assert math.isclose(data.lowest, math.log(2) / 3)


@pytest.mark.parametrize("lang", toy.SENTENCES)
def test_what_one_sees_first_fills_the_network_and_can_not_be_known_for_sure(lang: str):
    data = toy.language(toy.SENTENCES[lang])
    assert (len(data.before), len(data.after), len(data.examples)) == (5, 3, 20)
    assert data.lowest > 0.5 and {1.0, 0.75, 0.5} <= {share for row in data.shares for share in row}


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", toy.ToyEmpty),
        ("sozinha. duas! 🙂", toy.ToyEmpty),
        ("a x. " * 300, toy.ToyTooLong),
        ("otorrinolaringologista opera", toy.ToyWordTooLong),
        ("a x. b x. c x. d x. e x. f x.", toy.ToyInputsFull),
        ("a x. a y. a z. a w.", toy.ToyOutputsFull),
    ],
)
def test_what_does_not_fit_is_said_with_what_to_do(text: str, error: type):
    with pytest.raises(error):
        toy.language(text)


def test_the_sentence_names_the_word_that_does_not_fit_and_those_that_do():
    with pytest.raises(toy.ToyOutputsFull, match="“w”.*x, y, z"):
        toy.language("a x. a y. a z. a w.")


def test_points_lie_in_three_classes_that_do_not_overlap():
    data = toy.points()
    assert data == toy.points() and len(data.examples) == 60 and data.shares == []
    for (x, y, xx, yy, xy), k in data.examples:
        assert (xx, yy, xy) == (x * x, y * y, x * y) and x == round(x, 2)
        r = math.hypot(x, y)
        assert r < 0.42 if k == 0 else 0.58 < r < 1.02 and (y > 0) == (k == 1)
    with pytest.raises(toy.TaskUnknown):
        toy.known("lines")
