"""The same noise walked in 5, 10, 20, 50 steps, side by side."""

from pathlib import Path

import gradio as gr

from demos.diffusion_faces import state
from demos.diffusion_faces.state import Asked, Shared
from demos.ui import ask
from demos.ui.templates import render
from demos.ui.texts import Texts
from demos.ui.watch import Watching, number
from generative import diffusion
from generative.shelf import Work

TEXTS = Texts(
    "diffusion_steps",
    {
        "tab": ("Quantos passos?", "How many steps?"),
        "lead": (
            "O mesmo ruído em 5, 10, 20 e 50 passos. Toque num rosto e compare dentes, fios e pele.",
            "The same noise in 5, 10, 20 and 50 steps. Tap a face: compare teeth, hair and skin.",
        ),
        "steps": ("passos", "steps"),
        "alt": ("O rosto em {n} passos", "The face in {n} steps"),
        "another": ("Outro ruído", "Other noise"),
        "look": (
            "A pessoa é a mesma. Com poucos passos a rede faz curvas à régua: sai um rosto liso. O tempo "
            "cresce com os passos; a partir de 20, quase nada muda.",
            "The person is the same. In few steps the network cuts the bends of its path: a smooth face "
            "comes out. Time grows with the steps; from 20 on hardly anything changes.",
        ),
    },
)


def build(opened: gr.Tab, shared: Shared) -> dict[str, gr.components.Component]:
    """Four faces, drawn as they come; one of them large: the one under way, or the one that was tapped."""
    with ask.asked("diffusion_steps"):
        said = {key: TEXTS.strings[key] for key in ("alt",)}
        html = render("diffusion_faces/steps.html", TEXTS, "en", steps=diffusion.films.STEPS)
        js = Path(__file__).with_suffix(".js").read_text()
        four = Watching(Asked, html, js, said, {"paces": paces}, elem_classes="veiled")
    state.tie(four, opened, shared)
    return {}


def paces(call: dict) -> Work:
    """The four walks that a call asks for."""
    return Work(diffusion.films.paces, (number(call, "seed"),))
