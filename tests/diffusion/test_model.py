"""The network and its loss: small networks with random numbers, and the shipped one for what it learned."""

import shutil

import pytest
import torch
from torch import Tensor

from generative import weights
from generative.device import noise
from generative.diffusion import faces, model
from generative.diffusion.model import DiffusionConfig, Drawn, UNet
from generative.errors import WeightsDamaged, WeightsMissing

SMALL = DiffusionConfig(size=16, channels=(32, 32, 64), blocks=1, embedding=32)


@pytest.fixture(scope="module")
def network() -> UNet:
    """A small network whose layers are all filled, those that begin at 0 as well."""
    torch.manual_seed(0)
    network = UNet(SMALL).eval().requires_grad_(False)
    for parameter in network.parameters():
        parameter.add_(0.05 * torch.randn_like(parameter))
    return network


def call(network: UNet, c: Tensor, keep: Tensor, t: float = 0.5) -> Tensor:
    x = noise(1, len(c), 3, network.config.size, network.config.size)
    return network(x, torch.full((len(c),), t), c, keep)


def test_a_hidden_number_does_not_matter(network: UNet):
    keep = torch.tensor([[1.0, 0, 1, 1, 1]])
    one, other = (call(network, torch.tensor([[1.0, pose, 0, 0, 0]]), keep) for pose in (-2.0, 2.0))
    assert torch.equal(one, other)
    shown = call(network, torch.tensor([[1.0, 2.0, 0, 0, 0]]), torch.ones(1, 5))
    assert not torch.allclose(one, shown, atol=1e-3)


def test_a_number_told_as_the_mean_is_not_a_hidden_one(network: UNet):
    zeros = torch.zeros(1, 5)
    one, other = call(network, zeros, torch.tensor([[1.0, 0, 0, 0, 0]])), call(network, zeros, zeros)
    assert not torch.allclose(one, other, atol=1e-3)


def test_all_hidden_is_the_null_wish(network: UNet):
    """Whatever the wish's layers say of nothing: `null` stands in their place."""
    c, open_ = noise(2, 1, 5), torch.zeros(1, 5)
    before = call(network, c, open_)
    held = network.wish[2].bias.clone()
    network.wish[2].bias.add_(1.0)
    assert torch.equal(call(network, c, open_), before)
    network.wish[2].bias.copy_(held)
    network.null.add_(1.0)
    assert not torch.allclose(call(network, c, open_), before, atol=1e-3)
    told = call(network, c, torch.ones(1, 5))
    network.null.sub_(1.0)
    torch.testing.assert_close(call(network, c, torch.ones(1, 5)), told)  # of no matter to a told one


def test_each_face_of_a_batch_has_its_own_time_and_wish(network: UNet):
    x, t = noise(1, 3, 3, 16, 16), torch.tensor([0.2, 0.5, 0.9])
    c, keep = noise(2, 3, 5), (noise(3, 3, 5) > 0).float()
    together = network(x, t, c, keep)
    alone = torch.cat([network(x[i : i + 1], t[i : i + 1], c[i : i + 1], keep[i : i + 1]) for i in range(3)])
    torch.testing.assert_close(together, alone, atol=1e-4, rtol=1e-4)
    assert together.shape == x.shape


def test_a_fresh_network_says_zero_and_its_loss_is_that_of_photos_and_noise():
    torch.manual_seed(0)
    fresh, x0 = UNet(SMALL), noise(1, 4, 3, 16, 16) * 0.5
    drawn = model.draw(x0, 5)
    loss = model.flow_loss(fresh, x0, torch.zeros(4, 5), drawn)
    torch.testing.assert_close(loss, (drawn.noise - x0).square().mean())


def test_the_loss_is_the_mean_square_between_guess_and_velocity_at_the_mixture():
    seen = []

    def guess(x: Tensor, t: Tensor, c: Tensor, keep: Tensor) -> Tensor:
        seen.append((x, t, c, keep))
        return torch.full_like(x, 0.5)

    x0, z = torch.full((2, 3, 2, 2), -0.2), torch.full((2, 3, 2, 2), 1.0)
    t, c, keep = torch.tensor([0.0, 0.25]), noise(1, 2, 5), torch.ones(2, 5)
    loss = model.flow_loss(guess, x0, c, Drawn(t, keep, z))
    assert loss.item() == pytest.approx((0.5 - 1.2) ** 2)
    x_t = seen[0][0][:, 0, 0, 0]
    assert x_t.tolist() == pytest.approx([-0.2, 0.75 * -0.2 + 0.25])
    assert torch.equal(seen[0][1], t) and torch.equal(seen[0][2], c) and torch.equal(seen[0][3], keep)


def test_times_are_mostly_in_the_middle_and_a_share_of_them_is_even():
    torch.manual_seed(0)
    x0 = torch.zeros(200_000, 1)
    t = model.draw(x0, 5, even=0.0).t
    normal = torch.logit(t.double())
    assert abs(normal.mean()) < 0.02 and abs(normal.std() - 1) < 0.02  # logit-normal
    assert ((t > 0) & (t < 1)).all()
    even = model.draw(x0, 5, even=1.0).t
    assert torch.histc(even, 10, 0, 1).div(len(even)).sub(0.1).abs().max() < 0.01
    edge = lambda t: ((t < 0.02) | (t > 0.98)).float().mean().item()  # noqa: E731
    assert edge(model.draw(x0, 5).t) == pytest.approx(0.9 * edge(t) + 0.1 * 0.04, abs=0.001)


def test_numbers_are_hidden_one_by_one_and_all_together():
    torch.manual_seed(0)
    keep = model.draw(torch.zeros(100_000, 1), 5, hide=0.3, hide_all=0.15).keep
    assert set(keep.unique().tolist()) == {0.0, 1.0}
    assert keep.mean(0).tolist() == pytest.approx([0.7 * 0.85] * 5, abs=0.01)
    assert (keep.sum(1) == 0).float().mean().item() == pytest.approx(0.15 + 0.85 * 0.3**5, abs=0.005)
    assert (keep.sum(1) == 5).float().mean().item() == pytest.approx(0.85 * 0.7**5, abs=0.005)
    assert model.draw(torch.zeros(9, 1), 5, hide=0.0, hide_all=0.0).keep.all()


def test_noise_is_fresh_normal_numbers_of_the_photos_shape():
    torch.manual_seed(0)
    drawn = model.draw(torch.full((64, 3, 16, 16), 7.0), 5)
    assert drawn.noise.shape == (64, 3, 16, 16)
    assert abs(drawn.noise.mean()) < 0.01 and abs(drawn.noise.std() - 1) < 0.01


def test_the_shipped_network_expects_a_face_near_the_one_it_is_shown():
    """At t = 0.1 of a generated face's way into noise: nearer than the picture itself is."""
    x0 = faces.sample([5, 6]) * 2 - 1
    z, t = noise(9, 2, 3, 64, 64), 0.1
    x_t = (1 - t) * x0 + t * z
    with torch.no_grad():
        v = model.load()(x_t, torch.full((2,), t), torch.zeros(2, 5), torch.zeros(2, 5))
    assert (x_t - t * v - x0).square().mean() < 0.2 * (x_t / (1 - t) - x0).square().mean()


@pytest.mark.parametrize("keep", [0, 100, 6_000_000])
def test_weights_cut_short_are_said_and_work_again_once_mended(keep: int, tmp_path, monkeypatch):
    folder = tmp_path / model.NAME
    shutil.copytree(weights.WEIGHTS / model.NAME, folder)
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path)
    whole = (folder / model.FILE).read_bytes()
    load = model.load.__wrapped__
    (folder / model.FILE).write_bytes(whole[:keep])
    with pytest.raises(WeightsDamaged):
        load()
    (folder / model.FILE).unlink()
    with pytest.raises(WeightsMissing, match="git checkout"):
        load()
    (folder / model.FILE).write_bytes(whole)
    assert not any(p.requires_grad for p in load().parameters())


def test_weights_of_another_network_are_said(tmp_path, monkeypatch):
    folder = tmp_path / model.NAME
    shutil.copytree(weights.WEIGHTS / model.NAME, folder)
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path)
    weights.save_config(SMALL, folder)
    with pytest.raises(WeightsDamaged):
        model.load.__wrapped__()
