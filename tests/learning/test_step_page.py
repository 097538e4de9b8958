"""A sentence in a real browser: adjusted, learned by heart, looked at elsewhere, and back as it was."""

import re

import pytest

from tests import test_app

open_page, expect = test_app.open_page, test_app.expect
SLOW = 90_000  # ms: other work may be in turn


def ready(page, steps: int = 0) -> None:
    page.wait_for_timeout(100)
    page.wait_for_selector(f".step[data-ready=yes][data-steps='{steps}']", timeout=SLOW)


def drawn(page, section: str) -> str:
    return page.locator(f".step .{section} .bars").inner_text()


def test_ten_steps_make_the_hidden_word_the_likeliest_and_a_reset_brings_all_back(open_page):
    page = open_page("en-US", "/?tab=learning&view=step&model=language_small&rate=0.02")
    ready(page)
    before, losses = drawn(page, "first"), page.locator(".losses").inner_text()
    expect(page.locator(".step .first .real .label")).to_have_text("moon")
    expect(page.locator(".step .reset")).to_be_disabled()
    page.locator(".step .adjust").click()
    ready(page, 1)
    expect(page.locator(".step .then h4")).to_have_text("After 1 step")
    page.locator(".step .ten").click()
    ready(page, 11)
    assert drawn(page, "first") == before
    expect(page.locator(".step .then .bar").first).to_have_class("bar real")
    expect(page.locator(".step .curve polyline")).to_have_count(2)
    page.wait_for_url("**steps=11**")
    page.locator(".losses button").nth(1).click()  # the sentence not trained on
    expect(page.locator(".step .words")).to_have_text(re.compile(r"The\s*dog"), timeout=SLOW)
    page.locator(".losses button").nth(0).click()
    expect(page.locator(".step .words")).to_have_text(re.compile(r"The\s*cat"), timeout=SLOW)
    ready(page, 11)
    page.locator(".step .reset").click()
    ready(page)
    assert (drawn(page, "first"), page.locator(".losses").inner_text()) == (before, losses)
    page.locator(".step [data-value=language_middle]").click()
    page.locator(".step .adjust").click()  # at once: the step is of the model that was chosen
    ready(page, 1)
    assert drawn(page, "first") != before
    page.wait_for_url("**model=language_middle**")
    page.locator(".step .words button").nth(2).click()
    page.locator(".step .adjust").click()  # at once: both sides are of the same cut
    ready(page, 2)
    hidden = [page.locator(f".step .{side} .real .label").inner_text() for side in ("first", "then")]
    assert hidden == ["barks", "barks"]


def test_a_sentence_of_ones_own_is_text_and_every_word_can_be_hidden(open_page):
    page = open_page("pt-BR", "/?tab=learning&view=step&model=language_small")
    ready(page)
    page.locator(".step .own input").fill("<img src=x onerror=alert(1)> sorri.")
    page.keyboard.press("Enter")
    expect(page.locator(".step .words button").first).to_have_text("<", timeout=SLOW)
    ready(page)
    assert page.locator(".step img").count() == 0
    page.locator(".step .words button", has_text="sorri").click()
    expect(page.locator(".step .first .real .label")).to_have_text("sorri", timeout=SLOW)
    page.locator(".step .labels summary").click()
    expect(page.locator(".step .labels p").first).to_contain_text("exemplos de uma só frase")
    assert page.locator(".step .labels li").count() > 5
    page.locator(".step .another").click()
    expect(page.locator(".step .first .real .label")).not_to_have_text("sorri", timeout=SLOW)


@pytest.mark.parametrize("language", ["pt-BR", "en-US"])
def test_a_rate_of_a_billion_diverges_in_words_and_a_reset_leads_on(open_page, language):
    page = open_page(language, "/?tab=learning&view=step&model=language_small&rate=1000000000&steps=1")
    said = {"pt-BR": "é grande demais", "en-US": "is too large"}[language]
    expect(page.locator(".step .wait")).to_contain_text(said, timeout=SLOW)
    page.locator(".step .reset").click()
    ready(page)
    expect(page.locator(".step .wait")).to_have_text("")
    page.locator(".step .rate input").fill("-2")
    ready(page)
    page.locator(".step .adjust").click()
    ready(page, 1)
