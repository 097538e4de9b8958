"""Real photos: finding a face, bringing it to the frame that the models know, and where real faces come from.

A detector that comes with OpenCV (Haar cascades, Viola and Jones 2001, https://doi.org/10.1109/CVPR.2001.990517)
says roughly where a face is; a small network (generative/aligner.py) moves the frame until eyes and mouth lie where
all training photos have them. Nothing is downloaded except by `fetch`, and nothing of a visitor's photo is kept.

    python -m generative.photos fetch    real photos for the quiz, once, while there is a network

What it does not know: who a person is, and faces turned far to the side.
"""
import argparse
import functools
import math
import os
import random
import sys
import tarfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image, ImageOps

from generative import aligner, weights
from generative.errors import GenerativeError, NoFace, PhotosFaceless, PhotosMissing, PhotosUnreachable, SeveralFaces
from generative.pictures import MEGABYTES, from_image, open_picture, to_image

SIZE = 64  # pixels of an aligned face, as the models see it

# ---------------------------------------------------------------- finding and aligning


class Frame(NamedTuple):
    """A square in a picture: centre and side in pixels, angle in radians, clockwise on the screen."""

    x: float
    y: float
    size: float
    angle: float


class Aligned(NamedTuple):
    """A face brought to the training frame, and the frame in the source picture, to be shown or corrected by hand."""

    picture: Image.Image
    frame: Frame


class Look(NamedTuple):
    """One way to look for a face: which cascade, how many neighbouring hits it asks for, picture turned by degrees."""

    cascade: str
    neighbours: int
    turn: int


# The strict look sees 95 % of faces; the others, in order, most of the rest. Tilted heads come last: they are rare.
LOOKS = (Look("default", 6, 0), Look("default", 3, 0), Look("alt2", 3, 0), Look("default", 4, 25), Look("default", 4, -25))
LOOK_AT = 280  # pixels of the longest side: enough for a face of a tenth of the picture
MARGIN = 0.2  # added on each side: a face that fills the picture is found too
BOX = (0.0, 0.085, 1.02)  # from a detector's box to the frame, in sides of the box: x, y, size (measured on aligned faces)
_DETECTING = threading.Lock()  # a cascade remembers its last picture, so one thread at a time may use it


@functools.cache
def _cascade(name: str):  # -> cv2.CascadeClassifier
    import cv2  # 0.2 s, and only faces need it

    return cv2.CascadeClassifier(f"{cv2.data.haarcascades}haarcascade_frontalface_{name}.xml")


def _boxes(grey: np.ndarray, look: Look) -> list[Frame]:
    """Every face box that a look finds in grey (H, W) uint8, largest first, as upright frames of its own picture."""
    import cv2

    smallest = max(24, round(LOOK_AT * 0.08))
    with _DETECTING:
        found = _cascade(look.cascade).detectMultiScale(cv2.equalizeHist(grey), 1.1, look.neighbours,
                                                        minSize=(smallest, smallest))
    boxes = [Frame(x + side / 2, y + side / 2, float(side), 0.0) for x, y, side, _ in np.reshape(found, (-1, 4))]
    return sorted(boxes, key=lambda box: -box.size)


def _rivals(boxes: list[Frame]) -> list[Frame]:
    """The boxes that may be other people: outside the largest and more than half its size."""
    first = boxes[0]
    return [box for box in boxes[1:] if box.size > first.size / 2
            and max(abs(box.x - first.x), abs(box.y - first.y)) > first.size / 2]


def find_face(image: Image.Image) -> Frame:
    """A first guess of the frame of the only, or by far the largest, face. Raises NoFace, SeveralFaces."""
    scale = LOOK_AT / max(image.size)
    small = image.convert("L").resize([max(1, round(s * scale)) for s in image.size], Image.Resampling.BILINEAR,
                                      reducing_gap=2)
    pad = round(LOOK_AT * MARGIN)
    grey = np.pad(np.asarray(small), pad, "edge")
    for look in LOOKS:
        turned = Image.fromarray(grey).rotate(look.turn, Image.Resampling.BILINEAR) if look.turn else grey
        boxes = _boxes(np.asarray(turned), look)
        if not boxes:
            continue
        if not look.turn and (rivals := _rivals(boxes)):
            raise SeveralFaces(n=1 + len(rivals))
        guess = torch.tensor([[grey.shape[1] / 2, grey.shape[0] / 2, 1.0, math.radians(look.turn)]])
        box = boxes[0]
        offset = [box.x - grey.shape[1] / 2 + BOX[0] * box.size, box.y - grey.shape[0] / 2 + BOX[1] * box.size]
        x, y, size, angle = aligner.moved(guess, torch.tensor([[*offset, math.log(box.size * BOX[2]), 0.0]]))[0].tolist()
        return Frame((x - pad) / scale, (y - pad) / scale, size / scale, angle)
    raise NoFace


@functools.cache
def _network() -> aligner.Aligner:
    folder = weights.WEIGHTS / "face_aligner"
    model = aligner.Aligner(weights.load_config(aligner.AlignerConfig, folder))
    return weights.ready(weights.load(model, folder / "model.safetensors"), torch.device("cpu"))


def refine(image: Image.Image, frame: Frame) -> Frame:
    """A better frame: the network looks twice and moves it until eyes and mouth are in their places."""
    better = aligner.refine(_network(), from_image(image)[None], torch.tensor([frame]))
    return Frame(*better[0].tolist())


def cut(image: Image.Image, frame: Frame, size: int = SIZE) -> Image.Image:
    """The framed square of a picture, upright, `size` x `size`; beyond the picture's edge it is mirrored."""
    return to_image(aligner.crop(from_image(image)[None], torch.tensor([frame]), size)[0])


def align(image: Image.Image, size: int = SIZE) -> Aligned:
    """The face of a picture in the training frame, `size` x `size`. Raises NoFace, SeveralFaces."""
    frame = refine(image, find_face(image))
    return Aligned(cut(image, frame, size), frame)


# ---------------------------------------------------------------- where real faces come from

PICTURES = (".jpg", ".jpeg", ".png", ".webp")
REPO, FILES = "HuggingFaceM4/FairFace", "0.25/validation-*.parquet"  # no shipped model has seen its validation split
ADULT = 3  # index of the age group 20-29: FairFace's groups are 0-2, 3-9, 10-19, 20-29, ..., more than 70
DRAWS = 40  # photos looked at before giving up: in a folder of portraits nearly every one will do


@dataclass(frozen=True)
class Source:
    """Real photos: 'folder', 'fairface' or 'lfw'; how many; their size in pixels; whom to thank, in en and pt."""

    name: str
    count: int
    size: int
    attribution: dict[str, str]
    path: Path | None = None


THANKS = {
    "folder": {"en": "Real photos: the teacher's own.",
               "pt": "Fotos reais: do acervo de quem dá a aula."},
    "fairface": {"en": "Real photos: FairFace (Kärkkäinen and Joo, WACV 2021), CC BY 4.0, "
                       "https://github.com/joojs/fairface; aligned, cropped and resized.",
                 "pt": "Fotos reais: FairFace (Kärkkäinen e Joo, WACV 2021), CC BY 4.0, "
                       "https://github.com/joojs/fairface; alinhadas, recortadas e redimensionadas."},
    "lfw": {"en": "Real photos: Labeled Faces in the Wild (Huang et al., 2007), "
                  "100 faces of 25 x 25 pixels that come with scikit-image; aligned and cropped.",
            "pt": "Fotos reais: Labeled Faces in the Wild (Huang et al., 2007), "
                  "100 rostos de 25 x 25 pixels que vêm com o scikit-image; alinhados e recortados."},
}


def source() -> Source:
    """The best source of real photos on this machine: the teacher's (VEREDAS_PHOTOS), FairFace if fetched, or LFW.

    VEREDAS_PHOTOS names a folder or a .tar. Show only adults who agreed to be shown. Raises PhotosFaceless where it
    names no photos. Touches no network.
    """
    if named := os.environ.get("VEREDAS_PHOTOS"):
        path = Path(named).expanduser()
        if not (names := _listed(path)):
            raise PhotosFaceless(name=path.name)
        return Source("folder", len(names), SIZE, THANKS["folder"], path)
    if folder := _fetched():
        return Source("fairface", len(_fairface(folder)), SIZE, THANKS["fairface"], folder)
    return Source("lfw", len(_lfw()), 25, THANKS["lfw"])


def _listed(path: Path) -> tuple[str, ...] | dict[str, tuple[int, int]]:
    """The pictures of a folder (names), or of a .tar (name -> offset, bytes); of a training set only its val/."""
    if path.is_dir():
        files = (str(p.relative_to(path)) for p in path.rglob("*") if p.is_file())
        names = sorted(n for n in files if n.lower().endswith(PICTURES))
        return tuple([n for n in names if "val" in Path(n).parts[:-1]] or names)
    return _tar_index(path, path.stat().st_mtime) if path.is_file() else ()


@functools.cache
def _tar_index(path: Path, changed: float) -> dict[str, tuple[int, int]]:
    try:
        with tarfile.open(path, "r:") as tar:
            files = {m.name: (m.offset_data, m.size) for m in tar
                     if m.isfile() and m.name.lower().endswith(PICTURES)}
    except (tarfile.TarError, OSError, EOFError):
        return {}
    return {n: at for n, at in files.items() if "val" in Path(n).parts[:-1]} or files


def _fetched() -> Path | None:
    """The newest folder in the Hugging Face cache that holds FairFace's validation split."""
    from huggingface_hub import constants

    kept = Path(constants.HF_HUB_CACHE, f"datasets--{REPO.replace('/', '--')}", "snapshots").glob(f"*/{FILES}")
    return max((file.parent for file in kept), key=lambda p: p.stat().st_mtime, default=None)


@functools.cache
def _fairface(folder: Path):  # -> pyarrow.ChunkedArray of struct<bytes, path>
    """The photos of adults. Raises PhotosMissing where the file is damaged."""
    import pyarrow
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.read_table(sorted(folder.glob(Path(FILES).name)), columns=["image", "age"],
                                           filters=[("age", ">=", ADULT)])
    except (pyarrow.ArrowException, OSError) as error:
        raise PhotosMissing from error
    return table["image"]


@functools.cache
def _lfw() -> np.ndarray:
    """The 100 faces of scikit-image's wheel, (100, 25, 25) uint8; the other 100 pictures there show no faces."""
    from skimage.data import lfw_subset

    return (lfw_subset()[:100] * 255).round().astype(np.uint8)


def _photo(source: Source, index: int) -> Image.Image:
    """Photo `index` of a source as it lies there. Raises PhotoUnreadable, PhotoTooLarge."""
    if source.name == "lfw":
        return Image.fromarray(_lfw()[index]).convert("RGB")
    if source.name == "fairface":
        return open_picture(_fairface(source.path)[index]["bytes"].as_py())
    listed = _listed(source.path)
    name = list(listed)[index % len(listed)]
    file, (offset, length) = (source.path, listed[name]) if isinstance(listed, dict) else (source.path / name, (0, -1))
    with file.open("rb") as f:
        f.seek(offset)
        limit = int(MEGABYTES * 1e6) + 1000
        return open_picture(f.read(min(length, limit) if length >= 0 else limit))
