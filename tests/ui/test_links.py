"""What a link may say to a tab: only its own fields, of the right type, within their range."""

from types import SimpleNamespace

import gradio as gr
import pytest

from demos.ui import links
from generative.errors import LatentInvalid


def request(**query: str) -> SimpleNamespace:
    return SimpleNamespace(query_params=query)


@pytest.mark.parametrize(
    ("value", "default", "expected"),
    [
        ("Era uma vez", "", "Era uma vez"),
        ("7", 1, 7),
        ("0.5", 1.0, 0.5),
        ("[1, 2]", [], [1, 2]),
        ("", "first", "first"),
        ("seven", 1, 1),
        ("true", 1, 1),
        ("[1, 2", [], []),
        ('"a"', [], []),
        ("11", 1, 1),
        ("-1", 1, 1),
        ("NaN", 1.0, 1.0),
        ("x" * (links.LONGEST + 1), "first", "first"),
    ],
)
def test_a_field_is_what_the_link_says_if_it_has_the_type_and_range_of_its_default(value, default, expected):
    assert links.read(request(tab="vae", field=value), "vae", "field", default, 0, 10) == expected


@pytest.fixture
def said(monkeypatch) -> list[str]:
    """What the page would show as notices."""
    notices = []
    monkeypatch.setattr(gr, "Info", notices.append)
    return notices


@pytest.mark.parametrize("value", ["seven", "true", "11", "-1", "NaN", "x" * (links.LONGEST + 1)])
def test_a_number_that_is_refused_is_named_with_its_ends_in_both_languages(value, said):
    assert links.read(request(tab="gan", psi=value), "gan", "psi", 1, 0, 1.5) == 1
    assert len(said) == 1
    assert '<span lang="pt">' in said[0] and "de 0 a 1,5" in said[0] and "from 0 to 1.5" in said[0]


@pytest.mark.parametrize(("value", "default"), [("[1, 2", []), ('"a"', []), ("x" * 4001, "first")])
def test_another_type_is_refused_in_a_sentence_that_repeats_nothing_of_it(value, default, said):
    assert links.read(request(tab="vae", z=value), "vae", "z", default) == default
    assert len(said) == 1 and "“z”" in said[0] and "xxx" not in said[0] and '"a"' not in said[0]


def test_what_a_field_is_checked_for_is_said_and_the_usual_one_stays(said):
    def check(value: list) -> None:
        if len(value) != 2:
            raise LatentInvalid(z_dim=2)

    assert links.read(request(tab="vae", z="[1]"), "vae", "z", [], check=check) == []
    assert "z must be 2 finite numbers" in said[0] and "z deve ter 2" in said[0]
    assert links.read(request(tab="vae", z="[1, 2]"), "vae", "z", [], check=check) == [1, 2]
    assert len(said) == 1


def test_what_is_not_said_is_not_refused(said):
    links.read(request(tab="vae"), "vae", "z", [])
    links.read(request(tab="gan", z="[1"), "vae", "z", [])
    links.view(request(tab="vae"), "vae", ("move",))
    links.refuser(["vae"])(request())
    assert said == []


def test_a_view_or_tab_that_there_is_not_is_said(said):
    links.view(request(tab="vae", view="attic"), "vae", ("move",))
    links.refuser(["vae"])(request(tab="cellar"))
    assert ["“view”" in said[0], "“tab”" in said[1]] == [True, True] and "attic" not in said[0]


def test_a_link_to_another_tab_says_nothing_to_this_one():
    assert links.read(request(tab="gan", seed="7"), "vae", "seed", 1) == 1
    assert links.read(request(seed="7"), "vae", "seed", 1) == 1


def test_only_a_view_that_there_is_opens():
    assert links.view(request(tab="vae", view="photo"), "vae", ("move", "photo")) == {"view": "photo"}
    assert links.view(request(tab="vae", view="attic"), "vae", ("move",)) == {}
