"""The tab for programs, about a photo: into noise and back, or with another smile or pose."""

from typing import TypedDict

import gradio as gr

from demos.ui.errors import accepted, spoken
from generative.diffusion import edit


class ApiEdited(TypedDict):
    face: str
    noised: str
    back: str
    psnr: float
    edited: str
    vae: str


def diffusion_edit(
    photo: str,
    t: float = 0.5,
    seed: int = 1,
    smile: float | None = None,
    pose: float | None = None,
    request: gr.Request = None,
) -> ApiEdited:
    """The face on a photo (a data:image/...;base64, URL): with a seed's noise up to t (0 to 1), and what
    comes back, its likeness (PSNR) in dB; and, where a smile or a pose is asked for (-2 to 2 standard
    deviations), the face with it by diffusion and by the VAE. Pictures are data URLs, '' where nothing is
    asked. The photo stays in memory for this call and is neither stored nor logged."""
    with spoken(accepted(request), html=False):
        return edit.edited(photo, t, seed, {"smile": smile, "pose": pose})._asdict()


CALLS = (diffusion_edit,)
