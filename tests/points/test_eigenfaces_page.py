"""Eigenfaces in a real browser: more and fewer of them, beside a VAE; a visitor's photo leaves no trace."""

import re

import pytest
from PIL import Image
from skimage import data

from demos.points import eigenfaces as view
from generative.vae import eigenfaces
from tests import test_app
from tests.points.test_game import read_of

open_page, expect = test_app.open_page, test_app.expect
READY = ".eigen[data-ready=yes]"
PIXELS = "(name) => document.querySelector(`.eigen .${name} canvas`).toDataURL()"


def opened(open_page, link: str = "", language: str = "en-US"):
    page = open_page(language, f"/?tab=points&view=eigenfaces{link}")
    page.wait_for_selector(READY, timeout=test_app.SLOW)
    return page


def test_more_eigenfaces_change_the_sum_alone_and_the_vae_has_as_many_numbers_where_it_can(open_page):
    page = opened(open_page)
    expect(page.locator(".eigen .sum figcaption")).to_contain_text("16 eigenfaces:")
    expect(page.locator(".eigen .vae figcaption")).to_contain_text("VAE, 16 numbers:")
    photo, before, vae = (page.evaluate(PIXELS, name) for name in ("photo", "sum", "vae"))
    page.locator(".eigen .many input").fill("20")
    expect(page.locator(".eigen .vae")).to_have_class(re.compile("other"))
    assert page.evaluate(PIXELS, "sum") != before
    assert [page.evaluate(PIXELS, name) for name in ("photo", "vae")] == [photo, vae]
    page.locator(".eigen [data-k='5']").click()
    expect(page.locator(".eigen .vae figcaption")).to_contain_text("VAE, 5 numbers:")
    expect(page.locator(".eigen .vae")).not_to_have_class(re.compile("other"))
    expect(page.locator(".eigen .said")).to_contain_text("5 numbers instead of 12,288")
    expect(page.locator(".eigen .tiles .in")).to_have_count(6)  # and the mean face
    page.locator(".eigen [data-tile='0']").click()
    expect(page.locator(".eigen .sum figcaption")).to_contain_text("the mean face alone")
    page.wait_for_function("location.search.includes('eigen_k=0')")


def test_a_link_brings_back_which_face_and_how_many(open_page):
    page = opened(open_page, "&eigen_face=3&eigen_k=2", "pt-BR")
    expect(page.locator(".eigen [data-face='3']")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".eigen .sum figcaption")).to_contain_text("2 autofaces: 19,7 dB")


def test_an_own_photo_takes_the_place_of_the_portrait_and_goes_when_it_is_forgotten(open_page, tmp_path):
    file = tmp_path / "me.jpg"
    Image.fromarray(data.astronaut()).save(file)
    page = opened(open_page)
    portrait = page.evaluate(PIXELS, "photo")
    page.locator(".eigen-photo .photo-box input[type=file]").first.set_input_files(file)
    page.wait_for_selector(".eigen-photo .photo-box[data-ready]", timeout=test_app.SLOW)
    expect(page.locator(".eigen [aria-pressed=true][data-face]")).to_have_count(0, timeout=test_app.SLOW)
    assert page.evaluate(PIXELS, "photo") != portrait
    assert "data:" not in page.url and len(page.url) < 900  # no photo in the address
    page.locator(".eigen-photo .forget").click()
    expect(page.locator(".eigen [data-face='0']")).to_have_attribute("aria-pressed", "true")
    page.wait_for_selector(READY, timeout=test_app.SLOW)
    assert page.evaluate(PIXELS, "photo") == portrait


# ---- what it asks Python ----


def test_of_a_shipped_face_all_is_computed_once(monkeypatch):
    asked = []
    monkeypatch.setattr(eigenfaces, "of_face", lambda x: asked.append(x.shape) or found)
    found = eigenfaces.Sums("face", "sheet", [1.0], [None], [0.5], [eigenfaces.Redrawn(2, 1.0, None, "")])
    view._shipped.cache_clear()
    both = [view.summed({"face": 2, "language": "en"}) for _ in range(2)]
    view._shipped.cache_clear()
    assert both[0] == both[1] and asked == [(3, 64, 64)]
    assert both[0]["vaes"] == [{"numbers": 2, "psnr": 1.0, "sharp": None, "picture": ""}]


@pytest.mark.parametrize("face", [6, -1, 0.5])
def test_a_face_that_is_not_there_is_said(face):
    assert "face" in view.summed({"face": face, "language": "en"})["error"]


def test_a_photo_that_is_none_is_said_in_the_visitors_language():
    answers = [
        view.own({"photo": "x", "frame": [0, 0, 1, 0], "language": lang})["error"] for lang in ("pt", "en")
    ]
    assert answers[0] != answers[1]


def test_a_link_says_which_face_and_how_many_and_nothing_that_is_not_there():
    def told(**link: object) -> dict:
        return view.told(read_of(link), "en")

    assert told(eigen_face=5, eigen_k=64) == {"eigen_face": 5, "eigen_k": 64}
    assert (
        told(eigen_face=6, eigen_k=65) == told() == dict(zip(view.FIELDS, view.FIRST.values(), strict=True))
    )
