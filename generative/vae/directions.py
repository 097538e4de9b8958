"""Directions of the VAE's latent space: named ones, principal components, the plane smile x head pose.

Measured by generative/training/directions.py on the training faces and stored beside the weights. A
direction is a step in z, `vector`; how far a z lies along it is told by another row of numbers, `reading`:
position = reading . z, with reading . vector = 1. A named step moves its own reading by one standard
deviation of the training faces and leaves the other names' readings where they are.

Directions were found with labels after training. Without labels nothing promises that an axis has one meaning
(Locatello et al. 2019, https://arxiv.org/abs/1811.12359).

It knows no photo and no label: what it loads was measured before.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from generative import weights
from generative.errors import WeightsDamaged
from generative.once import once
from generative.pictures import data_url, sheet, to_image
from generative.vae import model

HOLDS, OTHERS, PROBE = 0.5, 0.5, 0.5  # least correlation, most movement of others, least sight of a probe


class Direction(NamedTuple):
    """A step in z, z_dim numbers: one standard deviation of the training faces.

    correlation: of the step with what a probe of pixels sees in the decoded picture, -1 to 1. others: how
    far the other names' probes move meanwhile, root mean square, in standard deviations. monotone: share of
    faces in which every further step is seen. probe: how well that probe itself does on held-out photos
    (correlation with the label). For a component, share is its part of the variance of mu; what it means is
    open.
    """

    name: str
    vector: list[float]
    reading: list[float]
    correlation: float = 0.0
    others: float = 0.0
    monotone: float = 0.0
    probe: float = 0.0
    share: float = 0.0

    @property
    def holds(self) -> bool:
        """Whether the name may stand on a slider."""
        return self.correlation >= HOLDS and self.others <= OTHERS and self.probe >= PROBE


class Directions(NamedTuple):
    """All that is stored; `weights` is the checksum of the weights they were measured on."""

    weights: int
    named: list[Direction]
    components: list[Direction]


@once
def load() -> Directions:
    """What the recipe stored. Raises WeightsMissing; WeightsDamaged if it belongs to other weights."""
    folder = weights.WEIGHTS / model.NAME
    file = folder / "directions.json"
    stored = weights.measured(file, folder / "model.safetensors")
    try:
        named, components = ([Direction(**d) for d in stored[k]] for k in ("named", "components"))
    except (TypeError, KeyError) as error:
        raise WeightsDamaged(file=weights.shown(file)) from error
    return Directions(stored["weights"], named, components)


def named() -> list[Direction]:
    """The directions whose names hold, best first; "smile" and "pose" are always among them."""
    always = ("smile", "pose")
    chosen = [d for d in load().named if d.holds or d.name in always]
    return sorted(chosen, key=lambda d: (d.name not in always, -d.correlation))


def one(name: str) -> Direction:
    """The direction of this name. Raises KeyError."""
    return {d.name: d for d in load().named}[name]


def solve(mu: Tensor, labels: Tensor, ridge: float = 1e-2) -> tuple[Tensor, Tensor]:
    """Probes and the steps that move them one at a time: readings and vectors, each (K, z_dim).

    mu (N, z_dim), labels (N, K) in standard deviations. The probes W are ridge regressions of the labels on
    mu. Of all steps v with W v = e_k, the one taken is the most probable under the faces' covariance S, the
    smallest in v^T S^-1 v: V = S W^T (W S W^T)^-1 (constrained least squares).
    """
    mu = mu - mu.mean(0)
    covariance = mu.T @ mu / len(mu)
    regular = covariance + ridge * torch.eye(mu.shape[1])
    W = torch.linalg.solve(regular, mu.T @ labels / len(mu)).T  # (K, z_dim)
    V = regular @ W.T @ torch.linalg.inv(W @ regular @ W.T)  # (z_dim, K)
    return W, V.T


# ---- the plane of the lecture: z1 = degree of smile, z2 = head pose ----

REACH = 3.0  # standard deviations to each side
COLUMNS, ROWS = 9, 7  # pose from left to right, smile from bottom to top
CELL = 64  # pixels


class Plane(NamedTuple):
    """Two steps at right angles in z, and what tells where a z lies: position = reading . z."""

    across: Direction  # head pose
    up: Direction  # smile


@once
def plane() -> Plane:
    """Smile as found; pose made orthogonal to it (Gram-Schmidt), each scaled to one standard deviation."""
    up, across = (torch.tensor(one(name).vector) for name in ("smile", "pose"))
    across = across - (across @ up) / (up @ up) * up
    steps = [(name, v, v / (v @ v)) for name, v in (("pose", across), ("smile", up))]
    return Plane(*(Direction(name, v.tolist(), r.tolist()) for name, v, r in steps))


def grid(z: list[float]) -> str:
    """Faces of the plane through z, as one JPEG data URL: 9 columns of pose, 7 rows of smile, +-3 each.

    What z has beside pose and smile, every face of the grid has. Raises LatentInvalid.
    """
    base, (across, up) = model.check(z)[0], plane()
    for d in (across, up):
        base = base - (torch.tensor(d.reading) @ base) * torch.tensor(d.vector)
    x = torch.linspace(-REACH, REACH, COLUMNS).repeat(ROWS)
    y = torch.linspace(REACH, -REACH, ROWS).repeat_interleave(COLUMNS)
    codes = base + x[:, None] * torch.tensor(across.vector) + y[:, None] * torch.tensor(up.vector)
    return data_url(sheet([to_image(face) for face in model.faces(codes)], COLUMNS, CELL), quality=85)
