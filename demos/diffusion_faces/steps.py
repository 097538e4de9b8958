"""The same noise walked in 5, 10, 20 and 50 steps, side by side."""

import gradio as gr

from demos.ui.texts import Texts

TEXTS = Texts(
    "diffusion_steps",
    {
        "tab": ("Quantos passos?", "How many steps?"),
        "lead": (
            "O mesmo ruído em 5, 10, 20 e 50 passos.",
            "The same noise in 5, 10, 20 and 50 steps.",
        ),
    },
)


def build(opened: gr.Tab, language: gr.Textbox) -> dict[str, gr.components.Component]:
    """The view. Returns what of it the address carries."""
    return {}
