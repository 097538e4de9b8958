"""The notebooks run from top to bottom, show what they say, and are stored without their output."""

import json
import math
from pathlib import Path

import pytest
import torch

from generative import gan
from tests.conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def cells(file: Path, kind: str) -> list[str]:
    """The text of the cells of one kind, code or markdown."""
    stored = json.loads(file.read_text())["cells"]
    return ["".join(cell["source"]) for cell in stored if cell["cell_type"] == kind]


@pytest.fixture
def run(monkeypatch):
    """Runs a notebook's cells as its kernel does, in its folder; gives what they left behind."""
    monkeypatch.chdir(ROOT / "notebooks")

    def ran(name: str) -> dict:
        left: dict = {}
        for cell in cells(Path(f"{name}.ipynb"), "code"):
            exec(compile(cell, name, "exec"), left)
        return left

    return ran


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_is_stored_without_output_and_speaks_both_languages(file):
    for cell in json.loads(file.read_text())["cells"]:
        assert cell.get("outputs", []) == [] and cell.get("execution_count") is None
    for text in cells(file, "markdown"):
        english, portuguese = text.split("\n\n> ")
        assert english.strip() and portuguese.strip() and "\n\n> " not in portuguese


def test_the_words_sum_to_one_and_order_counts(run, capsys):
    left = run("words")
    assert math.isclose(sum(word.p for word in left["found"].words) + left["found"].rest, 1, abs_tol=1e-6)
    assert left["shuffled"].bits > left["in_order"].bits + 5
    assert capsys.readouterr().out.count("Era uma vez um rei") == 2


def test_the_faces_are_what_the_text_beside_them_says(run):
    left = run("faces")
    assert left["smiling"][0] != left["smiling"][-1] and left["smiling"][2].size == (64, 64)
    assert not torch.allclose(left["in_code"], left["in_pixels"], atol=0.05)
    spread = [faces.std(0).mean() for faces in (left["tight"], left["free"])]
    assert spread[0] < spread[1] / 2 and torch.equal(left["free"], gan.model.sample(7, 6, 1.0))


def test_the_small_transformer_learns_the_page(run):
    left = run("training")
    assert math.isclose(left["losses"][0], left["knowing_nothing"], rel_tol=0.1)
    pieces = [left["written"][i : i + 5] for i in range(100)]
    assert left["losses"][-1] < 0.5 and sum(piece in left["TEXT"] for piece in pieces) > 70


def test_there_are_three(run):
    assert [file.stem for file in NOTEBOOKS] == ["faces", "training", "words"]
