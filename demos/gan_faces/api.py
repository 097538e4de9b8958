"""The tab for programs: faces of a seed, the way between two, one growing, D's opinion on a photo."""

from typing import TypedDict

import gradio as gr

from demos.ui.errors import accepted, spoken
from generative import gan
from generative.gan import sheets


class ApiSample(TypedDict):
    sheet: str
    faces: list[str]


class ApiWay(TypedDict):
    faces: list[str]
    animation: str


class ApiSize(TypedDict):
    pixels: int
    picture: str
    added: str


class ApiScore(TypedDict):
    p_real: float
    logit: float
    aligned: str


def gan_sample(seed: int, n: int = 16, truncation: float = 1.0, request: gr.Request = None) -> ApiSample:
    """n faces (1 to 64) from a seed, as data URLs: each, and all on one sheet. truncation: psi, 0 to 1.5."""
    with spoken(accepted(request), html=False):
        found = sheets.sample(seed, n, truncation)
        return {"sheet": found.sheet, "faces": found.faces}


def gan_interpolate(seed1: int, seed2: int, steps: int = 8, request: gr.Request = None) -> ApiWay:
    """Faces on the straight line in w from the first face of seed1 to that of seed2, both ends included:
    `steps` (2 to 120) data:image/jpeg URLs of 256 px, and an animation there and back as data:image/webp."""
    with spoken(accepted(request), html=False):
        return gan.styles.interpolate(seed1, seed2, steps)._asdict()


def gan_grow(seed: int, request: gr.Request = None) -> list[ApiSize]:
    """A seed's first face at 4, 8, 16, 32, 64 px, and what each size adds (grey: nothing), as data:image/png
    URLs of just as many pixels."""
    with spoken(accepted(request), html=False):
        return [size._asdict() for size in gan.styles.grow_seed(seed)]


def gan_score(photo: str, request: gr.Request = None) -> ApiScore:
    """D's opinion on the face of a photo (a data:image/...;base64, URL): p_real, the sigmoid of its logit;
    the aligned face that it saw. D was trained with the non-saturating logistic loss on altered pictures and
    judges this one alone. The photo stays in memory for this call and is neither stored nor logged."""
    with spoken(accepted(request), html=False):
        return sheets.score(photo)._asdict()


CALLS = (gan_sample, gan_interpolate, gan_grow, gan_score)
