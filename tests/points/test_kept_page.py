"""What one keeps of the points: pictures, and tables that say what is on the page."""

import csv
from pathlib import Path

from PIL import Image

from tests import test_app

open_page = test_app.open_page
SLOW = 90_000  # ms


def saved(page, button: str) -> Path:
    with page.expect_download(timeout=SLOW) as download:
        page.locator(button).click()
    return Path(download.value.path())


def table(page, button: str) -> list[dict[str, str]]:
    return list(csv.DictReader(saved(page, button).open()))


def test_of_a_game_its_points_its_losses_and_its_picture_are_kept(open_page):
    page = open_page("en-US", "/?tab=points&view=game&game_speed=fast")
    page.wait_for_selector(".game[data-ready=yes]", timeout=SLOW)
    page.wait_for_function("document.querySelector('.game .speed').value === 'fast'")
    for step in (".step-d", ".step-g", ".step-d", ".step-g"):
        page.locator(f".game {step}").click()
    losses = table(page, ".game .curve")
    assert [row["round"] for row in losses] == ["1", "2"] and 0.2 < float(losses[1]["loss_d"]) < 3
    kinds = [row["kind"] for row in table(page, ".game .points")]
    assert (kinds.count("real"), kinds.count("fake")) == (48, 24)
    picture = Image.open(saved(page, ".game .picture"))
    assert picture.getpixel((0, 0)) == (0xFB, 0xF8, 0xF2, 0xFF)  # paper, and not nothing
    assert len(picture.convert("RGB").getcolors(1 << 20)) > 50


def test_in_the_plane_the_fakes_of_all_five_are_kept_and_what_is_drawn_pixel_by_pixel(open_page):
    page = open_page("en-US", "/?tab=points&view=arena&arena_five=yes")
    page.wait_for_function("document.querySelector('.arena .five').textContent === 'One only'")
    points = table(page, ".arena .points")
    kinds = {row["kind"] for row in points}
    assert kinds == {"real", "minimax", "nonsaturating", "lsgan", "wgan", "wgan_gp"}
    assert all(abs(float(row["x2"])) < 10 for row in points)
    page.locator("#view-points-pixels-button").click()
    page.wait_for_function("document.querySelector('.pixels [data-bar=held] b').textContent", timeout=SLOW)
    page.locator(".pixels summary").click()
    pixels = table(page, ".pixels .numbers")
    assert [row["row"] for row in pixels[::8]] == ["1", "2", "3", "4"]
    assert all(0 <= float(row["p_of_1"]) <= 1 for row in pixels)


def test_of_densities_the_points_and_the_curves_are_kept_as_the_address_shows_them(open_page):
    page = open_page("en-US", "/?tab=points&view=densities&density_set=heights&density_shows=samples")
    page.wait_for_selector(".lab [data-shows=samples][aria-pressed=true]", timeout=SLOW)
    page.wait_for_function("document.querySelector('.lab').dataset.step > 0", timeout=SLOW)
    page.locator(".lab summary").click()
    points, curve = table(page, ".lab .points"), table(page, ".lab .curve")
    assert set(points[0]) == {"model", "x1"} and {row["model"] for row in points} == {"data", "flow"}
    assert {"kernel", "mixture", "flow"} <= {row["model"] for row in curve}
    assert all(-20 < float(row["held_out_nats"]) < 0 for row in curve)
