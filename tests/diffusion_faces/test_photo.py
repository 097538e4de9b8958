"""Your own face: what the view hands on of a call from a browser, and that no photo is kept."""

import asyncio
import json
import time
from functools import partial
from types import SimpleNamespace

import gradio as gr
import pytest

from demos.diffusion_faces import photo as view
from demos.diffusion_faces.desk import Desk
from demos.ui import links
from generative import vae
from generative.diffusion import edit
from generative.errors import JobDropped, NumberOutOfRange
from generative.pictures import png_url, to_image
from generative.pool import Pool
from tests.hostile import EVIL


@pytest.fixture(scope="module")
def face() -> str:
    return png_url(to_image(vae.model.decode(vae.model.mixture_z(3))))


def all_of(desk: Desk, visitor: str) -> list:
    """Every record of a visitor's work, asked for as a browser does."""

    async def asked() -> list:
        found, done = [], False
        while not done:
            news = await desk.more(visitor, len(found))
            found, done = found + news.records, news.done
        return found

    return asyncio.run(asked())


def test_a_work_is_told_record_by_record_and_then_forgotten():
    desk = Desk(Pool())
    desk.start("a", iter(range(5)))
    assert all_of(desk, "a") == [0, 1, 2, 3, 4]
    with pytest.raises(JobDropped):
        all_of(desk, "a")


def test_each_visitor_watches_their_own():
    desk = Desk(Pool())
    desk.start("a", iter("aaa"))
    desk.start("b", iter("bb"))
    assert all_of(desk, "b") == ["b", "b"] and all_of(desk, "a") == ["a"] * 3


def test_a_work_that_nobody_asks_for_leaves_memory(monkeypatch):
    monkeypatch.setattr("demos.diffusion_faces.desk.FORGET", 0.05)
    desk = Desk(Pool())
    desk.start("a", iter(range(3)))
    time.sleep(0.3)
    assert not desk._jobs


def test_what_the_work_raises_reaches_who_asks():
    desk = Desk(Pool())
    desk.start("a", edit.partway("data:image/png;base64,AAAA", 2.0, 1))
    with pytest.raises(NumberOutOfRange):
        all_of(desk, "a")


def test_a_call_is_answered_or_refused_in_the_visitors_language(face):
    call = {"face": face, "t": 0.5, "seed": 1, "language": "pt"}
    assert view.noised(call)["picture"] == edit.noised(face, 0.5, 1)
    for wrong in ({"t": None}, {"t": EVIL}, {"seed": -1}, {"face": EVIL}):
        said = view.noised(call | wrong)["error"]
        assert EVIL not in said and said != view.noised(call | wrong | {"language": "en"})["error"]
    for wrong in ({"face": None}, {"smile": EVIL}, {"pose": 9}):
        assert "error" in view.by_vae(call | wrong)


def test_the_framed_face_is_cut_to_64_pixels():
    example = vae.stimuli.example()
    found = view.cut({"photo": example.photo, "frame": list(example.frame)})
    assert edit.open_picture(found["face"]).size == (64, 64) and found["shown"].startswith("data:image/jpeg")
    assert "error" in view.cut({"photo": EVIL, "frame": [0, 0, 1, 0]})


def test_begin_and_more_walk_from_noise_back(face):
    assert view.begin({"what": "partway", "visitor": "v", "face": face, "t": 0.1, "seed": 1}) == {}

    async def watched() -> list:
        found, done = [], False
        while not done:
            news = await view.more({"visitor": "v", "have": len(found)})
            found, done = found + news["records"], news["done"]
        return found

    found = asyncio.run(watched())
    assert found[-1]["psnr"] > 25 and found[0]["done"] == 0
    json.dumps(found)  # what goes to a browser
    assert "error" in asyncio.run(view.more({"visitor": "nobody", "have": EVIL, "language": "pt"}))


def read_of(**fields: str):
    """As the tab reads a link."""
    return partial(
        links.read, SimpleNamespace(query_params={"tab": "diffusion_faces", **fields}), "diffusion_faces"
    )


def test_a_link_says_all_but_the_photo():
    usual = {f"photo_{name}": value for name, value in view.FIRST.items()}
    assert view.told(read_of()) == usual
    asked = {"photo_mode": "flow", "photo_t": 0.25, "photo_seed": 12, "photo_wish": "smile:-1.5,pose:1"}
    assert view.told(read_of(**{name: str(value) for name, value in asked.items()})) == asked


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("photo_mode", EVIL),
        ("photo_t", "1.5"),
        ("photo_t", "NaN"),
        ("photo_seed", "-1"),
        ("photo_wish", "age:60"),
        ("photo_wish", "smile:9"),
        ("photo_wish", EVIL),
    ],
)
def test_what_a_link_may_not_say_of_a_face_leaves_the_usual(name, text, monkeypatch):
    said = []
    monkeypatch.setattr(gr, "Info", said.append)
    found = view.told(read_of(**{name: text}))
    assert found == {f"photo_{key}": value for key, value in view.FIRST.items()}
    assert len(said) == 1 and f"“{name}”" in said[0] and EVIL not in said[0]


def test_a_way_is_kept_by_who_saw_it_and_else_refused_in_words(face):
    assert view.animation({"frames": [face, face]})["animation"].startswith("data:image/webp")
    said = view.animation({"frames": [face, EVIL], "language": "pt"})["error"]
    assert EVIL not in said and said != view.animation({"frames": [face, EVIL], "language": "en"})["error"]
