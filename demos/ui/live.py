"""Sliders that drive a picture: the picture follows the hand, and the latest move wins.

The component draws its own range inputs and calls Python straight (`server_functions`), past Gradio's queue,
so a move costs little more than the picture itself. Python answers one call of a visitor at a time; while it
works, moves in between are dropped, never queued. The value, in both directions, is
{"values": [...], "picture": data URL, "context": text}; the context (which two faces, say) goes back with
each move.
"""

import json
from collections.abc import Callable
from pathlib import Path
from threading import BoundedSemaphore
from typing import NamedTuple

import gradio as gr

from generative.errors import GenerativeError

JS = (Path(__file__).parent / "live.js").read_text()
AT_ONCE = BoundedSemaphore(
    4
)  # pictures computed at the same time, whoever asks: more only queue inside torch


class Slider(NamedTuple):
    """One range input: its name in Portuguese and English, its ends, and a caption (may be empty)."""

    name: tuple[str, str]
    low: float
    high: float
    caption: tuple[str, str] = ("", "")


class LivePicture(gr.HTML):
    """A picture and its sliders. `draw(values, context)` gives a data URL; it may raise GenerativeError.

    `shown` sliders are in sight, the rest fold under `more`. Events: `change` when the value changes.
    """

    def __init__(
        self,
        draw: Callable[[list[float], str], str],
        sliders: Callable[[], list[Slider]],
        *,
        shown: int = 8,
        alt: tuple[str, str],
        more: tuple[str, str] = ("", ""),
        **options: object,
    ):
        def picture(call: dict) -> dict:
            """From the browser: {"values", "context", "language"} -> {"picture"} or {"error"}."""
            try:
                with AT_ONCE:
                    return {"picture": draw(call["values"], str(call.get("context", "")))}
            except GenerativeError as error:
                return {"error": error.say(str(call.get("language", "en")))}

        def layout(call: dict) -> dict:
            """{"sliders": [...]}, asked for once: how far they reach may need the weights."""
            try:
                return {"sliders": [slider._asdict() for slider in sliders()]}
            except GenerativeError as error:
                return {"error": error.say(str(call.get("language", "en")))}

        texts = json.dumps({"alt": alt, "more": more, "shown": shown})
        super().__init__(
            {"values": [], "picture": "", "context": ""},
            html_template='<div class="live"></div>',
            js_on_load=f"const texts = {texts};\n{JS}",
            apply_default_css=False,
            server_functions=[picture, layout],
            **options,
        )
