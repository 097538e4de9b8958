"""Six faces through five models: what is stored, how it is redrawn, and what is said of how likely it is."""

import pytest
import torch

from generative import gan, vae
from generative.diffusion import six
from generative.errors import NumberOutOfRange, PhotoUnreadable
from generative.pictures import png_url, to_image
from generative.vae import measure


def test_the_six_are_portraits_with_their_names():
    assert six.faces().shape == (6, 3, 64, 64)
    assert six.names()[0] == "Corrine Brown" and len(set(six.names())) == 6


def test_a_code_has_as_many_bytes_as_its_numbers_in_half_precision_take():
    assert six.sizes() == {"pca": 128, "ae": 64, "vae": 64, "gan": 512, "diffusion": 24_576}


def test_each_face_passes_each_model_and_is_compared_with_itself():
    cells = six.at_once()
    assert {(c.model, c.face) for c in cells} == {(m, i) for m in six.AT_ONCE for i in range(6)}
    for one in cells:
        x_recon = six.redrawn(one.model, six.faces())[one.face][None]
        assert one.psnr == pytest.approx(vae.model.psnr(six.one(one.face), x_recon).item(), abs=0.05)
        assert one.done == one.of and 0 < one.sharp < 1
    by = {c.model: c.psnr for c in cells if c.face == 0}
    assert by["pca"] > by["ae"] > by["vae"]  # twice the numbers; no KL; a critic that asks for detail


def test_the_search_comes_nearer_and_is_the_one_of_the_gan_tab():
    found = list(six.searched(3))
    assert found[0].done == 0 and found[-1].done == found[-1].of == gan.inversion.STEPS
    assert found[-1].psnr > found[0].psnr + 3


def test_a_hand_waits_for_one_step_of_the_search_and_pictures_come_now_and_then(monkeypatch):
    steps = []

    def counted(x):
        for i in range(gan.inversion.STEPS + 1):
            steps.append(i)
            yield x

    monkeypatch.setattr(gan.inversion, "descended", counted)
    seen = []
    for one in six.searched(0):
        assert len(steps) == one.done + 1
        seen += [one.done] if one.picture else []
    assert seen == list(range(0, gan.inversion.STEPS + 1, six.EVERY))


def test_a_visitors_face_stands_in_the_last_place_and_is_redrawn_as_the_six_are():
    face = png_url(to_image(six.one(3)[0]))
    own, known = six.own(face), [c for c in six.at_once() if c.face == 3]
    assert [c.model for c in own] == list(six.AT_ONCE) and {c.face for c in own} == {six.OWN}
    for mine, portrait in zip(own, known, strict=True):
        assert mine.psnr == pytest.approx(portrait.psnr, abs=0.3)  # eight bits of it
    assert six.judged(face).pca == pytest.approx(six.likely(3).pca, abs=0.1)
    walk = six.taken(face)
    first = next(walk)
    assert (first.model, first.face, first.done) == ("diffusion", six.OWN, 1)
    assert next(six.integrated(face)).bits is None


def test_what_is_no_picture_is_refused_as_a_face():
    for make in (six.own, six.judged, lambda face: next(six.taken(face))):
        with pytest.raises(PhotoUnreadable):
            make("data:image/png;base64,AAAA")


def test_diffusion_goes_to_noise_and_comes_back():
    found = list(six.walked(3))
    assert [c.done for c in found] == list(range(1, 41))
    assert found[-1].psnr > 30 > 12 > min(c.psnr for c in found)


def test_the_bound_is_the_elbo_and_lies_below_what_is_known_of_a_linear_decoder():
    """A decoder that ignores z: log p(x) is N(x; x_recon, noise I), and the bound is that less the KL."""

    class Blind(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = torch.nn.Parameter(torch.zeros(1))
            self.encoder = lambda x: vae.model.Posterior(torch.ones(1, 2), torch.zeros(1, 2))
            self.decoder = lambda z: torch.full((1, 3, 8, 8), 0.5)

    x = torch.rand(1, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    found = measure.elbo(Blind(), x, 0.04, torch.Generator().manual_seed(0), 3).item()
    exact = torch.distributions.Normal(0.5, 0.2).log_prob(x).sum().item()
    assert found == pytest.approx(exact - 1.0, abs=1e-2)  # KL of N(1, 1) against N(0, 1), twice a half


def test_a_face_is_likelier_to_each_model_than_an_even_density_makes_it():
    found = six.likely(3)
    assert 3 < found.pca < 8 and 3 < found.vae < 8
    steps = six.integrated(3)
    assert next(steps).bits is None


@pytest.mark.parametrize("face", [-1, 6, 1.5, None, "0"])
def test_a_face_that_is_none_of_the_six_is_refused(face):
    with pytest.raises(NumberOutOfRange):
        six.likely(face)
    with pytest.raises((NumberOutOfRange, PhotoUnreadable)):  # a text would be a picture
        next(six.integrated(face))
