"""Directions of w: a held face, sliders with and without a name, by the sizes they touch."""

import gradio as gr

from demos.gan_faces import state
from demos.gan_faces.state import QUICK, Sheet
from demos.ui.errors import spoken
from demos.ui.live import Group, LivePicture, Slider
from demos.ui.texts import Texts, beside, number
from generative import gan
from generative.gan.directions import Direction
from generative.gan.model import RANGES

TEXTS = Texts(
    "gan_move",
    {
        "tab": ("Direções", "Directions"),
        "lead": (
            "Ninguém disse à GAN o que é um sorriso; ainda assim o código w tem direções que o movem. O "
            "rosto é o A da folha; sem A, o primeiro dela.",
            "Nobody told the GAN what a smile is; still its code w has directions that move it. The face "
            "is A of the sheet; without an A, its first.",
        ),
        "picture": ("Rosto da GAN, movido", "Face by the GAN, moved"),
        "named": ("Com nome", "Named"),
        "named_hint": (
            "Achadas depois do treino por sondas nos pixels, ajustadas em fotos com rótulos. Abaixo: a "
            "correlação entre o passo e o que a sonda vê, e quanto os outros nomes se movem junto.",
            "Found after training by probes of pixels that were fitted on labelled photos. Below: the "
            "correlation of the step with what the probe sees, and how far the other names move along.",
        ),
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
        "holds": (
            "{sizes}; correlação {r}; os outros movem {others} por passo",
            "{sizes}; correlation {r}; others move {others} a step",
        ),
        "weak": (
            "(move demais os outros, ou a sonda mal o vê: o nome não se sustenta)",
            "(it moves the others too much, or the probe hardly sees it: the name does not hold)",
        ),
        "says": (
            "sonda: {name}, {moves} por passo, correlação {r}",
            "probe: {name}, {moves} a step, correlation {r}",
        ),
        "back": ("Voltar ao rosto da folha", "Back to the face of the sheet"),
        **beside(__file__),
    },
)


def build(opened: gr.Tab, inner: gr.Tabs, sheet: Sheet) -> LivePicture:
    """The face and its sliders; its code is how far it has been moved along each direction."""
    gr.Markdown(TEXTS["lead"], elem_classes="note")
    face = LivePicture(draw, groups, alt=TEXTS.strings["picture"])
    back = gr.Button(TEXTS["back"])
    opened.select(show, [face, *sheet], face, **QUICK)
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
    found = [Group(say["named"], [named(d, u) for d, u in pairs if d.kind == "named"], say["named_hint"])]
    for sizes in RANGES:
        rows = [component(d, u) for d, u in pairs if d.kind != "named" and d.range == sizes]
        found.append(Group(say[sizes], rows, say["range_hint"]))
    return found


def named(d: Direction, unit: list[float]) -> Slider:
    note = both("holds", sizes=TEXTS.strings[d.range], r=figure(d.correlation), others=figure(d.others))
    if not d.holds:
        note = tuple(f"{a} {b}" for a, b in zip(note, TEXTS.strings["weak"], strict=True))
    return Slider(TEXTS.strings[d.name], -d.reach, d.reach, vector=unit, reading=unit, note=note)


def component(d: Direction, unit: list[float]) -> Slider:
    """A component by its number; what a probe recognises in it, if one does."""
    name, note = both(d.kind, i=d.name), ("", "")
    if d.told:
        says = TEXTS.strings[d.says]
        note = both("says", name=says, moves=figure(d.moves), r=figure(d.correlation))
    return Slider(name, -d.reach, d.reach, vector=unit, reading=unit, note=note)


def both(key: str, **facts: tuple[str, str] | str) -> tuple[str, str]:
    """A string in both languages; a fact may differ between them."""
    return tuple(
        TEXTS.say(key, code, **{k: v[i] if isinstance(v, tuple) else v for k, v in facts.items()})
        for i, code in enumerate(("pt", "en"))
    )


def figure(value: float) -> tuple[str, str]:
    return number(value, "pt", 2), number(value, "en", 2)
