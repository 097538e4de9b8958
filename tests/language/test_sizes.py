"""One prompt on several models, the published measurements, and how the page draws both."""

import json
import shutil

import pytest
import torch

from generative import errors, language, weights
from generative.language import words
from generative.language.sampling import Options

torch.set_num_threads(1)
MODELS = ["language_bigram", "language_trigram", "language_small"]
TEXTS = ["A menina foi para a", "The king looked at his", "Era uma vez"]


@pytest.fixture(scope="module", params=TEXTS)
def compared(request):
    return request.param, language.sizes.compare(request.param, MODELS, 4)


# One prompt


def test_every_cell_is_the_probability_of_that_word_in_that_model(compared):
    text, found = compared
    for i, name in enumerate(MODELS):
        error = words.next_words(text + " ", name, 4).error
        for row in found.rows:
            p = words.probability(text, row.text, name)
            assert row.p[i] - 1e-6 <= p <= row.p[i] + error + 1e-6, (name, row.text)


def test_each_models_best_words_are_rows_likeliest_in_the_last_model_first(compared):
    text, found = compared
    rows = {row.text for row in found.rows}
    for name in MODELS:
        assert {w.text for w in words.next_words(text + " ", name, 4).words if w.text.strip()} <= rows
    assert len(rows) == len(found.rows) <= 4 * len(MODELS)
    last = [row.p[-1] for row in found.rows]
    assert last == sorted(last, reverse=True)
    for i in range(len(MODELS)):
        assert sum(row.p[i] for row in found.rows) < 1 + 1e-6


def test_the_bigram_knows_only_the_last_token_and_the_network_the_sentence():
    found = language.sizes.compare("A menina foi para a", MODELS, 4)
    other = language.sizes.compare("Once upon a", MODELS, 4)
    assert {r.text: r.p[0] for r in found.rows}[" little"] == {r.text: r.p[0] for r in other.rows}[" little"]
    assert other.rows[0].text == " time" and other.rows[0].p[2] > other.rows[0].p[1] > other.rows[0].p[0]


def test_the_last_word_counts_as_complete_and_a_blank_changes_nothing():
    assert language.sizes.compare("Once upon a", MODELS[:2], 2) == language.sizes.compare(
        "Once upon a  ", MODELS[:2], 2
    )
    half = "A menina foi para a esc"
    assert words.next_words(half, MODELS[2]).typed == " esc"
    assert not [row for row in language.sizes.compare(half, MODELS, 4).rows if row.text.startswith(" esc")]


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_text_is_refused(text):
    with pytest.raises(errors.TextEmpty):
        language.sizes.compare(text, MODELS, 4)


@pytest.mark.parametrize("n", [0, 51, 2.5])
def test_a_number_of_words_out_of_range_is_refused(n):
    with pytest.raises(errors.NumberOutOfRange):
        language.sizes.compare("Era", MODELS[:1], n)


# Size and text


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """The measurements of three models, that a test may spoil."""
    for name in MODELS:
        (tmp_path / name).mkdir()
        shutil.copyfile(weights.WEIGHTS / name / "training.json", tmp_path / name / "training.json")
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path)
    return tmp_path


def test_measurements_are_those_published_with_the_weights():
    sizes = language.sizes.published()
    assert [size.name for size in sizes] == language.model.available()
    for size in sizes:
        facts = json.loads((weights.WEIGHTS / size.name / "training.json").read_text())
        assert (size.parameters, size.tokens, size.bits_per_byte) == (
            facts["parameters"],
            facts["tokens"],
            facts["bits_per_byte"],
        )
        assert (size.whole is not None) == (size.name in language.model.NGRAMS)
        assert not size.whole or size.whole.bits_per_byte["pt"] < size.bits_per_byte["pt"]


def test_a_training_run_that_was_published_is_a_curve(copied):
    assert language.sizes.published()[2].curve == []
    file = copied / "language_small" / "metrics.csv"
    file.write_text("step,tokens,seconds,loss,en,pt\n5,1000,2.5,6.1,2.5,2.75\n9,3000,5,5.1,2.25,2.5\n")
    assert language.sizes.published()[2].curve == [
        (1000, {"en": 2.5, "pt": 2.75}),
        (3000, {"en": 2.25, "pt": 2.5}),
    ]
    file.write_text("step,tokens,seconds,loss,en,pt\n5,1000,2.5,6.1\n")
    with pytest.raises(errors.WeightsDamaged, match="metrics.csv"):
        language.sizes.published()


def test_measurements_that_are_missing_or_damaged_are_named(copied):
    file = copied / "language_trigram" / "training.json"
    for spoilt in (file.read_text()[:100], "{}", "[]"):
        file.write_text(spoilt)
        with pytest.raises(errors.WeightsDamaged, match="training.json"):
            language.sizes.published()
    file.unlink()
    with pytest.raises(errors.WeightsMissing, match="training.json"):
        language.sizes.published()


def test_a_training_has_its_parts_each_with_its_own_tokens_and_minutes(copied):
    file = copied / "language_small" / "training.json"
    facts = json.loads(file.read_text()) | {"tokens": 1500, "seconds": 720}
    facts["before_last"] = {"tokens": 1000, "seconds": 120}
    facts["commands"] = [{"hardware": "NVIDIA H200"}, {"hardware": "A processor, 1 thread(s)"}]
    file.write_text(json.dumps(facts))
    assert language.sizes.published()[2].costs == [(1000, 2, True), (500, 10, False)]
    del facts["before_last"]
    file.write_text(json.dumps(facts))
    assert language.sizes.published()[2].costs == [(1500, 12, True)]


def test_a_power_law_goes_through_points_that_obey_one_and_between_those_that_do_not():
    law = language.sizes.power_law([(1, 3), (10, 3 * 10**-0.1), (1000, 3 * 10**-0.3)])
    assert [law(x) for x in (1, 100)] == pytest.approx([3, 3 * 10**-0.2])
    assert language.sizes.power_law([(1, 1), (1, 4), (2, 2)])(1) == pytest.approx(2)  # in logarithms


def test_each_size_writes_what_writing_on_draws_with_that_seed():
    text, how = "Once upon a time", Options(0.8, 0, 0.95)
    for name in MODELS:
        drawn = language.writing.continue_text(text, name, 6, how, 3)
        assert language.sizes.written(text, name, 6, how, 3) == "".join(word.text for word in drawn)
