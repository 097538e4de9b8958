"""Pairs of one person: what they are told, what is kept of them."""

import torch

from generative.diffusion import model
from generative.training import pairs


def test_both_faces_of_a_pair_are_told_the_same_but_for_one_name():
    names = model.load().config.attributes
    for k, name in enumerate(names):
        low, high = (pairs.told(name, sign, 32, 16) for sign in (-1, 1))
        apart = high.c - low.c
        assert (apart[:, k] == 2 * pairs.APART).all() and apart.abs().sum() == apart[:, k].sum()
        assert low.keep.all() and high.keep.all() and low.guidance == pairs.GUIDANCE


def test_a_later_pair_is_told_what_it_would_be_told_among_fewer():
    later, all_of_them = pairs.told("smile", 1, 32, 16), pairs.told("smile", 1, 0, 48)
    torch.testing.assert_close(later.c, all_of_them.c[32:])


def test_pairs_are_made_once_from_the_same_noise_and_kept(tmp_path, monkeypatch):
    asked = []

    def sample(seeds, wish):
        asked.append((list(seeds), wish.c[:, 0].tolist()))
        return wish.c[:, :1, None, None].expand(-1, 3, 64, 64) / 10 + 0.5

    monkeypatch.setattr(pairs.faces, "sample", sample)
    first = pairs.load(tmp_path, "smile", 20)
    assert first.low.shape == (20, 3, 64, 64)
    assert (first.high > first.low).all() and len(asked) == 4  # two files, two sides
    assert asked[0][0] == asked[1][0] and asked[0][1] == [-pairs.APART] * 16
    again = pairs.load(tmp_path, "smile", 20)
    assert len(asked) == 4
    torch.testing.assert_close(first.high, again.high)
