"""The probe that judges directions, and what labels hold constant."""

import torch

from generative.device import noise
from generative.training import verdict
from generative.training.directions import Labelled, Steps, amounts, find, standard, straight


def bars(slant: torch.Tensor, light: torch.Tensor) -> torch.Tensor:
    """Stripes (N, 3, 64, 64) that lean by `slant`, in pictures of this mean grey; uint8."""
    y, x = torch.meshgrid(torch.arange(64.0), torch.arange(64.0), indexing="ij")
    wave = torch.sin(0.4 * (x + slant.view(-1, 1, 1) * y))
    grey = light.view(-1, 1, 1) + 20 * wave
    return grey.clamp(0, 255).byte()[:, None].repeat(1, 3, 1, 1)


def test_what_is_said_of_edges_and_of_light_comes_in_the_unit_of_the_labels():
    slant, light = noise(0, 300), noise(1, 300)
    photos, labels = bars(slant * 0.2, 120 + 20 * light), torch.stack([slant, light], 1)
    labels = standard_of(labels)
    see = verdict.fit(photos[:200], labels[:200], photos[200:], labels[200:], lit=1)
    said = see(photos[200:])
    assert torch.corrcoef(torch.stack([said[:, 0], labels[200:, 0]]))[0, 1] > 0.9
    slope = torch.linalg.lstsq(torch.cat([labels[200:], torch.ones(100, 1)], 1), said[:, :1]).solution
    torch.testing.assert_close(slope[:2, 0], torch.tensor([1.0, 0.0]), atol=1e-3, rtol=0)
    torch.testing.assert_close(said[:, 1], labels[200:, 1], atol=0.2, rtol=0)


def standard_of(labels: torch.Tensor) -> torch.Tensor:
    return (labels - labels.mean(0)) / labels.std(0)


def test_edges_do_not_see_how_light_a_picture_is():
    x = bars(torch.tensor([0.2]), torch.tensor([100.0])).float() / 255
    torch.testing.assert_close(verdict.edges(x), verdict.edges(x + 0.2), atol=2e-2, rtol=0)


def test_mixed_up_answers_are_turned_back_into_labels():
    labels = noise(3, 400, 3)
    mixed = torch.tensor([[0.5, 0.3, 0.0], [-0.2, 0.7, 0.1], [0.0, 0.1, 0.9]])
    said = labels @ mixed + 4
    back = verdict.unmixing(said, labels, [0, 1, 2])
    torch.testing.assert_close((said - 4) @ back, labels, atol=1e-3, rtol=0)


def test_a_mirror_turns_the_pose_and_nothing_else():
    photos = torch.arange(2 * 3 * 4 * 4).reshape(2, 3, 4, 4).byte()
    known = Labelled(photos, noise(0, 2, 5), noise(1, 2, 3)).mirrored()
    assert (known.photos[2:] == photos.flip(3)).all()
    assert (known.labels[2:, 1] == -known.labels[:2, 1]).all()
    assert (known.labels[2:, [0, 2, 3, 4]] == known.labels[:2, [0, 2, 3, 4]]).all()
    assert (known.constant[2:] == known.constant[:2]).all()


def test_labels_are_in_deviations_and_the_pose_keeps_its_zero():
    raw = noise(0, 500, 5) * 3 + 2
    unit = standard(raw, raw)
    torch.testing.assert_close(unit[:, [0, 2, 3, 4]].mean(0), torch.zeros(4), atol=1e-5, rtol=0)
    torch.testing.assert_close(unit.square().mean(0), torch.ones(5), atol=1e-4, rtol=0)
    assert ((unit[:, 1] > 0) == (raw[:, 1] > 0)).all()


def test_a_found_step_leaves_what_is_held_constant_and_ignores_labels_in_doubt():
    """The background drives the label; a partial regression still finds the axis that does so by itself."""
    mu = noise(0, 4000, 6)
    background = mu[:, 2:3]
    labels = torch.cat([mu[:, :1] + background, mu[:, 1:2], mu[:, 3:4]], 1)
    seen = labels[:, 0].clone()
    labels[::4, 0] += 5 * mu[::4, 4]  # a quarter is in doubt
    steps = find(Labelled(torch.zeros(4000, 0), labels, background), mu, seen)
    assert isinstance(steps, Steps)
    smile = torch.nn.functional.normalize(steps.vectors[0], dim=0)
    assert smile[0] > 0.99 and abs(smile[2]) < 0.02
    torch.testing.assert_close(steps.readings @ steps.vectors.T, torch.eye(3), atol=1e-2, rtol=0)


def test_the_reading_of_a_taught_step_is_the_one_that_varies_least():
    mu, v = noise(0, 3000, 6) @ noise(1, 6, 6), noise(2, 2, 6)
    R = amounts(v, mu)
    torch.testing.assert_close(R @ v.T, torch.eye(2), atol=1e-3, rtol=0)
    free = noise(3, 2, 6)
    other = R + 0.1 * (free - free @ v.T @ torch.linalg.inv(v @ v.T) @ v)  # reads the same steps
    torch.testing.assert_close(other @ v.T, torch.eye(2), atol=1e-3, rtol=0)
    assert ((mu @ R.T).var(0) < (mu @ other.T).var(0)).all()


def test_a_label_that_leans_with_the_head_is_set_straight():
    true = noise(0, 1000, 5)
    leaning = true.clone()
    leaning[:, 0] -= 0.4 * true[:, 1]
    straightened = straight(leaning)
    assert abs(torch.corrcoef(straightened[:, :2].T)[0, 1]) < 1e-3
    torch.testing.assert_close(straightened[:, 1], true[:, 1])
