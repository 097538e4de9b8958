"""Find the GAN's directions: python -m generative.training.gan_directions --photos PATH

Writes weights/gan_faces/directions.json. Principal components of 100,000 mapped w, and SeFa (eigenvectors of
the style layers' weights), both for three ranges of sizes. Names are steps solved for as the VAE's are
(`vae.directions.solve`), on what probes of pixels see in the GAN's own faces; the probes were fitted on
labelled photos, never on `gender` or `race`, and never saw the GAN.

It does not know what a component means: it writes down what a probe saw.
"""

import argparse
import json
from pathlib import Path

import torch
from torch import Tensor
from tqdm import tqdm

from generative import gan, vae, weights
from generative.device import noise
from generative.gan.directions import ALWAYS, Direction
from generative.gan.model import RANGES
from generative.training.data import load_photos
from generative.training.directions import (
    LABELS,
    STEPS,
    PixelProbe,
    correlation,
    fit_probe,
    held,
    read_labels,
)

MAPPED = 100_000  # w for the principal components
PER_RANGE = 4  # principal components, and as many of SeFa, that are stored for each range
WEAKEST = 0.4  # a range through which a named step moves less than this share of its effect is not taken
SIZES = RANGES | {"all": tuple(range(5))}


class Probes:
    """What the labels' probes see in the GAN's faces, in standard deviations of its own faces."""

    def __init__(self, probe: PixelProbe, seen: Tensor):
        self.probe, self.mean, self.std = probe, seen.mean(0), seen.std(0)

    def __call__(self, x: Tensor) -> Tensor:
        """x (B, 3, 64, 64) in [0, 1] -> (B, K)."""
        return (self.probe(x) - self.mean) / self.std


def principal(w: Tensor) -> Tensor:
    """The first PER_RANGE principal components of w (N, z_dim), each of length 1: (PER_RANGE, z_dim)."""
    _, vectors = torch.linalg.eigh(w.T.cov())
    return vectors.T.flip(0)[:PER_RANGE]


def sefa(levels: tuple[int, ...]) -> Tensor:
    """The unit steps to which the style layers of these sizes answer most: (PER_RANGE, z_dim).

    The first eigenvectors of A^T A, A the layers' weights one above the other (SeFa, eq. 7).
    """
    G = gan.model.load().G
    layers = [G.convs[0]] if 0 in levels else []
    layers += [G.convs[i] for level in levels if level for i in (2 * level - 1, 2 * level)]
    layers += [G.to_rgb[level] for level in levels]
    A = torch.cat([layer.style.weight * layer.style.scale for layer in layers]).cpu()
    _, vectors = torch.linalg.eigh(A.T @ A)
    return vectors.T.flip(0)[:PER_RANGE]


@torch.no_grad()
def watch(w: Tensor, d: Direction, probes: Probes) -> Tensor:
    """What the probes see while every w (N, z_dim) takes the STEPS: (steps, N, K)."""
    w = gan.directions.spread(w)
    return torch.stack([probes(gan.model.faces(gan.directions.step(w, d, t))) for t in STEPS])


def slope(seen: Tensor, k: int) -> float:
    """How far label k moves for a step of one, on average."""
    ends = seen[[0, -1], :, k].mean(1)
    return ((ends[1] - ends[0]) / (STEPS[-1] - STEPS[0])).item()


def plain(name: str, kind: str, sizes: str, vector: Tensor) -> Direction:
    """A direction of which nothing has been measured."""
    return Direction(name, kind, list(SIZES[sizes]), vector.tolist(), name, 0.0, 0.0, 0.0, 0.0, 0.0)


def judged(d: Direction, seen: Tensor, k: int, holds: Tensor) -> Direction:
    """The direction with what label k's probe saw of it, rounded for the file."""
    figures = held(seen, k)._asdict() | {"moves": slope(seen, k), "probe": holds[k].item()}
    vector = [round(v, 4) for v in d.vector]
    return d._replace(
        says=list(LABELS)[k], vector=vector, **{name: round(v, 3) for name, v in figures.items()}
    )


def name_one(k: int, vector: Tensor, w: Tensor, probes: Probes, holds: Tensor) -> Direction:
    """The label's step at the sizes where it moves the others least, scaled to one standard deviation."""
    name, found = list(LABELS)[k], []
    for sizes in SIZES:
        d = plain(name, "named", sizes, vector)
        seen = watch(w, d, probes)
        if (by := slope(seen, k)) >= WEAKEST or sizes == "all":
            found.append((held(seen, k).others / max(by, 1e-3), sizes, max(by, WEAKEST)))
    _, sizes, by = min(found)
    d = plain(name, "named", sizes, vector / by)
    return judged(d, watch(w, d, probes), k, holds)


def describe(d: Direction, w: Tensor, probes: Probes, holds: Tensor) -> Direction:
    """A component, turned so that the probe that it moves most rises; the figures are that probe's."""
    seen = watch(w, d, probes)
    k = max(range(seen.shape[2]), key=lambda k: abs(slope(seen, k)))
    if slope(seen, k) < 0:
        d, seen = d._replace(vector=[-v for v in d.vector]), seen.flip(0)
    return judged(d, seen, k, holds)


def components(mapped: Tensor) -> list[Direction]:
    """SeFa and principal components of every range, each step one standard deviation of w along it."""
    found = []
    for sizes, levels in RANGES.items():
        for kind, vectors in (("sefa", sefa(levels)), ("pca", principal(mapped))):
            steps = vectors * (mapped @ vectors.T).std(0)[:, None]
            found += [plain(f"{i + 1}", kind, sizes, v) for i, v in enumerate(steps)]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photos", type=Path, required=True, help="aligned photos with labels.csv")
    parser.add_argument("--fit", type=int, default=4000, help="faces on which steps are solved for")
    parser.add_argument("--judge", type=int, default=40, help="other faces on which they are judged")
    args = parser.parse_args()
    train, val = (load_photos(args.photos, 64, split) for split in ("train", "val"))
    raw, raw_val = (read_labels(args.photos, photos.names) for photos in (train, val))
    labels, labels_val = ((r - raw.mean(0)) / raw.std(0) for r in (raw, raw_val))
    probe = fit_probe(train.pictures, labels)
    holds = correlation(probe(val.pictures.float() / 255), labels_val)
    mapped = gan.model.to_w(noise(0, MAPPED, gan.model.load().config.z_dim)).cpu()
    fit, others = mapped[: args.fit], mapped[args.fit : args.fit + args.judge]
    seen = torch.cat([probe(gan.model.faces(row)) for row in tqdm(fit.split(1), desc="faces")])
    probes = Probes(probe, seen)
    vectors = vae.directions.solve(fit, (seen - seen.mean(0)) / seen.std(0))[1]
    named = [name_one(k, v, others, probes, holds) for k, v in enumerate(tqdm(vectors, desc="names"))]
    found = [describe(d, others, probes, holds) for d in tqdm(components(mapped), desc="components")]
    for d in [*named, *found]:
        print(f"{d.range} {d._replace(vector=[], levels=[])}")
    folder = weights.WEIGHTS / gan.model.NAME
    stored = {"weights": weights.checksum(folder / "generator_ema.safetensors")}
    stored |= {"named": [d._asdict() for d in named if d.holds or d.name in ALWAYS]}
    stored |= {"components": [d._asdict() for d in found]}
    (folder / gan.directions.FILE).write_text(json.dumps(stored) + "\n")


if __name__ == "__main__":
    main()
