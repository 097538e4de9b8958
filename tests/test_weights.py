import shutil

import pytest
import torch
from safetensors.torch import load_file

from generative import gan, vae, weights
from generative.errors import GenerativeError, WeightsDamaged, WeightsMissing
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


@pytest.mark.parametrize(
    ("module", "file"), [(vae.model, "model.safetensors"), (gan.model, "generator_ema.safetensors")]
)
def test_a_shipped_model_cut_in_half_is_said_and_works_again_once_mended(module, file, tmp_path, monkeypatch):
    shutil.copytree(weights.WEIGHTS / module.NAME, tmp_path / module.NAME)
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path)
    whole = (tmp_path / module.NAME / file).read_bytes()
    (tmp_path / module.NAME / file).write_bytes(whole[: len(whole) // 2])
    module.load.cache_clear()
    with pytest.raises(GenerativeError):
        module.load()
    (tmp_path / module.NAME / file).write_bytes(whole)
    assert module.load()  # an error is not remembered
    module.load.cache_clear()


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
