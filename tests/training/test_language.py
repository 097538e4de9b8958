"""The recipe of the language models on made-up text: held out, packed, scored, learned, resumed."""
import math
import random

import numpy as np
import pytest
import torch

from generative.training import checkpoint, mix
from generative.training import language as recipe
from generative.training import tokenizer as bpe
from generative.training.data import Documents

torch.set_num_threads(1)
CONFIG = recipe.LanguageConfig(width=16, heads=2, hidden=32, layers=1, block_size=32)


def made_up(name, n, words, seed=0):
    rng = random.Random(seed)
    return Documents(name, [" ".join(rng.choices(words.split(), k=30)) for _ in range(n)])


@pytest.fixture(scope="module")
def texts():
    return [made_up("en_fairytales", 100, "the dog and a cat ran to the old house, 1 2 3!"),
            made_up("pt_machado", 100, "o cão e a gata não foram à casa de João; ação, pé")]


@pytest.fixture(scope="module")
def tokenizer(texts):
    return bpe.train(texts, 20_000, seed=1)


@pytest.fixture
def sets(texts, tokenizer):
    return mix.pack(texts, tokenizer, 0)


def test_end_of_text_is_token_zero_and_every_byte_is_a_token(tokenizer):
    assert tokenizer.token_to_id(bpe.END_OF_TEXT) == 0
    assert tokenizer.get_vocab_size() >= 257


@pytest.mark.parametrize("text", ["não, João!", "a\0b", "🎉 e\u0301", "\n\n x  ", "12,5 % d'água don't"])
def test_the_tokenizer_gives_every_text_back(tokenizer, text):
    assert tokenizer.decode(tokenizer.encode(text).ids, skip_special_tokens=False) == text


def test_digits_punctuation_and_words_are_never_in_one_token(tokenizer):
    pieces = [p for p, _ in tokenizer.pre_tokenizer.pre_tokenize_str("casa 1998, don't (fim)...")]
    assert pieces == ["casa", "Ġ1", "9", "9", "8", ",", "Ġdon", "'t", "Ġ(", "fim", ")..."]


def test_both_languages_teach_the_tokenizer_equally_many_bytes(texts):
    for language in mix.LANGUAGES:
        size = sum(len(d.encode()) for d in bpe.sample(texts, language, 5000, seed=1))
        assert 5000 <= size < 5300


def test_every_document_begins_with_end_of_text(sets):
    for s in sets:
        assert (s.ids[s.starts[:-1]] == 0).all() and (s.ids == 0).sum() == len(s.starts) - 1


def test_a_pass_holds_each_set_at_its_weight(sets, texts):
    tokens = mix.one_pass(sets, seed=1)
    expected = sum(mix.weight_of(s.name) * len(s.documents) for s in texts)
    assert mix.weight_of("en_fairytales") == 3 and (tokens == 0).sum() == pytest.approx(expected, rel=0.05)


def test_a_resumed_run_reads_on_where_it_stopped(sets):
    rows = mix.batches(sets, 4, 32, seed=1)
    whole = [next(rows) for _ in range(300)]
    assert whole[-1].epoch > 0
    for stop in (10, 250):
        rest = mix.batches(sets, 4, 32, 1, whole[stop].epoch, whole[stop].at)
        assert np.array_equal(next(rest).rows, whole[stop + 1].rows)


def test_held_out_documents_that_begin_like_training_ones_are_left_out(texts):
    known = texts[0].documents[0]
    val = [Documents("en_fairytales", [known, "A new tale. " * 10]),
           Documents("pt_machado", ["Um conto novo."])]
    sample = mix.held_out_sample(texts, val)
    assert sample == {"en": ["A new tale. " * 10], "pt": ["Um conto novo."]}


@pytest.mark.parametrize("n", [2, 5, 8, 9, 12, 13, 40, 41])
def test_windows_score_each_token_once_after_half_a_block(n):
    ids, scored = list(range(100, 100 + n)), []
    for x, y in recipe.windows(ids, 8):
        assert len(x) == len(y) == 8
        for i, target in enumerate(y):
            if target != -100:
                assert x[:i + 1] == ids[target - 100 - i - 1:target - 100]
                assert i + 1 >= min(4, target - 100)
                scored.append(target)
    assert scored == ids[1:]


def test_bits_per_byte_equal_the_loss_of_transformers(texts, tokenizer):
    model = recipe.new_model(CONFIG, tokenizer.get_vocab_size(), 0).eval()
    document = "the dog ran"
    ids = torch.tensor([[0, *tokenizer.encode(document).ids]])
    loss = model(ids, labels=ids).loss.item() * (ids.shape[1] - 1)
    bits = recipe.bits_per_byte(model, tokenizer, [document])
    assert math.isclose(bits, loss / math.log(2) / len(document), rel_tol=1e-5)


def test_the_rate_warms_up_stays_and_falls_to_zero():
    r = recipe.LanguageRecipe(lr=1.0, decay=0.2)
    assert recipe.rate(r, 128, 0, 100, 0.0) == 0.01
    assert recipe.rate(r, 128, 500, 100, 0.5) == recipe.rate(r, 128, 500, 100, 0.79) == 1
    assert recipe.rate(r, 128, 500, 100, 0.9) == pytest.approx(0.5)
    assert recipe.rate(r, 128, 500, 100, 1.0) == 0
    assert recipe.rate(r, 512, 500, 100, 0.5) == 0.5


def steps(model, optimizer, sets, progress, n):
    r = recipe.LanguageRecipe(batch=4, lr=0.01, warmup=5, bf16=False)
    rows = mix.batches(sets, r.batch, 32, 1, progress["epoch"], progress["at"])
    train = recipe.train(model, optimizer, r, progress, rows, lambda: 0.0)
    return [next(train) for _ in range(n)]


FRESH = {"step": 0, "tokens": 0, "epoch": 0, "at": 0, "adam_from": 0, "warmup": 5}


def test_training_learns_and_a_resumed_run_equals_an_unbroken_one(tmp_path, sets, tokenizer):
    def fresh():
        torch.manual_seed(1)
        model = recipe.new_model(CONFIG, tokenizer.get_vocab_size(), 0)
        return model, recipe.new_optimizer(model, recipe.LanguageRecipe())

    model, optimizer = fresh()
    unbroken = steps(model, optimizer, sets, FRESH, 60)
    assert unbroken[-1].loss < unbroken[0].loss - 1
    assert unbroken[-1].tokens == 60 * 4 * 32

    model, optimizer = fresh()
    first = steps(model, optimizer, sets, FRESH, 30)
    checkpoint.save(tmp_path, {"model": model}, {"adamw": optimizer}, FRESH | first[-1]._asdict())
    model, optimizer = fresh()
    progress = checkpoint.load(tmp_path, {"model": model}, {"adamw": optimizer})
    second = steps(model, optimizer, sets, progress, 30)
    assert [s.loss for s in first + second] == pytest.approx([s.loss for s in unbroken], rel=1e-5)
    assert second[-1].step == 60
