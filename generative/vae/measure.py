"""How well a VAE does, measured on photos that it may or may not have seen.

PSNR and the loss's two terms at the posterior mean; how many axes of z tell something (active units: Burda et
al. 2016, https://arxiv.org/abs/1509.00519, there by the variance of the mean); sharpness of samples.

It does not know how the VAE was trained, nor whether the photos were held out: the caller does.
"""

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from generative.device import noise
from generative.vae.model import Posterior, Vae, psnr

BATCH = 256  # photos at once
ACTIVE = 0.05  # nats of mean KL from which an axis counts as active


class Measured(NamedTuple):
    """PSNR in dB, both terms in nats, active axes; sharpness of samples from N(0, I), a share of photos'."""

    psnr: float
    recon: float
    kl: float
    active: int
    sharpness: float


PLAIN = 1e-4  # sharpness of what has no detail to lose: a covered lens
BEST = 99.0  # dB: what is told of a picture that comes back exactly


def likeness(x: Tensor, x_recon: Tensor) -> float:
    """Mean PSNR of pictures (B, 3, H, W) in dB, each at most BEST."""
    return psnr(x, x_recon).clamp(max=BEST).mean().item()


def sharper(x: Tensor, x_recon: Tensor) -> float | None:
    """The sharpness of x_recon (B, 3, H, W) as a share of that of x, None where x has none."""
    own = sharpness(x)
    return sharpness(x_recon) / own if own > PLAIN else None


def sharpness(x: Tensor) -> float:
    """Variance of the Laplacian of the grey pictures, mean over x (B, 3, H, W) in [0, 1]."""
    grey = (x * x.new_tensor([0.299, 0.587, 0.114]).view(3, 1, 1)).sum(1, keepdim=True)
    kernel = x.new_tensor([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]]).view(1, 1, 3, 3)
    return F.conv2d(grey, kernel).flatten(1).var(1).mean().item()


def bits(log_density: Tensor, numbers: int) -> Tensor:
    """log p(x) of pixels in [0, 1], in nats -> bits per number, as if each were one of 256 levels.

    An even density on [0, 1] is 8 bits, what a pixel stored as it is takes; a density over a level's width is
    the level's probability (dequantisation: Theis et al. 2016, https://arxiv.org/abs/1511.01844, sec. 3.1).
    """
    return 8 - log_density / (numbers * math.log(2))


@torch.no_grad()
def elbo(model: Vae, x: Tensor, noise: float, generator: torch.Generator, draws: int) -> Tensor:
    """A lower bound of log p(x), in nats, of one x (1, 3, 64, 64) in [0, 1]: (1,), the mean over draws of z.

    log N(x; x_recon, noise I) - KL (Kingma and Welling 2014, eq. 3). Any variance `noise` gives a bound; best
    is the decoder's own mean squared error (Rybkin et al. 2021, https://arxiv.org/abs/2006.13202).
    """
    q = model.encoder(x.to(next(model.parameters()).device))
    n = x[0].numel()
    error = torch.stack([(x - model.decoder(q.sample(generator)).cpu()).square().sum() for _ in range(draws)])
    recon = -error.mean() / (2 * noise) - n / 2 * math.log(2 * math.pi * noise)
    return (recon - q.kl().sum().cpu())[None]


@torch.no_grad()
def posterior(model: Vae, photos: Tensor) -> Posterior:
    """q(z | x) of uint8 photos (N, 3, 64, 64), on the model's device."""
    device = next(model.parameters()).device
    parts = [model.encoder(x.to(device).float() / 255) for x in photos.split(BATCH)]
    return Posterior(torch.cat([q.mean for q in parts]), torch.cat([q.logvar for q in parts]))


@torch.no_grad()
def measure(model: Vae, photos: Tensor) -> Measured:
    """The model on uint8 photos (N, 3, 64, 64), at the posterior mean, and on as many samples."""
    q = posterior(model, photos)
    x = photos.to(q.mean.device).float() / 255
    x_recon = torch.cat([model.decoder(mu) for mu in q.mean.split(BATCH)])
    kl = q.kl().mean(0)  # of each axis
    samples = model.decoder(noise(0, len(x), model.config.z_dim).to(x.device))
    return Measured(
        psnr=psnr(x, x_recon).mean().item(),
        recon=(x - x_recon).square().sum((1, 2, 3)).mean().item() / 2,
        kl=kl.sum().item(),
        active=int((kl > ACTIVE).sum()),
        sharpness=sharpness(samples) / max(sharpness(x), 1e-12),  # pictures of one colour have none
    )
