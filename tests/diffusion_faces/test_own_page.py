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
    page.locator(".own .as-is").click()
    ready(page, 5)
    assert "data:" not in page.url and len(page.url) < 200  # no photo in the address
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "base64" not in stored


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
