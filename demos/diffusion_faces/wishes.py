"""Smile, pose, nod, light, age asked for, or left open; sixteen at once."""

import gradio as gr

from demos.ui.texts import Texts

TEXTS = Texts(
    "diffusion_wishes",
    {
        "tab": ("Pedir", "Wishes"),
        "lead": (
            "Peça um sorriso ou um olhar de lado; o que não se pede fica livre.",
            "Ask for a smile or a turn of the head; what is not asked stays free.",
        ),
    },
)


def build(opened: gr.Tab, language: gr.Textbox) -> dict[str, gr.components.Component]:
    """The view. Returns what of it the address carries."""
    return {}
