"""The one way that every quiz picture goes, real or fake, so that only the face decides.

Each is aligned, cropped and resampled alike (`normalise`); the pictures of one round get one mean
colour and one power spectrum (`alike`). What is left to tell is measured by benchmarks/leak_probe.py.

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
SECTORS = 3  # of each ring: lines across, slanting, upright
LEVELLINGS = 3  # times, because whites that are cut off change the spectrum a little
UNEVEN = 0.7  # standard deviation of the log of a ring's power, before three neighbours are averaged
TINT = 0.015  # of its mean colour, channel by channel


def _waves(x: torch.Tensor) -> torch.Tensor:
    """x (N, C, H, W) -> its Fourier transform, mirrored first so that no edge meets its opposite."""
    x = torch.cat([x, x.flip(3)], 3)
    return torch.fft.rfft2(torch.cat([x, x.flip(2)], 2))  # (N, C, 2 H, W + 1)


def _rings(height: int, width: int) -> torch.Tensor:
    """For each wave of `_waves` its part, (2 H, W + 1): RINGS log-spaced in frequency, by SECTORS."""
    y, x = torch.fft.fftfreq(2 * height) * 2 * height, torch.arange(width + 1.0)
    octaves = torch.hypot(y[:, None], x).clamp(min=1).log2()
    ring = (octaves / octaves.max() * RINGS).long().clamp(max=RINGS - 1)
    sector = (torch.atan2(y.abs()[:, None], x) / (math.pi / 2) * SECTORS).long().clamp(max=SECTORS - 1)
    return ring * SECTORS + sector


def _power(waves: torch.Tensor, rings: torch.Tensor) -> torch.Tensor:
    """The mean power in each part of the spectrum, (N, RINGS * SECTORS), never 0."""
    power = waves.abs().square().sum(1).flatten(1)  # (N, waves)
    parts = RINGS * SECTORS
    total = torch.zeros(len(power), parts).index_add_(1, rings.flatten(), power)
    return total / torch.bincount(rings.flatten(), minlength=parts).clamp(min=1) + 1e-3


def _toned(x: torch.Tensor) -> torch.Tensor:
    """x (N, C, H, W) with one histogram of its mean over channels: the middle of all."""
    grey = x.mean(1).flatten(1)
    order = grey.argsort(1)
    wanted = torch.empty_like(grey).scatter_(1, order, grey.sort(1).values.mean(0).expand_as(grey))
    return x + (wanted - grey).view(len(x), 1, *x.shape[2:])


def _chance(draw: random.Random, width: float, n: int, channels: int) -> torch.Tensor:
    """Normal numbers (n, channels, 1, 1) of this standard deviation."""
    numbers = [draw.gauss(0, width) for _ in range(n * channels)]
    return torch.tensor(numbers).view(n, channels, 1, 1)


def alike(pictures: list[Image.Image], draw: random.Random | None = None) -> list[Image.Image]:
    """The pictures of one round with one mean colour and one power spectrum: their own middle.

    Else a generator that is a shade too dark, too crisp or too soft gives itself away without its face. Mean
    colour becomes the mean of all; the power in each ring of spatial frequencies the geometric mean, so that
    contrast and sharpness agree however they are measured. Cut-off whites and compression leave a trace that
    always points the same way: with `draw`, chance hides it (UNEVEN, TINT).
    """
    x = torch.stack([from_image(picture) for picture in pictures])  # (N, 3, H, W)
    mean = x.mean((2, 3), keepdim=True)
    x, colour = x - mean, mean.mean(0).expand(len(x), 3, 1, 1)
    rings = _rings(*x.shape[2:])
    wanted = _power(_waves(x), rings).log().mean(0).expand(len(x), -1)  # (N, RINGS)
    if draw:
        uneven = _chance(draw, UNEVEN, len(x), RINGS)[..., 0]
        wanted = wanted + F.avg_pool1d(uneven.mT, 3, 1, 1).squeeze(1).repeat_interleave(SECTORS, 1)
        colour = colour + _chance(draw, TINT, len(x), 3)
    for _ in range(LEVELLINGS):
        waves = _waves(x)
        gain = ((wanted - _power(waves, rings).log()) / 2).exp()
        waves = waves * gain[:, rings][:, None]
        x = torch.fft.irfft2(waves)[..., : x.shape[2], : x.shape[3]]
        soft = F.avg_pool2d(F.pad(x, (4, 4, 4, 4), "reflect"), 9, 1)
        x = _toned(soft) + _toned(x - soft)
        x = (colour + x).clamp(0, 1) - colour
    return [to_image(picture) for picture in colour + x]
