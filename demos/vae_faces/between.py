"""From A to B: the straight line between two codes, both ends in sight, played there and back."""

import json
import random

import gradio as gr

from demos.ui.errors import spoken
from demos.ui.frame import QUICK
from demos.ui.live import Film, Group, LivePicture, Slider
from demos.ui.texts import Texts
from demos.vae_faces import move, photo
from demos.vae_faces.stage import stage
from generative import vae

TEXTS = Texts(
    "faces_between",
    {
        "tab": ("De A a B", "From A to B"),
        "lead": (
            "Entre dois rostos há uma linha reta de códigos, e cada ponto dela é um rosto.",
            "Between two faces runs a straight line of codes, and every point of it is a face.",
        ),
        "way": ("de A até B", "from A to B"),
        "picture": ("Rosto entre A e B", "Face between A and B"),
        "other_a": ("Outro A", "Another A"),
        "other_b": ("Outro B", "Another B"),
        "swap": ("Trocar A e B", "Swap A and B"),
        "webp": ("Salvar animação (WebP)", "Save animation (WebP)"),
        "note": (
            "B é o rosto da aba Mover; A é o que lá se guardou, ou um sorteio. A conta: (1 − t) A + t B, "
            "número por número.",
            "B is the face of the tab Move; A is the one kept there, or a random one. The sum: "
            "(1 − t) A + t B, number by number.",
        ),
    },
)
FILM = Film(seconds=6, back=True)


def build(opened: gr.Tab, inner: gr.Tabs, face: LivePicture, a: gr.Textbox, language_box: gr.Textbox) -> None:
    """Both ends, the face between them, the slider; what changes an end."""
    with stage(TEXTS, "vae_between", "between-stage"):
        way = LivePicture(photo.between, groups, film=FILM, alt=TEXTS.strings["picture"])
    with gr.Row(elem_classes="after-stage"):
        other_a = gr.Button(TEXTS["other_a"])
        other_b = gr.Button(TEXTS["other_b"])
        swap = gr.Button(TEXTS["swap"])
        webp = gr.Button(TEXTS["webp"], elem_classes="rare")
    gr.Markdown(TEXTS["note"], elem_classes="note rare")
    file = gr.Textbox(visible="hidden")

    see = {"fn": show, "inputs": [a, face, way, language_box], "outputs": [a, way], **QUICK}
    opened.select(**see)
    other_a.click(lambda: move.written(drawn()), None, a, **QUICK).then(**see)
    other_b.click(move.typical_face, language_box, face, **QUICK).then(**see)
    swap.click(swapped, [a, face, language_box], [a, face], **QUICK).then(**see)
    webp.click(animation, [a, face, language_box], file, **QUICK).then(
        None, file, js=move.SAVE.replace("KIND", "webp"), api_visibility="private"
    )


def groups() -> list[Group]:
    return [Group(TEXTS.strings["way"], [Slider(TEXTS.strings["way"], 0, 1)])]


def drawn() -> list[float]:
    return vae.model.mixture_z(random.randrange(2**32))


def show(a: str, face: dict | None, way: dict | None, lang: str) -> tuple:
    """The way from A, drawn where none was kept, to the face on screen; as it was while its ends stay."""
    with spoken(lang):
        a = a or move.written(drawn())
        ends = [photo.code(a), move.code_of(face)]
        context = json.dumps(ends)
        if way and way.get("context") == context:
            return a, gr.skip()
        value = {"values": [0.5], "picture": photo.between([0.5], context), "context": context}
        return a, value | {"stations": [vae.model.picture(end) for end in ends], "sway": True}


def swapped(a: str, face: dict | None, lang: str) -> tuple[str, dict]:
    with spoken(lang):
        return move.written(move.code_of(face)), move.face_at(photo.code(a))


def animation(a: str, face: dict | None, lang: str) -> str:
    """From A to B and back, a WebP data URL."""
    with spoken(lang):
        return vae.model.animation(photo.code(a), move.code_of(face))
