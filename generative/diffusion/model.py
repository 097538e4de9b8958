"""A diffusion model of faces, 64 x 64 pixels: the network, its loss.

Lipman et al., "Flow Matching for Generative Modeling", 2022, https://arxiv.org/abs/2210.02747
Liu et al., "Flow Straight and Fast: Rectified Flow", 2022, https://arxiv.org/abs/2209.03003

A straight line leads from each face x0 to pure noise, x_t = (1 - t) x0 + t noise with t from 0 to 1. Walking
it at constant speed, the velocity is v = noise - x0. The network sees x_t and t and guesses v; what it learns
is the mean of all lines that pass there. `sampler` walks back along the guesses, from noise to a face.

The network is also told some numbers about the face. In training they are often hidden (Ho and Salimans 2022,
https://arxiv.org/abs/2207.12598), so it knows faces without being told as well.

Left out: self-conditioning, a learned variance, latents (pixels are few here). It does not know how a wish is
written (`wishes`), nor how one walks.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from generative import weights
from generative.device import best_device
from generative.once import once

NAME = "diffusion_faces"
FILE = "model.safetensors"
WAVES, SLOWEST = 64, 10_000.0  # pairs of sine and cosine that tell the time; the slowest one's period
GROUPS = 32  # of GroupNorm


@dataclass(frozen=True)
class DiffusionConfig:
    """Sizes of the network, and what its five numbers mean: each in deviations from the photos' mean."""

    size: int = 64  # pixels
    channels: tuple[int, ...] = (96, 160, 256)  # at 32, 16, 8 pixels: 2.8 GFLOP a call, 46 ms on a slow core
    blocks: int = 2  # residual blocks at each size
    heads: int = 4  # of the attention at 8 pixels
    embedding: int = 192  # numbers that tell time and wish
    attributes: tuple[str, ...] = ("smile", "pose", "nod", "brightness", "age")
    mean: tuple[float, ...] = (0.0,) * 5
    deviation: tuple[float, ...] = (1.0,) * 5


# ---- the network ----


def zero(layer: nn.Module) -> nn.Module:
    """The layer with all its numbers at 0: what it is added to begins unchanged."""
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)
    return layer


def waves(t: Tensor) -> Tensor:
    """Times (B,) in [0, 1] -> (B, 128): cosines and sines, fast to slow (Vaswani et al. 2017, sec. 3.5)."""
    speed = torch.exp(torch.arange(WAVES, device=t.device) * (-math.log(SLOWEST) / WAVES))
    angle = 1000.0 * t[:, None] * speed
    return torch.cat([angle.cos(), angle.sin()], 1)


class ResBlock(nn.Module):
    """x plus a correction by two 3 x 3 convolutions (He et al. 2015); time and wish stretch and shift its
    channels halfway (FiLM, Perez et al. 2017)."""

    def __init__(self, channels: int, embedding: int):
        super().__init__()
        self.norm1 = nn.GroupNorm(GROUPS, channels)
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.film = nn.Linear(embedding, 2 * channels)
        self.norm2 = nn.GroupNorm(GROUPS, channels)
        self.conv2 = zero(nn.Conv2d(channels, channels, 3, padding=1))

    def forward(self, x: Tensor, e: Tensor) -> Tensor:
        """x (B, C, H, W), e (B, embedding) -> (B, C, H, W)."""
        scale, shift = self.film(e)[:, :, None, None].chunk(2, 1)
        h = self.norm2(self.conv1(F.silu(self.norm1(x)))) * (1 + scale) + shift
        return x + self.conv2(F.silu(h))


class Attention(nn.Module):
    """Every place looks at every other (Vaswani et al. 2017), so that both eyes look one way."""

    def __init__(self, channels: int, heads: int):
        super().__init__()
        self.heads = heads
        self.norm = nn.GroupNorm(GROUPS, channels)
        self.qkv = nn.Conv2d(channels, 3 * channels, 1)
        self.out = zero(nn.Conv2d(channels, channels, 1))

    def forward(self, x: Tensor, e: Tensor) -> Tensor:
        """x (B, C, H, W) -> (B, C, H, W); e is not looked at."""
        b, c, h, w = x.shape
        qkv = self.qkv(self.norm(x)).permute(0, 2, 3, 1).reshape(b, h * w, 3, self.heads, c // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)  # (B, heads, places, C / heads) each
        mixed = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(b, h, w, c)
        return x + self.out(mixed.permute(0, 3, 1, 2))


class UNet(nn.Module):
    """x_t, t and a wish -> the velocity (Ronneberger et al. 2015; Ho et al. 2020).

    The picture is folded 2 x 2 (3 x 64 x 64 becomes 12 x 32 x 32), goes down to 8 x 8, where the network sees
    the whole face, and up again; on its way up each size is shown what it had on its way down.
    """

    def __init__(self, config: DiffusionConfig):
        super().__init__()
        c, e, n = config.channels, config.embedding, len(config.attributes)
        self.config = config
        self.time = nn.Sequential(nn.Linear(2 * WAVES, e), nn.SiLU(), nn.Linear(e, e))
        self.wish = nn.Sequential(nn.Linear(2 * n, e), nn.SiLU(), nn.Linear(e, e))
        self.null = nn.Parameter(torch.zeros(e))  # stands for "nothing is told"
        self.stem = nn.Conv2d(12, c[0], 3, padding=1)
        self.down = nn.ModuleList(self._blocks(width) for width in c[:-1])
        self.shrink = nn.ModuleList(nn.Conv2d(a, b, 2, 2) for a, b in zip(c, c[1:], strict=False))
        middle = self._blocks(c[-1])
        self.middle = nn.ModuleList([middle[0], Attention(c[-1], config.heads), *middle[1:]])
        self.join = nn.ModuleList(nn.Conv2d(a + b, a, 1) for a, b in zip(c[-2::-1], c[:0:-1], strict=True))
        self.up = nn.ModuleList(self._blocks(width) for width in c[-2::-1])
        self.norm = nn.GroupNorm(GROUPS, c[0])
        self.head = zero(nn.Conv2d(c[0], 12, 3, padding=1))

    def _blocks(self, width: int) -> nn.ModuleList:
        return nn.ModuleList(ResBlock(width, self.config.embedding) for _ in range(self.config.blocks))

    def forward(self, x: Tensor, t: Tensor, c: Tensor, keep: Tensor) -> Tensor:
        """The guessed velocity (B, 3, size, size).

        x (B, 3, size, size) is x_t, pixels of faces in [-1, 1]; t (B,) from 0, a face, to 1, noise. c (B,
        attributes): the wish in deviations; keep (B, attributes): 1 where it counts, 0 where it is left open.
        """
        told = self.wish(torch.cat([c * keep, keep], 1))
        told = torch.where(keep.any(1, keepdim=True), told, self.null.to(told.dtype))
        e = F.silu(self.time(waves(t)) + told)
        x, seen = self.stem(F.pixel_unshuffle(x, 2)), []
        for blocks, shrink in zip(self.down, self.shrink, strict=True):
            x = through(blocks, x, e)
            seen.append(x)
            x = shrink(x)
        x = through(self.middle, x, e)
        for blocks, join in zip(self.up, self.join, strict=True):
            x = join(torch.cat([F.interpolate(x, scale_factor=2.0), seen.pop()], 1))
            x = through(blocks, x, e)
        return F.pixel_shuffle(self.head(F.silu(self.norm(x))), 2)


def through(blocks: nn.ModuleList, x: Tensor, e: Tensor) -> Tensor:
    """x (B, C, H, W) through blocks, one after another."""
    for block in blocks:
        x = block(x, e)
    return x


# ---- the loss ----


class Drawn(NamedTuple):
    """What chance adds to a batch: times (B,), what is told (B, attributes), noise of the photos' shape."""

    t: Tensor
    keep: Tensor
    noise: Tensor


def draw(x0: Tensor, attributes: int, even: float = 0.1, hide: float = 0.3, hide_all: float = 0.15) -> Drawn:
    """Times, told numbers and noise for a batch, from torch's generator of the batch's device.

    Times: the logistic function of a normal number, most of them in the middle, where guessing is hardest
    (Esser et al. 2024, https://arxiv.org/abs/2403.03206, sec. 3.1), and a share `even` evenly, because the
    walk begins and ends where those hardly come. `hide`: each number's chance to be hidden; `hide_all`:
    that of all together.
    """
    n, device = len(x0), x0.device
    t = torch.sigmoid(torch.randn(n, device=device))
    t = torch.where(torch.rand(n, device=device) < even, torch.rand(n, device=device), t)
    keep = torch.rand(n, attributes, device=device) >= hide
    keep = keep & (torch.rand(n, 1, device=device) >= hide_all)
    return Drawn(t, keep.float(), torch.randn_like(x0))


def flow_loss(network: nn.Module, x0: Tensor, c: Tensor, drawn: Drawn) -> Tensor:
    """|v_guessed - (noise - x0)|^2, mean over pixels and batch (Lipman 2022, eq. 14 with their x_0 as noise).

    x0 (B, 3, size, size) in [-1, 1], c (B, attributes). About 1.3 for a network that says 0.
    """
    s = drawn.t[:, None, None, None]
    x_t = (1 - s) * x0 + s * drawn.noise
    return F.mse_loss(network(x_t, drawn.t, c, drawn.keep).float(), drawn.noise - x0)


# ---- what serves ----


@once
def load() -> UNet:
    """The shipped network, ready to serve. Raises WeightsMissing, WeightsDamaged."""
    folder = weights.WEIGHTS / NAME
    network = UNet(weights.load_config(DiffusionConfig, folder))
    return weights.ready(weights.load(network, folder / FILE), best_device())
