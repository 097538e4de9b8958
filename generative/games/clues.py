"""After the answer: where to look in a quiz picture, and how a generated face came to be.

Knows no round: it is told where a picture comes from.
"""

import functools
from typing import NamedTuple

from generative import diffusion, gan, photos
from generative.games import fakes
from generative.games.fakes import Recipe
from generative.games.quiz import Level
from generative.pictures import data_url, sheet, to_image

CLUES = ("eyes", "glasses", "teeth", "symmetry", "background")


def regions(source: photos.sources.Source, level: Level) -> dict[str, tuple[float, float, float, float]]:
    """Where to look: clue -> left, top, width, height of its region, in sides of the picture.

    Found from where alignment puts eyes and mouth, in units of the eyes' distance.
    """
    at = photos.levelling.landmarks(source, level.crop)
    (left, top), (right, _) = at["eye_left"], at["eye_right"]
    (m_left, mouth), (m_right, _) = at["mouth_left"], at["mouth_right"]
    eye, middle = right - left, (left + right) / 2
    boxes = {
        "eyes": (left - 0.35 * eye, top - 0.28 * eye, 1.7 * eye, 0.56 * eye),
        "glasses": (left - 0.6 * eye, top - 0.4 * eye, 2.2 * eye, 0.95 * eye),
        "teeth": (m_left - 0.12 * eye, mouth - 0.28 * eye, m_right - m_left + 0.24 * eye, 0.62 * eye),
        "symmetry": (middle - 0.03, 0.04, 0.06, 0.92),
        "background": (0.0, 0.0, 1.0, max(0.08, top - 0.75 * eye)),
    }
    return {name: _inside(box) for name, box in boxes.items()}


def _inside(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    left, top, width, height = box
    right, bottom = min(1.0, left + width), min(1.0, top + height)
    left, top = max(0.0, left), max(0.0, top)
    return round(left, 3), round(top, 3), round(right - left, 3), round(bottom - top, 3)


class Youth(NamedTuple):
    """How a face came to be: one picture of moments side by side. Of a GAN face the images seen at each, of a
    diffusion face the share of noise left, 1 to 0."""

    picture: str
    images: tuple[int, ...] = ()
    noise: tuple[float, ...] = ()


@functools.lru_cache(maxsize=64)
def youth(recipe: Recipe, cell: int = 96) -> Youth | None:
    """A GAN face at every stored moment of training up to its own, a diffusion face on its way out of the
    noise, computed now; None for what neither made."""
    if recipe.maker == "gan":
        images = tuple(seen for seen in gan.timelapse.seen() if seen <= recipe.images)
        faces = [to_image(gan.timelapse.face(recipe.seed, recipe.psi, at)) for at in range(len(images))]
        return Youth(data_url(sheet(faces, len(faces), cell)), images)
    if recipe.maker == "diffusion":
        steps = [(1.0, diffusion.faces.begin([recipe.seed])), *((m.t, m.x) for m in fakes.walk(recipe))]
        faces = [to_image(diffusion.faces.to_unit(x)[0]) for _, x in steps]
        return Youth(data_url(sheet(faces, len(faces), cell)), noise=tuple(round(t, 2) for t, _ in steps))
    return None
