"""Diffusion faces: noise becomes a face before one's eyes, and views of what such a model can be told."""

from functools import partial

import gradio as gr

from demos.diffusion_faces import api, models, noise, photo, six, state, steps, wishes
from demos.ui import frame, links
from demos.ui.texts import Texts, beside
from generative.diffusion import films
from generative.diffusion.faces import MOST_STEPS
from generative.errors import LARGEST_SEED

TAB = "diffusion_faces"
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
SHARING = (noise, steps, wishes, photo, six)  # one seed, one wish; or when the link has been read


def build(tabs: gr.Tabs, tab: gr.Tab, language_box: gr.Textbox) -> None:
    """The views, each with what the address carries of it."""
    view, shared = gr.Textbox("noise", visible="hidden"), state.hidden()
    carried = {name: getattr(shared, name) for name in state.CARRIED}
    with frame.views():
        for name, module in VIEWS.items():
            with frame.view(module.TEXTS["tab"], TAB, name) as opened:
                frame.lead(module.TEXTS)
                carried |= module.build(opened, shared if module in SHARING else language_box)
            links.showing(opened, name, view)
    fields = carried | {"view": view}
    links.follow(TAB, fields)
    links.copy_button(TAB, fields)
    frame.foot(TEXTS)
    links.opening(tab, TAB, open_first, list(shared[:-1]), fields | {"came": shared.came})
    for call in api.CALLS:
        gr.api(call, api_name=call.__name__)


def open_first(request: gr.Request, seed: int, steps: int, wish: str, guidance: float, branches: str) -> dict:
    """What the link says, where one brought the visitor here."""
    read = partial(links.read, request, TAB)
    seed = read("seed", seed, high=LARGEST_SEED, check=films.recipe)
    steps = read("steps", steps, 1, MOST_STEPS, check=partial(films.recipe, 0))
    wish = read("wish", wish, check=films.read_wish)
    guidance = read("guidance", guidance, 0, 4)
    branches = read("branches", branches, check=partial(films.recipe, seed, steps, "", 1.0))
    told = {"seed": seed, "steps": steps, "wish": wish, "guidance": guidance, "branches": branches}
    told |= photo.told(read) | six.told(read)
    return told | {"came": "yes"} | links.view(request, TAB, VIEWS)
