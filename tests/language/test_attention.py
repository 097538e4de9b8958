"""Attention against transformers' own, the twin that tells it against the model that serves, nasty texts."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from generative import errors, language, weights
from generative.language import attention, tokens
from generative.language.attention import LAST, MEAN, START

STORY = "O menino abriu a porta e a menina entrou.\nEla viu o gato. "
TEXTS = [
    "Era",
    "Era uma vez um rei. Ele",
    "Once upon a time, there was",
    "🎉👩‍👩‍👧‍👦 ok",
    "café à noite,\n\ncoração.\r\n x",
    "\n\n\tx  y \r\n z",
    "don’t D'água 1.234,56 %",
    "<|endoftext|>",
    "日本語",
    "‹0xC3›",
    STORY * 40,
]


@pytest.fixture
def shipped() -> language.model.LanguageModel:
    return language.model.load()


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Path:
    """A random GPT-2 of two layers and three heads with our tokenizer, in a folder as the Hub has it."""
    from transformers import GPT2Config, GPT2LMHeadModel

    folder = tmp_path_factory.mktemp("tiny")
    torch.manual_seed(1)
    config = GPT2Config(
        vocab_size=8200,
        n_embd=24,
        n_layer=2,
        n_head=3,
        n_positions=64,
        bos_token_id=0,
        eos_token_id=0,
        initializer_range=0.3,  # large enough that heads differ
    )
    GPT2LMHeadModel(config).save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(weights.WEIGHTS / language.model.DEFAULT / name, folder / name)
    return folder


@pytest.fixture
def on_hub(tiny, monkeypatch):
    """The Hub's owner/tiny, as if it had been fetched."""
    monkeypatch.setattr(language.model.hub, "fetch", lambda name: tiny)
    language.model._from_hub.cache_clear()
    yield "owner/tiny"
    language.model._from_hub.cache_clear()


def authority(folder: Path, ids: list[int]) -> torch.Tensor:
    """(n_layer, n_head, T, T): what transformers itself tells of a model that it loaded as eager."""
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(
        folder, attn_implementation="eager", dtype=torch.float32
    ).eval()
    with torch.inference_mode():
        return torch.stack(model(torch.tensor([ids]), output_attentions=True).attentions)[:, 0]


# Against transformers


@pytest.mark.parametrize("text", [" a b c", "O gato subiu no telhado. A", "the dog and the cat " * 60])
def test_the_last_row_equals_the_attention_of_transformers(shipped, text):
    ids = language.predict.context(shipped, text).ids
    expected = authority(weights.WEIGHTS / language.model.DEFAULT, ids)[:, :, -1].double()
    assert torch.allclose(attention.last_row(attention.eager(shipped.model), ids), expected, atol=1e-6)


def test_the_shares_of_a_words_tokens_are_added_up(shipped):
    text = "O paralelepípedo inconstitucional caiu"
    ids = language.predict.context(shipped, text).ids
    expected = authority(weights.WEIGHTS / language.model.DEFAULT, ids)
    found = attention.looks(text, place=2)
    assert found.words == [START, "O", " paralelepípedo", " inconstitucional", " caiu"]
    pieces = [b"", *(shipped.pieces[i] for i in ids[1:])]
    last = [i for i in range(len(ids)) if b"".join(pieces[: i + 1]).decode() == "O paralelepípedo"][0]
    assert last > 3  # the word has several tokens, so there is something to add
    row = expected[:, :, last].double()
    sums = torch.stack([row[..., 0], row[..., 1], row[..., 2 : last + 1].sum(-1)], -1)
    assert torch.allclose(found.weights, sums, atol=1e-6)


def test_a_model_of_the_hub_goes_the_same_way(on_hub, tiny):
    lm = language.model.load(on_hub)
    ids = language.predict.context(lm, "Era uma vez").ids
    row = attention.last_row(attention.eager(lm.model), ids)
    assert torch.allclose(row, authority(tiny, ids)[:, :, -1].double(), atol=1e-6)
    found = attention.looks("Era uma vez", on_hub)
    assert found.model == on_hub and found.weights.shape == (2, 3, 4)


# The twin


@pytest.mark.parametrize("name", [language.model.DEFAULT, "owner/tiny"])
def test_the_twin_gives_the_same_logits_and_owns_nothing(on_hub, name):
    lm = language.model.load(name)
    before = lm.model.config._attn_implementation
    twin = attention.eager(lm.model)
    idx = torch.tensor([language.predict.context(lm, STORY * 10).ids])
    with torch.inference_mode():
        assert torch.allclose(twin(idx).logits, lm.model(idx).logits, atol=3e-5)
    both = zip(twin.state_dict().values(), lm.model.state_dict().values(), strict=True)
    assert all(mine.data_ptr() == theirs.data_ptr() for mine, theirs in both)
    assert all(a is b for a, b in zip(twin.buffers(), lm.model.buffers(), strict=True))
    assert twin.get_input_embeddings().weight is twin.get_output_embeddings().weight  # tied, and still so
    assert twin.config._attn_implementation == "eager" != before == lm.model.config._attn_implementation


def test_the_model_that_serves_answers_as_before():
    before = language.predict.next_tokens("Era uma vez")
    attention.looks("Era uma vez")
    assert language.predict.next_tokens("Era uma vez") == before


# Properties


@pytest.mark.parametrize("text", TEXTS)
def test_every_head_spends_exactly_one(text):
    found = attention.looks(text)
    assert (found.weights >= 0).all()
    assert torch.allclose(found.weights.sum(-1), torch.ones(4, 4, dtype=torch.float64), atol=1e-5)
    assert sum(found.shares()) == pytest.approx(1, abs=1e-5)
    assert found.place == len(found.words) - 1 == found.weights.shape[-1] - 1


@pytest.mark.parametrize("text", TEXTS)
def test_the_words_joined_are_what_the_model_read(shipped, text):
    found = attention.looks(text)
    ids = language.predict.context(shipped, text).ids
    read = b"".join(shipped.pieces[i] for i in ids if i != shipped.start)
    assert tokens.raw("".join(found.words)) == read
    assert (found.words[0] == START) == (ids[0] == shipped.start) and START not in found.words[1:]


def test_from_a_word_nothing_after_it_is_seen():
    whole = attention.looks("O menino abriu a porta e", place=3)
    alone = attention.looks("O menino abriu", place=LAST)
    assert whole.words[whole.place] == " abriu" and whole.weights.shape[-1] == 4
    assert torch.allclose(whole.weights, alone.weights, atol=1e-6)


def test_the_first_word_sees_only_the_start_and_itself():
    found = attention.looks("O menino", place=1)
    assert found.words[: found.place + 1] == [START, "O"]
    assert attention.looks("O menino", place=0).weights.tolist() == [[[1.0]] * 4] * 4


def test_a_text_that_fills_the_context_has_no_start_and_says_what_is_left_out(shipped):
    found = attention.looks(STORY * 40)
    assert found.left_out > 0 and START not in found.words
    assert 220 <= len(language.predict.context(shipped, STORY * 40).ids) <= shipped.block_size == 256


def test_a_word_in_which_no_token_starts_is_part_of_the_one_before(shipped):
    spelling = {300: b"x", 301: b".\n"}  # a full stop and a line break in one token
    lm = replace(shipped, pieces=[spelling.get(i, piece) for i, piece in enumerate(shipped.pieces)])
    ids = [lm.start, 300, 301, 300]
    assert attention._words(lm, ids) == ([START, "x", ".\n", "x"], [0, 1, 2, 3])


def test_the_mean_counts_every_head_the_same():
    found = attention.looks("O menino abriu a porta")
    heads = [found.shares(layer, head) for layer in range(4) for head in range(4)]
    assert found.shares() == pytest.approx([sum(column) / 16 for column in zip(*heads, strict=True)])


# What cannot be shown


@pytest.mark.parametrize("name", language.model.NGRAMS)
def test_a_model_that_counts_has_no_attention_and_says_so(name):
    with pytest.raises(attention.AttentionMissing, match=name):
        attention.looks("Era", name)
    said = attention.AttentionMissing(name=name)
    assert said.say("pt-BR") != said.say("en")


def test_a_model_that_does_not_tell_its_attention_says_so(monkeypatch):
    monkeypatch.setattr(attention, "eager", lambda model: model)  # the fused one tells nothing
    with pytest.raises(attention.AttentionMissing):
        attention.looks("Era uma vez")


@pytest.mark.parametrize("place", [-2, 3, 1.5])
def test_a_word_that_is_not_there_is_refused(place):
    with pytest.raises(errors.NumberOutOfRange):
        attention.looks("Era uma", place=place)


@pytest.mark.parametrize("head", [(4, 0), (0, 4), (-2, 0), (0, MEAN)])
def test_a_head_that_is_not_there_is_refused(head):
    with pytest.raises(errors.NumberOutOfRange):
        attention.looks("Era uma").shares(*head)


def test_no_text_is_asked_for():
    with pytest.raises(errors.TextEmpty):
        attention.looks(" \n")
