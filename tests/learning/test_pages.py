"""The pages: six ready ones, and whatever a visitor pastes."""

import pytest

from generative.errors import TextEmpty
from generative.learning import pages

SENTENCE = "O rio subiu devagar até a porta da casa. "


def test_three_pages_in_each_language_none_of_which_holds_its_held_out_text():
    found = pages.presets()
    assert [one.language for one in found.values()] == ["pt"] * 3 + ["en"] * 3
    for one in found.values():
        assert pages.SHORTEST < len(one.text) <= pages.LONGEST and len(one.same) > pages.SHORTEST
        sentences = {part.strip() for part in one.same.split(".") if len(part) > 60}
        assert sentences and not any(part in one.text for part in sentences)
        assert one.prompt and one.prompt not in one.text
    assert len(pages.untouched()) == 2


def test_of_a_page_of_ones_own_the_last_fifth_is_held_out_between_two_words():
    page = pages.own(SENTENCE * 20)
    whole = (SENTENCE * 20).strip()
    assert f"{page.text} {page.same}" == whole and page.cut == 0
    assert 0.17 < len(page.same) / len(whole) < 0.23
    assert page.prompt == "O rio subiu"


def test_what_is_too_long_is_cut_and_how_much_is_said():
    page = pages.own(SENTENCE * 2500)
    assert len(page.text) + len(page.same) in (pages.LONGEST - 1, pages.LONGEST)
    assert page.cut == len((SENTENCE * 2500).rstrip()) - pages.LONGEST


@pytest.mark.parametrize("text", ["", "   \n\t ", "\u200b" * 300])
def test_an_empty_page_is_refused(text):
    with pytest.raises(TextEmpty):
        pages.own(text)


@pytest.mark.parametrize("text", ["palavra", SENTENCE * 4])
def test_a_page_of_a_word_or_a_line_is_too_short_and_says_how_much_is_missing(text):
    with pytest.raises(pages.PageTooShort) as refused:
        pages.own(text)
    assert str(pages.SHORTEST) in refused.value.say("pt") and str(len(text.strip())) in refused.value.say(
        "en"
    )


@pytest.mark.parametrize("text", ["春眠不覺曉處處聞啼鳥" * 40, "🙂🌿" * 200, "а" * 1000, "👩‍👩‍👧" * 60])
def test_other_scripts_emoji_and_one_endless_word_are_pages_too(text):
    page = pages.own(text)
    assert page.text and page.same and page.prompt and len(page.text) > len(page.same)


def test_what_is_no_preset_is_said():
    with pytest.raises(pages.PageUnknown):
        pages.preset("../machado")
