"""Loading the shipped models: missing and damaged files, what is imported when."""

import functools
import shutil
import subprocess
import sys

import pytest

from generative import errors, language, weights

# Shipped weights that are missing or damaged


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A copy of the default model that a test may spoil."""
    shutil.copytree(weights.WEIGHTS / language.model.DEFAULT, tmp_path / language.model.DEFAULT)
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path)
    return tmp_path / language.model.DEFAULT


FILES = ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"]


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(copied, name):
    (copied / name).unlink()
    with pytest.raises(errors.WeightsMissing, match=name):
        language.predict.next_tokens("Era")


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.safetensors"])
@pytest.mark.parametrize("keep", [0, 0.5])
def test_a_file_cut_in_half_or_emptied_is_named(copied, name, keep):
    data = (copied / name).read_bytes()
    (copied / name).write_bytes(data[: int(len(data) * keep)])
    with pytest.raises(errors.WeightsDamaged, match=name):
        language.predict.next_tokens("Era")
    (copied / name).write_bytes(data)
    assert language.predict.next_tokens("Era").tokens  # and once the file is back, all is well


def test_a_parameter_that_the_file_lacks_is_never_made_up(copied):
    from safetensors.torch import load_file, save_file

    state = load_file(copied / "model.safetensors")
    state.pop("model.norm.weight")
    save_file(state, copied / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(errors.WeightsDamaged, match="model.safetensors"):
        language.predict.next_tokens("Era")


def test_the_path_of_this_machine_is_not_told(copied):
    (copied / "config.json").unlink()
    with pytest.raises(errors.WeightsMissing) as error:
        language.model.load()
    assert str(copied.parent) not in str(error.value)


def test_transformers_is_imported_only_when_a_model_is_loaded():
    code = "import sys, generative.language; sys.exit('transformers' in sys.modules)"
    run = functools.partial(subprocess.run, cwd=weights.ROOT, timeout=120)
    assert run([sys.executable, "-c", code]).returncode == 0
