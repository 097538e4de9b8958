"""Pictures as data: tensors, PIL images, data URLs, sheets, and the safe opening of whatever a visitor sends.

What it does not know: what a picture shows.
"""

import base64
import binascii
import io
import struct
from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image, ImageOps

from generative.errors import PhotoTooLarge, PhotoUnreadable

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
MEGABYTES, MEGAPIXELS = 20, 40  # a good camera's photo passes, a bomb does not
LONGEST = 1024  # pixels: all that finding a face needs
# What Pillow raises on broken files, as tens of thousands of randomly damaged pictures showed.
BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, struct.error)


def to_image(x: torch.Tensor) -> Image.Image:
    """x (3, H, W) in [0, 1] -> an RGB picture."""
    levels = (x.detach().clamp(0, 1) * 255).round().to(torch.uint8)
    return Image.fromarray(levels.permute(1, 2, 0).cpu().numpy())


def from_image(image: Image.Image) -> torch.Tensor:
    """A picture -> x (3, H, W) in [0, 1]."""
    levels = np.array(image.convert("RGB"), dtype=np.float32)
    return torch.from_numpy(levels).permute(2, 0, 1).contiguous() / 255


def _url(image: Image.Image, size: int | None, kind: str, **options: int) -> str:
    if size is not None:
        image = image.resize(
            (size, size), Image.Resampling.BICUBIC if size > image.width else Image.Resampling.LANCZOS
        )
    file = io.BytesIO()
    image.save(file, kind, **options)
    return f"data:image/{kind};base64,{base64.b64encode(file.getvalue()).decode()}"


def data_url(image: Image.Image, size: int | None = None, quality: int = 92) -> str:
    """A picture as data:image/jpeg;base64,..., first resized to `size` x `size` if given."""
    return _url(image.convert("RGB"), size, "jpeg", quality=quality)


def png_url(image: Image.Image, size: int | None = None) -> str:
    """A picture as data:image/png;base64,... without loss, first resized to `size` x `size` if given."""
    return _url(image, size, "png")


def webp_url(image: Image.Image, size: int | None = None) -> str:
    """A picture as data:image/webp;base64,..., a third of a JPEG; first resized if `size` is given."""
    return _url(image, size, "webp", quality=85, method=2)


def animation(
    images: Sequence[Image.Image], size: int | None, ms: int | list[int] = 60, back: bool = True
) -> str:
    """Pictures one after another without end, as data:image/webp;base64,...; `ms` each, or a number for each.

    There and back; without `back` the first follows the last. Without a size as large as they are.
    """
    frames = [image.resize((size, size), Image.Resampling.BICUBIC) if size else image for image in images]
    frames += frames[-2:0:-1] if back else []
    file = io.BytesIO()
    frames[0].save(file, "webp", save_all=True, append_images=frames[1:], duration=ms, loop=0, quality=85)
    return f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode()}"


def sheet(images: Sequence[Image.Image], columns: int, cell: int) -> Image.Image:
    """Pictures row by row in one: `columns` wide, every cell `cell` x `cell` pixels."""
    rows = -(-len(images) // columns)
    whole = Image.new("RGB", (columns * cell, rows * cell), "white")
    for i, image in enumerate(images):
        fitted = image.convert("RGB").resize((cell, cell), Image.Resampling.LANCZOS)
        whole.paste(fitted, (i % columns * cell, i // columns * cell))
    return whole


def _bytes(data: bytes | str) -> bytes:
    """The bytes of a data URL. A string that is none (a path, a web address) is never followed."""
    if len(data) > MEGABYTES * 1e6 * (4 / 3 if isinstance(data, str) else 1) + 100:
        raise PhotoTooLarge(what=f"{len(data) / 1e6:.0f} MB", limit=f"{MEGABYTES} MB")
    if isinstance(data, bytes):
        return data
    head, _, body = data.partition(",")
    if not (head.startswith("data:") and head.endswith(";base64")):
        raise PhotoUnreadable
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise PhotoUnreadable from error


def _shrunk(image: Image.Image) -> Image.Image:
    """Any mode -> RGB, at most LONGEST pixels long: 16 bits become 8, what is transparent becomes white."""
    if image.mode.startswith("I"):
        image = Image.fromarray((np.asarray(image).clip(0, 65535) >> 8).astype(np.uint8))
    image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS, reducing_gap=2)
    if image.mode == "RGB":
        return image
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")


def open_picture(data: bytes | str) -> Image.Image:
    """A visitor's file, as bytes or data URL -> RGB, upright, at most 1024 pixels long.

    At most 20 MB and 40 megapixels, which the header tells before anything is decoded; of an animation the
    first picture. Raises PhotoTooLarge, PhotoUnreadable.
    """
    try:
        with Image.open(io.BytesIO(_bytes(data)), formats=FORMATS) as image:
            pixels = image.width * image.height / 1e6
            if pixels > MEGAPIXELS:
                raise PhotoTooLarge(what=f"{pixels:.0f} megapixels", limit=f"{MEGAPIXELS} megapixels")
            image.draft("RGB", (LONGEST, LONGEST))  # a JPEG can be decoded at half or a quarter of its size
            ImageOps.exif_transpose(image, in_place=True)
            return _shrunk(image)
    except Image.DecompressionBombError as error:
        raise PhotoTooLarge(what="> 100 megapixels", limit=f"{MEGAPIXELS} megapixels") from error
    except BROKEN as error:
        raise PhotoUnreadable from error
