"""The network of the slide, 5-8-4-3: its 99 numbers, all in sight, trained before one's eyes."""

from collections.abc import Callable

import gradio as gr

from demos.ui.frame import ON_STAGE
from demos.ui.texts import Texts

TEXTS = Texts(
    "learning_numbers",
    {
        "tab": ("99 números", "99 numbers"),
        "lead": (
            "A rede do slide inteira: mude um número, treine, veja o que acontece.",
            "The whole network of the slide: change a number, train it, watch what happens.",
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
