"""Fine-tuning: it learns the page, leaves the shipped model alone, and tells the same story each time."""

import math

import pytest
import torch

from generative import language
from generative.errors import ModelGone, NumberOutOfRange
from generative.language import visiting
from generative.learning import finetune, pages
from generative.learning.finetune import Recipe

BASE = "language_small"
IDX = torch.arange(30)[None]


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """A few steps, a few words."""
    monkeypatch.setitem(finetune.STEPS, BASE, 5)
    monkeypatch.setattr(finetune, "WRITE_EVERY", 3)
    monkeypatch.setattr(finetune, "WRITTEN", 3)
    monkeypatch.setattr(finetune, "untouched", lambda: ["O gato dorme no sofá."])


@pytest.fixture(scope="module")
def page() -> pages.Page:
    whole = pages.preset("receita")
    return whole._replace(text=whole.text[:600], same=whole.same[:200])


def run(page: pages.Page, waiting: int = 0, **recipe) -> list:
    return list(finetune.train(page, Recipe(**recipe), lambda: waiting))


def only(records: list, kind: str) -> list:
    return [one for one in records if one.kind == kind]


def fingerprint() -> tuple:
    """Of the shared model: its numbers, what it says, whether it would learn."""
    network = language.model.load(BASE).model
    state = [hash(p.detach().numpy().tobytes()) for p in network.parameters()]
    with torch.inference_mode():
        logits = network(IDX).logits
    return state, hash(logits.numpy().tobytes()), [p.requires_grad for p in network.parameters()]


@pytest.mark.parametrize("how", finetune.HOWS)
def test_the_shipped_model_stays_as_it_is_and_the_copy_learns_the_page(how, page):
    before = fingerprint()
    found = run(page, how=how)
    assert fingerprint() == before and not any(before[2])
    was, now = only(found, "bits")
    assert (was.side, now.side) == ("before", "after") and now.page < was.page - 0.02
    assert len(only(found, "loss")) == 5 and found[-1].step == 5 and not found[-1].hurried
    learnt = language.model.load(found[-1].name)
    assert not torch.equal(learnt.model(IDX).logits, language.model.load(BASE).model(IDX).logits)
    assert not any(p.requires_grad or p.grad is not None for p in learnt.model.parameters())
    visiting.models().forget(found[-1].name)


def test_with_rank_0_nothing_changes(page):
    found = run(page, how="lora", rank=0)
    was, now = only(found, "bits")
    assert was[2:] == now[2:] and found[0].learning == 0
    lm = language.model.load(found[-1].name)
    assert torch.equal(lm.model(IDX).logits, language.model.load(BASE).model(IDX).logits)


def test_the_same_page_and_recipe_tell_the_same_records(page):
    first, second = run(page, keep=False), run(page, keep=False)
    assert [one.bits for one in only(first, "loss")] == [one.bits for one in only(second, "loss")]
    for kind in ("begun", "bits", "wrote", "done"):
        assert only(first, kind) == only(second, kind)


def test_another_visitors_training_changes_nothing_of_ones_own(page):
    alone = run(page, keep=False)
    one = finetune.train(page, Recipe(keep=False), lambda: 0)
    other = finetune.train(pages.preset("football"), Recipe(keep=False), lambda: 0)
    mixed = [next(one) for _ in range(len(alone)) if next(other, True)]
    assert [r.bits for r in only(mixed, "loss")] == [r.bits for r in only(alone, "loss")]


@pytest.mark.parametrize("how", ["last", "lora"])
def test_what_does_not_learn_is_shared_memory(how):
    lm = language.model.load(BASE)
    made = finetune.copy_of(lm, how, 4, torch.Generator().manual_seed(1))
    shared = {p.data_ptr() for p in lm.model.parameters()}
    own = [p for p in made.lm.model.parameters() if p.data_ptr() not in shared]
    assert {id(p) for p in own} == {id(p) for p in made.learning}
    assert made.nbytes == sum(p.nbytes for p in own) < 0.15 * sum(p.nbytes for p in lm.model.parameters())


def test_the_whole_copy_shares_nothing_and_ties_its_matrix_of_tokens():
    lm = language.model.load(BASE)
    made = finetune.copy_of(lm, "full", 0, torch.Generator())
    assert {p.data_ptr() for p in made.learning}.isdisjoint(p.data_ptr() for p in lm.model.parameters())
    assert made.lm.model.lm_head.weight is made.lm.model.model.embed_tokens.weight
    assert finetune.learning_of(BASE, "full", 0) == (made.lm.model.num_parameters(),) * 2


def test_bits_per_byte_are_those_of_the_scored_text():
    text = "O menino abriu a porta e viu o rei."
    *_, bits = finetune.bits(language.model.load(BASE), text)
    assert bits == pytest.approx(language.predict.score_text(text, BASE).bits_per_byte, rel=1e-5)


def test_a_long_text_is_measured_window_by_window_and_no_byte_is_lost(page):
    lm = language.model.load(BASE)
    ids = finetune.ids_of(lm, page.text)
    found = list(finetune.bits(lm, page.text))
    assert found.count(None) == math.ceil((len(ids) - 1) / finetune.WINDOW) > 2
    assert finetune._size(lm, ids) == len(page.text.encode())


def test_the_loss_of_a_step_is_bits_per_byte_of_its_row(page):
    lm = language.model.load(BASE)
    (first, *_) = only(run(page, keep=False), "loss")
    generator = torch.Generator().manual_seed(finetune.SEED)
    row = next(finetune.rows(lm, page.text, finetune.ROW[BASE], generator))
    bits = finetune._nats(lm, row) / math.log(2)
    assert first.bits == pytest.approx(bits / finetune._size(lm, row), rel=1e-4)


@pytest.mark.parametrize(
    ("waiting", "seconds"), [(0, 40.0), (2, 40.0), (3, 15.0), (4, 15.0), (6, 10.0), (60, 5.0)]
)
def test_a_run_is_shorter_while_many_wait(waiting, seconds):
    assert finetune.budget(finetune.SECONDS, waiting) == seconds
    assert finetune.budget(3.0, waiting) == 3.0 or waiting > finetune.MANY


def test_a_run_that_is_cut_short_says_so_and_measures_all_the_same(page, monkeypatch):
    monkeypatch.setattr(finetune, "budget", lambda seconds, waiting: 0.0 if waiting else seconds)
    crowd = iter([0, 0, 3])
    found = list(finetune.train(page, Recipe(keep=False), lambda: next(crowd)))
    assert found[-1] == ("done", 2, True, "") and len(only(found, "bits")) == 2


@pytest.mark.parametrize("how", finetune.HOWS)
def test_a_rate_of_a_billion_diverges_in_one_sentence(how, page):
    before = fingerprint()
    with pytest.raises(finetune.Diverged):
        run(page, how=how, rank=4, rate=1e9)
    assert fingerprint() == before


@pytest.mark.parametrize(
    "recipe",
    [
        {"rank": 33},
        {"rank": -1},
        {"rank": 2.5},
        {"seconds": 0},
        {"seconds": 1e9},
        {"seconds": float("nan")},
        {"rate": -1.0},
        {"rate": float("inf")},
    ],
)
def test_numbers_that_cannot_be_are_refused(recipe):
    with pytest.raises(NumberOutOfRange):
        Recipe(**recipe)


def test_names_that_are_not_offered_are_refused():
    with pytest.raises(finetune.BaseUnknown):
        Recipe("language_xl")
    with pytest.raises(finetune.HowUnknown):
        Recipe(how="magic")


def test_a_model_that_is_not_kept_has_no_name(page):
    assert run(page, keep=False)[-1].name == ""
    with pytest.raises(ModelGone):
        language.model.load(visiting.new_name())


@pytest.mark.parametrize("text", ["春眠不覺曉處處聞啼鳥" * 30, "🙂🌿" * 150])
def test_other_scripts_and_emoji_are_learnt_too(text):
    was, now = only(run(pages.own(text), keep=False), "bits")
    assert now.page < was.page
