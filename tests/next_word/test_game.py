"""The guessing game on the page: what is sent before the answer, what counts, what a visitor typed."""

from types import SimpleNamespace

import gradio as gr
import pytest
import torch

from demos.next_word import game
from demos.ui.clickable import Pick
from generative.games import guess

torch.set_num_threads(1)


def press(pick):
    return Pick(None, {"pick": str(pick)})


def skipped(drawn):
    return all(update == gr.skip() for update in drawn)


@pytest.mark.parametrize("lang", guess.LANGUAGES)
def test_nothing_sent_before_the_answer_tells_it(lang):
    state, *sent = game.begin("12", lang, lang)
    passage = guess._ten(12, lang)[0]
    assert passage.before in sent[0] and passage.after[:20] not in str(
        [str(vars(x)) if hasattr(x, "value") else x for x in sent]
    )
    assert passage.word not in sent[0].replace(passage.before, "")
    assert sent[2].value is None and len(sent[2].choices) == 6 and sent[3] == ""
    shown = game.answer(state, passage.word, "", lang, press(95))
    assert passage.after in shown[1]


def test_a_game_is_dealt_when_the_view_is_seen_but_none_is_taken_away():
    dealt = game.first_game(None, press("pt-BR"))[0]
    assert dealt.rounds[0].language == "pt" and dealt.at == 0
    assert skipped(game.first_game(dealt, press("pt-BR")))


def test_a_second_answer_and_an_early_next_count_for_nothing():
    state = game.begin("4", "pt", "pt-BR")[0]
    assert skipped(game.go_on(state, "pt-BR")) and skipped(game.go_on(None, "en"))
    answered = game.answer(state, None, "casa", "pt-BR", press(25))[0]
    assert answered.score.tallies[0].played == 1
    assert skipped(game.answer(answered, None, "mar", "pt-BR", press(95)))
    assert skipped(game.answer(None, None, "mar", "en", press(95)))
    assert game.answer(state, None, "casa", "pt-BR", press(25))[0] == answered  # the same event once more


def test_ten_words_make_a_game_and_two_visitors_play_their_own():
    mine, yours = game.begin("9", "en", "en")[0], game.begin("9", "en", "en")[0]
    for dealt in mine.rounds:
        mine = game.answer(mine, None, guess._hidden(dealt).word, "en", press(50))[0]
        mine, page, *_ = game.go_on(mine, "en")
    assert mine.over and yours.at == 0 and not yours.results
    assert mine.score.tallies[0] == (guess.PLAYER, 10, 10.0, mine.score.tallies[0].wins)
    assert page.count("✓") == 10 and "1.0 bits a word" in page and "among 2.0 equally" in page
    assert skipped(game.go_on(mine, "en")) and skipped(game.answer(mine, None, "x", "en", press(50)))


@pytest.mark.parametrize("seed", ["abc", "-3", "9" * 19, "9" * 5000, "1.5", "<i>"])
def test_a_game_number_that_is_none_is_answered_with_a_sentence(seed):
    with pytest.raises(gr.Error, match="seed"):
        game.begin(seed, "en", "en")


def test_an_empty_field_draws_a_game_and_a_number_deals_that_game():
    assert 0 < game.seed_of(" ") < 10_000 and game.seed_of(" 7 ") == 7


def test_a_guess_that_is_no_word_is_said_and_the_round_stays_open():
    state = game.begin("4", "pt", "pt-BR")[0]
    with pytest.raises(gr.Error, match="uma só"):
        game.answer(state, None, "duas palavras", "pt-BR", press(25))
    with pytest.raises(gr.Error, match="one word"):
        game.answer(state, None, "", "en", press(25))


@pytest.mark.parametrize("answered", [False, True])
def test_a_passage_and_a_guess_are_text(evil, times, answered):
    dealt = guess.deal(1, "en")[0]._replace(before=evil)
    opinions = [guess.Opinion(guess.PLAYER, 0.5, 0.5), guess.Opinion(f"owner/{evil}", 0.5, 0.25)]
    bits = {opinion.name: opinion.bits for opinion in opinions}
    facts = {"word": evil, "guess": evil, "after": evil, "right": False, "opinions": opinions, "bits": bits}
    result, score = SimpleNamespace(**facts), guess.Score().after(bits)
    one = game.Game([dealt], (result,) if answered else (), score)
    # the passage; with the answer: guess, word and what follows, the verdict, two bars a contestant, a name
    assert times(game.page(one, "en")) == (10 if answered else 1)
    if answered:  # and at the end: word, guess, the name in the ranking and as the best
        assert times(game.page(one._replace(at=1), "en")) == 4
