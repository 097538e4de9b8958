"""Eight small autoencoders of faces, the rungs: they differ in the size of z and in beta, in nothing else.

Hinton and Salakhutdinov, "Reducing the Dimensionality of Data with Neural Networks", 2006,
https://doi.org/10.1126/science.1127647
Higgins et al., "beta-VAE", 2017, https://openreview.net/forum?id=Sy2fzU9gl
Hoffman and Johnson, "ELBO surgery", 2016, http://approximateinference.org/2016/accepted/HoffmanJohnson2016.pdf:
the gap between the prior and the codes of all faces together.

Networks and loss are those of generative/vae/model.py: 1/2 |x - x_recon|^2 summed over 12,288 numbers + beta
KL summed over axes. With beta 0 nothing asks for a spread: the code is mu alone, and there is no KL.

It does not know the page, nor how the rungs were trained (generative/training/vae_ladder.py).
"""

import functools
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from PIL import Image
from torch import Tensor

from generative import photos, pictures, weights
from generative.device import best_device, noise
from generative.errors import (
    PhotosFaceless,
    PhotosMissing,
    WeightsDamaged,
    check_seed,
    within,
)
from generative.once import once
from generative.pictures import data_url, from_image, to_image
from generative.vae import jpeg, model
from generative.vae.jpeg import Jpeg
from generative.vae.model import Vae, VaeConfig

NAME = "vae_ladder"


@dataclass(frozen=True)
class RungsConfig:
    """The sizes that all rungs share, and the rungs: (z_dim, beta)."""

    channels: tuple[int, ...] = (32, 64, 96, 128)  # 0.8M parameters, 1.5 MB in fp16: eight are shipped
    groups: int = 8
    rungs: tuple[tuple[int, float], ...] = (
        (2, 0.0),  # beta 0: a plain autoencoder
        (2, 1.0),
        (5, 0.0),
        (5, 1.0),
        (32, 0.0),
        (32, 1.0),
        (32, 4.0),
        (32, 10.0),
    )

    def model(self, z_dim: int) -> VaeConfig:
        return VaeConfig(z_dim, self.channels, self.groups)


def name(z_dim: int, beta: float) -> str:
    """What a rung is called in files: z32_beta4."""
    return f"z{z_dim}_beta{beta:g}"


@once
def config() -> RungsConfig:
    """As published. Raises WeightsMissing, WeightsDamaged."""
    return weights.load_config(RungsConfig, weights.WEIGHTS / NAME)


@once
def load(z_dim: int, beta: float) -> Vae:
    """One rung, ready to serve. Raises WeightsMissing, WeightsDamaged."""
    model = Vae(config().model(z_dim))
    file = weights.WEIGHTS / NAME / f"{name(z_dim, beta)}.safetensors"
    return weights.ready(weights.load(model, file), best_device())


def decode(z: Tensor, z_dim: int, beta: float) -> Tensor:
    """z (B, z_dim) -> faces (B, 3, 64, 64) in [0, 1], on the CPU."""
    return load(z_dim, beta).decoder(z.to(best_device())).cpu()


# ---- what was measured when the rungs were published ----


class Rung(NamedTuple):
    """On held-out photos, at the posterior mean: PSNR in dB, reconstruction term and KL in nats, active axes
    (KL above 0.05 nats), sharpness of samples from N(0, I) as a share of the photos'.

    On the training photos: mean (z_dim,) and covariance (z_dim, z_dim) of mu; variance (z_dim,), the mean of
    sigma^2; cloud, for two-dimensional z, the mu of some photos drawn at random. With beta 0 there is no KL
    (None), and the variance is 0.
    """

    z_dim: int
    beta: float
    images: int
    seconds: float
    psnr: float
    recon: float
    kl: float | None
    active: int | None
    sharpness: float
    mean: list[float]
    covariance: list[list[float]]
    variance: list[float]
    cloud: list[list[float]]


@once
def rungs() -> dict[tuple[int, float], Rung]:
    """All rungs by (z_dim, beta). Raises WeightsMissing, WeightsDamaged."""
    file = weights.WEIGHTS / NAME / "statistics.json"
    weights.need(file)
    try:
        stored = json.loads(file.read_text())
        return {(z_dim, beta): Rung(**stored[name(z_dim, beta)]) for z_dim, beta in config().rungs}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise WeightsDamaged(file=weights.shown(file)) from error


def codes(rung: Rung) -> tuple[Tensor, Tensor]:
    """Mean (z_dim,) and covariance (z_dim, z_dim) of the codes of all faces, the aggregated posterior.

    Their covariance is that of the centres mu plus the mean spread sigma^2 around them.
    """
    mean, covariance = (torch.tensor(v, dtype=torch.float64) for v in (rung.mean, rung.covariance))
    return mean, covariance + torch.diag(torch.tensor(rung.variance, dtype=torch.float64))


def gap(rung: Rung) -> float:
    """How far the codes are from the prior, in nats: KL(N(mean, covariance) || N(0, I)), a lower bound.

    With p the prior and g the Gaussian with the codes' mean and covariance,
    KL(codes || p) = KL(codes || g) + KL(g || p): what is not Gaussian about the codes comes on top.
    """
    mean, covariance = codes(rung)
    terms = covariance.trace() + mean.square().sum() - len(mean) - torch.logdet(covariance)
    return float(terms / 2)


def draw(z_dim: int, beta: float, seed: int, n: int, fitted: bool) -> Tensor:
    """n codes (n, z_dim): from the prior N(0, I), or from the Gaussian fitted to the codes of faces."""
    eps = noise(seed, n, z_dim)
    if not fitted:
        return eps
    mean, covariance = codes(rungs()[z_dim, beta])
    root = torch.linalg.cholesky(covariance + 1e-6 * torch.eye(z_dim, dtype=torch.float64))
    return mean.float() + eps @ root.float().T


# ---- the faces that go through ----


class Cast(NamedTuple):
    """Faces x (N, 3, 64, 64) in [0, 1]; what each is: 'current', 'photo', 'gan'; whom to thank for photos;
    chosen: the place of the face that is measured."""

    x: Tensor
    kinds: list[str]
    thanks: dict[str, str] | None
    chosen: int


OTHERS, PHOTOS = 5, 3  # faces beside the current one; how many of them are photos, where there are photos
PSI = 0.7  # truncation of the GAN: fewer odd faces


def current(z: Sequence[float]) -> Image.Image:
    """The face of the large VAE at z, 64 x 64; an empty z is its mean face. Raises LatentInvalid."""
    return to_image(model.decode(z or model.mean_z()))


def real_faces(seed: int) -> tuple[list[Image.Image], dict[str, str] | None]:
    """Photos of this machine and whom to thank; none where they cannot be read."""
    try:
        source = photos.sources.source()
        return drawn(seed, source.name, str(source.path), source.count), source.attribution
    except (PhotosFaceless, PhotosMissing):  # the quiz says what to do about it; here the GAN steps in
        return [], None


@functools.lru_cache(maxsize=16)  # finding the faces takes longer than all the rest
def drawn(seed: int, *named: object) -> list[Image.Image]:
    """Photos from a seed, aligned, 64 x 64; `named`: the source, so that another is drawn anew."""
    source, rng = photos.sources.source(), random.Random(seed)
    return [photos.sources.real_photo(rng, source) for _ in range(PHOTOS)]


def cast(z: Sequence[float], seed: int, sample: Callable[[int, int, float], Tensor], chosen: int = 0) -> Cast:
    """The current face and five others from a seed: photos if there are any, else only faces by a GAN.

    `sample` (seed, n, psi) gives n of its faces, (n, 3, 64, 64) in [0, 1]. Raises LatentInvalid,
    NumberOutOfRange.
    """
    real, thanks = real_faces(check_seed(seed))
    made = OTHERS - len(real)
    x = torch.stack([from_image(face) for face in [current(z), *real]])
    kinds = ["current"] + ["photo"] * len(real) + ["gan"] * made
    chosen = within("chosen", chosen, 0, OTHERS, whole=True)
    return Cast(torch.cat([x, sample(seed, made, PSI)]), kinds, thanks, chosen)


class Passage(NamedTuple):
    """Faces through one rung: x_recon (N, 3, 64, 64) in [0, 1]; of each face PSNR in dB, and in nats
    the reconstruction term and KL (None with beta 0)."""

    x_recon: Tensor
    psnr: list[float]
    recon: list[float]
    kl: list[float] | None


def through(x: Tensor, z_dim: int, beta: float) -> Passage:
    """x (N, 3, 64, 64) in [0, 1] through a rung, at the posterior mean, z rounded to fp16 as it would be
    stored."""
    q = load(z_dim, beta).encoder(x.to(best_device()))
    x_recon = decode(q.mean.half().float(), z_dim, beta)
    recon = (x - x_recon).square().sum((1, 2, 3)) / 2
    kl = q.kl().sum(1).tolist() if beta else None
    return Passage(x_recon, model.psnr(x, x_recon).tolist(), recon.tolist(), kl)


# ---- the same faces through 2, 5, 32 numbers, and under more and more beta ----


class Row(NamedTuple):
    """One rung: its faces, and faces drawn from it, each as one JPEG data URL of a row; for the chosen face
    PSNR, reconstruction term, KL, and the smallest JPEG that is as good; z_bytes: of z in fp16."""

    z_dim: int
    beta: float
    faces: str
    drawn: str
    psnr: float
    recon: float
    kl: float | None
    z_bytes: int
    jpeg: Jpeg | None = None

    @property
    def loss(self) -> float:
        """What training lowers, in nats: the reconstruction term and beta times the KL."""
        return self.recon + self.beta * (self.kl or 0)


CELL = 128  # pixels of a face in a row


def strip(x: Tensor) -> str:
    """Faces (N, 3, 64, 64) side by side as one JPEG data URL."""
    return data_url(pictures.sheet([to_image(face) for face in x], len(x), CELL))


def row(found: Cast, z_dim: int, beta: float) -> Row:
    """The cast through a rung."""
    passed, i = through(found.x, z_dim, beta), found.chosen
    kl = passed.kl and passed.kl[i]
    return Row(z_dim, beta, strip(passed.x_recon), "", passed.psnr[i], passed.recon[i], kl, 2 * z_dim)


def by_size(found: Cast, beta: float) -> list[Row]:
    """The cast through 2, 5 and 32 numbers, beta 0 or 1, with the JPEG that matches. NumberOutOfRange."""
    beta = within("beta", beta, 0, 1, whole=True)
    candidates = jpeg.every(found.x[found.chosen])
    rows = [row(found, z_dim, b) for z_dim, b in config().rungs if b == beta]
    return [r._replace(jpeg=jpeg.smallest(candidates, r.psnr)) for r in rows]


def by_beta(found: Cast, seed: int, fitted: bool) -> list[Row]:
    """The cast through 32 numbers under every beta, and as many faces drawn, all from the same noise."""
    widest = max(z_dim for z_dim, _ in config().rungs)
    rows = [row(found, z_dim, beta) for z_dim, beta in config().rungs if z_dim == widest]
    z = [draw(widest, r.beta, check_seed(seed), len(found.kinds), fitted) for r in rows]
    return [r._replace(drawn=strip(decode(codes, widest, r.beta))) for r, codes in zip(rows, z, strict=True)]
