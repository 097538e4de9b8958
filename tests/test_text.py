"""One way in for every text: NFC, one kind of blank, nothing unseen."""

import itertools
import random
import unicodedata

import pytest

from generative import language
from generative.errors import TextEmpty
from generative.text import line, plain

SAME = (  # as typed, as read
    ("O corac\u0327a\u0303o na\u0303o", "O coração não"),
    ("Era uma\u00a0vez", "Era uma vez"),
    ("\ufeffEra uma vez\u200b", "Era uma vez"),
    ("co\u00adração", "coração"),
    ("a\x00b\x07", "ab"),
    ("a\u200b\u0303", "ã"),
    ("Era\u3000uma\tvez \u200e", "Era uma vez "),
    ("um\r\ndois\u2028tr\u00eas", "um\ndois\ntrês"),
    ("  \n Era", "Era"),
    ("a\u200db\u2060c", "abc"),
    ("\ud800 é", "\ufffd é"),
)


@pytest.mark.parametrize(("typed", "read"), SAME)
def test_what_looks_the_same_is_the_same(typed, read):
    assert plain(typed) == read == plain(read)


def test_what_joins_characters_that_are_seen_stays():
    for text in ("👩\u200d👩\u200d👧", "❤\ufe0f", "می\u200cخواهم", "1\ufe0f\u20e3", "🏴\U000e0067\U000e007f"):
        assert plain(text) == text


def test_twice_is_as_once_for_any_text():
    rng = random.Random(0)
    odd = "aã e\u0301\u0303\u200b\u200c\u200d\ufeff\u00ad\u200e\u202e\u00a0\u3000\t\n\r\x00\ufe0f\u1160🙂ب"
    for _ in range(3000):
        once = plain("".join(rng.choices(odd, k=rng.randrange(1, 9))))
        assert plain(once) == once == unicodedata.normalize("NFC", once)


@pytest.mark.parametrize("text", ["\u200b", "\ufeff \u00a0", "\u200e\u200f\u2066", "\x00", "\u00ad\u1160"])
def test_a_text_of_nothing_that_is_seen_is_empty(text):
    assert plain(text) == line(text) == ""
    for ask in (language.words.next_words, language.predict.next_tokens, language.predict.score_text):
        with pytest.raises(TextEmpty):
            ask(text, "language_bigram")


FORMS = (
    "O coração não",
    "O corac\u0327a\u0303o na\u0303o",
    "\ufeffO coração\u00a0não\u200b",
    " O cora\u00adção não",
)


def test_every_form_of_a_text_has_the_same_words_tokens_and_score():
    name = "language_bigram"
    for one, other in itertools.pairwise(FORMS):
        assert language.words.next_words(one, name) == language.words.next_words(other, name)
        assert language.predict.next_tokens(one, name) == language.predict.next_tokens(other, name)
        assert language.predict.score_text(one, name) == language.predict.score_text(other, name)
        assert language.chain.chain(one, name) == language.chain.chain(other, name)
        assert language.words.probability(one, "sei", name) == language.words.probability(
            other, " sei\u200b", name
        )


@pytest.mark.parametrize("end", [" ", "\u00a0", "\u200b", "\t", " \ufeff"])
def test_a_blank_at_the_end_is_no_token_of_a_score(end):
    name = "language_bigram"
    assert language.predict.score_text("Era uma vez" + end, name) == language.predict.score_text(
        "Era uma vez", name
    )
