"""The model of drawings, pixel by pixel: a distribution, blind to what comes later, that learns; drawings."""

import itertools
import math

import pytest
import torch
from sklearn.datasets import load_digits

from generative.errors import NumberOutOfRange
from generative.points import drawings, pixels


def some(d: int, hidden: int, seed: int = 1) -> torch.Tensor:
    """Weights that have something to say of every pixel."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(hidden * (2 * d + 1) + d, generator=generator, dtype=torch.double)


@pytest.mark.parametrize(("d", "hidden"), [(4, 6), (4, 3), (9, 16)])
def test_p_of_all_drawings_adds_up_to_one(d, hidden):
    every = torch.tensor(list(itertools.product([0.0, 1.0], repeat=d))).double()
    p = pixels.log_prob(some(d, hidden), every).exp()
    assert p.sum().item() == pytest.approx(1, abs=1e-12)
    assert p.max() > 5 * p.min()  # and it is not the uniform one


def test_a_pixel_hears_all_those_before_it_and_none_after():
    d = drawings.D
    weights, x = some(d, pixels.HIDDEN), torch.randint(0, 2, (1, d)).double()
    changed = x.repeat(d, 1)
    changed[range(d), range(d)] = 1 - changed[range(d), range(d)]  # row j: pixel j alone
    moved = (pixels.logits(weights, changed) - pixels.logits(weights, x)).abs() > 1e-9
    j, i = torch.meshgrid(torch.arange(d), torch.arange(d), indexing="ij")
    assert torch.equal(moved, j < i)


def test_before_it_has_learned_a_drawing_costs_a_bit_a_pixel():
    weights = pixels.begun(drawings.D, pixels.HIDDEN, torch.Generator().manual_seed(1))
    assert pixels.bits(pixels.log_prob(weights, drawings.digits()[:9])) == pytest.approx(64)


def test_the_gradient_is_that_of_finite_differences_and_a_weight_that_would_look_ahead_has_none():
    d, hidden, h = 5, 7, 1e-6
    weights, x = some(d, hidden).requires_grad_(), torch.randint(0, 2, (6, d)).double()
    pixels.loss(weights, x, 20).backward()
    moved = torch.eye(len(weights), dtype=torch.double) * h
    at = weights.detach()
    differences = [(pixels.loss(at + m, x, 20) - pixels.loss(at - m, x, 20)) / (2 * h) for m in moved]
    torch.testing.assert_close(weights.grad, torch.stack(differences), rtol=1e-6, atol=1e-8)
    ahead = pixels.masks(d, hidden)[0].flatten() == 0
    assert weights.grad[: hidden * d][ahead].abs().max() == 0


def test_it_learns_more_of_drawings_it_was_not_shown_than_pixels_alone_tell():
    x = drawings.digits()[torch.randperm(1797, generator=torch.Generator().manual_seed(5))]
    held, train = x[:300], x[300:]
    learned = pixels.bits(pixels.log_prob(pixels.trained(train, 5, 250), held))
    alone = pixels.bits(pixels.log_prob_alone(pixels.alone(train), held))
    assert learned < 30 < 35 < alone < 64


def test_the_prior_counts_the_less_the_more_drawings_there_are():
    weights, x = some(4, 6), torch.ones(2, 4).double()
    likely = -pixels.log_prob(weights, x).mean()
    few, many = (pixels.loss(weights, x, n) - likely for n in (10, 1000))
    assert few.item() == pytest.approx(100 * many.item()) and many > 0


def test_what_is_given_stays_and_the_same_lot_draws_the_same():
    weights, given = some(9, 16), torch.randint(0, 2, (5, 4)).double()
    u = torch.rand(5, 9, generator=torch.Generator().manual_seed(3))
    one = pixels.sample(weights, given, u)
    assert torch.equal(one, pixels.sample(weights, given, u)) and torch.equal(one[:, :4], given)
    other = pixels.sample(weights, given, torch.rand(5, 9, generator=torch.Generator().manual_seed(4)))
    assert not torch.equal(one, other)


def test_samples_come_as_often_as_p_says():
    weights, n = 0.7 * some(3, 4), 20_000
    u = torch.rand(n, 3, generator=torch.Generator().manual_seed(1))
    drawn = pixels.sample(weights, torch.zeros(n, 0), u)
    every = torch.tensor(list(itertools.product([0.0, 1.0], repeat=3))).double()
    p = pixels.log_prob(weights, every).exp()
    share = torch.stack([(drawn == one).all(1).double().mean() for one in every])
    assert (share - p).abs().max() < 4 * math.sqrt(0.25 / n)


def test_pixels_alone_never_say_never():
    p = pixels.alone(torch.tensor([[1.0, 0.0], [1.0, 0.0]]))
    assert p.tolist() == [0.75, 0.25]
    assert pixels.log_prob_alone(p, torch.tensor([[1.0, 1.0]])).item() == pytest.approx(math.log(0.75 * 0.25))


# ---- drawings ----


def test_digits_are_those_of_scikit_learn_in_black_and_white():
    grey = torch.from_numpy(load_digits().images).flatten(1)
    assert torch.equal(drawings.digits(), (grey >= drawings.INK).double())


def test_a_drawing_is_sixteen_letters_from_the_top_left():
    x = torch.zeros(2, 64).double()
    x[0, 0] = x[0, 7] = x[1, 63] = 1
    assert drawings.write(x) == "81" + "0" * 14 + "0" * 15 + "1"
    assert torch.equal(drawings.read(drawings.write(drawings.digits()[:60])), drawings.digits()[:60])
    assert drawings.read("").shape == (0, 64)


@pytest.mark.parametrize("text", ["0", "g" + "0" * 15, "A" * 16, "0" * 16 * (drawings.MOST + 1), "٣" * 16])
def test_what_is_no_drawing_is_said(text):
    with pytest.raises(drawings.DrawingsUnreadable):
        drawings.read(text)


def test_six_different_drawings_are_enough_and_the_same_one_six_times_is_not():
    text = drawings.write(drawings.digits()[:6])
    drawings.enough(text)
    for few in ("", text[:80], text[:16] * 6):
        with pytest.raises(drawings.DrawingsTooFew, match="at least 6"):
            drawings.enough(few)
    with pytest.raises(drawings.DrawingsUnreadable):
        drawings.one(text)
    with pytest.raises(NumberOutOfRange):
        pixels.trained(drawings.read(text), -1, 1)
