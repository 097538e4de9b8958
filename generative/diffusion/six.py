"""Six faces through five models: how each stores a face, redraws it, and whether it says how likely it is.

Principal components, an autoencoder and a VAE have an encoder and answer at once. A GAN has none: a code is
looked for (`gan.inversion`). The diffusion model follows its flow to the face's noise and back (`edit`).

The six are official portraits of members of the United States Congress, in the public domain, and none of the
five models was trained on them. A visitor's face may take the last one's place: it comes as a data URL with
each call, and nothing that is made of it is kept.
"""

import csv
import math
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import torch
from PIL import Image
from torch import Tensor

from generative import gan, photos, vae, weights
from generative.device import best_device
from generative.diffusion import edit, likelihood, wishes
from generative.diffusion.faces import to_unit
from generative.diffusion.sampler import times
from generative.errors import within
from generative.once import once
from generative.pictures import data_url, from_image, to_image
from generative.vae import measure, pca, rungs

FILES = ("029328", "021124", "020720", "021192", "021311", "021991")
FOLDER = Path(photos.__file__).parent / "portraits"
MODELS = ("pca", "ae", "vae", "gan", "diffusion")
AT_ONCE = MODELS[:3]
CODES = {"ae": (32, 0.0)}  # the rung that is a plain autoencoder: z of 32 numbers, beta 0
NUMBER = 2  # bytes of a number in half precision
SHOWN = 160  # pixels of a face
DRAWS = 16  # codes for the VAE's bound
EVERY = 4  # steps of the search between two pictures
OWN = len(FILES) - 1  # the place that a visitor's face takes


class Portrait(NamedTuple):
    """Whose portrait, as one writes it; a data URL."""

    name: str
    picture: str


class Cell(NamedTuple):
    """A face redrawn by a model: its place, step `done` of `of`; likeness in dB; sharpness, a share of the
    face's own; a data URL, '' where the picture before still stands. Done once done equals of."""

    model: str
    face: int
    done: int
    of: int
    psnr: float
    sharp: float
    picture: str


class Likely(NamedTuple):
    """What the first models say of a face, in bits for each of its 12,288 numbers: PCA its density, the VAE a
    bound, so that its density is at least as good: at most so many bits."""

    pca: float
    vae: float


# ---- the six ----


@once
def faces() -> Tensor:
    """(6, 3, 64, 64) in [0, 1]."""
    size = photos.detect.SIZE
    opened = [Image.open(FOLDER / f"{name}.jpg").convert("RGB") for name in FILES]
    return torch.stack([from_image(face.resize((size, size), Image.Resampling.LANCZOS)) for face in opened])


def names() -> list[str]:
    """Whose portraits they are, as stored beside them: "BROWN, Corrine" is Corrine Brown."""
    with (FOLDER / "portraits.csv").open(newline="", encoding="utf-8") as file:
        stored = {row["file"]: row["name"].split(", ") for row in csv.DictReader(file)}
    return [f"{first} {last.title()}" for last, first in (stored[f"{name}.jpg"] for name in FILES)]


@once
def portraits() -> list[Portrait]:
    """The six with their names."""
    pictures = [data_url(to_image(x), SHOWN) for x in faces()]
    return [Portrait(*pair) for pair in zip(names(), pictures, strict=True)]


def one(face: int | str) -> Tensor:
    """One of the six by its place, or a visitor's face, a data URL: (1, 3, 64, 64). Raises NumberOutOfRange,
    PhotoTooLarge, PhotoUnreadable."""
    if isinstance(face, str):
        return edit.opened(face)
    return faces()[within("face", face, 0, len(FILES) - 1, whole=True)][None]


def place(face: int | str) -> int:
    """Where in the table a face stands."""
    return OWN if isinstance(face, str) else face


# ---- five ways to store a face ----


@once
def sizes() -> dict[str, int]:
    """Bytes of each model's code, in half precision. Raises WeightsMissing, WeightsDamaged."""
    numbers = {
        "pca": pca.load().config.components,
        "ae": CODES["ae"][0],
        "vae": vae.model.load().config.z_dim,
        "gan": len(gan.model.load().G.mapping.w_avg),
        "diffusion": faces()[0].numel(),  # as many as the picture has
    }
    return {model: NUMBER * n for model, n in numbers.items()}


def redrawn(model: str, x: Tensor) -> Tensor:
    """Faces (B, 3, 64, 64) through a model with an encoder, z in half precision, on the CPU. KeyError for
    others."""
    x = x.to(best_device())
    if model == "pca":
        return pca.load().decode(pca.load().encode(x).half().float()).clamp(0, 1).cpu()
    if model == "vae":
        q = vae.model.load().encoder(x)
        return vae.model.load().decoder(q.mean.half().float()).cpu()
    return rungs.through(x.cpu(), *CODES[model]).x_recon


def cell(model: str, face: int | str, x_recon: Tensor, done: int = 1, of: int = 1, seen: bool = True) -> Cell:
    """A face as a model redraws it, x_recon (1, 3, 64, 64) in [0, 1]; seen: with its picture."""
    x = one(face)
    sharp = measure.sharpness(x_recon) / max(measure.sharpness(x), measure.PLAIN)
    likeness = measure.likeness(x, x_recon)
    picture = data_url(to_image(x_recon[0]), SHOWN) if seen else ""
    return Cell(model, place(face), done, of, likeness, sharp, picture)


@once
def at_once() -> list[Cell]:
    """All faces by the models with an encoder. Raises WeightsMissing, WeightsDamaged."""
    found = {model: redrawn(model, faces()) for model in AT_ONCE}
    return [cell(model, i, x[i : i + 1]) for model, x in found.items() for i in range(len(FILES))]


def own(face: str) -> list[Cell]:
    """A visitor's face by the same models. Raises PhotoTooLarge, PhotoUnreadable, WeightsMissing,
    WeightsDamaged."""
    return [cell(model, face, redrawn(model, one(face))) for model in AT_ONCE]


def in_time() -> Iterator[Cell]:
    """The others, face by face, as they are looked for and walked: a step each.

    Raises WeightsMissing, WeightsDamaged.
    """
    for face in range(len(FILES)):
        yield from taken(face)


def taken(face: int | str) -> Iterator[Cell]:
    """One face by both."""
    yield from walked(face)
    yield from searched(face)


def walked(face: int | str) -> Iterator[Cell]:
    """By diffusion: backwards along the flow to the noise, told the face's own attributes, and forwards."""
    x, at = one(face), times(edit.STEPS)
    field, of, noise = wishes.field(wishes.wish(edit.attributes(x))), 4 * edit.STEPS, None
    for done, (_, noise) in enumerate(edit.walked(field, edit.to_flow(x), at[::-1]), 1):
        yield cell("diffusion", face, to_unit(noise), done, of)
    noise = noise.half().float()
    for done, (_, back) in enumerate(edit.walked(field, noise, at), 2 * edit.STEPS + 1):
        yield cell("diffusion", face, to_unit(back), done, of)


def searched(face: int | str) -> Iterator[Cell]:
    """By the GAN: descending the squared error from its mean face (`gan.inversion`), a step each, with a
    picture now and then: between any two steps a hand may go first."""
    of = gan.inversion.STEPS
    for done, found in enumerate(gan.inversion.descended(one(face))):
        seen = done % EVERY == 0 or done == of
        yield cell("gan", face, found.detach().clamp(0, 1).cpu(), done, of, seen)


# ---- how likely a face is ----


@once
def vae_noise() -> float:
    """The variance of the VAE's noise for its bound: its mean squared error on held-out photos, as published.

    In training it is 1, far more than the error; a bound with that says 9.3 bits of anything. Raises
    WeightsMissing, WeightsDamaged.
    """
    folder = weights.WEIGHTS / vae.model.NAME
    return 2 * weights.stored(folder / "training.json", "val")["recon"] / faces()[0].numel()


@once
def likely(face: int) -> Likely:
    """What PCA and VAE say of one of the six. Raises NumberOutOfRange, WeightsMissing, WeightsDamaged."""
    return judged(within("face", face, 0, len(FILES) - 1, whole=True))


def judged(face: int | str) -> Likely:
    """The same of any face, not kept. Raises PhotoTooLarge, PhotoUnreadable as well."""
    x = likelihood.dequantised(one(face), torch.Generator().manual_seed(0))
    n, model = x.numel(), vae.model.load()
    bound = measure.elbo(model, x, vae_noise(), torch.Generator().manual_seed(1), DRAWS)
    density = pca.load().log_density(x.to(best_device())).cpu()
    return Likely(measure.bits(density, n).item(), measure.bits(bound, n).item())


def integrated(face: int | str) -> Iterator[likelihood.Bits]:
    """What the diffusion model says of a face. Raises NumberOutOfRange, PhotoTooLarge, PhotoUnreadable,
    WeightsMissing, WeightsDamaged."""
    yield from likelihood.of_face(one(face))


def even() -> float:
    """What an even density says, in bits: what a pixel stored as it is takes."""
    return math.log2(likelihood.LEVELS)
