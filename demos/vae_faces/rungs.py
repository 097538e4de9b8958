"""The bottleneck: the same faces through 2, 5 and 32 numbers, and what is left of them."""

import random
from typing import NamedTuple

import gradio as gr

from demos.ui import frame
from demos.ui.clickable import Clickable, Pick
from demos.ui.errors import verdict
from demos.ui.frame import QUICK
from demos.ui.live import LivePicture
from demos.ui.templates import render
from demos.ui.texts import Texts, beside, thousands, which
from demos.vae_faces.stage import folded, stage, waiting
from generative import gan, vae
from generative.errors import GenerativeError
from generative.vae.rungs import Cast, Row

TAB = "faces_bottleneck"
TEXTS = Texts(
    TAB,
    {
        "tab": ("Gargalo", "Bottleneck"),
        "others": ("Outros rostos", "Other faces"),
        "goes_in": ("entra", "goes in"),
        "numbers": ("{n} números", "{n} numbers"),
        "current": ("rosto atual", "current face"),
        "photo": ("foto real", "real photo"),
        "gan": ("da GAN", "by the GAN"),
        "faces_in": ("Rostos que entram: {who}", "Faces that go in: {who}"),
        "faces_out": (
            "Os mesmos rostos por {n} números, β = {beta}",
            "The same faces through {n} numbers, β = {beta}",
        ),
        "psnr": ("PSNR {v} dB", "PSNR {v} dB"),
        "recon": ("reconstrução {v} nats", "reconstruction {v} nats"),
        "kl": ("KL {v} nats", "KL {v} nats"),
        "raw": ("{n} bytes, um por número", "{n} bytes, one a number"),
        "z_bytes": ("z: {n} bytes", "z: {n} bytes"),
        "jpeg_bytes": ("JPEG igual: {n} bytes", "as good a JPEG: {n} bytes"),
        "jpeg": (
            "{scan} bytes sem as tabelas, qualidade {q}, {v} dB",
            "{scan} bytes without its tables, quality {q}, {v} dB",
        ),
        "made_note": (
            "O rosto atual é o da primeira vista, desenhado pelo VAE grande; uma foto sua entra como ele a "
            "redesenha. Os da GAN também são gerados.",
            "The current face is that of the first view, drawn by the large VAE; a photo of yours goes in as "
            "that VAE redraws it. Those by the GAN are generated too.",
        ),
        "no_photos": (
            "Não há fotos reais de 64 pixels nesta máquina; a aba Qual rosto é real? diz como trazê-las.",
            "There are no real photos of 64 pixels on this machine; the tab Which face is real? says how "
            "to bring some.",
        ),
        "what": ("O que se vê aqui", "What is seen here"),
        "compression": ("Autocodificar é comprimir", "Autoencoding is compression"),
        **beside(__file__),
    },
)
BETAS = (0, 1)  # of the families with z of 2 and 5
LATEST = {**QUICK, "trigger_mode": "always_last"}

OFFERED = {"chosen": [str(i) for i in range(vae.rungs.OTHERS + 1)], "beta": ["0", "1"], "seed": [""]}


class Choice(NamedTuple):
    """Which faces, which beta, and whose figures are shown.

    The second face: the mean face, often the first, shows little.
    """

    seed: int = 1
    beta: int = 0
    chosen: int = 1


def build(opened: gr.Tab, inner: gr.Tabs, face: LivePicture, language_box: gr.Textbox) -> None:
    """The faces that go in, and what comes out of each bottleneck; the reading below."""
    choice = gr.State(Choice())
    with stage(TEXTS, "bottleneck", "rungs-stage"):
        sizes = Clickable(waiting())
    thanks = gr.HTML(apply_default_css=False, elem_classes="rare")
    for key, texts in (("what", ("about", "by_size_note")), ("compression", ("compression_note",))):
        with folded(TEXTS[key]):
            for text in texts:
                reading(TEXTS[text])
    opened.select(show, [choice, face, language_box], [sizes, thanks], **LATEST)
    sizes.pick(choose, [choice, face, language_box], [choice, sizes, thanks], **LATEST)


def reading(text: gr.i18n.I18nData) -> None:
    gr.Markdown(text, latex_delimiters=frame.FORMULAS, elem_classes="reading neck-said")


def values(face: dict | None) -> list[float]:
    return (face or {}).get("values") or []


def choose(choice: Choice, face: dict | None, lang: str, event: Pick) -> tuple[Choice, str, str]:
    """A tap; `event.pick` is "chosen 2", "beta 1" or "seed"."""
    field, value = event.field(OFFERED)
    choice = choice._replace(**{field: int(value) if value else random.randrange(2**32)})
    return choice, *show(choice, face, lang)


def show(choice: Choice, face: dict | None, lang: str) -> tuple[str, str]:
    """The rows, or the sentence that says why there are none; where the faces are from."""
    try:
        found = vae.rungs.cast(values(face), choice.seed, gan.model.sample, choice.chosen)
        rows = vae.rungs.by_size(found, choice.beta)
        return sizes_html(found, rows, choice.beta, lang), thanks_html(found, lang)
    except GenerativeError as error:
        return verdict(error, lang), ""


def sizes_html(found: Cast, rows: list[Row], beta: int, lang: str) -> str:
    """The faces that go in, under them a line for each size of z."""
    facts = {
        "who": ", ".join(TEXTS.say(kind, lang) for kind in found.kinds),
        "truth": vae.rungs.strip(found.x),
        "raw": thousands(vae.jpeg.RAW, lang),
    }
    return render("vae_faces/rungs.html", TEXTS, lang, found=found, rows=rows, beta=beta, **facts)


def thanks_html(found: Cast, lang: str) -> str:
    """Where the faces are from, and whom to thank for the photos."""
    thanks = found.thanks and found.thanks[("pt", "en")[which(lang)]]
    return render("vae_faces/rungs_thanks.html", TEXTS, lang, thanks=thanks)
