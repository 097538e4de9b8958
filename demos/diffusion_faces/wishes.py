"""Smile, pose, nod, light, age asked for, or left open; sixteen at once."""

from pathlib import Path

import gradio as gr

from demos.diffusion_faces import state
from demos.diffusion_faces.state import Asked, Shared
from demos.ui import ask
from demos.ui.kinds import Call
from demos.ui.live import answer
from demos.ui.templates import render
from demos.ui.texts import Texts
from demos.ui.watch import Watching, number, text
from generative import diffusion
from generative.diffusion.films import SIXTEEN
from generative.shelf import Work

TEXTS = Texts(
    "diffusion_wishes",
    {
        "tab": ("Pedir", "Wishes"),
        "lead": (
            "Peça um sorriso, outra idade; o resto fica livre.",
            "Ask for a smile, another age; the rest stays free.",
        ),
        "open": ("livre", "open"),
        "leave": ("{name}: deixar livre", "{name}: leave open"),
        "guidance": ("orientação (guidance)", "guidance"),
        "sixteen": ("Dezesseis com o mesmo pedido", "Sixteen with the same wish"),
        "one": ("Um só", "One alone"),
        "another": ("Outro rosto", "Another face"),
        "birth": ("Ver nascer do ruído", "See it come out of noise"),
        "face": ("O rosto pedido", "The face that was asked for"),
        "years": ("{n} anos", "{n}"),
    },
)
WORDS = {  # from which value on it is said so
    "smile": [(-9, ("sério", "grave")), (-0.6, ("neutro", "neutral")), (0.6, ("sorri", "smiling"))],
    "pose": [(-9, ("à esquerda", "left")), (-0.5, ("de frente", "frontal")), (0.5, ("à direita", "right"))],
    "nod": [(-9, ("ergue", "raised")), (-0.5, ("reta", "level")), (0.5, ("baixa", "lowered"))],
    "brightness": [(0, ("escura", "dark")), (90, ("média", "medium")), (130, ("clara", "bright"))],
}
STRENGTHS = [  # of guidance, from which value on
    (0, ("0: como se nada fosse pedido.", "0: as if nothing were asked for.")),
    (0.3, ("1: como a rede aprendeu a obedecer.", "1: as the network learned to obey.")),
    (1.6, ("2: insiste no pedido.", "2: insists on the wish.")),
    (2.7, ("3 e mais: exagera, cores fortes e caretas.", "3 and more: overdone, harsh colours, grimaces.")),
]
SAID = ("open", "leave", "sixteen", "one", "face", "years")


def build(opened: gr.Tab, shared: Shared) -> dict[str, gr.components.Component]:
    """One large face, or sixteen in its place, beside what is asked of them."""
    with ask.asked("diffusion_wishes"):
        said = {key: TEXTS.strings[key] for key in SAID} | {"words": WORDS, "strengths": STRENGTHS}
        html = render("diffusion_faces/wishes.html", TEXTS, "en")
        js = Path(__file__).with_suffix(".js").read_text()
        works = {"one": one, "sixteen": sixteen}
        told = Watching(Asked, html, js, said, works, (sliders,), elem_classes="veiled")
    state.tie(told, opened, shared)
    return {}


def sliders(call: Call) -> dict:
    """{"sliders": name, ends, and the photos' mean, of all that one may ask for}, or {"error"}."""

    def work() -> dict:
        return {
            "sliders": [
                {"name": name, "title": state.NAMES[name], **asked._asdict()}
                for name, asked in diffusion.films.askable().items()
            ]
        }

    return answer(call, work)


def facts(call: dict) -> tuple:
    """Seed, wish, guidance of a call; without a wish every guidance is the same."""
    wish = text(call, "wish")
    return number(call, "seed"), wish, number(call, "guidance") if wish else 1.0


def one(call: dict) -> Work:
    return Work(diffusion.films.told_faces, (*facts(call), 1))


def sixteen(call: dict) -> Work:
    return Work(diffusion.films.told_faces, (*facts(call), SIXTEEN))
