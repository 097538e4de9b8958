"""Walks along a flow whose end is known: photos that are N(mu, s^2), whose velocity has a closed form."""

import math

import pytest
import torch
from torch import Tensor

from generative.device import noise
from generative.diffusion import sampler

MU, S = 0.3, 0.4  # of every pixel


def oracle(x: Tensor, t: float) -> Tensor:
    """E[noise - x0 | x_t] where x0 ~ N(MU, S^2): x_t is normal, too, with mean (1 - t) MU."""
    variance = ((1 - t) * S) ** 2 + t**2
    return -MU + (t - (1 - t) * S**2) / variance * (x - (1 - t) * MU)


def start() -> Tensor:
    return noise(0, 2, 3, 4, 4)


def error(solver: str, steps: int, bend: float = 1.0) -> float:
    """How far from MU + S z, where the flow leads z, a walk of so many steps ends."""
    found = sampler.end(sampler.walk(oracle, start(), sampler.times(steps, bend), solver))
    return (found - (MU + S * start())).abs().max().item()


@pytest.mark.parametrize(
    ("solver", "order"), [("euler", 1), ("heun", 2), ("adams", 2), ("deis", 2)], ids=sampler.SOLVERS
)
@pytest.mark.parametrize("bend", [1.0, 1.5])
def test_a_walk_ends_at_the_data_with_the_order_of_its_method(solver: str, order: int, bend: float):
    steps = (20, 40, 80, 160)
    errors = [error(solver, n, bend) for n in steps]
    slope = math.log(errors[0] / errors[-1]) / math.log(steps[-1] / steps[0])
    assert errors[-1] < 0.02
    assert abs(slope - order) < 0.2, errors


def test_every_method_is_named():
    assert sampler.SOLVERS == ("euler", "heun", "adams", "deis")
    with pytest.raises(ValueError, match="rk4"):
        next(sampler.walk(oracle, start(), [1.0, 0.0], "rk4"))


@pytest.mark.parametrize(
    ("solver", "calls"), [("euler", 5), ("heun", 9), ("adams", 5), ("deis", 5)], ids=sampler.SOLVERS
)
def test_a_method_asks_the_network_as_often_as_it_says(solver: str, calls: int):
    asked = []

    def counted(x: Tensor, t: float) -> Tensor:
        asked.append(t)
        return oracle(x, t)

    moments = list(sampler.walk(counted, start(), sampler.times(5), solver))
    assert len(asked) == calls == sampler.calls(solver, 5)
    assert [m.t for m in moments] == pytest.approx([0.8, 0.6, 0.4, 0.2, 0.0])
    assert min(asked) > 0.1  # at a face itself nobody looks


@pytest.mark.parametrize("solver", sampler.SOLVERS)
def test_one_step_goes_straight_to_the_face_expected(solver: str):
    (moment,) = sampler.walk(oracle, start(), [1.0, 0.0], solver)
    expected = start() - oracle(start(), 1.0)
    torch.testing.assert_close(moment.x0, expected)
    torch.testing.assert_close(moment.x, expected)


def test_the_expected_face_is_where_the_velocity_leads_straight_on():
    """Of N(MU, S^2) it is known: the mean of x0 given x_t."""
    x = start()
    for moment in sampler.walk(oracle, x, sampler.times(4)):
        t = round(moment.t + 0.25, 2)  # where the velocity was seen
        share = (1 - t) * S**2 / (((1 - t) * S) ** 2 + t**2)
        torch.testing.assert_close(moment.x0, MU + share * (x - (1 - t) * MU))
        x = moment.x


def test_deis_is_exact_where_the_expected_face_moves_on_a_line():
    """A field made so that x0 = a + b t all along: two steps already end where the flow does."""
    a, b = torch.full((1, 3, 2, 2), 0.2), torch.full((1, 3, 2, 2), -0.5)
    x1 = noise(1, 1, 3, 2, 2)

    def field(x: Tensor, t: float) -> Tensor:
        return (x - (a + b * t)) / t

    t, u = 0.8, 0.5

    def true(s: float) -> Tensor:  # dx/ds = (x - a - b s) / s from x1 at the time 1
        return a + (x1 - a) * s - b * s * math.log(s)

    first, second = sampler.walk(field, true(t), [t, u, 0.1], "deis")
    after = sampler.walk(field, true(t), [t, u, 0.1], "euler")
    # The first step knows no line yet; the second one does, from wherever the first one ended.
    torch.testing.assert_close(first.x, next(after).x)
    exact = a + (first.x - a) * (0.1 / u) - b * 0.1 * math.log(0.1 / u)
    torch.testing.assert_close(second.x, exact)


@pytest.mark.parametrize("solver", sampler.SOLVERS)
def test_there_and_back_again_ends_where_it_began(solver: str):
    """Photo to noise and noise to photo: the same times backwards."""
    at = sampler.times(200 if solver == "euler" else 60)
    face = MU + S * start()
    into_noise = sampler.end(sampler.walk(oracle, face, at[::-1], solver))
    torch.testing.assert_close(into_noise, start(), atol=0.03, rtol=0)
    back = sampler.end(sampler.walk(oracle, into_noise, at, solver))
    torch.testing.assert_close(back, face, atol=0.03, rtol=0)


@pytest.mark.parametrize("bend", [0.5, 1.0, 2.0])
def test_times_fall_from_noise_to_a_face(bend: float):
    at = sampler.times(7, bend)
    assert at[0] == 1 and at[-1] == 0 and len(at) == 8
    assert all(a > b for a, b in zip(at, at[1:], strict=False))
    assert at[1] == pytest.approx((6 / 7) ** bend)


def test_mixed_is_a_face_at_0_and_noise_at_1():
    face, z = torch.ones(1, 3, 2, 2), noise(2, 1, 3, 2, 2)
    torch.testing.assert_close(sampler.mixed(face, z, 0.0), face)
    torch.testing.assert_close(sampler.mixed(face, z, 1.0), z)
    torch.testing.assert_close(sampler.mixed(face, z, 0.25), 0.75 * face + 0.25 * z)
