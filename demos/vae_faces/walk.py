"""A walk through latent space: a smooth way through faces drawn at random, which ends where it began."""

import random

import gradio as gr

from demos.ui.errors import spoken
from demos.ui.frame import QUICK
from demos.ui.live import Film, Group, LivePicture, Slider
from demos.ui.texts import Texts
from demos.vae_faces import move
from demos.vae_faces.stage import stage
from generative import vae
from generative.vae import walk

TEXTS = Texts(
    "faces_walk",
    {
        "tab": ("Passeio", "Walk"),
        "lead": (
            "Um passeio pelo espaço latente: de um rosto sorteado a outro, sem sair dos rostos.",
            "A walk through latent space: from one random face to the next, all faces on the way.",
        ),
        "way": ("lugar no passeio", "place on the walk"),
        "picture": ("Rosto neste ponto do passeio", "Face at this point of the walk"),
        "other": ("Outro passeio", "Another walk"),
        "take": ("Levar este rosto para Mover", "Take this face to Move"),
        "note": (
            "Seis códigos sorteados perto dos rostos de treino, ligados por uma curva suave "
            "(Catmull e Rom, 1974) que passa por todos e se fecha.",
            "Six codes drawn near the training faces, joined by "
            "a smooth curve (Catmull and Rom, 1974) that passes through each and closes.",
        ),
    },
)
FILM = Film(seconds=16, back=False)
FIRST = 18  # seed of the walk that is there before anything was asked for


def build(
    opened: gr.Tab, inner: gr.Tabs, face: LivePicture, seed: gr.Number, language_box: gr.Textbox
) -> None:
    """The face, the six that the walk passes through, the slider."""
    with stage(TEXTS, "vae_way", "walk-stage"):
        live = LivePicture(draw, groups, film=FILM, alt=TEXTS.strings["picture"])
    with gr.Row(elem_classes="after-stage"):
        other = gr.Button(TEXTS["other"])
        take = gr.Button(TEXTS["take"])
    gr.Markdown(TEXTS["note"], elem_classes="note rare")
    see = {"fn": show, "inputs": [seed, live, language_box], "outputs": live, **QUICK}
    opened.select(**see)
    other.click(lambda: random.randrange(100_000), None, seed, **QUICK).then(**see)
    take.click(to_face, [live, language_box], [face, inner], **QUICK)


def groups() -> list[Group]:
    return [Group(TEXTS.strings["way"], [Slider(TEXTS.strings["way"], 0, walk.STATIONS)])]


def place(values: list[float], context: str) -> tuple[int, float]:
    """Seed and place, as the browser has them; before Python has set any, the first walk's beginning."""
    return int(context) if context.isdecimal() else FIRST, values[0] if values else 0.0


def draw(values: list[float], context: str) -> str:
    return walk.picture(*place(values, context))


def show(seed: float, live: dict | None, lang: str) -> dict:
    """The walk of a seed from its beginning; the walk that is there already stays as it stands."""
    if live and live.get("context") == str(int(seed)):
        return gr.skip()
    with spoken(lang):
        faces = [vae.model.picture(code) for code in walk.stations(int(seed))]
    beginning = {"values": [0.0], "picture": faces[0], "context": str(int(seed))}
    return beginning | {"stations": [*faces, faces[0]], "sway": True}


def to_face(live: dict | None, lang: str) -> tuple[dict, gr.Tabs]:
    """The face on the walk becomes the one that every slider moves."""
    live = live or {}
    with spoken(lang):
        code = walk.at(*place(live.get("values") or [], live.get("context") or ""))
        return move.face_at(code), gr.Tabs(selected="move")
