"""Principal components against torch's own; their density against torch's Gaussian; and as shipped."""

import math

import pytest
import torch
from torch.distributions import MultivariateNormal

from generative.training import pca as recipe
from generative.vae import measure, model, pca


@pytest.fixture(scope="module")
def photos() -> torch.Tensor:
    """300 pictures of 4 x 4 pixels that vary along few directions, and a little along all."""
    generator = torch.Generator().manual_seed(0)
    basis = torch.randn(5, 48, generator=generator)
    x = 110 + 12 * torch.randn(300, 5, generator=generator) @ basis
    return (x + 4 * torch.randn(300, 48, generator=generator)).clamp(0, 255).byte().view(300, 3, 4, 4)


@pytest.fixture(scope="module")
def fitted(photos) -> pca.Pca:
    return recipe.fit(photos, 5)


def test_the_components_are_those_of_the_singular_value_decomposition(photos, fitted):
    x = photos.flatten(1).double() / 255
    U, S, V = torch.linalg.svd(x - x.mean(0), full_matrices=False)
    assert torch.allclose(fitted.variance.double(), S[:5] ** 2 / len(x), rtol=1e-4)
    along = (fitted.components.double() @ V[:5].T).abs()
    assert torch.allclose(along, torch.eye(5, dtype=torch.float64), atol=1e-3)
    assert fitted.config.noise == pytest.approx((S[5:] ** 2).sum().item() / len(x) / 43, rel=1e-3)


def test_no_other_five_numbers_come_nearer_to_the_photos(photos, fitted):
    x = photos.float() / 255
    error = lambda x_recon: (x - x_recon).square().mean().item()  # noqa: E731
    best = error(fitted.decode(fitted.encode(x)))
    assert best == pytest.approx(fitted.config.noise * 43 / 48, rel=1e-3)
    assert best < error(fitted.mean.view(1, 3, 4, 4).expand_as(x))


def test_the_density_is_that_of_the_gaussian_with_all_its_covariance(photos, fitted):
    x = photos[:7].float() / 255
    V, noise = fitted.components.double(), fitted.config.noise
    covariance = V.T @ torch.diag(fitted.variance.double() - noise) @ V + noise * torch.eye(48)
    whole = MultivariateNormal(fitted.mean.double(), covariance)
    assert torch.allclose(fitted.log_density(x), whole.log_prob(x.flatten(1).double()), atol=1e-4)


def test_an_even_density_is_eight_bits_and_half_the_room_one_bit_less():
    assert measure.bits(torch.tensor(0.0), 12) == 8
    assert measure.bits(torch.tensor(12 * math.log(2)), 12) == 7


def test_the_shipped_components_redraw_a_face_and_find_it_likelier_than_noise():
    shipped, face = pca.load(), model.decode(model.mixture_z(3))[None]
    gram = shipped.components @ shipped.components.T
    assert torch.allclose(gram, torch.eye(64), atol=5e-3)
    assert model.psnr(face, shipped.decode(shipped.encode(face)).clamp(0, 1)).item() > 22
    noise = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    assert shipped.log_density(face) > shipped.log_density(noise) + 10_000
    assert (shipped.variance[:-1] >= shipped.variance[1:]).all()
