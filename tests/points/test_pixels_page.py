"""One pixel at a time in a browser: learned, gone on with; a class's own drawings; its link."""

import re

from demos.points import pixels as view
from generative.points import drawings
from tests import test_app
from tests.points.test_game import read_of

open_page, expect = test_app.open_page, test_app.expect
SLOW = 120_000  # ms: it learns in seconds, where nothing else does
DONE = ".pixels[data-done=yes]"
BAR = ".pixels [data-bar={}] b"
TEN = drawings.write(drawings.digits()[:10])


def opened(open_page, language: str, link: str = ""):
    page = open_page(language, "/?tab=points&view=pixels" + link)
    page.wait_for_selector(DONE, timeout=SLOW)
    return page


def tap(page, row: int, column: int) -> None:
    side = page.locator(".pixels .board").bounding_box()["width"] / 8
    place = {"x": (column + 0.5) * side, "y": (row + 0.5) * side}
    page.locator(".pixels .board").click(position=place)


def test_it_learns_digits_goes_on_with_a_drawing_and_says_how_likely_it_is(open_page):
    page = opened(open_page, "en-US")
    shown = {name: page.locator(BAR.format(name)).inner_text() for name in view.SHOWN}
    assert shown.pop("this") == ""  # a part of a drawing is not compared with whole ones
    bits = {name: float(said) for name, said in shown.items()}
    assert bits["held"] < 28 < 34 < bits["alone"] < bits["uniform"] == 64 < bits["random"]
    expect(page.locator(".pixels .verdict")).to_contain_text("p of these 32 pixels: 1 in")
    tap(page, 5, 3)  # what is above becomes given
    expect(page.locator(".pixels .rows")).to_have_text("Rows given: 6")
    page.wait_for_function("location.search.includes('pixels_rows=6')")
    page.locator(".pixels .sheet button >> nth=3").click()
    expect(page.locator(".pixels .verdict b")).to_have_text(re.compile(r"p\(x\): 1 in [\d.]+ \w+"))
    chosen = page.locator(BAR.format("this")).inner_text()
    page.locator(".pixels .pace").select_option("once")
    page.locator(".pixels .play").click()
    expect(page.locator(".pixels .sheet [aria-pressed=true]")).to_have_count(0)
    expect(page.locator(BAR.format("this"))).not_to_have_text(chosen)
    page.locator(".pixels .pace").select_option("slow")
    page.locator(".pixels .play").click()
    expect(page.locator(".pixels .verdict b")).to_contain_text("p of these 49 pixels", timeout=SLOW)
    page.locator(".pixels .play").click()
    expect(page.locator(".pixels .play")).to_have_text("Complete")


def test_a_class_draws_its_own_which_the_address_keeps_and_it_learns_them(open_page):
    page = opened(open_page, "pt-BR", f"&pixels_set=own&pixels_own={TEN[: 16 * 6]}")
    page.locator(".pixels .draw").click()
    expect(page.locator(".pixels .gallery button")).to_have_count(6)
    page.locator(".pixels .gallery button >> nth=0").click()  # it is changed
    expect(page.locator(".pixels .learn")).to_be_disabled()
    page.locator(".pixels .clear").click()
    page.locator(".pixels .add").click()  # nothing is drawn yet
    expect(page.locator(".pixels .gallery button")).to_have_count(5)
    tap(page, 0, 0)
    page.locator(".pixels .board").press("ArrowRight")  # from the first cell to the second
    page.locator(".pixels .board").press(" ")
    page.locator(".pixels .add").click()
    page.wait_for_function(f"location.search.includes('pixels_own={TEN[16 : 16 * 6]}c{'0' * 15}')")
    page.locator(".pixels .learn").click()
    page.wait_for_selector(DONE, timeout=SLOW)
    expect(page.locator(".pixels .which")).to_have_value("own")
    expect(page.locator(".pixels .rows")).to_be_visible()


def told(**link: object) -> dict:
    return view.told(read_of(link), "pt")


def test_a_link_says_all_that_the_view_carries_and_nothing_that_it_cannot_use():
    plain = told()
    assert list(plain.values()) == list(view.FIRST.values()) and list(plain) == list(view.FIELDS)
    link = {"pixels_set": "own", "pixels_own": TEN, "pixels_drawing": TEN[:16]}
    link |= {"pixels_rows": 3, "pixels_seed": 9, "pixels_pace": "slow"}
    assert told(**link) == link
    wrong = {
        "pixels_set": "faces",
        "pixels_own": "x",
        "pixels_drawing": TEN,
        "pixels_rows": 9,
        "pixels_pace": "x",
    }
    assert told(**wrong, pixels_seed=-1) == plain
    assert told(pixels_set="own", pixels_own=TEN[:16]) == plain | {"pixels_own": TEN[:16]}


def test_the_browser_gets_all_digits_as_text():
    assert view.digits({"language": "pt"}) == {"digits": drawings.write(drawings.digits())}
