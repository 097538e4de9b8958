"""The log density of a flow against closed forms: a Gaussian's, whose field is linear, and an exact trace."""

import math

import pytest
import torch

from generative import vae
from generative.diffusion import likelihood
from generative.diffusion.sampler import times


def gaussian_field(mean: torch.Tensor, std: torch.Tensor):
    """The velocity E[noise - x0 | x_t] where x0 ~ N(mean, std^2): linear in x_t."""

    def field(x, t):
        spread = (1 - t) ** 2 * std**2 + t**2
        off = x - (1 - t) * mean
        return t / spread * off - (mean + (1 - t) * std**2 / spread * off)

    return field


def last(steps):
    *_, found = steps
    return found


def test_of_a_gaussian_the_log_density_is_the_closed_form():
    generator = torch.Generator().manual_seed(0)
    mean, std = (
        torch.randn(1, 3, 4, 4, generator=generator),
        torch.rand(1, 3, 4, 4, generator=generator) + 0.1,
    )
    x = mean + std * torch.randn(mean.shape, generator=generator)
    found = last(likelihood.log_density(gaussian_field(mean, std), x, generator, steps=60))
    exact = torch.distributions.Normal(mean, std).log_prob(x).sum().item()
    assert found.log_p == pytest.approx(exact, abs=0.05)
    assert found.error == pytest.approx(0, abs=1e-4)  # J is diagonal: e . (J e) is the trace for any signs


def test_the_estimate_of_a_trace_has_its_mean_and_tells_its_error():
    generator = torch.Generator().manual_seed(1)
    A = torch.randn(27, 27, generator=generator)
    field = lambda x, t: (x.flatten(1) @ A.T).view_as(x)  # noqa: E731
    x = torch.randn(1, 3, 3, 3, generator=generator)
    _, *found = likelihood.divergences(field, x, 0.5, generator, 4000)
    found = torch.tensor(found)
    assert found.mean().item() == pytest.approx(A.trace().item(), abs=4 * found.std().item() / 4000**0.5)
    off = A + A.T - 2 * torch.diag(A.diagonal())  # Hutchinson 1989: the variance for vectors of signs
    assert found.var().item() == pytest.approx(off.square().sum().item() / 2, rel=0.1)


def test_where_the_field_bends_the_trace_is_that_of_its_derivative():
    generator = torch.Generator().manual_seed(4)
    A = torch.randn(27, 27, generator=generator) / 5
    field = lambda x, t: torch.sin(x.flatten(1) @ A.T).view_as(x)  # noqa: E731
    x = torch.randn(1, 3, 3, 3, generator=generator)
    J = torch.autograd.functional.jacobian(lambda x: field(x, 0.5).flatten(), x).view(27, 27)
    _, *found = likelihood.divergences(field, x, 0.5, torch.Generator().manual_seed(5), 20)
    seen = torch.Generator().manual_seed(5)
    for one in found:
        e = (torch.randint(0, 2, x.shape, generator=seen) * 2.0 - 1).flatten()
        assert one == pytest.approx((e @ J @ e).item(), abs=0.02)


def test_the_standard_error_is_the_spread_of_repeated_estimates():
    A = 0.5 * torch.randn(12, 12, generator=torch.Generator().manual_seed(2))
    field = lambda x, t: (x.flatten(1) @ A.T).view_as(x)  # noqa: E731
    x, generator = torch.randn(1, 3, 2, 2), torch.Generator().manual_seed(3)
    runs = [last(likelihood.log_density(field, x, generator, steps=4)) for _ in range(300)]
    spread = torch.tensor([run.log_p for run in runs]).std().item()
    mean_error = sum(run.error**2 for run in runs) ** 0.5 / len(runs) ** 0.5
    assert mean_error == pytest.approx(spread, rel=0.2)


def test_each_step_is_one_call_so_that_a_hand_waits_for_no_more():
    calls = []

    def field(x, t):
        calls.append(t)
        return -x + t

    x, found = torch.randn(1, 3, 2, 2), []
    for one in likelihood.log_density(field, x, torch.Generator(), steps=5, vectors=2):
        found.append(one)
        assert len(calls) == one.done
    assert [one.done for one in found] == list(range(1, 31)) and all(one.of == 30 for one in found)
    at = times(5, likelihood.BEND)[::-1]
    assert calls == [t for pair in zip(at, at[1:], strict=False) for t in pair for _ in range(3)]


def test_levels_are_spread_over_their_own_width():
    x = torch.arange(256).float().view(1, 1, 16, 16) / 255
    spread = likelihood.dequantised(x, torch.Generator().manual_seed(0))
    assert torch.equal((spread * 256).floor().long(), torch.arange(256).view(1, 1, 16, 16))
    assert spread.min() >= 0 and spread.max() < 1


def test_a_face_is_likelier_than_noise_and_the_same_seed_says_the_same():
    face = vae.model.decode(vae.model.mean_z())[None]
    noise = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    of = lambda x: last(likelihood.of_face(x, 1, steps=4))  # noqa: E731
    one = of(face)
    assert one.bits < of(noise).bits and 0 < one.error < 1
    assert of(face) == one
    assert math.isfinite(one.bits)
