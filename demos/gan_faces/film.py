"""A film to play or to leaf through: one large picture, its two ends beside it, a slider of stops.

The value is {"key", "frames", "at", "labels", "ends", "there"}. key: one line that tells `draw` what the film
is of; frames: a data URL for each stop, '' for those that the browser is to ask for when it needs them; at:
the stop to begin with; labels: what is said under each stop, or nothing; ends: what is said under both ends;
there: how the button plays it, "steps" stop by stop, "back" there and back, "round" once from end to end. The
browser asks past Gradio's queue and keeps what it got. Event: `rested`, {"at"}, once hand or film rest.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Required

import gradio as gr

from demos.ui.kinds import Call
from demos.ui.live import answer
from demos.ui.templates import render
from demos.ui.texts import Texts

JS = (Path(__file__).parent / "film.js").read_text()
EMPTY = {"key": "", "frames": [], "at": 0, "labels": [], "ends": ["", ""], "there": "steps"}
TEXTS = Texts(
    "gan_film",
    {
        "play": ("Tocar o filme", "Play the film"),
        "wait": ("Desenhando…", "Drawing…"),
        "stop": ("Parar", "Stop"),
        "offline": (
            "O servidor não respondeu. Tente mover de novo.",
            "The server did not answer. Move again.",
        ),
    },
)


class Stop(Call):
    """From the browser: a stop of the film of a key."""

    at: Required[float]
    key: Required[str]


class Film(gr.HTML):
    """See above. `draw(at, key)` gives the data URL of a stop; it may raise GenerativeError."""

    def __init__(
        self,
        draw: Callable[[object, str], str],
        alt: tuple[str, str],
        slider: tuple[str, str],
        **options: object,
    ):
        def frame(call: Stop) -> dict:
            """From the browser: {"at", "key", "language"} -> {"picture"} or {"error"}."""
            return answer(call, lambda: {"picture": draw(call.get("at"), str(call.get("key", "")))})

        given = {"alt": alt, "slider": slider, "offline": TEXTS.strings["offline"]}
        super().__init__(
            EMPTY,
            html_template=render("gan_faces/film.html", TEXTS, "en"),
            js_on_load=f"const texts = {json.dumps(given)};\n{JS}",
            apply_default_css=False,
            server_functions=[frame],
            **options,
        )
        # else Gradio takes the names, which stand in the script, for events
        self.alt, self.slider = alt, slider
