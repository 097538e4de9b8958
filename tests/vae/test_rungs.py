"""The rungs, small autoencoders: what holds of any trained one, its numbers, the map."""

import json
import math
import shutil

import pytest
import torch
from PIL import Image
from torch.distributions import Independent, MultivariateNormal, Normal, kl_divergence

from generative import errors, gan, photos, pictures, vae, weights
from generative.pictures import open_picture, to_image
from generative.training import checkpoint, vae_ladder
from generative.vae.rungs import Rung, RungsConfig

torch.set_num_threads(1)
RUNGS = RungsConfig().rungs
SAMPLE = gan.model.sample


pytestmark = pytest.mark.usefixtures("no_photos")


def rung(z_dim: int, beta: float) -> Rung:
    return vae.rungs.rungs()[z_dim, beta]


# What holds of any trained rungs


def test_more_numbers_bring_back_more_of_a_face():
    for beta in (0.0, 1.0):
        sizes = [rung(z_dim, beta).psnr for z_dim in (2, 5, 32)]
        assert sizes == sorted(sizes) and sizes[-1] > sizes[0] + 0.5


def test_more_beta_costs_reconstruction_and_saves_kl():
    weighed = [rung(32, beta) for beta in (1.0, 4.0, 10.0)]
    assert [r.psnr for r in weighed] == sorted((r.psnr for r in weighed), reverse=True)
    assert [r.kl for r in weighed] == sorted((r.kl for r in weighed), reverse=True)
    assert rung(32, 0.0).psnr > rung(32, 4.0).psnr


def test_without_beta_there_is_no_kl_and_codes_are_farther_from_the_prior(three_faces):
    for z_dim in (2, 5, 32):
        plain, weighed = rung(z_dim, 0.0), rung(z_dim, 1.0)
        assert plain.kl is plain.active is None and set(plain.variance) == {0.0}
        assert weighed.kl > 0 and vae.rungs.gap(weighed) >= 0
    assert vae.rungs.gap(rung(32, 0.0)) > vae.rungs.gap(rung(32, 1.0)) > vae.rungs.gap(rung(32, 10.0))
    assert vae.rungs.through(three_faces.x, 2, 0.0).kl is None


def test_every_published_rung_is_measured_and_the_maps_have_their_codes():
    assert list(vae.rungs.rungs()) == [tuple(r) for r in RUNGS]
    for (z_dim, _), r in vae.rungs.rungs().items():
        assert len(r.mean) == len(r.variance) == len(r.covariance) == z_dim
        assert torch.linalg.eigvalsh(vae.rungs.codes(r)[1]).min() > 0
        assert len(r.cloud) == (vae_ladder.CLOUD if z_dim == 2 else 0)


# The numbers


def test_the_terms_are_those_of_the_loss_for_this_face(three_faces):
    x = three_faces.x[1:2]
    q = vae.rungs.load(32, 1.0).encoder(x)
    passed = vae.rungs.through(x, 32, 1.0)
    posterior = Independent(Normal(q.mean, q.std), 1)
    prior = Independent(Normal(torch.zeros_like(q.mean), 1.0), 1)
    assert passed.kl[0] == pytest.approx(float(kl_divergence(posterior, prior)), rel=1e-4)
    half = float((x - passed.x_recon).square().sum() / 2)
    assert passed.recon[0] == pytest.approx(half, rel=1e-5)
    assert passed.psnr[0] == pytest.approx(-10 * math.log10(2 * half / vae.jpeg.RAW), rel=1e-5)


def test_the_gap_is_the_kl_of_two_gaussians():
    r = rung(5, 1.0)
    mean, covariance = vae.rungs.codes(r)
    prior = MultivariateNormal(torch.zeros_like(mean), torch.eye(5, dtype=mean.dtype))
    reference = kl_divergence(MultivariateNormal(mean, covariance), prior)
    assert vae.rungs.gap(r) == pytest.approx(float(reference), rel=1e-6)


def test_draws_follow_the_codes_when_fitted_and_the_prior_when_not():
    mean, covariance = vae.rungs.codes(rung(5, 0.0))
    z = vae.rungs.draw(5, 0.0, 1, 20_000, True).double()
    scale = covariance.diagonal().sqrt()
    assert ((z.mean(0) - mean) / scale).abs().max() < 0.05
    assert ((z.T.cov() - covariance) / (scale[:, None] * scale)).abs().max() < 0.05
    prior = vae.rungs.draw(5, 0.0, 1, 20_000, False)
    assert prior.mean(0).abs().max() < 0.05 and (prior.std(0) - 1).abs().max() < 0.05
    assert torch.equal(prior, vae.rungs.draw(5, 0.0, 1, 20_000, False))


def test_the_jpeg_reaches_the_psnr_and_no_smaller_one_does():
    from skimage.data import astronaut

    photo = Image.fromarray(astronaut()[20:180, 150:310]).resize((64, 64), Image.Resampling.LANCZOS)
    candidates = vae.jpeg.every(pictures.from_image(photo))
    for psnr in (15.0, 20.0, 25.0, 30.0):
        jpeg = vae.jpeg.smallest(candidates, psnr)
        assert jpeg.psnr >= psnr and 0 < jpeg.scan < jpeg.size
        assert all(other.psnr < psnr for other in candidates if other.size < jpeg.size)
        coarser = candidates.index(jpeg) - 2  # one quality less, colour as fine
        assert coarser < 0 or candidates[coarser].psnr < psnr
    sizes = [vae.jpeg.smallest(candidates, psnr).size for psnr in (15.0, 20.0, 25.0, 30.0)]
    assert sizes == sorted(sizes)
    assert vae.jpeg.smallest(candidates, 99.0) == max(candidates, key=lambda jpeg: jpeg.psnr)


def test_a_jpegs_own_data_are_what_follows_its_tables():
    flat = vae.jpeg.every(torch.full((3, 64, 64), 0.5))[0]
    busy = vae.jpeg.every(torch.rand(3, 64, 64, generator=torch.Generator().manual_seed(0)))[100]
    assert busy.scan > 10 * flat.scan and busy.size - busy.scan < flat.size - flat.scan + 500


def test_rows_hold_the_cast_and_z_counts_two_bytes_a_number(three_faces):
    rows = vae.rungs.by_size(three_faces, 0)
    assert [(r.z_dim, r.z_bytes) for r in rows] == [(2, 4), (5, 10), (32, 64)]
    for r in rows:
        assert open_picture(r.faces).size == (3 * vae.rungs.CELL, vae.rungs.CELL)
        assert r.jpeg.psnr >= r.psnr and r.jpeg.size > r.z_bytes
    assert [r.beta for r in vae.rungs.by_beta(three_faces, 1, False)] == [0, 1, 4, 10]


def test_the_same_seed_draws_the_same_faces_and_the_fitted_ones_differ(three_faces):
    one, two = (vae.rungs.by_beta(three_faces, 5, False) for _ in range(2))
    assert one == two
    fitted = vae.rungs.by_beta(three_faces, 5, True)
    assert all(a.drawn != b.drawn and a.faces == b.faces for a, b in zip(one, fitted, strict=True))


# Who goes through


def test_without_other_photos_portraits_stand_in_the_cast_and_without_any_the_gan(monkeypatch):
    cast = vae.rungs.cast([], 2, SAMPLE)
    assert "photo" in cast.kinds and "Congress" in cast.thanks["en"]
    assert torch.equal(vae.rungs.cast([], 2, SAMPLE).x, cast.x)

    def missing() -> None:
        raise errors.PhotosMissing

    monkeypatch.setattr(photos.sources, "source", missing)
    cast = vae.rungs.cast([], 2, SAMPLE)
    assert cast.kinds == ["current"] + ["gan"] * 5 and cast.thanks is None and cast.x.shape == (6, 3, 64, 64)


def test_photos_of_this_machine_stand_beside_generated_faces(tmp_path, monkeypatch):
    for i in range(4):
        to_image(vae.model.decode(vae.model.random_z(i))).resize((256, 256)).save(tmp_path / f"{i}.png")
    monkeypatch.setenv("VEREDAS_PHOTOS", str(tmp_path))
    monkeypatch.setattr(photos.sources, "real_photo", lambda rng, source: Image.new("RGB", (64, 64)))
    cast = vae.rungs.cast([], 1, SAMPLE)
    assert cast.kinds == ["current"] + ["photo"] * 3 + ["gan"] * 2
    assert "teacher" in cast.thanks["en"]


@pytest.mark.parametrize("wrong", [{"z": [0.0] * 3}, {"z": [math.nan] * 32}])
def test_a_wrong_code_is_refused(wrong):
    with pytest.raises(errors.LatentInvalid):
        vae.rungs.cast(wrong["z"], 1, SAMPLE)


@pytest.mark.parametrize("wrong", [{"seed": -1}, {"seed": 1.5}, {"chosen": 6}, {"chosen": -1}])
def test_numbers_out_of_range_are_refused(wrong):
    with pytest.raises(errors.NumberOutOfRange):
        vae.rungs.cast(**{"z": [], "seed": 1, "sample": SAMPLE} | wrong)


# The map


def test_the_same_point_gives_the_same_bytes_and_another_another():
    assert vae.maps.point(1, [0.5, -1.0]) == vae.maps.point(1, [0.5, -1.0])
    assert len({vae.maps.point(beta, z) for beta in (0, 1) for z in ([0.5, -1.0], [-2.0, 1.0])}) == 4
    assert open_picture(vae.maps.point(0, [1e30, -1e30])).size == (256, 256)


@pytest.mark.parametrize("z", [[], [1.0], [1.0, 2.0, 3.0], [math.nan, 0.0], ["x", 0], None, 5, {}])
def test_a_wrong_point_is_one_clear_sentence(z):
    with pytest.raises(errors.LatentInvalid, match="2 finite numbers"):
        vae.maps.point(1, z)


@pytest.mark.parametrize("beta", [4, 0.5, -1, True, "1", None])
def test_there_are_maps_of_beta_0_and_1_alone(beta):
    with pytest.raises(errors.NumberOutOfRange):
        vae.maps.point(beta, [0.0, 0.0])


@pytest.mark.parametrize("beta", [0, 1])
def test_the_ground_shows_the_face_of_each_place(beta):
    """Tile (row 2, column 9) is the face decoded at that tile's middle: z1 to the right, z2 up."""
    chart, side, tile = vae.maps.chart(beta), vae.maps.TILES, vae.maps.TILE
    inside = [code for code in chart.cloud if max(map(abs, code)) <= chart.reach]
    assert len(inside) >= 0.98 * len(chart.cloud) and chart.reach > 3
    z = [((9 + 0.5) / side * 2 - 1) * chart.reach, (1 - (2 + 0.5) / side * 2) * chart.reach]
    face = open_picture(vae.maps.point(beta, z)).resize((tile, tile), Image.Resampling.LANCZOS)
    ground = open_picture(chart.ground)
    assert ground.size == (side * tile, side * tile)

    def off(row: int, column: int) -> float:
        box = (column * tile, row * tile, (column + 1) * tile, (row + 1) * tile)
        there = pictures.from_image(ground.crop(box))
        return float((there - pictures.from_image(face)).abs().mean())

    assert off(2, 9) < 0.03
    assert off(2, 9) < 0.7 * min(off(5, 12), off(12, 9), off(2, 5))  # axes exchanged, or turned around


def test_the_current_face_lies_where_its_encoder_puts_it():
    z = vae.model.random_z(4)
    x = pictures.from_image(to_image(vae.model.decode(z)))[None]
    places = vae.maps.places(z)
    for beta, place in enumerate(places):
        torch.testing.assert_close(torch.tensor([place]), vae.rungs.load(2, float(beta)).encoder(x).mean)
    assert vae.maps.places([]) == vae.maps.places(vae.model.mean_z())


# What is missing or damaged


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """The published rungs, that a test may spoil."""
    shutil.copytree(weights.WEIGHTS / vae.rungs.NAME, tmp_path / vae.rungs.NAME)
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path)
    for kept in (vae.rungs.load, vae.rungs.rungs, vae.rungs.config):
        kept.cache_clear()
    yield tmp_path / vae.rungs.NAME
    for kept in (vae.rungs.load, vae.rungs.rungs, vae.rungs.config):
        kept.cache_clear()


def test_a_missing_rung_is_named(copied):
    (copied / "z5_beta1.safetensors").unlink()
    with pytest.raises(errors.WeightsMissing, match="z5_beta1"):
        vae.rungs.load(5, 1.0)


def test_missing_or_damaged_statistics_are_named(copied):
    file = copied / "statistics.json"
    whole = json.loads(file.read_text())
    for spoilt in (whole | {"z2_beta0": {}}, {}, []):
        file.write_text(json.dumps(spoilt))
        with pytest.raises(errors.WeightsDamaged, match="statistics.json"):
            vae.rungs.rungs()
    file.unlink()
    with pytest.raises(errors.WeightsMissing, match="statistics.json"):
        vae.rungs.rungs()


# Publishing


def test_what_is_published_is_measured_and_can_be_opened(tmp_path, monkeypatch):
    """Eight untrained rungs and a few pictures: what is written where, not how good it is."""
    for z_dim, beta in RUNGS:
        model = vae.model.Vae(vae_ladder.config(z_dim))
        checkpoint.save(
            tmp_path / "runs" / vae.rungs.name(z_dim, beta),
            {"vae": model},
            {},
            {"images": 64, "seconds": 6.0},
        )
    for split in ("train", "val"):
        (tmp_path / "photos" / split).mkdir(parents=True)
        for i in range(8):
            to_image(vae.model.decode(vae.model.random_z(i))).save(tmp_path / "photos" / split / f"{i}.png")
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path / "weights")
    monkeypatch.setattr(
        "sys.argv",
        [
            "",
            "--publish",
            "--photos",
            str(tmp_path / "photos"),
            "--out",
            str(tmp_path / "runs"),
            "--threads",
            "1",
        ],
    )
    vae_ladder.main()
    folder = tmp_path / "weights" / vae.rungs.NAME
    assert sorted(f.name for f in folder.glob("*.safetensors")) == sorted(
        f"{vae.rungs.name(*r)}.safetensors" for r in RUNGS
    )
    stored = json.loads((folder / "statistics.json").read_text())
    assert Rung(**stored["z2_beta1"]).cloud and len(stored["z2_beta1"]["cloud"]) == 8
    assert [tuple(r) for r in weights.load_config(RungsConfig, folder).rungs] == list(RUNGS)
    card = (folder / "README.md").read_text()
    assert "--minutes 6 --threads 1 --seed 1" in card and "1/2 squared error, summed" in card


def test_nothing_is_published_while_a_rung_is_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path / "weights")
    monkeypatch.setattr("sys.argv", ["", "--publish", "--photos", str(tmp_path), "--out", str(tmp_path)])
    with pytest.raises(SystemExit, match="z2_beta0"):
        vae_ladder.main()
    assert not (tmp_path / "weights").exists()
