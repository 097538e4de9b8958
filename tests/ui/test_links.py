"""What a link may say to a tab: only its own fields, of the right type, within their range."""

from types import SimpleNamespace

import gradio as gr
import pytest

from demos.ui import links


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


def test_a_link_to_another_tab_says_nothing_to_this_one():
    assert links.read(request(tab="gan", seed="7"), "vae", "seed", 1) == 1
    assert links.read(request(seed="7"), "vae", "seed", 1) == 1


def test_only_a_view_that_there_is_opens():
    named, inner = links.view(request(tab="vae", view="photo"), "vae", ("move", "photo"))
    assert named == "photo" and inner.selected == "photo"
    assert links.view(request(tab="vae", view="attic"), "vae", ("move",)) == (gr.skip(), gr.skip())
