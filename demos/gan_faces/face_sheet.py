"""Sixteen faces as one picture under sixteen buttons: faces are held on it, D says what it thinks of each.

The value is {"picture": data URL, "held": places of A and B, "key": [seed, path, psi, noise]}. A changed
picture is swapped when it is decoded, so nothing blinks; D is asked once the picture rests, so that it never
holds up a slider. A DOM event `draw` on the sheet, with a seed, psi or noise as its detail (`wish`), draws at
once and past the queue; `drew`, with the key, follows when the hand rests. Events: `pick`, a place 0 to 15;
`drew`.
"""

import json
from pathlib import Path
from typing import Required

import gradio as gr

from demos.ui.kinds import Call
from demos.ui.line import LATER, SHEET
from demos.ui.live import answer
from demos.ui.texts import Texts
from generative.gan import sheets
from generative.gan.sheets import Style

JS = (Path(__file__).parent / "face_sheet.js").read_text()
NAME = "gan-faces"  # of the sheet that draws at once
EMPTY = {"picture": "", "held": [], "key": []}
TEXTS = Texts(
    "gan_sheet",
    {
        "sheet": ("Dezesseis rostos gerados", "Sixteen generated faces"),
        "face": ("rosto {i}", "face {i}"),
        "wait": ("Desenhando os rostos…", "Drawing the faces…"),
    },
)
HTML = f'<div class="faces gan-sheet" role="group" data-stage><p class="wait">{TEXTS.both("wait")}</p></div>'


class Keyed(Call):
    key: Required[list]


def opinions(call: Keyed) -> dict:
    """From the browser: {"key": [seed, path, psi, noise]} -> {"opinions": 16 probabilities, "near": 16
    distances of the nearest training photo} or {"error"}."""
    seed, path, psi, noise = key(call)
    which = (seed, str(path), Style(psi, noise))
    return answer(call, lambda: {"opinions": sheets.opinions(*which), "near": sheets.nearness(*which)}, LATER)


def draw(call: Keyed) -> dict:
    """From the browser: {"key": [seed, path, psi, noise]} -> {"picture"} or {"error"}."""
    seed, path, psi, noise = key(call)
    return answer(call, lambda: {"picture": sheets.sheet(seed, str(path), Style(psi, noise))}, SHEET)


def key(call: Keyed) -> list:
    """seed, path, psi, noise as the browser sent them; what is missing is empty, for `check` to refuse."""
    return ([*call["key"], "", "", "", ""])[:4]


def wish(detail: str, given: str = "") -> str:
    """A script for an event that asks the sheet called NAME to draw something else."""
    event = f"new CustomEvent('draw', {{detail: {detail}}})"
    return f"({given}) => {{ document.querySelector('#{NAME} .gan-sheet').dispatchEvent({event}); }}"


class FaceSheet(gr.HTML):
    """See above."""

    def __init__(self, **options: object):
        super().__init__(
            EMPTY,
            html_template=HTML,
            js_on_load=f"const texts = {json.dumps(TEXTS.strings)};\n{JS}",
            apply_default_css=False,
            server_functions=[draw, opinions],
            **options,
        )
