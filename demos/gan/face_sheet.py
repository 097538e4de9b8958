"""Sixteen faces as one picture under sixteen buttons: faces are held on it, D says what it thinks of each.

The value is {"picture": data URL, "held": places of A and B, "key": [seed, path, psi, noise]}. A changed
picture is swapped when it is decoded, so nothing blinks; D is asked once the picture rests, so that it never
holds up a slider. Event: `pick`, a place 0 to 15.
"""

import json
from pathlib import Path

import gradio as gr

from demos.ui.live import answer
from demos.ui.words import Words
from generative import sheets
from generative.sheets import Style

JS = (Path(__file__).parent / "face_sheet.js").read_text()
EMPTY = {"picture": "", "held": [], "key": []}
WORDS = Words(
    "gan_sheet",
    {
        "sheet": ("Dezesseis rostos gerados", "Sixteen generated faces"),
        "face": ("rosto {i}", "face {i}"),
        "real": ("D: {p} real", "D: {p} real"),
    },
)


def opinions(call: dict) -> dict:
    """From the browser: {"key": [seed, path, psi, noise]} -> {"opinions": 16 probabilities} or {"error"}."""
    seed, path, psi, noise = ([*(call.get("key") or []), "", "", "", ""])[:4]
    return answer(call, lambda: {"opinions": sheets.opinions(seed, str(path), Style(psi, noise))})


class FaceSheet(gr.HTML):
    """See above. `judged`: whether D is asked; `held`: whether faces can be held."""

    def __init__(self, judged: bool = True, held: bool = True, **options: object):
        given = {"texts": WORDS.strings, "judged": judged, "holds": held}
        super().__init__(
            EMPTY,
            html_template='<div class="faces gan-sheet" role="group"></div>',
            js_on_load=f"const {{texts, judged, holds}} = {json.dumps(given)};\n{JS}",
            apply_default_css=False,
            server_functions=[opinions],
            **options,
        )
