"""What the browser is told of heavy work, whatever it asks."""

import asyncio
import json

import gradio as gr
import pytest

from demos.diffusion_faces import noise, state, steps, tab, wishes
from demos.ui import links
from demos.ui.watch import records, whole
from generative import diffusion

WORKS = {"frames": noise.way, "paces": steps.paces, "sixteen": wishes.sixteen}
CALL = {"what": "frames", "seed": 7, "steps": 2, "wish": "", "guidance": 2, "branches": "", "visitor": "a"}


def ask(**call: object) -> dict:
    return asyncio.run(records(CALL | call, WORKS))


def test_a_way_comes_record_by_record_to_its_end():
    found, done = [], False
    while not done:
        answer = ask(have=len(found))
        assert json.dumps(answer) and answer["ahead"] == 0
        found, done = found + answer["records"], answer["done"]
    assert found == list(diffusion.films.frames(7, 2))
    assert ask(have=2)["records"] == found[2:]


def test_without_a_wish_every_guidance_is_one_film():
    assert noise.way(CALL) == noise.way(CALL | {"guidance": 0})
    assert noise.way(CALL | {"wish": "age:60"}) != noise.way(CALL | {"wish": "age:60", "guidance": 0})


@pytest.mark.parametrize(
    "wrong",
    [
        {"seed": -1},
        {"seed": "7"},
        {"seed": [7]},
        {"seed": None},
        {"seed": float("nan")},
        {"steps": 101},
        {"steps": 2.5},
        {"steps": {}},
        {"wish": "hair:1"},
        {"wish": {"smile": 1}},
        {"wish": "smile:1", "guidance": float("nan")},
        {"wish": "smile:1", "guidance": 99},
        {"branches": "9.1"},
        {"branches": [[1, 2]]},
        {"what": "sixteen", "seed": 2**53 - 1},
    ],
)
def test_what_cannot_be_is_one_sentence_in_the_visitors_language(wrong):
    english, portuguese = ask(**wrong, language="en"), ask(**wrong, language="pt")
    assert english.keys() == portuguese.keys() == {"error"} and english != portuguese


@pytest.mark.parametrize("what", [None, "nothing", ["frames"], {}])
def test_unknown_work_is_over_at_once(what):
    assert ask(what=what) == {"records": [], "done": True, "ahead": 0, "wait": 0}


def test_how_many_records_there_are_is_a_number_or_none():
    assert [whole(value) for value in (3, -1, "3", None, 10**9, 2.0)] == [3, 0, 0, 0, 0, 0]


# ---- links ----


@pytest.fixture
def told(monkeypatch) -> list[str]:
    """The names of fields that a link's reader refused."""
    names = []
    monkeypatch.setattr(links, "refuse", lambda name, *_, **__: names.append(name))
    return names


def opened(**query: str) -> tuple:
    """What the shared fields are told, then whether the link was read."""
    request = gr.Request()
    request.kwargs = {"query_params": {"tab": "diffusion_faces", **query}}
    found = tab.open_first(request, state.SEED, state.STEPS, "", state.GUIDANCE, "")
    return tuple(found[name] for name in (*state.CARRIED, "came"))


def test_a_link_brings_back_what_it_says(told):
    query = {"seed": "5", "steps": "10", "wish": "age:60", "guidance": "3", "branches": "4.12-6.3"}
    found = opened(**query)
    assert found == (5, 10, "age:60", 3, "4.12-6.3", "yes") and told == []


@pytest.mark.parametrize(
    "query",
    [
        {"seed": "-1"},
        {"seed": "1.5"},
        {"seed": "NaN"},
        {"steps": "0"},
        {"steps": "2.5"},
        {"steps": "1e9"},
        {"wish": "hair:1"},
        {"wish": "age:7"},
        {"guidance": "9"},
        {"guidance": "NaN"},
        {"branches": "20.1"},
        {"branches": "x"},
        {"branches": "1.1-1.1"},
        {"view": "nowhere"},
    ],
)
def test_a_field_of_a_link_that_cannot_be_is_refused_and_the_usual_is_shown(query, told):
    usual = (state.SEED, state.STEPS, "", state.GUIDANCE, "", "yes")
    assert opened(**query) == usual and told == list(query)
