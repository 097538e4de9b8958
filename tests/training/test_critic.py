"""The discriminator beside the VAE: how hard it pulls and where to; the recipe adds the pull as it is."""

import pytest
import torch
from torch import Tensor

from generative.training import critic
from generative.training import vae as recipe
from generative.training.critic import Critic, CriticRecipe
from generative.vae.model import Posterior, VaeConfig, loss

CPU = torch.device("cpu")


def pictures(seed: int, n: int = 4) -> Tensor:
    return torch.rand(n, 3, 64, 64, generator=torch.Generator().manual_seed(seed))


@pytest.fixture
def seeded() -> None:
    torch.manual_seed(0)  # a fresh critic's weights, and what DiffAugment draws


@pytest.mark.parametrize(("feature", "adversary"), [(0.3, 0.0), (0.6, 0.0), (0.0, 2.4)])
def test_each_pull_is_a_share_of_the_squared_errors_own(seeded, feature, adversary):
    x, x_recon = pictures(1), pictures(2).requires_grad_()
    pull, _ = Critic(CriticRecipe(feature, adversary), CPU).pull(x, x_recon)
    nothing = Posterior(torch.zeros(4, 1), torch.zeros(4, 1))
    (error,) = torch.autograd.grad(loss(x, x_recon, nothing, 0.0).total, x_recon)
    own = critic.fine(error).norm().item()
    assert pull.norm().item() == pytest.approx((feature + adversary) * own, rel=1e-4)


def test_a_step_against_the_pull_makes_both_look_more_alike_to_the_critic(seeded):
    x, x_recon = pictures(1), pictures(2)
    c = Critic(CriticRecipe(feature=1.0, adversary=0.0), CPU)
    pull, before = c.pull(x, x_recon)
    assert c.pull(x, x_recon - 0.1 * pull)[1] < before < c.pull(x, x_recon + 0.1 * pull)[1]


def test_only_detail_is_fine():
    flat = torch.full((1, 3, 16, 16), 0.7)
    board = torch.tensor([[1.0, -1.0], [-1.0, 1.0]]).repeat(1, 3, 8, 8)
    torch.testing.assert_close(critic.fine(flat), torch.zeros_like(flat), atol=1e-6, rtol=0)
    torch.testing.assert_close(critic.fine(board)[..., 2:-2, 2:-2], board[..., 2:-2, 2:-2])


def test_the_recipe_adds_the_pull_as_it_is_to_the_squared_errors_gradient(monkeypatch):
    config, seen = VaeConfig(z_dim=4, channels=(8, 8, 8, 8)), {}
    p = recipe.Parts(config, recipe.VaeRecipe(batch=4), CPU)
    pull = 1e-4 * torch.randn(4, 3, 64, 64, generator=torch.Generator().manual_seed(3))

    def pulled(x: Tensor, x_recon: Tensor) -> tuple[Tensor, float]:
        seen["error"] = (x_recon.detach() - x) / len(x)
        x_recon.register_hook(lambda gradient: seen.update(gradient=gradient))
        return pull, 0.0

    monkeypatch.setattr(p.critic, "pull", pulled)
    photos = (pictures(4) * 255).to(torch.uint8)
    next(recipe.train(p, recipe.VaeRecipe(batch=4), photos, 0))
    torch.testing.assert_close(seen["gradient"] - seen["error"], pull, atol=1e-7, rtol=1e-3)


def test_the_critic_learns_to_tell_photos_from_reconstructions(seeded):
    c, x, grey = Critic(CriticRecipe(), CPU), pictures(1), torch.full((4, 3, 64, 64), 0.5)
    losses = [c.learn(x, grey) for _ in range(16)]
    assert sum(losses[-4:]) < sum(losses[1:5])


def test_features_count_by_their_direction_and_no_layer_outweighs_another():
    """Length 1 at every place: the same direction costs 0, a right angle 2, the opposite 4, a layer each."""
    along, across = torch.tensor([3.0, 0.0]), torch.tensor([0.0, 0.1])
    real = [along.view(1, 2, 1, 1).expand(2, 2, 4, 4), along.view(1, 2, 1, 1).expand(2, 2, 2, 2)]
    for other, cost in ((7 * along, 0.0), (across, 2.0), (-along, 4.0)):
        recon = [other.view(1, 2, 1, 1).expand_as(layer) for layer in real]
        assert critic.feature_loss(real[:1], recon[:1]).item() == pytest.approx(cost, abs=1e-6)
        assert critic.feature_loss(real, recon).item() == pytest.approx(2 * cost, abs=1e-6)
