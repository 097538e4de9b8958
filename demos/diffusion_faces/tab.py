"""Diffusion faces: noise becomes a face before one's eyes, and views of what such a model can be told."""

from functools import partial

import gradio as gr

from demos.diffusion_faces import models, noise, photo, six, steps, wishes
from demos.ui import frame, links
from demos.ui.texts import Texts, beside

TAB = "diffusion_faces"
QUICK = {"show_progress": "hidden", "api_visibility": "private"}
TEXTS = Texts(TAB, {"tab": ("Difusão", "Diffusion faces"), **beside(__file__)})
VIEWS = {
    "noise": noise,
    "steps": steps,
    "wishes": wishes,
    "photo": photo,
    "models": models,
    "six": six,
}
VIEW_TEXTS = [module.TEXTS for module in VIEWS.values()]


def build(tabs: gr.Tabs, tab: gr.Tab, language_box: gr.Textbox) -> None:
    """The views, each with what the address carries of it."""
    view, carried = gr.Textbox("noise", visible="hidden"), {}
    with frame.views() as inner:
        for name, module in VIEWS.items():
            with frame.view(module.TEXTS["tab"], TAB, name) as opened:
                frame.lead(module.TEXTS)
                carried |= module.build(opened, language_box)
            opened.select(partial(str, name), None, view, **QUICK)
    fields = carried | {"view": view}
    links.follow(TAB, fields)
    links.copy_button(TAB, fields)
    frame.foot(TEXTS)
    tab.select(open_first, None, [view, inner], **QUICK)


def open_first(request: gr.Request) -> list:
    """What the link says, where one brought the visitor here."""
    return links.view(request, TAB, VIEWS)
