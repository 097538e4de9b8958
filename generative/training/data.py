"""What the recipes read: photos from a folder or a .tar, documents from a folder of .txt or .txt.xz.

Held-out data is chosen by name, so every recipe and every resumed run leaves out the same items.

It does not know what is learned from them.
"""

import io
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from tqdm import tqdm

from generative.text import plain

PICTURES = (".jpg", ".jpeg", ".png", ".webp")


class Photos(NamedTuple):
    """uint8 pictures (N, 3, size, size) in RGB, and the N file names."""

    pictures: torch.Tensor
    names: list[str]


def held_out(name: str, percent: int) -> bool:
    """Whether this item belongs to the held-out share: decided by a checksum of its name alone."""
    return zlib.crc32(name.encode()) % 100 < percent


def files(path: Path, *ends: str) -> Iterator[tuple[str, bytes]]:
    """Files of a folder or a .tar whose names end so, in small letters: (name, bytes), in name order."""
    if path.is_dir():
        for file in sorted(p for p in path.rglob("*") if p.is_file()):
            if file.name.lower().endswith(ends):
                yield str(file.relative_to(path)), file.read_bytes()
        return
    with tarfile.open(path) as tar:
        for member in sorted((m for m in tar if m.isfile()), key=lambda m: m.name):
            if member.name.lower().endswith(ends):
                yield member.name, tar.extractfile(member).read()


def load_photos(path: Path, size: int, split: str) -> Photos:
    """The 'train' or 'val' photos of `path`, resized to `size` x `size`.

    A folder named val/ inside `path` is the held-out split; where there is none, 5 % are held out by name.
    """
    items = list(files(Path(path), *PICTURES))
    has_val = any("val" in Path(n).parts[:-1] for n, _ in items)
    chosen = [
        (n, b)
        for n, b in items
        if ("val" in Path(n).parts[:-1] if has_val else held_out(n, 5)) == (split == "val")
    ]
    pictures = np.empty((len(chosen), size, size, 3), np.uint8)
    for i, (_, data) in enumerate(tqdm(chosen, desc=f"{split} photos", unit="photo")):
        picture = Image.open(io.BytesIO(data)).convert("RGB")
        pictures[i] = np.asarray(picture.resize((size, size), Image.Resampling.LANCZOS))
    return Photos(torch.from_numpy(pictures).permute(0, 3, 1, 2).contiguous(), [n for n, _ in chosen])


class Documents(NamedTuple):
    """One text set: its name (the file's, without .txt) and its documents."""

    name: str
    documents: list[str]


def load_texts(path: Path, split: str, percent: int = 2) -> list[Documents]:
    """Every .txt or .txt.xz of a folder as documents (blank-line separated); whole documents are held out.

    A document is held out by the checksum of its own text, so copies of it in another set are held out too.
    """
    sets = []
    for file in sorted([*Path(path).glob("*.txt"), *Path(path).glob("*.txt.xz")]):
        with (lzma.open if file.suffix == ".xz" else open)(file, "rt", encoding="utf-8") as f:
            documents = [d.strip() for d in f.read().split("\n\n") if d.strip()]
        chosen = [plain(d) for d in documents if held_out(d, percent) == (split == "val")]
        sets.append(Documents(file.name.split(".")[0], chosen))
    return sets
