"""The recipe of the face VAE: which axes it keeps, and what it publishes."""

import json
import sys
from dataclasses import replace

import pytest
import torch
from PIL import Image

from generative import weights
from generative.pictures import to_image
from generative.training import checkpoint
from generative.training import vae as recipe
from generative.training.data import load_photos
from generative.vae.measure import measure
from generative.vae.model import LatentStatistics, Mixture, SharpDecoder, Vae, VaeConfig

CONFIG = VaeConfig(z_dim=4, channels=(8, 8, 8, 8), detail=True)
CPU = torch.device("cpu")


def louder(model: Vae, axes: list[int]) -> Vae:
    """An untrained VAE whose encoder tells much on these axes and next to nothing on the others."""
    with torch.no_grad():
        for i in range(CONFIG.z_dim):
            model.encoder.out.weight[i] *= 30 if i in axes else 0.01
    return model


def pictures(n: int) -> torch.Tensor:
    coarse = torch.rand(n, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    return torch.nn.functional.interpolate(coarse, size=64, mode="bilinear")


def test_the_axes_that_are_kept_are_those_that_tell_most():
    photos = (pictures(32) * 255).to(torch.uint8)
    model = louder(Vae(CONFIG), [1, 3])
    assert recipe.axes(model, photos, 2).tolist() == [False, True, False, True]


def test_taught_axes_are_kept_however_little_they_tell():
    photos = (pictures(32) * 255).to(torch.uint8)
    model = louder(Vae(replace(CONFIG, taught=("smile",))), [3])
    assert recipe.axes(model, photos, 1).tolist() == [True, False, False, True]


def test_weights_that_were_taught_nothing_lend_their_silent_axes(tmp_path, monkeypatch):
    """Two axes to be taught: those that tell least come first, and the pictures stay the same."""
    folder, taught = tmp_path / "vae_faces", ("smile", "pose")
    before = louder(Vae(CONFIG), [0, 2])
    weights.save_config(CONFIG, folder)
    weights.save(before, folder / "model.safetensors")
    (folder / "latents.json").write_text(
        json.dumps({"mean": [0] * 4, "std": [1] * 4, "kl": [3, 0.2, 2, 0.1]})
    )
    (folder / "training.json").write_text('{"images": 8}')
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path)
    p = recipe.Parts(replace(CONFIG, taught=taught), recipe.VaeRecipe(), CPU)
    assert recipe.restore(p, tmp_path / "run") == {"images": 8}
    x = pictures(2)
    with torch.no_grad():
        mean, renamed = before.encoder(x).mean, p.model.encoder(x).mean
    assert torch.allclose(renamed, mean[:, [1, 3, 0, 2]], atol=2e-2)


def test_kept_axes_and_silent_ones_have_a_beta_of_their_own(monkeypatch):
    p = recipe.Parts(CONFIG, recipe.VaeRecipe(batch=8), CPU)
    louder(p.model, [1, 3])
    seen = []
    monkeypatch.setattr(recipe.vae.model, "loss", spy(recipe.vae.model.loss, seen))
    r = recipe.VaeRecipe(batch=8, chosen_images=0, chosen=2, beta_chosen=1.0, beta_silent=16.0)
    step = next(recipe.train(p, r, (pictures(8) * 255).to(torch.uint8), 0, critic=False))
    assert seen[0].tolist() == [16.0, 1.0, 16.0, 1.0] and step.beta == 1.0


def spy(loss, seen: list):
    def call(x, x_recon, q, beta):
        seen.append(beta)
        return loss(x, x_recon, q, beta)

    return call


def test_the_same_seed_takes_the_same_steps_whatever_else_is_drawn_meanwhile():
    photos, weighed = (pictures(16) * 255).to(torch.uint8), []
    for disturbed in (False, True):
        torch.manual_seed(0)
        p = recipe.Parts(CONFIG, recipe.VaeRecipe(batch=8), CPU)
        run = recipe.train(p, recipe.VaeRecipe(batch=8), photos, 5, critic=False)
        for _ in range(3):
            torch.rand(100 if disturbed else 1)
            step = next(run)
        weighed.append((step, p.model.decoder.start.weight.clone()))
    assert weighed[0][0] == weighed[1][0] and torch.equal(weighed[0][1], weighed[1][1])


def test_what_is_published_is_measured_as_it_is_shipped(tmp_path, monkeypatch):
    p = recipe.Parts(CONFIG, recipe.VaeRecipe(), CPU)
    louder(p.average, [0, 1, 2])
    checkpoint.save(tmp_path / "run", p.modules, p.optimizers, {"images": 8, "seconds": 60.0})
    weights.save_config(CONFIG, tmp_path / "run")
    for split in ("train", "val"):
        (tmp_path / "photos" / split).mkdir(parents=True)
        for i, x in enumerate(pictures(16)):
            to_image(x).save(tmp_path / "photos" / split / f"{i}.png")
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path / "weights")
    command = f"vae --publish --photos {tmp_path}/photos --out {tmp_path}/run --adversary 5 --threads 1"
    monkeypatch.setattr(sys, "argv", command.split())
    recipe.main()
    folder = tmp_path / "weights" / "vae_faces"
    model = weights.load(Vae(weights.load_config(VaeConfig, folder)), folder / "model.safetensors").eval()
    assert type(model.decoder) is SharpDecoder and (folder / "discriminator.safetensors").is_file()
    val = load_photos(tmp_path / "photos", 64, "val").pictures
    stored = json.loads((folder / "training.json").read_text())
    assert stored["images"] == 8 and stored["val"] == pytest.approx(measure(model, val)._asdict(), rel=1e-4)
    assert len(LatentStatistics(**json.loads((folder / "latents.json").read_text())).kl) == 4
    assert len(Mixture(**json.loads((folder / "mixture.json").read_text())).draw(1)) == 4
    card = " ".join((folder / "README.md").read_text().split())
    assert "0.3 and 5 of the fine part" in card and "generative/vae/model.py" in card
    assert f"| active axes (mean KL above 0.05 nats) | {stored['val']['active']} of 4 |" in card
    for name in ("reconstructions", "samples", "samples_mixture"):
        assert Image.open(folder / f"{name}.png").width == 8 * 64
