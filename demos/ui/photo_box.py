"""A visitor's own photo: chosen, dropped, pasted or taken; its face framed, by itself or by hand; encoded.

The photo is scaled in the browser and stays there. It goes to Python with each call (`server_functions`), as
a data URL, past Gradio's files, queue and log, and Python keeps nothing of it. The component's value is what
may leave it: {"mu": [...], "sigma": [...]}, both empty while there is no photo. While the frame moves, the
latest move wins; `change` is raised when it rests. Until there is a photo an example may stand in its place;
it never becomes the value.
"""

import json
from pathlib import Path
from typing import Required, TypedDict

import gradio as gr

from demos.ui.kinds import Call
from demos.ui.live import answer
from demos.ui.templates import render
from demos.ui.texts import Texts
from generative.photos import aligner
from generative.vae import portrait, stimuli

JS = (Path(__file__).parent / "photo_box.js").read_text()
EMPTY = {"mu": [], "sigma": []}
TEXTS = Texts(
    "photo_box",
    {
        "choose": ("Escolher uma foto", "Choose a photo"),
        "take": ("Tirar uma foto", "Take a photo"),
        "forget": ("Esquecer a foto", "Forget the photo"),
        "shoot": ("Fotografar", "Take it"),
        "cancel": ("Desistir", "Cancel"),
        "drop": (
            "Ou solte um arquivo aqui, ou cole uma imagem (Ctrl+V).",
            "Or drop a file here, or paste a picture (Ctrl+V).",
        ),
        "privacy": (
            "A foto fica na memória durante esta visita e nunca é gravada. Use só fotos de adultos: a sua, "
            "ou a de quem concordou.",
            "The photo stays in memory for this visit and is never stored. Only photos of adults: your own, "
            "or of someone who agreed.",
        ),
        "working": ("Procurando o rosto…", "Looking for the face…"),
        "one": (
            "Rosto encontrado e alinhado. Se os olhos e a boca não estão nas marcas, corrija a moldura.",
            "Face found and aligned. If eyes and mouth are not on the marks, correct the frame.",
        ),
        "several": (
            "Há {n} rostos nesta foto. Vale o da moldura cheia; toque em outra para trocar.",
            "There are {n} faces in this photo. The solid frame counts; tap another to change.",
        ),
        "none": (
            "Nenhum rosto encontrado. Ponha você a moldura: olhos e boca sobre as marcas.",
            "No face found. Place the frame yourself: eyes and mouth on the marks.",
        ),
        "placed": ("Moldura posta à mão.", "Frame placed by hand."),
        "offline": (
            "O servidor não respondeu. Tente de novo.",
            "The server did not answer. Try again.",
        ),
        "camera_refused": (
            "A câmera não abriu. Permita o uso da câmera no navegador ou escolha uma foto.",
            "The camera did not open. Allow it in the browser, or choose a photo.",
        ),
        "example": (
            "Exemplo: Eileen Collins, astronauta (NASA). Agora escolha a sua foto.",
            "An example: Eileen Collins, astronaut (NASA). Now choose your photo.",
        ),
        "photo": ("Sua foto, com a moldura do rosto", "Your photo, with the frame of the face"),
        "frame": (
            "Moldura do rosto: as setas movem, mais e menos mudam o tamanho, colchetes giram",
            "Frame of the face: arrows move it, plus and minus resize it, brackets turn it",
        ),
        "other": ("Outro rosto da foto", "Another face of the photo"),
        "hint": (
            "Arraste a moldura; o canto redondo muda o tamanho e gira. No teclado: setas, + e −, [ ].",
            "Drag the frame; its round corner resizes and turns it. On the keyboard: arrows, + and −, [ ].",
        ),
        "hint_fingers": (
            "Um dedo move a moldura; dois dedos, ou o canto redondo, mudam o tamanho e giram.",
            "One finger moves the frame; two fingers, or its round corner, resize and turn it.",
        ),
        "across": ("posição →", "position →"),
        "down": ("posição ↓", "position ↓"),
        "size": ("tamanho", "size"),
        "turn": ("giro", "turn"),
        "aligned": ("rosto alinhado, x", "aligned face, x"),
        "reconstruction": ("reconstrução, x̂", "reconstruction, x̂"),
        "error_map": ("erro |x − x̂|", "error |x − x̂|"),
        "scale": ("{full} ou mais", "{full} or more"),
        "psnr": ("semelhança (PSNR)", "likeness (PSNR)"),
        "recon": ("reconstrução, ½|x − x̂|²", "reconstruction, ½|x − x̂|²"),
        "kl": ("regularização, KL", "regularization, KL"),
        "unusual": ("Quão incomum é esta foto?", "How unusual is this photo?"),
        "unusual_note": (
            "Mais incomum que tantos dos rostos de treino, por três medidas, e o que muda quando a foto é "
            "estragada. O que cada medida deixa passar está na aba “Incomum?”.",
            "More unusual than so many of the training faces, by three measures, and what changes when the "
            "photo is spoilt. What each measure lets pass is under “Unusual?”.",
        ),
        "change_none": ("como está", "as it is"),
        "change_upside_down": ("de cabeça para baixo", "upside down"),
        "change_covered": ("olhos cobertos", "eyes covered"),
        "change_inverted": ("cores invertidas", "inverted colours"),
        "change_noisy": ("com ruído", "noise"),
        "change_blurred": ("desfocada", "blurred"),
        "by_elbo": ("ELBO", "ELBO"),
        "by_reconstruction": ("erro", "error"),
        "by_distance": ("distância", "distance"),
    },
)


class Photo(Call):
    photo: Required[str]


class Framed(Photo):
    """A photo, and where its face is: x, y, size, angle."""

    frame: Required[list[float]]


class Posterior(TypedDict):
    """The value."""

    mu: list[float]
    sigma: list[float]


def open_photo(call: Photo) -> dict:
    """{"photo"} that the browser could not draw -> {"photo"} that it can."""
    return answer(call, lambda: {"photo": portrait.opened(str(call.get("photo")))})


def find_faces(call: Photo) -> dict:
    """{"photo"} -> {"faces": frames, largest first, "start": the frame to begin with}."""
    return answer(call, lambda: portrait.find(str(call.get("photo")))._asdict())


def encode_face(call: Framed) -> dict:
    """{"photo", "frame": [x, y, size, angle]} -> the fields of a `portrait.Reading`."""
    return answer(call, lambda: portrait.read(str(call.get("photo")), call.get("frame"))._asdict())


def judge_photo(call: Framed) -> dict:
    """{"photo", "frame"} -> {"looks": [{"change", "picture", "percentiles"}]}, the face as it is first."""
    return answer(call, lambda: {"looks": [look._asdict() for look in _judged(call)]})


def show_example(call: Call) -> dict:
    """The fields of a `stimuli.Example`, as dicts: the same for everyone, computed once."""

    def found() -> dict:
        example = stimuli.example()
        return example._asdict() | {"reading": example.reading._asdict()}

    return answer(call, found)


def _judged(call: dict) -> list[stimuli.Ranked]:
    return stimuli.of_photo(str(call.get("photo")), call.get("frame"))


class PhotoBox(gr.HTML):
    """The photo, its frame, the reconstruction beside it. Events: `change` when mu and sigma change."""

    wants = Posterior

    def __init__(self, judged: bool = True, example: bool = True, **options: object):
        """judged: whether it also says how unusual the photo is; example: whether one is shown at first."""
        facts = {"marks": [*aligner.EYES, *aligner.MOUTH], "full": portrait.FULL}
        markup = {lang: render("ui/photo_box.html", TEXTS, lang, **facts) for lang in ("pt", "en")}
        given = {"texts": TEXTS.strings, "markup": markup, "judged": judged, "exampled": example}
        constants = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in given.items())
        super().__init__(
            EMPTY,
            html_template='<div class="photo-box"></div>',
            js_on_load=constants + JS,
            apply_default_css=False,
            server_functions=[open_photo, find_faces, encode_face, judge_photo, show_example],
            **options,
        )
        self.judged, self.example = judged, example  # else Gradio takes these names for events
