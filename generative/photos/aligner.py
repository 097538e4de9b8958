"""A small network that sees where a face sits wrongly in its frame, and says how to move the frame.

A frame is a square in a picture: centre x, centre y, side (all in pixels) and angle (radians, clockwise on
the screen). In the right frame the eyes lie at EYES and the corners of the mouth at MOUTH. The network learns
without landmarks: take a face that is already aligned, move the frame at random, and learn the way back (a
spatial transformer, https://arxiv.org/abs/1506.02025, that is told the answer).

What it does not know: whether there is a face at all, and faces turned far to the side.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

EYES = ((0.319, 0.296), (0.681, 0.296))  # x, y in sides of the frame, where all training photos have them
MOUTH = ((0.348, 0.657), (0.652, 0.657))


@dataclass(frozen=True)
class AlignerConfig:
    size: int = 64  # pixels of the network's view: the size of the faces that the models know
    window: float = 0.85  # the view's side in frames: eyes and mouth, little background
    channels: tuple[int, ...] = (16, 32, 64, 96)  # each halves the picture: 64 -> 4
    hidden: int = 128


class Aligner(nn.Module):
    """view (B, 3, 64, 64) in [0, 1] -> move (B, 4): x, y in sides of the frame, log of growth, radians."""

    def __init__(self, config: AlignerConfig):
        super().__init__()
        self.config = config
        layers: list[nn.Module] = []
        for c_in, c_out in zip((3, *config.channels), config.channels, strict=False):
            layers += [nn.Conv2d(c_in, c_out, 4, 2, 1), nn.GroupNorm(8, c_out), nn.SiLU()]
        side = config.size // 2 ** len(config.channels)
        self.features = nn.Sequential(*layers, nn.Flatten())
        self.hidden = nn.Linear(config.channels[-1] * side * side, config.hidden)
        self.move = nn.Linear(config.hidden, 4)

    def forward(self, view: torch.Tensor) -> torch.Tensor:
        return self.move(F.silu(self.hidden(self.features(view * 2 - 1))))


def crop(
    x: torch.Tensor, frames: torch.Tensor, size: int, padding: str = "reflection", times: int | None = None
) -> torch.Tensor:
    """The framed squares of x (B, C, H, W), frames (B, 4) -> (B, C, size, size).

    Draws `times` finer and averages, so that a frame of many pixels shrinks without aliasing; by default as
    fine as the largest frame needs. `padding` says what lies outside the picture, in `grid_sample`'s words.
    """
    h, w = x.shape[-2:]
    k = times or min(8, max(1, math.ceil(float(frames[:, 2].max()) / size)))
    cx, cy, side, angle = frames.unbind(1)
    cos, sin = torch.cos(angle) * side, torch.sin(angle) * side
    rows = [cos / w, -sin / w, cx * 2 / w - 1, sin / h, cos / h, cy * 2 / h - 1]
    theta = torch.stack(rows, 1).view(-1, 2, 3)
    grid = F.affine_grid(theta, [len(x), x.shape[1], size * k, size * k], align_corners=False)
    drawn = F.grid_sample(x, grid, "bicubic", padding, align_corners=False)
    return F.avg_pool2d(drawn, k).clamp(0, 1)


def widen(frames: torch.Tensor, factor: float) -> torch.Tensor:
    """The same frames (B, 4) with their sides multiplied."""
    return frames * frames.new_tensor([1, 1, factor, 1])


def moved(frames: torch.Tensor, move: torch.Tensor) -> torch.Tensor:
    """frames (B, 4) after move (B, 4), which is told in each frame's own sides and directions."""
    cx, cy, side, angle = frames.unbind(1)
    dx, dy, growth, turn = move.unbind(1)
    cos, sin = torch.cos(angle), torch.sin(angle)
    return torch.stack(
        [
            cx + side * (cos * dx - sin * dy),
            cy + side * (sin * dx + cos * dy),
            side * growth.exp(),
            angle + turn,
        ],
        1,
    )


def way_back(move: torch.Tensor) -> torch.Tensor:
    """The move (B, 4) that undoes `move`: moved(moved(frame, move), way_back(move)) is frame again."""
    dx, dy, growth, turn = move.unbind(1)
    cos, sin = torch.cos(turn), torch.sin(turn)
    return torch.stack(
        [-(cos * dx + sin * dy) / growth.exp(), (sin * dx - cos * dy) / growth.exp(), -growth, -turn], 1
    )


def landmarks(frames: torch.Tensor) -> torch.Tensor:
    """Where frames (B, 4) put the eyes and the corners of the mouth: (B, 4, 2) in pixels of the picture."""
    cx, cy, side, angle = frames.unbind(1)
    u = torch.tensor([*EYES, *MOUTH], dtype=frames.dtype, device=frames.device) - 0.5
    cos, sin = (torch.cos(angle) * side)[:, None], (torch.sin(angle) * side)[:, None]
    return torch.stack(
        [cx[:, None] + cos * u[:, 0] - sin * u[:, 1], cy[:, None] + sin * u[:, 0] + cos * u[:, 1]], 2
    )


@torch.no_grad()
def refine(model: Aligner, x: torch.Tensor, frames: torch.Tensor, times: int = 2) -> torch.Tensor:
    """Better frames (B, 4) for pictures x (B, 3, H, W): look, move, look again."""
    config = model.config
    for _ in range(times):
        frames = moved(frames, model(crop(x, widen(frames, config.window), config.size)))
    return frames


def loss(move: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Huber loss (B, 4), (B, 4) -> (). A radian or a unit of log size moves an eye by a quarter side."""
    weight = move.new_tensor([1, 1, 0.25, 0.25])
    return F.huber_loss(move * weight, target * weight, delta=0.02)
