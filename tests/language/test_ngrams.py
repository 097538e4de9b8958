"""The n-gram models against the formula worked out by hand, their files, and what counting text gives."""

import itertools
import json
import math
import shutil
import sys

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from generative import errors, language, weights
from generative.language import ngrams
from generative.language.sampling import Options
from generative.training import language_card, language_measure
from generative.training import ngrams as counting
from generative.training.language import TOKENIZER

torch.set_num_threads(1)
V, END = 9, 0
TEXT = np.array([0, 1, 2, 3, 1, 2, 4, 0, 1, 2, 3, 5, 0, 2, 3, 1, 2, 3, 6, 6, 6, 0, 4, 1, 2, 3, 1, 5, 5, 8])


@pytest.fixture(
    scope="module", params=[(2, 1), (3, 1), (2, 2), (3, 2)], ids=["bi", "tri", "bi cut", "tri cut"]
)
def toy(request):
    """(a model counted from TEXT, its order, how often an n-gram must be seen to be kept)."""
    order, least = request.param
    return counting.count(TEXT, order, least, V, END), order, least


@pytest.fixture(scope="module", params=language.model.NGRAMS)
def shipped(request):
    return language.model.load(request.param)


def seen(n):
    """How often each n-gram comes in TEXT; none reaches past the end-of-text token inside it."""
    found = {}
    for i in range(len(TEXT) - n + 1):
        gram = tuple(TEXT[i : i + n].tolist())
        if END not in gram[1:-1]:
            found[gram] = found.get(gram, 0) + 1
    return found


def by_hand(history, token, discounts, least):
    """p(token | history) as the formula has it, straight from the list of tokens."""
    D, counts = discounts[len(history)], seen(len(history) + 1)
    if not history:
        given_up = sum(min(c, D) for c in counts.values())
        return (max(counts.get((token,), 0) - D, 0) + given_up / V) / len(TEXT)
    lower = by_hand(history[1:], token, discounts, least)
    total = seen(len(history)).get(history, 0)
    kept = {g[-1]: c for g, c in counts.items() if g[:-1] == history and c >= least}
    if not kept or (len(history) > 1 and total < least):
        return lower
    own = max(kept.get(token, 0) - D, 0) / total
    return own + (1 - sum(c - D for c in kept.values()) / total) * lower


# The formula


def test_p_is_the_formula_worked_out_by_hand(toy):
    model, order, least = toy
    for history in itertools.product(range(V), repeat=order - 1):
        probs = model(torch.tensor([history])).logits[0, -1].exp()
        for token in range(V):
            expected = by_hand(history, token, model.config.discounts, least)
            assert float(probs[token]) == pytest.approx(expected, abs=1e-12), (history, token)


def test_before_the_first_token_of_a_text_nothing_is_assumed(toy):
    model, _, least = toy
    for first, token in itertools.product(range(V), repeat=2):
        p = float(model(torch.tensor([[first]])).logits[0, -1, token].exp())
        assert p == pytest.approx(by_hand((first,), token, model.config.discounts, least), abs=1e-12)


def test_the_discount_comes_from_what_was_seen_once_and_twice():
    for n, D in enumerate(counting.count(TEXT, 3, 1, V, END).config.discounts, start=1):
        ones, twos = (list(seen(n).values()).count(k) for k in (1, 2))
        assert math.isclose(D, ones / (ones + 2 * twos))
    assert counting.discount(np.array([2, 2, 4])) == 0.5  # all of it read twice


def test_only_the_last_tokens_count_and_a_new_document_forgets_the_old(toy):
    model, order, _ = toy
    last = [1, 2, 3][-(order - 1) :]
    far = model(torch.tensor([[7, 8, 5, *last]])).logits[0, -1]
    assert torch.equal(far, model(torch.tensor([last])).logits[0, -1])
    begun = model(torch.tensor([[END]])).logits[0, -1]
    for before in range(V):
        assert torch.equal(model(torch.tensor([[before, END]])).logits[0, -1], begun)


def test_every_row_sums_to_one_and_nothing_is_impossible(toy):
    idx = torch.randint(V, (40, 25), generator=torch.Generator().manual_seed(1))
    probs = toy[0](idx).logits.exp()
    assert (probs.sum(-1) - 1).abs().max() < 1e-9 and probs.min() > 0


def test_the_rows_of_the_shipped_counts_sum_to_one_for_seen_and_unseen_contexts(shipped):
    idx = torch.randint(8192, (4, 50), generator=torch.Generator().manual_seed(1))  # nearly all unseen
    ids = language.predict.context(shipped, "Era uma vez um rei que tinha três filhas. Once upon a time.").ids
    for rows in (idx, torch.tensor([ids])):
        probs = shipped.model(rows).logits.exp()
        assert (probs.sum(-1) - 1).abs().max() < 1e-9 and probs.min() > 0


# As a causal model


def test_a_batch_gives_the_logits_of_its_rows_one_by_one(toy):
    model, order, _ = toy
    idx = torch.randint(V, (6, 12), generator=torch.Generator().manual_seed(2))
    logits = model(idx).logits
    assert logits.shape == (6, 12, V)
    for row, expected in zip(idx, logits, strict=True):
        for t in range(12):
            assert torch.equal(model(row[None, : t + 1]).logits[0, -1], expected[t])
    assert torch.equal(model(idx, logits_to_keep=2).logits, logits[:, -2:])


def test_language_scores_and_writes_with_it(shipped):
    score = language.predict.score_text("Era uma vez um rei.", shipped.name)
    assert 0.5 < score.bits_per_byte < 3
    text = "Era uma vez"
    for token in language.predict.generate(text, shipped.name, n=5, options=Options(0)):
        best = language.predict.next_tokens(text, shipped.name).tokens[0]
        assert (best.text, best.token) == (token.text, token.token)
        text += token.text


def test_the_trigram_reads_one_token_more_than_the_bigram():
    def after(text, name):
        return language.predict.next_tokens(text, name).tokens

    assert after("Once upon a", "language_bigram") == after("She was a", "language_bigram")
    assert after("Once upon a", "language_trigram") != after("She was a", "language_trigram")
    assert after("Once upon a", "language_trigram")[0].text == " time"


# Files


def test_both_fit_in_five_megabytes():
    files = [f for name in language.model.NGRAMS for f in (weights.WEIGHTS / name).iterdir()]
    assert sum(f.stat().st_size for f in files) < 5_000_000


def test_counts_survive_the_disk(toy, tmp_path):
    model = toy[0]
    ngrams.save(model, tmp_path)
    again = ngrams.load(tmp_path)
    assert again.config == model.config
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, again.get_buffer(name)) and again.get_buffer(name).dtype == torch.int64
    idx = torch.arange(V)[None]
    assert torch.equal(again(idx).logits, model(idx).logits)


def test_large_counts_take_a_larger_integer_on_disk(tmp_path):
    tokens = np.array([0, *[1] * 70_000, 2, 1], np.uint16)
    model = counting.count(tokens, 2, 1, V, END)
    ngrams.save(model, tmp_path)
    assert int(ngrams.load(tmp_path).counts_1[1]) == 70_001


@pytest.fixture
def stored(tmp_path):
    """The toy trigram on disk, where a test may spoil it."""
    ngrams.save(counting.count(TEXT, 3, 1, V, END), tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["config.json", ngrams.FILE])
def test_a_missing_file_is_named(stored, name):
    (stored / name).unlink()
    with pytest.raises(errors.WeightsMissing, match=name):
        ngrams.load(stored)


@pytest.mark.parametrize("name", ["config.json", ngrams.FILE])
@pytest.mark.parametrize("keep", [0, 0.5])
def test_a_file_cut_in_half_or_emptied_is_named(stored, name, keep):
    data = (stored / name).read_bytes()
    (stored / name).write_bytes(data[: int(len(data) * keep)])
    with pytest.raises(errors.WeightsDamaged, match=name):
        ngrams.load(stored)


@pytest.mark.parametrize("spoil", ["sizes_2", "tokens_3", "counts_1", "counts_2"])
def test_counts_that_do_not_fit_together_are_refused(stored, spoil):
    state = load_file(stored / ngrams.FILE)
    state[spoil] = torch.zeros_like(state[spoil])
    save_file(state, stored / ngrams.FILE)
    with pytest.raises(errors.WeightsDamaged, match=ngrams.FILE):
        ngrams.load(stored)


# Measurements


def test_published_bits_fall_from_size_to_size():
    bits = [
        language_card.read_training(weights.WEIGHTS / name)["bits_per_byte"]
        for name in ("language_bigram", "language_trigram", "language_small")
    ]
    for k in ("en", "pt"):
        assert bits[0][k] > bits[1][k] > bits[2][k]


def test_bits_per_byte_of_the_recipe_is_the_score_of_the_app(shipped):
    text = "O rei abriu a porta e viu o mar. The king went home."
    tokenizer = shipped.tokenizer.backend_tokenizer
    bits = language_measure.bits_per_byte(shipped.model, tokenizer, [text])
    assert math.isclose(bits, language.predict.score_text(text, shipped.name).bits_per_byte, rel_tol=1e-6)


def test_published_parameters_are_the_counts_in_the_file(shipped):
    state = load_file(weights.WEIGHTS / shipped.name / ngrams.FILE)
    n = sum(len(tensor) for name, tensor in state.items() if name.startswith("counts"))
    facts = language_card.read_training(weights.WEIGHTS / shipped.name)
    assert facts["parameters"] == n == shipped.model.config.parameters
    least = min(int(t.int().min()) for name, t in state.items() if name in ("counts_2", "counts_3"))
    assert least == facts["least"]


def test_the_recipe_counts_measures_and_writes_what_the_app_loads(tmp_path, monkeypatch):
    (tmp_path / "text").mkdir()
    texts = {"en_fairytales": "the king number {} went home", "pt_machado": "o rei {} foi à casa"}
    for name, said in texts.items():
        documents = [said.format(i) for i in range(300)]
        (tmp_path / "text" / f"{name}.txt").write_text("\n\n".join(documents))
    small = tmp_path / "weights" / TOKENIZER
    small.mkdir(parents=True)
    shutil.copyfile(weights.WEIGHTS / TOKENIZER / "tokenizer.json", small / "tokenizer.json")
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path / "weights")
    flags = ["--text", str(tmp_path / "text"), "--order", "3", "--least", "2"]
    monkeypatch.setattr(sys, "argv", ["ngrams", *flags])
    counting.main()
    folder = tmp_path / "weights" / "language_trigram"
    facts, model = language_card.read_training(folder), ngrams.load(folder)
    assert facts["parameters"] == model.config.parameters < facts["with_every_ngram"]["parameters"]
    assert 0 < facts["bits_per_byte"]["en"] < 2 and facts["sets"] == list(texts)
    card = (folder / "README.md").read_text()
    assert "--order 3 --least 2 --seed 1" in card and "loses any thread" in card
    assert str(tmp_path) not in card + json.dumps(facts)
