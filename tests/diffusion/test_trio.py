"""The same wish asked of three models: all move the same way, and the slow one ends where it should."""

import json
import math
import threading
from pathlib import Path

import pytest
import torch

from generative import gan, weights
from generative.diffusion import faces, model, sampler, trio, wishes
from generative.errors import NumberOutOfRange, WeightsDamaged
from generative.pool import Pool

SEEDS = [0, 1, 2, 3]
FACES = {
    "vae": lambda steps: torch.stack([trio.by_vae(seed, steps) for seed in SEEDS]),
    "gan": lambda steps: torch.stack([trio.by_gan(seed, steps) for seed in SEEDS]),
    "diffusion": lambda steps: faces.sample(SEEDS, wishes.wish(dict(zip(trio.NAMES, steps, strict=True)))),
}


@pytest.mark.parametrize("name", trio.MODELS)
def test_a_smile_widens_the_mouth_and_a_turn_goes_the_same_way_in_every_model(name):
    labels = gan.quality.attributes().config.labels

    def seen(steps: list[float], of: str) -> float:
        with torch.no_grad():
            return gan.quality.attributes()(FACES[name](steps))[:, labels.index(of)].mean().item()

    assert seen([2.0, 0.0], "smile") > seen([-2.0, 0.0], "smile") + 0.5
    assert seen([0.0, 2.0], "pose") > seen([0.0, -2.0], "pose") + 0.5


def test_the_way_ends_at_the_face_of_the_same_seed_and_wish():
    end = faces.to_unit(sampler.end(trio.way(3, [1.5, -1.0])))
    asked = faces.sample([3], wishes.wish({"smile": 1.5, "pose": -1.0}))
    assert (end - asked).abs().max() < 1e-4
    assert (end - faces.sample([3], wishes.wish({"smile": -1.0, "pose": 1.5}))).abs().max() > 0.05


def test_the_gans_face_is_the_first_of_its_sheet_and_another_seed_is_another_face():
    assert torch.equal(trio.by_gan(7, [0.0, 0.0]), gan.directions.moved("7::0", [], trio.STYLE))
    assert trio.quick(7, [0, 0]) == trio.quick(7, [0, 0])
    for one, other in zip(trio.quick(7, [0, 0]), trio.quick(8, [0, 0]), strict=True):
        assert one.startswith("data:image/jpeg;base64,") and one != other


@pytest.mark.parametrize(
    ("seed", "steps"),
    [(-1, [0, 0]), (None, [0, 0]), (math.nan, [0, 0]), (0, [3.1, 0]), (0, [0, math.nan]), (0, [0])]
    + [(0, None), (0, "00"), (0, {"smile": 1}), (0, ["0", 0])],
)
def test_what_is_no_seed_or_no_step_is_refused(seed, steps):
    with pytest.raises(NumberOutOfRange):
        trio.quick(seed, steps)


def test_a_finished_walk_gives_its_face_and_one_that_was_cancelled_none():
    pool, begun, go = Pool(), threading.Event(), threading.Event()

    def held():
        for moment in trio.way(1, [0.0, 0.0]):
            yield moment
            begun.set()
            assert go.wait(20)

    first = pool.start("a", held())
    assert begun.wait(60)
    second = pool.start("a", trio.way(1, [0.0, 0.0]))
    go.set()
    found = [trio.finished(second), trio.finished(first)]
    assert found[0].startswith("data:image/jpeg;base64,") and found[1] == ""


# ---- what was measured ----


def test_the_figures_are_those_of_all_weights_at_hand_or_none(monkeypatch):
    stored = json.loads((weights.WEIGHTS / model.NAME / trio.FILE).read_text())
    assert stored["faces"] >= 60 and set(stored["weights"]) == {*trio.MODELS, "judge", "steps", "walk"}
    for name in stored["weights"]:
        monkeypatch.setattr(trio, "marks", lambda name=name: stored["weights"] | {name: 1})
        assert trio.figures() is None
    monkeypatch.setattr(trio, "marks", lambda: stored["weights"])
    found = trio.figures()
    assert list(found.models) == list(trio.MODELS)
    for row in found.models.values():
        assert row.sharpness > 0 and row.seconds > 0 and set(row.obeyed) == set(trio.NAMES)
        assert all(0 < one.correlation <= 1 and one.moves > 0 for one in row.obeyed.values())


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"weights": 1}', '{"weights": 1, "faces": 64, "models": {"vae": {}}}']
)
def test_figures_that_cannot_be_read_are_said_to_be_damaged(text, tmp_path: Path, monkeypatch):
    file = tmp_path / "one_wish.json"
    file.write_text(text)
    monkeypatch.setattr(trio, "FILE", str(file))
    monkeypatch.setattr(trio, "marks", lambda: 1)
    with pytest.raises(WeightsDamaged):
        trio.figures()


def test_without_a_file_there_are_no_figures(monkeypatch):
    monkeypatch.setattr(trio, "FILE", "none.json")
    assert trio.figures() is None
