"""Fine-tuning on a page that a visitor pastes, in front of the class."""

from collections.abc import Callable

import gradio as gr

from demos.ui.frame import ON_STAGE
from demos.ui.texts import Texts

TEXTS = Texts(
    "learning_page",
    {
        "tab": ("Uma página", "One page"),
        "lead": ("Cole uma página e ajuste o modelo a ela.", "Paste a page and fine-tune the model on it."),
    },
)


def build(opened: gr.Tab, language_box: gr.Textbox) -> dict[str, gr.components.Component]:
    """Gives the fields that the address carries, by name; no other view of the tab uses these names."""
    gr.HTML("", elem_classes=ON_STAGE)
    return {}


def told(read: Callable, lang: str) -> dict:
    """What the link says of these fields, or what they begin with."""
    return {}
