"""Sheets of GAN faces: which face is which, its relatives, and what D says of them.

A face is named by how it was found, not by its 256 numbers, so that a link can hold it. Knows nothing of
training.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from generative import pictures
from generative.device import noise
from generative.errors import check_seed, within
from generative.gan import model, quality
from generative.once import recent
from generative.photos.detect import align
from generative.pictures import data_url, from_image, open_picture, to_image

SHEET = 16  # faces on a sheet
LONGEST_PATH = 24  # "more like this" steps that a link keeps
MOST = 64  # faces of one call


class Face(NamedTuple):
    """Where a face comes from: a seed, the faces held on the way to its sheet, and its place there (0 to 15).

    As text: '7::3' is face 3 of seed 7; '7:3.12:0' is face 0 of the sheet around face 12 of the sheet around
    face 3.
    """

    seed: int
    path: tuple[int, ...]
    place: int


class Style(NamedTuple):
    """How faces are drawn: truncation psi, 0 to 1.5; the noise of every layer, 1 as trained, 0 without."""

    psi: float = 1.0
    noise: float = 1.0

    def check(self) -> "Style":
        """Itself. Raises NumberOutOfRange."""
        return Style(within("psi", self.psi, 0, 1.5), within("noise", self.noise, 0, 1))


PLAIN = Style()


def read_path(text: str) -> tuple[int, ...]:
    """'3.12' -> (3, 12); '' -> (). Raises NumberOutOfRange."""
    return tuple(
        within("face", number(p), 0, SHEET - 1, whole=True) for p in text.split(".")[:LONGEST_PATH] if p
    )


def number(text: str) -> float | str:
    """A number as a link writes it; anything else as it stands, for `within` to refuse."""
    try:
        return float(text[:24])
    except ValueError:
        return text


def read_face(text: str) -> Face:
    """'7:3.12:0' -> Face(7, (3, 12), 0). Raises NumberOutOfRange for anything that is no face."""
    seed, path, place = (text.split(":") + ["", ""])[:3]
    return Face(
        check_seed(number(seed)), read_path(path), within("face", number(place), 0, SHEET - 1, whole=True)
    )


def near(z: Tensor, n: int, seed: int, angle: float = 35.0) -> Tensor:
    """z itself and n - 1 relatives, `angle` degrees away: (z_dim,) -> (n, z_dim).

    cos(a) z + sin(a) eps with eps ~ N(0, I): if z is a draw from N(0, I), so is each relative.
    """
    a = math.radians(angle)
    relatives = math.cos(a) * z + math.sin(a) * noise(seed, n - 1, len(z))
    return torch.cat([z[None], relatives])


def sheet_z(seed: int, path: tuple[int, ...] = ()) -> Tensor:
    """z (16, z_dim): draws from the seed; then, for each face held on the path, it and 15 relatives."""
    z = noise(seed, SHEET, model.load().config.z_dim)
    for step, place in enumerate(path):
        z = near(z[place], SHEET, seed + 7919 * (step + 1) + place)
    return z


def z_of(face: str) -> Tensor:
    """The z (1, z_dim) of a face named as text. Raises NumberOutOfRange."""
    found = read_face(face)
    return sheet_z(found.seed, found.path)[found.place : found.place + 1]


def w_of(face: str, psi: float) -> Tensor:
    """The w (1, z_dim) of a face named as text, truncated. Raises NumberOutOfRange."""
    return model.to_w(z_of(face), psi)


@recent(12 * 800_000, lambda faces: faces.nbytes)  # what is asked next is asked of the same faces
def drawn(seed: int, path: str, style: Style) -> Tensor:
    """The faces (16, 3, 64, 64) of a sheet in [0, 1]. Raises NumberOutOfRange."""
    psi, grain = style.check()
    return model.faces(model.to_w(sheet_z(check_seed(seed), read_path(path)), psi), grain)


@recent(8_000_000, len)  # 130 pictures of some 60 kB: a tap on a sheet redraws nothing
def sheet(seed: int, path: str = "", style: Style = PLAIN) -> str:
    """Sixteen faces as one JPEG data URL, 4 x 4, 512 px. Raises NumberOutOfRange."""
    return data_url(pictures.sheet([to_image(face) for face in drawn(seed, path, style)], 4, 128))


@recent(200_000, lambda _: 1000)
def opinions(seed: int, path: str = "", style: Style = PLAIN) -> list[float]:
    """D's probability, sigmoid of its logit, that each face of the sheet is real. Raises NumberOutOfRange."""
    return model.critic_logits(drawn(seed, path, style)).sigmoid().tolist()


def nearness(seed: int, path: str = "", style: Style = PLAIN) -> list[float]:
    """How far each face of the sheet is from its nearest training photo (quality.nearness).

    Raises NumberOutOfRange, WeightsMissing, WeightsDamaged.
    """
    return quality.nearness(drawn(seed, path, style))


class Score(NamedTuple):
    """What D says of a photo: sigmoid of its logit, the logit, the face it saw as a JPEG data URL, 256 px."""

    p_real: float
    logit: float
    aligned: str


def score(photo: str) -> Score:
    """D's opinion on the face of a photo (a data URL), aligned as the training photos were.

    Raises PhotoTooLarge, PhotoUnreadable, NoFace, SeveralFaces.
    """
    face = align(open_picture(photo)).picture
    logit = model.critic_logits(from_image(face)[None])
    return Score(logit.sigmoid().item(), logit.item(), data_url(face, 256))


def between(a: str, b: str, t: float, style: Style) -> str:
    """The face a share t of the way from a to b, along a straight line in w, as a JPEG data URL, 256 px."""
    psi, grain = style.check()
    w = w_of(a, psi).lerp(w_of(b, psi), within("t", t, 0, 1))
    return data_url(to_image(model.faces(w, grain)[0]), 256)


class Sample(NamedTuple):
    """Faces as JPEG data URLs: all on one sheet of eight columns at most, and one by one at 256 px."""

    sheet: str
    faces: list[str]


def sample(seed: int, n: int, psi: float) -> Sample:
    """n faces (1 to 64) from a seed. Raises NumberOutOfRange."""
    n = within("n", n, 1, MOST, whole=True)
    found = [to_image(face) for face in model.sample(check_seed(seed), n, Style(psi).check().psi)]
    return Sample(data_url(pictures.sheet(found, min(n, 8), 128)), [data_url(face, 256) for face in found])
