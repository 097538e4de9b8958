"""The one way that every quiz picture goes, real or fake, so that only the face decides.

Each is aligned, cropped and resampled alike (`normalise`); the pictures of one round get one brightness
and, as far as their looks bear it, one power spectrum (`alike`). What is left to tell is measured by
benchmarks/leak_probe.py.

It does not know which picture is real.
"""

import math
import random

import torch
import torch.nn.functional as F
from PIL import Image

from generative.errors import NoFace
from generative.photos import aligner
from generative.photos.detect import Frame, cut, settle
from generative.photos.sources import Source
from generative.pictures import from_image, to_image

SHOWN = 128  # pixels of a quiz picture
# The part of the frame that is shown. Portraits are cropped tighter: flags and studio walls tell.
INNER = {"folder": 0.82, "own": 0.82, "fairface": 0.82, "portraits": 0.74}
SHAKE = 0.02  # of a crop's place and size (in sides) and angle (radians): hides how models sit in a frame


def _within(frame: Frame, image: Image.Image) -> bool:
    """Whether all four corners of a frame lie in the picture."""
    reach = frame.size / 2 * (abs(math.cos(frame.angle)) + abs(math.sin(frame.angle)))
    return reach <= min(frame.x, frame.y, image.width - frame.x, image.height - frame.y)


def _shaken(frame: Frame, draw: random.Random) -> Frame:
    """A frame a little off, by chance."""
    x, y, growth, turn = (draw.gauss(0, SHAKE) for _ in range(4))
    return Frame(
        frame.x + x * frame.size, frame.y + y * frame.size, frame.size * math.exp(growth), frame.angle + turn
    )


def normalise(
    image: Image.Image, source: Source, crop: float = 1.0, draw: random.Random | None = None
) -> Image.Image:
    """The one way that every picture of the quiz goes, to 128 x 128, so that only the face decides.

    `image` is an aligned face, 64 x 64, a model's or a photo's of the source. All are aligned once more,
    cropped and resampled alike; `quiz` compresses them alike. `crop` below 1 shows less: hair and background
    go first; `draw` shakes the crop a little (SHAKE). Raises NoFace where no face is seen, or the crop would
    reach over the edge: draw another.
    """
    face = settle(image)
    inner = face._replace(size=face.size * INNER[source.name] * crop)
    if draw:
        inner = _shaken(inner, draw)
    if not _within(inner, image):
        raise NoFace
    return cut(image, inner, SHOWN)


def landmarks(source: Source, crop: float = 1.0) -> dict[str, tuple[float, float]]:
    """Where a shown picture has eyes and mouth corners: name -> x, y in sides of the picture."""
    inner = INNER[source.name] * crop
    names = ("eye_left", "eye_right", "mouth_left", "mouth_right")
    points = zip(names, (*aligner.EYES, *aligner.MOUTH), strict=True)
    return {name: ((x - 0.5) / inner + 0.5, (y - 0.5) / inner + 0.5) for name, (x, y) in points}


# ---- the pictures of one round ----

RINGS = 24  # of spatial frequencies, in which power is made equal
LEVELLINGS = 3  # times, because whites that are cut off change the spectrum a little
LEAST, MOST = 0.7, 1.5  # of a ring's amplitude: levelled further, a face looks painted
TINTED = 0.5  # of its own tint that a picture keeps: with none left, skin turns grey or green
UNEVEN = 0.35  # standard deviation of the log of a ring's power, before three neighbours are averaged
SHADE = 0.015  # of its mean colour, channel by channel


def _waves(x: torch.Tensor) -> torch.Tensor:
    """x (N, C, H, W) -> its Fourier transform, mirrored first so that no edge meets its opposite."""
    x = torch.cat([x, x.flip(3)], 3)
    return torch.fft.rfft2(torch.cat([x, x.flip(2)], 2))  # (N, C, 2 H, W + 1)


def _rings(height: int, width: int) -> torch.Tensor:
    """For each wave of `_waves` its ring, (2 H, W + 1): RINGS of them, log-spaced in frequency."""
    y, x = torch.fft.fftfreq(2 * height) * 2 * height, torch.arange(width + 1.0)
    octaves = torch.hypot(y[:, None], x).clamp(min=1).log2()
    return (octaves / octaves.max() * RINGS).long().clamp(max=RINGS - 1)


def _power(waves: torch.Tensor, rings: torch.Tensor) -> torch.Tensor:
    """The mean power in each ring, (N, RINGS), never 0."""
    power = waves.abs().square().sum(1).flatten(1)  # (N, waves)
    total = torch.zeros(len(power), RINGS).index_add_(1, rings.flatten(), power)
    return total / torch.bincount(rings.flatten(), minlength=RINGS).clamp(min=1) + 1e-3


def _chance(draw: random.Random, width: float, n: int, channels: int) -> torch.Tensor:
    """Normal numbers (n, channels, 1, 1) of this standard deviation."""
    numbers = [draw.gauss(0, width) for _ in range(n * channels)]
    return torch.tensor(numbers).view(n, channels, 1, 1)


def alike(pictures: list[Image.Image], draw: random.Random | None = None) -> list[Image.Image]:
    """The pictures of one round with one brightness, tints that come together, and one power spectrum.

    Else a generator that is a shade too dark, too crisp or too soft gives itself away without its face. The
    power in each ring of spatial frequencies becomes the geometric mean of all, as far as LEAST and MOST
    allow, so that contrast and sharpness agree however they are measured. Cut-off whites and compression
    leave a trace that always points the same way: with `draw`, chance hides it (UNEVEN, SHADE).
    """
    x = torch.stack([from_image(picture) for picture in pictures])  # (N, 3, H, W)
    own = x.mean((2, 3), keepdim=True)
    x, grey = x - own, own.mean(1, keepdim=True)
    tint = own - grey
    colour = grey.mean() + TINTED * tint + (1 - TINTED) * tint.mean(0)
    rings = _rings(*x.shape[2:])
    first = _power(_waves(x), rings).log()  # (N, RINGS)
    wanted = first.mean(0).expand(len(x), -1)
    if draw:
        uneven = _chance(draw, UNEVEN, len(x), RINGS)[..., 0]
        wanted = wanted + F.avg_pool1d(uneven.mT, 3, 1, 1).squeeze(1)
        colour = colour + _chance(draw, SHADE, len(x), 3)
    wanted = wanted.clamp(first + 2 * math.log(LEAST), first + 2 * math.log(MOST))
    for _ in range(LEVELLINGS):
        waves = _waves(x)
        gain = ((wanted - _power(waves, rings).log()) / 2).exp()
        x = torch.fft.irfft2(waves * gain[:, rings][:, None])[..., : x.shape[2], : x.shape[3]]
        x = (colour + x).clamp(0, 1) - colour
    return [to_image(picture) for picture in colour + x]
