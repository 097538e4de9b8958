"""The training in time-lapse: snapshots load strictly, later ones know more, and the view shows every one."""

import csv
import json
import shutil

import pytest
import torch
from tokenizers import Tokenizer

from generative import errors, language, weights
from generative.training import moments as recipe
from generative.training.language_measure import bits_per_byte

SENTENCES = [
    "A menina abriu a janela e viu que chovia na rua. O pai dela já estava na cozinha.",
    "The old man walked along the river every morning, and his dog always went with him.",
]
TEXT = "Era uma vez"
FIRST = 0


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A copy of the default model and its snapshots that a test may spoil."""
    folder = tmp_path / language.timelapse.NAME
    shutil.copytree(weights.WEIGHTS / language.timelapse.NAME, folder)
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path)
    return folder


def first_file(folder):
    return language.model.snapshots(folder)[FIRST]


# The moments


def test_moments_go_from_the_first_snapshot_to_the_shipped_model():
    found = language.timelapse.moments()
    assert len(found) >= 7
    assert [m.tokens for m in found] == sorted({m.tokens for m in found})
    training = json.loads((weights.WEIGHTS / language.timelapse.NAME / "training.json").read_text())
    assert found[-1].tokens == training["tokens"]
    assert language.model.load_moment(len(found) - 1) is language.model.load(language.timelapse.NAME)


def test_later_moments_know_a_sentence_better_than_the_first():
    tokenizer = Tokenizer.from_file(str(weights.WEIGHTS / language.timelapse.NAME / "tokenizer.json"))
    n = len(language.timelapse.moments())
    bits = [
        bits_per_byte(language.model.load_moment(i).model, tokenizer, SENTENCES) for i in (0, n // 2, n - 1)
    ]
    assert 3 < bits[0] < 8  # about log2(8192) bits a token, over the bytes of a token
    assert bits[0] > bits[1] > bits[2]


def test_every_parameter_is_the_snapshots_and_the_shipped_model_stays_as_it_was():
    from safetensors.torch import load_file

    before = {
        k: v.clone() for k, v in language.model.load(language.timelapse.NAME).model.state_dict().items()
    }
    lm = language.model.load_moment(FIRST)
    stored = load_file(first_file(weights.WEIGHTS / language.timelapse.NAME))
    for name, value in lm.model.state_dict().items():
        if name in stored:
            assert torch.equal(value, stored[name].float()), name
            assert not torch.equal(value, before[name]) or "norm" in name, name
    assert lm.model.lm_head.weight.data_ptr() == lm.model.get_input_embeddings().weight.data_ptr()
    assert not lm.model.training and lm.name == "language_small@0"
    assert all(
        torch.equal(v, before[k])
        for k, v in language.model.load(language.timelapse.NAME).model.state_dict().items()
    )


def test_a_moment_is_loaded_once_and_by_name():
    lm = language.model.load_moment(2)
    assert lm is language.model.load_moment(2) is language.model.load("language_small@2")


@pytest.mark.parametrize("i", [-1, 100, 1.5, None])
def test_a_moment_that_is_none_is_refused(i):
    with pytest.raises(errors.NumberOutOfRange):
        language.model.load_moment(i)


@pytest.mark.parametrize(
    "name",
    [
        "language_small@",
        "language_small@x",
        "language_small@-1",
        "language_small@1@2",
        "language_small@" + "1" * 5000,
        "other@1",
        "../language_small@1",
    ],
)
def test_a_name_that_is_no_moment_is_not_found(name):
    with pytest.raises(errors.ModelNotFound):
        language.model.load(name)


# Files that are damaged


@pytest.mark.parametrize("keep", [0, 0.5])
def test_a_snapshot_cut_in_half_or_emptied_is_named(copied, keep):
    file = first_file(copied)
    data = file.read_bytes()
    file.write_bytes(data[: int(len(data) * keep)])
    with pytest.raises(errors.WeightsDamaged, match=file.name):
        language.model.load_moment(FIRST)


@pytest.mark.parametrize("change", ["missing", "extra", "shape"])
def test_a_snapshot_of_another_network_is_never_made_to_fit(copied, change):
    from safetensors.torch import load_file, save_file

    file = first_file(copied)
    state = load_file(file)
    if change == "extra":
        state["model.layers.9.mlp.up_proj.weight"] = torch.zeros(2)
    elif change == "missing":
        state.pop("model.norm.weight")
    else:
        state["model.norm.weight"] = torch.zeros(3)
    save_file(state, file)
    with pytest.raises(errors.WeightsDamaged, match=file.name):
        language.model.load_moment(FIRST)


def test_training_json_missing_or_damaged_is_named(copied):
    (copied / "training.json").write_text("{")
    with pytest.raises(errors.WeightsDamaged, match="training.json"):
        language.timelapse.moments()
    (copied / "training.json").unlink()
    with pytest.raises(errors.WeightsMissing, match="training.json"):
        language.timelapse.moments()


# Bits per byte


def test_the_table_of_bits_is_read_by_tokens_seen_and_unmeasured_moments_have_none(copied):
    file = copied / "moments.csv"
    file.unlink(missing_ok=True)
    assert all(m.bits_per_byte is None for m in language.timelapse.moments())
    seen = language.timelapse.moments()[1].tokens
    file.write_text(f"tokens,en,pt\n{seen},2.5,2.75\n")
    assert language.timelapse.moments()[1].bits_per_byte == {"en": 2.5, "pt": 2.75}
    assert language.timelapse.moments()[0].bits_per_byte is None
    for wrong in ("tokens,en,pt\n1,x,2\n", "a,b\n1,2\n"):
        file.write_text(wrong)
        with pytest.raises(errors.WeightsDamaged, match="moments.csv"):
            language.timelapse.moments()


def test_the_recipe_measures_what_the_training_measures(copied):
    row = recipe.measure(FIRST, {"en": SENTENCES[1:], "pt": SENTENCES[:1]})
    tokenizer = Tokenizer.from_file(str(copied / "tokenizer.json"))
    model = language.model.load_moment(FIRST).model
    assert row["tokens"] == language.timelapse.moments()[FIRST].tokens
    assert row["pt"] == round(bits_per_byte(model, tokenizer, SENTENCES[:1]), 4)


def test_the_recipe_writes_one_row_a_moment(copied, monkeypatch, tmp_path):
    texts = tmp_path / "texts"
    texts.mkdir()
    for i, code in enumerate(("en", "pt")):
        documents = (f"{n} {SENTENCES[i]}" for n in range(300))  # 2 % are held out
        (texts / f"{code}_mine.txt").write_text("\n\n".join(documents))
    for file in language.model.snapshots(copied)[1:]:
        file.unlink()
    monkeypatch.setattr("sys.argv", ["moments", "--text", str(texts)])
    monkeypatch.setattr(recipe.mix.held_out_sample, "__defaults__", (400,))
    recipe.main()
    with (copied / "moments.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    assert [int(row["tokens"]) for row in rows] == [m.tokens for m in language.timelapse.moments()]
    assert all(float(row["en"]) > 0 and float(row["pt"]) > 0 for row in rows)
    assert all(m.bits_per_byte for m in language.timelapse.moments())


# What a moment makes of a text


def test_the_first_moment_spreads_its_bets_and_the_last_does_not():
    n = len(language.timelapse.moments())
    first, last = language.timelapse.at(TEXT, FIRST, 5), language.timelapse.at(TEXT, n - 1, 5)
    assert first.model == "language_small@0" and last.model == language.timelapse.NAME
    assert sum(w.p for w in first.words) < 0.02 < 0.2 < sum(w.p for w in last.words)


def test_every_moment_answers_what_the_shipped_model_was_asked():
    assert language.timelapse.settled("Once upon a") == "Once upon a "
    assert language.timelapse.settled("Era uma ve") == "Era uma ve"
    assert (
        language.timelapse.at("Once upon a", FIRST, 1).typed == " a"
    )  # for it, " a" is the beginning of a word
    assert language.timelapse.at(language.timelapse.settled("Once upon a"), FIRST, 1).typed == ""


def test_a_continuation_has_a_seed():
    assert language.timelapse.continued(TEXT, 3, 8, 1) == language.timelapse.continued(TEXT, 3, 8, 1)
    assert language.timelapse.continued(TEXT, 3, 8, 1) != language.timelapse.continued(TEXT, 3, 8, 2)
