"""Real photos: finding a face, bringing it to the frame that the models know, and where real faces come from.

A detector that comes with OpenCV (Haar cascades, Viola and Jones 2001, https://doi.org/10.1109/CVPR.2001.990517)
says roughly where a face is; a small network (generative/aligner.py) moves the frame until eyes and mouth lie where
all training photos have them. Nothing is downloaded except by `fetch`, and nothing of a visitor's photo is kept.

    python -m generative.photos fetch    real photos for the quiz, once, while there is a network

What it does not know: who a person is, and faces turned far to the side.
"""
import functools
import math
import os
import tarfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image

from generative import aligner, weights
from generative.errors import NoFace, PhotosFaceless, PhotosMissing, SeveralFaces
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
    """One way to look for faces: which cascade, and by how many degrees the picture is turned first."""

    cascade: str
    turn: int


LOOKS = (Look("default", 0), Look("alt2", 0), Look("default", 25), Look("default", -25))  # until one finds a face
NEIGHBOURS = 3  # hits that make a box: few, since the network throws out what is no face
LOOK_AT = 280  # pixels of the longest side: enough for a face of a tenth of the picture
SMALLEST = 24  # pixels of the smallest box
MARGIN = 0.2  # added on each side: a face that fills the picture is found too
BOX = (0.0, 0.085, math.log(1.02), 0.0)  # the move from a detector's box to the frame, measured on aligned faces
LIKELY = 6  # of one look's boxes, the largest few are worth the network's time
SETTLED = 0.06  # eye distances: on a face the network has nothing left to move; on anything else it wanders
_DETECTING = threading.Lock()  # a cascade keeps notes on the picture it looks at: one thread at a time


@functools.cache
def _cascade(name: str):  # -> cv2.CascadeClassifier
    import cv2

    return cv2.CascadeClassifier(f"{cv2.data.haarcascades}haarcascade_frontalface_{name}.xml")


@functools.cache
def _network() -> aligner.Aligner:
    folder = weights.WEIGHTS / "face_aligner"
    model = aligner.Aligner(weights.load_config(aligner.AlignerConfig, folder))
    return weights.ready(weights.load(model, folder / "model.safetensors"), torch.device("cpu"))


def _boxes(grey: Image.Image, look: Look) -> torch.Tensor:
    """The detector's boxes in a grey picture as frames (N, 4), largest first."""
    import cv2

    turned = grey.rotate(look.turn, Image.Resampling.BILINEAR) if look.turn else grey
    with _DETECTING:
        found = _cascade(look.cascade).detectMultiScale(cv2.equalizeHist(np.asarray(turned)), 1.1, NEIGHBOURS,
                                                        minSize=(SMALLEST, SMALLEST))
    corner, side = np.split(np.reshape(found, (-1, 4))[:, :3].astype(np.float32), [2], axis=1)
    middle = np.array(grey.size, np.float32) / 2
    moves = torch.from_numpy(np.hstack([corner + side / 2 - middle, np.log(side), side * 0]))
    centre = torch.tensor([[*middle.tolist(), 1.0, math.radians(look.turn)]])
    return aligner.moved(centre.expand(len(moves), 4), moves[moves[:, 2].argsort(descending=True)])


def _guesses(image: Image.Image, look: Look) -> torch.Tensor:
    """Frames (N, 4) in the picture where a look suspects a face, largest first, at most LIKELY."""
    scale = LOOK_AT / max(image.size)
    width, height = (max(1, round(side * scale)) for side in image.size)
    small = image.convert("L").resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2)
    pad = round(LOOK_AT * MARGIN)
    boxes = _boxes(Image.fromarray(np.pad(np.asarray(small), pad, "edge")), look)[:LIKELY]
    frames = aligner.moved(boxes, torch.tensor([BOX]).expand(len(boxes), 4))
    return (frames - torch.tensor([pad, pad, 0, 0])) / torch.tensor([scale, scale, scale, 1])


def _settled(image: Image.Image, guesses: torch.Tensor) -> list[Frame]:
    """The guesses (N, 4) that are faces, as the network frames them: two looks to get there, a third to be sure."""
    if not len(guesses):
        return []
    x = from_image(image).expand(len(guesses), -1, -1, -1)
    frames = aligner.refine(_network(), x, guesses)
    again = aligner.refine(_network(), x, frames, times=1)
    off = (aligner.landmarks(again) - aligner.landmarks(frames)).norm(dim=2).mean(1)
    eyes_apart = (aligner.EYES[1][0] - aligner.EYES[0][0]) * frames[:, 2]
    return [Frame(*frame.tolist()) for frame in again[off < SETTLED * eyes_apart]]


def find_face(image: Image.Image) -> Frame:
    """The frame of the only face, or of one at least twice as large as any other. Raises NoFace, SeveralFaces."""
    for look in LOOKS:
        if faces := sorted(_settled(image, _guesses(image, look)), key=lambda face: -face.size):
            first = faces[0]
            people = [first]
            for face in faces:
                if face.size > first.size / 2 and all(math.hypot(face.x - p.x, face.y - p.y) > first.size / 2
                                                      for p in people):
                    people.append(face)
            if len(people) > 1:
                raise SeveralFaces(n=len(people))
            return first
    raise NoFace


def cut(image: Image.Image, frame: Frame, size: int = SIZE) -> Image.Image:
    """The framed square of a picture, upright, `size` x `size`; beyond the picture's edge it is mirrored."""
    return to_image(aligner.crop(from_image(image)[None], torch.tensor([frame]), size)[0])


def align(image: Image.Image, size: int = SIZE) -> Aligned:
    """The face of a picture in the training frame, `size` x `size`. Raises NoFace, SeveralFaces."""
    frame = find_face(image)
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
