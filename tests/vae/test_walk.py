"""A walk through latent space: it passes through its stations, closes, and turns nowhere abruptly."""

import pytest
import torch

from generative.errors import NumberOutOfRange
from generative.vae import model, walk


def test_the_way_passes_through_every_station_and_closes():
    codes = torch.tensor(walk.stations(3))
    assert len(codes) == walk.STATIONS and not torch.equal(codes[0], codes[1])
    for i in range(walk.STATIONS + 1):
        torch.testing.assert_close(walk.spline(codes, float(i)), codes[i % walk.STATIONS])


def test_the_way_has_no_corner_at_a_station():
    codes, step = torch.tensor(walk.stations(3), dtype=torch.float64), 1e-4
    for i in range(1, walk.STATIONS):
        before, here, after = (walk.spline(codes, i + k * step) for k in (-1, 0, 1))
        torch.testing.assert_close((here - before) / step, (after - here) / step, atol=0.02, rtol=0)


def test_a_straight_row_of_codes_is_walked_straight():
    row = torch.arange(6.0)[:, None] * torch.tensor([[1.0, -2.0]])
    torch.testing.assert_close(walk.spline(row, 2.25), torch.tensor([2.25, -4.5]))


def test_the_same_seed_is_the_same_walk_and_what_lies_off_it_is_refused():
    assert walk.picture(5, 1.3) == model.picture(walk.at(5, 1.3)) != walk.picture(6, 1.3)
    for t in (-0.1, walk.STATIONS + 0.1, float("nan")):
        with pytest.raises(NumberOutOfRange):
            walk.picture(5, t)
    with pytest.raises(NumberOutOfRange):
        walk.stations(-1)
