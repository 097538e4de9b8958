"""The scripts behind the figures still run: what writes and counts, on the smallest model."""

import argparse
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
import torch

from benchmarks import continuations, diffusion_steps, guidance_interval, real_or_generated
from generative import gan
from generative.diffusion import faces
from generative.diffusion.faces import Sampling


def test_continuations_are_written_and_counted():
    model = continuations.load("small")
    texts = continuations.written(model, "Once upon a", [0, 1])
    assert texts[0] != texts[1] and texts == continuations.written(model, "Once upon a", [0, 1])
    assert all(0 < len(continuations.WORD.findall(text)) <= continuations.WORDS for text in texts)
    assert texts[0] == continuations.written(model, "Once upon a", [0])[0]  # alone as beside others
    known = {word for word in continuations.WORD.findall(texts[0].lower())}
    pairs = [("A: hello", texts[0]), ("Once upon a", texts[0])]
    counted = continuations.report(pairs, known)
    assert (
        counted["words of the training text"] == 100
        and counted["with a label of who speaks or answers"] == 50
    )


def test_every_way_to_walk_is_measured_on_seeds_of_its_own(tmp_path, monkeypatch):
    """A row of steps.json from two faces, read again from the cache; the plot names what it shows."""
    monkeypatch.setattr(diffusion_steps, "SETS", (1, 5))
    walk = Sampling("deis", 2, 0.6)
    held_out = faces.sample([9, 10], sampling=walk)
    photos = SimpleNamespace(held_out=held_out, halves=gan.quality.features(torch.rand(9, 3, 64, 64)))
    args = argparse.Namespace(faces=2, cache=tmp_path, bf16=False)
    row = diffusion_steps.measured(walk, photos, args)
    assert (row["solver"], row["steps"], row["bend"], row["calls"]) == ("deis", 2, 0.6, 2)
    assert len(row["frechet"]) == len(row["sharpness"]) == 2 and row["frechet"][0] != row["frechet"][1]
    assert len(list(tmp_path.iterdir())) == 2
    assert diffusion_steps.measured(walk, photos, args) == row
    svg = diffusion_steps.plot([row], 0.03, 0.6)
    assert "deis, 2 calls" in svg and ElementTree.fromstring(svg) is not None


def test_a_glance_is_of_light_and_dark():
    flat = torch.stack([torch.full((3, 8, 8), level) for level in (0.2, 0.6)])
    assert diffusion_steps.look(flat).contrast == pytest.approx(0, abs=1e-6)
    assert diffusion_steps.look(flat).brightness == pytest.approx(0.4 / 2**0.5)
    striped = flat.clone()
    striped[:, :, ::2] += 0.2
    assert diffusion_steps.look(striped).contrast == pytest.approx(0.1, rel=0.02)


def test_a_classifier_tells_stripes_from_plain_and_nothing_from_the_same():
    plain = torch.rand(60, 3, 1, 1).expand(-1, -1, 64, 64).clone()
    striped = plain.clone()
    striped[:, :, ::4] = 0
    assert real_or_generated.told_apart(plain, striped, 0, each=30) > 0.95
    noise = torch.rand(120, 3, 64, 64)
    assert 0.2 < real_or_generated.told_apart(noise[:60], noise[60:], 0, each=30) < 0.8


def test_the_area_under_the_curve_counts_pairs():
    assert real_or_generated.auc(torch.tensor([3.0, 1.0]), torch.tensor([2.0, 0.0])) == 0.75
    assert real_or_generated.auc(torch.tensor([1.0]), torch.tensor([1.0])) == 0.5


def test_a_wish_is_heard_as_far_as_it_goes():
    told = torch.randn(400, 2, generator=torch.Generator().manual_seed(0))
    assert guidance_interval.heard(told, 3 + 0.5 * told) == pytest.approx((1.0, 0.5), abs=1e-4)
    assert guidance_interval.heard(told, told.flip(0))[0] == pytest.approx(0, abs=0.15)


def test_only_what_is_told_counts_and_only_between_its_times_is_a_call_double():
    row = guidance_interval.rows(torch.tensor([[1.0, -2.0]]), guidance_interval.Way(2.0, 0.45, 0.95))
    assert row.c.abs().sum() == 3 and row.keep.sum() == 2 and row[2:] == (2.0, 0.45, 0.95)
    assert [guidance_interval.double(way) for way in guidance_interval.WAYS[:4]] == [0, 6, 5, 4]


def test_guidance_is_measured_on_the_same_seeds_and_photos():
    photos = faces.sample([3, 4], sampling=Sampling("deis", 2, 0.6))
    plain = guidance_interval.measured(guidance_interval.Way(1.0), 1, photos, photos, bf16=False)
    nowhere = guidance_interval.Way(4.0, 0.98, 0.99)  # no look there
    assert guidance_interval.measured(nowhere, 1, photos, photos, bf16=False) == plain
