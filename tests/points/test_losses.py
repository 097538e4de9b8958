"""Five losses against the formulas of their papers, on scores made by hand."""

import math

import pytest
import torch

from generative.points import losses

REAL, FAKE = torch.tensor([2.0, -0.5, 0.3]).double(), torch.tensor([-1.0, 0.7, 1.5]).double()


def test_minimax_is_the_value_of_the_game_and_the_other_looks_at_log_d():
    D, D_fake = torch.sigmoid(REAL), torch.sigmoid(FAKE)
    value = D.log().mean() + (1 - D_fake).log().mean()  # equation 1 of 2014
    for name in ("minimax", "nonsaturating"):
        torch.testing.assert_close(losses.discriminator(name, REAL, FAKE), -value)
    torch.testing.assert_close(losses.generator("minimax", FAKE), (1 - D_fake).log().mean())
    torch.testing.assert_close(losses.generator("nonsaturating", FAKE), -D_fake.log().mean())


def test_least_squares_and_the_critics_are_as_their_papers_have_them():
    wanted = ((2 - 1) ** 2 + 1.5**2 + 0.7**2) / 6 + (1 + 0.49 + 2.25) / 6  # equation 9 of LSGAN
    assert losses.discriminator("lsgan", REAL, FAKE).item() == pytest.approx(wanted)
    assert losses.generator("lsgan", FAKE).item() == pytest.approx((4 + 0.09 + 0.25) / 6)
    for name in ("wgan", "wgan_gp"):
        assert losses.discriminator(name, REAL, FAKE).item() == pytest.approx(0.4 - 0.6)
        assert losses.generator(name, FAKE).item() == pytest.approx(-0.4)


def test_where_d_is_sure_minimax_teaches_g_nothing_and_the_other_does():
    slopes = {}
    for name in ("minimax", "nonsaturating"):
        score = torch.tensor([-10.0]).double().requires_grad_()
        (slopes[name],) = torch.autograd.grad(losses.generator(name, score), score)
    assert abs(slopes["minimax"].item()) < 1e-4 and slopes["nonsaturating"].item() == pytest.approx(
        -1, abs=1e-4
    )


def test_a_score_far_off_is_a_finite_loss():
    far = torch.tensor([-1e4, 1e4]).double()
    for name in losses.LOSSES:
        assert losses.discriminator(name, far, far).isfinite() and losses.generator(name, far).isfinite()


def test_the_penalty_is_that_of_a_known_slope():
    x = torch.randn(5, 2, generator=torch.Generator().manual_seed(1)).double()
    slope = torch.tensor([3.0, 4.0]).double()  # |slope| = 5 everywhere
    assert losses.penalty(lambda x: x @ slope, x).item() == pytest.approx(losses.PENALTY * 16)
    assert losses.penalty(lambda x: x @ (slope / 5), x).item() == pytest.approx(0, abs=1e-12)


def test_an_unknown_loss_is_refused_in_a_sentence():
    with pytest.raises(losses.LossUnknown, match="no loss called “hinge”. Choose one of: minimax"):
        losses.generator("hinge", FAKE)
    with pytest.raises(losses.LossUnknown, match="Choose one of: minimax."):
        losses.known("lsgan", ("minimax",))


def test_against_the_best_d_the_game_is_worth_two_jsd_minus_log_four():
    x = torch.linspace(-8, 9, 401, dtype=torch.float64)
    p, q = (torch.exp(-((x - m) ** 2) / 2) / math.sqrt(2 * math.pi) for m in (0.0, 1.5))
    score, far = (p / q).log(), torch.tensor([-1e4, 1e4]).double()  # of D* = p / (p + q); of a D that is sure
    log_d = torch.stack([-losses.discriminator("minimax", s[None], far[:1]) for s in score])
    log_not = torch.stack([-losses.discriminator("minimax", far[1:], s[None]) for s in score])
    value = torch.trapezoid(p * log_d + q * log_not, x)
    middle = (p + q) / 2
    jsd = torch.trapezoid(p * (p / middle).log() + q * (q / middle).log(), x) / 2
    assert value.item() == pytest.approx(2 * jsd.item() - math.log(4), abs=1e-6)
