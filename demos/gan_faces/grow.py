"""One face growing: the same w at 4, 8, 16, 32, 64 pixels."""

import gradio as gr

from demos.gan_faces import state
from demos.gan_faces.state import QUICK, Sheet
from demos.ui.errors import verdict
from demos.ui.templates import render
from demos.ui.texts import Texts, beside
from generative import gan
from generative.errors import GenerativeError

TEXTS = Texts(
    "gan_grow",
    {
        "tab": ("Crescer", "Growing"),
        "lead": (
            "O mesmo código w, desenhado em cinco tamanhos: a rede começa com 4 × 4 pixels e, a cada "
            "duplicação, soma o que falta. O rosto é o A da folha; sem A, o primeiro dela.",
            "The same code w, drawn at five sizes: the network begins with 4 × 4 pixels and adds what is "
            "missing each time it doubles them. The face is A of the sheet; without an A, its first.",
        ),
        "size": ("{n} × {n}", "{n} × {n}"),
        "picture": ("o rosto", "the face"),
        "added": ("o que este tamanho soma", "what this size adds"),
        "alt": ("{what}, {n} por {n} pixels", "{what}, {n} by {n} pixels"),
        **beside(__file__),
    },
)


def build(opened: gr.Tab, inner: gr.Tabs, sheet: Sheet) -> None:
    """Ten small pictures; redrawn whenever the view is opened."""
    gr.Markdown(TEXTS["lead"], elem_classes="note")
    picture = gr.HTML(min_height=230, apply_default_css=False)
    gr.Markdown(TEXTS["honest"], elem_classes="reading")
    opened.select(show, list(sheet), picture, **QUICK)


def show(seed: int, path: str, psi: float, noise: bool, held: str, lang: str) -> str:
    try:
        sizes = gan.styles.growing(state.face(seed, path, held), state.style(psi, noise))
    except GenerativeError as error:
        return verdict(error, lang)
    return render("gan_faces/grow.html", TEXTS, lang, sizes=sizes)
