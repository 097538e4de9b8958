"""The quiz in a browser: nothing moves from deal to answer, the keyboard plays, a link deals again."""

import pytest

from tests import stage

SLOW = 30_000  # ms: the first use of a model on a busy machine
PLACES = """() => [scrollY, ...[...document.querySelectorAll('.card .picture')].map((one) => {
  const {top, left, width, height} = one.getBoundingClientRect();
  return [top, left, width, height];
})]"""
PICTURES = "() => [...document.querySelectorAll('.card .picture > img')].map((one) => one.src)"


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page(reduced_motion="reduce")
    yield page
    page.close()


def opened(page, app_url: str, width: int = 1280, height: int = 720, **fields: object):
    page.set_viewport_size({"width": width, "height": height})
    more = "".join(f"&{name}={value}" for name, value in fields.items())
    page.goto(f"{app_url}/?lang=en&tab=real_face{more}")
    page.wait_for_selector(".card[data-key]", timeout=SLOW)
    return page


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844)])
def test_the_pictures_stay_where_they_are_from_the_deal_to_the_next_round(page, app_url, width, height):
    opened(page, app_url, width, height)
    seen = [page.evaluate(PLACES)]
    for press, then in (("b", ".quiz-sure"), ("3", ".quiz-next"), ("Enter", ".card[data-key]")):
        page.keyboard.press(press)
        page.wait_for_selector(then, timeout=SLOW)
        seen.append(page.evaluate(PLACES))
    assert seen[0][0] == 0 and all(place == seen[0] for place in seen)
    assert min(place[2] for place in seen[0][1:]) >= 180  # px


def test_a_reload_finds_the_faces_that_lay_on_the_table(page, app_url):
    opened(page, app_url)
    page.wait_for_function("location.search.includes('seed=')")
    before = page.evaluate(PICTURES)
    page.reload()
    page.wait_for_selector(".card[data-key]", timeout=SLOW)
    assert page.evaluate(PICTURES) == before
    assert page.evaluate(PICTURES) != opened(page, app_url, seed=1).evaluate(PICTURES)


def test_the_keyboard_alone_plays_ten_rounds_and_the_end_is_whole_on_the_first_screen(page, app_url):
    opened(page, app_url)
    for n in range(10):
        page.keyboard.press("abc"[n % 3])
        page.wait_for_selector(".quiz-sure", timeout=SLOW)
        page.keyboard.press(str(1 + n % 5))
        page.wait_for_selector(".quiz-next", timeout=SLOW)
        page.keyboard.press("Enter" if n % 2 else " ")
        page.wait_for_selector(".card[data-key]" if n < 9 else ".quiz-result", timeout=SLOW)
    assert page.locator(".marks i").count() == 20 and page.evaluate("scrollY") == 0
    wrong = 10 - int(page.locator(".you strong").inner_text())
    assert page.locator(".fooled li").count() == wrong
    for screen in (stage.Screen(1280, 720), stage.Screen(390, 844)):
        page.set_viewport_size({"width": screen.width, "height": screen.height})
        assert stage.stage(page).outside(screen) == "" and stage.barriers(page) == []
    page.keyboard.press("Enter")
    page.wait_for_selector(".card[data-key]", timeout=SLOW)
    assert "Round 1 of 10" in page.locator(".quiz-count").inner_text()
