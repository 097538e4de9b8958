"""Finding the face in a picture and bringing it to the frame that the models know.

A detector that comes with OpenCV (Haar cascades, Viola and Jones 2001, https://doi.org/10.1109/CVPR.2001.990517)
suspects faces; a small network (aligner.py) moves each frame until eyes and mouth lie where all training
photos have them, and throws out what is no face: there it finds no rest. Nothing is downloaded, kept or
logged.

What it does not know: who a person is, where photos come from, and faces turned far to the side.
"""

import math
import threading
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image

from generative import weights
from generative.errors import NoFace, SeveralFaces
from generative.once import once
from generative.photos import aligner
from generative.pictures import from_image, to_image

SIZE = 64  # pixels of an aligned face, as the models see it
EYES_APART = aligner.EYES[1][0] - aligner.EYES[0][0]  # in sides of the frame


class Frame(NamedTuple):
    """A square in a picture: centre and side in pixels, angle in radians, clockwise on the screen."""

    x: float
    y: float
    size: float
    angle: float


class Aligned(NamedTuple):
    """A face in the training frame, and that frame in the source, to be shown or corrected by hand."""

    picture: Image.Image
    frame: Frame


class Look(NamedTuple):
    """One way to look for faces: which cascade, and by how many degrees the picture is turned first."""

    cascade: str
    turn: int


UPRIGHT = (Look("default", 0), Look("alt2", 0))  # each cascade sees some faces that the other does not
TILTED = (Look("default", 25), Look("default", -25))  # looked at only where no face is upright
FINER = 1.1  # steps between the sizes that are tried
NEIGHBOURS = 2  # hits that make a box: few, since the network throws out what is no face
LOOK_AT = 360  # pixels of the longest side for the detector: enough for a face of a tenth of the picture
FRAME_AT = 400  # and for the network
ENLARGE = 3  # times, at most: a picture of few pixels shows nothing small
SMALLEST = 24  # pixels of the smallest box
MARGIN = 0.15  # added on each side: a face that fills the picture is found too
BOX = (0.0, 0.085, math.log(1.02), 0.0)  # the move from a box to the frame, measured on aligned faces
LIKELY = 6  # of one look's boxes, the largest few are worth the network's time
# A face pulls the frame back from wherever it is pushed; anything else lets it wander.
PUSHES = ((0.1, 0.0, 0.0, 0.15), (-0.1, 0.0, 0.0, -0.15), (0.0, 0.1, 0.15, 0.0), (0.0, -0.1, -0.15, 0.0))
AGREE = 0.085  # how far off eyes and mouth are then, in eye distances: 290 of 290 faces, 1 of 570 others
_DETECTING = threading.Lock()  # a cascade keeps notes on the picture it looks at: one thread at a time


@once
def _cascade(name: str):  # -> cv2.CascadeClassifier
    import cv2  # here, since whoever needs no face need not wait for it

    return cv2.CascadeClassifier(f"{cv2.data.haarcascades}haarcascade_frontalface_{name}.xml")


@once
def network() -> aligner.Aligner:
    """The shipped aligner, ready to serve. Raises WeightsMissing, WeightsDamaged."""
    folder = weights.WEIGHTS / "face_aligner"
    model = aligner.Aligner(weights.load_config(aligner.AlignerConfig, folder))
    return weights.ready(weights.load(model, folder / "model.safetensors"), torch.device("cpu"))


def _boxes(grey: Image.Image, look: Look) -> torch.Tensor:
    """The detector's boxes in a grey picture as frames (N, 4), largest first."""
    import cv2

    turned = grey.rotate(look.turn, Image.Resampling.BILINEAR) if look.turn else grey
    with _DETECTING:
        found = _cascade(look.cascade).detectMultiScale(
            cv2.equalizeHist(np.asarray(turned)), FINER, NEIGHBOURS, minSize=(SMALLEST, SMALLEST)
        )
    corner, side = np.split(np.reshape(found, (-1, 4))[:, :3].astype(np.float32), [2], axis=1)
    middle = np.array(grey.size, np.float32) / 2
    moves = torch.from_numpy(np.hstack([corner + side / 2 - middle, np.log(side), side * 0]))
    centre = torch.tensor([[*middle.tolist(), 1.0, math.radians(look.turn)]])
    return aligner.moved(centre.expand(len(moves), 4), moves[moves[:, 2].argsort(descending=True)])


def _guesses(image: Image.Image, look: Look) -> torch.Tensor:
    """Frames (N, 4) in the picture where a look suspects a face: the LIKELY largest."""
    scale = min(LOOK_AT / max(image.size), ENLARGE)
    width, height = (max(1, round(side * scale)) for side in image.size)
    small = image.convert("L").resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2)
    pad = round(max(width, height) * MARGIN)
    boxes = _boxes(Image.fromarray(np.pad(np.asarray(small), pad, "edge")), look)[:LIKELY]
    frames = aligner.moved(boxes, torch.tensor([BOX]).expand(len(boxes), 4))
    return (frames - torch.tensor([pad, pad, 0, 0])) / torch.tensor([scale, scale, scale, 1])


def _face(image: Image.Image, guess: torch.Tensor) -> Frame | None:
    """The face at a guess (4,), or None: two looks of the network to find it, four pushes to be sure."""
    x, pushes = from_image(image)[None], torch.tensor(PUSHES)
    frame = aligner.refine(network(), x, guess[None])
    back = aligner.refine(
        network(), x.expand(4, -1, -1, -1), aligner.moved(frame.expand(4, 4), pushes), times=1
    )
    off = (aligner.landmarks(back) - aligner.landmarks(frame)).norm(dim=2).mean() / (EYES_APART * frame[0, 2])
    return Frame(*back.mean(0).tolist()) if off < AGREE else None


def _people(faces: list[Frame]) -> list[Frame]:
    """The largest face and all others, elsewhere, that are more than half as large; largest first."""
    people: list[Frame] = []
    for face in sorted(faces, key=lambda face: -face.size):
        largest = people[0].size if people else face.size
        apart = all(math.dist(face[:2], person[:2]) > largest / 2 for person in people)
        if apart and face.size > largest / 2:
            people.append(face)
    return people


def find_faces(image: Image.Image) -> list[Frame]:
    """The largest face and all others more than half as large, largest first; none where none is seen."""
    small = image.convert("RGB")
    small.thumbnail((FRAME_AT, FRAME_AT), Image.Resampling.LANCZOS)
    scale = max(image.size) / max(small.size)
    for looks in (UPRIGHT, TILTED):
        guesses = torch.cat([_guesses(small, look) for look in looks])
        people = _people([face for guess in guesses if (face := _face(small, guess))])
        if people:
            return [Frame(x * scale, y * scale, size * scale, angle) for x, y, size, angle in people]
    return []


def find_face(image: Image.Image) -> Frame:
    """The frame of the only face, or of one twice as large as any other. Raises NoFace, SeveralFaces."""
    people = find_faces(image)
    if len(people) > 1:
        raise SeveralFaces(n=len(people))
    if not people:
        raise NoFace
    return people[0]


def settle(image: Image.Image) -> Frame:
    """The frame of the face in a picture that is aligned already, without the detector: a fifth of its time.

    Raises NoFace where the network finds no rest.
    """
    whole = torch.tensor([image.width / 2, image.height / 2, float(image.width), 0.0])
    if not (face := _face(image, whole)):
        raise NoFace
    return face


def cut(image: Image.Image, frame: Frame, size: int = SIZE) -> Image.Image:
    """The framed square of a picture, upright, `size` x `size`; beyond the picture's edge it is mirrored."""
    return to_image(aligner.crop(from_image(image)[None], torch.tensor([frame]), size)[0])


def align(image: Image.Image, size: int = SIZE) -> Aligned:
    """The face of a picture in the training frame, `size` x `size`. Raises NoFace, SeveralFaces."""
    frame = find_face(image)
    return Aligned(cut(image, frame, size), frame)
