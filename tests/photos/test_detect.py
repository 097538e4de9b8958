"""Finding a face and bringing it to the frame of the training photos.

The face is that of the astronaut Eileen Collins: her portrait (NASA, public domain) comes with scikit-image.
"""

import math

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data

from generative import photos, weights
from generative.errors import NoFace, SeveralFaces
from generative.photos import aligner, detect
from generative.training import aligner as recipe

PUPILS = np.array([(203.5, 101.0), (246.5, 103.5)])  # marked by hand in the portrait of 512 x 512
EYES = np.array(aligner.EYES)


@pytest.fixture(scope="module")
def portrait() -> Image.Image:
    return Image.fromarray(data.astronaut())


def eye_error(frame: detect.Frame, pupils: np.ndarray) -> float:
    """Mean distance of pupils (2, 2) in the picture from their place in the frame, in eye distances."""
    cos, sin = math.cos(frame.angle), math.sin(frame.angle)
    x, y = ((pupils - frame[:2]) / frame.size).T
    placed = np.stack([cos * x + sin * y, cos * y - sin * x], 1) + 0.5
    return float(np.linalg.norm(placed - EYES, axis=1).mean() / detect.EYES_APART)


def turned(points: np.ndarray, degrees: float, size: int) -> np.ndarray:
    """Where points (N, 2) go when Pillow rotates a square picture anticlockwise about its middle."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x, y = (points - size / 2).T
    return np.stack([cos * x + sin * y, cos * y - sin * x], 1) + size / 2


@pytest.mark.parametrize("degrees", [-25, -10, 0, 10, 25])
@pytest.mark.parametrize("size", [200, 512, 1000])
def test_the_eyes_come_to_their_place_at_any_size_and_tilt(portrait, size, degrees):
    picture = portrait.resize((size, size), Image.Resampling.LANCZOS).rotate(
        degrees, Image.Resampling.BICUBIC
    )
    frame = detect.find_face(picture)
    assert eye_error(frame, turned(PUPILS * size / 512, degrees, size)) < 0.1
    assert math.degrees(frame.angle) == pytest.approx(
        4 - degrees, abs=5
    )  # her own head leans by about 4 degrees


def test_the_same_picture_in_any_size_gives_nearly_the_same_face(portrait):
    first, *others = [
        np.asarray(detect.align(portrait.resize((s, s), Image.Resampling.LANCZOS)).picture, np.float32)
        for s in (1024, 512, 300, 190)
    ]
    assert first.shape == (64, 64, 3)
    for other in others:
        assert np.abs(first - other).mean() < 8  # of 255


def test_the_picture_is_what_the_frame_shows(portrait):
    aligned = detect.align(portrait, 128)
    assert aligned.picture.size == (128, 128)
    assert np.array_equal(aligned.picture, detect.cut(portrait, aligned.frame, 128))
    x, y = (round(v) for v in aligned.frame[:2])
    shown = np.asarray(aligned.picture)[56:72, 56:72]  # 16 of 128 pixels here are 14 of the portrait's
    meant = np.asarray(portrait)[y - 7 : y + 7, x - 7 : x + 7]
    assert np.abs(shown.mean((0, 1)) - meant.mean((0, 1))).mean() < 4


def test_a_face_that_fills_the_picture_is_found(portrait):
    tight = detect.align(portrait, 64).picture
    frame = detect.find_face(tight)
    assert frame.size == pytest.approx(64, rel=0.1) and frame.x == pytest.approx(32, abs=3)


@pytest.mark.parametrize("name", ["chelsea", "coffee", "coins", "page", "rocket"])
def test_a_cat_a_cup_or_a_page_is_no_face(name):
    with pytest.raises(NoFace):
        detect.find_face(Image.fromarray(getattr(data, name)()))


def test_what_shows_nothing_is_no_face(portrait):
    tiny = Image.new("RGB", (1, 1))
    for picture in (
        Image.new("RGB", (300, 200), "grey"),
        tiny,
        Image.new("RGB", (1024, 1)),
        portrait.rotate(180),
    ):
        with pytest.raises(NoFace):
            detect.find_face(picture)


def test_two_faces_of_one_size_are_refused_and_a_small_one_beside_is_not(portrait):
    two = Image.new("RGB", (800, 400))
    two.paste(portrait.resize((400, 400)), (0, 0))
    two.paste(portrait.resize((400, 400)).transpose(Image.Transpose.FLIP_LEFT_RIGHT), (400, 0))
    with pytest.raises(SeveralFaces, match="2 faces"):
        detect.find_face(two)
    beside = portrait.crop((100, 20, 400, 320)).resize((600, 600))
    beside.paste(portrait.crop((150, 50, 300, 200)).resize((110, 110)), (485, 485))
    assert detect.find_face(beside).size > 150


def test_faces_of_a_set_are_found_and_other_pictures_show_none():
    source = photos.sources.portraits()
    for i in range(0, 128, 16):
        frame = detect.find_face(photos.sources.photo_at(source, i))
        assert (frame.x, frame.y, frame.size) == pytest.approx((64, 64, 128), abs=6)
        assert detect.settle(photos.sources.face_at(source, i)).size == pytest.approx(64, abs=3)
    for picture in (data.chelsea(), data.coffee(), data.brick(), data.grass()):
        with pytest.raises(NoFace):
            detect.find_face(Image.fromarray(picture))


def test_a_move_and_its_way_back_are_where_one_began():
    rng = torch.Generator().manual_seed(0)
    frames = torch.rand(50, 4, generator=rng) * torch.tensor([300, 300, 100, 3]) + 1
    moves = torch.rand(50, 4, generator=rng) * 2 - 1
    assert torch.allclose(
        aligner.moved(aligner.moved(frames, moves), aligner.way_back(moves)), frames, atol=1e-3
    )


def test_a_crop_is_the_picture_itself_its_quarter_turn_or_its_average():
    x = torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    whole = torch.tensor([[8.0, 8.0, 16.0, 0.0]])
    assert torch.allclose(aligner.crop(x, whole, 16), x, atol=1e-5)
    quarter = torch.tensor(
        [[8.0, 8.0, 16.0, math.pi / 2]]
    )  # clockwise: what it shows is turned anticlockwise
    assert torch.allclose(aligner.crop(x, quarter, 16), x.rot90(1, (2, 3)), atol=1e-4)
    assert torch.allclose(aligner.crop(x, whole, 8), torch.nn.functional.avg_pool2d(x, 2), atol=1e-5)
    corner = torch.tensor([[4.0, 4.0, 8.0, 0.0]])
    assert torch.allclose(aligner.crop(x, corner, 8), x[:, :, :8, :8], atol=1e-5)


def test_the_whole_aligned_photo_is_the_right_frame():
    assert torch.allclose(aligner.landmarks(recipe.whole(1, 100))[0, :2] / 100, torch.tensor(aligner.EYES))


def test_the_shipped_network_is_small():
    folder = weights.WEIGHTS / "face_aligner"
    model = aligner.Aligner(weights.load_config(aligner.AlignerConfig, folder))
    assert sum(p.numel() for p in model.parameters()) < 500_000
    assert (folder / "model.safetensors").stat().st_size < 1e6


def test_the_shipped_network_undoes_a_move_of_the_frame(portrait):
    photo = torch.from_numpy(np.array(detect.align(portrait, recipe.SIZE).picture)).permute(2, 0, 1)[None]
    moves = recipe.random_moves(1, torch.Generator().manual_seed(1))
    start = aligner.moved(recipe.whole(1, recipe.SIZE), aligner.way_back(moves))
    assert torch.allclose(aligner.moved(start, moves), recipe.whole(1, recipe.SIZE), atol=1e-3)
    found = recipe.errors(detect.network(), photo, seed=1)
    assert found.twice < 12 < found.before


def test_an_example_of_the_recipe_asks_for_the_move_that_the_shipped_network_makes(portrait):
    model = detect.network()
    photo = torch.from_numpy(np.array(detect.align(portrait, recipe.SIZE).picture)).permute(2, 0, 1)[None]
    rng = torch.Generator().manual_seed(0)
    view, moves = recipe.examples(photo, model.config, torch.device("cpu"), rng)
    assert view.shape[1:] == (3, 64, 64) and view.min() >= 0 and view.max() <= 1
    for made, asked in zip(model(view).T, moves.T, strict=True):
        assert torch.corrcoef(torch.stack([made, asked]))[0, 1] > 0.9


def test_the_same_seed_trains_with_the_same_losses():
    photos = torch.randint(
        0,
        256,
        (4, 3, recipe.SIZE, recipe.SIZE),
        dtype=torch.uint8,
        generator=torch.Generator().manual_seed(0),
    )
    losses = []
    for _ in range(2):
        torch.manual_seed(0)
        model = aligner.Aligner(aligner.AlignerConfig())
        optimizer = torch.optim.AdamW(model.parameters(), recipe.LR)
        steps = recipe.train(model, optimizer, photos, total=60, seed=3, start=recipe.Step(0, 0.0, 0.0))
        losses.append([next(steps).loss for _ in range(3)])
    assert losses[0] == losses[1] and losses[0][0] > 0
