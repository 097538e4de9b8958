"""JPEG as the measure of a code: the smallest file of a face that is as near to it as a reconstruction.

A code and a JPEG both keep a picture in few bytes; a JPEG knows nothing of faces. JPEG: Wallace, "The JPEG
Still Picture Compression Standard", 1991, https://doi.org/10.1145/103085.103089

It does not know how the face was redrawn: what it is compared with is one number, PSNR in dB.
"""

import io
from typing import NamedTuple

from PIL import Image
from torch import Tensor

from generative.pictures import from_image, to_image
from generative.vae import model

RAW = 3 * 64 * 64  # bytes of a face, a byte for each number
SCAN = b"\xff\xda"  # a JPEG's picture data begin here; before it stand tables


class Jpeg(NamedTuple):
    """A JPEG of a face: its bytes, how many of them are the picture's (the rest is tables), quality, dB."""

    size: int
    scan: int
    quality: int
    psnr: float


def every(x: Tensor) -> list[Jpeg]:
    """x (3, 64, 64) in [0, 1] as JPEG at every quality, with halved and full colour, best tables."""
    image, found = to_image(x), []
    for quality in range(1, 101):
        for subsampling in (2, 0):
            file = io.BytesIO()
            image.save(file, "jpeg", quality=quality, subsampling=subsampling, optimize=True)
            data = file.getvalue()
            decoded = from_image(Image.open(io.BytesIO(data)))
            psnr = float(model.psnr(x[None], decoded[None])[0])
            found.append(Jpeg(len(data), len(data) - data.rindex(SCAN), quality, psnr))
    return found


def smallest(candidates: list[Jpeg], psnr: float) -> Jpeg:
    """The smallest JPEG that reaches this PSNR; where none does, the best."""
    reach = [jpeg for jpeg in candidates if jpeg.psnr >= psnr]
    return min(reach) if reach else max(candidates, key=lambda jpeg: jpeg.psnr)
