import base64
import io
import json
import math
import shutil

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from generative import gan, vae, weights
from generative.device import noise
from generative.errors import WeightsDamaged, WeightsMissing
from generative.gan import sheets
from generative.gan.sheets import PLAIN
from generative.pictures import from_image
from generative.training.gan_directions import principal, sefa


def content(url: str) -> bytes:
    return base64.b64decode(url.partition(",")[2])


def opened(url: str) -> torch.Tensor:
    return from_image(Image.open(io.BytesIO(content(url))))


# ---- two faces ----


def test_styles_of_no_size_leave_a_and_styles_of_every_size_make_b():
    a, b = sheets.w_of("7::0", 1.0), sheets.w_of("7::1", 1.0)
    torch.testing.assert_close(gan.model.faces(gan.styles.mix(a, b, ())), gan.model.faces(a))
    torch.testing.assert_close(gan.model.faces(gan.styles.mix(a, b, range(5))), gan.model.faces(b))


def test_coarse_styles_change_the_small_pictures_and_fine_styles_only_the_last():
    a, b = sheets.w_of("7::0", 1.0), sheets.w_of("7::1", 1.0)
    plain, fine, coarse = (
        gan.model.load().G.grow(gan.styles.mix(a, b, levels))
        for levels in ((), gan.model.RANGES["fine"], (0,))
    )
    for i in range(4):
        assert torch.equal(plain[i], fine[i])
    assert not torch.equal(plain[4], fine[4]) and not torch.equal(plain[0], coarse[0])


def test_a_walk_passes_its_start_keeps_the_length_of_z_and_comes_back():
    a, b = noise(0, 1, 256), noise(1, 1, 256)
    walk = gan.styles.circle(a, b, 40)
    torch.testing.assert_close(walk[:1], a)
    torch.testing.assert_close(walk.norm(dim=1), a.norm().expand(40))
    steps = (walk.roll(-1, 0) - walk).norm(dim=1)  # the last step leads to the first face
    torch.testing.assert_close(steps, steps[:1].expand(40), rtol=1e-3, atol=0)


def test_a_loop_is_an_animation_of_one_round():
    with Image.open(io.BytesIO(content(gan.styles.loop("7::0", "", PLAIN)))) as film:
        assert film.format == "WEBP" and film.n_frames == gan.styles.FRAMES and film.size == (256, 256)


def test_a_turn_begins_and_ends_at_a_and_is_elsewhere_halfway():
    a = sheets.between("7::0", "7::1", 0, PLAIN)
    begin, half, end = (opened(gan.styles.turn("7::0", "7::1", t, PLAIN)) for t in (0, 0.5, 1))
    assert (begin - opened(a)).abs().max() < 0.05 and (begin - end).abs().max() < 0.05
    assert (begin - half).abs().mean() > 0.05


def test_an_interpolation_starts_and_ends_with_the_seeds_first_faces():
    found = gan.styles.interpolate(5, 6, 2)  # computed beside others: the last bit may differ
    for face, seed in zip(found.faces, (5, 6), strict=True):
        alone = sheets.sample(seed, 1, 1.0).faces[0]
        assert (opened(face) - opened(alone)).abs().max() < 0.05


# ---- one face ----


def test_a_growing_face_doubles_and_ends_as_itself_and_its_parts_add_up():
    w = sheets.w_of("7::0", 0.8)
    sizes = gan.styles.grown(w)
    assert [s.pixels for s in sizes] == [4, 8, 16, 32, 64]
    assert (opened(sizes[-1].picture) - gan.model.faces(w)[0]).abs().max() < 0.003
    small, added = (opened(u)[None] * 2 - 1 for u in (sizes[3].picture, sizes[4].added))
    whole = gan.model.to_unit(gan.model.enlarge(small) + added)[0]
    assert (whole - opened(sizes[4].picture)).abs().mean() < 0.02  # but for clamping


# ---- the time-lapse ----


def test_moments_rise_and_end_in_the_shipped_generator():
    images = [m.images for m in gan.timelapse.moments()]
    assert images == sorted(set(images)) and len(images) >= 6
    last = gan.timelapse.load_moment(len(images) - 1)
    assert last is gan.model.load().G
    assert gan.timelapse.sheet(len(images) - 1, 7, "", PLAIN) == sheets.sheet(7)
    assert gan.timelapse.sheet(0, 7, "", PLAIN) != sheets.sheet(7)


def test_a_training_without_a_log_has_no_curve_and_a_broken_log_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path)
    (tmp_path / gan.model.NAME).mkdir()
    assert gan.timelapse.steps() == []
    log = tmp_path / gan.model.NAME / "metrics.csv"
    log.write_text("seconds,images,d_loss,g_loss,d_real,d_fake,r1\n5,100,1.3,0.8,0.6,0.4,0.1\n")
    assert gan.timelapse.steps() == [gan.timelapse.Step(100, 1.3, 0.8, 0.6, 0.4)]
    assert gan.timelapse.unlogged(gan.timelapse.steps()) == 0
    log.write_text("images\nmany\n")
    with pytest.raises(WeightsDamaged):
        gan.timelapse.steps()


@pytest.mark.parametrize(("rows", "before"), [((20, 40, 60), 0), ((151, 171, 191), 131), ((20,), 0)])
def test_a_log_that_begins_late_says_what_it_lacks(rows, before):
    assert gan.timelapse.unlogged([gan.timelapse.Step(n, 1, 1, 0.5, 0.5) for n in rows]) == before


# ---- directions ----


def test_no_step_leaves_the_face_and_a_step_acts_on_its_own_sizes_only():
    found = gan.directions.load()
    still = gan.directions.moved("7::0", [0.0] * len(found.code), PLAIN)
    torch.testing.assert_close(still, gan.model.faces(sheets.w_of("7::0", 1.0))[0])
    w = gan.directions.spread(sheets.w_of("7::0", 1.0))
    for d in found.code:
        changed = (gan.directions.step(w, d, 1.0) - w).abs().sum((0, 2)) > 0
        assert changed.nonzero().flatten().tolist() == d.levels


def test_smile_and_pose_are_stored_and_the_pose_filter_sees_heads_turn():
    """On the average of some faces: single ones may disagree, as the stored figures say."""
    names = [d.name for d in gan.directions.load().named]
    assert {"smile", "pose"} <= set(names) and not {"gender", "race"} & set(names)
    place = names.index("pose")
    pose = load_file(weights.WEIGHTS / vae.model.NAME / "probes.safetensors")["pose"].float()
    seen = []
    for t in (-2.0, 0.0, 2.0):
        codes = [t if i == place else 0.0 for i in range(len(names))]
        faces = [gan.directions.moved(f"7::{start}", codes, PLAIN) for start in range(8)]
        seen.append((torch.stack(faces).flatten(1) @ pose.flatten()).mean().item())
    assert seen == sorted(seen)


def test_the_first_sefa_step_moves_the_styles_more_than_any_random_step():
    """No unit vector v gives a larger |A v| than the first eigenvector of A^T A."""
    style = (
        gan.model.load().G.to_rgb[4].style,
        gan.model.load().G.convs[7].style,
        gan.model.load().G.convs[8].style,
    )
    A = torch.cat([layer.weight * layer.scale for layer in style])
    best = (A @ sefa((4,))[0]).norm()
    others = torch.nn.functional.normalize(noise(0, 200, 256), dim=1)
    assert (A @ others.T).norm(dim=0).max() < best
    torch.testing.assert_close(best, torch.linalg.matrix_norm(A, 2), rtol=1e-4, atol=0)


def test_principal_components_are_those_of_the_singular_value_decomposition():
    w = noise(0, 500, 12) * torch.linspace(1, 4, 12)
    _, _, V = torch.linalg.svd(w - w.mean(0), full_matrices=False)
    torch.testing.assert_close((principal(w) @ V[:4].T).abs(), torch.eye(4), atol=1e-3, rtol=0)


def test_directions_of_other_weights_and_missing_ones_are_errors(tmp_path, monkeypatch):
    stored = (weights.WEIGHTS / gan.model.NAME / gan.directions.FILE).read_text()
    (tmp_path / gan.model.NAME).mkdir()
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path)
    with pytest.raises(WeightsMissing):
        gan.directions.load.__wrapped__()
    (tmp_path / gan.model.NAME / "generator_ema.safetensors").write_bytes(b"other weights")
    for text in (stored, "{}", "no json"):
        (tmp_path / gan.model.NAME / gan.directions.FILE).write_text(text)
        with pytest.raises(WeightsDamaged):
            gan.directions.load.__wrapped__()


# ---- the search ----


def test_a_search_comes_nearer_step_by_step_and_keeps_to_its_steps():
    found = list(gan.inversion.search("gan", 3, "w", 9))
    assert [f.step for f in found] == [0, 4, 8, 9]
    assert found[-1].psnr > found[0].psnr and math.isfinite(found[-1].psnr)


def test_a_search_in_z_starts_elsewhere_and_both_leave_the_networks_as_they_were():
    before = [p.clone() for p in gan.model.load().G.parameters()]
    in_w, in_z = (next(gan.inversion.search("vae", 3, space, 1)) for space in "wz")
    list(gan.inversion.search("vae", 3, "z", 2))
    assert in_w.picture != in_z.picture
    assert all(torch.equal(a, b) for a, b in zip(before, gan.model.load().G.parameters(), strict=True))


# ---- quality ----


def test_the_frechet_distance_of_two_gaussians_is_the_closed_form():
    """Diagonal covariances: |difference of means|^2 + sum of (sigma_a - sigma_b)^2."""
    a, b = noise(0, 200_000, 3), noise(1, 200_000, 3) * torch.tensor([2.0, 1, 0.5]) + 1
    assert gan.quality.frechet(a, b) == pytest.approx(3 + 1 + 0.25, rel=0.02)
    assert gan.quality.frechet(a, a) == pytest.approx(0, abs=1e-6)


def test_faces_among_the_photos_are_precise_and_a_repeated_face_covers_little():
    real, same, far = noise(0, 300, 4), noise(1, 300, 4), noise(2, 300, 4) + 20
    assert gan.quality.covered(real, same) > 0.8 and gan.quality.covered(real, far) == 0
    one = real[:1] + 0.01 * noise(3, 300, 4)
    assert gan.quality.covered(real, one) > 0.9 and gan.quality.covered(one, real) < 0.05


def test_a_manifold_reaches_as_far_as_the_third_neighbour_of_each_of_its_points():
    line = torch.tensor([[0.0], [1.0], [3.0], [7.0]])  # the third neighbour of the first is 7 away
    assert gan.quality.covered(line, torch.tensor([[-6.5]])) == 1
    assert gan.quality.covered(line, torch.tensor([[-7.5]])) == 0


def test_copies_are_nearer_than_photos_are_to_each_other():
    photos = noise(0, 200, 8)
    far = gan.quality.nearest(noise(1, 50, 8), photos)
    assert gan.quality.nearest(photos[:20] + 1e-3, photos).max() < 0.1 * far.min()


def test_a_sheets_nearness_is_the_distance_in_features_and_a_photo_kept_is_at_zero(monkeypatch):
    x = sheets.drawn(7, "", PLAIN)
    seen, photos = gan.quality.features(x), gan.quality.training_photos()
    by_hand = [min((row - photo).norm().item() for photo in photos.features) for row in seen[:2]]
    assert sheets.nearness(7)[:2] == pytest.approx([d / photos.held_out for d in by_hand], rel=1e-3)
    with_a_copy = photos._replace(features=torch.cat([photos.features, seen[3:4]]))
    monkeypatch.setattr(gan.quality, "training_photos", lambda: with_a_copy)
    near = sheets.nearness(7)
    assert near[3] < 0.01 and all(n > 0.2 for i, n in enumerate(near) if i != 3)


def test_training_photos_of_another_network_are_refused(tmp_path, monkeypatch):
    shipped = weights.WEIGHTS / gan.quality.ATTRIBUTES
    ours = tmp_path / gan.quality.ATTRIBUTES
    shutil.copytree(shipped, ours)
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path)
    read = gan.quality.training_photos.__wrapped__
    assert len(read().features) > 9000
    (ours / "model.safetensors").write_bytes(b"other weights")
    with pytest.raises(WeightsDamaged):
        read()
    (ours / gan.quality.PHOTOS).write_bytes(b"damaged")
    with pytest.raises(WeightsDamaged):
        read()
    (ours / gan.quality.PHOTOS).unlink()
    with pytest.raises(WeightsMissing):
        read()


def test_figures_of_other_weights_are_not_shown(tmp_path, monkeypatch):
    figures = {"sharpness": 0.5, "frechet": 9.0, "precision": 0.5, "recall": 0.4, "near": 1.0, "spread": 1.0}
    stored = {"weights": {"vae": -1, "gan": gan.quality.marks("gan")}, "floor": 1.0, "faces": 9}
    stored |= {"vae": figures, "gan": figures}
    monkeypatch.setattr(gan.quality, "FILE", "quality_of_a_test.json")
    marks = {m: gan.quality.marks(m) for m in gan.quality.MODELS}
    monkeypatch.setattr(gan.quality, "marks", marks.__getitem__)
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path)
    assert gan.quality.load() is None
    (tmp_path / gan.model.NAME).mkdir()
    (tmp_path / gan.model.NAME / "quality_of_a_test.json").write_text(json.dumps(stored))
    found = gan.quality.load()
    assert found.vae is None and found.gan.frechet == 9.0


def test_versions_are_those_of_the_weights_that_were_measured(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path)
    folder = tmp_path / gan.model.NAME
    folder.mkdir()
    assert gan.quality.versions() is None
    (folder / "generator_ema.safetensors").write_bytes(b"some weights")
    mark = weights.checksum(folder / "generator_ema.safetensors")
    row = {"images": 2000, **dict.fromkeys(gan.quality.Figures._fields, 0.5)}
    file = folder / gan.quality.VERSIONS
    file.write_text(json.dumps({"weights": mark, "faces": 9, "floor": 1.0, "rows": [row]}))
    assert gan.quality.versions().rows == [gan.quality.Version(2000, gan.quality.Figures(*[0.5] * 6))]
    for damaged in ({"weights": mark + 1}, {"rows": [{"images": 2000}]}, {"rows": [2000]}):
        stored = {"weights": mark, "faces": 9, "floor": 1.0, "rows": [row]}
        file.write_text(json.dumps(stored | damaged))
        with pytest.raises(WeightsDamaged):
            gan.quality.versions()


def test_a_generator_that_repeats_itself_has_little_spread():
    x = noise(0, 400, 6)
    assert gan.quality.spread(x) == pytest.approx(2 * math.gamma(3.5) / math.gamma(3), rel=0.03)  # of N(0, I)
    assert gan.quality.spread(x[:1] + 0.01 * x) < 0.02 * gan.quality.spread(x)
