"""Measure the training faces with the shipped VAE: python -m generative.training.outliers --photos PATH

To be run again whenever weights/vae_faces/model.safetensors changes. About two minutes on one thread. Writes
beside the weights, and with their checksum:
outliers.json  over train/ mean and covariance of mu, quantiles of the three measures; val/'s mean percentiles
groups.json    share of train/ and PSNR on val/ by annotated group, where each split has a labels.csv

It does not know what is unusual about a photo, only how unusual it is.
"""

import argparse
import csv
import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from generative import vae, weights
from generative.training.data import files, load_photos
from generative.vae import groups, outliers
from generative.vae.outliers import MEASURES, Reference

RESAMPLES = 2000  # of a group's photos for its interval, and shuffles of the labels
MERGED = {"60-69": "60 or more", "more than 70": "60 or more"}  # three photos make no interval
PIXELS = 3 * 64 * 64


class Seen(NamedTuple):
    """N photos: mu (N, z_dim); ELBO and reconstruction in nats, (N,) each; their file names."""

    mu: Tensor
    elbo: Tensor
    reconstruction: Tensor
    names: list[str]


def see(path: Path, split: str) -> Seen:
    """The photos of a split through the VAE."""
    photos = load_photos(path, 64, split)
    batches = tqdm(photos.pictures.split(outliers.BATCH), desc=f"{split} through the VAE")
    seen = [outliers.see(some.float() / 255) for some in batches]
    columns = [torch.cat([getattr(s, name) for s in seen]) for name in ("mu", "elbo", "reconstruction")]
    return Seen(*columns, [Path(name).name for name in photos.names])


def refer(train: Seen, val: Seen) -> Reference:
    """What outliers.json holds."""
    mean, covariance = train.mu.double().mean(0).tolist(), train.mu.double().T.cov().tolist()
    tables = {}
    held_out = {}
    for name in MEASURES:
        known, new = (_measure(seen, name, mean, covariance) for seen in (train, val))
        tables[name] = [round(value, 4) for value in outliers.quantiles(known)]
        held_out[name] = float(np.mean([outliers.unusual_share(name, v, tables[name]) for v in new.tolist()]))
    return Reference(len(train.mu), len(val.mu), mean, covariance, tables, held_out)


def _measure(seen: Seen, name: str, mean: list[float], covariance: list[list[float]]) -> Tensor:
    return outliers.distances(seen.mu, mean, covariance) if name == "distance" else getattr(seen, name)


# ---- by annotated group ----


def labels(path: Path, split: str) -> dict[str, dict[str, str]]:
    """labels.csv of a split, by file name; empty where there is none."""
    for name, data in files(path, "labels.csv"):
        if split in Path(name).parts:
            rows = csv.DictReader(data.decode().splitlines())
            return {row["file"]: row | {"age": MERGED.get(row["age"], row["age"])} for row in rows}
    return {}


def psnr(reconstruction: Tensor) -> np.ndarray:
    """1/2 squared error of a picture in nats -> PSNR in dB, (N,)."""
    return -10 * np.log10(2 * reconstruction.double().numpy() / PIXELS)


def interval(values: np.ndarray) -> tuple[float, float]:
    """95 % bootstrap interval of the mean of values (N,): the percentiles of RESAMPLES resampled means."""
    draws = np.random.default_rng(0).choice(values, (RESAMPLES, len(values)))
    low, high = np.percentile(draws.mean(1), [2.5, 97.5])
    return float(low), float(high)


def gap(values: np.ndarray, kinds: np.ndarray) -> float:
    """Largest difference between two groups' means. values (N,), kinds (N,) whole numbers from 0."""
    means = np.bincount(kinds, values) / np.bincount(kinds)
    return float(means.max() - means.min())


def shuffled(values: np.ndarray, kinds: np.ndarray) -> float:
    """Share of RESAMPLES shuffles of the labels with a gap at least as large (permutation test)."""
    rng, found = np.random.default_rng(0), gap(values, kinds)
    return float(np.mean([gap(values, rng.permutation(kinds)) >= found for _ in range(RESAMPLES)]))


def group(name: str, train: list[str], val: list[str], values: np.ndarray) -> groups.Group:
    """One group; values (N,): the PSNR of the val photos, whose labels are `val`."""
    own = values[np.array(val) == name]
    return groups.Group(
        name, train.count(name), train.count(name) / len(train), len(own), float(own.mean()), *interval(own)
    )


def by_group(train: Seen, val: Seen, path: Path) -> groups.Measured | None:
    """What groups.json holds; None where the photos have no labels."""
    known, new = labels(path, "train"), labels(path, "val")
    if not known or not new:
        return None
    values, found, chance = psnr(val.reconstruction), {}, {}
    for kind in groups.KINDS:
        of_train, of_val = ([rows[n][kind] for n in s.names] for s, rows in ((train, known), (val, new)))
        found[kind] = [group(name, of_train, of_val, values) for name in sorted(set(of_val))]
        chance[kind] = shuffled(values, np.unique(of_val, return_inverse=True)[1])
    linked = {
        name: float(np.corrcoef(values, [float(new[n][name]) for n in val.names])[0, 1])
        for name in ("sharpness", "brightness")
    }
    return groups.Measured(len(train.mu), len(val.mu), found, chance, linked)


def write(values: dict, name: str) -> None:
    """A JSON file beside the weights, with the checksum of those it belongs to."""
    file = weights.WEIGHTS / vae.model.NAME / name
    file.write_text(json.dumps({"weights": outliers.checksum()} | values, indent=1) + "\n")
    print(f"wrote {weights.shown(file)}")


def main() -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--photos", type=Path, required=True, help="folder or .tar of aligned faces")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads; 0 leaves torch's choice")
    args = parser.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    train, val = see(args.photos, "train"), see(args.photos, "val")
    reference = refer(train, val)
    write(reference._asdict(), "outliers.json")
    print({name: round(mean, 1) for name, mean in reference.held_out.items()}, "mean percentile of val/")
    if measured := by_group(train, val, args.photos):
        groups_as_dicts = {kind: [g._asdict() for g in rows] for kind, rows in measured.groups.items()}
        write(measured._asdict() | {"groups": groups_as_dicts}, "groups.json")
    else:
        print("no labels.csv beside the photos: groups.json is not written")


if __name__ == "__main__":
    main()
