"""Publishing the diffusion model of faces: its weights in fp16, how they were trained, its card.

Everything is read from weights/, so the card can be written again whenever something new was measured.

It neither trains nor measures.
"""

import json
import shutil
from pathlib import Path
from statistics import fmean, stdev

import torch

from generative import gan, weights
from generative.diffusion import faces, model
from generative.diffusion.model import DiffusionConfig, UNet
from generative.training import checkpoint, face_card
from generative.training.face_card import Card
from generative.training.language_card import hardware

__all__ = ["STEPS", "hardware", "publish", "write"]

SHARED = "shared with three other runs"  # how the shipped weights were trained
STEPS = "steps.json"  # what benchmarks/diffusion_steps.py measured
TRAINING = ("images", "seconds", "loss", "held_out", "config", "seed", "hardware")  # of a run's progress

WHAT = """Flow matching, 64 x 64 pixels, {size:.1f}M parameters, 2.8 GFLOP a call. Network and loss:
`generative/diffusion/model.py`; how one walks from noise to a face: `generative/diffusion/sampler.py`. It can
be told smile (width of the mouth), pose, nod, brightness and age, each in deviations from the training
photos' mean (`config.json`), or any part of them, or nothing: each number was hidden from it in 30 % of the
photos and all of them in 15 %. A mirrored photo was told the opposite pose. Gender and race, which FairFace
annotates, it was never told. `model.safetensors` is the moving average of the weights, in half precision.
The samples are drawn as the app draws a face whose way is not shown, nothing told: {walk.steps} steps of
{walk.solver} (Zhang and Chen 2022), bend {walk.bend:g}."""

LIMITS = """A small classifier tells its faces from photos, if less often than the other models'
(docs/performance.md). Hands, hats and teeth may break. Light and background vary less than in photos. It
knows fairly frontal faces of adults only. A pose more than about two deviations away breaks the face, and age
follows weakly. The labels are measured on photos by machine, so "smile" means a wide mouth. A photo run
backwards to its noise does not end in N(0, I). Its loss is lower on photos it was trained on than on held-out
ones, so it has begun to learn its photos by heart: further training needs more of them. Its faces are as far
from the nearest training photo as held-out photos are, which speaks for faces that are nobody's and does not
prove it. Not for passing off as photos of people."""

MORE = """Each walk from noise to face, measured by `benchmarks/diffusion_steps.py` on {n} sets of {faces}
faces, nothing told: Frechet distance to as many training photos on features of `face_attributes`, mean over
the sets and standard deviation between them (photos to other photos: {floor:.2f}); variance of the Laplacian
as a share of photos'. A bend below 1 makes the first steps shorter: t = (1 - i / steps)^bend.

| walk | steps | bend | network calls | Frechet distance | sharpness |
|---|---|---|---|---|---|
{rows}"""

COMMAND = (
    "python -m generative.training.diffusion --photos PATH --config {config}"
    " --minutes {minutes:.1f} --seed {seed}"
)


@torch.no_grad()
def publish(folder: Path) -> None:
    """Copy the run's newest average and its log to weights/diffusion_faces/, and write the card."""
    config = weights.load_config(DiffusionConfig, folder)
    target, network = weights.WEIGHTS / model.NAME, UNet(config)
    progress = checkpoint.load(folder, {"average": network}, {})
    if progress is None:
        raise SystemExit(f"nothing to publish: no checkpoint in {folder}")
    weights.save_config(config, target)
    weights.save(network, target / model.FILE)
    if (folder / "metrics.csv").is_file():
        shutil.copyfile(folder / "metrics.csv", target / "metrics.csv")
    (target / STEPS).unlink(missing_ok=True)  # it was measured on the weights before
    training = {k: progress[k] for k in TRAINING}
    (target / "training.json").write_text(json.dumps(training, indent=1) + "\n")
    model.load.cache_clear()
    write()
    print(f"published {progress['images']:,} images to {weights.shown(target)}")


def write() -> None:
    """README.md and samples.png (64 unpicked) of weights/diffusion_faces."""
    folder = weights.WEIGHTS / model.NAME
    training = json.loads((folder / "training.json").read_text())
    size = sum(p.numel() for p in model.load().parameters()) / 1e6
    card = Card(
        title="diffusion_faces: faces out of noise",
        what=WHAT.format(size=size, walk=faces.FAST),
        tags="diffusion, flow-matching, faces, education",
        command=command(training),
        seed=training["seed"],
        images=training["images"],
        seconds=training["seconds"],
        results=results(training),
        limits=LIMITS,
        more=steps(folder),
        hardware=training["hardware"],
        share=1 / 4 if SHARED in training["hardware"] else 1.0,
    )
    face_card.write(card, faces.sample(range(64)), folder)


def command(training: dict) -> str:
    """The line that trained it, and what else one has to know of it."""
    line = COMMAND.format(minutes=training["seconds"] / 60, **training)
    return f"{line}{training.get('note', '')}"


def results(training: dict) -> dict[str, str]:
    """The losses, and what benchmarks/face_quality.py measured, as rows of the card."""
    rows = {"loss on held-out photos, all told": f"{training['held_out']:.4f}"}
    if "trained" in training:
        rows["the same on photos it was trained on"] = f"{training['trained']:.4f}"
    rows["loss in training, some of it hidden"] = f"{training['loss']:.4f}"
    measured = gan.quality.load()
    found = measured and measured.diffusion
    if not found:
        return rows | {"Frechet distance and the like": "not measured yet: run benchmarks/face_quality.py"}
    return rows | {
        f"Frechet distance of {measured.faces} faces to training photos": f"{found.frechet:.2f}",
        "the same of photos to other photos (floor)": f"{measured.floor:.2f}",
        "precision, recall": f"{found.precision:.2f}, {found.recall:.2f}",
        "mean distance between two faces (spread)": f"{found.spread:.0%} of photos'",
        "variance of the Laplacian (sharpness)": f"{found.sharpness:.0%} of photos'",
        "median distance to the nearest training photo": f"{found.near:.2f} of held-out photos' own",
    }


def steps(folder: Path) -> str:
    """The table of walks; empty where nothing was measured on these weights."""
    if not (folder / STEPS).is_file():
        return ""
    stored = weights.measured(folder / STEPS, folder / model.FILE)
    rows = "\n".join(_row(row) for row in stored["rows"])
    return MORE.format(n=len(stored["seeds"]), faces=stored["faces"], floor=stored["floor"], rows=rows)


def _row(row: dict) -> str:
    distance = f"{fmean(row['frechet']):.2f} ({stdev(row['frechet']):.2f})"
    sharp = f"{fmean(row['sharpness']):.0%}"
    return f"| {row['solver']} | {row['steps']} | {row['bend']:g} | {row['calls']} | {distance} | {sharp} |"
