"""One sentence on several models, and the plots of size and text, on the page."""

import re

import gradio as gr
import pytest
import torch

from demos.next_word import sizes as view
from generative import language, weights

torch.set_num_threads(1)
MODELS = ["language_bigram", "language_trigram", "language_small"]


@pytest.fixture
def drawn():
    rows = [language.sizes.Row(' <b>"x"', [0.25, 0.5]), language.sizes.Row(" rei", [0.125, 0.001])]
    return language.sizes.Comparison(["language_small", "owner/a<b"], rows, [0, 7])


def test_a_row_picks_its_word_and_markup_stays_text(drawn):
    html = view.page(drawn, "en")
    assert re.findall(r'data-pick="([^"]*)"', html) == [" &lt;b&gt;&#34;x&#34;", " rei"]
    assert "<b>&#34;" not in html and "a&lt;b" in html and "a<b" not in html
    assert "words left out: 7" in html


def test_bars_have_one_scale_favourites_are_marked_and_the_rest_is_what_is_left(drawn):
    html = view.page(drawn, "pt-BR")
    assert re.findall(r"width:([\d.]+)%", html) == ["50.00", "100.00", "25.00", "0.20"]
    assert html.count('class="cell best"') == 2
    assert re.findall(r"<b>([^<]*)\N{NARROW NO-BREAK SPACE}%</b>", html)[-2:] == ["62,5", "49,9"]


def test_an_error_is_a_sentence_in_the_visitors_language():
    assert "Escreva primeiro ao menos uma palavra" in view.draw("", "", "pt-BR")
    assert "Write at least one word" in view.draw("", "", "en")


def test_the_plots_name_every_model_in_both_languages_with_its_numbers():
    html = view.scaling()
    assert html.count("<svg") == 8
    for size in language.sizes.published():
        for lang in ("pt", "en"):
            bits = view.number(size.bits_per_byte["pt"], lang, 2)
            assert f"{view.called(size.name, lang)}: " in html and bits in html


def test_plots_that_lack_a_file_say_which(tmp_path, monkeypatch):
    (tmp_path / "language_small").mkdir()
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path)
    assert "training.json" in view.scaling() and "<svg" not in view.scaling()


def test_the_api_gives_the_same_numbers():
    answer = view.compare_models("Once upon a", MODELS[:2], 3)
    found = language.sizes.compare("Once upon a", MODELS[:2], 3)
    assert answer["models"] == MODELS[:2]
    assert [(w["text"], w["p"]) for w in answer["words"]] == found.rows


@pytest.mark.parametrize(
    "wrong", [{"models": []}, {"models": MODELS[:1] * 7}, {"models": MODELS[:1], "n": 51}]
)
def test_the_api_refuses_numbers_out_of_range(wrong):
    with pytest.raises(gr.Error, match="number from"):
        view.compare_models("Era", **wrong)


def test_what_a_visitor_typed_or_a_link_named_is_text(evil, times):
    found = language.sizes.Comparison([f"owner/{evil}"], [language.sizes.Row(evil, [0.5])], [0])
    html = view.page(found, "en")
    assert times(html) == 5  # a word and its pick; a model in the head, in the word's row and in the last
