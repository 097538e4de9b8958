import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import app
from demos.ui import errors, frame, links, models, texts, theme
from generative.errors import GenerativeError, ModelNotFound, TextEmpty
from generative.games import guess
from generative.language import attention

TABS = texts.of(app.TABS)
ALL = [theme.TEXTS, frame.FOOT, links.TEXTS, models.TEXTS, *TABS]
# Words, units and names that are the same in Portuguese and English.
ALIKE = {"A", "B", "D", "z", "v", "μ", "VAE", "GAN", "PCA", "SeFa", "PSNR", "KL", "dB", "px"}
ALIKE |= {"bits", "nats", "bytes", "total", "real", "N", "I"}  # N(0, I), the standard normal
ALIKE |= {"k", "means"}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("tab", ALL, ids=lambda w: w.tab)
def test_every_string_stands_in_both_languages_with_the_same_fields(tab):
    for key, (portuguese, english) in tab.strings.items():
        assert portuguese.strip() and english.strip(), key
        found = set(re.findall(r"[^\W\d_]+", re.sub(r"\{\w+\}", "", portuguese)))
        alike = all(word in ALIKE or word.lower() in ALIKE for word in found)
        assert portuguese != english or alike, f"{tab.tab}.{key} is not translated"
        if "$" not in portuguese:
            assert fields(portuguese) == fields(english), key


def test_every_tab_has_its_sentence_and_its_three_folded_parts():
    for tab in app.TABS:
        assert {"tab", "try", "slides", "behind"} <= set(tab.TEXTS.strings)
        assert any("lead" in texts.strings for texts in (tab.TEXTS, *tab.VIEW_TEXTS))
        assert len(re.findall(r"^\d\.", tab.TEXTS.strings["try"][0], re.M)) == 3


LONG = sorted(Path(app.__file__).parent.glob("demos/*/*.pt.md"))


def shape(text: str) -> dict[str, list[str]]:
    """What a Markdown text has in any language: keys, headings, points, links, formulas (no words)."""
    formulas = re.findall(r"\$\$?[^$]+\$\$?", text)
    return {
        "keys": re.findall(r"^# (\w+)$", text, re.M),
        "headings": re.findall(r"^##+(?= )", text, re.M),
        "points": re.findall(r"^(?:\d+\.|-)(?= )", text, re.M),
        "links": sorted(re.findall(r"\]\((\S+)\)", text)),
        "formulas": sorted(re.sub(r"\\text\{[^}]*\}", "", formula) for formula in formulas),
    }


@pytest.mark.parametrize("file", LONG, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_long_text_has_the_same_headings_links_and_formulas_in_both_languages(file):
    english = file.with_name(file.name.replace(".pt.", ".en."))
    assert shape(file.read_text()) == shape(english.read_text())


def test_long_texts_come_in_pairs():
    assert len(LONG) >= 7 and len(LONG) == len(list(Path(app.__file__).parent.glob("demos/*/*.en.md")))


def descendants(kind: type) -> Iterator[type]:
    for child in kind.__subclasses__():
        yield child
        yield from descendants(child)


def test_all_errors_speak_both_languages_with_the_same_fields():
    kinds = list(descendants(GenerativeError))
    assert len(kinds) > 10 and attention.AttentionMissing in kinds and guess.NotOneWord in kinds
    for kind in kinds:
        assert kind.en != kind.pt and fields(kind.en) == fields(kind.pt), kind


def test_gradio_gets_the_same_keys_for_every_language():
    dictionaries = texts.i18n(*ALL).translations_dict
    assert set(dictionaries) == {"en", "pt", "pt-BR"}
    assert dictionaries["pt"] == dictionaries["pt-BR"]
    assert set(dictionaries["pt"]) == set(dictionaries["en"])


@pytest.mark.parametrize(
    ("p", "language", "expected"),
    [
        (0.158, "pt-BR", "15,8\N{NARROW NO-BREAK SPACE}%"),
        (0.158, "en", "15.8%"),
        (0.0, "en", "0.0%"),
        (0.00001, "en", "< 0.1%"),
        (1.0, "en-US", "100.0%"),
        (0.00001, "pt", "< 0,1\N{NARROW NO-BREAK SPACE}%"),
    ],
)
def test_percentages_are_written_as_the_visitor_writes_them(p, language, expected):
    assert texts.percent(p, language) == expected


def test_an_error_is_spoken_in_the_visitors_language_and_a_bug_is_not():
    import gradio as gr

    with pytest.raises(gr.Error, match="Escreva"), errors.spoken("pt-BR"):
        raise TextEmpty()
    with pytest.raises(ZeroDivisionError), errors.spoken("en"):
        1 / 0  # noqa: B018


def test_what_a_visitor_wrote_stands_as_text_in_an_error():
    import gradio as gr

    with pytest.raises(gr.Error) as said, errors.spoken("en"):
        raise ModelNotFound(name="<img src=x>")
    assert "“&lt;img src=x&gt;”" in said.value.message
    assert "“&lt;img src=x&gt;”" in errors.verdict(ModelNotFound(name="<img src=x>"), "en")


def test_a_notice_is_escaped_since_the_page_takes_it_for_html_and_the_apis_message_is_plain():
    import gradio as gr

    with pytest.raises(gr.Error, match="&lt;b&gt;"), errors.spoken("en"):
        raise ModelNotFound(name="<b>")
    with pytest.raises(gr.Error, match="“<b>”"), errors.spoken("en", html=False):
        raise ModelNotFound(name="<b>")
