"""A visitor's face and the six in a real browser: into noise and back, another smile, a density asked for."""

import re

import pytest
from PIL import Image
from skimage import data

from tests import test_app

open_page, expect = test_app.open_page, test_app.expect
DRAWN = re.compile("^data:image/jpeg")
SLOW = 90_000  # ms: other work may be in turn


def ready(page, times: int) -> None:
    page.wait_for_function(f"Number(document.querySelector('.own')?.dataset.ready) >= {times}", timeout=SLOW)


def source(page, figure: str) -> str:
    return page.locator(f".own .{figure} img").get_attribute("src")


def test_an_example_goes_into_noise_and_back_and_turns_without_leaving_the_page(open_page):
    page = open_page("en-US", "/?tab=diffusion_faces&view=photo")
    ready(page, 1)
    expect(page.locator(".own .said")).to_contain_text("Comes back with a likeness of")
    photo, half = source(page, "photo"), source(page, "noised")
    page.locator(".own [data-hand=share]").fill("0.8")
    ready(page, 2)
    expect(page.locator(".own .noised figcaption")).to_have_text("with 80% of noise")
    assert source(page, "noised") != half and source(page, "photo") == photo
    page.locator(".own [data-mode=flow]").click()
    ready(page, 3)
    expect(page.locator(".own .said")).to_contain_text("There and back, nothing asked:")
    plain, vae = source(page, "back"), source(page, "vae")
    page.locator(".own [data-hand=smile]").fill("-1")
    ready(page, 4)
    assert source(page, "back") != plain and source(page, "vae") != vae
    page.wait_for_function("location.search.includes('photo_wish=smile%3A-1')")
    page.locator(".own .as-is").click()
    ready(page, 5)
    assert "data:" not in page.url and len(page.url) < 300  # no photo in the address
    page.wait_for_function(
        "location.search.includes('photo_mode=flow') && !location.search.includes('photo_wish')"
    )
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "base64" not in stored


def test_a_link_opens_the_same_smile_of_the_example_and_the_way_can_be_kept(open_page):
    page = open_page(
        "en-US", "/?tab=diffusion_faces&view=photo&photo_mode=flow&photo_t=0.3&photo_wish=smile:-1"
    )
    ready(page, 2)  # there and back, then forwards
    assert page.locator(".own [data-hand=smile]").input_value() == "-1"
    assert page.locator(".own [data-hand=share]").input_value() == "0.3"
    for name, kind in (("Picture (PNG)", "png"), ("Way (WebP)", "webp")):
        with page.expect_download(timeout=SLOW) as saved:
            page.get_by_text(name).locator("visible=true").click()
        with Image.open(saved.value.path()) as picture:
            assert picture.format.lower() == kind and picture.width >= 256
            assert getattr(picture, "n_frames", 1) == {"png": 1, "webp": 21}[kind]
    assert "photo_wish=smile%3A-1" in page.url


def test_another_press_ends_the_way_before(open_page):
    page = open_page("pt-BR", "/?tab=diffusion_faces&view=photo")
    ready(page, 1)
    for _ in range(3):
        page.locator(".own .other").click()
    page.wait_for_selector(".own[aria-busy=false]", timeout=SLOW)
    assert page.locator(".own").get_attribute("data-ready") == "2"  # of three walks the last alone arrives


def test_an_own_photo_takes_the_place_of_the_example(open_page, tmp_path):
    file = tmp_path / "me.jpg"
    Image.fromarray(data.astronaut()).transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(file)
    page = open_page("en-US", "/?tab=diffusion_faces&view=photo")
    ready(page, 1)
    example = source(page, "photo")
    with page.expect_file_chooser() as chooser:
        page.locator(".own .choose").click()
    chooser.value.set_files(file)
    page.wait_for_function(
        "(old) => document.querySelector('.own .photo img').src !== old", arg=example, timeout=SLOW
    )
    ready(page, 2)


@pytest.mark.parametrize("language", ["pt-BR", "en-US"])
def test_six_faces_fill_the_table_and_a_density_is_computed_when_it_is_asked_for(open_page, language):
    page = open_page(language, "/?tab=diffusion_faces&view=six")
    page.wait_for_selector(".six .chosen", timeout=SLOW)
    expect(page.locator(".six [data-cell='pca 5']")).to_have_attribute("src", DRAWN, timeout=SLOW)
    expect(page.locator(".six [data-model=pca] [data-fact=likely]")).to_contain_text("bits", timeout=SLOW)
    before = page.locator(".six [data-model=pca] [data-fact=psnr]").text_content()
    page.locator(".six [data-face='3']").click()
    expect(page.locator(".six [data-model=pca] [data-fact=psnr]")).not_to_have_text(before)
    page.locator(".six .compute").click()
    expect(page.locator(".six [data-model=diffusion] output")).to_contain_text("±", timeout=SLOW)
    expect(page.locator(".six [data-cell='diffusion 0']")).to_have_attribute("src", DRAWN, timeout=SLOW)


def test_an_own_photo_stands_among_the_six_until_it_is_forgotten(open_page, tmp_path):
    file = tmp_path / "me.jpg"
    Image.fromarray(data.astronaut()).save(file)
    page = open_page("en-US", "/?tab=diffusion_faces&view=six&six_face=2")
    page.wait_for_selector(".six[data-chosen='2'] .chosen", timeout=SLOW)
    last = page.locator(".six [data-face='5'] img")
    expect(last).to_have_attribute("alt", "Kwanza Hall")
    with page.expect_file_chooser() as chooser:
        page.locator(".six .choose").click()
    chooser.value.set_files(file)
    expect(last).to_have_attribute("alt", "your photo", timeout=SLOW)
    expect(page.locator(".six [data-cell='diffusion 5']")).to_have_attribute("src", DRAWN, timeout=SLOW)
    assert "data:" not in page.url
    with page.expect_download(timeout=SLOW) as saved:
        page.get_by_text("Table (PNG)").locator("visible=true").click()
    with Image.open(saved.value.path()) as table:
        assert table.width > 1500
    page.get_by_text("Forget the photo").locator("visible=true").click()
    expect(last).to_have_attribute("alt", "Kwanza Hall")
