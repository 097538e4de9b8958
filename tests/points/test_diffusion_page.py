"""Diffusion in the plane in a real browser: learned, walked, guided; a link, own points, a wild rate."""

import re

from demos.points import diffusion as view
from tests import test_app
from tests.points.test_game import read_of

open_page, expect = test_app.open_page, test_app.expect
READY = ".velocity[data-ready=yes]"
PIXELS = "document.querySelector('.velocity .board').toDataURL()"


def opened(open_page, language: str = "en-US", link: str = "", **options):
    page = open_page(language, "/?tab=points&view=diffusion" + link, **options)
    page.wait_for_selector(READY, timeout=test_app.SLOW)
    return page


def measured(page, name: str) -> float:
    """What the view says of its samples and arrows, once it rests."""
    page.wait_for_selector(".velocity[data-judged=yes]", timeout=test_app.SLOW)
    return float(page.locator(".velocity").get_attribute(f"data-{name}"))


def far(page, slider: str, value: str) -> float:
    """How far samples are once a slider is moved."""
    page.locator(f"[data-slider={slider}] input").fill(value)
    return measured(page, "far")


def test_it_learns_near_the_exact_arrows_and_too_much_guidance_leaves_the_points(open_page):
    page = opened(open_page, link="&velocity_set=groups&velocity_t=0.4")
    page.wait_for_function("document.querySelector('[data-field=set]').value === 'groups'")
    before = measured(page, "off")
    page.locator(".velocity .play").click()
    page.wait_for_function("document.querySelector('.velocity').dataset.steps > 250", timeout=test_app.SLOW)
    page.locator(".velocity .play").click()
    expect(page.locator(".velocity .play")).to_have_text("Learn")
    page.locator(".velocity .time input").fill("0.6")
    assert measured(page, "off") < before
    expect(page.locator(".velocity .loss")).to_contain_text("the least is 2.1")
    wild, near, one = far(page, "w", "6"), far(page, "w", "1"), far(page, "steps", "0")
    assert near < 0.3 * wild and near < 0.5 * one
    page.wait_for_function("location.search.includes('velocity_steps=1&')")
    expect(page.locator("canvas.board")).to_have_attribute("aria-label", re.compile("class asked for"))


def test_its_link_and_seed_bring_the_same_picture_and_the_flow_ends_at_the_points(open_page):
    link = "&velocity_set=moons&velocity_asked=second&velocity_solver=heun&velocity_t=0.9&velocity_w=2"
    page = opened(open_page, "pt-BR", link)
    expect(page.locator("[data-field=asked]")).to_have_value("second")
    expect(page.locator("[data-slider=steps] output")).to_have_text("10 (19 consultas)")
    expect(page.locator(".velocity .off")).to_have_text("Sem fórmula: não há setas exatas")
    first = page.evaluate(PIXELS)
    page.locator(".velocity .flow").click()
    page.wait_for_function("document.querySelector('.velocity .time output').textContent === 't = 0,00'")
    assert page.evaluate(PIXELS) != first
    page.wait_for_function("location.search.includes('velocity_t=0&')")
    page.locator(".velocity .time input").fill("0.1")
    page.locator(".velocity .again").click()
    assert page.evaluate(PIXELS) == first


def test_own_points_are_drawn_and_pasted_and_a_wild_rate_is_told(open_page):
    page = opened(open_page)
    page.locator(".velocity .draw").click()
    for x, y in ((80, 80), (200, 120), (240, 200)):
        page.locator(".velocity .board").click(position={"x": x, "y": y})
    page.locator(".velocity .draw").click()
    expect(page.locator("[data-field=set]")).to_have_value("own")
    expect(page.locator(".velocity .far")).to_have_text("Too few points to judge samples by")
    page.wait_for_function("/velocity_own=p[0-9a-z]{12}/.test(location.search)")
    page.locator(".velocity .table summary").click()
    for table, said in (
        ("1\n2\n3", "lie on a line"),
        ("1 2\n3 4\n5 nan", "line"),
        ("1 2\n3 4\n5 9", "3 points"),
    ):
        page.locator(".velocity .table textarea").fill(table)
        page.locator(".velocity .use").click()
        expect(page.locator(".velocity .table output")).to_contain_text(re.compile(said, re.I))
    page.locator("[data-field=rate]").select_option("1000")
    page.locator(".velocity .play").click()
    expect(page.locator(".velocity .note")).to_contain_text("Rate too high", timeout=test_app.SLOW)
    expect(page.locator(".velocity .play")).to_have_text("Learn")


def told(**link: object) -> dict:
    return view.told(read_of(link), "pt")


def test_a_link_says_all_that_the_view_carries_and_nothing_that_it_cannot_use():
    plain = told()
    assert list(plain.values()) == list(view.FIRST.values()) and list(plain) == list(view.FIELDS)
    link = {"velocity_set": "own", "velocity_own": "p001122334455", "velocity_seed": 4, "velocity_rate": 0.02}
    link |= {"velocity_t": 0.75, "velocity_steps": 50, "velocity_solver": "heun", "velocity_asked": "first"}
    assert told(**link, velocity_w=4.5) == link | {"velocity_w": 4.5}
    wrong = {"velocity_set": "own", "velocity_own": "l0011aa", "velocity_seed": -1, "velocity_t": 2}
    wrong |= {"velocity_solver": "x", "velocity_asked": "third", "velocity_w": 7, "velocity_steps": 100}
    assert told(**wrong) == plain
    assert (
        told(velocity_steps=7)["velocity_steps"] == 5 and told(velocity_rate=0.01)["velocity_rate"] == 0.005
    )
