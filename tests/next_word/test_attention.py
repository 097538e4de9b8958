"""Attention on the page: what a tap picks, the numbers of the model, nasty texts."""

import re

import pytest
import torch

from demos.next_word import attention as view
from demos.next_word.view import visible
from demos.ui.clickable import Pick
from generative import language
from generative.language import attention

STORY = "O menino abriu a porta e a menina entrou.\nEla viu o gato. "
TEXTS = [
    "Era",
    "\N{PARTY POPPER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL} ok",
    "café à noite,\n\ncoração.\r\n x",
    "\n\n\tx  y \r\n z",
    "<|endoftext|>",
    "‹0xC3›",
    STORY * 40,
]


UNTOUCHED = view.Choice()


def drawn(text: str, choice: view.Choice = UNTOUCHED, lang: str = "en") -> str:
    return view.draw(text, language.model.DEFAULT, lang, choice)


def picks(html: str, kind: str) -> list[str]:
    """What a tap on each word, or on each head, chooses."""
    part = html.split('<div class="heads"')[kind == "heads"]
    return re.findall(r'data-pick="([^"]*)"', part)


def pressed(html: str) -> list[str]:
    return re.findall(r'data-pick="([^"]*)"[^>]*aria-pressed="true"', html)


def test_it_opens_with_the_last_word_and_the_mean():
    html = drawn("O menino abriu")
    assert pressed(html) == ["3 -1 -1", "3 -1 -1"]  # the word, and the button of the mean
    assert picks(html, "heads") == [f"3 {layer} {head}" for layer in range(4) for head in range(4)]
    assert "mean of all 16 heads" in html and "média das 16 cabeças" in drawn("O menino", lang="pt-BR")


def test_a_tap_on_a_word_keeps_the_head_and_a_tap_on_a_head_the_word():
    text = "O menino abriu a porta"
    choice, html = view.choose(text, language.model.DEFAULT, "en", Pick(None, {"pick": "2 1 3"}))
    assert pressed(html) == ["2 1 3", "2 1 3"] and drawn(text, choice) == html
    assert picks(html, "words")[:5] == [f"{place} 1 3" for place in range(1, 6)]
    assert "layer 2, head 4" in html and html.count('class="later"') == 3


def test_another_text_begins_at_its_end_and_another_model_at_the_mean():
    chosen = view.Choice("O menino abriu", language.model.DEFAULT, 1, 2, 3)
    assert pressed(drawn("O menino abriu a", chosen)) == ["4 2 3", "4 2 3"]
    assert pressed(drawn("O menino abriu", chosen._replace(model="owner/other"))) == ["1 -1 -1"] * 2


def test_the_numbers_on_the_page_are_those_of_the_model():
    found = attention.looks("O menino abriu a porta e a menina entrou. Ela")
    html = drawn("O menino abriu a porta e a menina entrou. Ela")
    best = sorted(found.shares()[1:], reverse=True)[:5]
    shown = [float(n) for n in re.findall(r'<span class="p">([\d.]+)%', html)]
    assert shown[:5] == [round(100 * p, 1) for p in best]
    assert shown[-1] == round(100 * found.shares()[0], 1) and sum(shown) == pytest.approx(100, abs=0.4)


def test_a_repeated_word_is_told_apart_by_its_place():
    html = drawn("o rei e o rei")
    assert "rei (#2)" in html and "rei (#5)" in html


def test_what_a_visitor_writes_is_never_taken_for_html():
    html = drawn('<script> alert </script> <b> & "')
    written = re.findall(r'--share:[\d.]+">(.*?)<small>', html)
    assert written[:4] == ["&lt;", "script", "&gt;", "alert"] and {"&lt;/", "&amp;"} < set(written)


@pytest.mark.parametrize("text", TEXTS)
def test_every_text_is_drawn_and_a_head_costs_one_button(text):
    html = drawn(text)
    assert html.count("<svg") == 16 and len(picks(html, "words")) <= 256 + 1
    assert len(html) < 100_000


def test_what_cannot_be_shown_is_said_in_the_visitors_language():
    assert "Escreva primeiro" in view.draw(" ", language.model.DEFAULT, "pt-BR", view.Choice())
    assert "shows no attention" in view.draw("Era", language.model.NGRAMS[0], "en", view.Choice())


def test_a_tap_that_comes_too_late_changes_nothing():
    import gradio as gr

    with pytest.raises(gr.Error, match="place"):
        view.choose("Era", language.model.DEFAULT, "en", Pick(None, {"pick": "9 0 0"}))


def test_a_word_that_would_be_an_element_is_text_in_every_part(evil, times):
    looks = attention.Looks("small", ["", evil, " b"], 1, torch.full((2, 2, 2), 0.5, dtype=torch.float64), 0)
    html = view.page(view.Shown(looks, view.MEAN, view.MEAN, looks.shares(), "en"))
    assert times(html, visible(evil)) == 7  # the sentence, who looks, a bar, and four heads
