"""How good generated faces are, measured: Frechet distance, precision, recall, spread, nearest photo.

All on features of a small network that was trained on labelled photos to tell pose, smile, light and age; no
discriminator saw it. Heusel et al. 2017 (https://arxiv.org/abs/1706.08500); Kynkäänniemi et al. 2019
(https://arxiv.org/abs/1904.06991). The features are our own: these distances compare with one another and
with no published FID. benchmarks/face_quality.py measures and stores them.

It does not know what people take for real.
"""

import json
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from generative import vae, weights
from generative.device import best_device
from generative.errors import WeightsDamaged
from generative.gan import model
from generative.once import once

ATTRIBUTES = "face_attributes"
FILE, VERSIONS, PHOTOS = "quality.json", "versions.json", "photos.safetensors"
MODELS = {  # name -> folder and file of its weights
    "vae": (vae.model.NAME, "model.safetensors"),
    "gan": (model.NAME, "generator_ema.safetensors"),
    "diffusion": ("diffusion_faces", "model.safetensors"),
}
NEIGHBOURS = 3  # k of precision and recall, as in the paper


@dataclass(frozen=True)
class AttributesConfig:
    """Sizes of the network whose features are compared."""

    channels: tuple[int, ...] = (32, 64, 96, 128)  # halving 64 px to 4: 0.03 GFLOP a face
    features: int = 64  # few, so that a covariance is well known from some thousand faces
    labels: tuple[str, ...] = ("smile", "pose", "nod", "brightness", "age")


class Attributes(nn.Module):
    """x (B, 3, 64, 64) in [0, 1] -> labels (B, K) in standard deviations of the training photos."""

    def __init__(self, config: AttributesConfig):
        super().__init__()
        self.config = config
        widths = (3, *config.channels)
        blocks = []
        for a, b in zip(widths, widths[1:], strict=False):
            blocks += [nn.Conv2d(a, b, 4, 2, 1), nn.GroupNorm(8, b), nn.LeakyReLU(0.2)]
        self.body = nn.Sequential(*blocks, nn.Flatten(), nn.Linear(config.channels[-1] * 16, config.features))
        self.head = nn.Linear(config.features, len(config.labels))

    def features(self, x: Tensor) -> Tensor:
        """(B, 3, 64, 64) in [0, 1] -> (B, features)."""
        return F.leaky_relu(self.body(x * 2 - 1), 0.2)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.features(x))


@once
def attributes() -> Attributes:
    """The shipped network, ready to serve. Raises WeightsMissing, WeightsDamaged."""
    folder = weights.WEIGHTS / ATTRIBUTES
    model = Attributes(weights.load_config(AttributesConfig, folder))
    return weights.ready(weights.load(model, folder / "model.safetensors"), best_device())


@torch.no_grad()
def features(x: Tensor) -> Tensor:
    """Faces (N, 3, 64, 64), uint8 or in [0, 1] -> (N, features), on the CPU."""
    found = []
    for rows in x.split(64):
        rows = rows.float() / 255 if rows.dtype == torch.uint8 else rows
        found.append(attributes().features(rows.to(best_device())).cpu())
    return torch.cat(found)


def frechet(a: Tensor, b: Tensor) -> float:
    """|mu_a - mu_b|^2 + tr(S_a + S_b - 2 (S_a S_b)^1/2) of features (N, d) and (M, d)."""
    a, b = a.double(), b.double()
    S_a, S_b = a.T.cov(), b.T.cov()
    values, vectors = torch.linalg.eigh(S_a)
    root = vectors @ torch.diag(values.clamp_min(0).sqrt()) @ vectors.T
    cross = torch.linalg.eigvalsh(root @ S_b @ root).clamp_min(0).sqrt().sum()  # same trace, symmetric
    distance = (a.mean(0) - b.mean(0)).square().sum() + S_a.trace() + S_b.trace() - 2 * cross
    return max(distance.item(), 0.0)


def covered(manifold: Tensor, x: Tensor) -> float:
    """Share of x (M, d) that lies within the k-th neighbour's reach of some point of a manifold (N, d).

    Precision: manifold real, x generated. Recall: the other way round (Kynkäänniemi 2019, eq. 1 and 2).
    """
    reach = torch.cdist(manifold, manifold).kthvalue(NEIGHBOURS + 1).values  # the nearest of all is itself
    return (torch.cdist(x, manifold) <= reach).any(1).float().mean().item()


def nearest(x: Tensor, photos: Tensor) -> Tensor:
    """The distance (M,) from each x (M, d) to its nearest of the photos (N, d)."""
    return torch.cdist(x, photos).min(1).values


def spread(x: Tensor) -> float:
    """Mean distance between two of x (N, d): small where a generator repeats itself."""
    return torch.pdist(x).mean().item()


# ---- each face and its nearest training photo ----


class TrainingPhotos(NamedTuple):
    """Features (N, d) of the training photos; held-out photos' median distance to the nearest of them."""

    features: Tensor
    held_out: float


def save_training_photos(train: Tensor, held_out: Tensor) -> None:
    """Store the features of the training photos (N, d) beside the network, in fp16, sorted so that no order
    tells which is whose; and how near held-out photos (M, d) come to them."""
    folder = weights.WEIGHTS / ATTRIBUTES
    facts = {
        "weights": str(weights.checksum(folder / "model.safetensors")),
        "held_out": f"{nearest(held_out, train).median():.4f}",
    }
    train = train[train[:, 0].argsort()].half().contiguous()
    save_file({"features": train}, folder / PHOTOS, metadata=facts)


@once
def training_photos() -> TrainingPhotos:
    """What `save_training_photos` stored. Raises WeightsMissing, WeightsDamaged."""
    folder = weights.WEIGHTS / ATTRIBUTES
    file = folder / PHOTOS
    weights.need(file)
    try:
        with safe_open(file, framework="pt") as stored:
            facts, found = stored.metadata(), stored.get_tensor("features").float()
        if int(facts["weights"]) != weights.checksum(folder / "model.safetensors"):
            raise WeightsDamaged(file=weights.shown(file))
        return TrainingPhotos(found, float(facts["held_out"]))
    except (SafetensorError, OSError, TypeError, KeyError, ValueError) as error:
        raise WeightsDamaged(file=weights.shown(file)) from error


def nearness(x: Tensor) -> list[float]:
    """How far each face (N, 3, 64, 64) in [0, 1] is from its nearest training photo; 1: as far as a photo
    that was held out (the median). Raises WeightsMissing, WeightsDamaged."""
    photos = training_photos()
    return (nearest(features(x), photos.features) / photos.held_out).tolist()


# ---- what was stored ----


class Figures(NamedTuple):
    """Of one model: sharpness as a share of photos'; Frechet distance; precision; recall.

    near: its faces' median distance to the nearest training photo, as a share of held-out photos' own.
    spread: mean distance between two of its faces, as a share of photos'.
    """

    sharpness: float
    frechet: float
    precision: float
    recall: float
    near: float
    spread: float


class Quality(NamedTuple):
    """Figures of each model on `faces` faces, None where they belong to other weights or were not measured.

    floor: Frechet distance of as many photos to others.
    """

    faces: int
    floor: float
    vae: Figures | None
    gan: Figures | None
    diffusion: Figures | None = None


def load() -> Quality | None:
    """What the benchmark stored for the shipped weights, or None where it measured none of them.

    Raises WeightsMissing, WeightsDamaged.
    """
    file = weights.WEIGHTS / model.NAME / FILE
    if not file.is_file():
        return None
    try:
        stored = json.loads(file.read_text())
        marked = {m for m, mark in stored["weights"].items() if m in MODELS and mark == marks(m)}
        rows = {m: Figures(**stored[m]) if m in marked else None for m in MODELS}
        found = Quality(int(stored["faces"]), float(stored["floor"]), **rows)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise WeightsDamaged(file=weights.shown(file)) from error
    return found if any(rows.values()) else None


def marks(model: str) -> int:
    """The checksum of a model's weights."""
    name, file = MODELS[model]
    return weights.checksum(weights.WEIGHTS / name / file)


class Version(NamedTuple):
    """Images seen, and the figures of the generator of then."""

    images: int
    figures: Figures


class Versions(NamedTuple):
    """Every shipped version of a GAN, on `faces` faces each; floor: Frechet distance of as many photos."""

    faces: int
    floor: float
    rows: list[Version]


def versions(name: str = model.NAME) -> Versions | None:
    """What the benchmark stored for weights/<name>, or None where it has not measured them.

    Raises WeightsMissing, WeightsDamaged.
    """
    file = weights.WEIGHTS / name / VERSIONS
    if not file.is_file():
        return None
    stored = weights.measured(file, file.parent / "generator_ema.safetensors")
    try:
        rows = [Version(row["images"], Figures(*(row[f] for f in Figures._fields))) for row in stored["rows"]]
        return Versions(stored["faces"], stored["floor"], rows)
    except (TypeError, KeyError) as error:
        raise WeightsDamaged(file=weights.shown(file)) from error
