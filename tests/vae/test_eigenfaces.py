"""Eigenfaces: sums that grow toward a face, the variance they keep, VAEs of as many numbers beside them."""

import base64
import io

import pytest
import torch
from PIL import Image

from generative.errors import NumberOutOfRange
from generative.pictures import from_image, png_url, to_image
from generative.vae import eigenfaces, measure, model, pca


@pytest.fixture(scope="module")
def face() -> torch.Tensor:
    return model.decode(model.mixture_z(3))


@pytest.fixture(scope="module")
def found(face) -> eigenfaces.Sums:
    return eigenfaces.of_face(face)


def opened(url: str) -> torch.Tensor:
    return from_image(Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))).convert("RGB"))


def test_each_further_eigenface_brings_the_sum_nearer_and_all_are_the_projection(face):
    c, grown = eigenfaces.sums(face)
    shipped = pca.load()
    by_hand = shipped.mean + c[0] * shipped.components[0] + c[1] * shipped.components[1]
    assert (grown[2].flatten() - by_hand.clamp(0, 1)).abs().max() < 1e-5
    assert (grown[0].flatten() - shipped.mean.clamp(0, 1)).abs().max() < 1e-5
    assert (grown[64] - shipped.decode(shipped.encode(face[None]))[0].clamp(0, 1)).abs().max() < 2e-3
    psnr = eigenfaces.of_face(face).psnr
    assert all(after > before - 0.05 for before, after in zip(psnr, psnr[1:], strict=False))
    assert psnr[64] > psnr[16] + 1 > psnr[0] + 4


def test_weights_are_in_deviations_and_a_face_of_one_eigenface_has_one_weight():
    shipped = pca.load()
    deviation = shipped.variance[1].sqrt()
    x = (shipped.mean + 0.7 * deviation * shipped.components[1]).view(3, 64, 64)
    weights = eigenfaces.of_face(x).weights
    assert weights[1] == pytest.approx(0.7, abs=0.01)
    assert max(abs(w) for i, w in enumerate(weights) if i != 1) < 0.05


def test_the_share_of_variance_rises_to_what_64_keep_and_counts_what_is_left_out():
    share, shipped = eigenfaces.basis().share, pca.load()
    assert share == sorted(share) and share[0] == 0 and len(share) == 65
    left = shipped.config.noise * (eigenfaces.basis().pixels - 64)
    assert share[64] == pytest.approx(1 - left / (left + shipped.variance.sum().item()), abs=1e-5)
    assert 0.15 < share[1] < 0.3 and 0.8 < share[64] < 0.9


def test_a_sheet_has_a_cell_for_each_sum_in_order(face, found):
    whole, (_, grown) = opened(found.sheet), eigenfaces.sums(face)
    assert whole.shape == (3, 5 * 64, 13 * 64)
    for k in (0, 5, 12, 13, 64):
        row, column = divmod(k, eigenfaces.COLUMNS)
        cell = whole[:, 64 * row : 64 * row + 64, 64 * column : 64 * column + 64]
        assert model.psnr(cell[None], grown[k][None]).item() > 32
    grey = opened(eigenfaces.basis().sheet)[:, :64, 64:128]  # the first eigenface: grey, stretched to half
    assert (grey - 0.5).abs().max() == pytest.approx(0.5, abs=0.03)


def test_the_vaes_beside_it_send_no_more_numbers_than_they_say(face, found, monkeypatch):
    assert [one.numbers for one in found.vaes] == [2, 5, 16, 32]
    kept = eigenfaces.active()
    assert int(kept.sum()) == 16
    z = model.load().encoder(face[None]).mean.half().float()
    with torch.no_grad():
        wanted = model.load().decoder(torch.where(kept, z, 0.0))[0]
    assert (opened(found.vaes[2].picture) - wanted).abs().max() < 0.01
    axes = torch.arange(32) == kept.int().argmax()
    monkeypatch.setattr(eigenfaces, "active", lambda: axes)
    (numbers, one), *_ = eigenfaces.by_vaes(face)
    with torch.no_grad():
        assert numbers == 1 and (model.load().decoder(z * axes)[0] - one).abs().max() < 1e-5
    assert found.vaes[2].psnr == pytest.approx(model.psnr(face[None], wanted[None]).item(), abs=1e-3)
    assert found.vaes[2].sharp > 3 * found.sharp[16]  # at as many numbers the VAE's is sharper


def test_a_framed_photo_is_cut_and_a_frame_that_is_none_is_said(face):
    photo = png_url(to_image(face))
    cut = eigenfaces.of_photo(photo, [32, 32, 64, 0])
    assert model.psnr(opened(cut.face)[None], face[None]).item() > 25
    with pytest.raises(NumberOutOfRange):
        eigenfaces.of_photo(photo, [1, 2, 3])


def test_a_picture_of_one_colour_has_no_sharpness_to_keep_and_one_that_comes_back_exactly_an_end():
    found = eigenfaces.of_face(torch.full((3, 64, 64), 0.5))
    assert set(found.sharp) == {None} and all(one.sharp is None for one in found.vaes)
    assert measure.likeness(torch.ones(1, 3, 4, 4), torch.ones(1, 3, 4, 4)) == measure.BEST
