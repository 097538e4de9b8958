"""The training that collapsed, beside the one that did not: the same z after about as many images."""

from html import escape
from typing import NamedTuple

import gradio as gr

from demos.gan_faces import state
from demos.gan_faces.state import Sheet
from demos.ui.errors import verdict
from demos.ui.frame import QUICK
from demos.ui.templates import render
from demos.ui.texts import Texts, beside, number, percent
from generative import gan
from generative.errors import GenerativeError
from generative.gan.timelapse import COLLAPSED

TEXTS = Texts(
    "gan_collapse",
    {
        "title": ("Um treino que entrou em colapso", "A training that collapsed"),
        "moment": ("Momento do colapso", "Moment of the collapse"),
        gan.model.NAME: ("Com tudo: {n} mil imagens vistas", "With everything: {n} thousand images seen"),
        COLLAPSED: (
            "Sem isso, {n} imagens depois de {start} mil",
            "Without it, {n} images after {start} thousand",
        ),
        "figures": (
            "variedade: {spread} da das fotos; cobertura (recall): {recall}",
            "variety: {spread} of the photos'; coverage (recall): {recall}",
        ),
        "unmeasured": ("variedade ainda não medida", "variety not measured yet"),
        "spread": (
            "Variedade: a distância média entre dois rostos, em traços (features) de uma rede que lê "
            "pose, sorriso, luz e idade, em {n} rostos. Nem ela nem as folhas são truncadas.",
            "Variety: the mean distance between two faces on features of a network that reads pose, "
            "smile, light and age, over {n} faces. Neither it nor the sheets are truncated.",
        ),
        "alt": ("Dezesseis rostos: {what}", "Sixteen faces: {what}"),
        **beside(__file__),
    },
)


def build(opened: gr.Tab, sheet: Sheet) -> None:
    """Two sheets side by side; a slider with one stop for each moment that was kept of the collapse."""
    state.heading(TEXTS, "title")
    last = moments() - 1
    pair = gr.HTML(min_height=240, apply_default_css=False)
    moment = gr.Slider(0, max(last, 1), value=last, step=1, label=TEXTS["moment"], elem_classes="gan-moment")
    gr.Markdown(TEXTS["without"], elem_classes="reading rare")
    reading = gr.HTML(apply_default_css=False, elem_classes="rare")
    see = {"fn": show, "inputs": [moment, *sheet], "outputs": pair, **QUICK}
    moment.change(**see, trigger_mode="always_last")
    opened.select(**see)
    opened.select(why, sheet.language, reading, **QUICK)


def moments() -> int:
    """How many are shipped of the collapse; without weights the visitor reads why when it is opened."""
    try:
        return len(gan.timelapse.moments(COLLAPSED))
    except (GenerativeError, OSError):
        return 1


def show(i: int, seed: int, path: str, psi: float, noise: bool, held: str, lang: str) -> str:
    """Both sheets, each with its figures. The sheet's psi does not count: nothing is truncated here."""
    style = state.style(1.0, noise)
    try:
        places = {gan.model.NAME: gan.timelapse.beside(int(i)), COLLAPSED: int(i)}
        urls = {name: gan.timelapse.sheet(at, seed, path, style, name) for name, at in places.items()}
        both = [figure(name, urls[name], at, lang) for name, at in places.items()]
    except GenerativeError as error:
        return verdict(error, lang)
    return render("gan_faces/collapse.html", TEXTS, lang, figures=both)


class Figure(NamedTuple):
    """One sheet (a data URL): after how many images, and what was measured of it."""

    picture: str
    title: str
    measured: str


def figure(name: str, url: str, place: int, lang: str) -> Figure:
    """The sheet of a training at one of its moments."""
    moment, measured = gan.timelapse.moments(name)[place], gan.quality.versions(name)
    thousands = {"n": moment.images, "start": moment.start or 0}
    facts = {key: number(images / 1000, lang, 0) for key, images in thousands.items()}
    if moment.start:
        facts["n"] = number(moment.images - moment.start, lang, 0)
    said = TEXTS.say("unmeasured", lang)
    if measured:
        found = measured.rows[place].figures
        shares = {"spread": percent(found.spread, lang, 0), "recall": percent(found.recall, lang, 0)}
        said = TEXTS.say("figures", lang, **shares)
    return Figure(url, TEXTS.say(name, lang, **facts), said)


def why(lang: str) -> str:
    """Why a game collapses, and what the figures are."""
    try:
        measured = gan.quality.versions(COLLAPSED)
    except GenerativeError as error:
        return verdict(error, lang)
    spread = TEXTS.say("spread", lang, n=measured.faces) if measured else ""
    return f'<p class="reading">{escape(TEXTS.say("why", lang))} {escape(spread)}</p>'
