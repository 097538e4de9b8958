"""The recipe of the diffusion model: what it is told, how it goes on, what it publishes."""

import argparse
import json
import os
import signal
from dataclasses import replace

import pytest
import torch

from generative import weights
from generative.device import noise
from generative.diffusion import model
from generative.diffusion.model import DiffusionConfig, Drawn
from generative.training import checkpoint, diffusion_card
from generative.training import diffusion as recipe
from generative.training.diffusion import DiffusionRecipe, Labelled, Trained

CONFIG = DiffusionConfig(size=16, channels=(32, 32, 32), blocks=1, embedding=32)
QUICK = DiffusionRecipe(batch=8, lr=2e-3, warmup_images=8, ema_images=64, bf16=False)
CPU = torch.device("cpu")


def photos(n: int = 8) -> Labelled:
    """Pictures of coarse patches and numbers that go with them."""
    coarse = torch.rand(n, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    x = torch.nn.functional.interpolate(coarse, size=16, mode="bilinear")
    return Labelled((x * 255).to(torch.uint8), noise(1, n, 5))


def trained(seed: int = 0) -> Trained:
    torch.manual_seed(seed)
    return Trained(CONFIG, QUICK, CPU)


def after(t: Trained, turns: int, images: int = 0) -> Trained:
    for _ in range(turns):
        recipe.turn(t, QUICK, photos(), 5, images)
        images += QUICK.batch
    return t


def test_a_small_network_learns_a_handful_of_pictures():
    t = trained()
    before = recipe.held_out_loss(t.network, photos())
    start = {"images": 0, "fresh": 0}
    steps = []
    for step in recipe.train(t, QUICK, photos(), 1, start, lambda: len(steps) / 150):
        steps.append(step)
    assert [s.images for s in steps] == [8 * (i + 1) for i in range(150)]
    assert recipe.held_out_loss(t.network, photos()) < before / 3
    assert recipe.held_out_loss(t.average, photos()) < before / 2


def test_a_resumed_run_goes_on_as_if_nothing_had_been(tmp_path):
    whole, first, again = after(trained(), 4), after(trained(), 2), trained(1)
    checkpoint.save(tmp_path, first.modules, first.optimizers, {"images": 16})
    assert recipe.restore(again, tmp_path) == {"images": 16}
    after(again, 2, 16)
    for name, module in whole.modules.items():
        for key, value in module.state_dict().items():
            assert torch.equal(value, again.modules[name].state_dict()[key]), (name, key)


def test_without_a_checkpoint_it_goes_on_from_the_shipped_weights(tmp_path):
    shipped = weights.load_config(DiffusionConfig, weights.WEIGHTS / model.NAME)
    t = Trained(shipped, QUICK, CPU)
    progress = recipe.restore(t, tmp_path)
    stored = json.loads((weights.WEIGHTS / model.NAME / "training.json").read_text())
    assert progress["images"] == progress["fresh"] == stored["images"] > 1_000_000
    serving = model.load().state_dict()
    for network in (t.network, t.average):
        assert all(torch.equal(v, serving[k]) for k, v in network.state_dict().items())


def test_a_mirrored_photo_has_the_opposite_pose_and_all_else_as_it_was():
    x0, c = noise(0, 2, 3, 4, 4), torch.tensor([[1.0, 2, 3, 4, 5]] * 2)
    x, told = recipe.mirrored(x0, c, torch.tensor([True, False]))
    assert torch.equal(x[0], x0[0].flip(2)) and torch.equal(x[1], x0[1])
    assert told.tolist() == [[1, -2, 3, 4, 5], [1, 2, 3, 4, 5]]


def test_a_batch_is_photos_with_what_is_said_of_them_half_of_them_mirrored():
    given = photos()
    x0, c = recipe.batch(given, 400, 3)
    levels = ((x0 + 1) * 127.5).round().to(torch.uint8)
    turned = 0
    for picture, told in zip(levels, c, strict=True):
        as_is = (given.pictures == picture).flatten(1).all(1)
        other = (given.pictures == picture.flip(2)).flatten(1).all(1)
        assert as_is.any() or other.any()
        expected = given.told[(as_is | other).nonzero()[0, 0]].clone()
        expected[1] *= -1 if other.any() else 1
        assert torch.equal(told, expected)
        turned += int(other.any())
    assert 150 < turned < 250
    again, _ = recipe.batch(given, 400, 3)
    assert torch.equal(x0, again) and not torch.equal(x0, recipe.batch(given, 400, 4)[0])


def test_labels_are_told_in_deviations_and_the_mean_pose_is_straight_ahead():
    labels = noise(2, 500, 5) * torch.tensor([1.0, 2, 3, 4, 5]) + 7
    config = recipe.scaled(CONFIG, labels)
    told = recipe.told(config, labels)
    assert config.mean[1] == 0 and config.mean[0] == pytest.approx(7, abs=0.2)
    torch.testing.assert_close(told.square().mean(0), torch.ones(5))  # of the pose about 0, too
    torch.testing.assert_close(told[:, [0, 2, 3, 4]].mean(0), torch.zeros(4), atol=1e-3, rtol=0)


def test_the_shipped_config_is_that_of_the_photos_labels():
    """Mean and deviation in config.json are what the recipe makes of such labels: plausible ones."""
    config = weights.load_config(DiffusionConfig, weights.WEIGHTS / model.NAME)
    assert config.mean[config.attributes.index("pose")] == 0
    assert 30 < config.mean[config.attributes.index("age")] < 40
    assert all(d > 0 for d in config.deviation)


def test_the_rate_warms_up_with_a_fresh_adam_and_falls_to_zero_at_the_end():
    r = DiffusionRecipe(lr=1.0, warmup_images=100, decay_share=0.25)
    assert recipe.rate(r, 50, 0.0) == 0.5 and recipe.rate(r, 200, 0.5) == 1.0
    assert recipe.rate(r, 200, 0.875) == 0.5 and recipe.rate(r, 200, 1.0) == 0.0


def test_the_held_out_loss_has_fixed_times_and_noise():
    t, given = after(trained(), 3), photos()
    found = recipe.held_out_loss(t.network, given)
    torch.manual_seed(9)
    assert recipe.held_out_loss(t.network, given) == found
    times = torch.distributions.Normal(0.0, 1.0).icdf((torch.arange(8) + 0.5) / 8).sigmoid()
    drawn = Drawn(times, torch.ones(8, 5), noise(recipe.HELD_OUT_SEED, 8, 3, 16, 16))
    with torch.no_grad():
        x0 = given.pictures.float() / 127.5 - 1
        assert found == pytest.approx(model.flow_loss(t.network, x0, given.told, drawn).item(), rel=1e-4)


def arguments(folder, minutes: float) -> argparse.Namespace:
    return argparse.Namespace(out=folder, minutes=minutes, save_minutes=5.0, seed=1)


PROGRESS = {"images": 0, "seconds": 0.0, "fresh": 0, "config": "cpu", "seed": 1, "hardware": "a test"}


@pytest.fixture
def stopped_run(tmp_path, monkeypatch):
    """A run of a small network that is told to stop in its third step."""
    turns, turn, handler = [], recipe.turn, signal.getsignal(signal.SIGTERM)

    def told_to_stop(*given):
        turns.append(given)
        if len(turns) == 3:
            os.kill(os.getpid(), signal.SIGTERM)
        return turn(*given)

    monkeypatch.setattr(recipe, "turn", told_to_stop)
    weights.save_config(CONFIG, tmp_path / "run")
    t = trained()
    try:
        recipe.run(t, QUICK, photos(), photos(), PROGRESS, arguments(tmp_path / "run", 0.3))
    finally:
        signal.signal(signal.SIGTERM, handler)
    return tmp_path / "run", t


def test_sigterm_ends_a_run_with_its_files_written(stopped_run):
    folder, t = stopped_run
    again = trained(1)
    progress = recipe.restore(again, folder)
    assert progress["images"] == 24 and progress["held_out"] > 0
    assert torch.equal(again.average.stem.weight, t.average.stem.weight)
    head, row = (folder / "metrics.csv").read_text().split()
    assert head == "seconds,images,loss,held_out,lr" and row.split(",")[1] == "24"
    assert [f.name for f in (folder / "sheets").iterdir()] == ["00000024.png"]


def test_what_is_published_is_the_average_and_a_card_that_says_how(stopped_run, tmp_path, monkeypatch):
    folder, t = stopped_run
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path / "weights")
    model.load.cache_clear()
    try:
        diffusion_card.publish(folder)
        stored = model.load().stem.weight
    finally:
        model.load.cache_clear()
    assert torch.equal(stored, t.average.stem.weight.half().float())
    target = tmp_path / "weights" / model.NAME
    card = (target / "README.md").read_text()
    assert "24 images" in card and "--config cpu" in card and "not measured yet" in card
    assert json.loads((target / "training.json").read_text())["images"] == 24
    assert (target / "samples.png").is_file() and (target / "metrics.csv").is_file()


def test_nothing_trained_nothing_published(tmp_path):
    weights.save_config(CONFIG, tmp_path)
    with pytest.raises(SystemExit, match="nothing to publish"):
        diffusion_card.publish(tmp_path)


def test_a_table_of_other_weights_is_not_on_the_card(tmp_path, monkeypatch):
    """steps.json carries the checksum of what it was measured on."""
    folder = tmp_path / model.NAME
    folder.mkdir()
    (folder / model.FILE).write_bytes(b"weights")
    row = {"solver": "deis", "steps": 6, "bend": 0.8, "calls": 6, "frechet": [6.0, 7.0], "sharpness": [0.5]}
    stored = {"weights": weights.checksum(folder / model.FILE), "seeds": [0, 1], "faces": 9, "floor": 0.6}
    (folder / diffusion_card.STEPS).write_text(json.dumps(stored | {"rows": [row]}))
    assert "| deis | 6 | 0.8 | 6 | 6.50 (0.71) | 50% |" in diffusion_card.steps(folder)
    (folder / model.FILE).write_bytes(b"others")
    with pytest.raises(weights.WeightsDamaged):
        diffusion_card.steps(folder)


def test_the_configurations_differ_in_size_of_steps_and_not_in_the_network():
    assert recipe.RECIPES["gpu"].batch > recipe.RECIPES["cpu"].batch
    assert replace(recipe.GPU, batch=1, lr=1, warmup_images=1, ema_images=1, bf16=False) == replace(
        recipe.CPU, batch=1, lr=1, warmup_images=1, ema_images=1
    )
