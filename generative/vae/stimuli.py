"""Pictures to try on the face VAE: faces, things that are no faces, and what can be done to any picture.

All are 64 x 64 and made on the spot. The photos come with scikit-image: the astronaut Eileen Collins (NASA)
and a rocket (SpaceX), public domain; a cup of coffee (R. Michetti) and a cat (S. van der Walt), CC0.

It does not know what the VAE will make of them. Where a face by a GAN is asked for, the caller passes
`sample` (seed, n, psi), which gives n of them, (n, 3, 64, 64) in [0, 1].
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps
from torch import Tensor

from generative.device import noise
from generative.errors import check_seed
from generative.once import once
from generative.photos.detect import SIZE, Frame
from generative.pictures import data_url, from_image, open_picture, png_url, to_image
from generative.vae import model, outliers, portrait
from generative.vae.outliers import Unusual
from generative.vae.portrait import Reading

FACES = ("photo", "current", "gan")
NO_FACES = ("coffee", "cat", "rocket", "text", "checkerboard", "gradient", "grey")
CHANGES = ("none", "upside_down", "covered", "inverted", "noisy", "blurred")
BAR = (0.17, 0.22, 0.83, 0.38)  # left, top, right, bottom of what covers the eyes, in sides of the frame
NOISE = 0.2  # standard deviation, of pixels in [0, 1]
BLUR = 3.0  # pixels, standard deviation

Sampler = Callable[[int, int, float], Tensor]


def picture(name: str, z: list[float], seed: int, sample: Sampler) -> Tensor:
    """A picture (3, 64, 64) in [0, 1]: 'current' is the face of z ([]: of zeros), 'gan' the one of a seed.

    Raises LatentInvalid, NumberOutOfRange; KeyError for a name that is none of FACES and NO_FACES.
    """
    if name == "current":
        return model.decode(z or model.mean_z())
    if name == "gan":
        return sample(check_seed(seed), 1, 0.7)[0]
    if name != "photo" and name not in NO_FACES:
        raise KeyError(name)
    return from_image(_still(name))


class Example(NamedTuple):
    """A photo that anyone may be shown (a data URL), its face's frame, and what the VAE makes of it."""

    photo: str
    frame: Frame
    reading: Reading


@once
def example() -> Example:
    """The astronaut's photo, found and encoded. Raises WeightsMissing, WeightsDamaged."""
    photo = data_url(Image.fromarray(_data("astronaut")))
    frame = portrait.find(photo).start
    return Example(photo, frame, portrait.read(photo, frame))


def _data(name: str) -> np.ndarray:
    """A photo that comes with scikit-image, (H, W, 3)."""
    from skimage import data  # here, since it takes a second

    return getattr(data, name)()


@once
def _still(name: str) -> Image.Image:
    """A picture that is always the same."""
    if name in DRAWN:
        return DRAWN[name]()
    if name == "photo":
        return outliers.aligned(Image.fromarray(_data("astronaut")))
    return ImageOps.fit(Image.fromarray(_data(name)), (SIZE, SIZE), Image.Resampling.LANCZOS)


def _text() -> Image.Image:
    page = Image.new("RGB", (SIZE, SIZE), "white")
    words = "palavra\nword\npalavra\nword"
    ImageDraw.Draw(page).text((4, 2), words, "black", ImageFont.load_default(14), spacing=1)
    return page


def _checkerboard() -> Image.Image:
    board = Image.new("RGB", (8, 8))
    board.putdata([((x + y) % 2 * 255,) * 3 for y in range(8) for x in range(8)])
    return board.resize((SIZE, SIZE), Image.Resampling.NEAREST)


DRAWN = {
    "text": _text,
    "checkerboard": _checkerboard,
    "gradient": lambda: Image.linear_gradient("L").resize((SIZE, SIZE)).convert("RGB"),
    "grey": lambda: Image.new("RGB", (SIZE, SIZE), (128, 128, 128)),
}


def changed(x: Tensor, change: str, seed: int) -> Tensor:
    """A picture (3, 64, 64) in [0, 1] with one of CHANGES made, else KeyError; only noise needs the seed."""
    if change not in CHANGES:
        raise KeyError(change)
    if change == "none":
        return x
    if change == "upside_down":
        return x.flip(1, 2)
    if change == "inverted":
        return 1 - x
    if change == "noisy":
        return (x + NOISE * noise(check_seed(seed), *x.shape)).clamp(0, 1)
    image = to_image(x)
    if change == "blurred":
        return from_image(image.filter(ImageFilter.GaussianBlur(BLUR)))
    ImageDraw.Draw(image).rectangle([round(side * SIZE) for side in BAR], (128, 128, 128))
    return from_image(image)


# ---- what the VAE makes of them ----


class Look(NamedTuple):
    """A picture and its reconstruction (data URLs, 256 px), the error map (64 px), how unusual it is."""

    picture: str
    reconstruction: str
    error: str
    unusual: Unusual


class Ranked(NamedTuple):
    """A picture among others: its name, what was done to it, a data URL of 128 px, its percentiles."""

    name: str
    change: str
    picture: str
    percentiles: dict[str, float]


def look(name: str, change: str, z: list[float], seed: int, sample: Sampler) -> Look:
    """One picture with one change. Raises LatentInvalid, NumberOutOfRange, WeightsMissing, WeightsDamaged."""
    x = changed(picture(name, z, seed, sample), change, seed)
    found = outliers.unusual(x[None])[0]
    x_recon = to_image(found.x_recon)
    error = png_url(portrait.error_map(x, found.x_recon))
    return Look(data_url(to_image(x), 256), data_url(x_recon, 256), error, found)


def ranked(z: list[float], seed: int, sample: Sampler) -> list[Ranked]:
    """The current face, one by the GAN, the photo with every change, and all that is no face.

    Raises LatentInvalid, NumberOutOfRange, WeightsMissing, WeightsDamaged.
    """
    own = [(name, "none", picture(name, z, seed, sample)) for name in FACES if name != "photo"]
    return [*_ranked(own), *_always()]


def of_photo(photo: str, frame: list[float]) -> list[Ranked]:
    """The framed face of a visitor's photo (a data URL), with every change. It is kept nowhere.

    Raises PhotoTooLarge, PhotoUnreadable, NumberOutOfRange, WeightsMissing, WeightsDamaged.
    """
    image = open_picture(photo)
    x = from_image(outliers.framed(image, portrait.check_frame(frame, image)))
    return _ranked([("yours", change, changed(x, change, 0)) for change in CHANGES])


@once
def _always() -> list[Ranked]:
    """Those of `ranked` that are the same for every visitor."""
    x = from_image(_still("photo"))
    made = [("photo", change, changed(x, change, 0)) for change in CHANGES]
    return _ranked(made + [(name, "none", from_image(_still(name))) for name in NO_FACES])


def _ranked(pictures: list[tuple[str, str, Tensor]]) -> list[Ranked]:
    found = outliers.unusual(torch.stack([x for _, _, x in pictures]))
    return [
        Ranked(name, change, data_url(to_image(x), 128), one.percentiles)
        for (name, change, x), one in zip(pictures, found, strict=True)
    ]
