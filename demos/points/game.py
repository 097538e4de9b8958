"""The game of generator and discriminator on a line, one step at a time."""

from collections.abc import Callable

import gradio as gr

from demos.ui.frame import ON_STAGE
from demos.ui.texts import Texts

TEXTS = Texts(
    "points_game",
    {
        "tab": ("O jogo na reta", "The game on a line"),
        "lead": (
            "D separa os pontos reais dos falsos; G empurra os falsos para onde D se engana.",
            "D tells real points from fake ones; G moves the fakes to where D is fooled.",
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
