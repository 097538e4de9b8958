"""The tab for programs: a face from its numbers, numbers from a photo, directions, how unusual it is."""

from typing import TypedDict

import gradio as gr

from demos.ui.errors import accepted, spoken
from generative import photos, vae
from generative.pictures import open_picture
from generative.vae import outliers


class ApiEncoded(TypedDict):
    mu: list[float]
    sigma: list[float]
    aligned: str
    reconstruction: str


class ApiDirection(TypedDict):
    name: str
    source: str
    correlation: float
    others: float
    monotone: float
    moves: float
    vector: list[float]


class ApiInterpolated(TypedDict):
    faces: list[str]
    animation: str


def vae_decode(z: list[float], request: gr.Request = None) -> str:
    """The face of z (32 numbers, clamped to +-10) as a data:image/jpeg URL, 256 px."""
    with spoken(accepted(request), html=False):
        return vae.model.picture(z)


def vae_encode(photo: str, request: gr.Request = None) -> ApiEncoded:
    """q(z | x) of the face on a photo (a data:image/...;base64, URL): mu and sigma, 32 numbers each, the
    aligned face and its reconstruction as data URLs. The photo stays in memory for this call and is neither
    stored nor logged."""
    with spoken(accepted(request), html=False):
        found = vae.model.encode(photos.sources.align(open_picture(photo)).picture)
        return found._asdict()


def vae_directions(request: gr.Request = None) -> list[ApiDirection]:
    """The directions of z that have a name, 32 numbers each, twice: source "taught" (pairs of one person's
    faces by the diffusion model; these serve) and "found" (labels on photos). correlation of the move with
    what a probe of edges sees in the picture; monotone: share of faces in which every further step is seen;
    moves and others: how far it and the other name that moves most go for a step, in standard deviations."""
    with spoken(accepted(request), html=False):
        both = (*vae.directions.named(), *vae.directions.named(vae.directions.FOUND))
        return [{k: getattr(d, k) for k in ApiDirection.__annotations__} for d in both]


def vae_interpolate(
    z1: list[float], z2: list[float], steps: int = 8, request: gr.Request = None
) -> ApiInterpolated:
    """Faces on the straight line from z1 to z2 (32 numbers each), both ends included: `steps` (2 to 120)
    data:image/jpeg URLs of 256 px, and an animation there and back as data:image/webp."""
    with spoken(accepted(request), html=False):
        return {
            "faces": vae.model.interpolate(z1, z2, steps),
            "animation": vae.model.animation(z1, z2, steps),
        }


class ApiPercentiles(TypedDict):
    elbo: float
    reconstruction: float
    distance: float


class ApiOutlier(TypedDict):
    elbo: float
    reconstruction: float
    distance: float
    percentiles: ApiPercentiles


def vae_outlier(photo: str, request: gr.Request = None) -> ApiOutlier:
    """How unusual the face on a photo (a data:image/...;base64, URL) is: ELBO and reconstruction error in
    nats, distance in latent space; percentiles: how many percent of the training faces are more usual. The
    photo stays in memory for this call and is neither stored nor logged."""
    with spoken(accepted(request), html=False):
        found = outliers.of_photo(photo)
        return {name: getattr(found, name) for name in (*outliers.MEASURES, "percentiles")}


CALLS = (vae_outlier, vae_decode, vae_encode, vae_directions, vae_interpolate)
