"""The first screen of "Sizes": what every size writes, what it took, and the line through the networks."""

import re

import pytest
from markupsafe import escape

from demos.next_word import ladder as view
from generative import errors, language, weights

TEXT = "Once upon a time"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Two sizes of the six: what the others write is drawn in the same way."""
    monkeypatch.setattr(language.model, "available", lambda: ["language_bigram", "language_small"])


def test_each_size_has_a_rung_with_what_it_writes_after_the_sentence():
    html = view.draw(TEXT, "", "en", 2)
    assert re.findall(r"<b>([^<]*)</b>", html) == ["bigram", "small"]
    assert html.count('<span class="given">Once upon a time</span>') == 2 and "seed 2" in html
    for name in language.model.available():
        text = language.sizes.written(TEXT, name, view.WORDS, view.OPTIONS, 2)
        assert escape(text.split("\n")[0]) in html


def test_another_draw_is_the_next_seed_and_the_same_seed_the_same_page():
    html, seed = view.draw_again(TEXT, "", "en", 0)
    assert (html, seed) == (view.draw(TEXT, "", "en", 1), 1) and html != view.draw(TEXT, "", "en", 0)


def test_a_rung_says_how_large_a_size_is_what_it_read_and_how_long_that_took():
    size = language.sizes.published()[1]
    gpu = size._replace(tokens=106_479_616, costs=[language.sizes.Cost(104_464_384, 1.597, True)])
    assert view.what_it_took(gpu, "pt-BR") == {"tokens": "104 mi de tokens", "time": "1,6 min de GPU"}
    cpu = gpu._replace(costs=[language.sizes.Cost(104_464_384, 45.2, False)])
    assert view.what_it_took(cpu, "en")["time"] == "45 min of CPU"
    assert view.how_large("language_bigram", "en") == "0.3 M counts"
    assert view.how_large("owner/name", "pt-BR") == "do Hub"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Era uma vez ", "Era uma vez"),
        ("O menino abriu a porta e viu", "… abriu a porta e viu"),
        ("a\n b", "a b"),
    ],
)
def test_the_end_of_a_long_sentence_stands_before_what_is_written(text, shown):
    assert view.given(text) == shown


def test_an_error_is_a_sentence_in_the_visitors_language():
    for lang in ("pt-BR", "en"):
        assert errors.TextEmpty().say(lang[:2]) in view.draw(" ", "", lang, 0)


def test_the_line_goes_through_the_networks_alone_and_says_what_ten_times_brings():
    models = language.sizes.published()
    drawn = view.plot([*models, models[1]._replace(name="language_large", parameters=18_402_560)], "pt")
    assert [mark.shape for mark in drawn.marks] == ["square", "circle", "circle"]
    (line,) = drawn.lines
    assert {round(y, 6) for _, y in line.points} == {round(models[1].bits_per_byte["pt"], 6)}  # both alike
    half = {"en": 1.0, "pt": models[1].bits_per_byte["pt"] * 0.8}
    larger = models[1]._replace(parameters=10 * models[1].parameters, bits_per_byte=half)
    assert "20" in view.law([*models, larger], "pt") and "menos bits" in view.law([*models, larger], "pt")


def test_the_plot_stands_there_in_both_languages_or_not_at_all(tmp_path, monkeypatch):
    assert view.scaling().count("<svg") == 2
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path)
    assert view.scaling() == ""  # the plots below it say which file is missing


def test_what_a_visitor_typed_and_what_is_written_are_text(monkeypatch, evil, times):
    monkeypatch.setattr(language.sizes, "written", lambda *_: f"{evil}\n{evil}")
    assert times(view.draw(evil[:20], "", "en", 0), evil) >= 4
    monkeypatch.setattr(view, "lent_written", lambda *_: evil)
    assert times(view.draw("a", f"owner/{evil}", "en", 0), evil) >= 2  # the name of a Hub model, too
