"""What is measured of a VAE: against OpenCV, against closed forms, and against what the rungs serve."""

import cv2
import numpy as np
import pytest
import torch
from torch.distributions import Normal, kl_divergence

from generative import gan, vae
from generative.device import noise
from generative.vae import measure


@pytest.fixture(scope="module")
def photos() -> torch.Tensor:
    """Faces by the GAN as uint8 (8, 3, 64, 64): whatever they are, the measures are the same sums."""
    return (gan.model.sample(3, 8, 0.7) * 255).round().to(torch.uint8)


def test_sharpness_is_the_variance_of_opencvs_laplacian(photos):
    x = photos.float() / 255
    known = []
    for picture in x.permute(0, 2, 3, 1).numpy():
        grey = cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2GRAY)
        known.append(cv2.Laplacian(grey, cv2.CV_32F, ksize=1)[1:-1, 1:-1].var(ddof=1))
    assert measure.sharpness(x) == pytest.approx(float(np.mean(known)), rel=1e-3)
    assert measure.sharpness(torch.full((1, 3, 8, 8), 0.4)) == pytest.approx(0, abs=1e-9)


def test_a_vae_is_measured_at_the_posterior_mean_and_as_the_loss_counts(photos):
    model, x = vae.rungs.load(32, 4.0), photos.float() / 255
    found, q = measure.measure(model, photos), measure.posterior(model, photos)
    x_recon = model.decoder(q.mean)
    terms = vae.model.loss(x, x_recon, q, beta=1)
    assert (found.recon, found.kl) == pytest.approx((terms.recon.item(), terms.kl.item()), rel=1e-4)
    assert found.psnr == pytest.approx(vae.model.psnr(x, x_recon).mean().item(), rel=1e-4)
    told = kl_divergence(Normal(q.mean, q.std), Normal(0.0, 1.0)).mean(0)
    assert found.active == sum(nats > 0.05 for nats in told.tolist()) and 0 < found.active < 32
    samples = model.decoder(noise(0, 8, 32))
    assert found.sharpness == pytest.approx(measure.sharpness(samples) / measure.sharpness(x), rel=1e-4)


def test_many_photos_are_seen_as_each_alone(photos, monkeypatch):
    model = vae.rungs.load(5, 1.0)
    together = measure.posterior(model, photos)
    monkeypatch.setattr(measure, "BATCH", 3)
    parts = measure.posterior(model, photos)
    torch.testing.assert_close((parts.mean, parts.logvar), (together.mean, together.logvar))
