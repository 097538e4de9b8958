import math

import pytest
import torch
from torch.distributions import Normal, kl_divergence

from generative import vae
from generative.errors import LatentInvalid
from generative.pictures import to_image
from generative.vae.model import Decoder, Posterior, SharpDecoder, Vae, VaeConfig


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_kl_equals_torch_distributions():
    q = Posterior(torch.randn(5, 32), torch.randn(5, 32))
    reference = kl_divergence(Normal(q.mean, (q.logvar / 2).exp()), Normal(0.0, 1.0))
    torch.testing.assert_close(q.kl(), reference)


def test_reconstruction_is_the_gaussian_negative_log_likelihood_up_to_its_constant():
    x, x_recon = torch.rand(4, 3, 64, 64), torch.rand(4, 3, 64, 64)
    q = Posterior(torch.randn(4, 32), torch.randn(4, 32))
    losses = vae.model.loss(x, x_recon, q, beta=3.0)
    constant = 3 * 64 * 64 * math.log(2 * math.pi) / 2
    nll = -Normal(x_recon, 1.0).log_prob(x).sum((1, 2, 3)).mean() - constant
    torch.testing.assert_close(losses.recon, nll, rtol=1e-4, atol=1e-2)
    torch.testing.assert_close(losses.total, losses.recon + 3 * losses.kl)


def test_gradients_reach_mu_and_sigma_through_the_draw():
    mu, logvar = torch.zeros(1, 8, requires_grad=True), torch.zeros(1, 8, requires_grad=True)
    z = Posterior(mu, logvar).sample(seeded(0))
    z.sum().backward()
    torch.testing.assert_close(mu.grad, torch.ones(1, 8))
    torch.testing.assert_close(logvar.grad, z.detach() / 2)  # d sigma / d logvar = sigma / 2, z = sigma eps


def test_draws_follow_the_posterior_and_their_seed_and_leave_torchs_own_generator_alone():
    q = Posterior(
        torch.tensor([[1.0, -2.0]]).expand(50_000, 2), torch.tensor([[0.0, -2.0]]).expand(50_000, 2)
    )
    state = torch.get_rng_state()
    z = q.sample(seeded(3))
    torch.testing.assert_close(z.mean(0), q.mean[0], atol=0.02, rtol=0)
    torch.testing.assert_close(z.std(0), (q.logvar[0] / 2).exp(), atol=0.02, rtol=0)
    assert torch.equal(z, q.sample(seeded(3))) and not torch.equal(z, q.sample(seeded(4)))
    assert torch.equal(state, torch.get_rng_state())


def test_what_goes_through_the_vae_is_one_draw_decoded():
    model = Vae(VaeConfig(z_dim=4, channels=(8, 8, 8, 8))).eval()
    x = torch.rand(2, 3, 64, 64, generator=seeded(0))
    x_recon, q = model(x, seeded(5))
    torch.testing.assert_close(x_recon, model.decoder(model.encoder(x).sample(seeded(5))))
    assert torch.equal(q.mean, model.encoder(x).mean)


def test_the_config_chooses_the_decoder_and_both_draw_a_face_of_64_pixels():
    for detail, kind in ((False, Decoder), (True, SharpDecoder)):
        decoder = Vae(VaeConfig(z_dim=4, channels=(8, 8, 8, 8), detail=detail)).decoder
        assert type(decoder) is kind and decoder(torch.zeros(2, 4)).shape == (2, 3, 64, 64)
    assert type(vae.model.load().decoder) is SharpDecoder
    assert type(vae.rungs.load(2, 1.0).decoder) is Decoder


def test_psnr_of_a_known_error():
    x = torch.zeros(2, 3, 8, 8)
    torch.testing.assert_close(vae.model.psnr(x, x + 0.1), torch.full((2,), 20.0))


def test_the_same_z_gives_the_same_picture_and_another_z_another():
    z = vae.model.random_z(3)
    assert vae.model.picture(z) == vae.model.picture(z)
    assert vae.model.picture(z) != vae.model.picture(vae.model.random_z(4))
    assert vae.model.random_z(3) == z


def test_a_face_is_a_picture_in_range():
    x = vae.model.decode(vae.model.random_z(1))
    assert x.shape == (3, 64, 64) and x.min() >= 0 and x.max() <= 1 and x.std() > 0.05


def test_axes_are_ordered_by_falling_kl():
    kl = vae.model.statistics().kl
    in_order = [kl[i] for i in vae.model.statistics().order]
    assert in_order == sorted(kl, reverse=True) and len(set(vae.model.statistics().order)) == 32


def test_draws_of_a_mixture_have_its_shares_means_and_covariances():
    """Two Gaussians far apart; theirs are no multiples of the identity, so a transposed root shows."""
    covariances = [[[4.0, 1.8], [1.8, 1.0]], [[0.25, -0.1], [-0.1, 1.0]]]
    mixture = vae.model.Mixture([0.75, 0.25], [[-50.0, 1.0], [50.0, -1.0]], covariances)
    z = torch.tensor([mixture.draw(seed) for seed in range(8000)])
    left = z[:, 0] < 0
    assert left.float().mean() == pytest.approx(0.75, abs=0.02)
    for some, mean, covariance in zip((z[left], z[~left]), mixture.means, covariances, strict=True):
        torch.testing.assert_close(some.mean(0), torch.tensor(mean), atol=0.1, rtol=0)
        torch.testing.assert_close(some.T.cov(), torch.tensor(covariance), atol=0.2, rtol=0.1)
    assert mixture.draw(3) == mixture.draw(3)


def test_the_first_axis_moves_the_picture_more_than_the_last():
    def move(axis: int) -> float:
        ends = [vae.model.decode([v if i == axis else 0.0 for i in range(32)]) for v in (-2.0, 2.0)]
        return float((ends[0] - ends[1]).square().mean())

    order = vae.model.statistics().order
    assert move(order[0]) > 20 * move(order[-1])


def test_upsampling_leaves_no_chequerboard():
    up = vae.model.Up(4, 6)
    y = up(torch.randn(1, 4, 8, 8))
    assert y.shape == (1, 6, 16, 16)
    board = torch.tensor([[1.0, -1.0], [-1.0, 1.0]]).repeat(8, 8)
    inner = (y * board)[..., 2:-2, 2:-2]
    plain = torch.nn.ConvTranspose2d.forward(up, torch.randn(1, 4, 8, 8))
    assert inner.mean().abs() < 0.05 * plain.std()


def test_a_decoded_face_is_encoded_near_where_it_came_from():
    z = vae.model.random_z(11)
    found = vae.model.encode(to_image(vae.model.decode(z)))
    assert len(found.mu) == len(found.sigma) == 32 and min(found.sigma) > 0
    first = vae.model.statistics().order[:5]
    a, b = torch.tensor(z)[first], torch.tensor(found.mu)[first]
    assert torch.cosine_similarity(a, b, dim=0) > 0.8
    assert found.aligned.startswith("data:image/jpeg;base64,") and found.reconstruction != found.aligned


@pytest.mark.parametrize(
    "z",
    [
        [],
        [0.0] * 31,
        [0.0] * 33,
        [math.nan] * 32,
        [math.inf] * 32,
        None,
        "abc",
        ["x"] * 32,
        [10**400] * 32,
        7,
        {"a": 1},
    ],
)
def test_a_wrong_z_is_one_clear_sentence(z):
    with pytest.raises(LatentInvalid) as error:
        vae.model.decode(z)
    assert "32" in error.value.say("pt-BR") and error.value.say("pt-BR") != error.value.say("en")


def test_a_huge_z_is_clamped_and_still_a_picture():
    assert vae.model.decode([1e30] * 32).isfinite().all()
