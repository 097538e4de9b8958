"""Learn a density from points: six ways on the same ones, each asked how likely a point is."""

from collections.abc import Callable

import gradio as gr

from demos.ui.frame import ON_STAGE
from demos.ui.texts import Texts

TEXTS = Texts(
    "points_densities",
    {
        "tab": ("Densidades", "Densities"),
        "lead": (
            "Seis modelos aprendem os mesmos pontos; toque em qualquer lugar e pergunte: quão provável é?",
            "Six models learn the same points; tap anywhere and ask: how likely is this?",
        ),
    },
)


def build(opened: gr.Tab, language_box: gr.Textbox) -> dict[str, gr.components.Component]:
    """Gives the fields that the address carries, by name; no other view of the tab uses these names."""
    gr.HTML("", elem_classes=ON_STAGE)
    return {}


def told(read: Callable, lang: str) -> dict:
    """What the link says of these fields, or what they begin with."""
    return {}
