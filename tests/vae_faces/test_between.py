"""From A to B, and the walk: which faces are the ends, what stays as it is, what a browser may send."""

import json

import gradio as gr
import pytest

from demos.vae_faces import between, move, walk
from generative import vae
from generative.errors import NumberOutOfRange
from tests.hostile import EVIL


def test_the_way_leads_from_the_kept_face_to_the_one_on_screen_with_both_ends_in_sight():
    a, b = vae.model.mean_z(), vae.model.random_z(4)
    kept, way = between.show(move.written(a), {"values": b}, None, "en")
    assert json.loads(way["context"]) == [a, b] and json.loads(kept) == a
    assert way["stations"] == [vae.model.picture(a), vae.model.picture(b)] and way["sway"]


def test_where_nothing_was_kept_a_face_is_drawn_and_then_stays():
    face = {"values": vae.model.random_z(4)}
    a, way = between.show("", face, None, "en")
    assert len(json.loads(a)) == 32
    again, same = between.show(a, face, {"context": way["context"]}, "en")
    assert again == a and same == gr.skip()
    other = between.show(a, {"values": vae.model.random_z(5)}, {"context": way["context"]}, "en")[1]
    assert other["stations"][0] == way["stations"][0] and other["stations"][1] != way["stations"][1]


def test_ends_that_change_places_are_the_same_faces():
    a, b = [round(v, 3) for v in vae.model.random_z(1)], [round(v, 3) for v in vae.model.random_z(2)]
    now_a, now_b = between.swapped(move.written(a), {"values": b}, "en")
    assert json.loads(now_a) == b and now_b["values"] == a


@pytest.mark.parametrize("a", [EVIL, json.dumps([EVIL] * 32), json.dumps({"a": EVIL}), "[1]"])
def test_an_a_that_is_no_code_is_refused_in_one_sentence(a):
    face = {"values": vae.model.random_z(4)}
    for call in (between.show, between.swapped, between.animation):
        given = (a, face, None, "en") if call is between.show else (a, face, "en")
        with pytest.raises(gr.Error) as refused:
            call(*given)
        assert EVIL not in refused.value.message


def test_a_walk_begins_at_its_first_face_and_stays_as_it_stands():
    live = walk.show(41, None, "en")
    assert live["picture"] == live["stations"][0] == live["stations"][-1] == walk.draw([0.0], "41")
    assert len(live["stations"]) == vae.walk.STATIONS + 1
    assert walk.show(41, live, "en") == gr.skip() != walk.show(42, live, "en")


def test_a_walk_from_a_browser_is_the_first_one_or_refused():
    assert walk.draw([], EVIL) == vae.walk.picture(walk.FIRST, 0.0)
    with pytest.raises(NumberOutOfRange):
        walk.draw([EVIL], "41")
    with pytest.raises(gr.Error):
        walk.show(-3, None, "en")


def test_the_face_on_the_walk_becomes_the_one_that_every_slider_moves():
    face, tabs = walk.to_face({"values": [1.5], "context": "41"}, "en")
    assert face["values"] == vae.walk.at(41, 1.5) and tabs.selected == "move"
