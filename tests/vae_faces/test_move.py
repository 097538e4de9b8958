"""Moving a face: what a link may say, what the sliders are called."""

import json
from types import SimpleNamespace

import gradio as gr
import pytest

from demos.ui.live import Plane
from demos.vae_faces import api, sliders, tab
from generative import vae
from tests.hostile import EVIL


def link(**fields: str) -> SimpleNamespace:
    return SimpleNamespace(query_params={"tab": tab.TAB, **fields})


def test_a_link_brings_its_face_and_without_one_a_face_stirs():
    z = vae.model.random_z(4)
    face = tab.open_first(link(z=json.dumps(z)), "en")["z"]
    assert face["values"] == z and "sway" not in face
    first = tab.open_first(link(), "en")["z"]
    assert first["sway"] and first["values"] == vae.model.mixture_z(tab.FIRST)


@pytest.mark.parametrize("z", [[EVIL] * 32, [EVIL], [None], [[0.0]] * 32])
def test_a_link_to_a_face_that_is_none_is_one_sentence_and_the_usual_face(z, monkeypatch):
    said = []
    monkeypatch.setattr(gr, "Info", said.append)
    face = tab.open_first(link(z=json.dumps(z)), "en")["z"]
    assert len(said) == 1 and "“z”" in said[0] and "32 finite numbers" in said[0] and EVIL not in said[0]
    assert face["sway"]


@pytest.mark.parametrize("text", [EVIL, json.dumps(EVIL), json.dumps({"a": EVIL})])
def test_what_is_no_list_is_no_face(text):
    face = tab.open_first(link(z=text), "en")["z"]
    assert face["sway"]


def test_a_link_opens_a_view_of_this_tab_and_no_other():
    for view in ("bottleneck", "outliers", "way"):
        assert tab.open_first(link(view=view), "en")["view"] == view
    assert "view" not in tab.open_first(link(view=EVIL), "en")


def test_a_link_brings_a_and_a_walk():
    z = [0.5] * 32
    told = tab.open_first(link(a=json.dumps(z), walk="41"), "en")
    assert json.loads(told["a"]) == z and told["walk"] == 41
    assert set(tab.open_first(link(a=EVIL, walk="-4"), "en")) == {"z"}


def test_every_slider_has_a_name_in_both_languages():
    for group in sliders.groups():
        shown = [group.across, group.up] if isinstance(group, Plane) else group.sliders
        assert shown and all(all(slider.name) for slider in shown)
    assert len(sliders.axes()) == 32 and sliders.axes()[4].name == ("eixo 5", "axis 5")


def test_the_taught_names_stand_first_and_the_found_ones_fold_below():
    group, n = sliders.named(), len(vae.directions.named())
    taught, found = group.sliders[:n], group.sliders[n:]
    assert group.shown == 3 < n  # smile, pose and light rise evenly; a fourth would not fit on a phone
    assert taught[0].vector == vae.directions.one("smile").vector and taught[0].name == ("sorriso", "smile")
    assert found[0].vector == vae.directions.one("smile", "found").vector
    assert found[0].name == ("sorriso, achada", "smile, found") and all(group.more)
    assert str(vae.directions.load().pairs) in taught[0].note[0] and "rótulos" in found[0].note[0]
    assert "taught" in taught[0].note[1] and "labels" in found[0].note[1]


def test_a_program_is_told_of_each_direction_whether_it_was_taught_or_found():
    told = api.vae_directions()
    assert [(d["source"], d["name"]) for d in told][:2] == [("taught", "smile"), ("taught", "pose")]
    assert told[0]["vector"] == vae.directions.one("smile").vector and told[0]["monotone"] > 0.9
    assert [d["name"] for d in told if d["source"] == "found"][:2] == ["smile", "pose"]
