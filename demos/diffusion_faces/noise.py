"""The way from noise to a face, step by step, as it is computed."""

import gradio as gr

from demos.ui.texts import Texts

TEXTS = Texts(
    "diffusion_noise",
    {
        "tab": ("Do ruído ao rosto", "From noise to a face"),
        "lead": (
            "O mesmo rosto, de puro ruído até o fim: à esquerda o que a rede vê, à direita o que ela espera.",
            "The same face from pure noise on: left what the network sees, right what it expects.",
        ),
    },
)


def build(opened: gr.Tab, language: gr.Textbox) -> dict[str, gr.components.Component]:
    """The view. Returns what of it the address carries."""
    return {}
