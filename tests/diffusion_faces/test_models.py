"""One wish, three models: what the page asks for, what a link may say, what was measured."""

import math
from types import SimpleNamespace

import gradio as gr
import pytest

from demos.diffusion_faces import models
from generative.diffusion import trio
from generative.errors import NumberOutOfRange
from generative.pool import Pool
from tests.hostile import EVIL, harmless

CALL = {"seed": 5, "steps": [1.0, 0.5], "visitor": "v", "language": "pt-BR"}


def link(**fields: str) -> SimpleNamespace:
    return SimpleNamespace(query_params={"tab": "diffusion_faces", **fields})


def test_the_quick_two_come_at_once_and_the_slow_one_through_the_pool(monkeypatch):
    pool, light = Pool(), []
    monkeypatch.setattr(models, "heavy", pool)
    monkeypatch.setattr(trio, "way", lambda *of: light.append(of) or iter([]))
    assert models.quick(CALL) == {"pictures": trio.quick(5, [1.0, 0.5])} and not light
    assert models.slow(CALL) == {"picture": ""} and light == [(5, [1.0, 0.5])]
    assert list(pool._served) == ["trio v"]


@pytest.mark.parametrize(
    "bad", [{"seed": EVIL}, {"steps": [9, 0]}, {"steps": None}, {"steps": [math.nan, 0]}]
)
@pytest.mark.parametrize("ask", [models.quick, models.slow])
def test_what_cannot_be_asked_is_answered_with_a_sentence(ask, bad):
    said = ask(CALL | bad)
    assert list(said) == ["error"] and "deve ser um número" in said["error"] and EVIL not in said["error"]
    assert ask(CALL | bad | {"language": "en"})["error"] != said["error"]


def test_a_visitor_is_a_short_text_whatever_the_browser_says(monkeypatch):
    assert models.visitor({}) == "trio None" and len(models.visitor({"visitor": "x" * 10**6})) == 45
    monkeypatch.setattr(models, "heavy", SimpleNamespace(line=lambda who: (3, 2.5)))
    assert models.line(CALL) == {"ahead": 3, "wait": 2.5}


def test_the_view_begins_with_what_the_link_says_and_keeps_what_is_there():
    found = models.begin({}, link(trio="12", trio_smile="1.5", trio_pose="-2"))
    assert found == {"seed": 12, "smile": 1.5, "pose": -2}
    assert models.begin(None, link()) == models.FIRST
    assert models.begin(found, link(trio="13")) == gr.skip()


@pytest.mark.parametrize(
    ("name", "text"),
    [("trio", "-1"), ("trio", "0.5"), ("trio", EVIL), ("trio_smile", "9"), ("trio_pose", "NaN")],
)
def test_what_a_link_may_not_say_is_named_and_leaves_the_usual(name, text, monkeypatch):
    said = []
    monkeypatch.setattr(gr, "Info", said.append)
    assert models.begin({}, link(**{name: text})) == models.FIRST
    assert len(said) == 1 and f"“{name}”" in said[0] and EVIL not in said[0]


@pytest.mark.parametrize("lang", ["pt", "en"])
def test_every_figure_stands_in_the_table(lang, monkeypatch):
    obeyed = {name: trio.Obeyed(0.81, 0.92, 0.13) for name in trio.NAMES}
    row = trio.Figures(obeyed, 0.6, 0.012)
    monkeypatch.setattr(trio, "figures", lambda: trio.Measured(64, dict.fromkeys(trio.MODELS, row)))
    html = models.figures(lang)
    assert harmless(html) and html.count("<tr>") == 1 + 3 * len(trio.NAMES) + 2
    assert html.count("<td>") == 3 * (3 * len(trio.NAMES) + 2)
    assert ("0,92" if lang == "pt" else "0.92") in html and ("0,012" if lang == "pt" else "0.012") in html


def test_where_nothing_was_measured_or_a_file_is_damaged_a_sentence_says_so(monkeypatch):
    monkeypatch.setattr(trio, "figures", lambda: None)
    assert "have not been measured" in models.figures("en") and "<table" not in models.figures("en")

    def damaged():
        raise NumberOutOfRange(name="x", low=0, high=1)

    monkeypatch.setattr(trio, "figures", damaged)
    assert 'class="verdict"' in models.figures("pt")


def test_the_field_names_of_the_address_are_the_values_own():
    assert list(models.FIELDS.values()) == ["seed", *trio.NAMES] == list(models.FIRST)
