"""Points: what a generative model is, on points on a line and in a plane, where all of it can be seen."""

import gradio as gr

from demos.points import arena, densities, diffusion, eigenfaces, game, groups, pixels
from demos.ui import links
from demos.ui.texts import Texts, beside

TAB = "points"
TEXTS = Texts(TAB, {"tab": ("Pontos", "Points"), **beside(__file__)})
VIEWS = {
    "densities": densities,
    "groups": groups,
    "eigenfaces": eigenfaces,
    "game": game,
    "arena": arena,
    "diffusion": diffusion,
    "pixels": pixels,
}
VIEW_TEXTS = [module.TEXTS for module in VIEWS.values()]


def build(tabs: gr.Tabs, tab: gr.Tab, language_box: gr.Textbox) -> None:
    """The views, each with what the address carries of it."""
    links.build_views(tab, TAB, TEXTS, VIEWS, language_box)
