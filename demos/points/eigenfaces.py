"""Eigenfaces: a face as the mean face plus some of each, one more at a time, beside a VAE of as many numbers.

The six faces are shipped portraits. A visitor's photo stays in the browser, as in the photo box,
which tells this component, in the browser alone, which face is framed; Python gets it with one call, past
Gradio's files, queue and log, and keeps nothing of it. The sums come all at once: the slider asks nobody.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Required, TypedDict

import gradio as gr

from demos.ui import ask, links
from demos.ui.kinds import Call
from demos.ui.live import answer
from demos.ui.photo_box import Framed, PhotoBox
from demos.ui.templates import render
from demos.ui.texts import Texts, beside
from generative.diffusion import six
from generative.once import once
from generative.vae import eigenfaces

TEXTS = Texts(
    "points_eigenfaces",
    {
        "tab": ("Autofaces", "Eigenfaces"),
        "lead": (
            "Uma autoface (eigenface) não é um pedaço de rosto: é um padrão de luz, somado ao rosto médio.",
            "An eigenface is no part of a face but a pattern of light, added to the mean face.",
        ),
        "choose": ("Usar sua foto", "Use your photo"),
        "picture": ("Figura (PNG)", "Picture (PNG)"),
        "numbers": ("Números (CSV)", "Numbers (CSV)"),
        "know": ("Como se sabe?", "How do we know?"),
        "credit": (
            "Retratos oficiais do Congresso dos EUA, domínio público (17 U.S.C. 105):",
            "Official portraits of the United States Congress, public domain (17 U.S.C. 105):",
        ),
        **beside(__file__),
    },
)
SAID = {  # of the script
    "photo": ("a foto: {n} números", "the photo: {n} numbers"),
    "sum": ("{k} autofaces: {db} dB{sharp}", "{k} eigenfaces: {db} dB{sharp}"),
    "sum_0": ("só o rosto médio: {db} dB{sharp}", "the mean face alone: {db} dB{sharp}"),
    "sum_1": ("1 autoface: {db} dB{sharp}", "1 eigenface: {db} dB{sharp}"),
    "vae": ("VAE, {k} números: {db} dB{sharp}", "VAE, {k} numbers: {db} dB{sharp}"),
    "sharp": (", nitidez {p}", ", sharpness {p}"),
    "told": (
        "{k} números no lugar de {n}. Erro típico: {levels} de 255 níveis. Ficam {p} da variância das fotos.",
        "{k} numbers instead of {n}. Typical error: {levels} of 255 levels. Kept: {p} of photos’ variance.",
    ),
    "count": ("Quantas autofaces", "How many eigenfaces"),
    "mean": ("rosto médio", "mean face"),
    "mean_short": ("média", "mean"),
    "term": ("autoface {i}, {w} desvios", "eigenface {i}, {w} deviations"),
    "at": ("{k} números", "{k} numbers"),
    "curve": ("dB, com 0 a {n} números", "dB, with 0 to {n} numbers"),
    "silent": ("O servidor não respondeu. Tente de novo.", "The server did not answer. Try again."),
}
JS = Path(__file__).with_suffix(".js").read_text()
FACES = len(six.FILES)
MOST = 64  # eigenfaces
SIZES = (2, 5, 16, 32)  # numbers of which there is a VAE
FIRST = {"face": 0, "k": 16}
FIELDS = ("eigen_face", "eigen_k")  # of the address


class Told(TypedDict, total=False):
    """The value: which of the six faces, how many eigenfaces."""

    face: float
    k: float


class Chosen(Call):
    face: Required[float]


class Eigenfaces(gr.HTML):
    """Photo, sum and VAE, the slider, the eigenfaces."""

    wants = Told


def table(call: Call) -> dict:
    """{"basis": the fields of a `Basis`, "portraits": [{"name", "picture"}]}."""

    def work() -> dict:
        portraits = [portrait._asdict() for portrait in six.portraits()]
        return {"basis": eigenfaces.basis()._asdict(), "portraits": portraits}

    return answer(call, work)


def summed(call: Chosen) -> dict:
    """{"face"} -> the fields of `Sums`, of one of the six."""
    return answer(call, lambda: as_dict(_shipped(call.get("face"))))


def own(call: Framed) -> dict:
    """{"photo", "frame"} -> the fields of `Sums`, kept by nobody."""
    return answer(call, lambda: as_dict(eigenfaces.of_photo(str(call.get("photo")), call.get("frame"))))


@once
def _shipped(face: float) -> eigenfaces.Sums:
    """Raises NumberOutOfRange."""
    return eigenfaces.of_face(six.one(face)[0])


def as_dict(found: eigenfaces.Sums) -> dict:
    return found._asdict() | {"vaes": [one._asdict() for one in found.vaes]}


def script() -> str:
    """What the browser runs: the texts, what one sees first, the drawing and the hands."""
    first = {"told": FIRST, "most": MOST, "columns": eigenfaces.COLUMNS}
    return f"const texts = {json.dumps(SAID)}, first = {json.dumps(first)};\n{JS}"


def build(opened: gr.Tab, language_box: gr.Textbox) -> dict[str, gr.components.Component]:
    """Gives the fields that the address carries, by name; below the stage the photo box and the reading."""
    fields = links.hidden(FIRST)
    with ask.asked("points_eigenfaces", "eigen-photo"):
        html = render(
            "points/eigenfaces.html",
            TEXTS,
            "en",
            faces=range(FACES),
            tiles=range(MOST + 1),
            sizes=SIZES,
            first=FIRST,
        )
        functions = {"server_functions": [table, summed, own]}
        shown = Eigenfaces(
            None, html_template=html, js_on_load=script(), apply_default_css=False, **functions
        )
        PhotoBox(judged=False, example=False)
    links.tie(shown, fields)
    credit = f"{TEXTS.both('credit')} {', '.join(credited())}."
    gr.HTML(credit, apply_default_css=False, elem_classes="note eigen-credit")
    with gr.Accordion(TEXTS["know"], open=False, elem_classes="rare"):
        gr.Markdown(TEXTS["honest"], elem_classes="reading")
    return dict(zip(FIELDS, fields.values(), strict=True))


def credited() -> list[str]:
    """Whose portraits they are; nobody where that cannot be read, so that the page opens all the same."""
    try:
        return six.names()
    except (OSError, ValueError, KeyError):
        return []


def told(read: Callable, lang: str) -> dict:
    """What the link says of these fields, or what they begin with."""
    face = round(read("eigen_face", FIRST["face"], 0, FACES - 1))
    return dict(zip(FIELDS, (face, round(read("eigen_k", FIRST["k"], 0, MOST))), strict=True))
