"""Maps of two-dimensional code spaces: the cloud of codes, the prior, and the face decoded under the hand.

The component draws the maps and calls Python straight (`server_functions`), past Gradio's queue, as live.py
does; the latest move wins. Its value is where the current face lies on each map: [[z1, z2], ...].
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Required

import gradio as gr

from demos.ui.kinds import Call
from demos.ui.line import SLIDER
from demos.ui.live import answer

JS = (Path(__file__).parent / "codes.js").read_text()


class Point(Call):
    """From the browser: a place on the map of one beta."""

    beta: Required[float]
    z: Required[list[float]]


class CodeMaps(gr.HTML):
    """Maps side by side and one face, that of the point last touched on any of them.

    `charts()` gives the maps as dicts of beta, reach, cloud, ground; `draw(beta, z)` the data URL of the face
    at z. Both may raise GenerativeError. `texts`: the component's strings, (Portuguese, English) each.
    """

    def __init__(
        self,
        charts: Callable[[], list[dict]],
        draw: Callable[[object, object], str],
        texts: dict[str, tuple[str, str]],
        **options: object,
    ):
        def face(call: Point) -> dict:
            """From the browser: {"beta", "z", "language"} -> {"picture"} or {"error"}."""
            return answer(call, lambda: {"picture": draw(call.get("beta"), call.get("z"))}, SLIDER)

        def layout(call: Call) -> dict:
            """{"maps": [...]}, asked for once: the ground is some hundred faces."""
            return answer(call, lambda: {"maps": charts()})

        super().__init__(
            [],
            html_template='<div class="codes"></div>',
            js_on_load=f"const texts = {json.dumps(texts)};\n{JS}",
            apply_default_css=False,
            server_functions=[face, layout],
            **options,
        )
