"""The same six faces through five models."""

import gradio as gr

from demos.ui.texts import Texts

TEXTS = Texts(
    "diffusion_six",
    {
        "tab": ("Seis rostos, cinco modelos", "Six faces, five models"),
        "lead": (
            "Os mesmos seis rostos, guardados e refeitos por cinco modelos.",
            "The same six faces, stored and redrawn by five models.",
        ),
    },
)


def build(opened: gr.Tab, language: gr.Textbox) -> dict[str, gr.components.Component]:
    """The view. Returns what of it the address carries."""
    return {}
