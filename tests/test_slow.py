"""On a slow page what a visitor or a link asked for stays, whatever a tab does by itself meanwhile."""

import re
from urllib.parse import parse_qs, urlparse

import pytest

api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
LATE = 900  # ms by which each answer comes late
# Gradio's answers: all that the page hears from the server once it stands.
SLOW_LINE = """
const fetched = window.fetch;
window.fetch = async (...asked) => {
  const answer = await fetched(...asked);
  const late = /queue|component_server|run/.test(asked[0].url || asked[0]);
  if (late) await new Promise((go) => setTimeout(go, %d));
  return answer;
};
"""
HOLDS = """(fields) => {
  const link = new URLSearchParams(location.search);
  return Object.entries(fields).every(([name, value]) => link.get(name) === value);
}"""
WAIT = 30_000


@pytest.fixture
def slow_page(browser, app_url):
    """slow_page(path) -> a page whose answers come late."""
    contexts = []

    def open_it(path: str):
        context = browser.new_context(locale="en-US", viewport={"width": 1280, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(SLOW_LINE % LATE)
        page.goto(app_url + path)
        return page

    yield open_it
    for context in contexts:
        context.close()


def carried(page, **fields: str) -> None:
    """The address comes to carry these fields, and a while later still does."""
    page.wait_for_function(HOLDS, arg=fields, timeout=WAIT)
    page.wait_for_timeout(3 * LATE)
    found = {name: values[0] for name, values in parse_qs(urlparse(page.url).query).items()}
    assert {name: found.get(name) for name in fields} == fields


def test_typed_before_the_link_was_read_stays_and_so_does_the_rest_of_the_link(slow_page):
    page = slow_page("/?tab=next_word&text=A%20boy&temperature=0.5")
    page.locator(".sentence textarea").fill("The king looked")
    carried(page, text="The king looked", temperature="0.5")


def test_a_view_opened_before_the_links_view_stays_open(slow_page):
    page = slow_page("/?tab=next_word&view=pair&text=A%20boy")
    page.locator("#view-next_word-ladder-button").click()
    carried(page, text="A boy", view="ladder")
    assert page.locator("#view-next_word-ladder-button").get_attribute("aria-selected") == "true"


def test_a_slider_moved_before_the_first_sheet_leaves_the_links_seed(slow_page):
    page = slow_page("/?tab=gan_faces&seed=123")
    slider = page.locator("input[type=range]:visible").first
    slider.focus()
    slider.press("ArrowLeft")
    carried(page, seed="123", psi="0.75")


def test_a_sheet_drawn_before_the_links_was_there_is_the_one_that_stays(slow_page):
    page = slow_page("/?tab=gan_faces&seed=123")
    page.get_by_role("button", name="Draw another sheet").click()
    page.wait_for_function("() => /seed=(?!123&)/.test(location.search)", timeout=WAIT)
    seed = re.search(r"seed=(\d+)", page.url)[1]
    carried(page, seed=seed)


def test_a_level_chosen_before_the_link_was_read_is_the_one_that_is_played(slow_page):
    page = slow_page("/?tab=real_face&level=easy")
    page.get_by_role("button", name="Hard").first.click()
    carried(page, level="hard")


def test_a_tab_opened_before_the_links_tab_stays_open(slow_page):
    page = slow_page("/?tab=gan_faces")
    page.locator("#tab-next_word-button").click()
    carried(page, tab="next_word", text="Once upon a")


def test_a_face_moved_before_the_first_one_had_come_to_rest_stays(slow_page):
    page = slow_page("/?tab=vae_faces")
    slider = page.locator(".live input[type=range]:visible").first
    slider.focus()
    for _ in range(8):
        slider.press("ArrowRight")
    moved = slider.input_value()
    page.wait_for_timeout(4 * LATE)
    assert slider.input_value() == moved
