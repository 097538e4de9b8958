"""Six faces, five models: what the table is given, and what is asked of the pool."""

import asyncio
import json
from functools import partial
from types import SimpleNamespace

import gradio as gr
import pytest

from demos.diffusion_faces import six as view
from demos.ui import links
from generative import vae
from generative.diffusion import six
from tests.hostile import EVIL


def test_the_table_has_all_that_is_answered_at_once_and_fits_a_browser():
    found = json.loads(json.dumps(view.table({})))
    assert [p["name"] for p in found["portraits"]] == six.names()
    assert len(found["cells"]) == 18 and found["raw"] == 12_288
    assert found["bytes"]["diffusion"] == 2 * found["raw"]


def test_how_likely_is_said_of_a_face_of_the_six_alone():
    assert set(view.likely({"face": 0})) == {"pca", "vae"}
    for face in (None, 6, "0"):
        assert "error" in view.likely({"face": face})


def test_all_who_look_ask_for_one_work_and_each_density_is_one():
    assert view.in_time({}) == view.in_time({"visitor": "b"})
    assert view.integrated({"face": 1}) != view.integrated({"face": 2})
    hash(view.integrated({"face": [1]}))  # whatever a browser sends


def all_of(call: dict) -> list[dict]:
    """Every record of a visitor's work, asked for as a browser does."""

    async def asked() -> list[dict]:
        found, done = [], False
        while not done:
            news = await view.own_more(call | {"have": len(found)})
            found, done = found + news["records"], news["done"]
        return found

    return asyncio.run(asked())


def test_a_visitors_face_gets_its_own_cells_and_is_kept_by_nobody(monkeypatch):
    example = vae.stimuli.example()
    found = json.loads(json.dumps(view.own({"photo": example.photo, "frame": list(example.frame)})))
    assert [cell[:2] for cell in found["cells"]] == [[model, six.OWN] for model in six.AT_ONCE]
    assert found["likely"].keys() == {"pca", "vae"} and found["picture"].startswith("data:image/jpeg")
    seen = []
    monkeypatch.setitem(view.WORKS, "taken", lambda face: seen.append(face) or iter([six.Likely(1.0, 2.0)]))
    call = {"what": "taken", "face": found["face"], "visitor": "v"}
    assert view.own_begin(call) == {} and seen == [found["face"]]
    assert all_of(call) == [{"pca": 1.0, "vae": 2.0}]
    assert "error" in asyncio.run(view.own_more(call))  # told, and forgotten


def test_what_is_no_photo_is_answered_with_a_sentence():
    said = view.own({"photo": EVIL, "frame": [0, 0, 1, 0], "language": "pt"})["error"]
    assert EVIL not in said
    assert said != view.own({"photo": EVIL, "frame": [0, 0, 1, 0], "language": "en"})["error"]


@pytest.mark.parametrize(("text", "face"), [("3", 3), ("", 0), ("6", 0), ("1.5", 0), (EVIL, 0)])
def test_a_link_names_one_of_the_six(text, face, monkeypatch):
    said = []
    monkeypatch.setattr(gr, "Info", said.append)
    request = SimpleNamespace(query_params={"tab": "diffusion_faces", "six_face": text})
    assert view.told(partial(links.read, request, "diffusion_faces")) == {"six_face": face}
    assert len(said) == (text not in ("3", ""))
