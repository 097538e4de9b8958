"""Your face: what the view makes of a code that came from a browser. The photo itself: tests/ui."""

import json

import gradio as gr
import pytest

from demos.vae_faces import photo as view
from generative import vae
from generative.errors import LatentInvalid
from tests.hostile import EVIL

HOSTILE = {"mu": [EVIL] * 32, "sigma": [EVIL] * 32}


def test_a_context_that_holds_no_codes_is_refused_in_one_sentence():
    for context in ("", EVIL, json.dumps(EVIL), json.dumps([[EVIL], [EVIL]]), json.dumps({"a": EVIL})):
        with pytest.raises(LatentInvalid) as refused:
            view.between([0.5], context)
        assert EVIL not in refused.value.say("en") + refused.value.say("pt")


def test_a_photo_whose_code_is_no_code_is_refused_in_one_sentence():
    calls = (
        lambda: view.draw_again(HOSTILE, "en"),
        lambda: view.add(HOSTILE, None, "en"),
        lambda: view.to_face(HOSTILE, "en"),
        lambda: view.lead_on(HOSTILE, {}, [], None, "en"),
    )
    for call in calls:
        with pytest.raises(gr.Error) as refused:
            call()
        assert EVIL not in refused.value.message


def test_without_a_photo_nothing_is_drawn():
    assert view.draw_again({"mu": [], "sigma": []}, "en") == ""


def test_the_way_leads_to_a_draw_or_to_a_second_photo_and_names_it():
    a, b = ({"mu": vae.model.random_z(i), "sigma": [1.0] * 32} for i in (1, 2))
    nobody = {"mu": [], "sigma": []}
    drawn, strip, value = view.lead_on(a, nobody, [], None, "en")
    assert "B: drawn" in strip and json.loads(value["context"]) == [a["mu"], drawn]
    kept, strip, value = view.lead_on(a, b, drawn, {"values": [0.2]}, "pt-BR")
    assert "B: segunda foto" in strip and kept == drawn and value["values"] == [0.2]
    assert json.loads(value["context"]) == [a["mu"], b["mu"]]
