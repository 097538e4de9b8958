"""The model cards of the GAN and of the one that collapsed: what is shipped, and what was measured on it.

Everything is read from weights/, so the card can be written again whenever something new was measured.

It neither trains nor measures.
"""

import json

import torch

from generative import gan, weights
from generative.device import noise
from generative.gan.model import Discriminator, GanConfig
from generative.training import face_card
from generative.training.face_card import Card

WHAT = """64 x 64 pixels; generator {g:.1f}M parameters, discriminator {d:.1f}M. Networks and
losses: `generative/gan/model.py`. `generator_ema.safetensors` (the moving average) is what the app shows;
`generator.safetensors` and `discriminator.safetensors` let training go on; the `snapshot` files are earlier
averages, of the images seen that the table names. `metrics.csv`, where there is one: the losses and the
mean sigmoid of the discriminator's logits while it was trained. `directions.json`:
`python -m generative.training.gan_directions`."""

LIMITS = """Rough: few images on two CPU cores. Eyes may differ, mouths melt, backgrounds are
smears. It knows fairly frontal faces of adults only. It has no p(x) and cannot say which z gives a
photo. Its faces are nobody's; nearness to training photos is measured on coarse features (pose, light,
age), which cannot rule out that a detail was learned by heart. Not for passing off as photos of people."""

COLLAPSED_WHAT = """64 x 64 pixels; generator {g:.1f}M parameters. `gan_faces` as it was after {start:,}
images, trained on with what keeps such a game from collapsing left out: no minibatch standard deviation in
the discriminator, no augmentation (DiffAugment), no R1 penalty, and the generator's learning rate eight times
the discriminator's (`COLLAPSED` in `generative/training/gan.py`). The moving average is over a few steps
only, so that it hides nothing. Kept as a lesson: the app shows it beside the GAN that did not collapse."""

COLLAPSED_LIMITS = """It is meant to fail: whatever z goes in, much the same picture comes out. One run
with one seed: others collapse at another moment, on another picture. Several things were changed at once, so
it does not tell which of them mattered most. Not for making faces."""

TITLES = {
    gan.model.NAME: "gan_faces: a small StyleGAN2 of faces",
    gan.timelapse.COLLAPSED: "gan_collapsed: a GAN that collapsed",
}
COMMANDS = {
    gan.model.NAME: "python -m generative.training.gan --photos PATH --seed 1"
    "  # several runs: docs/training.md",
    gan.timelapse.COLLAPSED: "python -m generative.training.gan --photos PATH --config collapsed --seed 1",
}
MEASURED = """Every shipped version, measured with `benchmarks/face_quality.py` on {v.faces} faces each,
without truncation, on features of `face_attributes`, which no discriminator saw. Photos to as many other
photos have a Frechet distance of {v.floor:.2f}. Spread, sharpness and nearest are shares of photos' own."""
HEADS = ("images seen", "Frechet", "precision", "recall", "spread", "sharpness", "nearest")


@torch.no_grad()
def write(name: str) -> None:
    """README.md and samples.png (64 of the average) of weights/gan_faces or weights/gan_collapsed."""
    folder = weights.WEIGHTS / name
    G = gan.timelapse.load_moment(len(gan.timelapse.moments(name)) - 1, name)
    size, critic = (sum(v.numel() for v in net.parameters()) / 1e6 for net in (G, Discriminator(GanConfig())))
    healthy, progress = name == gan.model.NAME, json.loads((folder / "training.json").read_text())
    card = Card(
        title=TITLES[name],
        what=(WHAT if healthy else COLLAPSED_WHAT).format(g=size, d=critic, start=progress.get("start", 0)),
        tags="gan, stylegan2, faces, education",
        command=COMMANDS[name],
        seed=1,
        images=progress["images"],
        seconds=progress["seconds"],
        results=results(name),
        limits=LIMITS if healthy else COLLAPSED_LIMITS,
        more=versions(name),
        hardware="shared CPU cores, one or two threads",
    )
    face_card.write(card, gan.model.faces(G.mapping(noise(0, 64, G.mapping.w_avg.numel())), G=G), folder)


def results(name: str) -> dict[str, str]:
    """What benchmarks/face_quality.py measured on the newest version, as rows of the card."""
    measured = gan.quality.load() if name == gan.model.NAME else gan.quality.versions(name)
    found = measured and (measured.gan if name == gan.model.NAME else measured.rows[-1].figures)
    if not found:
        return {"Frechet distance and the like": "not measured yet: run benchmarks/face_quality.py"}
    return {
        f"Frechet distance of {measured.faces} faces to training photos": f"{found.frechet:.2f}",
        "the same of photos to other photos (floor)": f"{measured.floor:.2f}",
        "precision, recall": f"{found.precision:.2f}, {found.recall:.2f}",
        "mean distance between two faces (spread)": f"{found.spread:.0%} of photos'",
        "variance of the Laplacian (sharpness)": f"{found.sharpness:.0%} of photos'",
        "median distance to the nearest training photo": f"{found.near:.2f} of held-out photos' own",
    }


def versions(name: str) -> str:
    """A table of every shipped version, images seen first; empty where nothing was measured."""
    found = gan.quality.versions(name)
    if not found:
        return ""
    rows = [HEADS, ["---"] * len(HEADS), *map(_row, found.rows)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"{MEASURED.format(v=found)}\n\n{table}"


def _row(version: gan.quality.Version) -> list[str]:
    f = version.figures
    numbers = (f"{f.frechet:.2f}", f"{f.precision:.2f}", f"{f.recall:.2f}")
    shares = (f"{f.spread:.0%}", f"{f.sharpness:.0%}", f"{f.near:.2f}")
    return [f"{version.images:,}", *numbers, *shares]
