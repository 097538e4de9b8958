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

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP")
MEGABYTES, MEGAPIXELS = 20, 40  # a good camera's photo passes, a bomb does not
LONGEST = 1024  # pixels: all that finding a face needs
# What Pillow raises on broken files, as tens of thousands of randomly damaged pictures showed.
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    RuntimeError,
    struct.error,
)


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


def _eight_bits(levels: np.ndarray) -> np.ndarray:
    """Levels of 16 bits, of which a camera may use but 10, 12 or 14 -> (..., uint8) of the bits in use."""
    levels = levels.clip(0, 65535)
    return (levels >> max(0, int(levels.max()).bit_length() - 8)).astype(np.uint8)


# How Pillow reads 16 bits -> how it reads the lower 8 of them; of grey with alpha, both bytes of both.
LOWER = {"RGB;16B": "RGB;16L", "RGBA;16B": "RGBA;16L", "LA;16B": "RGBA"}


def _of_sixteen(data: bytes, image: Image.Image) -> Image.Image:
    """A picture with 16 bits a level, by the bits in use. Of colours Pillow reads the upper 8 alone; where
    those are dark, the lower 8 are read too."""
    if image.mode.startswith("I"):
        return Image.fromarray(_eight_bits(np.asarray(image)))
    kind = str(image.tile[0].args) if image.format == "PNG" and image.tile else ""
    if kind not in LOWER or max(high for _, high in image.getextrema()[:3]) > 127:
        return image
    with Image.open(io.BytesIO(data), formats=("PNG",)) as other:
        other.tile = [part._replace(args=LOWER[kind]) for part in other.tile]
        other._mode = LOWER[kind].partition(";")[0]
        upper, lower, colours = np.asarray(image), np.asarray(other), 3
    if kind == "LA;16B":  # Pillow says the grey three times
        upper, lower, colours = upper[..., [0, 3]], lower[..., [1, 3]], 1
    levels = (upper[..., :colours].astype(np.uint16) << 8) + lower[..., :colours]
    return Image.fromarray(np.concatenate([_eight_bits(levels), upper[..., colours:]], axis=-1))


def _shrunk(image: Image.Image) -> Image.Image:
    """Any mode -> RGB, at most LONGEST pixels long; what is transparent becomes white."""
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
        data = _bytes(data)
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            pixels = image.width * image.height / 1e6
            if pixels > MEGAPIXELS:
                raise PhotoTooLarge(what=f"{pixels:.0f} megapixels", limit=f"{MEGAPIXELS} megapixels")
            image.draft("RGB", (LONGEST, LONGEST))  # a JPEG can be decoded at half or a quarter of its size
            turned = ImageOps.exif_transpose(_of_sixteen(data, image))
            return _shrunk(turned)
    except Image.DecompressionBombError as error:
        raise PhotoTooLarge(what="> 100 megapixels", limit=f"{MEGAPIXELS} megapixels") from error
    except BROKEN as error:
        raise PhotoUnreadable from error
