"""Moving a face: its sliders, faces drawn at random, what can be kept and saved."""

import json
import random

import gradio as gr

from demos.ui.errors import spoken
from demos.ui.live import Group, LivePicture, Slider
from demos.ui.texts import Texts
from demos.vae_faces import photo, sliders
from generative import vae

TEXTS = Texts(
    "faces_move",
    {
        "tab": ("Mover", "Move"),
        "picture": ("Rosto decodificado de z", "Face decoded from z"),
        "random": ("Sortear um rosto", "Random face"),
        "mixture": ("Sortear perto dos rostos de treino", "Random, near the training faces"),
        "mean": ("Rosto médio", "Mean face"),
        "hold": ("Guardar como A", "Keep as A"),
        "way": ("de A até este", "from A to this"),
        "way_picture": ("Rosto entre A e este", "Face between A and this one"),
        "png": ("Salvar PNG", "Save PNG"),
        "json": ("Salvar z (JSON)", "Save z (JSON)"),
        "webp": ("Salvar animação (WebP)", "Save animation (WebP)"),
    },
)
QUICK = {"show_progress": "hidden", "api_visibility": "private"}
SAVE_JSON = """
(face) => veredas.save(URL.createObjectURL(new Blob([JSON.stringify({z: (face && face.values) || []})],
  {type: 'application/json'})), 'veredas.json')
"""


def build(language_box: gr.Textbox) -> LivePicture:
    """The face and its sliders, which every view of the tab shares."""
    face = LivePicture(draw, sliders.groups, vae.directions.grid, alt=TEXTS.strings["picture"])
    with gr.Row():
        random_button = gr.Button(TEXTS["random"], variant="primary")
        mixture_button = gr.Button(TEXTS["mixture"])
        mean_button = gr.Button(TEXTS["mean"])
    keep_and_save(face, language_box)
    random_button.click(random_face, language_box, face, **QUICK)
    mixture_button.click(typical_face, language_box, face, **QUICK)
    mean_button.click(mean_face, language_box, face, **QUICK)
    return face


def keep_and_save(face: LivePicture, language_box: gr.Textbox) -> None:
    """A face is kept as A: the way from A to the face on screen; what can be saved to a file."""
    held, file = gr.State([]), gr.Textbox(visible="hidden")
    with gr.Row(elem_classes="rare"):
        keep = gr.Button(TEXTS["hold"], elem_classes="quiet")
        png = gr.Button(TEXTS["png"], elem_classes="quiet")
        as_json = gr.Button(TEXTS["json"], elem_classes="quiet")
        webp = gr.Button(TEXTS["webp"], elem_classes="quiet")
    way = LivePicture(
        photo.between,
        lambda: [Group(TEXTS.strings["way"], [Slider(TEXTS.strings["way"], 0, 1)])],
        visible=False,
        alt=TEXTS.strings["way_picture"],
        elem_classes="pair",
    )
    keep.click(code_of, face, held, **QUICK).then(follow, [held, face], way, **QUICK)
    face.change(follow, [held, face], way, **QUICK, trigger_mode="always_last")
    saved = "(url) => veredas.save(url, 'veredas.KIND')"
    png.click(png_of, [face, language_box], file, **QUICK).then(
        None, file, js=saved.replace("KIND", "png"), api_visibility="private"
    )
    webp.click(animation_of, [held, face, language_box], file, **QUICK).then(
        None, file, js=saved.replace("KIND", "webp"), api_visibility="private"
    )
    as_json.click(None, face, js=SAVE_JSON, api_visibility="private")


def draw(values: list[float], _: str) -> str:
    return vae.model.picture(values)


# ---- from the face on screen ----


def code_of(face: dict | None) -> list[float]:
    """The z on screen; before anything was moved, the mean face's."""
    return (face or {}).get("values") or vae.model.mean_z()


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


def follow(held: list[float], face: dict | None) -> dict:
    """The way from A to the face on screen, once there is an A."""
    if not held:
        return gr.skip()
    context = json.dumps([held, code_of(face)])
    value = {"values": [0.5], "picture": photo.between([0.5], context), "context": context}
    return gr.update(visible=True, value=value)


def png_of(face: dict | None, lang: str) -> str:
    with spoken(lang):
        return vae.model.png(code_of(face))


def animation_of(held: list[float], face: dict | None, lang: str) -> str:
    """From A, or else from the mean face, to the face on screen and back."""
    with spoken(lang):
        return vae.model.animation(held or vae.model.mean_z(), code_of(face))
