"""Directions of w: a held face, sliders with and without a name, by the sizes they touch."""

from typing import NamedTuple

import gradio as gr

from demos.gan_faces import state
from demos.gan_faces.state import Sheet
from demos.ui import ask, frame
from demos.ui.errors import spoken, verdict
from demos.ui.frame import QUICK
from demos.ui.live import Group, LivePicture, Slider
from demos.ui.templates import render
from demos.ui.texts import Texts, beside, number
from generative import gan
from generative.errors import GenerativeError
from generative.gan.directions import Direction
from generative.gan.model import RANGES

TEXTS = Texts(
    "gan_move",
    {
        "tab": ("Direções", "Directions"),
        "lead": (
            "Ninguém disse à GAN o que é um sorriso; ainda assim, o código w tem direções que o movem.",
            "Nobody told the GAN what a smile is; still, its code w has directions that move it.",
        ),
        "picture": ("Rosto da GAN, movido", "Face by the GAN, moved"),
        "named": ("Com nome", "Named"),
        "coarse": ("4 e 8 px", "4 and 8 px"),
        "middle": ("16 e 32 px", "16 and 32 px"),
        "fine": ("64 px", "64 px"),
        "all": ("todos os tamanhos", "all sizes"),
        "smile": ("sorriso", "smile"),
        "pose": ("virar a cabeça", "head pose"),
        "nod": ("baixar a cabeça", "head down"),
        "brightness": ("luz", "brightness"),
        "age": ("idade aparente", "apparent age"),
        "sefa": ("SeFa {i}", "SeFa {i}"),
        "pca": ("PCA {i}", "PCA {i}"),
        "weak": (
            "o nome não se sustenta: move demais os outros, ou a sonda mal o vê",
            "the name does not hold: it moves the others too much, or the probe hardly sees it",
        ),
        "says": ("parece: {name}", "looks like: {name}"),
        "direction": ("Direção", "Direction"),
        "sizes": ("Age em", "Acts at"),
        "r": ("Correlação com a sonda", "Correlation with the probe"),
        "others": ("Os outros nomes movem, por passo", "The other names move, a step"),
        "moves": ("Move, por passo", "Moves, a step"),
        "back": ("Voltar ao rosto da folha", "Back to the face of the sheet"),
        **beside(__file__),
    },
)


def build(opened: gr.Tab, sheet: Sheet) -> LivePicture:
    """The face and its sliders; its code is how far it has been moved along each direction."""
    with ask.asked("gan_move"), gr.Column(elem_classes=[frame.ON_STAGE, "veiled", "gan-move"]):
        face = LivePicture(draw, groups, alt=TEXTS.strings["picture"])
    back = gr.Button(TEXTS["back"], elem_classes="quiet", scale=0, min_width=260)
    with state.know():
        gr.Markdown(TEXTS["found"], elem_classes="reading")
        table = gr.HTML(apply_default_css=False)
    opened.select(show, [face, *sheet], face, **QUICK)
    opened.select(figures, sheet.language, table, **QUICK)
    back.click(lambda *sheet: show(None, *sheet), list(sheet), face, **QUICK)
    return face


def draw(values: list[float], context: str) -> str:
    """The face named in the context, moved."""
    names, style = state.read_context(context)
    return gan.directions.picture(names[0], values, style)


def show(live: dict | None, seed: int, path: str, psi: float, noise: bool, held: str, lang: str) -> dict:
    """A of the sheet, moved as before."""
    context = state.context(psi, noise, state.face(seed, path, held))
    with spoken(lang):
        values = (live or {}).get("values") or [0.0] * len(gan.directions.load().code)
        return {"values": values, "picture": draw(values, context), "context": context}


# ---- the sliders ----


def groups() -> list[Group]:
    """Named directions, then the components of each range of sizes: one number of the code each."""
    code, say = gan.directions.load().code, TEXTS.strings
    units = [[float(i == j) for j in range(len(code))] for i in range(len(code))]
    pairs = list(zip(code, units, strict=True))
    found = [Group(say["named"], [named(d, u) for d, u in pairs if d.kind == "named"])]
    for sizes in RANGES:
        rows = [component(d, u) for d, u in pairs if d.kind != "named" and d.range == sizes]
        found.append(Group(say[sizes], rows))
    return found


def named(d: Direction, unit: list[float]) -> Slider:
    note = ("", "") if d.holds else TEXTS.strings["weak"]
    return Slider(TEXTS.strings[d.name], -d.reach, d.reach, vector=unit, reading=unit, note=note)


def component(d: Direction, unit: list[float]) -> Slider:
    """A component by its number; what a probe recognises in it, if one does."""
    name, note = both(d.kind, i=d.name), ("", "")
    if d.told:
        note = both("says", name=TEXTS.strings[d.says])
    return Slider(name, -d.reach, d.reach, vector=unit, reading=unit, note=note)


def both(key: str, **facts: tuple[str, str] | str) -> tuple[str, str]:
    """A string in both languages; a fact may differ between them."""
    return tuple(
        TEXTS.say(key, code, **{k: v[i] if isinstance(v, tuple) else v for k, v in facts.items()})
        for i, code in enumerate(("pt", "en"))
    )


# ---- how well a name holds ----


class Row(NamedTuple):
    """A direction: its name, the sizes it acts at, correlation, how far the others move, how far itself."""

    name: str
    sizes: str
    figures: list[str]


def figures(lang: str) -> str:
    """The named directions, then the components in which a probe recognises something, as HTML."""
    try:
        code = gan.directions.load().code
    except GenerativeError as error:
        return verdict(error, lang)
    rows = [row(d, lang) for d in code if d.kind == "named" or d.told]
    return render("gan_faces/move.html", TEXTS, lang, rows=rows)


def row(d: Direction, lang: str) -> Row:
    """What was measured of one direction."""
    name = TEXTS.say(d.name if d.kind == "named" else d.kind, lang, i=d.name)
    if d.kind != "named":
        name += f": {TEXTS.say(d.says, lang)}"
    measured = [number(x, lang, 2) for x in (d.correlation, d.others, d.moves)]
    return Row(name, TEXTS.say(d.range, lang), measured)
