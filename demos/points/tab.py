"""Points: what a generative model is, on points on a line and in a plane, where all of it can be seen."""

from functools import partial

import gradio as gr

from demos.points import arena, densities, game
from demos.ui import frame, links
from demos.ui.texts import Texts, beside

TAB = "points"
TEXTS = Texts(TAB, {"tab": ("Pontos", "Points"), **beside(__file__)})
VIEWS = {"densities": densities, "game": game, "arena": arena}
VIEW_TEXTS = [module.TEXTS for module in VIEWS.values()]


def build(tabs: gr.Tabs, tab: gr.Tab, language_box: gr.Textbox) -> None:
    """The views, each with what the address carries of it."""
    view, carried = gr.Textbox("densities", visible="hidden"), {}
    with frame.views():
        for name, module in VIEWS.items():
            with frame.view(module.TEXTS["tab"], TAB, name) as opened:
                frame.lead(module.TEXTS)
                carried |= module.build(opened, language_box)
            links.showing(opened, name, view)
    fields = carried | {"view": view}
    links.follow(TAB, fields)
    links.copy_button(TAB, fields)
    frame.foot(TEXTS)
    links.opening(tab, TAB, open_first, [language_box], fields)


def open_first(request: gr.Request, lang: str) -> dict:
    """What the link says, where one brought the visitor here, or what each view begins with."""
    read, told = partial(links.read, request, TAB), {}
    for module in VIEWS.values():
        told |= module.told(read, lang)
    return told | links.view(request, TAB, VIEWS)
