"""Directions of the VAE's latent space: named ones, principal components, the plane smile x head pose.

Measured by generative/training/directions.py and stored beside the weights. A direction is a step in z,
`vector`; how far a z lies along it is told by another row of numbers, `reading`: position = reading . z, with
reading . vector = 1. A step along a name leaves the other names' readings where they are.

Named twice, after training, since the VAE never saw a label. Taught: by the diffusion model, which draws one
person with two smiles; the step is the mean difference of their codes. Found: by labels on photos; what goes
together there goes together here. Components come from nothing but the codes. Without labels nothing promises
that an axis has one meaning (Locatello et al. 2019, https://arxiv.org/abs/1811.12359).

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
EVEN = 0.9  # share of faces from which a name is said to rise evenly
TAUGHT, FOUND = "taught", "found"


class Direction(NamedTuple):
    """A step in z, z_dim numbers: one standard deviation of what the training faces' codes tell of the name.
    A taught one goes at most half the way between the two faces of a pair, who were told -1.5 and 1.5.

    correlation: of the step with what a probe of edges sees in the decoded picture, -1 to 1. moves: how far
    that goes for a step; others: how far the other name goes that moves most, both in standard deviations, on
    average. monotone: share of faces in which every further step is seen. identity: how far the rest of the
    code goes for two steps, as a share of the distance between two people. probe: how well that probe itself
    does on held-out photos (correlation with the label). consistency: how alike the pairs' differences are,
    their mean cosine with the mean. pixels: correlation, movement of the others (root mean square) and
    monotone as the probes of pixels see it, by which the GAN's directions are judged too. For a component,
    share is its part of the variance of mu; what it means is open.
    """

    name: str
    vector: list[float]
    reading: list[float]
    correlation: float = 0.0
    others: float = 0.0
    monotone: float = 0.0
    probe: float = 0.0
    share: float = 0.0
    moves: float = 0.0
    identity: float = 0.0
    consistency: float = 0.0
    pixels: list[float] = []  # noqa: RUF012 (never written to)
    source: str = ""

    @property
    def holds(self) -> bool:
        """Whether the name may stand on a slider."""
        return self.correlation >= HOLDS and self.others <= OTHERS and self.probe >= PROBE

    @property
    def even(self) -> bool:
        """Whether every further step is seen in nearly every face."""
        return self.monotone >= EVEN


class Directions(NamedTuple):
    """All that is stored; `weights` is the checksum of the weights they were measured on."""

    weights: int
    pairs: int  # of each name
    taught: list[Direction]
    found: list[Direction]
    components: list[Direction]


@once
def load() -> Directions:
    """What the recipe stored. Raises WeightsMissing; WeightsDamaged if it belongs to other weights."""
    folder = weights.WEIGHTS / model.NAME
    file = folder / "directions.json"
    stored = weights.measured(file, folder / "model.safetensors")
    try:
        rows = {key: [Direction(**d) for d in stored[key]] for key in (TAUGHT, FOUND, "components")}
        return Directions(stored["weights"], int(stored["pairs"]), **rows)
    except (TypeError, KeyError, ValueError) as error:
        raise WeightsDamaged(file=weights.shown(file)) from error


def named(source: str = TAUGHT) -> list[Direction]:
    """The directions whose names hold: "smile" and "pose" first and always, then the others, best first."""
    always = ["smile", "pose"]
    chosen = [d for d in getattr(load(), source) if d.holds or d.name in always]
    place = {name: i for i, name in enumerate(always)}
    return sorted(chosen, key=lambda d: (place.get(d.name, len(place)), not d.even, -d.correlation))


def one(name: str, source: str = TAUGHT) -> Direction:
    """The direction of this name. Raises KeyError."""
    return {d.name: d for d in getattr(load(), source)}[name]


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

REACH = 2.0  # steps to each side: as far as the names are judged
COLUMNS, ROWS = 9, 7  # pose from left to right, smile from bottom to top
CELL = 64  # pixels


class Plane(NamedTuple):
    """Two steps at right angles in z, and what tells where a z lies: position = reading . z."""

    across: Direction  # head pose
    up: Direction  # smile


@once
def plane() -> Plane:
    """Smile as taught; pose made orthogonal to it (Gram-Schmidt), by whole steps."""
    up, across = (torch.tensor(one(name).vector) for name in ("smile", "pose"))
    across = across - (across @ up) / (up @ up) * up
    steps = [(name, v, v / (v @ v)) for name, v in (("pose", across), ("smile", up))]
    return Plane(*(Direction(name, v.tolist(), r.tolist()) for name, v, r in steps))


def grid(z: list[float]) -> str:
    """Faces of the plane through z, as one JPEG data URL: 9 columns of pose, 7 rows of smile, +-REACH each.

    What z has beside pose and smile, every face of the grid has. Raises LatentInvalid.
    """
    base, (across, up) = model.check(z)[0], plane()
    for d in (across, up):
        base = base - (torch.tensor(d.reading) @ base) * torch.tensor(d.vector)
    x = torch.linspace(-REACH, REACH, COLUMNS).repeat(ROWS)
    y = torch.linspace(REACH, -REACH, ROWS).repeat_interleave(COLUMNS)
    codes = base + x[:, None] * torch.tensor(across.vector) + y[:, None] * torch.tensor(up.vector)
    return data_url(sheet([to_image(face) for face in model.faces(codes)], COLUMNS, CELL), quality=85)
