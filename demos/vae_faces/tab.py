"""VAE faces: one face to move by its numbers, and views of what a VAE is; all share the face on screen."""

import json

import gradio as gr

from demos.ui import frame, links
from demos.ui.errors import spoken
from demos.ui.texts import Texts, beside
from demos.vae_faces import (
    api,
    betas,
    between,
    maps,
    move,
    outliers,
    photo,
    ranking,
    rungs,
    sliders,
    stage,
    walk,
    who,
)
from generative import vae

TAB = "vae_faces"
FIRST = 16  # seed of the face that is there before anything was asked for
VIEWS = {  # in the order of their tabs; the names stand in links
    "between": between,
    "way": walk,
    "photo": photo,
    "bottleneck": rungs,
    "beta": betas,
    "map": maps,
    "outliers": outliers,
    "ranking": ranking,
    "groups": who,
}
VIEW_TEXTS = [module.TEXTS for module in (move, sliders, stage, *VIEWS.values())]
TEXTS = Texts(
    TAB,
    {
        "tab": ("Rostos do VAE", "VAE faces"),
        **beside(__file__),
    },
)


def build(tabs: gr.Tabs, tab: gr.Tab, language_box: gr.Textbox) -> None:
    """The views, the first with the face that all of them share; a link to all of it."""
    view, a = gr.Textbox("move", visible="hidden"), gr.Textbox(visible="hidden")
    seed = gr.Number(walk.FIRST, visible="hidden", precision=0)
    with frame.views() as inner:
        with frame.view(move.TEXTS["tab"], TAB, "move") as first:
            face = move.build(a, language_box)
        opened = {"move": first}
        also = {"between": {"a": a}, "way": {"seed": seed}}
        for name in VIEWS:
            given = {"inner": inner, "face": face, "language_box": language_box, **also.get(name, {})}
            opened[name] = build_view(name, given)
    fields = {"z": face, "view": view, "a": a, "walk": seed}
    links.follow(TAB, fields)
    links.copy_button(TAB, fields)
    frame.foot(TEXTS)

    links.opening(tab, TAB, open_first, [language_box], fields)
    for name, one in opened.items():
        links.showing(one, name, view)
    for call in api.CALLS:
        gr.api(call, api_name=call.__name__)


def build_view(name: str, given: dict) -> gr.Tab:
    """An inner tab with one of VIEWS in it."""
    with frame.view(VIEWS[name].TEXTS["tab"], TAB, name) as opened:
        VIEWS[name].build(opened, **given)
    return opened


def open_first(request: gr.Request, lang: str) -> dict:
    """The link's face, view, A and walk; where it names no face, one from among the training faces, which
    stirs."""
    values = links.read(request, TAB, "z", [], check=vae.model.check)
    with spoken(lang):
        first = move.face_at(values) if values else move.face_at(vae.model.mixture_z(FIRST)) | {"sway": True}
    return {"z": first} | linked(request) | links.view(request, TAB, ("move", *VIEWS))


def linked(request: gr.Request) -> dict:
    """A and the seed of the walk, where the link names them."""
    a, seed = links.read(request, TAB, "a", [], check=vae.model.check), links.read(request, TAB, "walk", -1.0)
    return ({"a": json.dumps(a)} if a else {}) | ({"walk": int(seed)} if seed >= 0 else {})
