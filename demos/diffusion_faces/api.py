"""The tab for programs: a face of a seed and a wish, with its way out of the noise."""

import secrets
from typing import TypedDict

import gradio as gr

from demos.ui.errors import accepted, spoken
from demos.ui.watch import all_records
from generative import diffusion
from generative.shelf import Work


class ApiFrame(TypedDict):
    t: float
    noise: str
    face: str


class ApiSample(TypedDict):
    face: str
    frames: list[ApiFrame]


def diffusion_sample(
    seed: int,
    steps: int = 20,
    guidance: float = 1.0,
    smile: float | None = None,
    pose: float | None = None,
    nod: float | None = None,
    brightness: float | None = None,
    age: float | None = None,
    request: gr.Request = None,
) -> ApiSample:
    """A face of 256 px as a data:image/png URL, and the frames of its way, steps + 1 of them: the time t from
    1 to 0, x_t, and the face expected there ('' before the first step), as data URLs.

    steps: 1 to 100. guidance: 0 (as if nothing were asked) to 6. smile, pose, nod: standard deviations, -3 to
    3; brightness: grey levels; age: years, 20 to 70; null leaves it open.
    """
    values = {"smile": smile, "pose": pose, "nod": nod, "brightness": brightness, "age": age}
    wish = diffusion.films.write_wish(values)
    with spoken(accepted(request), html=False):
        work = Work(diffusion.films.frames, (seed, steps, wish, guidance))
        frames = all_records(f"api {secrets.token_hex(8)}", work)
        return {"face": frames[-1].face, "frames": [frame._asdict() for frame in frames]}


CALLS = (diffusion_sample,)
