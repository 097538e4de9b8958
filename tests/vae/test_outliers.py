"""ELBO, percentiles, distances against closed forms; pictures to try; error by group."""

import base64
import io
import json
import math
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data

from generative import gan, vae, weights
from generative.device import noise
from generative.errors import NoFace, PhotoTooLarge, PhotoUnreadable, WeightsDamaged, WeightsMissing
from generative.pictures import to_image
from generative.training import outliers as recipe
from generative.vae import groups, outliers, stimuli

SAMPLE = gan.model.sample


def url(image: Image.Image) -> str:
    file = io.BytesIO()
    image.save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


@pytest.fixture(scope="module")
def faces() -> torch.Tensor:
    return gan.model.sample(3, 12, 0.7)


@pytest.fixture
def elsewhere(tmp_path, monkeypatch) -> Path:
    """A folder of weights of its own: the shipped VAE without anything that was measured with it."""
    folder = tmp_path / vae.model.NAME
    folder.mkdir()
    for name in ("config.json", "model.safetensors"):
        (folder / name).symlink_to(weights.WEIGHTS / vae.model.NAME / name)
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path)
    outliers.reference.cache_clear()
    groups.load.cache_clear()
    yield folder
    outliers.reference.cache_clear()
    groups.load.cache_clear()


# ---- the three measures ----


def test_the_elbo_is_minus_the_recipes_loss_at_beta_1_over_the_same_draws(faces):
    x = faces[:1]
    q = vae.model.load().encoder(x)
    eps = noise(0, outliers.DRAWS // 2, q.mean.shape[1])
    losses = [
        vae.model.loss(x, vae.model.load().decoder(q.mean + q.std * e), q, beta=1).total
        for e in (*eps, *-eps)
    ]
    assert outliers.see(x).elbo.item() == pytest.approx(-torch.stack(losses).mean().item(), rel=1e-4)


def test_the_reconstruction_error_is_the_recipes_term_and_its_psnr_the_models(faces):
    seen = outliers.see(faces)
    q = vae.model.load().encoder(faces)
    term = vae.model.loss(faces, vae.model.load().decoder(q.mean), q, beta=1)
    assert seen.reconstruction.mean().item() == pytest.approx(term.recon.item(), rel=1e-4)
    assert seen.kl.mean().item() == pytest.approx(term.kl.item(), rel=1e-4)
    known = vae.model.psnr(faces, seen.x_recon).numpy()
    np.testing.assert_allclose(recipe.psnr(seen.reconstruction), known, rtol=1e-4)


def test_a_picture_is_seen_alike_alone_and_among_others(faces):
    together, alone = outliers.see(faces), outliers.see(faces[5:6])
    for name in ("elbo", "reconstruction", "kl"):
        torch.testing.assert_close(getattr(together, name)[5:6], getattr(alone, name), rtol=1e-4, atol=1e-2)


def test_the_distance_is_mahalanobis():
    rng = np.random.default_rng(0)
    mu, mean, root = rng.normal(size=(20, 6)), rng.normal(size=6), rng.normal(size=(6, 6))
    covariance = root @ root.T + np.eye(6)
    known = [math.sqrt((m - mean) @ np.linalg.inv(covariance) @ (m - mean)) for m in mu]
    found = outliers.distances(torch.tensor(mu), mean.tolist(), covariance.tolist())
    np.testing.assert_allclose(found, known, rtol=1e-9)
    plain = outliers.distances(torch.tensor(mu), [0.0] * 6, np.eye(6).tolist())
    np.testing.assert_allclose(plain, np.linalg.norm(mu, axis=1), rtol=1e-9)


def test_a_percentile_is_the_share_that_is_smaller_and_stays_within_its_ends():
    values = torch.tensor(np.random.default_rng(1).gamma(2.0, 30.0, 5000))
    table = outliers.quantiles(values)
    assert len(table) == outliers.QUANTILES and table == sorted(table)
    for value in (5.0, 40.0, 60.0, 133.0):
        share = 100 * float((values < value).double().mean())
        assert outliers.percentile(value, table) == pytest.approx(share, abs=0.3)
    assert outliers.percentile(table[100], table) == pytest.approx(50)  # the median
    assert outliers.percentile(-1e9, table) == 0 and outliers.percentile(1e9, table) == 100
    assert outliers.unusual_share("distance", 1e9, table) == 100
    assert outliers.unusual_share("elbo", 1e9, table) == 0  # a high ELBO is usual


# ---- what the VAE finds unusual ----


def mean_percentile(x: torch.Tensor, measure: str) -> float:
    return float(np.mean([found.percentiles[measure] for found in outliers.unusual(x)]))


@pytest.mark.parametrize("change", ["upside_down", "covered", "inverted", "noisy"])
def test_a_changed_face_has_a_more_unusual_error_than_the_same_face_upright(faces, change):
    made = torch.stack([stimuli.changed(x, change, 0) for x in faces])
    assert mean_percentile(made, "reconstruction") > mean_percentile(faces, "reconstruction")


def test_blur_makes_a_face_look_more_usual_to_the_elbo(faces):
    made = torch.stack([stimuli.changed(x, "blurred", 0) for x in faces])
    assert mean_percentile(made, "elbo") < mean_percentile(faces, "elbo")


def test_the_stored_figures_fit_faces_that_the_vae_never_saw():
    faces = outliers.reference()
    assert set(faces.quantiles) == set(faces.held_out) == set(outliers.MEASURES)
    assert all(table == sorted(table) for table in faces.quantiles.values())
    assert all(40 < mean < 65 for mean in faces.held_out.values())  # 50: as the training faces
    assert np.linalg.eigvalsh(np.array(faces.covariance)).min() > 0


# ---- pictures to try ----


@pytest.mark.parametrize("name", stimuli.FACES + stimuli.NO_FACES)
def test_every_picture_and_every_change_of_it_is_a_picture_in_range(name):
    x = stimuli.picture(name, [], 1, SAMPLE)
    for change in stimuli.CHANGES:
        made = stimuli.changed(x, change, 0)
        assert made.shape == (3, 64, 64) and made.min() >= 0 and made.max() <= 1, change
        assert torch.equal(made, stimuli.changed(x, change, 0))


def test_changes_do_what_their_names_say(faces):
    x = faces[0]
    for change in ("upside_down", "inverted"):
        assert torch.allclose(stimuli.changed(stimuli.changed(x, change, 0), change, 0), x, atol=1e-6)
    covered = stimuli.changed(x, "covered", 0)
    off = (covered - x).abs().amax(0) > 0.5 / 255 + 1e-6
    assert off[14:25, 11:54].float().mean() > 0.9 and not off[26:].any() and not off[:14].any()
    assert torch.equal(stimuli.changed(x, "none", 0), x)
    assert not torch.equal(stimuli.changed(x, "noisy", 1), stimuli.changed(x, "noisy", 2))


def test_no_other_name_reaches_scikit_image():
    with pytest.raises(KeyError):
        stimuli.picture("download_all", [], 0, SAMPLE)
    with pytest.raises(KeyError):
        stimuli.changed(torch.zeros(3, 64, 64), "removed", 0)


def test_the_current_face_is_the_one_of_z_and_without_z_the_mean_face():
    z = vae.model.random_z(4)
    assert torch.equal(stimuli.picture("current", z, 0, SAMPLE), vae.model.decode(z))
    assert torch.equal(stimuli.picture("current", [], 0, SAMPLE), vae.model.decode([0.0] * len(z)))


def test_all_pictures_in_order_are_measured_as_each_alone():
    items = {(item.name, item.change): item for item in stimuli.ranked([], 7, SAMPLE)}
    assert {name for name, _ in items} == {*stimuli.FACES, *stimuli.NO_FACES}
    for key in (("photo", "covered"), ("cat", "none"), ("gan", "none")):
        alone = stimuli.look(*key, [], 7, SAMPLE).unusual.percentiles
        assert items[key].percentiles == pytest.approx(alone, abs=0.2)


# ---- a visitor's photo ----


def test_a_photo_is_measured_at_its_face():
    portrait = Image.fromarray(data.astronaut())
    found = outliers.of_photo(url(portrait))
    same = stimuli.look("photo", "none", [], 0, SAMPLE).unusual
    assert found.percentiles == pytest.approx(same.percentiles, abs=0.5)


@pytest.mark.parametrize(
    ("photo", "error"),
    [
        ("", PhotoUnreadable),
        ("/etc/passwd", PhotoUnreadable),
        ("data:image/png;base64,AAAA", PhotoUnreadable),
        (url(Image.new("RGB", (300, 300), "grey")), NoFace),
        (url(Image.new("1", (10_000, 5_000))), PhotoTooLarge),
    ],
)
def test_what_is_no_photo_of_a_face_is_one_sentence(photo, error):
    with pytest.raises(error):
        outliers.of_photo(photo)


# ---- what lies beside the weights ----


LOADERS = ((outliers.reference, "outliers.json"), (groups.load, "groups.json"))


def test_a_missing_file_is_named(elsewhere):
    for load, name in LOADERS:
        with pytest.raises(WeightsMissing, match=name):
            load()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"weights": 1, "photos": 1}'])
def test_a_broken_file_is_refused(elsewhere, text):
    for load, name in LOADERS:
        (elsewhere / name).write_text(text)
        with pytest.raises(WeightsDamaged, match=name):
            load()


def test_figures_measured_with_other_weights_are_refused(elsewhere):
    for load, name in LOADERS:
        values = json.loads((weights.ROOT / "weights" / vae.model.NAME / name).read_text())
        (elsewhere / name).write_text(json.dumps(values))
        assert load()
        load.cache_clear()
        (elsewhere / name).write_text(json.dumps(values | {"weights": "0123456789abcdef"}))
        with pytest.raises(WeightsDamaged, match=name):
            load()


def test_the_script_measures_a_folder_of_photos_for_the_weights_that_are_there(
    elsewhere, faces, tmp_path, monkeypatch
):
    photos = tmp_path / "photos"
    many = torch.cat(
        [faces, gan.model.sample(9, 36, 1.0)]
    )  # more than z has numbers: a covariance of full rank
    for split, chosen in (("train", many[6:]), ("val", many[:6])):
        (photos / split).mkdir(parents=True)
        rows = ["file,age,gender,race,sharpness,brightness"]
        for i, x in enumerate(chosen):
            to_image(x).save(photos / split / f"{i}.png")
            rows.append(f"{i}.png,{('60-69', 'more than 70', '20-29')[i % 3]},Male,{'AB'[i % 2]},{i},{i * i}")
        (photos / split / "labels.csv").write_text("\n".join(rows))
    monkeypatch.setattr(sys, "argv", ["outliers", "--photos", str(photos)])
    recipe.main()
    known = outliers.reference()
    assert known.photos == 42 and known.held_out_photos == 6
    mu = outliers.see(torch.round(many[6:] * 255) / 255).mu.double().numpy()
    np.testing.assert_allclose(known.covariance, np.cov(mu.T), rtol=1e-2, atol=1e-4)
    found = groups.load()
    assert [g.name for g in found.groups["age"]] == ["20-29", "60 or more"]
    assert [(g.train, g.n) for g in found.groups["race"]] == [(21, 3), (21, 3)]
    assert json.loads((elsewhere / "groups.json").read_text())["weights"] == outliers.checksum()


# ---- error by group ----


def test_the_interval_is_about_that_of_the_normal_law():
    values = np.random.default_rng(2).normal(18.5, 1.5, 400)
    low, high = recipe.interval(values)
    assert (low + high) / 2 == pytest.approx(values.mean(), abs=0.03)
    assert high - low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.1)
    assert recipe.interval(values) == (low, high)


def test_shuffled_labels_tell_a_real_gap_from_chance():
    rng = np.random.default_rng(3)
    kinds = rng.integers(0, 4, 300)
    values = rng.normal(size=300)
    assert recipe.gap(values, kinds) == pytest.approx(np.ptp([values[kinds == k].mean() for k in range(4)]))
    assert recipe.shuffled(values + kinds, kinds) == 0
    shares = [recipe.shuffled(rng.normal(size=60), rng.integers(0, 3, 60)) for _ in range(8)]
    assert 0.2 < np.mean(shares) < 0.8  # uniform where nothing is to be found


def group(name: str, psnr: float, half: float) -> groups.Group:
    return groups.Group(name, 100, 0.1, 50, psnr, psnr - half, psnr + half)


def test_the_largest_gap_is_between_best_and_worst_and_three_decibels_are_twice_the_error():
    rows = [group("a", 18.0, 0.4), group("b", 21.0, 0.4), group("c", 19.0, 0.4)]
    gap = groups.gap(rows)
    assert (gap.best.name, gap.worst.name, gap.overlap) == ("b", "a", False)
    assert gap.decibels == pytest.approx(3) and gap.ratio == pytest.approx(2, rel=0.01)
    assert groups.gap([group("a", 18.0, 2.0), group("b", 21.0, 2.0)]).overlap
