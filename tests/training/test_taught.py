"""Axes that are taught: who is drawn for it, what the loss asks for, axes renamed."""

import pytest
import torch

from generative.diffusion.model import DiffusionConfig, UNet
from generative.training import taught
from generative.training.taught import Lesson, People, TaughtRecipe
from generative.vae.model import Posterior, Vae, VaeConfig

NAMES = DiffusionConfig.attributes
CONFIG = VaeConfig(z_dim=8, channels=(8, 8, 8, 8), detail=True, taught=NAMES)


def people(n: int = 4) -> People:
    """Every picture is of one grey, a different one for each."""
    told = taught.told(n, len(NAMES), 1)
    greys = torch.arange(n * told.shape[1], dtype=torch.uint8).view(n, -1, 1, 1, 1)
    return People((greys * 5).expand(-1, -1, 3, 64, 64).contiguous(), told)


def lesson(**changed) -> Lesson:
    return Lesson(TaughtRecipe(people=16, **changed), NAMES, people(), torch.zeros(3, len(NAMES)))


def test_each_further_picture_of_a_person_is_told_one_other_number():
    rows = taught.told(50, len(NAMES), 1)
    changed = (rows[:, 1:] != rows[:, :1]).float().mean(0)
    assert rows.shape == (50, 6, 5) and rows.abs().max() <= taught.MOST
    assert torch.equal(changed.round(), torch.eye(5)) and (changed.diagonal() > 0.9).all()


def test_a_person_is_the_same_alone_and_among_others():
    torch.manual_seed(0)
    small = DiffusionConfig(channels=(32, 32, 32), blocks=1, embedding=32)
    network = UNet(small).to(memory_format=torch.channels_last).eval()
    torch.nn.init.normal_(network.head.weight, std=0.01)
    both, second = taught.draw_people(network, 2, at_once=1), taught.draw_people(network, 1, start=1)
    assert both.pictures.shape == (2, 6, 3, 64, 64) and both.pictures.dtype == torch.uint8
    assert torch.equal(both.told[1:], second.told)
    assert (both.pictures[1:].int() - second.pictures.int()).abs().max() <= 1
    assert not torch.equal(both.pictures[0], both.pictures[1])


def test_both_pictures_of_a_pair_are_one_persons_and_told_what_they_show():
    x, x_other, c, c_other = lesson().pairs(torch.Generator().manual_seed(0))
    drawn = people()
    for shown, told in ((x, c), (x_other, c_other)):
        at = (shown[:, 0, 0, 0] * 255 / 5).round().long()
        rows = drawn.told.flatten(0, 1)[at]
        sign = torch.ones(len(NAMES))
        sign[NAMES.index("pose")] = -1
        as_it_is, mirrored = ((told - one).abs().sum(1) for one in (rows, rows * sign))
        assert torch.minimum(as_it_is, mirrored).max() < 1e-6 and as_it_is.max() > 0.1
    who = [(v[:, 0, 0, 0] * 255 / 5).round() // 6 for v in (x, x_other)]
    assert torch.equal(*who) and not torch.equal(x, x_other)


def test_a_mirrored_photo_has_the_opposite_pose_and_else_the_same_labels():
    one = lesson()
    one.labels = torch.arange(10.0).view(2, 5)
    found = one.labels_of(torch.tensor([0, 1]), torch.tensor([False, True]))
    assert found[0].tolist() == [0, 1, 2, 3, 4] and found[1].tolist() == [5, -6, 7, 8, 9]


def test_what_was_told_is_missed_as_a_gaussian_says():
    q = Posterior(torch.tensor([[1.0, 0, 0, 0, 0, 9, 9, 9]]), torch.zeros(1, 8))
    assert lesson().missed(q, torch.zeros(1, 5), 0.5).item() == pytest.approx(1 / (2 * 0.5**2))


def test_the_other_picture_is_drawn_from_the_one_and_what_the_other_was_told():
    """A decoder that only looks at the taught axes cannot fail by what the encoder says of a person."""
    torch.manual_seed(0)
    one, model, beta = lesson(swap=1.0), Vae(CONFIG), torch.zeros(8)
    seen = []
    model.decoder.register_forward_pre_hook(lambda _, z: seen.append(z[0]))
    loss = one.loss(model, beta, torch.Generator().manual_seed(3))
    _, _, _, c_other = one.pairs(torch.Generator().manual_seed(3))
    assert torch.equal(seen[0][:, : len(NAMES)], c_other) and loss > 0
    loss.backward()
    assert all(p.grad is not None for p in model.decoder.parameters())


def test_renamed_axes_draw_the_same_pictures():
    torch.manual_seed(1)
    model, x = Vae(CONFIG).eval(), torch.rand(2, 3, 64, 64)
    with torch.no_grad():
        mean = model.encoder(x).mean
        before = model.decoder(mean)
        order = [7, 2, 0, 1, 3, 4, 5, 6]
        taught.axes_first(model, order)
        assert torch.allclose(model.encoder(x).mean, mean[:, order])
        assert torch.allclose(model.decoder(model.encoder(x).mean), before, atol=1e-6)
