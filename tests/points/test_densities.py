"""Densities against closed forms: they add up to 1, an inverse inverts, a bound stays below."""

import math
from types import SimpleNamespace

import pytest
import torch

from demos.ui import warm
from generative import diffusion, gan, language, vae
from generative.points import densities, flow, own
from generative.points.autoregressive import Autoregressive
from generative.points.densities import WINDOW, Kernel
from generative.points.mlp import log_normal
from generative.points.vae import VAE


def seeded(seed: int = 1) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def shaken(net: torch.nn.Module, much: float = 0.3) -> torch.nn.Module:
    """Away from where it begins, so that nothing holds by luck of the start."""
    with torch.no_grad():
        for weight in net.parameters():
            weight += much * torch.randn(weight.shape, generator=seeded(4))
    return net.double()


def adds_up_to(model, d: int, reach: float = 10, n: int = 250, kind=torch.float64) -> float:
    """The integral of p(x) over [-reach, reach]^d by a sum."""
    line = (torch.arange(n).double() + 0.5) * (2 * reach / n) - reach
    x = line[:, None] if d == 1 else torch.cartesian_prod(line, line)
    with torch.no_grad():
        return float(model.log_prob(x.to(kind)).double().exp().sum() * (2 * reach / n) ** d)


def test_a_mixture_is_ready_before_the_first_visitor_asks(monkeypatch):
    """scikit-learn takes more than a second to load."""
    loaded = []
    for module in (language.model, vae.model, gan.model, diffusion.model):
        monkeypatch.setattr(module, "load", lambda *_: None)
    monkeypatch.setattr(vae.stimuli, "example", lambda: None)
    monkeypatch.setattr(warm.memory, "settle", lambda: loaded.append("settled"))
    monkeypatch.setattr(warm.stock, "stock", lambda: SimpleNamespace(begin=lambda: None))
    monkeypatch.setattr(densities, "mixture", lambda x, seed: loaded.append("mixture"))
    warm.all_models()
    assert loaded == ["mixture", "settled"]


@pytest.mark.parametrize("d", [1, 2])
@pytest.mark.parametrize("name", ["histogram", "kernel", "mixture"])
def test_what_is_there_at_once_integrates_to_one(name, d):
    x = torch.randn(60, d, generator=seeded())
    makers = {"histogram": densities.histogram, "kernel": densities.kernel}
    made = makers[name](x) if name in makers else densities.mixture(x, 1)
    assert abs(adds_up_to(made, d, WINDOW + 3.5, 560, torch.float32) - 1) < 2e-3
    drawn = made.sample(4000, seeded())
    assert drawn.shape == (4000, d) and (drawn.mean(0) - x.mean(0)).abs().max() < 0.2
    assert abs(made.log_prob(drawn).mean() - made.log_prob(made.sample(4000, seeded(2))).mean()) < 0.1


@pytest.mark.parametrize("make", [lambda: flow.Stairs(seeded()), lambda: Autoregressive(1, seeded())])
def test_on_a_line_a_network_integrates_to_one(make):
    assert abs(adds_up_to(shaken(make()), 1, 60, 6_000) - 1) < 1e-3


@pytest.mark.parametrize("make", [lambda: flow.Flow(seeded()), lambda: Autoregressive(2, seeded())])
def test_in_the_plane_a_network_integrates_to_one(make):
    assert abs(adds_up_to(shaken(make(), 0.05), 2) - 1) < 5e-3


@pytest.mark.parametrize("d", [1, 2])
def test_the_inverse_of_a_flow_inverts_and_its_determinant_is_that_of_autograd(d):
    net, x = shaken(flow.flow(d, seeded())), torch.randn(50, d, generator=seeded()).double()
    z, log_det = net(x)
    assert (net.inverse(z) - x).abs().max() < 1e-6
    for one, expected in zip(x[:5], log_det[:5], strict=True):
        jacobian = torch.autograd.functional.jacobian(lambda at: net(at[None])[0][0], one)
        assert abs(torch.linalg.slogdet(jacobian).logabsdet - expected) < 1e-8


def test_a_mixture_gives_scikit_learns_score_and_as_many_components_as_there_are_groups():
    middles = torch.tensor([[-2.0, -2.0], [2.0, 2.0]])
    x = middles[torch.arange(400) % 2] + 0.3 * torch.randn(400, 2, generator=seeded())
    made = densities.mixture(x, 3)
    assert made.fitted.n_components == 2
    assert abs(float(made.log_prob(x).mean()) - made.fitted.score(x.double().numpy())) < 1e-5


def test_the_bandwidth_is_the_one_that_leaving_one_out_finds_best():
    x = torch.randn(30, 1, generator=seeded())

    def left_out(width: float) -> float:
        others = [Kernel(torch.cat([x[:i], x[i + 1 :]]), width).log_prob(x[i : i + 1]) for i in range(30)]
        return float(torch.cat(others).mean())

    best = max(densities.WIDTHS.tolist(), key=left_out)
    assert densities.kernel(x).width == pytest.approx(best)


def test_an_empty_bin_is_not_impossible_and_a_bin_is_what_it_counts():
    made = densities.counted(torch.tensor([[0.1], [0.2], [0.3], [-0.1]]), 2)
    assert made.counts.tolist() == [1, 3]
    assert float(made.log_prob(torch.tensor([[1.0]])).exp()) == pytest.approx(3.02 / 4.04 / WINDOW)
    assert torch.isfinite(densities.counted(torch.ones(9, 1), 4).log_prob(torch.tensor([[-3.0]]))).all()
    assert made.log_prob(torch.tensor([[WINDOW + 0.1]])).item() == -math.inf


def test_points_that_are_nearly_all_equal_make_no_density_endless():
    x = torch.cat([torch.zeros(50, 2), torch.tensor([[0.01, 0.0], [0.0, 0.01]])])
    for made in (densities.histogram(x), densities.kernel(x), densities.mixture(x, 1)):
        assert torch.isfinite(made.log_prob(x)).all()


def linear_gaussian() -> tuple[VAE, torch.Tensor, torch.Tensor]:
    """x = W z + b + s noise: (the VAE with the true posterior, x, log p(x))."""
    vae, s = VAE(2, seeded()), 0.7
    W = torch.tensor([[1.0, 0.4], [0.2, 0.8]]).double()
    b = torch.tensor([0.2, -0.1]).double()
    vae.encoder, vae.decoder = torch.nn.Linear(2, 4), torch.nn.Linear(2, 2)
    x = torch.randn(20, 2, generator=seeded(), dtype=torch.float64)
    precision = torch.eye(2).double() + W.T @ W / s**2
    back = torch.linalg.solve(precision, W.T) / s**2  # the posterior's mean is back (x - b)
    with torch.no_grad():
        vae.double()
        vae.decoder.weight.copy_(W), vae.decoder.bias.copy_(b)
        vae.log_sigma.fill_(math.log(s))
        vae.encoder.weight.zero_(), vae.encoder.bias.zero_()
        vae.encoder.weight[:2] = back
        vae.encoder.bias[:2] = -back @ b
        vae.encoder.bias[2:] = -0.5 * torch.linalg.diagonal(precision).log()
    exact = torch.distributions.MultivariateNormal(b, W @ W.T + s**2 * torch.eye(2)).log_prob(x)
    return vae, x, exact


def test_the_bound_of_a_vae_lies_below_and_closes_with_more_samples():
    vae, x, exact = linear_gaussian()
    with torch.no_grad():
        elbo = vae.log_weights(x, 4000, seeded()).mean(0)
        many = vae.bound(x, 4000, seeded(2))
    gap = exact - elbo
    assert (gap > -0.02).all() and gap.mean() > 0.005  # the axes of q cannot turn: it lies below
    assert ((many.value - exact).abs() < 5 * many.error + 1e-3).all() and many.error.max() < 0.05


def test_the_error_of_a_bound_is_how_far_it_moves_from_draw_to_draw():
    vae, x, _ = linear_gaussian()
    with torch.no_grad():
        drawn = [vae.bound(x, 200, seeded(seed)) for seed in range(60)]
    moved = torch.stack([one.value for one in drawn]).std(0)
    said = torch.stack([one.error for one in drawn]).mean(0)
    assert (moved / said).median().item() == pytest.approx(1, abs=0.3)


def test_a_gaussian_is_the_one_of_torch():
    x, mean, scale = torch.tensor([0.3, -2.0]), torch.tensor([0.1, 0.5]), torch.tensor([0.7, 2.0])
    assert torch.allclose(
        log_normal(x, mean, scale.log()), torch.distributions.Normal(mean, scale).log_prob(x)
    )


def test_own_points_go_into_a_link_and_come_back():
    x = (torch.rand(200, 2, generator=seeded()) * 2 - 1) * WINDOW
    assert (own.read(own.write(x)) - x).abs().max() <= WINDOW / own.LEVELS + 1e-6
    assert own.read(own.write(x[:, :1])).shape == (200, 1)
    assert len(own.write(torch.rand(own.MOST, 2) - 0.5)) < 1500
    table = "\n".join(f"{i % 97}, {i % 89}" for i in range(4000))
    assert len(own.read(own.from_table(table))) == own.MOST and own.from_table(table) == own.from_table(table)


@pytest.mark.parametrize(
    "text", ["", "x", "p", "p000", "p00000", "pA0000000", "p0000é000", "q00000000", "p" + "0" * 1404]
)
def test_own_points_that_cannot_be_read_are_said(text):
    with pytest.raises((own.OwnUnreadable, own.data.PointsTooFew)) as said:
        own.read(text)
    assert said.value.say("pt") != said.value.say("en")
