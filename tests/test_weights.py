import re
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from generative import diffusion, gan, language, photos, vae, weights
from generative.errors import WeightsDamaged, WeightsMissing
from generative.vae.model import Vae, VaeConfig

SMALL = VaeConfig(z_dim=4, channels=(8, 8, 8, 8))


def test_saved_weights_come_back_in_half_precision(tmp_path):
    torch.manual_seed(0)
    model = Vae(SMALL)
    weights.save(model, tmp_path / "model.safetensors")
    again = weights.load(Vae(SMALL), tmp_path / "model.safetensors")
    for a, b in zip(model.parameters(), again.parameters(), strict=True):
        assert torch.equal(a.half().float(), b) and b.dtype == torch.float32


def test_a_config_comes_back_as_it_was(tmp_path):
    weights.save_config(SMALL, tmp_path)
    assert weights.load_config(VaeConfig, tmp_path) == SMALL


def test_missing_weights_say_how_to_get_them_and_never_become_random_ones(tmp_path):
    with pytest.raises(WeightsMissing, match="git checkout"):
        weights.load(Vae(SMALL), tmp_path / "model.safetensors")
    with pytest.raises(WeightsMissing):
        weights.load_config(VaeConfig, tmp_path)


@pytest.mark.parametrize("keep", [0, 10, 2000])
def test_weights_cut_short_are_an_error(tmp_path, keep):
    file = tmp_path / "model.safetensors"
    weights.save(Vae(SMALL), file)
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(WeightsDamaged):
        weights.load(Vae(SMALL), file)


def test_weights_of_another_shape_are_an_error(tmp_path):
    weights.save(Vae(SMALL), tmp_path / "model.safetensors")
    with pytest.raises(WeightsDamaged):
        weights.load(Vae(VaeConfig(z_dim=5, channels=(8, 8, 8, 8))), tmp_path / "model.safetensors")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"unknown": 1}', "null"])
def test_a_damaged_config_is_an_error(tmp_path, text):
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(WeightsDamaged):
        weights.load_config(VaeConfig, tmp_path)


def loader(file: Path) -> Callable:
    """What reads a file of weights when it is shown; it may keep nothing of an earlier reading."""
    name, kind = file.parent.name, file.stem.partition("_")[0]
    if name in language.model.SHIPPED:
        return lambda: language.model._snapshot(file) if kind == "snapshot" else language.model.load(name)
    if name in language.model.NGRAMS:
        return lambda: language.model.load(name)
    if kind == "snapshot" or name == gan.timelapse.COLLAPSED:
        return lambda: gan.timelapse._load(file)
    if name == "vae_ladder":
        z_dim, beta = re.fullmatch(r"z(\d+)_beta(\d+)", file.stem).groups()
        return lambda: vae.rungs.load.__wrapped__(int(z_dim), float(beta))
    return {
        "diffusion_faces/model": diffusion.model.load,
        "face_aligner/model": photos.detect.network,
        "face_attributes/model": gan.quality.attributes,
        "face_attributes/photos": gan.quality.training_photos,
        "face_pca/model": vae.pca.load,
        "gan_faces/discriminator": gan.model.load,
        "gan_faces/generator_ema": gan.model.load,
        "vae_faces/model": vae.model.load,
    }[f"{name}/{file.stem}"].__wrapped__


TRAINED_ON = {"gan_faces/generator", "vae_faces/discriminator", "vae_faces/probes"}  # shown nowhere
SHOWN = [
    file
    for file in sorted(weights.WEIGHTS.rglob("*.safetensors"))
    if f"{file.parent.name}/{file.stem}" not in TRAINED_ON
]


@pytest.mark.parametrize("file", SHOWN, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_a_shipped_file_cut_in_half_is_said_by_its_name_and_works_again_once_mended(
    file, tmp_path, monkeypatch
):
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path)
    for folder in {file.parent.name, "language_small"}:  # n-grams read with the tokenizer of the smallest
        (tmp_path / folder).mkdir()
        for other in (Path(__file__).parent.parent / "weights" / folder).iterdir():
            (tmp_path / folder / other.name).symlink_to(other)
    mine, whole = tmp_path / file.parent.name / file.name, file.read_bytes()
    mine.unlink()
    mine.write_bytes(whole[: len(whole) // 2])
    load = loader(mine)
    with pytest.raises(WeightsDamaged) as said:
        load()
    assert file.name in said.value.say("pt") and str(tmp_path) not in said.value.say("en")
    mine.write_bytes(whole)
    assert load()  # an error is not remembered


def test_a_tied_matrix_is_stored_once_and_comes_back_tied(tmp_path):
    def tied() -> torch.nn.Module:
        read, write = torch.nn.Embedding(6, 4), torch.nn.Linear(4, 6, bias=False)
        pair = torch.nn.ModuleDict({"read": read, "write": write})
        pair["write"].weight = pair["read"].weight
        return pair

    one, other = tied(), tied()
    weights.save(one, tmp_path / "tied.safetensors")
    assert list(load_file(tmp_path / "tied.safetensors")) == ["read.weight"]
    weights.load(other, tmp_path / "tied.safetensors")
    assert other["write"].weight is other["read"].weight
    assert torch.equal(other["write"].weight, one["read"].weight.half().float())
