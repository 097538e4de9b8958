import base64
import io
import json

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from generative import vae, weights
from generative.device import noise
from generative.errors import LatentInvalid, NumberOutOfRange, WeightsDamaged, WeightsMissing
from generative.pictures import from_image
from generative.training.directions import components, correlation, fit_probe


def asymmetry(x: torch.Tensor) -> float:
    """How far the nose points to one side: the antisymmetric half of a filter fitted to photos."""
    pose = load_file(weights.WEIGHTS / vae.model.NAME / "probes.safetensors")["pose"].float()
    return float((x * (pose - pose.flip(2)) / 2).sum())


def moved(name: str, t: float, z: list[float]) -> list[float]:
    return [a + t * b for a, b in zip(z, vae.directions.one(name).vector, strict=True)]


def test_the_pose_direction_moves_a_left_right_asymmetry_all_the_way():
    steps = [float(t) for t in range(-3, 4)]
    for seed in range(4):
        z = [0.5 * v for v in vae.model.random_z(seed)]
        seen = [asymmetry(vae.model.decode(moved("pose", t, z))) for t in steps]
        rising = [b > a for a, b in zip(seen, seen[1:], strict=False)]
        assert all(rising) or not any(rising), (seed, seen)


@pytest.mark.parametrize("source", ["taught", "found"])
def test_a_step_moves_its_own_reading_by_one_and_no_other_name(source):
    found = getattr(vae.directions.load(), source)
    readings = torch.tensor([d.reading for d in found])
    vectors = torch.tensor([d.vector for d in found])
    torch.testing.assert_close(readings @ vectors.T, torch.eye(len(found)), atol=2e-3, rtol=0)


def test_the_solution_is_the_smallest_step_of_all_that_do_the_same():
    """Against the Lagrange conditions: S^-1 v lies in the span of the probes."""
    mu, labels = noise(0, 500, 6) * torch.tensor([3.0, 1, 1, 0.5, 2, 1]), noise(1, 500, 2)
    labels = labels + mu[:, :2]
    W, V = vae.directions.solve(mu, labels)
    torch.testing.assert_close(W @ V.T, torch.eye(2), atol=1e-4, rtol=0)
    centred = mu - mu.mean(0)
    S = centred.T @ centred / len(mu) + 1e-2 * torch.eye(6)
    pulled = torch.linalg.solve(S, V.T).T  # S^-1 v
    along = torch.linalg.lstsq(W.T, pulled.T).solution
    torch.testing.assert_close(W.T @ along, pulled.T, atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize("source", ["taught", "found"])
def test_smile_and_pose_are_offered_and_every_name_says_how_well_it_holds(source):
    offered, known = vae.directions.named(source), getattr(vae.directions.load(), source)
    names = [d.name for d in offered]
    assert names[:2] == ["smile", "pose"] and len(set(names)) == len(names)
    assert not {"gender", "race"} & {d.name for d in known} and {d.source for d in known} == {source}
    for d in offered:
        assert d.correlation > 0.5 and 0 <= d.monotone <= 1 and d.moves > 0 and 0 < d.identity < 1
        assert len(d.pixels) == 3


def test_the_taught_smile_and_pose_rise_evenly_on_the_same_person():
    for name in ("smile", "pose"):
        d = vae.directions.one(name)
        assert d.monotone >= 0.9 and d.identity < 0.2 and 0.5 < d.consistency < 1


def test_the_taught_smile_keeps_to_itself_better_than_the_found_one():
    taught, found = (vae.directions.one("smile", source) for source in ("taught", "found"))
    assert taught.monotone > found.monotone + 0.3 and taught.correlation > found.correlation
    assert taught.others < found.others and taught.identity < found.identity / 2


def test_a_name_that_does_not_hold_is_not_offered():
    good = vae.directions.Direction("x", [], [], correlation=0.9, others=0.1, probe=0.8)
    assert good.holds
    assert not good._replace(correlation=0.3).holds
    assert not good._replace(others=0.7).holds
    assert not good._replace(probe=0.3).holds


def test_the_axes_of_the_plane_are_orthogonal_and_read_themselves():
    across, up = vae.directions.plane()
    a, b = torch.tensor(across.vector), torch.tensor(up.vector)
    assert abs(a @ b) < 1e-3 * a.norm() * b.norm()
    assert abs(torch.tensor(across.reading) @ a - 1) < 1e-4 and abs(torch.tensor(up.reading) @ b - 1) < 1e-4


def test_the_grid_shows_each_place_of_the_plane_and_keeps_what_lies_beside_it():
    z = vae.model.random_z(1)
    across, up = vae.directions.plane()
    corner = torch.tensor(z)
    for d, to in ((across, -vae.directions.REACH), (up, vae.directions.REACH)):
        corner = corner + (to - torch.tensor(d.reading) @ corner) * torch.tensor(d.vector)
    sheet = opened(vae.directions.grid(z))
    assert sheet.size == (
        vae.directions.COLUMNS * vae.directions.CELL,
        vae.directions.ROWS * vae.directions.CELL,
    )
    expected = opened(vae.model.picture(corner.tolist())).resize((64, 64))
    assert (from_image(sheet.crop((0, 0, 64, 64))) - from_image(expected)).abs().mean() < 0.03
    beside = vae.directions.grid([a + b for a, b in zip(z, up.vector, strict=True)])
    assert (from_image(sheet) - from_image(opened(beside))).abs().max() < 0.1  # the same but for rounding


def test_components_are_orthogonal_and_ordered_by_their_share():
    mu = noise(0, 4000, 16) * torch.linspace(0.2, 3, 16)
    found = components(mu)
    shares = [d.share for d in found]
    assert shares == sorted(shares, reverse=True) and sum(shares) <= 1
    vectors = torch.nn.functional.normalize(torch.tensor([d.vector for d in found]), dim=1)
    torch.testing.assert_close(vectors @ vectors.T, torch.eye(len(found)), atol=1e-4, rtol=0)
    spread = (mu @ torch.tensor(found[0].reading)).std()
    assert abs(spread - 1) < 1e-3


def test_a_probe_of_pixels_finds_brightness_in_pictures_it_never_saw():
    levels = torch.rand(600)
    photos = (levels[:, None, None, None] * 200 + noise(0, 600, 3, 64, 64) * 10).clamp(0, 255).byte()
    labels = ((levels - levels.mean()) / levels.std())[:, None]
    probe = fit_probe(photos[:500], labels[:500])
    assert correlation(probe(photos[500:].float() / 255), labels[500:]).item() > 0.95


def test_correlation_equals_torch_corrcoef():
    a, b = noise(0, 50, 1), noise(1, 50, 1)
    expected = torch.corrcoef(torch.cat([a, b], 1).T)[0, 1]
    torch.testing.assert_close(correlation(a, b)[0], expected)


def test_measurements_of_other_weights_and_missing_ones_are_errors(tmp_path, monkeypatch):
    stored = json.loads((weights.WEIGHTS / vae.model.NAME / "directions.json").read_text())
    folder = tmp_path / vae.model.NAME
    folder.mkdir()
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path)
    with pytest.raises(WeightsMissing):
        vae.directions.load.__wrapped__()
    (folder / "model.safetensors").write_bytes(b"other weights")
    for text in (json.dumps(stored), "{}", "not json"):
        (folder / "directions.json").write_text(text)
        with pytest.raises(WeightsDamaged):
            vae.directions.load.__wrapped__()


def test_the_way_from_one_code_to_another_is_straight_and_holds_its_ends():
    a, b = vae.model.random_z(1), vae.model.random_z(2)
    assert vae.model.between(a, b, 0) == pytest.approx(a) and vae.model.between(a, b, 1) == pytest.approx(b)
    assert vae.model.between(a, b, 0.25) == pytest.approx(
        [0.75 * x + 0.25 * y for x, y in zip(a, b, strict=True)]
    )
    faces = vae.model.interpolate(a, b, 3)
    assert faces == [
        vae.model.picture(a),
        vae.model.picture(vae.model.between(a, b, 0.5)),
        vae.model.picture(b),
    ]


def test_an_animation_goes_there_and_back():
    with Image.open(
        io.BytesIO(content(vae.model.animation(vae.model.random_z(1), vae.model.random_z(2), 5)))
    ) as film:
        assert film.format == "WEBP" and film.n_frames == 8 and film.size == (256, 256)


@pytest.mark.parametrize("steps", [0, 1, 121, 2.5, "3", None, True, float("nan")])
def test_a_wrong_number_of_steps_is_one_sentence(steps):
    with pytest.raises(NumberOutOfRange):
        vae.model.line(vae.model.mean_z(), vae.model.mean_z(), steps)


def test_a_wrong_code_is_one_sentence():
    with pytest.raises(LatentInvalid):
        vae.model.line([1.0], vae.model.mean_z(), 3)
    with pytest.raises(LatentInvalid):
        vae.directions.grid([float("nan")] * 32)


def test_a_saved_face_is_a_png_of_512_pixels_and_the_same_each_time():
    z = vae.model.random_z(3)
    picture = opened(vae.model.png(z))
    assert picture.format == "PNG" and picture.size == (512, 512)
    assert vae.model.png(z) == vae.model.png(z)


def content(url: str) -> bytes:
    return base64.b64decode(url.partition(",")[2])


def opened(url: str) -> Image.Image:
    return Image.open(io.BytesIO(content(url)))
