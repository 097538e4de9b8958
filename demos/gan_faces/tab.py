"""GAN faces: a sheet from a seed, and views of what such a network is, can do and cannot do."""

from functools import partial

import gradio as gr

from demos.gan_faces import (
    api,
    collapse,
    face_sheet,
    film,
    grow,
    move,
    search,
    sheet,
    state,
    training,
    way,
    wish,
)
from demos.gan_faces.state import Sheet
from demos.ui import frame, links
from demos.ui.errors import spoken
from demos.ui.texts import Texts, beside
from generative import gan
from generative.errors import LARGEST_SEED, check_seed
from generative.gan import sheets

TAB = "gan_faces"
TEXTS = Texts(
    TAB,
    {
        "tab": ("Rostos da GAN", "GAN faces"),
        "lead": (
            "Entra ruído, sai um rosto: nenhuma destas dezesseis pessoas existe.",
            "Noise goes in, a face comes out: none of these sixteen people exist.",
        ),
        "seed": ("Semente (seed)", "Seed"),
        "psi": ("Truncamento ψ", "Truncation ψ"),
        "psi_info": (
            "0: sempre o rosto médio. 1: como a rede aprendeu. Acima de 1: mais variado e mais estranho.",
            "0: always the mean face. 1: as the network learned. Above 1: more varied and stranger.",
        ),
        "noise": ("Ruído nas camadas", "Noise in the layers"),
        "noise_info": (
            "O que w não decide: fios de cabelo, grão da pele, fundo.",
            "What w does not decide: strands of hair, grain of the skin, background.",
        ),
        **beside(__file__),
    },
)
VIEWS = {
    "sheet": sheet,
    "way": way,
    "move": move,
    "grow": grow,
    "training": training,
    "search": search,
    "wish": wish,
}
OTHER = (face_sheet, film, state, collapse)
VIEW_TEXTS = [module.TEXTS for module in (*OTHER, *VIEWS.values())]


def build(tabs: gr.Tabs, tab: gr.Tab, language_box: gr.Textbox) -> None:
    """The views, which share one sheet; a link to all of it."""
    shared, view, built = state_of(language_box), gr.Textbox("sheet", visible="hidden"), {}
    with frame.views():
        for name, module in VIEWS.items():
            with frame.view(module.TEXTS["tab"], TAB, name) as opened:
                frame.lead(TEXTS if module is sheet else module.TEXTS)
                built[name] = module.build(opened, shared)
            links.showing(opened, name, view)
    fields = shared._asdict() | {"moves": built["move"], "view": view}
    del fields["language"]
    links.follow(TAB, fields)
    links.copy_button(TAB, fields)
    frame.foot(TEXTS)

    links.opening(tab, TAB, open_first, list(shared), fields).then(**built["sheet"])
    for call in api.CALLS:
        gr.api(call, api_name=call.__name__)


def state_of(language_box: gr.Textbox) -> Sheet:
    """What all views share; what of it can be seen is placed by the view that shows it."""
    say = TEXTS
    return Sheet(
        seed=gr.Number(value=7, precision=0, label=say["seed"], elem_classes="rare", render=False),
        path=gr.Textbox(visible="hidden"),
        psi=gr.Slider(0, 1.5, 0.8, step=0.05, label=say["psi"], info=say["psi_info"], render=False),
        noise=gr.Checkbox(True, label=say["noise"], info=say["noise_info"], render=False),
        held=gr.Textbox(visible="hidden"),
        language=language_box,
    )


def open_first(
    request: gr.Request, seed: int, path: str, psi: float, noise: bool, held: str, lang: str
) -> dict:
    """What the link says, where one brought the visitor here."""
    read = partial(links.read, request, TAB)
    seed = read("seed", seed, high=LARGEST_SEED, check=check_seed)
    path, held = (read(name, old, check=sheets.read_path) for name, old in (("path", path), ("held", held)))
    psi, noise = read("psi", psi, high=1.5), read("noise", str(noise)).lower() != "false"
    told = {"seed": seed, "path": path, "psi": psi, "noise": noise, "held": held}
    if moves := read("moves", [], check=gan.directions.check):
        with spoken(lang):
            told["moves"] = move.show({"values": moves}, seed, path, psi, noise, held, lang)
    return told | links.view(request, TAB, VIEWS)
