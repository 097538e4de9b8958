"""A class guesses the next word: rounds against guess.py and the models, seals, choices, nasty input."""

import math

import pytest

from generative import language
from generative.errors import NumberOutOfRange, RoundInvalid, WordNotOffered
from generative.games import guess, seal, word_votes
from generative.language import words

QUICK = ["language_bigram", "language_small"]


@pytest.fixture(autouse=True)
def two_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language.model, "available", lambda: QUICK)


def hidden(dealt: word_votes.Round) -> guess.Passage:
    return next(p for p in guess.passages(dealt.language) if p.before == dealt.before)


@pytest.mark.parametrize("lang", guess.LANGUAGES)
def test_a_round_shows_the_text_up_to_the_gap_and_six_words_and_seals_the_rest(lang):
    dealt = word_votes.deal(7, 1, lang)
    passage, found = hidden(dealt), word_votes.answer(dealt.token)
    assert len(set(dealt.words)) == 6 and dealt.words[found.target] == passage.word
    assert (found.words, found.after) == (dealt.words, passage.after)
    assert passage.after not in str(dealt._replace(token="")) and passage.word not in dealt.token


def test_the_models_opinions_are_their_exact_probabilities():
    dealt = word_votes.deal(3, 2, "en")
    found = word_votes.answer(dealt.token)
    assert [opinion.name for opinion in found.opinions] == QUICK
    for opinion in found.opinions:
        exact = [words.probability(dealt.before, word, opinion.name) for word in dealt.words]
        assert opinion.p == pytest.approx(exact, rel=1e-5)
        assert found.bits[opinion.name] == pytest.approx(-math.log2(exact[found.target]))
    assert found.critic == found.opinions[-1].p.index(max(found.opinions[-1].p))


def test_the_critic_is_the_largest_model_and_bits_are_paid_for_the_hidden_word():
    p = [("small", [0.5, 0.25, 0.1, 0.0625, 0.01, 0.01]), ("large", [0.01, 0.125, 0.01, 0.25, 0.5, 0.01])]
    content = {"target": 3, "words": list("uvwxyz"), "after": ".", "p": p}
    found = word_votes.answer(seal.seal(content))
    assert (found.target, found.critic, found.bits) == (3, 4, {"small": 4.0, "large": 2.0})


def test_the_same_seed_deals_the_same_round_here_and_another_one_elsewhere(tmp_path, monkeypatch):
    here, again = word_votes.deal(5, 1, "pt"), word_votes.deal(5, 1, "pt")
    assert here[:3] == again[:3] and here.token != again.token
    monkeypatch.setenv("VEREDAS_KEY_FILE", str(tmp_path / "key"))
    seal.key.cache_clear()
    with pytest.raises(RoundInvalid):
        word_votes.answer(here.token)
    assert word_votes.deal(5, 1, "pt")[:3] != here[:3]
    seal.key.cache_clear()


def test_no_passage_comes_twice_and_the_right_word_stands_everywhere(monkeypatch):
    monkeypatch.setattr(guess, "_likely", lambda before, word: [f"{word}{c}" for c in "abcdefgh"])
    monkeypatch.setattr(guess, "p_of", lambda before, word, name: 0.1)
    dealt = [word_votes.deal(1, number, "pt") for number in range(1, 41)]
    assert len({one.before for one in dealt}) == 40
    places = [word_votes.answer(one.token).target for one in dealt]
    assert set(places) == set(range(6)) and max(map(places.count, places)) < 20
    assert len({len(one.token) for one in dealt}) == 1  # the seal's length tells nothing either


@pytest.mark.parametrize("choice", ["G", "", "AB", "none", 6, -1, None, True, 1.5, ["A"], {}, "A" * 10_000])
def test_a_choice_that_is_none_of_the_six_is_refused(choice):
    with pytest.raises(WordNotOffered):
        word_votes.place(choice)


def test_choices_are_letters_or_places():
    assert [word_votes.place(choice) for choice in (" a ", "F", 0, 5)] == [0, 5, 0, 5]


@pytest.mark.parametrize(("seed", "number"), [(-1, 1), (1, 0), (1, 41), (1, 1.5), (None, 1), (2**53, 1)])
def test_a_round_that_cannot_be_is_refused(seed, number):
    with pytest.raises(NumberOutOfRange):
        word_votes.deal(seed, number, "pt")


def test_other_languages_are_refused():
    with pytest.raises(guess.LanguageUnknown):
        word_votes.deal(1, 1, "de")
