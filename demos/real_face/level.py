"""How the next game will be: its kind and level, by a button or a link, and the sliders below them."""

import gradio as gr

from demos.room.texts import TEXTS as ROOM
from demos.ui import links
from demos.ui.clickable import Pick
from demos.ui.errors import verdict
from demos.ui.templates import render
from demos.ui.texts import Texts
from generative.errors import GenerativeError
from generative.games import difficulty, quiz

TAB = "real_face"
BITS = ("psi", "age", "crop", "seconds")  # the parts of a level that have a slider each
TEXTS = Texts(
    f"{TAB}_level",
    {
        **{bit: ROOM.strings[bit] for bit in (*BITS, *quiz.LEVELS)},
        "measured": (
            "Quanto cada nível diz a quem não olha como gente, em {rounds} rodadas por nível, medido em "
            "{date}; ao acaso, {chance}. A sonda é um classificador logístico sobre estatísticas dos pixels "
            "e os traços de uma pequena rede (sorriso, pose, luz, idade), que nunca viu a pessoa da rodada.",
            "What each level tells to who does not look as people do, on {rounds} rounds a level, measured "
            "on {date}; by chance, {chance}. The probe is a logistic classifier on pixel statistics and the "
            "features of a small network (smile, pose, light, age) that never saw the person of the round.",
        ),
        "fairface": ("FairFace (fotos)", "FairFace (photos)"),
        "portraits": ("retratos", "portraits"),
        "level": ("Nível", "Level"),
        "critic": ("D acerta", "D is right"),
        "probe": ("a sonda acerta", "the probe is right"),
    },
)


def sliders() -> list[gr.Slider]:
    """Truncation, moments earlier, crop, seconds to look: as the usual level has them."""
    usual = quiz.LEVELS["usual"]
    ranges = {"psi": (0, 1.2, 0.1), "age": (0, 9, 1), "crop": (0.7, 1, 0.05), "seconds": (0, 30, 1)}
    return [
        gr.Slider(low, high, getattr(usual, bit), step=step, label=TEXTS[bit])
        for bit, (low, high, step) in ranges.items()
    ]


def presets_html(kind: str, name: str) -> str:
    """Kinds of round and levels to choose from, in both languages."""
    groups = [("kind", kind, quiz.MODES, "kind_"), ("level", name, quiz.LEVELS, "")]
    return render("real_face/presets.html", ROOM, "en", groups=groups)


def measured_html(lang: str) -> str:
    """How hard each level was measured to be: what D and a small classifier get right."""
    try:
        found = difficulty.load()
    except GenerativeError as error:
        return verdict(error, lang)
    return render("real_face/measured.html", TEXTS, lang, found=found, levels=quiz.LEVELS, by_chance=1 / 3)


def from_link(request: gr.Request, kind: str, name: str, *bits: float) -> dict:
    """What the link that opened the page says; else what stands there. A level alone brings its sliders."""
    kind, linked = links.read(request, TAB, "kind", kind), links.read(request, TAB, "level", "")
    kind = kind if kind in quiz.MODES else "one_real"
    if linked in quiz.LEVELS:
        name, bits = linked, [getattr(quiz.LEVELS[linked], bit) for bit in BITS]
    read = {bit: links.read(request, TAB, bit, float(old)) for bit, old in zip(BITS, bits, strict=True)}
    return {"kind": kind, "level": name} | read


def choose_preset(event: Pick, kind: str, name: str, *bits: float) -> tuple:
    """Another kind of round, or another level with its sliders."""
    group, _, value = event.pick.partition(":")
    if group == "level" and value in quiz.LEVELS:
        name, bits = value, [getattr(quiz.LEVELS[value], bit) for bit in BITS]
    elif value in quiz.MODES:
        kind = value
    return kind, name, *bits, presets_html(kind, name)


def level_of(kind: str, name: str, psi: float, age: float, crop: float, seconds: float) -> quiz.Level:
    """The level as the page has it."""
    vae = quiz.LEVELS.get(name, quiz.LEVELS["usual"]).vae
    return quiz.Level(kind, psi, int(age), vae, crop, int(seconds))
