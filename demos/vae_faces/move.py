"""Moving a face: its sliders, faces drawn at random, what can be kept and saved."""

import json
import random

import gradio as gr

from demos.ui.errors import spoken
from demos.ui.frame import QUICK
from demos.ui.live import LivePicture
from demos.ui.texts import Texts
from demos.vae_faces import sliders
from demos.vae_faces.stage import stage
from generative import vae

TEXTS = Texts(
    "faces_move",
    {
        "tab": ("Mover", "Move"),
        "lead": (
            "Este rosto é só uma lista de 32 números, z: mova um, e o decodificador o redesenha na hora.",
            "This face is just a list of 32 numbers, z: move one, and the decoder redraws it at once.",
        ),
        "picture": ("Rosto decodificado de z", "Face decoded from z"),
        "random": ("Sortear um rosto", "Random face"),
        "mixture": ("Perto dos rostos de treino", "Near the training faces"),
        "mean": ("Rosto médio", "Mean face"),
        "hold": ("Guardar como A", "Keep as A"),
        "held": ("Guardado: a aba “De A a B” parte dele.", "Kept: “From A to B” begins with it."),
        "png": ("Salvar PNG", "Save PNG"),
        "json": ("Salvar z (JSON)", "Save z (JSON)"),
    },
)
SAVE = "(url) => veredas.save(url, 'veredas.KIND')"
SAVE_JSON = """
(face) => veredas.save(URL.createObjectURL(new Blob([JSON.stringify({z: (face && face.values) || []})],
  {type: 'application/json'})), 'veredas.json')
"""


def build(a: gr.Textbox, language_box: gr.Textbox) -> LivePicture:
    """The face and its sliders, which every view of the tab shares; `a` is where one is kept."""
    with stage(TEXTS, "vae_move", "move-stage"):
        face = LivePicture(draw, sliders.groups, vae.directions.grid, alt=TEXTS.strings["picture"])
        with gr.Row(elem_classes="draw"):
            mixture_button = gr.Button(TEXTS["mixture"], variant="primary")  # its faces are the better ones
            random_button = gr.Button(TEXTS["random"])
            mean_button = gr.Button(TEXTS["mean"])
            keep = gr.Button(TEXTS["hold"])
    build_files(face, language_box)
    random_button.click(random_face, language_box, face, **QUICK)
    mixture_button.click(typical_face, language_box, face, **QUICK)
    mean_button.click(mean_face, language_box, face, **QUICK)
    held = f"() => veredas.toast(veredas.say({json.dumps(TEXTS.strings['held'])}))"
    keep.click(lambda face: written(code_of(face)), face, a, **QUICK).then(
        None, js=held, api_visibility="private"
    )
    return face


def build_files(face: LivePicture, language_box: gr.Textbox) -> None:
    """What can be saved of the face on screen."""
    file = gr.Textbox(visible="hidden")
    with gr.Row(elem_classes="rare"):
        png = gr.Button(TEXTS["png"], elem_classes="quiet")
        as_json = gr.Button(TEXTS["json"], elem_classes="quiet")
    png.click(png_of, [face, language_box], file, **QUICK).then(
        None, file, js=SAVE.replace("KIND", "png"), api_visibility="private"
    )
    as_json.click(None, face, js=SAVE_JSON, api_visibility="private")


def draw(values: list[float], _: str) -> str:
    return vae.model.picture(values)


# ---- from the face on screen ----


def code_of(face: dict | None) -> list[float]:
    """The z on screen; before anything was moved, the mean face's."""
    return (face or {}).get("values") or vae.model.mean_z()


def written(z: list[float]) -> str:
    """A code as a link holds it."""
    return json.dumps([round(v, 3) for v in z])


def face_at(z: list[float]) -> dict:
    """The live picture's value for a z."""
    return {"values": z, "picture": vae.model.picture(z), "context": ""}


def random_face(lang: str) -> dict:
    with spoken(lang):
        return face_at(vae.model.random_z(random.randrange(2**32)))


def typical_face(lang: str) -> dict:
    with spoken(lang):
        return face_at(vae.model.mixture_z(random.randrange(2**32)))


def mean_face(lang: str) -> dict:
    with spoken(lang):
        return face_at(vae.model.mean_z())


def png_of(face: dict | None, lang: str) -> str:
    with spoken(lang):
        return vae.model.png(code_of(face))
