"""The same six faces through five models, and what each can say of how likely a face is."""

from pathlib import Path

import gradio as gr

from demos.diffusion_faces.state import Asked
from demos.ui import ask, frame
from demos.ui.kinds import Call
from demos.ui.live import answer
from demos.ui.templates import render
from demos.ui.texts import Texts, beside
from demos.ui.watch import Watching, number
from generative import diffusion
from generative.diffusion import six
from generative.shelf import Work

TEXTS = Texts(
    "diffusion_six",
    {
        "tab": ("Seis rostos, cinco modelos", "Six faces, five models"),
        "lead": (
            "Seis rostos refeitos por cinco modelos. Toque.",
            "Six faces redrawn by five models. Tap one.",
        ),
        "photo": ("foto", "photo"),
        "pca": ("PCA", "PCA"),
        "ae": ("autocodificador", "autoencoder"),
        "vae": ("VAE", "VAE"),
        "gan": ("GAN, por busca", "GAN, by search"),
        "diffusion": ("difusão, ida e volta", "diffusion, there and back"),
        "psnr": ("semelhança", "likeness"),
        "sharp": ("nitidez", "sharpness"),
        "bytes": ("código", "code"),
        "likely": ("quão provável?", "how likely?"),
        "of_photo": ("{n} bytes", "{n} bytes"),
        "db": ("{v} dB", "{v} dB"),
        "said_pca": ("densidade: {v} bits", "density: {v} bits"),
        "said_ae": ("não diz", "cannot say"),
        "said_vae": ("limite: ≤ {v} bits", "bound: ≤ {v} bits"),
        "said_gan": ("não diz: só sorteia", "cannot say: only draws"),
        "said_diffusion": ("{v} ± {e} bits", "{v} ± {e} bits"),
        "compute": ("calcular", "compute"),
        "computing": ("somando… {p}", "adding up… {p}"),
        "even": ("8 bits: como qualquer imagem", "8 bits: like any picture"),
        "know": ("Como se sabe?", "How do we know?"),
        "redrawn": ("{name}, {model}", "{name}, {model}"),
        "credit": (
            "Retratos oficiais do Congresso dos EUA, domínio público (17 U.S.C. 105):",
            "Official portraits of the United States Congress, public domain (17 U.S.C. 105):",
        ),
        **beside(__file__),
    },
)
SAID = (*six.MODELS, "db", "of_photo", "computing", "compute", "redrawn", *(f"said_{m}" for m in six.MODELS))


def build(opened: gr.Tab, language: gr.Textbox) -> dict[str, gr.components.Component]:
    """The table; below it whose portraits they are, and the reading. The address carries nothing."""
    with ask.asked("diffusion_six"):
        facts = {"models": six.MODELS, "faces": range(len(six.FILES))}
        html = render("diffusion_faces/six.html", TEXTS, "en", **facts)
        said = {key: TEXTS.strings[key] for key in SAID}
        js = Path(__file__).with_suffix(".js").read_text()
        works = {"in_time": in_time, "integrated": integrated}
        with gr.Column(elem_classes=[frame.ON_STAGE, "veiled"]):
            Watching(Asked, html, js, said, works, (table, likely))
    credit = f"{TEXTS.both('credit')} {', '.join(credited())}."
    gr.HTML(credit, apply_default_css=False, elem_classes="note six-credit")
    with gr.Accordion(TEXTS["know"], open=False, elem_classes="rare"):
        gr.Markdown(TEXTS["honest"], elem_classes="reading")
    return {}


def credited() -> list[str]:
    """Whose portraits they are; nobody where that cannot be read, so that the page opens all the same."""
    try:
        return six.names()
    except (OSError, ValueError, KeyError):
        return []


def in_time(call: dict) -> Work:
    """GAN and diffusion, face by face: computed once for all who look."""
    return Work(diffusion.six.in_time, ())


def integrated(call: dict) -> Work:
    """How likely diffusion finds the face that a call names."""
    return Work(diffusion.six.integrated, (number(call, "face"),))


def table(call: Call) -> dict:
    """{"portraits", "cells", "bytes", "raw"}: what the models with an encoder answer at once."""

    def work() -> dict:
        return {
            "portraits": [portrait._asdict() for portrait in six.portraits()],
            "cells": list(six.at_once()),
            "bytes": six.sizes(),
            "raw": six.faces()[0].numel(),
        }

    return answer(call, work)


def likely(call: Asked) -> dict:
    """{"face"} -> the fields of a `six.Likely`."""
    return answer(call, lambda: six.likely(number(call, "face"))._asdict())
