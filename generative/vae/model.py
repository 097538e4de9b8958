"""A variational autoencoder of faces, 64 x 64 pixels.

Kingma and Welling, "Auto-Encoding Variational Bayes", 2014, https://arxiv.org/abs/1312.6114
Higgins et al., "beta-VAE", 2017, https://openreview.net/forum?id=Sy2fzU9gl

encoder q(z | x) = N(mu, sigma^2), decoder p(x | z) = N(x_recon, 1) on pixels in [0, 1], prior p(z) = N(0, I).
The loss of one picture, in nats up to a constant: 1/2 |x - x_recon|^2 summed over pixels and colours + beta
KL.

It knows photos only as tensors (finding and aligning a face is generative/photos' work), and not how it was
trained.
"""

import json
import math
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

from generative import pictures, weights
from generative.device import best_device, noise
from generative.errors import LatentInvalid, WeightsDamaged, within
from generative.once import once
from generative.pictures import data_url, from_image, png_url, to_image

NAME = "vae_faces"
T = TypeVar("T")


@dataclass(frozen=True)
class VaeConfig:
    """Sizes. `channels[i]` belongs to 32 / 2**i pixels: 32, 16, 8, 4."""

    z_dim: int = 32  # more than it will use: beta decides how many axes stay active
    channels: tuple[int, ...] = (48, 96, 192, 384)  # 3.6M parameters, a face in 2 to 4 ms on one CPU thread
    groups: int = 8  # of GroupNorm; BatchNorm would make one face depend on its neighbours
    detail: bool = False  # SharpDecoder instead of Decoder: where an adversary asks for detail
    taught: tuple[str, ...] = ()  # what the first axes of z were taught (generative/training/taught.py)


@dataclass(frozen=True, eq=False)
class Posterior:
    """q(z | x) = N(mu, sigma^2) of B pictures: its mean mu and log sigma^2, (B, z_dim) each."""

    mean: Tensor
    logvar: Tensor

    @property
    def std(self) -> Tensor:
        """sigma, (B, z_dim)."""
        return (self.logvar / 2).exp()

    def sample(self, generator: torch.Generator) -> Tensor:
        """z = mu + sigma eps, eps ~ N(0, I); gradients reach mu and sigma (Kingma 2014, sec. 2.4)."""
        eps = torch.randn(self.mean.shape, generator=generator, device=generator.device)
        return self.mean + self.std * eps.to(self.mean.device)

    def kl(self) -> Tensor:
        """KL(N(mu, sigma^2) || N(0, 1)) of every axis, in nats: (B, z_dim) (Kingma 2014, appendix B)."""
        return (self.mean.square() + self.logvar.exp() - 1 - self.logvar) / 2


class Encoder(nn.Module):
    """x (B, 3, 64, 64) in [0, 1] -> q(z | x)."""

    def __init__(self, config: VaeConfig):
        super().__init__()
        sizes = (3, *config.channels)
        layers: list[nn.Module] = []
        for n_in, n_out in zip(sizes, sizes[1:], strict=False):
            layers += [nn.Conv2d(n_in, n_out, 4, 2, 1), nn.GroupNorm(config.groups, n_out), nn.SiLU()]
        self.layers = nn.Sequential(*layers)
        self.out = nn.Linear(config.channels[-1] * 16, 2 * config.z_dim)

    def forward(self, x: Tensor) -> Posterior:
        return Posterior(*self.out(self.layers(x * 2 - 1).flatten(1)).chunk(2, 1))


class Decoder(nn.Module):
    """z (B, z_dim) -> x_recon (B, 3, 64, 64) in (0, 1)."""

    def __init__(self, config: VaeConfig):
        super().__init__()
        c, groups = config.channels[::-1], config.groups
        self.start = nn.Linear(config.z_dim, c[0] * 16)
        layers: list[nn.Module] = [nn.Unflatten(1, (c[0], 4, 4)), nn.GroupNorm(groups, c[0]), nn.SiLU()]
        for n_in, n_out in zip(c, c[1:], strict=False):
            layers += [nn.ConvTranspose2d(n_in, n_out, 4, 2, 1), nn.GroupNorm(groups, n_out), nn.SiLU()]
        self.layers = nn.Sequential(*layers, nn.ConvTranspose2d(c[-1], 3, 4, 2, 1))

    def forward(self, z: Tensor) -> Tensor:
        return torch.sigmoid(self.layers(self.start(z)))


class Up(nn.ConvTranspose2d):
    """Twice the size by a transposed convolution, then a small blur: (B, n_in, H, W) -> (B, n_out, 2H, 2W).

    The blur has no answer to a chequerboard, the pattern with which a decoder most easily feigns sharpness
    (Zhang 2019, https://arxiv.org/abs/1904.11486).
    """

    def __init__(self, n_in: int, n_out: int):
        super().__init__(n_in, n_out, 4, 2, 1)
        kernel = torch.tensor([1.0, 2.0, 1.0]) / 4
        blur = torch.outer(kernel, kernel).repeat(n_out, 1, 1, 1)
        self.register_buffer("blur", blur, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        x = F.pad(super().forward(x), (1, 1, 1, 1), mode="replicate")
        return F.conv2d(x, self.blur, groups=x.shape[1])


class Detail(nn.Module):
    """Adds what a 3 x 3 convolution finds at this size: (B, n, H, W) -> the same. At the start, nothing."""

    def __init__(self, n: int, groups: int):
        super().__init__()
        self.conv, self.norm = nn.Conv2d(n, n, 3, 1, 1), nn.GroupNorm(groups, n)
        nn.init.zeros_(self.norm.weight)

    def forward(self, x: Tensor) -> Tensor:
        return x + F.silu(self.norm(self.conv(x)))


class Picture(nn.Module):
    """Features (B, n, 32, 32) -> logits of pixels (B, 3, 64, 64): the rough picture plus its fine part."""

    def __init__(self, n: int, fine: int = 16):
        super().__init__()
        self.rough = Up(n, 3)
        self.fine = nn.Sequential(nn.Conv2d(n, fine, 3, 1, 1), nn.SiLU(), nn.Conv2d(fine, 3, 3, 1, 1))
        nn.init.zeros_(self.fine[2].weight)

    def forward(self, x: Tensor) -> Tensor:
        large = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
        return self.rough(x) + self.fine(large)


class SharpDecoder(nn.Module):
    """z (B, z_dim) -> x_recon (B, 3, 64, 64) in (0, 1), sharp: Decoder with Up, Detail and Picture."""

    def __init__(self, config: VaeConfig):
        super().__init__()
        c, groups = config.channels[::-1], config.groups
        self.start = nn.Linear(config.z_dim, c[0] * 16)
        layers: list[nn.Module] = [nn.Unflatten(1, (c[0], 4, 4)), nn.GroupNorm(groups, c[0]), nn.SiLU()]
        for n_in, n_out in zip(c, c[1:], strict=False):
            layers += [Up(n_in, n_out), nn.GroupNorm(groups, n_out), nn.SiLU(), Detail(n_out, groups)]
        self.layers = nn.Sequential(*layers, Picture(c[-1]))

    def forward(self, z: Tensor) -> Tensor:
        return torch.sigmoid(self.layers(self.start(z)))


class Vae(nn.Module):
    """Encoder and decoder."""

    def __init__(self, config: VaeConfig):
        super().__init__()
        self.config = config
        self.encoder = Encoder(config)
        self.decoder = SharpDecoder(config) if config.detail else Decoder(config)

    def forward(self, x: Tensor, generator: torch.Generator) -> tuple[Tensor, Posterior]:
        """x (B, 3, 64, 64) in [0, 1] -> x_recon and q(z | x), with one z drawn for each picture."""
        q = self.encoder(x)
        return self.decoder(q.sample(generator)), q


class VaeLoss(NamedTuple):
    """Means over the batch, in nats per picture; total = recon + beta kl, axis by axis."""

    total: Tensor
    recon: Tensor
    kl: Tensor


def loss(x: Tensor, x_recon: Tensor, q: Posterior, beta: float | Tensor) -> VaeLoss:
    """Reconstruction (Gaussian of unit variance, without its constant) plus beta times the regularisation.

    beta: one number, or one for each axis (z_dim,).
    """
    recon = F.mse_loss(x_recon, x, reduction="sum") / (2 * len(x))
    axes = q.kl().mean(0)
    return VaeLoss(recon + (beta * axes).sum(), recon, axes.sum())


def psnr(x: Tensor, x_recon: Tensor) -> Tensor:
    """Peak signal-to-noise ratio of each picture, in dB: (B,). Pixels in [0, 1]."""
    return -10 * torch.log10((x - x_recon).square().mean((1, 2, 3)))


# ---- what serves ----


class LatentStatistics(NamedTuple):
    """The training faces in z, each (z_dim,): mean and standard deviation of mu, mean KL in nats."""

    mean: list[float]
    std: list[float]
    kl: list[float]

    @property
    def order(self) -> list[int]:
        """Axes by falling KL: the first tells most about a face."""
        return sorted(range(len(self.kl)), key=lambda i: -self.kl[i])


class Mixture(NamedTuple):
    """Gaussians fitted to the training faces' mu: (K,), (K, z_dim), (K, z_dim, z_dim)."""

    weights: list[float]
    means: list[list[float]]
    covariances: list[list[list[float]]]

    def draw(self, seed: int) -> list[float]:
        """z from a seed, z_dim numbers: a component by its weight, then a draw from it."""
        generator = torch.Generator().manual_seed(seed)
        k = int(torch.multinomial(torch.tensor(self.weights), 1, generator=generator))
        root = torch.linalg.cholesky(torch.tensor(self.covariances[k]))
        eps = torch.randn(len(root), generator=generator)
        return (torch.tensor(self.means[k]) + root @ eps).tolist()


class Encoded(NamedTuple):
    """q(z | x) of a face: mu, sigma (z_dim,); the face and its decoded mean as JPEG data URLs, 256 px."""

    mu: list[float]
    sigma: list[float]
    aligned: str
    reconstruction: str


@once
def load() -> Vae:
    """The shipped VAE, ready to serve. Raises WeightsMissing, WeightsDamaged."""
    folder = weights.WEIGHTS / NAME
    model = Vae(weights.load_config(VaeConfig, folder))
    return weights.ready(weights.load(model, folder / "model.safetensors"), best_device())


@once
def statistics() -> LatentStatistics:
    """Measured by the recipe on the training faces, stored beside the weights. Raises as `_stored`."""
    return _stored(LatentStatistics, "latents.json")


@once
def mixture() -> Mixture:
    """Where in z the training faces lie, stored beside the weights. Raises as `_stored`."""
    return _stored(Mixture, "mixture.json")


def _stored(kind: type[T], name: str) -> T:
    """A file beside the weights as a NamedTuple. Raises WeightsMissing, WeightsDamaged."""
    file = weights.WEIGHTS / NAME / name
    weights.need(file)
    try:
        return kind(**json.loads(file.read_text()))
    except (ValueError, TypeError) as error:
        raise WeightsDamaged(file=weights.shown(file)) from error


def check(z: list[float]) -> Tensor:
    """z as a tensor (1, z_dim), clamped to +-10. Raises LatentInvalid for a wrong length, NaN or infinity."""
    z_dim = load().config.z_dim
    try:
        numbers = [float(v) for v in z]
    except (TypeError, ValueError, OverflowError) as error:
        raise LatentInvalid(z_dim=z_dim) from error
    if len(numbers) != z_dim or not all(map(math.isfinite, numbers)):
        raise LatentInvalid(z_dim=z_dim)
    return torch.tensor([numbers]).clamp(-10, 10)


def decode(z: list[float]) -> Tensor:
    """z, z_dim numbers -> the face (3, 64, 64) in [0, 1], on the CPU. Raises LatentInvalid."""
    return load().decoder(check(z).to(best_device()))[0].cpu()


def faces(codes: Tensor) -> Tensor:
    """Codes (B, z_dim) -> faces (B, 3, 64, 64) in [0, 1], one by one: batches gain nothing on a CPU."""
    decoder = load().decoder
    return torch.cat([decoder(z) for z in codes.to(best_device()).split(1)]).cpu()


def picture(z: list[float]) -> str:
    """The face of z as a JPEG data URL, 256 px. Raises LatentInvalid."""
    return data_url(to_image(decode(z)), 256)


def encode(face: Image.Image) -> Encoded:
    """An aligned face of 64 x 64 pixels -> its posterior and reconstruction."""
    model = load()
    q = model.encoder(from_image(face)[None].to(best_device()))
    x_recon = to_image(model.decoder(q.mean)[0].cpu())
    return Encoded(q.mean[0].tolist(), q.std[0].tolist(), data_url(face, 256), data_url(x_recon, 256))


def random_z(seed: int) -> list[float]:
    """z ~ N(0, I) from a seed, z_dim numbers."""
    return noise(seed, load().config.z_dim).tolist()


def mixture_z(seed: int) -> list[float]:
    """z where the training faces lie, from a seed, z_dim numbers."""
    return mixture().draw(seed)


def mean_z() -> list[float]:
    """z = 0, the middle of the prior: the mean face."""
    return [0.0] * load().config.z_dim


def between(z1: list[float], z2: list[float], t: float) -> list[float]:
    """(1 - t) z1 + t z2. Raises LatentInvalid, NumberOutOfRange for t outside [0, 1]."""
    return torch.lerp(check(z1), check(z2), float(within("t", t, 0, 1)))[0].tolist()


def line(z1: list[float], z2: list[float], steps: int) -> list[Image.Image]:
    """`steps` faces (2 to 120) on the straight line from z1 to z2, both ends included.

    Raises LatentInvalid, NumberOutOfRange.
    """
    steps = int(within("steps", steps, 2, 120, whole=True))
    codes = torch.lerp(check(z1), check(z2), torch.linspace(0, 1, steps)[:, None])
    return [to_image(x) for x in faces(codes)]


def interpolate(z1: list[float], z2: list[float], steps: int) -> list[str]:
    """The faces of `line` as JPEG data URLs, 256 px."""
    return [data_url(face, 256) for face in line(z1, z2, steps)]


def animation(z1: list[float], z2: list[float], steps: int = 24) -> str:
    """The faces of `line`, there and back, as an animated WebP data URL, 256 px."""
    return pictures.animation(line(z1, z2, steps), 256)


def png(z: list[float]) -> str:
    """The face of z as a PNG data URL, 512 px. Raises LatentInvalid."""
    return png_url(to_image(decode(z)).resize((512, 512), Image.Resampling.BICUBIC))
