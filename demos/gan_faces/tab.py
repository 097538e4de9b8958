"""GAN faces: a sheet from a seed, and views of what such a network is, can do and cannot do."""

from functools import partial
from typing import TypedDict

import gradio as gr

from demos.gan_faces import collapse, face_sheet, grow, move, search, sheet, training, wish
from demos.gan_faces.state import QUICK, Sheet
from demos.ui import frame, links
from demos.ui.errors import accepted, spoken
from demos.ui.texts import Texts, beside
from generative import gan
from generative.gan import sheets

TAB = "gan_faces"
TEXTS = Texts(
    TAB,
    {
        "tab": ("Rostos da GAN", "GAN faces"),
        "lead": (
            "Entra ruído, sai um rosto: nenhuma destas pessoas existe. Toque em um rosto para guardá-lo "
            "e em outro para caminhar entre os dois.",
            "Noise goes in, a face comes out: none of these people exist. Tap a face to hold it, and "
            "another to walk between the two.",
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
VIEWS = {"sheet": sheet, "move": move, "grow": grow, "training": training, "search": search, "wish": wish}
VIEW_TEXTS = [face_sheet.TEXTS, collapse.TEXTS, *(view.TEXTS for view in VIEWS.values())]


def build(tabs: gr.Tabs, tab: gr.Tab, language_box: gr.Textbox) -> None:
    """The views, which share one sheet; a link to all of it."""
    frame.lead(TEXTS)
    shared, view, built = state_of(language_box), gr.Textbox("sheet", visible="hidden"), {}
    with gr.Tabs(elem_classes="views gan", overflow_behavior="wrap") as inner:
        for name, module in VIEWS.items():
            with gr.Tab(module.TEXTS["tab"], id=name, elem_classes="view") as opened:
                built[name] = module.build(opened, inner, shared)
            opened.select(partial(str, name), None, view, **QUICK)
    fields = shared._asdict() | {"moves": built["move"], "view": view}
    del fields["language"]
    links.copy_button(TAB, fields)
    frame.foot(TEXTS)

    linked = [*fields.values(), inner]
    tab.select(open_first, list(shared), linked, **QUICK).then(**built["sheet"])
    for call in (gan_sample, gan_interpolate, gan_grow, gan_score):
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
    seed: int, path: str, psi: float, noise: bool, held: str, lang: str, request: gr.Request
) -> tuple:
    """What the link says, where one brought the visitor here."""
    read = partial(links.read, request, TAB)
    seed, path, held = read("seed", seed), read("path", path), read("held", held)
    psi, noise = read("psi", psi, high=1.5), read("noise", str(noise)).lower() != "false"
    moves, moved = read("moves", []), gr.skip()
    if moves:
        with spoken(lang):
            moved = move.show({"values": moves}, seed, path, psi, noise, held, lang)
    return seed, path, psi, noise, held, moved, *links.view(request, TAB, VIEWS)


# ---- the public API ----


class ApiSample(TypedDict):
    sheet: str
    faces: list[str]


class ApiWay(TypedDict):
    faces: list[str]
    animation: str


class ApiSize(TypedDict):
    pixels: int
    picture: str
    added: str


class ApiScore(TypedDict):
    p_real: float
    logit: float
    aligned: str


def gan_sample(seed: int, n: int = 16, truncation: float = 1.0, request: gr.Request = None) -> ApiSample:
    """n faces (1 to 64) from a seed, as data URLs: each, and all on one sheet. truncation: psi, 0 to 1.5."""
    with spoken(accepted(request)):
        found = sheets.sample(seed, n, truncation)
        return {"sheet": found.sheet, "faces": found.faces}


def gan_interpolate(seed1: int, seed2: int, steps: int = 8, request: gr.Request = None) -> ApiWay:
    """Faces on the straight line in w from the first face of seed1 to that of seed2, both ends included:
    `steps` (2 to 120) data:image/jpeg URLs of 256 px, and an animation there and back as data:image/webp."""
    with spoken(accepted(request)):
        return gan.styles.interpolate(seed1, seed2, steps)._asdict()


def gan_grow(seed: int, request: gr.Request = None) -> list[ApiSize]:
    """A seed's first face at 4, 8, 16, 32, 64 px, and what each size adds (grey: nothing), as data:image/png
    URLs of just as many pixels."""
    with spoken(accepted(request)):
        return [size._asdict() for size in gan.styles.grow_seed(seed)]


def gan_score(photo: str, request: gr.Request = None) -> ApiScore:
    """D's opinion on the face of a photo (a data:image/...;base64, URL): p_real, the sigmoid of its logit;
    the aligned face that it saw. D was trained with the non-saturating logistic loss on altered pictures and
    judges this one alone. The photo stays in memory for this call and is neither stored nor logged."""
    with spoken(accepted(request)):
        return sheets.score(photo)._asdict()
