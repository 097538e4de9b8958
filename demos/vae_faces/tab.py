"""VAE faces: one face to move by its numbers, and views of what a VAE is; all share the face on screen."""

from functools import partial

import gradio as gr

from demos.ui import frame, links
from demos.ui.errors import spoken
from demos.ui.live import LivePicture
from demos.ui.texts import Texts, beside
from demos.vae_faces import api, move, outliers, photo, rungs, sliders, who
from generative import vae

TAB = "vae_faces"
FIRST = 16  # seed of the face that is there before anything was asked for
VIEWS = {"photo": photo, "bottleneck": rungs, "outliers": outliers}
VIEW_TEXTS = [module.TEXTS for module in (move, sliders, photo, rungs, outliers, who)]
TEXTS = Texts(
    TAB,
    {
        "tab": ("Rostos do VAE", "VAE faces"),
        "lead": (
            "Este rosto é só uma lista de 32 números, z. Mova um deles e mantenha os outros: o "
            "decodificador desenha o rosto na hora.",
            "This face is nothing but a list of 32 numbers, z. Move one and keep the others: the "
            "decoder draws the face at once.",
        ),
        **beside(__file__),
    },
)
QUICK = {"show_progress": "hidden", "api_visibility": "private"}


def build(tabs: gr.Tabs, tab: gr.Tab, language_box: gr.Textbox) -> None:
    """The views, the first with the face that all of them share; a link to all of it."""
    frame.lead(TEXTS)
    view = gr.Textbox("move", visible="hidden")
    with frame.views() as inner:
        with frame.view(move.TEXTS["tab"], TAB, "move") as first:
            face = move.build(language_box)
        opened = {"move": first} | {name: build_view(name, inner, face, language_box) for name in VIEWS}
    fields = {"z": face, "view": view}
    links.follow(TAB, fields)
    links.copy_button(TAB, fields)
    frame.foot(TEXTS)

    tab.select(open_first, [face, language_box], [face, view, inner], **QUICK)
    for name, one in opened.items():
        one.select(partial(str, name), None, view, **QUICK)
    for call in api.CALLS:
        gr.api(call, api_name=call.__name__)


def build_view(name: str, inner: gr.Tabs, face: LivePicture, language_box: gr.Textbox) -> gr.Tab:
    """An inner tab with one of VIEWS in it."""
    with frame.view(VIEWS[name].TEXTS["tab"], TAB, name) as opened:
        VIEWS[name].build(opened, inner, face, language_box)
    return opened


def open_first(face: dict | None, lang: str, request: gr.Request) -> tuple:
    """The link's face and view; where it names no face, one from among the training faces, which stirs."""
    view = links.view(request, TAB, ("move", *VIEWS))
    if (face or {}).get("values"):
        return gr.skip(), *view
    values = links.read(request, TAB, "z", [], check=vae.model.check)
    with spoken(lang):
        first = move.face_at(values) if values else move.face_at(vae.model.mixture_z(FIRST)) | {"sway": True}
        return first, *view
