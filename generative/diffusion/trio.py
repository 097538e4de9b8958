"""One wish, three models: the same smile and turn asked of a face of the VAE, of the GAN and of diffusion.

The VAE and the GAN never saw a label: their steps came afterwards (`vae.directions`, `gan.directions`).
The diffusion model was told these numbers in training. A step of 1 is one standard deviation: for the VAE of
its code of the photos, for the GAN of what a probe sees in its own faces, for diffusion of the photos.

How well each obeys was measured by benchmarks/one_wish.py, which stores it beside the diffusion weights. It
does not know who asks.
"""

import json
from collections.abc import Iterator
from typing import NamedTuple

from torch import Tensor

from generative import gan, vae, weights
from generative.diffusion import faces, model, wishes
from generative.diffusion.sampler import Moment
from generative.errors import WeightsDamaged, check_seed, within
from generative.gan.sheets import Style
from generative.pictures import data_url, to_image
from generative.pool import Job

NAMES = vae.portrait.NAMES  # smile, pose
REACH = 2.0  # steps to each side, of all three: beyond, faces break
STYLE = Style(psi=0.8)  # of the GAN's face, as on its sheet
SIZE = 256  # pixels of a picture
FILE = "one_wish.json"
MODELS = ("vae", "gan", "diffusion")


def checked(seed: object, steps: object) -> tuple[int, list[float]]:
    """A seed and a step for each of NAMES. Raises NumberOutOfRange."""
    given = dict(zip(NAMES, steps, strict=False)) if isinstance(steps, list) else {}
    return check_seed(seed), [within(name, given.get(name), -REACH, REACH) for name in NAMES]


# ---- the three faces ----


def by_vae(seed: int, steps: list[float]) -> Tensor:
    """The VAE's face of a seed, moved: (3, 64, 64) in [0, 1]. Raises NumberOutOfRange, WeightsMissing."""
    return vae.model.faces(vae.portrait.plus(vae.model.mixture_z(seed), steps))[0]


def by_gan(seed: int, steps: list[float]) -> Tensor:
    """The GAN's, the first of that seed's sheet."""
    wanted = dict(zip(NAMES, steps, strict=True))
    amounts = [wanted.get(d.name, 0.0) for d in gan.directions.load().named]
    return gan.directions.moved(f"{seed}::0", amounts, STYLE)


def way(seed: int, steps: list[float]) -> Iterator[Moment]:
    """The diffusion model's way to its face out of that seed's noise, a few calls of the network."""
    return faces.out_of_noise([seed], wishes.wish(dict(zip(NAMES, steps, strict=True))))


def quick(seed: object, steps: object) -> list[str]:
    """The VAE's and the GAN's face as JPEG data URLs. Raises NumberOutOfRange, WeightsMissing,
    WeightsDamaged."""
    seed, steps = checked(seed, steps)
    return [data_url(to_image(x), SIZE) for x in (by_vae(seed, steps), by_gan(seed, steps))]


def finished(job: Job[Moment]) -> str:
    """The face at the end of a `way` that a pool walks, as a JPEG data URL; "" if another took its place."""
    found, done = [], False
    while not done:
        fresh, done, _, _ = job.since(len(found), 5.0)
        found += fresh
    if not found or found[-1].t > 0:
        return ""
    return data_url(to_image(faces.to_unit(found[-1].x)[0]), SIZE)


# ---- how well each obeys ----


class Obeyed(NamedTuple):
    """How one model answers one name, asked for -2 to 2 in steps of 1, as the network of
    weights/face_attributes reads its faces.

    correlation: of the step with what is read. moves: how far that goes for a step, in standard deviations of
    the photos: 1 would be just what was asked. others: how far the other four readings go, root mean square.
    """

    correlation: float
    moves: float
    others: float


class Figures(NamedTuple):
    """Of one model: by name; sharpness as a share of held-out photos'; seconds a face on one thread."""

    obeyed: dict[str, Obeyed]
    sharpness: float
    seconds: float


class Measured(NamedTuple):
    """On `faces` faces of each of MODELS."""

    faces: int
    models: dict[str, Figures]


def marks() -> dict[str, object]:
    """The checksum of every model's weights, of the VAE's steps and of the network that judges; how the
    diffusion model walks."""
    judge = weights.WEIGHTS / gan.quality.ATTRIBUTES / "model.safetensors"
    steps = weights.WEIGHTS / vae.model.NAME / "directions.json"
    seen = {"judge": weights.checksum(judge), "steps": weights.checksum(steps), "walk": list(faces.FAST)}
    return {name: gan.quality.marks(name) for name in MODELS} | seen


def read(row: dict) -> Figures:
    """Of one model, as the benchmark stores it."""
    obeyed = {name: Obeyed(**row["obeyed"][name]) for name in NAMES}
    return Figures(obeyed, float(row["sharpness"]), float(row["seconds"]))


def figures() -> Measured | None:
    """What the benchmark stored, or None where it belongs to other weights. Raises WeightsMissing,
    WeightsDamaged."""
    file = weights.WEIGHTS / model.NAME / FILE
    if not file.is_file():
        return None
    try:
        stored = json.loads(file.read_text())
        if stored["weights"] != marks():
            return None
        return Measured(int(stored["faces"]), {name: read(stored["models"][name]) for name in MODELS})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise WeightsDamaged(file=weights.shown(file)) from error
