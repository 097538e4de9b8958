"""The sentence and its bars in a browser: all in sight whatever is done to them, and nothing jumps."""

import pytest

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright_api.expect
SLOW = 30_000
EDGES = """(selector) => [...document.querySelectorAll(selector)].map((e) => {
  const r = e.getBoundingClientRect();
  return [r.top, r.bottom];
})"""
LONG = "O rei abriu a porta e saiu. " * 12


@pytest.fixture(scope="module")
def context(browser):
    context = browser.new_context(locale="pt-BR")
    yield context
    context.close()


@pytest.fixture(params=[(1280, 720), (390, 844)], ids=lambda size: f"{size[0]}x{size[1]}")
def page(context, app_url, request):
    page = context.new_page()
    page.set_viewport_size(dict(zip(("width", "height"), request.param, strict=True)))
    page.goto(f"{app_url}/?tab=next_word&text=Era%20uma%20vez")
    page.wait_for_selector("button.bar", timeout=SLOW)
    yield page
    page.close()


def in_sight(page, selector, n):
    edges = page.evaluate(EDGES, selector)
    assert len(edges) == n
    assert all(top >= 0 and bottom <= page.viewport_size["height"] for top, bottom in edges), edges


def test_ten_bars_the_rest_and_the_sentence_stay_where_they_are_while_words_are_added(page):
    before = page.evaluate(EDGES, ".bar")
    for n in range(10):
        page.locator("button.bar").first.click()
        expect(page.locator(".strip button")).not_to_have_count(3 + n, timeout=SLOW)
        expect(page.locator(".bar")).to_have_count(11)
    assert page.evaluate(EDGES, ".bar") == before
    in_sight(page, ".bar", 11)
    in_sight(page, ".sentence textarea", 1)
    assert (
        page.evaluate("(s => s.scrollWidth - s.clientWidth - s.scrollLeft)(document.querySelector('.strip'))")
        < 2
    )


def test_the_page_does_not_jump_while_one_writes_and_the_field_rests_at_its_end(page):
    before = page.evaluate(EDGES, ".bar")
    field = page.locator(".sentence textarea")
    field.fill(LONG)
    expect(page.locator(".strip button").nth(60)).to_be_attached(timeout=SLOW)
    assert page.evaluate(EDGES, ".bar") == before and page.evaluate("scrollY") == 0
    rows = field.bounding_box()["height"]
    field.evaluate("(field) => field.blur()")
    at_its_end = "(f) => f.scrollHeight - f.clientHeight - f.scrollTop < 2"
    page.wait_for_function(at_its_end, arg=field.element_handle(), timeout=SLOW)
    assert field.bounding_box()["height"] < rows


def test_the_likeliest_word_is_read_aloud_once_the_bars_rest(page):
    first = page.locator("button.bar .label").first.inner_text()
    expect(page.locator(".aloud")).to_contain_text(f"Mais provável: {first}", timeout=SLOW)


def test_the_first_of_two_sentences_is_the_tabs_own(page):
    page.locator("#view-next_word-pair-button").click()
    first = page.locator("#pair-one textarea")
    expect(first).to_have_value("Era uma vez", timeout=SLOW)
    expect(page.locator(".sentence textarea")).to_be_hidden()
    first.fill("O gato dorme")
    page.locator("#view-next_word-bars-button").click()
    expect(page.locator(".sentence textarea")).to_have_value("O gato dorme")
