"""The training in time-lapse on the page: every moment, the chosen one, the curve."""

from types import SimpleNamespace

from demos.next_word import training as view
from demos.next_word.view import visible
from demos.ui import plots
from generative import errors, language

TEXT = "Era uma vez"


def test_the_view_shows_every_moment_and_marks_the_chosen_one():
    html = view.draw(TEXT, "", "pt-BR", 2)
    n = len(language.timelapse.moments())
    assert html.count("data-pick=") == n and html.count('aria-pressed="true"') == 1
    assert 'data-pick="2" aria-pressed="true"' in html
    assert f'data-pick="{n - 1}" aria-pressed="true"' in view.draw(TEXT, "", "en", None)


def test_a_half_typed_word_in_noise_has_a_row_without_a_word():
    assert "data-pick" in view.draw("pt-BR1280", "", "en", 0)


def test_an_empty_text_is_said_in_the_visitors_language():
    assert errors.TextEmpty().say("pt") in view.draw(" ", "", "pt-BR", None)


def test_tokens_are_said_in_words():
    assert view.tokens(20_480, "pt") == "20 mil" and view.tokens(20_480, "en") == "20 thousand"
    assert view.tokens(2_000_896, "pt") == "2 milhões" and view.tokens(12_406_784, "en") == "12.4 million"
    assert view.tokens(12_406_784, "pt", "_tokens") == "12,4 milhões de tokens"
    assert view.tokens(999_999, "en") == "1 million"


def test_the_curve_names_each_point_and_marks_none_that_was_not_measured():
    measured = [
        language.timelapse.Moment(t, {"en": e, "pt": p})
        for t, e, p in ((20_000, 3.5, 3.6), (10**7, 1.7, 1.8))
    ]
    svg = plots.svg(view.curve(measured, measured[0], "en"))
    assert svg.count("<title>") == 4 and "English, after 10 million tokens: 1.70 bits per byte" in svg
    assert "None" not in plots.svg(view.curve(measured, language.timelapse.Moment(10**6, None), "pt"))


def test_what_a_model_writes_on_is_text(evil, times):
    found = SimpleNamespace(words=[SimpleNamespace(text=evil, p=0.5)], rest=0.5)
    moment = language.timelapse.Moment(20_000, {"en": 3.5, "pt": 3.6})
    html = view.page([view.Row(moment, found, evil)], 0, found, "en")
    assert times(html) == 1 and times(html, visible(evil)) == 2  # how it goes on; the table and the bars
