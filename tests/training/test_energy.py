"""What a training took: hours x watts x what a kWh emits, and every card says it."""

import json
import re

import pytest
import torch
import yaml

from generative.training import energy, face_card, language_card
from generative.training.energy import Leg
from generative.weights import WEIGHTS
from tests.conftest import ROOT

CARDS = sorted(folder for folder in WEIGHTS.iterdir() if folder.is_dir())
TASKS = {
    "text-generation",
    "unconditional-image-generation",
    "image-feature-extraction",
    "keypoint-detection",
}
BOARD, CPU = Leg(2, "NVIDIA H200"), Leg(3, "AMD EPYC, 2 thread(s)")


def test_energy_is_hours_times_stated_power_of_each_part():
    assert energy.spent([BOARD]) == pytest.approx(2 * 0.7)
    assert energy.spent([BOARD, CPU]) == pytest.approx(2 * 0.7 + 3 * 2 * energy.THREAD / 1000)
    assert energy.spent([Leg(2, "one NVIDIA H200, shared", 1 / 4)]) == pytest.approx(2 * 0.7 / 4)
    assert energy.watts(Leg(1, "one thread of a Xeon")) == energy.THREAD
    assert energy.watts(Leg(1, "cores, one or two threads")) == 2 * energy.THREAD


def test_what_is_not_known_is_not_made_up():
    for legs in ([], [Leg(1, "a board of tomorrow")], [BOARD, Leg(1, "a board of tomorrow")]):
        assert energy.spent(legs) is None and energy.front(legs) == ""
        assert "Not known" in energy.section(legs)


def test_a_section_and_the_metadata_say_the_same_in_fitting_units():
    said, told = energy.section([BOARD, CPU]), yaml.safe_load(energy.front([BOARD, CPU]))["co2_eq_emissions"]
    grams = energy.spent([BOARD, CPU]) * energy.WORLD
    assert "About 1.5 kWh and 700 g of CO2, estimated" in said and told["emissions"] == float(f"{grams:.2g}")
    assert told["hardware_used"] == "NVIDIA H200; AMD EPYC, 2 thread(s)" and "estimated" in told["source"]
    assert energy.kwh(0.0123) == "12 Wh" and energy.grams(1234) == "1.2 kg"


def test_a_language_models_last_command_took_what_the_others_left():
    runs = [
        {"command": "x --minutes 1.5 --compile", "hardware": "NVIDIA H200"},
        {"command": "x", "hardware": "b"},
    ]
    board, rest = language_card.legs({"commands": runs, "seconds": 3690})
    assert board == Leg(0.025, "NVIDIA H200") and rest == Leg(pytest.approx(1.0), "b")
    assert language_card.legs({"commands": runs[::-1], "seconds": 3690}) == []  # it ended by its tokens


@pytest.mark.parametrize("folder", CARDS, ids=lambda folder: folder.name)
def test_every_card_says_what_the_model_is_for_and_what_it_took(folder):
    card = (folder / "README.md").read_text()
    front, body = yaml.safe_load(card.split("---\n")[1]), card.split("---\n", 2)[2]
    assert front["pipeline_tag"] in TASKS and front["license"] and front["tags"]
    (said,) = re.findall(rf"^{energy.TITLE}\n\n(.+?)\n\n## ", body, re.M | re.S)
    if found := re.match(r"About (\S+) (k?Wh) and (\S+) g of CO2, estimated", said):
        grams = float(found[1]) * {"Wh": 0.001, "kWh": 1}[found[2]] * energy.WORLD
        assert front["co2_eq_emissions"]["emissions"] == float(found[3]) == pytest.approx(grams, rel=0.1)
    else:
        assert said.startswith("Not known: ") and "co2_eq_emissions" not in front
    if "training.json" in [file.name for file in folder.iterdir()] and folder.name.startswith("language"):
        progress = json.loads((folder / "training.json").read_text())
        assert energy.section(language_card.legs(progress)) in card
        assert energy.front(language_card.legs(progress)) in card


def test_the_training_guide_sums_up_the_cards():
    table = dict(
        re.findall(r"^\| `(\w+)` \| ([^|]+ Wh|not known) \| ", (ROOT / "docs/training.md").read_text(), re.M)
    )
    assert table.keys() == {folder.name for folder in CARDS}
    for name, said in table.items():
        assert (f"About {said} and" if "Wh" in said else "Not known") in (
            WEIGHTS / name / "README.md"
        ).read_text()


def test_a_new_card_of_faces_says_it_too(tmp_path):
    card = face_card.Card(
        "t", "w", "gan, faces", "c", 1, 10, 7200.0, {}, "l", hardware=BOARD.hardware, share=0.5
    )
    face_card.write(card, torch.zeros(64, 3, 4, 4), tmp_path)
    written = (tmp_path / "README.md").read_text()
    assert energy.section([Leg(2, BOARD.hardware, 0.5)]) in written
    assert yaml.safe_load(written.split("---\n")[1])["co2_eq_emissions"]["emissions"] == 340
    assert "pipeline_tag: unconditional-image-generation\n" in written
