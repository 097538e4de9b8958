"""Sliders that drive a picture: the picture follows the hand, and the latest move wins.

The component draws its own range inputs and calls Python straight (`server_functions`), past Gradio's queue,
so a move costs little more than the picture itself. Python answers one call of a visitor at a time; while it
works, moves in between are dropped, never queued. The value, in both directions, is
{"values": the code, "picture": data URL, "context": text, "posterior": {"mu", "sigma"} or nothing}; the
context (which two faces, say) goes back with each move. "follows": true says that the values are those that
stood there when Python was asked; a hand that went on meanwhile wins. With "sway": true from Python the first
slider sways once, as it does where Python sets nothing.

With a Film, its first slider is a way: a button plays along it, and "stations", data URLs from Python, stand
beside it at even steps, from one end to the other; a tap on one goes there. It plays once by itself.

A slider is a direction of the code: it stands at reading . code, and moving it by t adds t vector. Sliders of
several groups therefore share one code: move the smile, and the axes behind it move along. A slider without a
vector is one number of the code, in the order of the group. A plane is two directions at once, over a grid of
pictures to drag on.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Required, TypedDict

import gradio as gr

from demos.ui.kinds import Call
from demos.ui.line import OTHER, SLIDER, Kind, light
from generative.errors import GenerativeError

JS = (Path(__file__).parent / "live.js").read_text()
SAID = {
    "know": ("Como se sabe?", "How do we know?"),
    "play": ("Animar", "Play"),
    "pause": ("Pausar", "Pause"),
    "station": ("Ir ao rosto {n}", "Go to face {n}"),
    "silent": ("O servidor não respondeu. Tente mover de novo.", "The server did not answer. Move again."),
}


class Slider(NamedTuple):
    """One range input: its name in Portuguese and English, its ends; caption and line below may be empty."""

    name: tuple[str, str]
    low: float
    high: float
    caption: tuple[str, str] = ("", "")
    vector: list[float] = []  # noqa: RUF012 (never written to)
    reading: list[float] = []  # noqa: RUF012
    note: tuple[str, str] = ("", "")


class Group(NamedTuple):
    """Sliders that are shown together; `shown` of them at once, the rest fold under `more`."""

    name: tuple[str, str]
    sliders: list[Slider]
    hint: tuple[str, str] = ("", "")
    shown: int = 8
    more: tuple[str, str] = ("", "")


class Plane(NamedTuple):
    """Two directions over a grid of pictures: `across` from left to right, `up` from bottom to top."""

    name: tuple[str, str]
    hint: tuple[str, str]
    across: Slider
    up: Slider
    ends: list[tuple[str, str]]  # what lies at the left, right, bottom, top
    columns: int  # pictures in the grid; the outermost stand at the sliders' ends
    rows: int


class Film(NamedTuple):
    """A play along the first slider: how long it takes, and whether it goes there and back."""

    seconds: float
    back: bool


class Move(Call, total=False):
    """From the browser: a code, and what it is a code of."""

    values: Required[list[float]]
    context: str


class Shown(TypedDict, total=False):
    """The value, see above, as far as Python reads it."""

    values: list[float]
    context: str


class LivePicture(gr.HTML):
    """A picture and its sliders. `draw(values, context)` gives a data URL; it may raise GenerativeError.

    `groups()` gives a list of Group, and a Plane among them if there is one; `grid(values)` then draws the
    plane's pictures. Both may need the weights, so they are asked for when the page is up. Events: `change`
    when the value changes.
    """

    wants = Shown

    def __init__(
        self,
        draw: Callable[[list[float], str], str],
        groups: Callable[[], list[Group | Plane]],
        grid: Callable[[list[float]], str] | None = None,
        *,
        alt: tuple[str, str],
        film: Film | None = None,
        **options: object,
    ):
        def picture(call: Move) -> dict:
            """From the browser: {"values", "context", "language"} -> {"picture"} or {"error"}."""
            return answer(
                call, lambda: {"picture": draw(call["values"], str(call.get("context", "")))}, SLIDER
            )

        def plane(call: Move) -> dict:
            """{"values", "language"} -> {"picture"}: the grid around these values, or {"error"}."""
            return answer(call, lambda: {"picture": grid(call["values"]) if grid else ""})

        def layout(call: Call) -> dict:
            """{"groups": [...]}, asked for once."""
            return answer(call, lambda: {"groups": [described(group) for group in groups()]})

        played = json.dumps(film and film._asdict())
        super().__init__(
            {"values": [], "picture": "", "context": ""},
            html_template='<div class="live"></div>',
            js_on_load=f"const texts = {json.dumps({'alt': alt, **SAID})};\nconst film = {played};\n{JS}",
            apply_default_css=False,
            server_functions=[picture, plane, layout],
            **options,
        )
        self.alt, self.film = alt, film  # else Gradio takes a name that stands in the script for an event


def answer(call: dict, work: Callable[[], dict], kind: Kind = OTHER) -> dict:
    """What `work` gives once it is its turn, or its error as a sentence in the visitor's language; heavy work
    waits meanwhile."""
    return light.do(kind, lambda: answer_later(call, work))


def answer_later(call: dict, work: Callable[[], dict]) -> dict:
    """The same for what itself waits for heavy work, `Job.since`: it holds nobody up."""
    try:
        return work()
    except GenerativeError as error:
        return {"error": error.say(str(call.get("language", "en")))}


def described(group: Group | Plane) -> dict:
    """As the browser gets it."""
    if isinstance(group, Plane):
        return group._asdict() | {"across": group.across._asdict(), "up": group.up._asdict()}
    return group._asdict() | {"sliders": [slider._asdict() for slider in group.sliders]}
