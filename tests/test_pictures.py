"""Pictures in and out, and everything a visitor may send that is no good picture."""

import base64
import io
import struct
import zlib

import numpy as np
import pytest
import torch
from PIL import Image

from generative import pictures
from generative.errors import PhotoTooLarge, PhotoUnreadable

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def noise(width: int = 80, height: int = 60) -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8))


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds no pixel."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    )


def test_a_tensor_becomes_a_picture_and_comes_back_the_same():
    x = torch.arange(3 * 4 * 5).reshape(3, 4, 5) / 255
    assert torch.equal(pictures.from_image(pictures.to_image(x)), x)
    assert pictures.to_image(x).size == (5, 4)
    assert pictures.to_image(torch.tensor([-1.0, 0.5, 2.0]).reshape(3, 1, 1)).getpixel((0, 0)) == (
        0,
        128,
        255,
    )


def test_a_png_url_loses_nothing_and_a_jpeg_url_little():
    image = Image.linear_gradient("L").resize((64, 64)).convert("RGB")
    exact, close = pictures.png_url(image), pictures.data_url(image)
    assert exact.startswith("data:image/png;base64,") and close.startswith("data:image/jpeg;base64,")
    assert np.array_equal(pictures.open_picture(exact), image)
    assert np.abs(np.int16(pictures.open_picture(close)) - np.int16(image)).max() <= 3
    assert pictures.open_picture(pictures.data_url(image, 128)).size == (128, 128)
    assert len(pictures.data_url(noise(), quality=30)) < len(pictures.data_url(noise(), quality=95))


def test_a_sheet_fills_rows_from_the_left():
    colours = [RED, GREEN, BLUE]
    sheet = pictures.sheet([Image.new("RGB", (7, 7), c) for c in colours], columns=2, cell=10)
    assert sheet.size == (20, 20)
    assert [sheet.getpixel(at) for at in ((5, 5), (15, 5), (5, 15))] == colours
    assert sheet.getpixel((15, 15)) == (255, 255, 255)


def test_a_picture_over_forty_megapixels_is_refused_before_a_pixel_is_decoded():
    with pytest.raises(PhotoTooLarge, match="50 megapixels"):
        pictures.open_picture(png_header(10_000, 5_000))
    with pytest.raises(PhotoTooLarge, match="50 megapixels"):
        pictures.open_picture(encoded(Image.new("1", (10_000, 5_000)), "PNG"))
    with pytest.raises(PhotoTooLarge):
        pictures.open_picture(png_header(60_000, 60_000))  # here Pillow itself speaks of a bomb


def test_a_picture_just_below_the_limit_passes_and_shrinks():
    assert pictures.open_picture(encoded(Image.new("1", (8_000, 4_999)), "PNG")).size == (1024, 640)


def test_a_file_over_twenty_megabytes_is_refused_as_bytes_and_as_url():
    data = encoded(noise(), "JPEG") + bytes(20_000_200)
    for sent in (data, "data:image/jpeg;base64," + base64.b64encode(data).decode()):
        with pytest.raises(PhotoTooLarge, match="20 MB"):
            pictures.open_picture(sent)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        "",
        ",",
        b"this is a text file",
        "data:image/png;base64,",
        "data:image/png;base64,@@@",
        "data:,hello",
        "/etc/hostname",
        "http://127.0.0.1/face.jpg",
        "file:///etc/hostname",
        b"\xff\xd8\xff",
        png_header(60, 60),
        encoded(noise(), "JPEG")[:1500],
        encoded(noise(), "PNG")[:900],
        encoded(noise(), "TIFF"),
        None,
    ],
    ids=lambda sent: repr(sent)[:25],
)
def test_what_is_no_picture_is_one_clear_error(sent):
    with pytest.raises(PhotoUnreadable):
        pictures.open_picture(sent)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_animation_shows_its_first_picture(kind):
    frames = [Image.new("RGB", (40, 30), colour) for colour in (RED, GREEN, BLUE)]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    opened = pictures.open_picture(data)
    assert opened.size == (40, 30)
    assert np.abs(np.int16(opened.getpixel((20, 15))) - RED).max() < 8


def test_a_phone_photo_lying_on_its_side_is_set_upright():
    image = Image.new("RGB", (80, 40), BLUE)
    image.paste(RED, (0, 0, 40, 40))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: show it rotated by 90 degrees clockwise
    upright = pictures.open_picture(encoded(image, "JPEG", exif=exif))
    assert upright.size == (40, 80)
    assert upright.getpixel((20, 10))[0] > 200 and upright.getpixel((20, 70))[2] > 200


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_becomes_white(mode):
    image = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (10, 0, 20, 20))
    data = encoded(
        image if mode == "RGBA" else image.convert("LA") if mode == "LA" else image.quantize(), "PNG"
    )
    opened = pictures.open_picture(data)
    assert opened.getpixel((5, 5)) == (255, 255, 255) and opened.getpixel((15, 5)) == (0, 0, 0)


def test_sixteen_bits_grey_cmyk_and_palettes_keep_their_look():
    half = np.full((20, 20), 0x8000, np.uint16)
    assert pictures.open_picture(encoded(Image.fromarray(half), "PNG")).getpixel((3, 3)) == (128, 128, 128)
    assert pictures.open_picture(encoded(Image.new("L", (20, 20), 77), "PNG")).getpixel((3, 3)) == (
        77,
        77,
        77,
    )
    assert (
        pictures.open_picture(encoded(Image.new("RGB", (9, 9), GREEN).quantize(), "GIF")).getpixel((3, 3))
        == GREEN
    )
    assert pictures.open_picture(encoded(Image.new("RGB", (9, 9), GREEN), "BMP")).getpixel((3, 3)) == GREEN
    cmyk = pictures.open_picture(encoded(Image.new("CMYK", (20, 20), (0, 255, 255, 0)), "JPEG"))
    assert np.abs(np.int16(cmyk.getpixel((3, 3))) - RED).max() < 8


def test_randomly_damaged_files_never_raise_anything_else():
    rng = np.random.default_rng(1)
    whole = [encoded(noise(), kind) for kind in ("JPEG", "PNG", "WEBP", "GIF", "BMP")]
    outcomes = set()
    for i in range(400):
        data = bytearray(whole[i % 5])
        for at in rng.integers(0, min(len(data), 400), rng.integers(1, 6)):
            data[at] = rng.integers(256)
        try:
            opened = pictures.open_picture(bytes(data))
            assert opened.mode == "RGB" and max(opened.size) <= 1024
            outcomes.add("opened")
        except (PhotoUnreadable, PhotoTooLarge) as error:
            outcomes.add(type(error).__name__)
    assert {"opened", "PhotoUnreadable"} <= outcomes


def png_of_sixteen(levels: np.ndarray, colour: int) -> bytes:
    """A PNG of 16 bits a level (H, W, channels), which Pillow itself does not write for colours."""
    height, width = levels.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in levels)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
@pytest.mark.parametrize(("colour", "channels"), [(0, 1), (2, 3), (4, 2), (6, 4)])
def test_sixteen_bits_of_which_a_camera_used_fewer_are_as_bright(bits, colour, channels):
    levels = np.random.default_rng(0).integers(0, 256, (30, 40, 1), dtype=np.int64)
    levels[0, 0] = 255
    sent = np.repeat((levels * 257) >> (16 - bits), channels, axis=-1)
    if channels in (2, 4):
        sent[..., -1] = 65535  # nothing is transparent
    seen = np.asarray(pictures.open_picture(png_of_sixteen(sent, colour)), dtype=np.int64)
    assert seen.shape == (30, 40, 3) and np.abs(seen - levels).max() <= 1


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG", "AVIF"])
def test_a_turn_that_a_file_names_is_made_whatever_its_kind(kind):
    turn, image = Image.Exif(), Image.new("RGB", (64, 32), BLUE)
    image.paste(RED, (0, 0, 32, 32))  # left; with orientation 6 above
    turn[0x0112] = 6
    seen = pictures.open_picture(encoded(image, kind, exif=turn, quality=95))
    assert seen.size == (32, 64)
    assert np.abs(np.subtract(seen.getpixel((16, 8)), RED)).max() < 12
    assert np.abs(np.subtract(seen.getpixel((16, 56)), BLUE)).max() < 12


def test_a_damaged_avif_is_no_picture():
    sent, rng = encoded(noise(), "AVIF"), np.random.default_rng(1)
    for _ in range(150):
        damaged = bytearray(sent[: rng.integers(len(sent) // 2, len(sent) + 1)])
        damaged[rng.integers(len(damaged))] ^= 255
        try:
            pictures.open_picture(bytes(damaged))
        except PhotoUnreadable:
            continue
