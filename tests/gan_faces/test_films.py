"""The films of the GAN tab in a real browser: played once, led by hand, opened from the sheet."""

import re

import pytest
from playwright.sync_api import expect

from demos.gan_faces import way
from generative.gan import sheets
from generative.gan.sheets import Style

SLOW = 60_000  # ms: the first use of a model on a busy machine
STYLE = Style(0.8, 1.0)
PLAY = ".gan-film:visible .reel button"
AT = "() => document.querySelector('.gan-film[data-ready]').dataset.at"


@pytest.fixture
def page(browser):
    page = browser.new_page(locale="en-US")
    yield page
    page.close()


def open_film(page, app_url: str, link: str) -> None:
    page.goto(f"{app_url}/?lang=en-US&tab=gan_faces&{link}")
    page.wait_for_selector(".gan-film[data-ready=yes]:visible", timeout=SLOW)


def test_the_way_plays_there_and_back_once_and_both_ends_are_shown(page, app_url):
    open_film(page, app_url, "view=way&held=3.6")
    first, last = (page.locator(f".gan-film:visible .{end} img") for end in ("first", "last"))
    expect(first).to_have_attribute("src", sheets.between("7::3", "7::6", 0, STYLE), timeout=SLOW)
    expect(last).to_have_attribute("src", sheets.between("7::3", "7::6", 1, STYLE), timeout=SLOW)
    page.locator(PLAY).click()
    page.wait_for_function(f"({AT})() > {way.STOPS * 2 // 3}", timeout=SLOW)
    expect(page.locator(PLAY)).to_have_attribute("aria-pressed", "false", timeout=SLOW)
    assert page.evaluate(AT) == "0"
    page.wait_for_timeout(400)
    assert page.evaluate(AT) == "0"


def test_with_reduced_motion_the_way_is_five_pictures(page, app_url):
    page.emulate_media(reduced_motion="reduce")
    open_film(page, app_url, "view=way")
    page.evaluate("""() => {
      const film = document.querySelector('.gan-film[data-ready]');
      window.seen = new Set();
      const look = () => window.seen.add(Number(film.dataset.at));
      new MutationObserver(look).observe(film, {attributeFilter: ['data-at']});
    }""")
    page.locator(PLAY).click()
    expect(page.locator(PLAY)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(PLAY)).to_have_attribute("aria-pressed", "false", timeout=SLOW)
    assert set(page.evaluate("[...window.seen]")) <= {stop * way.STOPS // 4 for stop in range(5)}


def test_a_hand_on_the_slider_stops_the_film_and_has_the_last_word(page, app_url):
    open_film(page, app_url, "view=way&held=3.6")
    page.locator(PLAY).click()
    page.evaluate("""() => {
      const slider = document.querySelector('.gan-film[data-ready] input');
      for (const at of [40, 30, 20, 12]) {
        slider.value = at;
        slider.dispatchEvent(new Event('input', {bubbles: true}));
      }
    }""")
    expect(page.locator(PLAY)).to_have_attribute("aria-pressed", "false")
    shown = page.locator(".gan-film:visible .now img")
    expect(shown).to_have_attribute("src", sheets.between("7::3", "7::6", 0.25, STYLE), timeout=SLOW)


def test_the_training_leaves_no_moment_out_and_says_each(page, app_url):
    open_film(page, app_url, "view=training")
    page.evaluate("""() => {
      const said = document.querySelector('.gan-film[data-ready] .now figcaption');
      window.said = [said.textContent];
      new MutationObserver(() => window.said.push(said.textContent)).observe(said, {childList: true});
    }""")
    page.locator(PLAY).click()
    expect(page.locator(PLAY)).to_have_attribute("aria-pressed", "false", timeout=SLOW)
    said = page.evaluate("[...new Set(window.said)]")
    assert len(said) == 1 + int(page.locator(".gan-film:visible input").get_attribute("max"))
    assert said[0] == "2 thousand photos seen" and "generator of this app" in said[-1]


def test_two_faces_held_on_the_sheet_lead_to_the_way_between_them_and_nothing_jumps(page, app_url):
    page.goto(f"{app_url}/?lang=en-US&tab=gan_faces")
    page.wait_for_selector(".faces[data-ready=yes]", timeout=SLOW)
    walk = page.get_by_role("button", name="Walk from A to B")
    before = page.locator(".faces").bounding_box(), walk.bounding_box()
    page.locator(".faces button").nth(1).click()
    page.locator(".faces button").nth(6).click()
    expect(walk).to_have_class(re.compile("primary"), timeout=SLOW)
    assert (page.locator(".faces").bounding_box(), walk.bounding_box()) == before
    walk.click()
    last = page.locator(".gan-film:visible .last img")
    expect(last).to_have_attribute("src", sheets.between("7::1", "7::6", 1, STYLE), timeout=SLOW)
