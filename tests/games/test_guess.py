"""The guessing game: its passages, what a player may see, the score against hand numbers, nasty guesses."""

import math
from types import SimpleNamespace

import pytest
import torch

from generative import errors, language
from generative.games import guess
from generative.language import words

torch.set_num_threads(1)

TOY = {"casa": 0.5, "rua": 0.25, "mar": 0.125, "sol": 0.125}


def games(lang):
    """Seeds whose games together hold every passage."""
    missing, seeds = set(guess.passages(lang)), []
    while missing:
        seeds.append(len(seeds))
        missing -= set(guess._ten(seeds[-1], lang))
    return seeds


@pytest.fixture
def toy(monkeypatch):
    """Two models that know four words; the smaller one is TOY, the other is sure of "mar"."""

    def probability(text, word, name):
        return TOY.get(word, 1e-9) if name == "small" else {"mar": 0.9}.get(word, 1e-9)

    monkeypatch.setattr(guess.words, "probability", probability)
    monkeypatch.setattr(language.model, "working", lambda: ["small", "large"])
    monkeypatch.setattr(guess, "passages", lambda lang: (guess.Passage("O céu e o", "mar", " azul."),) * 40)
    guess.p_of.cache_clear()
    yield guess.deal(1, "pt")[0]
    guess.p_of.cache_clear()


# Passages


@pytest.mark.parametrize("lang", guess.LANGUAGES)
def test_forty_different_passages_of_25_to_60_words(lang):
    texts = [p.before + " " + p.word + p.after for p in guess.passages(lang)]
    assert len(texts) == len(set(texts)) == 40
    assert len({p.word for p in guess.passages(lang)}) == 40
    assert all(25 <= len(text.split()) <= 60 for text in texts)
    assert not any(c in text for text in texts for c in "[]\n\t") and not any("  " in t for t in texts)


@pytest.mark.parametrize("lang", guess.LANGUAGES)
def test_the_hidden_word_is_one_word_written_small_and_never_the_last(lang):
    for p in guess.passages(lang):
        assert p.word.isalpha() and p.word.islower(), p.word
        assert words.split(p.before + " " + p.word + p.after).count(" " + p.word) >= 1
        assert words.split(p.before + " " + p.word)[-1] == " " + p.word
        assert len(p.before.split()) >= 4 and len(p.after.split()) >= 3, p.word
        assert not p.after[0].isalpha() and p.before[-1] not in " ("


def test_other_languages_are_refused():
    with pytest.raises(guess.LanguageUnknown):
        guess.deal(1, "../pt")


# Dealing


@pytest.mark.parametrize("lang", guess.LANGUAGES)
def test_the_same_seed_deals_the_same_ten_and_another_seed_others(lang):
    first, again, other = (guess.deal(seed, lang) for seed in (5, 5, 6))
    assert first == again and {r.before for r in first} != {r.before for r in other}
    assert len({r.before for r in first}) == 10 and [r.number for r in first] == list(range(10))


@pytest.mark.parametrize("seed", [-1, 0.5, math.nan, "7", None, True, 2**60])
def test_a_seed_that_is_no_whole_number_is_refused(seed):
    with pytest.raises(errors.NumberOutOfRange):
        guess.deal(seed, "pt")


@pytest.mark.parametrize("lang", guess.LANGUAGES)
def test_a_round_holds_the_text_up_to_the_gap_and_no_more(lang):
    for seed in games(lang):
        for dealt, passage in zip(guess.deal(seed, lang), guess._ten(seed, lang), strict=True):
            assert tuple(dealt) == (lang, seed, dealt.number, passage.before)


@pytest.mark.parametrize("lang", guess.LANGUAGES)
def test_six_words_are_offered_alike_in_form_and_in_no_telling_order(lang):
    places = []
    for seed in games(lang)[:3]:
        for dealt, passage in zip(guess.deal(seed, lang), guess._ten(seed, lang), strict=True):
            offered = guess.offer(dealt)
            assert len(set(offered)) == guess.OFFERED and offered == guess.offer(dealt)
            assert all(word.isalpha() and word.islower() for word in offered)
            assert [word for word in offered if guess.matches(word, passage.word)] == [passage.word]
            places.append(offered.index(passage.word))
    assert set(places) == set(range(6))


@pytest.mark.parametrize("lang", guess.LANGUAGES)
def test_the_smallest_network_alone_has_five_likely_words_for_every_gap(lang, monkeypatch):
    monkeypatch.setattr(language.model, "available", lambda: [language.model.DEFAULT])
    for passage in guess.passages(lang):
        likely = guess._likely(passage.before, passage.word)
        assert len(likely) >= guess.OFFERED - 1 and passage.word not in likely, passage.word


def test_no_word_is_offered_that_differs_from_another_in_accents_or_capitals_alone(monkeypatch):
    said = [
        (" avô", 0.3),
        (" avo", 0.2),
        (" Pai", 0.1),
        (" mãe", 0.1),
        (" mae", 0.1),
        (",", 0.1),
        (" tio", 0.001),
    ]
    found = SimpleNamespace(words=[SimpleNamespace(text=text, p=p) for text, p in said])
    monkeypatch.setattr(guess.words, "next_words", lambda *_: found)
    assert guess._likely("Ele viu o", "avó") == ["mãe"]


def test_the_words_of_one_seed_come_in_the_same_order_again():
    dealt = guess.deal(11, "en")[0]
    first = guess.offer(dealt)
    guess.offer.cache_clear()
    assert guess.offer(dealt) == first


# Scoring


@pytest.mark.parametrize("sure", guess.SURE)
@pytest.mark.parametrize("named", TOY)
def test_a_bet_is_a_distribution_over_all_words(named, sure):
    share = sure / 100
    q = {word: share if word == named else guess.bet(share, TOY[named], p) for word, p in TOY.items()}
    assert math.isclose(sum(q.values()), 1) and min(q.values()) > 0


@pytest.mark.parametrize("believed", guess.SURE)
def test_who_says_what_they_believe_pays_least_on_average(believed):
    p_word = {"casa": believed / 100}
    p_word |= {w: guess.bet(believed / 100, TOY["casa"], TOY[w]) for w in ("rua", "mar", "sol")}

    def expected(sure):
        paid = {w: -math.log2(sure / 100 if w == "casa" else guess.bet(sure / 100, 0.5, TOY[w])) for w in TOY}
        return sum(p_word[w] * paid[w] for w in TOY)

    assert min(guess.SURE, key=expected) == believed


def test_bits_by_hand(toy):
    right = guess.judge(toy, "mar", 50)
    assert right.right and right.bits == {"player": 1.0, "small": 3.0, "large": -math.log2(0.9)}
    wrong = guess.judge(toy, "casa", 75)  # q(mar) = 0.25 * 0.125 / (1 - 0.5) = 1/16
    assert not wrong.right and wrong.bits["player"] == 4.0
    assert wrong.opinions == (("player", 0.75, 0.0625), ("small", 0.5, 0.125), ("large", 1e-9, 0.9))
    assert (wrong.word, wrong.after, wrong.guess) == ("mar", " azul.", "casa")


def test_models_are_judged_by_their_exact_word_probability():
    dealt = guess.deal(3, "en")[0]
    word = guess._ten(3, "en")[0].word
    result = guess.judge(dealt, "elephant", 25)
    assert [o.name for o in result.opinions] == [guess.PLAYER, *language.model.available()]
    for opinion in result.opinions[1:]:
        for p, text in ((opinion.p_word, word), (opinion.p_guess, "elephant")):
            assert p == pytest.approx(words.probability(dealt.before, text, opinion.name), rel=1e-5)


@pytest.mark.parametrize("lang", guess.LANGUAGES)
def test_no_hidden_word_costs_the_smallest_or_largest_model_endlessly_many_bits(lang):
    for passage in guess.passages(lang):
        for name in (language.model.available()[0], language.model.available()[-1]):
            assert 0 < guess.p_of(passage.before, passage.word, name) < 1, (name, passage.word)


def test_totals_add_up_and_the_fewest_bits_win_the_round():
    score = guess.Score().after({"player": 1.0, "small": 3.0}).after({"player": 2.0, "small": 2.0})
    score = score.after({"player": 5.0, "small": 1.0})
    assert score.tallies == (("player", 3, 8.0, 2), ("small", 3, 6.0, 2))
    assert [tally.name for tally in score.ranking()] == ["small", "player"]
    assert score.tallies[1].mean == 2.0 and score.tallies[1].perplexity == 4.0


# Guesses


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("casa", "casa"),
        ("Casa", "casa"),
        ("CAFÉ", "café"),
        ("cafe", "café"),
        ("Cafe", "café"),
        ("agua", "água"),
    ],
)
def test_case_and_missing_accents_are_forgiven(typed, word):
    assert guess.matches(typed, word)


@pytest.mark.parametrize(("typed", "word"), [("avó", "avô"), ("é", "e"), ("casas", "casa"), ("cas", "casa")])
def test_another_word_is_another_word(typed, word):
    assert not guess.matches(typed, word)


@pytest.mark.parametrize("typed", ["  MAR ", "ma\u0301r", "Mar\n"])
def test_what_was_typed_is_shown_as_the_word_is_written(toy, typed, monkeypatch):
    word = "már" if "\u0301" in typed else "mar"
    monkeypatch.setattr(guess, "passages", lambda lang: (guess.Passage("O céu e o", word, " azul."),) * 40)
    result = guess.judge(toy, typed, 95)
    assert result.right and result.guess == word


def test_a_wrong_guess_with_a_capital_counts_as_its_likelier_form(toy):
    assert guess.judge(toy, "Casa", 25).guess == "casa"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "duas palavras",
        "x" * 10_000,
        " " * 10_000,
        "ma\0r",
        "\0",
        "!",
        "a\nb",
        "<b>x</b>",
        "🎉",
        "\ud800",
        "casa.",
        None,
        5,
        ["casa"],
    ],
)
def test_what_is_not_one_word_is_refused_in_one_sentence(toy, typed):
    with pytest.raises(guess.NotOneWord) as caught:
        guess.judge(toy, typed, 50)
    for lang in ("pt", "en"):
        assert 20 < len(caught.value.say(lang)) < 120 and caught.value.say(lang).count(".") == 1


@pytest.mark.parametrize("sure", [0, 100, 51, -25, "50", None, math.nan])
def test_only_the_four_ways_to_be_sure_are_taken(toy, sure):
    with pytest.raises(guess.SureInvalid):
        guess.judge(toy, "mar", sure)


@pytest.mark.parametrize("forged", [{"number": 10}, {"number": -1}, {"before": "O céu"}])
def test_a_round_that_was_not_dealt_is_refused(toy, forged):
    with pytest.raises(errors.RoundInvalid):
        guess.judge(toy._replace(**forged), "mar", 50)
