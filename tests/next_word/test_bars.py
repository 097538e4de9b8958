"""The bars: every number the model's, what is cut off says so, what a visitor typed stays a text."""

import re
from types import SimpleNamespace

import torch

from demos.next_word import bars as view
from demos.next_word import tab
from demos.next_word.view import visible
from generative import language

torch.set_num_threads(1)
MODEL, PLAIN = language.model.DEFAULT, (1, 0, 1)


def drawn(text="Era uma", place=None, unit="word", options=PLAIN):
    return view.draw(text, MODEL, "en", "", place, unit, *options)


def test_bars_are_as_long_as_they_are_likely_and_the_rest_closes_the_sum():
    html = drawn(unit="token")
    shares = [float(n) for n in re.findall(r'<span class="p">([\d.]+)%', html)]
    widths = [float(n) for n in re.findall(r'<i style="width:([\d.]+)%"', html)]
    assert len(shares) == len(widths) == 11 and abs(sum(shares) - 100) < 0.6
    for share, width in zip(shares, widths, strict=True):
        assert abs(width - 100 * share / max(shares)) < 0.4
    assert html.count("<button") == 10 and '<div class="bar rest">' in html


def test_the_likeliest_is_said_aloud_and_exactness_on_demand(times):
    found = language.words.next_words("Era uma", MODEL, 1).words[0]
    html = drawn()
    assert times(html, f"Most likely: {found.text.strip()}, {100 * found.p:.1f}%") == 1
    assert html.count("<details>") == 1 and "<details>" not in drawn("ele foi ao merc")


def test_what_the_options_cut_off_says_so_and_what_it_was():
    html = drawn(unit="token", options=(0.5, 3, 1))
    assert html.count(' cut"') == 8 and html.count("cut off") == 8  # seven bars and the rest
    assert html.count("<small>was ") == html.count("<u style") == 11


def test_at_a_place_within_the_text_nothing_is_picked_but_the_way_back():
    html = drawn("Era uma vez", place=7)
    assert re.findall(r'data-pick="([^"]*)"', html) == ["back"] and html.count('class="bar real"') == 1
    assert "the text has “vez”" in html


def test_words_that_would_read_alike_show_the_blank_before_them():
    assert view.told_apart([" (", "(", " vez", ""]) == [visible(" ("), "(", "vez", ""]


def test_a_picked_bar_joins_the_text():
    assert view.append("Era uma ve", "wz", MODEL) == "Era uma vez "
    pick = re.search(r'data-pick="(t\d+)"', drawn(unit="token"))[1]
    assert view.append("Era uma", pick, MODEL).startswith("Era uma")


def test_what_a_visitor_typed_is_text_in_bars_picks_and_notes(monkeypatch, evil, times):
    word = SimpleNamespace(text=evil, p=0.5, before=0.5)
    words = SimpleNamespace(words=[word], typed=evil[:5], error=0.0, unvisited=0.0, rest=0.5)
    monkeypatch.setattr(view, "lent_words", lambda *_: words)
    monkeypatch.setattr(view, "lent_probability", lambda *_: 0.5)
    html = drawn(evil)
    assert times(html, visible(evil)) == 2  # a bar, and what is read aloud
    assert times(html, f"w{evil[5:]}") == 1 and times(html, "“<img”") == 1
    monkeypatch.setattr(view.words, "split", lambda text: [text])
    assert times(drawn(f"a{evil}", place=1), f"“{visible(evil)}”") == 1


def test_what_a_visitor_typed_is_text_among_tokens(monkeypatch, evil, times):
    token = SimpleNamespace(text=evil, token=3, p=0.5, before=0.5)
    tokens = SimpleNamespace(tokens=[token], vocabulary=9, rest=0.5)
    monkeypatch.setattr(view, "lent_tokens", lambda *_: tokens)
    assert times(drawn(unit="token"), visible(evil)) == 2


def test_the_examples_are_picked_as_they_stand(times):
    html = tab.examples()
    assert html.count("<button") == 10 and all(times(html, text) == 2 for text in tab.EXAMPLES["pt"])
