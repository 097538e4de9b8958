"""Temperature, top-k, top-p against closed forms and transformers' own samplers."""

import math

import pytest
import torch

from generative.errors import NumberOutOfRange
from generative.language import sampling
from generative.language.sampling import Options


@pytest.fixture
def logits():
    return torch.randn(1000, generator=torch.Generator().manual_seed(1)) * 3


def test_temperature_one_changes_nothing(logits):
    assert torch.allclose(sampling.distribution(logits), logits.double().softmax(0))


def test_temperature_raises_probabilities_to_the_power_of_its_inverse(logits):
    power = logits.double().softmax(0) ** (1 / 0.7)
    assert torch.allclose(sampling.distribution(logits, Options(0.7)), power / power.sum())


def test_temperature_zero_leaves_the_likeliest_token_alone(logits):
    probs = sampling.distribution(logits, Options(0))
    assert probs[logits.argmax()] == 1 and probs.sum() == 1


@pytest.mark.parametrize("t", [1e-300, 5e-324])
def test_a_tiny_temperature_tends_to_greedy_without_nan(logits, t):
    assert torch.equal(sampling.distribution(logits, Options(t)), sampling.distribution(logits, Options(0)))


@pytest.mark.parametrize("k", [1, 5, 999, 1000])
def test_top_k_agrees_with_transformers(logits, k):
    from transformers import TopKLogitsWarper

    theirs = TopKLogitsWarper(k)(None, logits[None])[0]
    assert torch.equal(sampling.top_k(logits, k), theirs)


def test_top_k_keeps_exactly_k_even_where_logits_are_equal():
    assert sampling.top_k(torch.zeros(10), 3).isfinite().sum() == 3


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9, 0.999])
def test_top_p_agrees_with_transformers(logits, p):
    from transformers import TopPLogitsWarper

    theirs = TopPLogitsWarper(p)(None, logits[None])[0]
    assert torch.equal(sampling.top_p(logits, p), theirs)


def test_top_p_keeps_the_smallest_set_that_reaches_p():
    logits = torch.tensor([0.5, 0.3, 0.15, 0.05]).log()
    assert sampling.top_p(logits, 0.7).isfinite().tolist() == [True, True, False, False]
    assert sampling.top_p(logits, 0.81).isfinite().tolist() == [True, True, True, False]


def test_top_p_zero_still_leaves_one_token(logits):
    assert sampling.top_p(logits, 0).isfinite().sum() == 1


def test_what_is_left_is_a_distribution_in_the_old_proportions(logits):
    probs, kept = logits.double().softmax(0), sampling.distribution(logits, Options(top_k=50, top_p=0.9))
    assert math.isclose(kept.sum(), 1, abs_tol=1e-12)
    ratio = (kept / probs)[kept > 0]
    assert torch.allclose(ratio, ratio[0].expand_as(ratio))


def test_temperature_comes_before_the_cuts(logits):
    hot = sampling.distribution(logits, Options(2, top_p=0.5))
    assert (hot > 0).sum() > (sampling.distribution(logits, Options(top_p=0.5)) > 0).sum()


@pytest.mark.parametrize(
    "wrong",
    [
        {"temperature": -0.1},
        {"temperature": math.nan},
        {"temperature": math.inf},
        {"temperature": 11},
        {"temperature": "1"},
        {"top_k": -1},
        {"top_k": 1001},
        {"top_k": 2.5},
        {"top_k": math.nan},
        {"top_k": None},
        {"top_p": -0.01},
        {"top_p": 1.01},
        {"top_p": math.nan},
        {"top_p": True},
    ],
)
def test_numbers_out_of_range_are_refused_in_both_languages(logits, wrong):
    with pytest.raises(NumberOutOfRange) as error:
        sampling.distribution(logits, Options(**wrong))
    assert "number from" in error.value.say("en") and "deve ser" in error.value.say("pt-BR")


@pytest.mark.parametrize("seed", [-1, 2**32, 10**100, 1.5, math.nan, "1", None])
def test_a_seed_out_of_range_is_refused(seed):
    with pytest.raises(NumberOutOfRange):
        sampling.seeded(seed)


def test_the_same_seed_draws_the_same_token_and_draws_follow_the_probabilities():
    probs = torch.tensor([0.2, 0.5, 0.3], dtype=torch.float64)
    first, second = (
        [sampling.draw(probs, g) for _ in range(3000)] for g in (sampling.seeded(7), sampling.seeded(7))
    )
    assert first == second
    shares = torch.bincount(torch.tensor(first)) / 3000
    assert torch.allclose(shares.double(), probs, atol=0.04)


def test_a_token_without_a_chance_is_never_drawn(monkeypatch):
    monkeypatch.setattr(torch, "rand", lambda *_, **__: torch.zeros(()))  # rarely, and yet
    assert sampling.draw(torch.tensor([0.0, 1.0]), sampling.seeded(1)) == 1


def test_drawing_leaves_the_global_generator_alone():
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    sampling.draw(torch.ones(5).double(), sampling.seeded(1))
    assert torch.equal(torch.rand(1), expected)
