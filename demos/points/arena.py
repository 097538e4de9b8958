"""The game in the plane: five losses, modes, and a collapse on demand."""

from collections.abc import Callable

import gradio as gr

from demos.ui.frame import ON_STAGE
from demos.ui.texts import Texts

TEXTS = Texts(
    "points_arena",
    {
        "tab": ("O jogo no plano", "The game in the plane"),
        "lead": (
            "G deforma o plano para imitar os pontos; D é o mapa de calor.",
            "G bends the plane to imitate the points; D is the heat map.",
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
