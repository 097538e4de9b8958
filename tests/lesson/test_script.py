"""A lesson's text: what each line says, and which line is wrong."""

import pytest

from demos.lesson import page, script, sheets
from demos.lesson.script import (
    LessonEmpty,
    LessonTooLong,
    LineTab,
    LineTexts,
    LineUnreadable,
    LineView,
    State,
)
from generative.errors import GenerativeError

APP = {"start": [], "next_word": ["bars", "pair"], "vae_faces": ["move"]}


def test_a_line_is_an_address_and_what_the_class_reads_in_both_languages():
    lesson = "# to begin\n\n?tab=next_word&text=Era%20uma%20vez | O que vem? | What comes?\n"
    assert script.read(lesson, APP) == [
        State("/?tab=next_word&text=Era%20uma%20vez", "O que vem?", "What comes?", "")
    ]


def test_one_text_serves_both_languages_and_a_line_may_be_for_one_language_alone():
    both, pt = script.read("?tab=start | Veredas\r\npt ?tab=vae_faces&view=move | Mover", APP)
    assert (both.pt, both.en, both.language) == ("Veredas", "Veredas", "")
    assert (pt.pt, pt.language) == ("Mover", "pt")


@pytest.mark.parametrize(
    "link",
    [
        "https://owner-veredas.hf.space/?tab=next_word&text=a+b%7C&hide=%5B%22foot%22%5D",
        "/?tab=next_word&text=a%20b%7C&hide=[%22foot%22]&lang=en&__theme=dark",
        "javascript:x?tab=next_word&text=a%20b%7C&hide=[%22foot%22]",
    ],
)
def test_of_a_link_only_the_state_counts_never_its_host(link):
    (state,) = script.read(f"{link} | x", APP)
    assert state.address == "/?tab=next_word&text=a%20b%7C&hide=%5B%22foot%22%5D"


@pytest.mark.parametrize(
    ("line", "error", "said"),
    [
        ("?tab=next_word", LineUnreadable, "Line 3"),
        ("?tab=next_word | ", LineUnreadable, "|"),
        ("What comes next? | a", LineUnreadable, "?tab=next_word"),
        ("?tab=next_word | a | b | c", LineTexts, "one text, or two"),
        ("?tab=next_word | a |", LineTexts, "Line 3"),
        (f"?tab=next_word | {'a' * 121}", LineTexts, "120"),
        ("?tab=next | a", LineTab, "start, next_word, vae_faces"),
        ("http://[ | a", LineTab, "Line 3"),
        ("?tab=next_word&view=pairs | a", LineView, "bars, pair"),
        ("?tab=start&view=pair | a", LineView, "—"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_in_both_languages(line, error, said):
    with pytest.raises(error) as caught:
        script.read(f"# a lesson\n?tab=start | a\n{line}\n?tab=nowhere | b", APP)
    assert said in str(caught.value) and "Line 3" in str(caught.value)
    assert caught.value.say("pt-BR").startswith("Linha 3: ")


def test_a_lesson_has_a_line_and_not_too_many():
    for nothing in ("", "  \n", "# only a comment"):
        with pytest.raises(LessonEmpty):
            script.read(nothing, APP)
    line = "?tab=start | a\n"
    assert len(script.read(line * script.MOST, APP)) == script.MOST
    for much in (line * (script.MOST + 1), "#" * script.LONGEST + "\n" + line):
        with pytest.raises(LessonTooLong):
            script.read(much, APP)


@pytest.mark.parametrize(
    "nasty",
    ["|", "||||", "\x00 | \x00", "?tab=start\x00 | a", "🙂 | 🙂", "?" * 9000, "pt | a", "{line} | {x}"],
)
def test_nonsense_is_an_error_that_one_can_read_or_a_state(nasty):
    try:
        assert script.read(nasty, APP)[0].address == "/?tab=start"
    except GenerativeError as error:
        assert error.say("pt") and error.say("en")


def test_the_texts_of_both_pages_stand_in_both_languages_and_each_is_used():
    source = "".join(
        file.read_text() for file in page.HERE.iterdir() if file.suffix in (".js", ".html", ".py")
    )
    for texts in (page.TEXTS, sheets.TEXTS):
        for key, (portuguese, english) in texts.strings.items():
            assert portuguese and english and portuguese != english
            assert f"say('{key}')" in source or f'say("{key}"' in source, key
