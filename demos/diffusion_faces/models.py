"""The same wish asked of three models."""

import gradio as gr

from demos.ui.texts import Texts

TEXTS = Texts(
    "diffusion_models",
    {
        "tab": ("Um pedido, três modelos", "One wish, three models"),
        "lead": (
            "O mesmo pedido ao VAE, à GAN e à difusão.",
            "The same wish, asked of the VAE, the GAN and diffusion.",
        ),
    },
)


def build(opened: gr.Tab, language: gr.Textbox) -> dict[str, gr.components.Component]:
    """The view. Returns what of it the address carries."""
    return {}
