"""Next tokens and texts' scores against transformers' own softmax and loss; nasty texts; writing on."""

import contextlib
import math
import time

import pytest
import torch

from generative import errors, language, weights
from generative.language import tokens
from generative.language.reading import SPARE
from generative.language.sampling import Options
from generative.language.spelling import count_words
from generative.text import plain

torch.set_num_threads(1)  # small models: a second thread costs more than it brings

NASTY = [
    "Era uma vez",
    "café à noite, coração, ÀÉÎÕÜ",
    "e\u0301 a\u0303",
    "🎉👩‍👩‍👧‍👦🇧🇷",
    "a\0b",
    "\n\n\tx  y \r\n z ",
    "日本語と한국어 и русский",
    "<|endoftext|>",
    "don’t can't D'água 1.234,56 %",
    "\u200b\ufeff\u202e",
    "�",
    " ",
    "   três espaços",
]


@pytest.fixture
def shipped():
    return language.model.load()


# Probabilities


@pytest.mark.parametrize("text", ["Era uma vez", "Once upon a", "🎉", "\0a", "A: Hi!\nB:", "x" * 5000])
def test_bars_and_rest_sum_to_one(text):
    result = language.predict.next_tokens(text, n=50)
    assert math.isclose(sum(t.p for t in result.tokens) + result.rest, 1, abs_tol=1e-9)
    assert [t.p for t in result.tokens] == sorted((t.p for t in result.tokens), reverse=True)


def test_bars_equal_the_softmax_of_transformers(shipped):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = weights.WEIGHTS / language.model.DEFAULT
    model = AutoModelForCausalLM.from_pretrained(folder).float()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    ids = tokenizer("<|endoftext|>Once upon a", return_tensors="pt")["input_ids"]
    with torch.no_grad():
        probs = model(ids).logits[0, -1].softmax(0)
    for token in language.predict.next_tokens("Once upon a").tokens:
        assert abs(probs[token.token] - token.p) < 1e-5
        assert tokenizer.decode([token.token]) == token.text


@pytest.mark.parametrize("text", ["Era uma vez um rei.", "The dog ran.\n", "ção 🎉", "x y"])
def test_score_equals_the_loss_of_transformers(shipped, text):
    ids = torch.tensor([[shipped.start, *language.predict.encode(shipped.tokenizer, text, shipped.pieces)]])
    with torch.no_grad():
        loss = shipped.model(ids, labels=ids).loss.item()
    score, n = language.predict.score_text(text), ids.shape[1] - 1
    assert math.isclose(-score.log_p / n, loss, abs_tol=1e-5)
    assert math.isclose(score.perplexity, math.exp(loss), rel_tol=1e-4)
    assert math.isclose(score.bits_per_byte, loss * n / math.log(2) / len(text.encode()), rel_tol=1e-5)
    assert math.isclose(sum(math.log(t.p) for t in score.tokens), score.log_p, abs_tol=1e-9)
    assert tokens.raw("".join(t.text for t in score.tokens)) == text.encode()


def test_score_is_the_chain_of_the_next_tokens():
    score = language.predict.score_text("The little dog")
    text = "The"
    for token in score.tokens[1:]:
        after = {t.token: t.p for t in language.predict.next_tokens(text, n=50).tokens}
        if token.token in after:
            assert math.isclose(after[token.token], token.p, rel_tol=1e-5)
        text = language.predict.append_token(text, token.token)
    assert text == "The little dog"


def test_temperature_top_k_and_top_p_reach_the_bars():
    assert language.predict.next_tokens("Once", options=Options(0)).tokens[0].p == 1
    cut = language.predict.next_tokens("Once", n=10, options=Options(top_k=5))
    assert cut.rest == 0 and [t.p > 0 for t in cut.tokens] == [True] * 5 + [False] * 5
    assert language.predict.next_tokens("Once", options=Options(top_p=0)).tokens[0].p == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"n": 0},
        {"n": 51},
        {"n": math.nan},
        {"options": Options(top_k=9000)},
        {"options": Options(top_k=-1)},
    ],
)
def test_numbers_out_of_range_are_refused(wrong):
    with pytest.raises(errors.NumberOutOfRange):
        language.predict.next_tokens("Era", **wrong)


# Writing on


def test_the_same_seed_tells_the_same_story_and_another_seed_another():
    first, again, other = (list(language.predict.generate("Era uma vez", n=20, seed=s)) for s in (1, 1, 2))
    assert first == again != other


def test_greedy_writing_takes_the_first_bar_each_time():
    text = "Once upon a"
    for token in language.predict.generate(text, n=8, options=Options(0)):
        assert token.token == language.predict.next_tokens(text).tokens[0].token
        text = language.predict.append_token(text, token.token)


def test_the_kept_cache_changes_no_probability_even_when_the_context_is_full(shipped):
    start = "the dog and the cat " * 52
    ids = language.predict.context(shipped, start).ids
    assert len(ids) == shipped.block_size - SPARE - 11  # so that the tokens run past the end of the context
    for token in language.predict.generate(start, n=40, seed=5):
        logits, _ = language.predict.logits_after(shipped, ids[-shipped.block_size :])
        assert math.isclose(float(logits.double().softmax(0)[token.token]), token.p, rel_tol=1e-3)
        ids.append(token.token)
    assert len(ids) > shipped.block_size


@pytest.mark.parametrize("wrong", [{"seed": -1}, {"seed": 2**40}, {"n": 0}, {"n": 10**6}])
def test_writing_refuses_numbers_out_of_range(wrong):
    with pytest.raises(errors.NumberOutOfRange):
        next(language.predict.generate("Era", **wrong))


# Tokens of a text


@pytest.mark.parametrize("text", NASTY)
def test_tokens_give_the_text_back(shipped, text):
    ids = language.predict.encode(shipped.tokenizer, text, shipped.pieces)
    assert b"".join(shipped.pieces[i] for i in ids) == text.encode()
    assert shipped.start not in ids


@pytest.mark.parametrize("text", [t for t in NASTY if plain(t).strip()])
def test_a_nasty_text_still_has_next_tokens_and_a_score(text):
    assert len(language.predict.next_tokens(text).tokens) == 10
    assert language.predict.score_text(text).log_p < 0


@pytest.mark.parametrize("text", ["", " ", "\n\t  ", "\u00a0", "\0", "\u200b\ufeff\u202e"])
def test_an_empty_text_is_refused(text):
    for function in (
        language.predict.next_tokens,
        language.predict.score_text,
        lambda t: next(language.predict.generate(t)),
    ):
        with pytest.raises(errors.TextEmpty):
            function(text)


def test_spaces_at_the_end_change_nothing():
    bare = language.predict.next_tokens("Once upon a")
    assert language.predict.next_tokens("Once upon a ") == bare
    assert language.predict.next_tokens("Once upon a \t ") == bare
    assert (
        language.predict.append_token("Once upon a ", bare.tokens[0].token)
        == "Once upon a" + bare.tokens[0].text
    )


def test_a_line_break_at_the_end_counts():
    assert language.predict.next_tokens("A: Hi\n") != language.predict.next_tokens("A: Hi")


def test_half_a_surrogate_pair_is_read_as_the_replacement_character():
    assert language.predict.next_tokens("oi \ud83d") == language.predict.next_tokens("oi \ufffd")
    assert language.predict.next_tokens("oi \ud83c\udf89") == language.predict.next_tokens("oi 🎉")


@pytest.mark.parametrize("character", ["é", "🎉", "日"])
def test_a_character_in_pieces_is_named_by_its_bytes_and_becomes_whole_again(shipped, character):
    text = "a"
    for i, byte in enumerate(character.encode()):
        assert text == "a" + "".join(f"‹0x{b:02X}›" for b in character.encode()[:i])
        assert len(language.predict.next_tokens(text).tokens) == 10
        text = language.predict.append_token(text, shipped.pieces.index(bytes([byte])))
    assert text == "a" + character


def test_an_unfinished_character_reaches_the_model_as_its_bytes(shipped):
    ids = language.predict.encode(shipped.tokenizer, "a‹0xF0›‹0x9F›", shipped.pieces)
    assert b"".join(shipped.pieces[i] for i in ids) == b"a\xf0\x9f"


def test_end_of_text_adds_nothing(shipped):
    assert language.predict.append_token("Fim.", shipped.start) == "Fim."


@pytest.mark.parametrize("token", [-1, 10**9, 1.5, math.nan])
def test_a_token_that_does_not_exist_is_refused(token):
    with pytest.raises(errors.NumberOutOfRange):
        language.predict.append_token("a", token)


def test_only_the_last_tokens_of_a_long_text_count_and_the_others_are_counted(shipped):
    text = "um dois três quatro " * 100
    ids, left_out = language.predict.context(shipped, text)
    kept = b"".join(shipped.pieces[i] for i in ids).decode()
    assert shipped.block_size - SPARE - language.predict.STEP < len(ids) <= shipped.block_size - SPARE
    assert left_out + count_words(kept) == 400 and text.strip().endswith(kept)
    assert language.predict.next_tokens(text).left_out == left_out > 100
    assert language.predict.next_tokens("um dois").left_out == 0


def test_the_window_over_a_long_text_moves_in_steps_so_that_its_cache_lasts(shipped):
    texts = ["um" + " a" * n for n in range(300, 300 + language.predict.STEP)]
    seen = [language.predict.context(shipped, text).ids for text in texts]
    assert len({len(ids) for ids in seen}) == language.predict.STEP  # else it would move with every token


@pytest.mark.parametrize(
    "text",
    [
        "palavra " * 12_500,
        "a" * 100_000,
        " " * 99_999 + "a",
        "🎉" * 100_000,
        "uma palavra, " * 77_000,
        "a" + " " * 1_000_000,
    ],
)
def test_a_hundred_thousand_characters_and_a_million_are_quick(text):
    language.predict.next_tokens("warm")
    begin = time.perf_counter()
    result = language.predict.next_tokens(text)
    assert time.perf_counter() - begin < 5
    assert 0 <= result.left_out <= len(text)


@pytest.mark.parametrize("function", [language.predict.next_tokens, language.predict.score_text])
def test_of_a_long_text_only_one_end_is_cut_into_tokens(monkeypatch, function):
    seen = []
    monkeypatch.setattr(
        language.predict, "encode", lambda t, text, known, marks=False: seen.append(len(text)) or [1, 2, 3]
    )
    with contextlib.suppress(errors.TextTooLong):
        function("palavra " * 125_000)
    assert seen == [language.predict.CHARACTERS]


def test_a_text_too_long_to_score_says_how_long_it_is():
    with pytest.raises(errors.TextTooLong) as error:
        language.predict.score_text("palavra " * 300)
    assert 300 <= error.value.facts["n"] <= 602 and error.value.facts["limit"] == 256
    with pytest.raises(errors.TextTooLong):
        language.predict.score_text("palavra " * 125_000)
