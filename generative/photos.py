"""Real photos for the quiz: where they come from, and the one way that every quiz picture goes, real or fake.

    python -m generative.photos fetch    bring FairFace here, once, while there is a network
    python -m generative.photos show     which photos are used now

Nothing is downloaded except by `fetch`. What it does not know: which pictures a round shows, who is right.
"""

import argparse
import fnmatch
import functools
import math
import os
import random
import sys
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from generative import aligner
from generative.errors import (
    GenerativeError,
    NoFace,
    PhotosFaceless,
    PhotosMissing,
    PhotosUnreachable,
    PhotoTooLarge,
    PhotoUnreadable,
    SeveralFaces,
)
from generative.faces import SIZE, Frame, align, cut, find_face
from generative.pictures import MEGABYTES, from_image, open_picture, to_image

PICTURES = (".jpg", ".jpeg", ".png", ".webp")
REPO = "HuggingFaceM4/FairFace"
FILES = "0.25/validation-*.parquet"  # no shipped model has seen this split
ADULT = 3  # index of the age group 20-29: the groups are 0-2, 3-9, 10-19, 20-29, ..., more than 70
DRAWS = 30  # photos looked at before giving up: in a folder of portraits nearly every one will do


@dataclass(frozen=True)
class Source:
    """Real photos: 'folder', 'own', 'fairface' or 'lfw'; how many; size in pixels; whom to thank (en, pt).

    `pictures`: of 'own', the aligned faces themselves, 128 x 128.
    """

    name: str
    count: int
    size: int
    attribution: dict[str, str]
    path: Path | None = None
    pictures: tuple[Image.Image, ...] = ()


THANKS = {
    "folder": {"en": "Real photos: the teacher's own.", "pt": "Fotos reais: do acervo de quem dá a aula."},
    "fairface": {
        "en": "Real photos: FairFace (Kärkkäinen and Joo, WACV 2021), CC BY 4.0, "
        "https://github.com/joojs/fairface; aligned, cropped and resized.",
        "pt": "Fotos reais: FairFace (Kärkkäinen e Joo, WACV 2021), CC BY 4.0, "
        "https://github.com/joojs/fairface; alinhadas, recortadas e redimensionadas.",
    },
    "lfw": {
        "en": "Real photos: Labeled Faces in the Wild (Huang et al., 2007), "
        "100 faces of 25 x 25 pixels that come with scikit-image; aligned and cropped.",
        "pt": "Fotos reais: Labeled Faces in the Wild (Huang et al., 2007), "
        "100 rostos de 25 x 25 pixels que vêm com o scikit-image; alinhados e recortados.",
    },
}


def source() -> Source:
    """The best real photos on this machine: the teacher's (VEREDAS_PHOTOS), FairFace if fetched, or LFW.

    VEREDAS_PHOTOS names a folder or a .tar: show only adults who agreed to be shown. Touches no network.
    Raises PhotosFaceless where it names no photos, PhotosMissing where what was fetched is damaged.
    """
    if named := os.environ.get("VEREDAS_PHOTOS"):
        path = Path(named).expanduser()
        if not (listed := _listed(path)):
            raise PhotosFaceless(name=path.name)
        return Source("folder", len(listed), SIZE, THANKS["folder"], path)
    if folder := _fetched():
        return Source("fairface", len(_fairface(folder)), SIZE, THANKS["fairface"], folder)
    return Source("lfw", len(_lfw()), _lfw().shape[1], THANKS["lfw"])


def own(pictures: tuple[Image.Image, ...] = ()) -> Source:
    """Aligned faces, 128 x 128, that a teacher brought for one room."""
    return Source("own", len(pictures), SIZE, THANKS["folder"], pictures=pictures)


def _unseen(names: list[str]) -> list[str]:
    """The pictures among file names; of a set with a val/ only that: models may have trained on the rest."""
    pictures = [name for name in sorted(names) if name.lower().endswith(PICTURES)]
    return [name for name in pictures if "val" in Path(name).parts[:-1]] or pictures


def _listed(path: Path) -> list[tuple[Path, int, int]]:
    """The photos of a folder or a .tar, each as file, offset and length in bytes."""
    if path.is_dir():
        names = [str(p.relative_to(path)) for p in path.rglob("*") if p.is_file()]
        return [(path / name, 0, (path / name).stat().st_size) for name in _unseen(names)]
    return _tar_index(path, path.stat().st_mtime) if path.is_file() else []


@functools.cache
def _tar_index(path: Path, changed: float) -> list[tuple[Path, int, int]]:
    try:
        with tarfile.open(path, "r:") as tar:
            members = {m.name: m for m in tar if m.isfile()}
    except (tarfile.TarError, OSError, EOFError):
        return []
    return [(path, members[name].offset_data, members[name].size) for name in _unseen(list(members))]


def _fetched() -> Path | None:
    """The newest folder in the Hugging Face cache that holds FairFace's validation split."""
    from huggingface_hub import constants

    snapshots = Path(constants.HF_HUB_CACHE, f"datasets--{REPO.replace('/', '--')}", "snapshots")
    folders = (file.parent for file in snapshots.glob(f"*/{FILES}"))
    return max(folders, key=lambda folder: folder.stat().st_mtime, default=None)


@functools.cache
def _fairface(folder: Path):  # -> pyarrow.ChunkedArray of struct<bytes, path>
    """The photos of people of 20 and over. Raises PhotosMissing where the file is damaged."""
    import pyarrow
    import pyarrow.parquet

    files = sorted(folder.glob(Path(FILES).name))
    try:
        table = pyarrow.parquet.read_table(files, columns=["image", "age"], filters=[("age", ">=", ADULT)])
    except (pyarrow.ArrowException, OSError) as error:
        raise PhotosMissing from error
    return table["image"]


@functools.cache
def _lfw() -> np.ndarray:
    """The 100 faces in scikit-image's wheel, (100, 25, 25) uint8; the other 100 pictures there show none."""
    from skimage.data import lfw_subset

    return (lfw_subset()[:100] * 255).round().astype(np.uint8)


def _photo(source: Source, index: int) -> Image.Image:
    """Photo `index` of a source as it lies there. Raises PhotoUnreadable, PhotoTooLarge."""
    if source.name == "lfw":
        return Image.fromarray(_lfw()[index]).convert("RGB")
    if source.name == "own":
        return source.pictures[index]
    if source.name == "fairface":
        return open_picture(_fairface(source.path)[index]["bytes"].as_py())
    listed = _listed(source.path)
    file, offset, length = listed[index % len(listed)]  # the folder may have lost some since `source` counted
    if length > MEGABYTES * 1e6:
        raise PhotoTooLarge(what=f"{length / 1e6:.0f} MB", limit=f"{MEGABYTES} MB")
    with file.open("rb") as f:
        f.seek(offset)
        return open_picture(f.read(length))


def real_photo(rng: random.Random, source: Source) -> Image.Image:
    """A real photo as `normalise` takes it: an aligned face of 64 x 64, or one of LFW's crops of 25 x 25.

    Draws until a photo can be read and shows one face; the same rng, the same photo. It shrinks to 128 and
    then to 64 pixels, as the training photos did, so that a sharper original shows no more than a model's
    picture could. Raises PhotosFaceless, PhotosMissing.
    """
    for index in rng.sample(range(source.count), min(source.count, DRAWS)):
        try:
            photo = _photo(source, index)
            if source.name == "lfw":
                return photo
            aligned = photo if source.name == "own" else align(photo, 2 * SIZE).picture
            return aligned.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
        except (PhotoUnreadable, PhotoTooLarge, NoFace, SeveralFaces):
            continue
    raise PhotosFaceless(name=source.path.name) if source.name == "folder" else PhotosMissing


SHOWN = 128  # pixels of a quiz picture
INNER = {"folder": 0.82, "own": 0.82, "fairface": 0.82, "lfw": 0.74}  # the part of the frame that is shown
LFW_FACE = (-0.067, 0.04, math.log(0.968), 0.0)  # the move to the face in LFW's crops: the median of all 100
GREY, CONTRAST = 0.5, 0.2  # mean and standard deviation of every grey picture


def _like_lfw(fake: Image.Image) -> Image.Image:
    """An aligned face, framed and sampled as LFW's crops are: a point a pixel, no average, just as sharp."""
    frame = torch.tensor([[fake.width / 2, fake.height / 2, float(fake.width), 0.0]])
    around = aligner.moved(frame, aligner.way_back(torch.tensor([LFW_FACE])))
    return to_image(aligner.crop(from_image(fake)[None], around, _lfw().shape[1], times=1)[0])


def _within(frame: Frame, image: Image.Image) -> bool:
    """Whether all four corners of a frame lie in the picture."""
    reach = frame.size / 2 * (abs(math.cos(frame.angle)) + abs(math.sin(frame.angle)))
    return reach <= min(frame.x, frame.y, image.width - frame.x, image.height - frame.y)


def _grey(picture: Image.Image) -> Image.Image:
    """Without colour, with the brightness and contrast that all grey pictures have."""
    levels = np.asarray(picture.convert("L"), np.float32)
    levels = (levels - levels.mean()) / (levels.std() + 1e-6) * CONTRAST + GREY
    return Image.fromarray((levels.clip(0, 1) * 255).round().astype(np.uint8)).convert("RGB")


def normalise(
    image: Image.Image, source: Source, crop: float = 1.0, draw: random.Random | None = None
) -> Image.Image:
    """The one way that every picture of the quiz goes, to 128 x 128, so that only the face decides.

    `image` is a model's aligned face, 64 x 64, or a `real_photo` of the source. All are detected, aligned,
    cropped and resampled alike; `quiz` compresses them alike. `crop` below 1 shows less: hair and background
    go first; `draw` shakes the crop a little (SHAKE). Raises NoFace where no single face is seen, or the crop
    would reach over the edge: draw another.
    """
    if source.name == "lfw" and image.width != source.size:
        image = _like_lfw(image)
    try:
        face = find_face(image)
    except SeveralFaces as error:
        raise NoFace from error
    inner = face._replace(size=face.size * INNER[source.name] * crop)
    if draw:
        inner = _shaken(inner, draw)
    if not _within(inner, image):
        raise NoFace
    picture = cut(image, inner, SHOWN)
    return _grey(picture) if source.name == "lfw" else picture


SHAKE = 0.02  # of a crop's place and size (in sides) and angle (radians): hides how models sit in a frame
UNEVEN = 0.7  # standard deviation of the log of a ring's power, before three neighbours are averaged
TINT = 0.015  # of its mean colour, channel by channel
RINGS = 24  # of spatial frequencies, in which power is made equal
LEVELLINGS = 3  # times, because whites that are cut off change the spectrum a little


def _shaken(frame: Frame, draw: random.Random) -> Frame:
    """A frame a little off, by chance."""
    x, y, growth, turn = (draw.gauss(0, SHAKE) for _ in range(4))
    return Frame(
        frame.x + x * frame.size, frame.y + y * frame.size, frame.size * math.exp(growth), frame.angle + turn
    )


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
        wanted = wanted + F.avg_pool1d(uneven.mT, 3, 1, 1).squeeze(1)
        colour = colour + _chance(draw, TINT, len(x), 3)
    for _ in range(LEVELLINGS):
        waves = _waves(x)
        gain = ((wanted - _power(waves, rings).log()) / 2).exp()
        waves = waves * gain[:, rings][:, None]
        x = torch.fft.irfft2(waves)[..., : x.shape[2], : x.shape[3]]
        x = (colour + x).clamp(0, 1) - colour
    return [to_image(picture) for picture in colour + x]


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


def landmarks(source: Source, crop: float = 1.0) -> dict[str, tuple[float, float]]:
    """Where a shown picture has eyes and mouth corners: name -> x, y in sides of the picture."""
    inner = INNER[source.name] * crop
    names = ("eye_left", "eye_right", "mouth_left", "mouth_right")
    points = zip(names, (*aligner.EYES, *aligner.MOUTH), strict=True)
    return {name: ((x - 0.5) / inner + 0.5, (y - 0.5) / inner + 0.5) for name, (x, y) in points}


def _heard(progress: Callable[[int, int], None]) -> type:
    """A tqdm bar that draws nothing and tells `progress` (bytes, of bytes) instead."""
    from tqdm import tqdm

    class Heard(tqdm):
        def update(self, n: float | None = 1) -> bool | None:
            drawn = super().update(n)
            progress(int(self.n), int(self.total or 0))
            return drawn

        def display(self, *_: object, **__: object) -> None:
            """Nothing: `progress` draws."""

    return Heard


def fetch(progress: Callable[[int, int], None] | None = None) -> Source:
    """Bring FairFace's validation split, 63 MB, to Hugging Face's cache; `progress` hears (bytes, of bytes).

    Without `progress` a bar is drawn on the terminal. Raises PhotosUnreachable, and PhotosMissing where what
    came is damaged.
    """
    import huggingface_hub
    from huggingface_hub.errors import HTTPError

    bar = _heard(progress) if progress else None
    try:
        listed = huggingface_hub.HfApi().dataset_info(REPO, timeout=10).siblings or []
        for name in sorted(fnmatch.filter([file.rfilename for file in listed], FILES)):
            huggingface_hub.hf_hub_download(REPO, name, repo_type="dataset", tqdm_class=bar)
    except (HTTPError, OSError) as error:
        raise PhotosUnreachable(reason=type(error).__name__) from error
    if not (folder := _fetched()):
        raise PhotosUnreachable(reason=f"{REPO}: {FILES}?")
    return Source("fairface", len(_fairface(folder)), SIZE, THANKS["fairface"], folder)


def main() -> None:
    """Read the command line: fetch real photos, or say which ones are used."""
    parser = argparse.ArgumentParser(description="Real photos for the quiz.")
    parser.add_argument("action", choices=["fetch", "show"], help="fetch FairFace, or show what is used")
    try:
        found = fetch() if parser.parse_args().action == "fetch" else source()
    except GenerativeError as error:
        sys.exit(str(error))
    print(f"{found.count} photos. {found.attribution['en']}")


if __name__ == "__main__":
    main()
