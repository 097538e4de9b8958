"""Find the VAE's named directions: python -m generative.training.directions --photos PATH

Takes the shipped VAE and the photos' labels.csv (measured: nose_x, nose_y, mouth_width, brightness;
annotated: age), never `gender` or `race`. Writes weights/vae_faces/directions.json: vectors, principal
components, and how well each name holds. Names are judged on decoded pictures by probes of pixels that never
saw the VAE: ridge regressions on the photos' first principal components (probes.safetensors, a filter each).

It does not change the VAE, which never saw a label.
"""

import argparse
import csv
import json
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import save_file
from torch import Tensor

from generative import vae, weights
from generative.device import noise
from generative.training.data import files, load_photos
from generative.vae.directions import Direction
from generative.vae.measure import posterior

# FairFace's age groups
AGES = {"20-29": 25, "30-39": 35, "40-49": 45, "50-59": 55, "60-69": 65, "more than 70": 75}
LABELS = {  # name of the direction -> column and what turns its text into a number
    "smile": ("mouth_width", float),
    "pose": ("nose_x", float),
    "nod": ("nose_y", float),
    "brightness": ("brightness", float),
    "age": ("age", AGES.__getitem__),
}
PIXELS = 150  # principal components of the photos that a probe sees
STEPS = (-2.0, -1.0, 0.0, 1.0, 2.0)  # moves on which names are judged
FACES = 400  # faces that are moved
COMPONENTS = 12  # principal components of mu that are stored


def read_labels(path: Path, names: list[str]) -> Tensor:
    """(N, K), in the order of `names` (files) and LABELS; from the labels.csv in a folder or .tar."""
    rows: dict[str, dict[str, str]] = {}
    for _, data in files(path, "labels.csv"):
        rows |= {row["file"]: row for row in csv.DictReader(data.decode().splitlines())}
    chosen = [rows[Path(name).name] for name in names]
    return torch.tensor([[float(read(row[c])) for c, read in LABELS.values()] for row in chosen])


class PixelProbe(NamedTuple):
    """Labels of a picture, in standard deviations of the training photos: ((x - mean) basis) weights."""

    mean: Tensor
    basis: Tensor
    weights: Tensor

    def __call__(self, x: Tensor) -> Tensor:
        """x (B, 3, 64, 64) in [0, 1] -> (B, K)."""
        return (x.flatten(1) - self.mean) @ self.basis @ self.weights

    def filters(self) -> Tensor:
        """What each probe looks for, as pictures (K, 3, 64, 64): its answer is x . filter plus a constant."""
        return (self.basis @ self.weights).T.reshape(-1, 3, 64, 64)


def fit_probe(photos: Tensor, labels: Tensor) -> PixelProbe:
    """Ridge regression of standardised labels (N, K) on the principal components of photos (N, 3, H, W)."""
    x = photos.float().div(255).flatten(1)
    mean = x.mean(0)
    torch.manual_seed(0)  # the random start of the decomposition
    _, _, basis = torch.svd_lowrank(x - mean, q=PIXELS, niter=2)
    code = (x - mean) @ basis
    gram = code.T @ code + 1e-3 * len(x) * torch.eye(PIXELS) * code.var()
    return PixelProbe(mean, basis, torch.linalg.solve(gram, code.T @ labels))


def correlation(a: Tensor, b: Tensor) -> Tensor:
    """Pearson's, column by column: (N, K), (N, K) -> (K,)."""
    a, b = a - a.mean(0), b - b.mean(0)
    return (a * b).sum(0) / (a.norm(dim=0) * b.norm(dim=0)).clamp_min(1e-12)


class Held(NamedTuple):
    """How well one name holds; see Direction."""

    correlation: float
    others: float
    monotone: float


@torch.no_grad()
def judge(model: vae.model.Vae, vector: Tensor, k: int, codes: Tensor, probe: PixelProbe) -> Held:
    """Move every code (N, z_dim) along the vector, decode, and see what the probe of pixels sees."""
    return held(torch.stack([probe(model.decoder(codes + t * vector)) for t in STEPS]), k)


def held(seen: Tensor, k: int) -> Held:
    """How well label k follows the STEPS, by what the probes saw: (steps, N, K)."""
    change = seen - seen[STEPS.index(0.0)]  # from each face's own middle
    steps = torch.tensor(STEPS)[:, None].expand(-1, seen.shape[1])
    own = correlation(steps.reshape(-1, 1), change[..., k].reshape(-1, 1)).item()
    moved = change[[0, -1]].abs() / 2  # a step of one, seen from two
    rest = [j for j in range(moved.shape[2]) if j != k]
    others = moved[..., rest].square().mean().sqrt().item()
    return Held(own, others, (seen[1:, :, k] > seen[:-1, :, k]).all(0).float().mean().item())


def components(mu: Tensor) -> list[Direction]:
    """Principal components of mu (N, z_dim), each step one standard deviation."""
    values, vectors = torch.linalg.eigh(mu.T.cov())
    found = []
    for i in range(1, COMPONENTS + 1):
        v, deviation = vectors[:, -i], values[-i].sqrt()
        v = v * v[v.abs().argmax()].sign()  # v and -v are one component: let its largest number be positive
        share = (values[-i] / values.sum()).item()
        found.append(Direction(f"{i}", (v * deviation).tolist(), (v / deviation).tolist(), share=share))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photos", type=Path, required=True, help="aligned photos with labels.csv")
    args = parser.parse_args()
    model, folder = vae.model.load(), weights.WEIGHTS / vae.model.NAME
    train, val = (load_photos(args.photos, 64, split) for split in ("train", "val"))
    raw, raw_val = (read_labels(args.photos, photos.names) for photos in (train, val))
    labels, labels_val = ((r - raw.mean(0)) / raw.std(0) for r in (raw, raw_val))
    probe = fit_probe(train.pictures, labels)
    holds = correlation(probe(val.pictures.float() / 255), labels_val)
    mu = posterior(model, train.pictures).mean.cpu()
    readings, vectors = vae.directions.solve(mu, labels)
    step = ((mu - mu.mean(0)) @ readings.T).std(0)[:, None]  # of what the code tells of a label
    readings, vectors = readings / step, vectors * step
    codes = mu[noise(0, len(mu)).argsort()[:FACES]]
    named = []
    for k, name in enumerate(LABELS):
        held = judge(model, vectors[k], k, codes, probe)
        rows = vectors[k].tolist(), readings[k].tolist()
        named.append(Direction(name, *rows, **held._asdict(), probe=holds[k].item()))
        print(f"{name}: {held}, probe {holds[k]:.2f}")
    stored = {"weights": weights.checksum(folder / "model.safetensors")}
    stored |= {"named": [d._asdict() for d in named], "components": [d._asdict() for d in components(mu)]}
    (folder / "directions.json").write_text(json.dumps(stored, indent=1) + "\n")
    filters = dict(zip(LABELS, probe.filters().half().contiguous(), strict=True))
    save_file({name: f.clone() for name, f in filters.items()}, folder / "probes.safetensors")


if __name__ == "__main__":
    main()
