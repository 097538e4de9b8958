"""The same six faces through five models, and what each can say of how likely a face is."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, Required

import gradio as gr

from demos.diffusion_faces.desk import Followed, begun, more
from demos.diffusion_faces.state import Asked, Shared, tied
from demos.ui import ask, frame, links
from demos.ui.kinds import Call
from demos.ui.live import answer
from demos.ui.photo_box import Framed, PhotoBox
from demos.ui.templates import render
from demos.ui.texts import Texts, beside
from demos.ui.watch import Watching, number
from generative import diffusion
from generative.diffusion import edit, six
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
        "choose": ("Usar sua foto", "Use your photo"),
        "opening": ("Abrindo os modelos…", "Opening the models…"),
        "yours": ("sua foto", "your photo"),
        "save": ("Tabela (PNG)", "Table (PNG)"),
        "credit": (
            "Retratos oficiais do Congresso dos EUA, domínio público (17 U.S.C. 105):",
            "Official portraits of the United States Congress, public domain (17 U.S.C. 105):",
        ),
        **beside(__file__),
    },
)
FIRST = {"face": 0}  # in the address as six_face
SAID = (*six.MODELS, "db", "of_photo", "computing", "compute", "redrawn", *(f"said_{m}" for m in six.MODELS))
SAID += ("photo", "psnr", "sharp", "bytes", "likely", "yours", "opening")
HERE = Path(__file__).parent
JS = "".join(f"{(HERE / name).read_text()}\n" for name in ("paint.js", "six.js"))
KEEP = "() => document.querySelector('.six').dispatchEvent(new CustomEvent('keep'))"
WORKS: dict[str, Callable[[str], Iterator[tuple]]] = {"taken": six.taken, "integrated": six.integrated}


class Own(Call):
    """From the browser: a visitor's face, 64 x 64 pixels as a data URL; which work; whom the pool serves."""

    what: Required[Literal["taken", "integrated"]]
    face: Required[str]
    visitor: Required[str]


def build(opened: gr.Tab, shared: Shared) -> dict[str, gr.components.Component]:
    """The table; below it whose portraits they are, the box for one's own photo, and the reading. Returns
    what the address carries: which face is chosen."""
    fields = links.hidden(FIRST)
    with ask.asked("diffusion_six", "own-photo"):
        facts = {"models": six.MODELS, "faces": range(len(six.FILES))}
        html = render("diffusion_faces/six.html", TEXTS, "en", **facts)
        said = {key: TEXTS.strings[key] for key in SAID}
        works = {"in_time": in_time, "integrated": integrated}
        functions = (table, likely, own, own_begin, own_more)
        with gr.Column(elem_classes=[frame.ON_STAGE, "veiled"]):
            drawn = Watching(Asked, html, f"const OWN = {six.OWN};\n{JS}", said, works, functions)
        credit = f"{TEXTS.both('credit')} {', '.join(credited())}."
        gr.HTML(credit, apply_default_css=False, elem_classes="note six-credit")
        with gr.Row(elem_classes="rare"):
            save = gr.Button(TEXTS["save"], size="sm", scale=0, min_width=150, elem_classes="quiet")
            save.click(None, js=KEEP, **frame.QUICK)
        PhotoBox(judged=False, example=False)
    with gr.Accordion(TEXTS["know"], open=False, elem_classes="rare"):
        gr.Markdown(TEXTS["honest"], elem_classes="reading")
    tied(drawn, opened, shared.came, fields)
    return {f"six_{name}": field for name, field in fields.items()}


def told(read: Callable) -> dict[str, float]:
    """What the link says of these fields; read: `links.read` of the tab."""
    return {"six_face": read("six_face", FIRST["face"], check=six.one)}


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


# ---- a visitor's own face: nothing of it is kept ----


def own(call: Framed) -> dict:
    """{"photo", "frame"} -> {"face": 64 x 64 pixels, "picture": the same enlarged, "cells", "likely"}: what
    the models with an encoder answer at once."""

    def work() -> dict:
        face = edit.framed(str(call.get("photo")), call.get("frame"))
        found = {"face": face, "picture": edit.shown(face), "cells": six.own(face)}
        return found | {"likely": six.judged(face)._asdict()}

    return answer(call, work)


def own_begin(call: Own) -> dict:
    """{"what", "face", "visitor"} -> {}: GAN and diffusion look for the face, or its density is computed; it
    has begun, and `own_more` tells of it."""
    return begun(call, WORKS[str(call.get("what"))](str(call.get("face"))))


async def own_more(call: Followed) -> dict:
    """As `desk.more`."""
    return await more(call)
