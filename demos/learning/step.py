"""One step of gradient descent on a sentence: what the model expected, before and after."""

from collections.abc import Callable

import gradio as gr

from demos.ui.frame import ON_STAGE
from demos.ui.texts import Texts

TEXTS = Texts(
    "learning_step",
    {
        "tab": ("Um passo", "One step"),
        "lead": (
            "Corte a frase, preveja a palavra escondida, ajuste os números um passo.",
            "Cut the sentence, predict the hidden word, adjust the numbers by one step.",
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
