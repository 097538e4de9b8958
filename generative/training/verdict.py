"""The last word on directions: a probe of edges, which nothing is trained on.

Ridge regression of the photos' labels on how strong edges are, eight ways, in 225 overlapping windows, each
as a share of its neighbourhood (histograms of oriented gradients: Dalal and Triggs 2005,
https://doi.org/10.1109/CVPR.2005.177). No network, no stored weights: it is fitted anew from the photos. The
probes of pixels, the network of weights/face_attributes and the encoder see other features. Light is not
asked of edges: it is the mean of the grey picture, as the label is.

Ridge regression says too little of a label and mixes what goes together in photos. So what it says is turned
back on held-out photos: one whose label is a deviation higher, all other labels alike, reads one higher.

FairFace does not say who is on a photo, so that nobody can promise that no person is in both parts; its own
training and validation parts are kept apart. It knows no model whose faces it judges.
"""

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

CELL, WAYS = 8, 8  # pixels of a window, of which the next begins half a window on; ways an edge may face
FLAT = 0.02  # edges weaker than this are taken for flat
RIDGE = 0.1  # of a feature's mean variance
GREY = (0.299, 0.587, 0.114)
BLUR = tuple(
    n / 16 for n in (1, 4, 6, 4, 1)
)  # so that grain, which models make in different ways, counts little


def edges(x: Tensor) -> Tensor:
    """Faces (N, 3, 64, 64) in [0, 1] -> features (N, 1800)."""
    kernel = torch.outer(torch.tensor(BLUR), torch.tensor(BLUR))[None, None]
    grey = F.conv2d(F.pad(light(x), (2, 2, 2, 2), mode="replicate"), kernel)
    dx = F.pad(grey[..., 2:] - grey[..., :-2], (1, 1, 0, 0))
    dy = F.pad(grey[:, :, 2:] - grey[:, :, :-2], (0, 0, 1, 1))
    angle = (torch.arange(WAYS) * 2 * math.pi / WAYS).view(1, -1, 1, 1)
    facing = F.avg_pool2d(F.relu(dx * angle.cos() + dy * angle.sin()), CELL, CELL // 2)
    strength = F.avg_pool2d((dx.square() + dy.square() + 1e-8).sqrt(), CELL, CELL // 2)
    around = F.avg_pool2d(strength, 5, 1, 2, count_include_pad=False)
    return (facing / (around + FLAT)).flatten(1)


def light(x: Tensor) -> Tensor:
    """Faces (N, 3, H, W) -> their grey pictures (N, 1, H, W)."""
    return (x * x.new_tensor(GREY).view(1, 3, 1, 1)).sum(1, keepdim=True)


class Verdict(NamedTuple):
    """Labels of a face, in standard deviations of the training photos: edges @ weights + offset.

    The column `lit` is not asked of edges: it is the mean grey, (mean - level) / unit.
    """

    weights: Tensor
    offset: Tensor
    lit: int
    level: float
    unit: float

    @torch.no_grad()
    def __call__(self, x: Tensor) -> Tensor:
        """x (N, 3, 64, 64), uint8 or in [0, 1] -> (N, K)."""
        return torch.cat([self.read(rows) for rows in x.split(256)])

    def read(self, x: Tensor) -> Tensor:
        x = x.float() / 255 if x.dtype == torch.uint8 else x
        said = edges(x) @ self.weights + self.offset
        said[:, self.lit] = (light(x).mean((1, 2, 3)) - self.level) / self.unit
        return said


def fit(photos: Tensor, labels: Tensor, held_out: Tensor, labels_val: Tensor, lit: int) -> Verdict:
    """From photos (N, 3, 64, 64) uint8 with labels (N, K) in deviations, others held out; lit: the light."""
    X = torch.cat([edges(x.float() / 255) for x in photos.split(256)])
    mean, shades = X.mean(0), torch.cat([light(x / 255).mean((1, 2, 3)) for x in photos.split(256)])
    X -= mean
    gram = X.T @ X / len(X)
    gram.diagonal().add_(RIDGE * gram.diagonal().mean())
    W = torch.linalg.solve(gram, X.T @ labels / len(X))
    plain = Verdict(W, -mean @ W, lit, shades.mean().item(), shades.std().item())
    kept = [k for k in range(labels.shape[1]) if k != lit]
    back = unmixing(plain(held_out), labels_val, kept)
    W[:, kept], plain.offset[kept] = W[:, kept] @ back, plain.offset[kept] @ back
    return plain


def unmixing(said: Tensor, labels: Tensor, kept: list[int]) -> Tensor:
    """What turns the `kept` columns of what is said (N, K) into labels: said = labels A + rest, A inverted.

    All labels explain what is said, also those that are not kept. A square of as many rows as are kept.
    """
    ones = torch.cat([labels, torch.ones(len(labels), 1)], 1)
    A = torch.linalg.lstsq(ones, said[:, kept]).solution[:-1]
    return torch.linalg.inv(A[kept])
