"""A visitor's photo into noise and back, and with another smile or turn of the head.

The photo stays in the browser, as in the photo box, which tells this component, in the browser alone, which
face is framed. The face goes to Python with each call as 64 x 64 pixels, and so does its noise, once it is
known: past Gradio's files, queue and log, and Python forgets both when the call, or the work it began, ends.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, Required

import gradio as gr

from demos.diffusion_faces import api_edit
from demos.diffusion_faces.desk import begun, more
from demos.diffusion_faces.state import Shared, tied
from demos.ui import ask, frame, links
from demos.ui.kinds import Call, ChoiceUnknown
from demos.ui.live import answer
from demos.ui.photo_box import Framed, PhotoBox
from demos.ui.templates import render
from demos.ui.texts import Texts, beside
from generative.diffusion import edit, films
from generative.errors import LARGEST_SEED, check_seed

HERE = Path(__file__).parent
JS = (HERE / "paint.js").read_text() + (HERE / "photo.js").read_text()
KEEP = "() => document.querySelector('.own').dispatchEvent(new CustomEvent('keep', {{detail: '{}'}}))"
MODES = ("noise", "flow")
FIRST = {"mode": MODES[0], "t": 0.5, "seed": 1, "wish": ""}  # in the address each as photo_...
TEXTS = Texts(
    "diffusion_photo",
    {
        "tab": ("Seu rosto", "Your own face"),
        "lead": (
            "Sua foto vira ruído e volta: o que sobrevive?",
            "Your photo into noise and back: what survives?",
        ),
        "noise": ("Ruído e volta", "Noise and back"),
        "flow": ("Outro sorriso", "Another smile"),
        "choose": ("Usar sua foto", "Use your photo"),
        "photo": ("a foto", "the photo"),
        "noised": ("com {p} de ruído", "with {p} of noise"),
        "back": ("o que volta", "what comes back"),
        "turned": ("pela difusão", "by diffusion"),
        "vae": ("pelo VAE", "by the VAE"),
        "share": ("ruído, t", "noise, t"),
        "other": ("Outro ruído", "Other noise"),
        "smile": ("sorriso", "smile"),
        "pose": ("virar a cabeça", "turn the head"),
        "own": ("Como na foto", "As in the photo"),
        "survives": (
            "Volta com {db} dB de semelhança e {sharp} da nitidez da foto.",
            "Comes back with a likeness of {db} dB and {sharp} of the photo's sharpness.",
        ),
        "survives_plain": ("Volta com {db} dB de semelhança.", "Comes back with a likeness of {db} dB."),
        "trip": (
            "Ida e volta, sem pedir nada: {db} dB. O ruído guarda a foto quase inteira.",
            "There and back, nothing asked: {db} dB. The noise holds nearly all of the photo.",
        ),
        "there": (
            "A foto vai ao seu ruído, passo {n} de {of}",
            "The photo goes to its noise, step {n} of {of}",
        ),
        "way": ("De volta, passo {n} de {of}", "On its way back, step {n} of {of}"),
        "know": ("Como se sabe?", "How do we know?"),
        "queue": ("{n} antes de você, cerca de {s} s", "{n} before you, about {s} s"),
        "save_picture": ("Imagem (PNG)", "Picture (PNG)"),
        "save_way": ("Caminho (WebP)", "Way (WebP)"),
        "offline": ("O servidor não respondeu. Tente de novo.", "The server did not answer. Try again."),
        **beside(__file__),
    },
)
UNSAID = ("honest", "tab", "lead", "know", "save_picture", "save_way")  # what the script does not say
WORKS: dict[str, Callable[[dict], Iterator[edit.Step]]] = {
    "partway": lambda call: edit.partway(str(call.get("face")), call.get("t"), call.get("seed")),
    "trip": lambda call: edit.there_and_back(str(call.get("face"))),
    "again": lambda call: edit.again(str(call.get("face")), call.get("code"), asked(call)),
}


def asked(call: dict) -> dict[str, object]:
    """Smile and pose of a call; `edit` checks them."""
    return {name: call.get(name) for name in edit.NAMES}


class Face(Call):
    """From the browser: a face, 64 x 64 pixels as a data URL."""

    face: Required[str]


class Noised(Face):
    t: Required[float]
    seed: Required[float]


class Turned(Face, total=False):
    smile: float | None
    pose: float | None


class Begun(Turned, total=False):
    what: Required[Literal["partway", "trip", "again"]]
    visitor: Required[str]
    t: float
    seed: float
    code: dict


class Kept(Call):
    """From the browser: a way that it has seen, as data URLs."""

    frames: Required[list[str]]


def cut(call: Framed) -> dict:
    """{"photo", "frame"} -> {"face": 64 x 64 pixels, "shown": the same enlarged}, data URLs."""

    def work() -> dict:
        face = edit.framed(str(call.get("photo")), call.get("frame"))
        return {"face": face, "shown": edit.shown(face)}

    return answer(call, work)


def noised(call: Noised) -> dict:
    """{"face", "t", "seed"} -> {"picture"}, without a call of the network: it follows the hand."""
    face = str(call.get("face"))
    return answer(call, lambda: {"picture": edit.noised(face, call.get("t"), call.get("seed"))})


def by_vae(call: Turned) -> dict:
    """{"face", "smile", "pose"} -> {"picture"}: the VAE's answer to the same wish."""
    return answer(call, lambda: {"picture": edit.by_vae(str(call.get("face")), asked(call))})


def begin(call: Begun) -> dict:
    """{"what", "visitor", ...} -> {}: a work has begun, and `more` tells of it."""
    return begun(call, WORKS[str(call.get("what"))](call))


def animation(call: Kept) -> dict:
    """{"frames": data URLs} -> {"animation"}: the way that the browser has seen, as one file for it."""
    return answer(call, lambda: {"animation": edit.animated(call.get("frames"))})


class OwnFace(gr.HTML):
    """Photo, noised, back; or photo, by diffusion, by the VAE; under them the sliders.

    Its value has the names of FIRST: a wish, "smile:1.5,pose:-1", has what a hand or a link moved; what the
    photo itself shows stands in no address.
    """

    def __init__(self, **options: object):
        facts = {"reach": edit.REACH, "t": FIRST["t"]}
        markup = {lang: render("diffusion_faces/photo.html", TEXTS, lang, **facts) for lang in ("pt", "en")}
        said = {key: pair for key, pair in TEXTS.strings.items() if key not in UNSAID}
        given = {"texts": said, "markup": markup, "first": FIRST}
        constants = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in given.items())
        super().__init__(
            None,
            html_template='<div class="own"></div>',
            js_on_load=constants + JS,
            apply_default_css=False,
            server_functions=[cut, noised, by_vae, begin, more, animation],
            **options,
        )


def build(opened: gr.Tab, shared: Shared) -> dict[str, gr.components.Component]:
    """The stage, and below it the box that a photo is chosen and framed in. Returns what the address carries:
    all but the photo."""
    fields = links.hidden(FIRST)
    with ask.asked("diffusion_photo", "own-photo"):
        with gr.Column(elem_classes=[frame.ON_STAGE, "veiled"]):
            face = OwnFace()
        with gr.Row(elem_classes="rare"):
            for key in ("picture", "way"):
                button = gr.Button(
                    TEXTS[f"save_{key}"], size="sm", scale=0, min_width=150, elem_classes="quiet"
                )
                button.click(None, js=KEEP.format(key), **frame.QUICK)
        PhotoBox(judged=False)
    with gr.Accordion(TEXTS["know"], open=False, elem_classes="rare"):
        gr.Markdown(TEXTS["honest"], elem_classes="reading")
    for call in api_edit.CALLS:
        gr.api(call, api_name=call.__name__)
    tied(face, opened, shared.came, fields)
    return {f"photo_{name}": field for name, field in fields.items()}


def told(read: Callable) -> dict[str, str | float]:
    """What the link says of these fields; read: `links.read` of the tab."""
    return {
        "photo_mode": read("photo_mode", FIRST["mode"], check=known_mode),
        "photo_t": read("photo_t", FIRST["t"], 0, 1),
        "photo_seed": read("photo_seed", FIRST["seed"], high=LARGEST_SEED, check=check_seed),
        "photo_wish": read("photo_wish", FIRST["wish"], check=known_wish),
    }


def known_mode(mode: str) -> None:
    if mode not in MODES:
        raise ChoiceUnknown(name="photo_mode")


def known_wish(wish: str) -> None:
    """Raises WishUnknown, NumberOutOfRange."""
    edit.check(dict(films.read_wish(wish)))
