"""The way from noise to a face, step by step, as it is computed; walked back, and on with other noise."""

from pathlib import Path

import gradio as gr

from demos.diffusion_faces import state
from demos.diffusion_faces.state import Asked, Shared
from demos.ui import ask
from demos.ui.frame import QUICK
from demos.ui.live import answer_later
from demos.ui.templates import render
from demos.ui.texts import Texts
from demos.ui.watch import Watching, all_records, number, text
from generative import diffusion
from generative.shelf import Work

TEXTS = Texts(
    "diffusion_noise",
    {
        "tab": ("Do ruído ao rosto", "From noise to a face"),
        "lead": (
            "À esquerda, ruído (pixels sorteados) que vira rosto a cada passo; à direita, o rosto que "
            "a rede espera.",
            "Left: noise (random pixels) turns into a face step by step; right: the face the network "
            "expects.",
        ),
        "noise": ("o que há até aqui", "what there is so far"),
        "face": ("o que a rede espera", "what the network expects"),
        "play": ("Rever", "Play again"),
        "another": ("Outro rosto", "Another face"),
        "branch": ("Seguir daqui com outro ruído", "Go on from here with other noise"),
        "hint": (
            "Volte com o controle e siga com outro ruído: cedo muda o rosto, tarde um detalhe.",
            "Walk back with the slider and go on with other noise: early the face changes, late a freckle.",
        ),
        "steps_are": ("passos", "steps"),
        "slider": ("Passo", "Step"),
        "steps": ("Em quantos passos", "In how many steps"),
        "step": ("passo {k} de {n}, t = {t}", "step {k} of {n}, t = {t}"),
        "before": ("Antes. Toque para trocar.", "Before. Tap to swap."),
        "asked": ("Pedido:", "Asked for:"),
        "clear": ("tirar", "drop it"),
        "save_face": ("Rosto (PNG)", "Face (PNG)"),
        "save_way": ("Caminho (WebP)", "Way (WebP)"),
    },
)
HERE = Path(__file__)
KEEP = "() => document.querySelector('.walk').dispatchEvent(new CustomEvent('keep', {{detail: '{}'}}))"
SAID = ("slider", "steps", "step", "noise", "face", "before", "asked", "clear")


def build(opened: gr.Tab, shared: Shared) -> dict[str, gr.components.Component]:
    """The two pictures with all that is done to them; below, what one keeps."""
    with ask.asked("diffusion_noise"):
        said = {key: TEXTS.strings[key] for key in SAID} | {"names": state.NAMES}
        html = render("diffusion_faces/noise.html", TEXTS, "en", steps=diffusion.films.STEPS)
        js = HERE.with_suffix(".js").read_text()
        walk = Watching(Asked, html, js, said, {"frames": way}, (animation,), elem_classes="veiled")
    with gr.Row(elem_classes="rare"):
        for key in ("face", "way"):
            button = gr.Button(TEXTS[f"save_{key}"], size="sm", scale=0, min_width=150, elem_classes="quiet")
            button.click(None, js=KEEP.format(key), **QUICK)
    state.tie(walk, opened, shared)
    return {}


def way(call: dict) -> Work:
    """The way that a call asks for. Without a wish every guidance is the same."""
    wish = text(call, "wish")
    guidance = number(call, "guidance") if wish else 1.0
    facts = (number(call, "seed"), number(call, "steps"), wish, guidance, text(call, "branches"))
    return Work(diffusion.films.frames, facts)


def animation(call: Asked) -> dict:
    """{"animation": data URL} of a way that the browser has seen to its end, or {"error"}."""

    def work() -> dict:
        return {"animation": diffusion.films.animated(all_records(text(call, "visitor"), way(call)))}

    return answer_later(call, work)
