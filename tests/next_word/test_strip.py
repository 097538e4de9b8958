"""The sentence, word by word: places, colours, the product; what a visitor typed stays a text."""

import pytest
import torch

from demos.next_word import pair, strip
from demos.next_word.view import visible
from generative import language
from generative.language.chain import Chain, ScoredWord

torch.set_num_threads(1)
MODEL = language.model.DEFAULT


def test_a_word_says_its_place_its_p_and_the_product_so_far(times):
    html = strip.strip("Era uma vez", MODEL, "en", place=3)
    assert [html.count(f'data-pick="{place}"') for place in (0, 3, 7)] == [1, 1, 1]
    assert 'data-pick="3" aria-pressed="true"' in html and html.count("aria-pressed") == 1
    assert html.count("<s>1 in ") == 2 and "bits" in html and not times(html, "legend")
    assert times(strip.strip("Era uma vez", MODEL, "en", legend=True), "the 10 most expected") == 1


@pytest.mark.parametrize(("bits", "said"), [(1, "2,0"), (10, "1.024"), (40, "1,1 trilhões")])
def test_a_power_of_two_is_said_as_a_class_reads_it(bits, said):
    assert strip.one_in(bits, "pt-BR") == said


def test_what_is_rarer_than_any_name_is_a_power_of_ten(monkeypatch, times):
    rare = Chain([ScoredWord(" a", 2.0**-60, 9), ScoredWord(" b", 0.5, 2000)], 61.0, 1.0, 0)
    monkeypatch.setattr(strip, "lent_chain", lambda *_: rare)
    html = strip.strip("a b", MODEL, "en")
    assert html.count("10<sup>18</sup>") == 2 and html.count('class="r0"') == html.count('class="r3"') == 1
    assert "10<sup>18</sup> times likelier" in drawn_pair(monkeypatch, {"a": 61.0, "b": 0.0})


def drawn_pair(monkeypatch, bits):
    chain = lambda text, *_: Chain([ScoredWord(text, 0.5, 1)], bits[text], 1.0, 0)  # noqa: E731
    monkeypatch.setattr(strip, "lent_chain", chain)
    one, other = bits
    return pair.draw(one, MODEL, "en", other)


def test_two_sentences_are_compared_or_found_alike(monkeypatch):
    html = drawn_pair(monkeypatch, {"a": 4.0, "b": 1.0})
    assert "The second is 8.0 times likelier than the first" in html
    first, second = html.split("<section")[1:]
    assert 'class="likelier"' in second and "likelier" not in first.split(">")[0]
    assert "The first is 8.0" in drawn_pair(monkeypatch, {"a": 1.0, "b": 4.0})
    assert "equally likely" in drawn_pair(monkeypatch, {"a": 4.0, "b": 4.0})


def test_what_a_visitor_typed_is_text_in_the_strip_and_in_the_pair(monkeypatch, evil, times):
    chain = Chain([ScoredWord(evil, 0.5, 1)], 1.0, 1.0, 0)
    monkeypatch.setattr(strip, "lent_chain", lambda *_: chain)
    assert times(strip.strip(evil, MODEL, "en"), visible(evil)) == 1
    html = drawn_pair(monkeypatch, {evil: 1.0, f"{evil}2": 3.0})
    assert times(html, visible(evil)) == 2  # two strips


def test_millions_are_millions_of_times(monkeypatch):
    chain = lambda text, *_: Chain([ScoredWord(text, 0.5, 1)], {"a": 1.0, "b": 23.0}[text], 1.0, 0)  # noqa: E731
    monkeypatch.setattr(strip, "lent_chain", chain)
    assert "A primeira é 4,2 milhões de vezes" in pair.draw("a", MODEL, "pt-BR", "b")


def test_an_empty_second_sentence_shows_what_stands_in_for_it():
    text = "o rei viu o mar"
    hint = pair.suggested(text).placeholder
    assert sorted(hint.split()) == sorted(text.split()) and hint != text


def test_the_name_of_a_model_that_is_none_is_text(evil, times):
    assert times(strip.strip("a", evil, "en"), "<img") == 1


@pytest.mark.parametrize("text", ["", "  \n"])
def test_without_words_there_is_no_strip(text):
    assert strip.strip(text, MODEL, "en") == ""
