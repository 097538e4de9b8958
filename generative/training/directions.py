"""Find the VAE's named directions: python -m generative.training.directions --photos PATH --pairs DIR

Twice. Taught, which serves: the mean difference of the codes of one person's two faces by the diffusion model
(`pairs`, made into DIR where they are not there). Found: labels.csv (measured: nose_x, nose_y, mouth_width,
brightness; annotated: age) against the codes of the photos, only where the width of the mouth and what a
probe of pixels sees of a smile agree; background and annotated groups are held constant and never offered.

Writes weights/vae_faces/directions.json: both, principal components, and how well each name holds on moved
codes, by `verdict`, and by the probes of pixels with which the GAN's are judged too: ridge regressions on the
photos' first principal components (probes.safetensors, a filter each). None of these probes saw the VAE.

It does not change the VAE, which never saw a label.
"""

import argparse
import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import save_file
from torch import Tensor

from generative import vae, weights
from generative.training import pairs, verdict
from generative.training.data import Photos, files, load_photos
from generative.vae.directions import Direction
from generative.vae.measure import posterior

Judge = Callable[[Tensor], Tensor]  # faces (N, 3, 64, 64) in [0, 1] -> labels (N, K) in deviations

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
FACES = 200  # faces that are moved, drawn where the training faces lie
MIRRORED = "pose"  # the label whose sign changes in a mirror, so that its mean is 0
AGREE = 1.0  # deviations: farther apart, the two measures of a smile do not speak of the same thing
GROUPS = ("gender", "race")  # held constant, never offered
BORDER = 4  # pixels at the sides and the top that are taken for background
COMPONENTS = 12  # principal components of mu that are stored


def table(path: Path) -> list[dict[str, str]]:
    """All rows of every labels.csv in a folder or .tar."""
    found = [csv.DictReader(data.decode().splitlines()) for _, data in files(path, "labels.csv")]
    return [row for rows in found for row in rows]


def read_labels(path: Path, names: list[str]) -> Tensor:
    """(N, K), in the order of `names` (files) and LABELS; from the labels.csv in a folder or .tar."""
    rows = {row["file"]: row for row in table(path)}
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


def held(seen: Tensor, k: int) -> Held:
    """How well label k follows the STEPS, by what the probes saw: (steps, N, K)."""
    change = seen - seen[STEPS.index(0.0)]  # from each face's own middle
    steps = torch.tensor(STEPS)[:, None].expand(-1, seen.shape[1])
    own = correlation(steps.reshape(-1, 1), change[..., k].reshape(-1, 1)).item()
    moved = change[[0, -1]].abs() / 2  # a step of one, seen from two
    rest = [j for j in range(moved.shape[2]) if j != k]
    others = moved[..., rest].square().mean().sqrt().item()
    return Held(own, others, (seen[1:, :, k] > seen[:-1, :, k]).all(0).float().mean().item())


# ---- photos, with what is known of them ----


class Labelled(NamedTuple):
    """Photos (N, 3, 64, 64) uint8, labels (N, K) in deviations, and what is held constant (N, C)."""

    photos: Tensor
    labels: Tensor
    constant: Tensor

    def mirrored(self) -> "Labelled":
        """The photos and, behind them, each in a mirror."""
        sign = torch.ones(self.labels.shape[1])
        sign[list(LABELS).index(MIRRORED)] = -1
        both = ((self.photos, self.photos.flip(3)), (self.labels, self.labels * sign))
        return Labelled(*(torch.cat(pair) for pair in both), self.constant.repeat(2, 1))


def standard(raw: Tensor, of: Tensor) -> Tensor:
    """Labels (N, K) in deviations of the labels `of` (M, K); the mirrored one's mean is 0."""
    mean = of.mean(0)
    mean[list(LABELS).index(MIRRORED)] = 0
    return (raw - mean) / (of - mean).square().mean(0).sqrt()


def straight(labels: Tensor) -> Tensor:
    """Labels (N, K) without what of them leans with the head's turn: no smile can depend on its side, the
    measured width of the mouth does."""
    turn = list(LABELS).index(MIRRORED)
    pose = labels[:, turn : turn + 1]
    lean = labels.T @ pose / pose.square().sum()  # (K, 1)
    lean[turn] = 0
    return labels - pose @ lean.T


def constants(path: Path, photos: Photos) -> Tensor:
    """What is held constant: the border's mean colour, and each annotated group as a column of 0 and 1."""
    x = photos.pictures.float() / 255
    sides = torch.cat([x[:, :, :, :BORDER], x[:, :, :, -BORDER:]], 3).mean((2, 3))
    rows = {Path(r["file"]).name: r for r in table(path)}
    columns = [sides, x[:, :, :BORDER].mean((2, 3))]
    for group in GROUPS:
        said = [rows[Path(name).name][group] for name in photos.names]
        columns += [torch.tensor([[float(s == one)] for s in said]) for one in sorted(set(said))[1:]]
    return torch.cat(columns, 1)


# ---- found and taught ----


class Steps(NamedTuple):
    """A step in z for each name and what reads it, (K, z_dim) each; how consistent its pairs are, (K,)."""

    vectors: Tensor
    readings: Tensor
    consistency: Tensor


def both_ways(probe: PixelProbe, photos: Tensor) -> Tensor:
    """What a probe says of photos (N, 3, 64, 64) uint8, the mean of each and its mirror image: (N, K)."""
    said = [probe((x.float() + x.flip(3)) / 510) for x in photos.split(256)]  # a linear probe: of their mean
    return torch.cat(said)


def find(known: Labelled, mu: Tensor, seen: Tensor) -> Steps:
    """From the labels of photos with the codes mu (N, z_dim); seen (N,): the other measure of a smile."""
    smile = known.labels[:, list(LABELS).index("smile")]
    clean = (smile - seen).abs() < AGREE
    mu, labels, constant = mu[clean], known.labels[clean], known.constant[clean]
    readings, vectors = vae.directions.solve(without(constant, mu), without(constant, labels))
    by = deviations(readings, mu)
    return Steps(vectors * by, readings / by, torch.zeros(len(by)))


def without(constant: Tensor, x: Tensor) -> Tensor:
    """What of x (N, d) the columns of constant (N, C) do not explain (partial regression: Frisch and Waugh
    1933, https://doi.org/10.2307/1907330)."""
    ones = torch.cat([constant, torch.ones(len(x), 1)], 1)
    return x - ones @ torch.linalg.lstsq(ones, x).solution


@torch.no_grad()
def teach(model: vae.model.Vae, folder: Path, n: int, mu: Tensor) -> Steps:
    """From n pairs of each name: half the mean difference of a pair's codes, but at most one deviation of
    what is read in the photos' codes mu (N, z_dim), so that no step leaves where codes lie."""
    apart = []
    for name in LABELS:
        low, high = (encoded(model, x) for x in pairs.load(folder, name, n))
        apart.append((high - low) / 2)
    v = torch.stack([d.mean(0) for d in apart])
    alike = torch.stack([torch.cosine_similarity(d, d.mean(0)[None]).mean() for d in apart])
    readings = amounts(v, mu)
    by = deviations(readings, mu).clamp(max=1)
    return Steps(v * by, readings / by, alike)


def deviations(readings: Tensor, mu: Tensor) -> Tensor:
    """The standard deviation of each reading (K, z_dim) of the codes mu (N, z_dim): (K, 1)."""
    return ((mu - mu.mean(0)) @ readings.T).std(0)[:, None]


def amounts(v: Tensor, mu: Tensor) -> Tensor:
    """What reads how much of each step v (K, z_dim) is in a code, by generalised least squares: (K, z_dim).

    Of all readings R with R v^T = 1, the one that varies least among the codes mu (N, z_dim).
    """
    spread = mu.T.cov() + 1e-2 * torch.eye(mu.shape[1])
    pulled = torch.linalg.solve(spread, v.T).T
    return torch.linalg.solve(pulled @ v.T, pulled)


def drawn(seeds: range) -> Tensor:
    """Codes where the training faces lie, (n, z_dim)."""
    return torch.tensor([vae.model.mixture_z(seed) for seed in seeds])


# ---- how well they hold ----


@torch.no_grad()
def judged(model: vae.model.Vae, steps: Steps, source: str, see: Judge, pixels: Judge) -> list[Direction]:
    """Every name with its figures, on FACES codes moved by the STEPS."""
    codes, found = drawn(range(FACES)), []
    for k, name in enumerate(LABELS):
        faces = [decoded(model, codes + t * steps.vectors[k]) for t in STEPS]
        seen, rough = (torch.stack([probe(x) for x in faces]) for probe in (see, pixels))
        own, moved = held(seen, k), (seen[-1] - seen[0]).mean(0) / (STEPS[-1] - STEPS[0])
        figures = {
            "correlation": own.correlation,
            "others": max(abs(moved[j].item()) for j in range(len(LABELS)) if j != k),
            "monotone": own.monotone,
            "moves": moved[k].item(),
            "identity": strayed(model, faces, steps),
            "consistency": steps.consistency[k].item(),
        }
        rows = {"vector": steps.vectors[k].tolist(), "reading": steps.readings[k].tolist()}
        rounded = {key: round(value, 3) for key, value in figures.items()}
        like = [round(value, 3) for value in held(rough, k)]
        found.append(Direction(name, **rows, **rounded, pixels=like, source=source))
        print(source, name, rounded, "pixels", like, flush=True)
    return found


def strayed(model: vae.model.Vae, faces: list[Tensor], steps: Steps) -> float:
    """How far the person changes from the middle to an end: the part of the code read from the picture that
    no name speaks of, as a share of the distance between two people's."""
    ends = [encoded(model, faces[i]) for i in (0, len(faces) // 2, -1)]
    free = [code - code @ steps.readings.T @ steps.vectors for code in ends]
    away = torch.cat([(free[i] - free[1]).norm(dim=1) for i in (0, 2)]).mean()
    return (away / (free[1] - free[1].roll(1, 0)).norm(dim=1).mean()).item()


def decoded(model: vae.model.Vae, codes: Tensor) -> Tensor:
    """Codes (N, z_dim) -> faces (N, 3, 64, 64), a few at a time."""
    return torch.cat([model.decoder(part) for part in codes.split(25)])


def encoded(model: vae.model.Vae, x: Tensor) -> Tensor:
    """Faces (N, 3, 64, 64) -> the means of their codes (N, z_dim)."""
    return torch.cat([model.encoder(part).mean for part in x.split(50)])


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
    parser.add_argument("--pairs", type=Path, required=True, help="a folder for pairs; may be thrown away")
    parser.add_argument("--each", type=int, default=160, help="pairs of each name")
    args = parser.parse_args()
    model = vae.model.load()
    train, val = (load_photos(args.photos, 64, split) for split in ("train", "val"))
    raw, raw_val = (read_labels(args.photos, photos.names) for photos in (train, val))
    known = Labelled(train.pictures, standard(raw, raw), constants(args.photos, train))
    apart = Labelled(val.pictures, standard(raw_val, raw), torch.zeros(len(val.names), 0)).mirrored()
    pixels = fit_probe(train.pictures, (raw - raw.mean(0)) / raw.std(0))
    see = verdict.fit(*known.mirrored()[:2], *apart[:2], lit=list(LABELS).index("brightness"))
    reliable = correlation(see(val.pictures), standard(raw_val, raw)).tolist()
    print("verdict on held-out photos", dict(zip(LABELS, reliable, strict=True)), flush=True)
    exact = known._replace(labels=straight(known.labels)).mirrored()
    mu = posterior(model, exact.photos).mean.cpu()
    steps = {
        "taught": teach(model, args.pairs, args.each, mu),
        "found": find(exact, mu, both_ways(pixels, exact.photos)[:, 0]),
    }
    both = {key: judged(model, one, key, see, pixels) for key, one in steps.items()}
    store(both, reliable, components(mu[: len(raw)]), args.each, pixels)


def store(both: dict, reliable: list[float], parts: list[Direction], each: int, pixels: PixelProbe) -> None:
    """directions.json and probes.safetensors, beside the weights that they belong to."""
    folder = weights.WEIGHTS / vae.model.NAME
    stored = {"weights": weights.checksum(folder / "model.safetensors"), "pairs": each}
    for key, found in both.items():
        rows = zip(found, reliable, strict=True)
        stored[key] = [d._replace(probe=round(r, 3))._asdict() for d, r in rows]
    stored["components"] = [d._asdict() for d in parts]
    (folder / "directions.json").write_text(json.dumps(stored, indent=1) + "\n")
    filters = dict(zip(LABELS, pixels.filters().half().contiguous(), strict=True))
    save_file({name: f.clone() for name, f in filters.items()}, folder / "probes.safetensors")


if __name__ == "__main__":
    main()
