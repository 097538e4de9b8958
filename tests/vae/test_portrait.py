"""A visitor's photo in the VAE: the frame, the encoding, the error map, samples, arithmetic, the way between.

The face is that of the astronaut Eileen Collins: her portrait (NASA, public domain) comes with scikit-image.
"""

import base64
import io
import json
import math

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data
from torch.distributions import Normal, kl_divergence

from generative import photos, vae
from generative.errors import (
    LatentInvalid,
    NumberOutOfRange,
    PhotoTooLarge,
    PhotoUnreadable,
    SeveralFaces,
)
from generative.photos import detect
from generative.pictures import data_url, from_image, open_picture, to_image
from generative.vae import portrait


def url_of(image: Image.Image, kind: str = "JPEG", **options: object) -> str:
    """A picture as a browser would send the file."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(file.getvalue()).decode()}"


def picture_of(url: str) -> np.ndarray:
    file = io.BytesIO(base64.b64decode(url.partition(",")[2]))
    return np.asarray(Image.open(file).convert("RGB"), np.float32) / 255


@pytest.fixture(scope="module")
def astronaut() -> Image.Image:
    return Image.fromarray(data.astronaut())


@pytest.fixture(scope="module")
def photo(astronaut) -> str:
    return data_url(astronaut)


@pytest.fixture(scope="module")
def reading(photo) -> portrait.Reading:
    return portrait.read(photo, portrait.find(photo).start)


# ---- the frame ----


def test_the_same_photo_gives_the_same_code_and_it_is_the_api_s(photo, reading):
    again = portrait.read(photo, portrait.find(photo).start)
    assert again == reading
    encoded = vae.model.encode(photos.sources.align(open_picture(photo)).picture)
    assert (reading.mu, reading.sigma) == (encoded.mu, encoded.sigma)
    assert (reading.aligned, reading.reconstruction) == (encoded.aligned, encoded.reconstruction)


def test_a_frame_set_by_hand_where_it_was_found_gives_the_same_encoding(photo, reading):
    by_hand = json.loads(json.dumps(portrait.find(photo).start))  # as it comes back from a browser
    assert portrait.read(photo, by_hand) == reading
    x, y, size, angle = by_hand
    assert portrait.read(photo, [x + 0.1 * size, y, size, angle]).mu != reading.mu
    assert portrait.read(photo, [x, y, size, angle + 2 * math.pi]).psnr == pytest.approx(
        reading.psnr, abs=0.01
    )


def test_without_a_face_the_frame_waits_upright_in_the_middle():
    found = portrait.find(data_url(Image.fromarray(data.coffee())))  # 600 x 400
    assert found.faces == [] and found.start == (300, 200, portrait.MIDDLE * 400, 0)
    tiny = Image.new("RGB", (5, 5), "grey")
    found = portrait.find(data_url(tiny))
    assert (
        not found.faces
        and len(portrait.read(data_url(tiny), found.start).mu) == vae.model.load().config.z_dim
    )


def test_several_faces_are_all_found_largest_first(astronaut):
    both = Image.new("RGB", (912, 512))
    both.paste(astronaut.resize((400, 400)), (0, 0))
    both.paste(astronaut, (400, 0))
    found = portrait.find(data_url(both))
    assert len(found.faces) == 2 and found.start == found.faces[0] and found.start.x > 400
    assert found.faces[0].size > found.faces[1].size
    with pytest.raises(SeveralFaces):
        detect.find_face(both)


@pytest.mark.parametrize(
    "frame",
    [None, [], [1, 2, 3], [1, 2, 3, "a"], [math.nan, 1, 1, 0], [1, 1, math.inf, 0], {"x": 1}, "1234x"],
)
def test_a_frame_that_is_none_is_one_sentence(photo, frame):
    with pytest.raises(NumberOutOfRange):
        portrait.read(photo, frame)


def test_a_frame_out_of_bounds_is_brought_to_the_nearest_within(astronaut):
    bounded = portrait.check_frame([-50, 1e9, 1e9, 0.5 + 2 * math.pi], astronaut)
    assert bounded == pytest.approx((0, 512, 1024, 0.5))
    assert portrait.check_frame([1, 2, -3, 0], astronaut).size == portrait.SMALLEST


# ---- what may be sent ----


def test_an_exif_turned_photo_is_seen_upright(astronaut):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera lay on its side
    sideways = url_of(astronaut.rotate(90, expand=True), exif=exif, quality=95)
    found, upright = portrait.find(sideways).start, portrait.find(data_url(astronaut)).start
    assert found == pytest.approx(upright, rel=0.03, abs=0.05)
    assert open_picture(portrait.opened(sideways)).size == astronaut.size


@pytest.mark.parametrize("kind", ["GIF", "CMYK", "PNG", "WEBP"])
def test_a_face_is_found_in_other_kinds_of_files(astronaut, kind):
    url = url_of(astronaut.convert("CMYK")) if kind == "CMYK" else url_of(astronaut, kind)
    assert len(portrait.find(url).faces) == 1
    assert portrait.opened(url).startswith("data:image/jpeg;base64,")


@pytest.mark.parametrize(
    "work", [portrait.opened, portrait.find, lambda url: portrait.read(url, [1, 1, 9, 0])]
)
def test_a_file_that_is_no_picture_or_too_large_is_one_sentence(astronaut, work):
    good = url_of(astronaut, quality=95)
    text = "data:image/jpeg;base64,dGhpcyBpcyBubyBwaWN0dXJl"
    for wrong in (
        text,
        good[: len(good) // 10 // 4 * 4],
        "",
        "None",
        "/etc/passwd",
        "http://127.0.0.1/a.jpg",
    ):
        with pytest.raises(PhotoUnreadable):
            work(wrong)
    with pytest.raises(PhotoTooLarge):  # 50 megapixels, told by the header alone
        work(url_of(Image.new("1", (10_000, 5_000)), "PNG"))
    with pytest.raises(PhotoTooLarge):
        work("data:image/jpeg;base64," + "A" * 28_000_000)


# ---- reconstruction, error, the loss ----


def test_the_error_map_is_white_where_pictures_agree_and_orange_as_stated():
    x = torch.rand(3, 8, 8) * 0.4
    shares = torch.tensor([0.0, 0.25, 0.5, 1.0, 2.0])
    x_recon = x.clone()
    x_recon[:, 0, :5] += shares * portrait.FULL
    x_recon[0, 1, 0] += 0.3 * portrait.FULL  # one colour of three: a third of it
    drawn = from_image(portrait.error_map(x, x_recon))
    orange = torch.tensor(portrait.ORANGE)[:, None]
    torch.testing.assert_close(drawn[:, 0, :5], 1 + (orange - 1) * shares.clamp(max=1), atol=0.005, rtol=0)
    torch.testing.assert_close(drawn[:, 1, :1], 1 + (orange - 1) * 0.1, atol=0.005, rtol=0)
    assert (drawn[:, 2:] == 1).all() and (drawn[:, 0, 5:] == 1).all()


def test_psnr_and_the_two_terms_are_those_of_the_pictures_on_screen(photo, reading):
    frame = portrait.find(photo).start
    x = from_image(detect.cut(open_picture(photo), frame))
    error = (x - vae.model.decode(reading.mu)).square()
    assert reading.recon == pytest.approx(error.sum().item() / 2, rel=1e-4)
    assert reading.psnr == pytest.approx(-10 * math.log10(error.mean().item()), rel=1e-4)
    posterior = Normal(torch.tensor(reading.mu), torch.tensor(reading.sigma))
    assert reading.kl == pytest.approx(kl_divergence(posterior, Normal(0.0, 1.0)).sum().item(), rel=1e-4)
    shown = picture_of(reading.error_map)
    assert shown.shape == (64, 64, 3)
    expected = from_image(portrait.error_map(x, vae.model.decode(reading.mu))).permute(1, 2, 0)
    assert np.array_equal(shown, expected.numpy())


# ---- from the posterior on ----


def test_draws_have_mean_mu_and_spread_sigma(reading):
    n = 20_000
    z = portrait.draws(reading.mu, reading.sigma, n, seed=3)
    mu, sigma = torch.tensor(reading.mu), torch.tensor(reading.sigma)
    assert z.shape == (n, len(mu))
    assert ((z.mean(0) - mu).abs() < 5 * sigma / math.sqrt(n)).all()  # five standard errors
    assert ((z.std(0) / sigma - 1).abs() < 5 / math.sqrt(2 * n)).all()
    off = torch.corrcoef(((z - mu) / sigma).T) - torch.eye(len(mu))
    assert off.abs().max() < 6 / math.sqrt(n)  # axis by axis, independent


def test_each_press_draws_anew_and_a_seed_repeats(reading):
    first, again, other = (portrait.samples(reading.mu, reading.sigma, seed) for seed in (1, 1, 2))
    assert first == again != other
    assert picture_of(first).shape == (2 * portrait.CELL, 4 * portrait.CELL, 3)
    still = picture_of(portrait.samples(reading.mu, [0.0] * len(reading.mu), 1))
    assert np.abs(still[:, : portrait.CELL] - still[:, portrait.CELL : 2 * portrait.CELL]).mean() < 0.01


def test_arithmetic_adds_the_named_directions_and_takes_them_away(reading):
    mu = torch.tensor([reading.mu])
    step = {name: torch.tensor(vae.directions.one(name).vector) for name in portrait.NAMES}
    torch.testing.assert_close(portrait.plus(reading.mu, [2, -1]), mu + 2 * step["smile"] - step["pose"])
    torch.testing.assert_close(portrait.plus(reading.mu, []), mu)
    strip = np.split(picture_of(portrait.arithmetic(reading.mu, [2, 0])), 3, axis=1)
    for shown, t in zip(strip, (-2, 0, 2), strict=True):
        z = (mu + t * step["smile"])[0].tolist()
        meant = to_image(vae.model.decode(z)).resize(shown.shape[:2], Image.Resampling.LANCZOS)
        assert np.abs(shown - np.asarray(meant) / 255).mean() < 0.01
    for wrong in ([4], [math.nan], ["1"], [None]):
        with pytest.raises(NumberOutOfRange):
            portrait.arithmetic(reading.mu, wrong)


def test_the_strip_goes_in_a_straight_line_from_one_face_to_the_other(reading):
    other = vae.model.random_z(5)
    cells = np.split(picture_of(portrait.strip(reading.mu, other)), portrait.STEPS, axis=1)
    for cell, t in ((cells[0], 0), (cells[3], 0.5), (cells[-1], 1)):
        z = [(1 - t) * a + t * b for a, b in zip(reading.mu, other, strict=True)]
        meant = to_image(vae.model.decode(z)).resize(cell.shape[:2], Image.Resampling.LANCZOS)
        assert np.abs(cell - np.asarray(meant) / 255).mean() < 0.01
    assert portrait.between(reading.mu, other, 0) == vae.model.picture(reading.mu)
    assert portrait.between(reading.mu, other, 1) == vae.model.picture(other)


@pytest.mark.parametrize("wrong", [[], [1.0], "text", None, [math.nan] * 32, 7])
def test_a_code_that_is_none_is_one_sentence(reading, wrong):
    for work in (
        lambda: portrait.samples(wrong, reading.sigma, 1),
        lambda: portrait.samples(reading.mu, wrong, 1),
        lambda: portrait.arithmetic(wrong, [1]),
        lambda: portrait.strip(reading.mu, wrong),
        lambda: portrait.between(wrong, reading.mu, 0.5),
    ):
        with pytest.raises(LatentInvalid):
            work()
