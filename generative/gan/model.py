"""A face GAN: StyleGAN2 in small, 64 x 64 pixels.

Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", 2020, https://arxiv.org/abs/1912.04958
Goodfellow et al., "Generative Adversarial Nets", 2014, https://arxiv.org/abs/1406.2661

Left out: path length regularisation and style mixing in training (small gains, much code), FIR filters
(bilinear upsampling and average pooling instead). The style scales the convolution's input and the
demodulation its output, which is the paper's eq. 3 rearranged: one ordinary convolution serves the whole
batch. Demodulation assumes an input of unit size; here it is made so, else features shrink layer by layer in
a small network until the noise drowns them.

A GAN has no p(x) and no p(z | x): this file can sample faces and judge them, nothing else.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from generative import weights
from generative.device import best_device, noise
from generative.once import once

NAME = "gan_faces"


@dataclass(frozen=True)
class GanConfig:
    """Sizes of both networks. `channels[i]` belongs to 4 * 2**i pixels."""

    z_dim: int = 256  # numbers in z, and in w
    mapping_layers: int = 2  # enough at 64 px; the paper's 8 serve 1024 px
    g_channels: tuple[int, ...] = (192, 128, 96, 32, 16)  # 0.29 GFLOP a face: trains on two CPU cores
    d_channels: tuple[int, ...] = (192, 128, 96, 32, 16)
    minibatch_std: bool = True  # without it D cannot see that a generator repeats itself

    @property
    def resolution(self) -> int:
        return 4 * 2 ** (len(self.g_channels) - 1)


class EqualLinear(nn.Module):
    """Linear layer whose weights are scaled to unit variance at run time (Karras et al. 2018, sec. 4.1)."""

    def __init__(self, n_in: int, n_out: int, bias: float = 0.0, lr_scale: float = 1.0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(n_out, n_in) / lr_scale)
        self.bias = nn.Parameter(torch.full((n_out,), bias / lr_scale))
        self.scale, self.lr_scale = lr_scale / math.sqrt(n_in), lr_scale

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight * self.scale, self.bias * self.lr_scale)


class EqualConv(nn.Module):
    """k x k convolution with the same run-time scaling."""

    def __init__(self, n_in: int, n_out: int, k: int, bias: bool = True, gain: float = 1.0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(n_out, n_in, k, k))
        self.bias = nn.Parameter(torch.zeros(n_out)) if bias else None
        self.scale = gain / math.sqrt(n_in * k * k)

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(x, self.weight * self.scale, self.bias, padding=self.weight.shape[-1] // 2)


# Leaky ReLU lets half of the variance through; a gain of sqrt 2 before it makes up for that. The gain sits in
# the weights and not on the features: a multiplication of every feature map would cost a sixth of a training
# step.
GAIN = math.sqrt(2)


# How fast the noise may grow. At full speed it takes over what w should say: eyes and mouths by chance.
NOISE = 0.05


def activate(x: Tensor) -> Tensor:
    """Leaky ReLU of slope 0.2, in place."""
    return F.leaky_relu_(x, 0.2)


def enlarge(x: Tensor) -> Tensor:
    """Twice as high and wide, bilinear."""
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


class Mapping(nn.Module):
    """z (B, z_dim) -> w (B, z_dim). Keeps w_avg, the running mean of w, towards which truncation pulls."""

    def __init__(self, config: GanConfig):
        super().__init__()
        d = config.z_dim
        self.layers = nn.ModuleList(EqualLinear(d, d, lr_scale=0.01) for _ in range(config.mapping_layers))
        self.register_buffer("w_avg", torch.zeros(d))

    def forward(self, z: Tensor) -> Tensor:
        w = z * torch.rsqrt(z.square().mean(1, keepdim=True) + 1e-8)
        for layer in self.layers:
            w = activate(layer(w)) * GAIN
        if self.training:
            self.w_avg.lerp_(w.detach().mean(0).float(), 0.005)
        return w


class StyledConv(nn.Module):
    """3 x 3 convolution modulated by w, noise, bias, activation: (B, n_in, H, W) -> (B, n_out, H, W)."""

    def __init__(self, n_in: int, n_out: int, resolution: int, z_dim: int):
        super().__init__()
        self.style = EqualLinear(z_dim, n_in, bias=1.0)
        self.conv = EqualConv(n_in, n_out, 3, bias=False)
        self.bias = nn.Parameter(torch.zeros(n_out, 1, 1))
        self.noise_strength = nn.Parameter(torch.zeros(()))
        self.register_buffer("fixed_noise", torch.randn(1, 1, resolution, resolution))

    def forward(self, x: Tensor, w: Tensor, noise: float = 1.0) -> Tensor:
        s = self.style(w)  # (B, n_in)
        power = (self.conv.weight * self.conv.scale).square().sum((2, 3))  # (n_out, n_in)
        demodulate = torch.rsqrt(s.square() @ power.T + 1e-8)  # (B, n_out)
        size = torch.linalg.vector_norm(x, dim=(1, 2, 3)) / math.sqrt(x[0].numel())  # (B,)
        x = self.conv(x * (s / size[:, None]).to(x.dtype)[:, :, None, None])
        grain = torch.randn_like(x[:, :1]) if self.training else self.fixed_noise
        x = torch.addcmul(self.bias.to(x.dtype), x, (GAIN * demodulate).to(x.dtype)[:, :, None, None])
        return activate(x + (NOISE * noise * self.noise_strength).to(x.dtype) * grain)


class ToRGB(nn.Module):
    """1 x 1 modulated convolution without demodulation: features -> RGB, added to the skip picture."""

    def __init__(self, n_in: int, z_dim: int):
        super().__init__()
        self.style = EqualLinear(z_dim, n_in, bias=1.0)
        self.conv = EqualConv(
            n_in, 3, 1, gain=0.25
        )  # five levels add up to the contrast of a photo, not to neon

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        return self.conv(x * self.style(w).to(x.dtype)[:, :, None, None]).float()  # pixels are never bfloat16


class Generator(nn.Module):
    """z -> face. Every resolution adds its RGB to the upsampled RGB of the one before (skip generator)."""

    def __init__(self, config: GanConfig):
        super().__init__()
        c, d = config.g_channels, config.z_dim
        self.mapping = Mapping(config)
        self.constant = nn.Parameter(torch.randn(1, c[0], 4, 4))
        self.convs = nn.ModuleList([StyledConv(c[0], c[0], 4, d)])
        self.to_rgb = nn.ModuleList([ToRGB(c[0], d)])
        for i in range(1, len(c)):
            size = 4 * 2**i
            self.convs += [StyledConv(c[i - 1], c[i], size, d), StyledConv(c[i], c[i], size, d)]
            self.to_rgb.append(ToRGB(c[i], d))

    def grow(self, w: Tensor, noise: float = 1.0) -> list[Tensor]:
        """w -> the skip pictures (B, 3, r, r) for r = 4, 8, ..., 64, in about [-1, 1].

        w (B, z_dim), or one for each size, (B, 5, z_dim): style mixing. noise: 1 as trained, 0 without.
        """
        ws = (w if w.dim() == 3 else w[:, None].expand(-1, len(self.to_rgb), -1)).unbind(1)
        x = self.convs[0](self.constant.expand(len(w), -1, -1, -1), ws[0], noise)
        pictures = [self.to_rgb[0](x, ws[0])]
        for i in range(1, len(self.to_rgb)):
            x = enlarge(x)
            x = self.convs[2 * i](self.convs[2 * i - 1](x, ws[i], noise), ws[i], noise)
            pictures.append(enlarge(pictures[-1]) + self.to_rgb[i](x, ws[i]))
        return pictures

    def forward(self, z: Tensor) -> Tensor:
        """z (B, z_dim) -> x (B, 3, 64, 64) in about [-1, 1]."""
        return self.grow(self.mapping(z))[-1]


class ResidualDown(nn.Module):
    """Two 3 x 3 convolutions and a 1 x 1 skip, halving the size. (B, n_in, H, W) -> (B, n_out, H/2, W/2)."""

    def __init__(self, n_in: int, n_out: int):
        super().__init__()
        self.conv1 = EqualConv(n_in, n_in, 3, gain=GAIN)
        self.conv2 = EqualConv(
            n_in, n_out, 3, gain=GAIN * math.sqrt(0.5)
        )  # the sum of two paths has twice the variance
        self.skip = EqualConv(n_in, n_out, 1, bias=False, gain=math.sqrt(0.5))

    def forward(self, x: Tensor) -> Tensor:
        y = activate(self.conv2(F.avg_pool2d(activate(self.conv1(x)), 2)))
        return y + self.skip(F.avg_pool2d(x, 2))


def minibatch_std(x: Tensor, group: int = 4) -> Tensor:
    """Append one channel: the mean standard deviation within groups of pictures (Karras et al. 2018, sec. 3).

    It shows D when a generator repeats itself; in groups of one it is 0. x (B, C, H, W) -> (B, C + 1, H, W).
    """
    b, c, h, wd = x.shape
    g = group if b % group == 0 else b
    std = (x.reshape(g, -1, c, h, wd).var(0, unbiased=False) + 1e-8).sqrt().mean((1, 2, 3))  # (B/g,)
    return torch.cat([x, std.repeat(g).reshape(b, 1, 1, 1).expand(-1, 1, h, wd)], 1)


class Discriminator(nn.Module):
    """x (B, 3, 64, 64) in [-1, 1] -> one logit per picture (B,): above 0 it says "real"."""

    def __init__(self, config: GanConfig):
        super().__init__()
        c = config.d_channels[::-1]
        self.from_rgb = EqualConv(3, c[0], 1, gain=GAIN)
        self.blocks = nn.ModuleList(ResidualDown(a, b) for a, b in zip(c, c[1:], strict=False))
        self.compares = config.minibatch_std
        self.conv = EqualConv(c[-1] + self.compares, c[-1], 3, gain=GAIN)
        self.fc = EqualLinear(c[-1] * 16, c[-1])
        self.out = EqualLinear(c[-1], 1)

    def features(self, x: Tensor) -> list[Tensor]:
        """What D sees on the way: (B, C, r, r) for r = 32, 16, 8, 4."""
        x, seen = activate(self.from_rgb(x)), []
        for block in self.blocks:
            x = block(x)
            seen.append(x)
        return seen

    def forward(self, x: Tensor, group: int = 4) -> Tensor:
        """group: how many pictures are compared with one another; 1: each is judged alone."""
        x = self.features(x)[-1]
        x = activate(self.conv(minibatch_std(x, group) if self.compares else x))
        return self.out(GAIN * activate(self.fc(x.flatten(1)))).squeeze(1)


def d_loss(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """-log D(x) - log(1 - D(G(z))), D = sigmoid(logit), batch mean (Goodfellow 2014, algorithm 1)."""
    return F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()


def g_loss(fake_logits: Tensor) -> Tensor:
    """-log D(G(z)), the improved (non-saturating) objective, batch mean (Goodfellow 2014, sec. 3)."""
    return F.softplus(-fake_logits).mean()


def r1_penalty(real_logits: Tensor, x: Tensor) -> Tensor:
    """E |grad_x D(x)|^2 over real pictures (Mescheder 2018, eq. 9); multiply by gamma / 2."""
    (gradient,) = torch.autograd.grad(real_logits.sum(), x, create_graph=True)
    return gradient.square().sum((1, 2, 3)).mean()


def diff_augment(x: Tensor) -> Tensor:
    """Colour, translation, cutout that gradients pass (Zhao 2020, https://arxiv.org/abs/2006.10738).

    D sees only augmented pictures, real and fake alike, so that it cannot learn nine thousand photos by
    heart.
    """
    b, _, h, wd = x.shape
    u = torch.rand(7, b, 1, 1, 1, device=x.device)
    x = x + (u[0] - 0.5)  # brightness
    grey = x.mean(1, keepdim=True)
    x = grey + (x - grey) * (2 * u[1])  # saturation
    mean = x.mean((1, 2, 3), keepdim=True)
    x = mean + (x - mean) * (u[2] + 0.5)  # contrast
    rows, columns = torch.arange(h, device=x.device), torch.arange(wd, device=x.device)
    dy, dx = ((u[i].flatten() * 2 - 1) * h / 8 for i in (3, 4))  # translation by up to 1/8, zeros beyond
    r = (rows + dy.round().long()[:, None]).clamp(-1, h) + 1  # (B, H) into the zero-padded picture
    c = (columns + dx.round().long()[:, None]).clamp(-1, wd) + 1
    padded = F.pad(x, (1, 1, 1, 1)).permute(0, 2, 3, 1)
    batch = torch.arange(b, device=x.device)[:, None, None]
    x = padded[batch, r[:, :, None], c[:, None, :]].permute(0, 3, 1, 2)
    cy, cx = (u[i].flatten() * h for i in (5, 6))  # cutout: a hole half as wide as the picture
    hole = ((rows - cy[:, None]).abs() < h / 4)[:, :, None] & ((columns - cx[:, None]).abs() < wd / 4)[
        :, None, :
    ]
    return x * ~hole[:, None]


# ---- what serves: loading, sampling, judging ----


class Gan(NamedTuple):
    """The trained pair. G is the moving average of the generator's weights."""

    G: Generator
    D: Discriminator
    config: GanConfig


@once
def load() -> Gan:
    """The shipped networks, ready to serve. Raises WeightsMissing, WeightsDamaged."""
    folder, device = weights.WEIGHTS / NAME, best_device()
    config = weights.load_config(GanConfig, folder)
    G = weights.load(Generator(config), folder / "generator_ema.safetensors")
    D = weights.load(Discriminator(config), folder / "discriminator.safetensors")
    return Gan(weights.ready(G, device), weights.ready(D, device), config)


# Faces that are computed together: their weights are scaled once, so eight take half the time of one by one.
AT_ONCE = 8

# Which of the five sizes a style may be taken from: shape and pose, features, colour and texture.
RANGES = {"coarse": (0, 1), "middle": (2, 3), "fine": (4,)}  # 4 and 8 px, 16 and 32 px, 64 px


def to_w(z: Tensor, psi: float = 1.0, G: Generator | None = None) -> Tensor:
    """z (B, z_dim) -> w truncated towards the mean, w_avg + psi (w - w_avg) (StyleGAN, sec. 2)."""
    mapping = (G or load().G).mapping
    w = mapping(z.to(mapping.w_avg.device))
    return mapping.w_avg + psi * (w - mapping.w_avg)


def faces(w: Tensor, noise: float = 1.0, G: Generator | None = None) -> Tensor:
    """w -> faces (B, 3, 64, 64) in [0, 1], on the CPU.

    w and noise as in `Generator.grow`; G: the shipped generator, or an earlier one.
    """
    G = G or load().G
    return torch.cat([to_unit(G.grow(row, noise)[-1]) for row in w.split(AT_ONCE)]).cpu()


def to_unit(x: Tensor) -> Tensor:
    """A generator's picture, in about [-1, 1], with its pixels in [0, 1]."""
    return x.add(1).div(2).clamp(0, 1)


def sample(seed: int, n: int, psi: float = 1.0) -> Tensor:
    """n faces (n, 3, 64, 64) in [0, 1] from a seed: the same seed, the same faces."""
    return faces(to_w(noise(seed, n, load().config.z_dim), psi))


def critic_logits(x: Tensor) -> Tensor:
    """D's logits (B,) for pictures x (B, 3, 64, 64) in [0, 1], each judged alone (minibatch std is 0)."""
    D = load().D
    rows = (x * 2 - 1).to(D.out.bias.device).split(AT_ONCE)
    return torch.cat([D(row, group=1) for row in rows]).cpu()
