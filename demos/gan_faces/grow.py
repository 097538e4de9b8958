"""One face growing: the same w at 4, 8, 16, 32, 64 pixels, as a film; what each size adds."""

import gradio as gr

from demos.gan_faces import state
from demos.gan_faces.film import Film
from demos.gan_faces.state import Sheet
from demos.ui import ask
from demos.ui.errors import spoken
from demos.ui.frame import QUICK
from demos.ui.templates import render
from demos.ui.texts import Texts, beside
from generative import gan

TEXTS = Texts(
    "gan_grow",
    {
        "tab": ("Crescer", "Growing"),
        "lead": (
            "O mesmo código w em cinco tamanhos: a rede começa com 4 × 4 pixels e soma o que falta.",
            "The same code w at five sizes: the network begins with 4 × 4 pixels and adds what is missing.",
        ),
        "film": ("Um rosto que cresce", "A face that grows"),
        "slider": ("Tamanho", "Size"),
        "size": ("{n} × {n}", "{n} × {n}"),
        "pixels": ("{n} × {n} px", "{n} × {n} px"),
        "title": ("O que cada tamanho soma", "What each size adds"),
        "picture": ("o rosto", "the face"),
        "added": ("o que este tamanho soma", "what this size adds"),
        "alt": ("{what}, {n} por {n} pixels", "{what}, {n} by {n} pixels"),
        **beside(__file__),
    },
)


def build(opened: gr.Tab, sheet: Sheet) -> None:
    """The film, and below it ten small pictures; redrawn whenever the view is opened."""
    with ask.asked("gan_grow"):
        classes = ["veiled", "gan-pixels"]
        film = Film(
            draw, TEXTS.strings["film"], TEXTS.strings["slider"], elem_classes=classes, min_height=320
        )
        added = gr.HTML(apply_default_css=False, elem_classes="gan-title veiled rare")
    gr.Markdown(TEXTS["honest"], elem_classes="reading rare")
    opened.select(show, list(sheet), [film, added], **QUICK)


def show(seed: int, path: str, psi: float, noise: bool, held: str, lang: str) -> tuple[dict, str]:
    """The film of A of the sheet or, without an A, of its first face; the parts it is the sum of."""
    face = state.face(seed, path, held)
    with spoken(lang):
        sizes = gan.styles.growing(face, state.style(psi, noise))
    labels = [TEXTS.say("pixels", lang, n=size.pixels) for size in sizes]
    film = {"key": state.context(psi, noise, face), "frames": [size.picture for size in sizes], "at": 0}
    film |= {"labels": labels, "ends": [labels[0], labels[-1]], "there": "steps"}
    return film, render("gan_faces/grow.html", TEXTS, lang, sizes=sizes)


def draw(at: object, key: str) -> str:
    """Never asked for: the film comes with all its pictures."""
    return ""
