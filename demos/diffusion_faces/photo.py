"""A visitor's photo into noise and back, and with another smile or pose."""

import gradio as gr

from demos.ui.texts import Texts

TEXTS = Texts(
    "diffusion_photo",
    {
        "tab": ("Seu rosto", "Your own face"),
        "lead": (
            "Sua foto vira ruído e volta: o que sobrevive?",
            "Your photo turns into noise and comes back: what survives?",
        ),
    },
)


def build(opened: gr.Tab, language: gr.Textbox) -> dict[str, gr.components.Component]:
    """The view. Returns what of it the address carries."""
    return {}
