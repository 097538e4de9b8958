"""Real photos for the quiz: where they come from.

The teacher's own, else FairFace (Kärkkäinen and Joo 2021, https://arxiv.org/abs/1908.04913) where it was
fetched, else the official portraits that ship with the app (portraits/README.md). Nothing is downloaded
except by `fetch`.

It does not know which pictures a round shows, nor who is right.
"""

import csv
import fnmatch
import os
import random
import re
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from generative.errors import (
    NoFace,
    PhotosFaceless,
    PhotosMissing,
    PhotosUnreachable,
    PhotoTooLarge,
    PhotoUnreadable,
    SeveralFaces,
)
from generative.once import once
from generative.photos.detect import SIZE, align
from generative.pictures import MEGABYTES, open_picture

PICTURES = (".jpg", ".jpeg", ".png", ".webp")
REPO = "HuggingFaceM4/FairFace"
FILES = "0.25/validation-*.parquet"  # no shipped model has seen this split
ADULT = 3  # index of the age group 20-29: the groups are 0-2, 3-9, 10-19, 20-29, ..., more than 70
DRAWS = 30  # photos looked at before giving up: in a folder of portraits nearly every one will do
PORTRAITS = Path(__file__).with_name("portraits")


@dataclass(frozen=True)
class Source:
    """Real photos: 'folder', 'own', 'fairface' or 'portraits'; how many; size in pixels of a face; whom to
    thank (en, pt).

    `pictures`: of 'own', the aligned faces themselves, 128 x 128.
    """

    name: str
    count: int
    size: int
    attribution: dict[str, str]
    path: Path | None = None
    pictures: tuple[Image.Image, ...] = ()


UNFIT = (PhotoUnreadable, PhotoTooLarge, NoFace, SeveralFaces)  # of one photo: take another
THANKS = {
    "folder": {"en": "Real photos: the teacher's own.", "pt": "Fotos reais: do acervo de quem dá a aula."},
    "fairface": {
        "en": "Real photos: FairFace (Kärkkäinen and Joo, WACV 2021), CC BY 4.0, "
        "https://github.com/joojs/fairface; aligned, cropped and resized.",
        "pt": "Fotos reais: FairFace (Kärkkäinen e Joo, WACV 2021), CC BY 4.0, "
        "https://github.com/joojs/fairface; alinhadas, recortadas e redimensionadas.",
    },
    "portraits": {
        "en": "Real photos: official portraits of members of the United States Congress, public domain.",
        "pt": "Fotos reais: retratos oficiais de membros do Congresso dos Estados Unidos, domínio público.",
    },
}


# ---- the places ----


class Person(NamedTuple):
    """A portrait's file in portraits/, and whom it shows."""

    file: str
    name: str


@once
def people() -> list[Person]:
    """The shipped portraits without those of left_out.csv: a face that everyone knows is no question."""
    with (PORTRAITS / "left_out.csv").open(newline="") as lines:
        known = {row["bioguide_id"] for row in csv.DictReader(lines)}
    with (PORTRAITS / "portraits.csv").open(newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["bioguide_id"] not in known]
    return [Person(row["file"], _called(row["name"])) for row in rows]


def _called(listed: str) -> str:
    """'McINTYRE, Mike' -> 'Mike McIntyre', 'PAYNE, Donald, Jr.' -> 'Donald Payne, Jr.'."""
    last, first, *more = re.sub(r" \(of .*?\)", "", listed).split(", ")
    last = re.sub(r"[^\W_]+", lambda word: word[0].capitalize(), last)
    last = re.sub(r"\bMc(\w+)", lambda word: "Mc" + word[1].capitalize(), last)
    return ", ".join([f"{first} {last}", *more])


def fetched() -> Path | None:
    """The newest folder in the Hugging Face cache that holds FairFace's validation split."""
    from huggingface_hub import constants

    snapshots = Path(constants.HF_HUB_CACHE, f"datasets--{REPO.replace('/', '--')}", "snapshots")
    folders = (file.parent for file in snapshots.glob(f"*/{FILES}"))
    return max(folders, key=lambda folder: folder.stat().st_mtime, default=None)


@once
def fairface(folder: Path):  # -> pyarrow.ChunkedArray of struct<bytes, path>
    """The photos of people of 20 and over. Raises PhotosMissing where the file is damaged."""
    import pyarrow
    import pyarrow.parquet

    files = sorted(folder.glob(Path(FILES).name))
    try:
        table = pyarrow.parquet.read_table(files, columns=["image", "age"], filters=[("age", ">=", ADULT)])
    except (pyarrow.ArrowException, OSError) as error:
        raise PhotosMissing from error
    return table["image"]


def _unseen(names: list[str]) -> list[str]:
    """The pictures among file names; of a set with a val/ only that: models may have trained on the rest."""
    pictures = [name for name in sorted(names) if name.lower().endswith(PICTURES)]
    return [name for name in pictures if "val" in Path(name).parts[:-1]] or pictures


@once
def _tar_index(path: Path, changed: float) -> list[tuple[Path, int, int]]:
    try:
        with tarfile.open(path, "r:") as tar:
            members = {m.name: m for m in tar if m.isfile()}
    except (tarfile.TarError, OSError, EOFError):
        return []
    return [(path, members[name].offset_data, members[name].size) for name in _unseen(list(members))]


def _listed(path: Path) -> list[tuple[Path, int, int]]:
    """The photos of a folder or a .tar, each as file, offset and length in bytes."""
    if path.is_dir():
        names = [str(p.relative_to(path)) for p in path.rglob("*") if p.is_file()]
        return [(path / name, 0, (path / name).stat().st_size) for name in _unseen(names)]
    return _tar_index(path, path.stat().st_mtime) if path.is_file() else []


def source() -> Source:
    """The best real photos on this machine: the teacher's (VEREDAS_PHOTOS), FairFace if fetched, portraits.

    VEREDAS_PHOTOS names a folder or a .tar: show only adults who agreed to be shown. Touches no network.
    Raises PhotosFaceless where it names no photos, PhotosMissing where what was fetched is damaged.
    """
    if named := os.environ.get("VEREDAS_PHOTOS"):
        path = Path(named).expanduser()
        if not (listed := _listed(path)):
            raise PhotosFaceless(name=path.name)
        return Source("folder", len(listed), SIZE, THANKS["folder"], path)
    if folder := fetched():
        return Source("fairface", len(fairface(folder)), SIZE, THANKS["fairface"], folder)
    return portraits()


def portraits() -> Source:
    """The portraits that ship with the app."""
    return Source("portraits", len(people()), SIZE, THANKS["portraits"], PORTRAITS)


def own(pictures: tuple[Image.Image, ...] = ()) -> Source:
    """Aligned faces, 128 x 128, that a teacher brought for one room."""
    return Source("own", len(pictures), SIZE, THANKS["folder"], pictures=pictures)


# ---- a photo ----


def photo_at(source: Source, index: int) -> Image.Image:
    """Photo `index` of a source as it lies there. Raises PhotoUnreadable, PhotoTooLarge."""
    if source.name == "portraits":
        return open_picture((PORTRAITS / people()[index].file).read_bytes())
    if source.name == "own":
        return source.pictures[index]
    if source.name == "fairface":
        return open_picture(fairface(source.path)[index]["bytes"].as_py())
    listed = _listed(source.path)
    file, offset, length = listed[index % len(listed)]  # the folder may have lost some since `source` counted
    if length > MEGABYTES * 1e6:
        raise PhotoTooLarge(what=f"{length / 1e6:.0f} MB", limit=f"{MEGABYTES} MB")
    with file.open("rb") as f:
        f.seek(offset)
        return open_picture(f.read(length))


def face_at(source: Source, index: int) -> Image.Image:
    """The face of photo `index`, aligned, 64 x 64.

    It shrinks to 128 and then to 64 pixels, as the training photos did, so that a sharper original shows no
    more than a model's picture could. Raises PhotoUnreadable, PhotoTooLarge, NoFace, SeveralFaces.
    """
    photo = photo_at(source, index)
    aligned = photo if source.name in ("own", "portraits") else align(photo, 2 * SIZE).picture
    return aligned.resize((SIZE, SIZE), Image.Resampling.LANCZOS)


def real_photo(rng: random.Random, source: Source) -> Image.Image:
    """A real photo as `normalise` takes it: an aligned face of 64 x 64.

    Draws until a photo can be read and shows one face; the same rng, the same photo. Raises PhotosFaceless,
    PhotosMissing.
    """
    for index in rng.sample(range(source.count), min(source.count, DRAWS)):
        try:
            return face_at(source, index)
        except UNFIT:
            continue
    raise faceless(source)


def faceless(source: Source) -> PhotosFaceless | PhotosMissing:
    """What to tell where no photo of a source shows a face."""
    return PhotosFaceless(name=source.path.name) if source.name == "folder" else PhotosMissing()


def shown_before(source: Source) -> dict[str, str]:
    """Whom to thank while a round is open (en, pt): nobody by name, and no word on what kind of people."""
    return {"en": "", "pt": ""} if source.name == "portraits" else source.attribution


def name_of(source: str, index: int) -> str:
    """The person of a portrait, for the credit under the answer; '' where nobody is named."""
    return people()[index].name if source == "portraits" and index < len(people()) else ""


# ---- bringing FairFace here ----


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
    if not (folder := fetched()):
        raise PhotosUnreachable(reason=f"{REPO}: {FILES}?")
    return Source("fairface", len(fairface(folder)), SIZE, THANKS["fairface"], folder)
