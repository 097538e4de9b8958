import dataclasses
import math

import pytest
import torch
import torch.nn.functional as F
from PIL import Image

from generative import gan
from generative.device import noise
from generative.errors import NoFace, NumberOutOfRange
from generative.gan import sheets
from generative.gan.model import Discriminator, GanConfig, Generator, StyledConv
from generative.gan.sheets import PLAIN, Style
from generative.pictures import data_url

SMALL = GanConfig(z_dim=16, g_channels=(8, 8, 8), d_channels=(8, 8, 8))


def test_the_losses_are_binary_cross_entropy():
    real, fake = torch.randn(9), torch.randn(9)
    ones, zeros = torch.ones(9), torch.zeros(9)
    expected = F.binary_cross_entropy_with_logits(real, ones) + F.binary_cross_entropy_with_logits(
        fake, zeros
    )
    torch.testing.assert_close(gan.model.d_loss(real, fake), expected)
    torch.testing.assert_close(gan.model.g_loss(fake), F.binary_cross_entropy_with_logits(fake, ones))


def test_r1_of_a_linear_critic_is_the_squared_norm_of_its_weights():
    weight = torch.randn(3, 8, 8)
    x = torch.randn(4, 3, 8, 8, requires_grad=True)
    penalty = gan.model.r1_penalty((x * weight).sum((1, 2, 3)), x)
    torch.testing.assert_close(penalty, weight.square().sum())


def test_style_on_input_and_output_equals_style_on_the_weights():
    """StyleGAN2 eq. 1 and 3: w'_ijk = s_i w_ijk, then divided by sqrt(sum_ik w'^2), one kernel for each
    picture.
    """
    torch.manual_seed(1)
    layer = StyledConv(4, 6, 8, 16).eval()
    x, w = torch.randn(3, 4, 8, 8), torch.randn(3, 16)
    x = x / x.square().mean((1, 2, 3), keepdim=True).sqrt()  # inputs of unit size, as the paper assumes
    kernel = (layer.conv.weight * layer.conv.scale)[None] * layer.style(w)[:, None, :, None, None]
    kernel = kernel / (kernel.square().sum((2, 3, 4), keepdim=True) + 1e-8).sqrt()
    y = torch.cat([F.conv2d(x[i : i + 1], kernel[i], padding=1) for i in range(3)])
    expected = F.leaky_relu((y + layer.bias) * gan.model.GAIN, 0.2)  # noise strength and bias start at 0
    torch.testing.assert_close(layer(x, w), expected, rtol=1e-4, atol=1e-4)


def test_minibatch_std_is_zero_for_a_generator_that_repeats_itself():
    same = torch.randn(1, 5, 4, 4).expand(8, -1, -1, -1)
    assert gan.model.minibatch_std(same).shape == (8, 6, 4, 4)
    assert gan.model.minibatch_std(same)[:, -1].max() < 1e-3
    assert gan.model.minibatch_std(torch.randn(8, 5, 4, 4))[:, -1].min() > 0.3


def test_augmentation_keeps_shape_lets_gradients_through_and_differs_by_picture():
    torch.manual_seed(0)
    x = torch.rand(6, 3, 64, 64).mul(2).sub(1).requires_grad_()
    y = gan.model.diff_augment(x)
    assert y.shape == x.shape
    y.sum().backward()
    share = (x.grad != 0).float().mean((1, 2, 3))
    assert (
        share.min() > 0.5 and share.max() <= 1
    )  # cutout hides at most a quarter, translation at most a quarter
    one = torch.rand(1, 3, 64, 64).expand(6, -1, -1, -1)
    assert gan.model.diff_augment(one).std(0).mean() > 0.05


def test_growing_gives_every_size_and_ends_in_the_face():
    G = Generator(SMALL).eval()
    pictures = G.grow(G.mapping(torch.randn(2, 16)))
    assert [p.shape[-1] for p in pictures] == [4, 8, 16]
    assert Discriminator(SMALL)(pictures[-1]).shape == (2,)


def test_the_shipped_generator_has_the_size_it_promises():
    assert sum(p.numel() for p in gan.model.load().G.parameters()) <= 3e6
    assert dataclasses.asdict(gan.model.load().config)["z_dim"] == 256


def test_same_seed_same_faces_and_they_differ_from_each_other():
    a, b = gan.model.sample(5, 3), gan.model.sample(5, 3)
    assert torch.equal(a, b) and a.shape == (3, 3, 64, 64) and a.min() >= 0 and a.max() <= 1
    assert (a[0] - a[1]).abs().mean() > 0.02


def test_no_truncation_left_means_one_face_for_all():
    x = gan.model.sample(5, 3, psi=0.0)
    assert torch.allclose(x[0], x[1], atol=1e-5)


def test_of_z_only_the_direction_counts():
    mapping, z = gan.model.load().G.mapping, noise(1, 4, 256)
    torch.testing.assert_close(mapping(3 * z), mapping(z), rtol=1e-3, atol=1e-4)


def test_truncation_moves_w_towards_the_mean_w_and_beyond_it_away():
    z = noise(5, 4, 256)
    w, w_avg = gan.model.to_w(z), gan.model.load().G.mapping.w_avg
    assert w_avg.norm() > 0.1 * (w - w_avg).norm(dim=1).mean()  # a mean of 0 would prove nothing
    for psi in (0.0, 0.3, 0.7, 1.0, 1.5):
        torch.testing.assert_close(gan.model.to_w(z, psi), torch.lerp(w_avg.expand_as(w), w, psi))


def test_the_critic_judges_each_picture_alone():
    """In a batch, minibatch standard deviation would let one face change the verdict on another."""
    x = gan.model.sample(0, 3)
    together = gan.model.critic_logits(x)
    alone = torch.cat([gan.model.critic_logits(face[None]) for face in x])
    torch.testing.assert_close(together, alone)
    assert together.isfinite().all() and together.std() > 0


def test_relatives_keep_the_norm_and_stay_near():
    z = torch.randn(4096, generator=torch.Generator().manual_seed(0))
    family = sheets.near(z, 4, seed=1, angle=30)
    assert torch.equal(family[0], z)
    cosine = torch.cosine_similarity(family[1:], z[None])
    torch.testing.assert_close(cosine, torch.full((3,), 3**0.5 / 2), atol=0.05, rtol=0)
    torch.testing.assert_close(family.norm(dim=1), z.norm().expand(4), rtol=0.05, atol=0)


def test_a_sheet_can_be_found_again_by_seed_and_path():
    assert sheets.sheet(7, "3.12") == sheets.sheet(7, "3.12") != sheets.sheet(7, "3.11")
    held = sheets.sheet_z(7, (3,))
    assert torch.equal(held[0], sheets.sheet_z(7)[3])  # the face that was held comes first


def test_the_way_between_two_faces_begins_and_ends_with_them():
    start = sheets.between("7::0", "7::1", 0.0, PLAIN)
    assert start == sheets.between("7::0", "7::5", 0.0, PLAIN) != sheets.between("7::0", "7::1", 1.0, PLAIN)


def test_without_noise_the_layers_add_none_and_the_face_stays_the_same_person():
    w = sheets.w_of("7::0", 0.8)
    with_noise, without = gan.model.faces(w), gan.model.faces(w, 0.0)
    assert 1e-3 < (with_noise - without).abs().mean() < 0.1
    strengths = [conv.noise_strength.clone() for conv in gan.model.load().G.convs]
    try:
        for conv in gan.model.load().G.convs:
            conv.noise_strength.zero_()
        torch.testing.assert_close(gan.model.faces(w), without)
    finally:
        for conv, strength in zip(gan.model.load().G.convs, strengths, strict=True):
            conv.noise_strength.copy_(strength)


def test_ds_opinion_of_a_sheet_is_the_sigmoid_of_its_logits():
    found = sheets.opinions(7, "", PLAIN)
    logits = gan.model.critic_logits(sheets.drawn(7, "", PLAIN))
    assert found == pytest.approx((1 / (1 + (-logits).exp())).tolist()) and len(found) == 16


def test_a_photo_without_a_face_gets_no_score_and_one_with_a_face_a_probability():
    with pytest.raises(NoFace):
        sheets.score(data_url(Image.new("RGB", (300, 300), "grey")))
    from skimage import data

    found = sheets.score(data_url(Image.fromarray(data.astronaut()).resize((300, 300))))
    assert 0 < found.p_real < 1 and found.p_real == pytest.approx(1 / (1 + math.exp(-found.logit)))


@pytest.mark.parametrize(
    "call",
    [
        lambda: sheets.sheet(-1),
        lambda: sheets.sheet(2**53),
        lambda: sheets.sheet(1, "16"),
        lambda: sheets.sheet(1, "x"),
        lambda: sheets.sheet(1, "", Style(float("nan"))),
        lambda: sheets.sheet(1, "", Style(1.6)),
        lambda: sheets.sheet(1, "", Style(1.0, 2.0)),
        lambda: sheets.opinions(1, "17"),
        lambda: gan.styles.mixed("7::0", "7::16", PLAIN),
        lambda: gan.styles.growing("x", PLAIN),
        lambda: gan.styles.grow_seed(-1),
        lambda: gan.styles.interpolate(1, 2, 1),
        lambda: gan.styles.interpolate(1, 2, 121),
        lambda: gan.styles.interpolate(1, -2, 3),
        lambda: gan.styles.loop("7::0", "y", PLAIN),
        lambda: gan.timelapse.sheet(99, 7, "", PLAIN),
        lambda: gan.directions.moved("7::0", [4.0], PLAIN),
        lambda: gan.directions.moved("7::0", [float("nan")], PLAIN),
        lambda: next(gan.inversion.search("vae", 1, "w", 301)),
        lambda: next(gan.inversion.search("vae", -1)),
        lambda: sheets.sample(1, 0, 1.0),
        lambda: sheets.sample(1, 65, 1.0),
        lambda: sheets.between("", "7::1", 0.5, PLAIN),
        lambda: sheets.sheet("abc"),
        lambda: sheets.between("7::0", "7::1", 2, PLAIN),
        lambda: sheets.sample(1.5, 4, 1.0),
        lambda: sheets.sheet(None),
    ],
)
def test_numbers_out_of_range_are_one_clear_sentence(call):
    with pytest.raises(NumberOutOfRange) as error:
        call()
    assert "número" in error.value.say("pt")
