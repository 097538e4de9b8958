"""What beta does: four VAEs that differ in beta alone, their reconstructions and their random draws."""

import random
from typing import NamedTuple

import gradio as gr

from demos.ui.clickable import Clickable, Pick
from demos.ui.errors import verdict
from demos.ui.frame import QUICK
from demos.ui.live import LivePicture
from demos.ui.templates import render
from demos.ui.texts import Texts, beside
from demos.vae_faces.rungs import reading, values
from demos.vae_faces.stage import folded, stage, waiting
from generative import gan, vae
from generative.errors import GenerativeError
from generative.vae.rungs import Cast, Row, Rung

TEXTS = Texts(
    "faces_beta",
    {
        "tab": ("Perda e β", "Loss and β"),
        "from": ("z de", "z from"),
        "prior": ("N(0, I)", "N(0, I)"),
        "fitted": ("normal dos códigos", "the codes’ Gaussian"),
        "reconstructions": ("reconstruções", "reconstructions"),
        "drawn_prior": ("sorteados: z de N(0, I)", "drawn: z from N(0, I)"),
        "drawn_fitted": ("sorteados: z da normal ajustada", "drawn: z from the fitted Gaussian"),
        "loss": (
            "perda: {recon} + {beta} × {kl} = {total}",
            "loss: {recon} + {beta} × {kl} = {total}",
        ),
        "no_kl": (
            "sem KL: nada pede um espalhamento",
            "no KL: nothing asks for a spread",
        ),
        "gap": ("códigos a pelo menos {v} nats do prior", "codes at least {v} nats from the prior"),
        "table": (
            "Os oito, em fotos que o treino não viu. Eixos ativos: KL média acima de 0,05 nats. Nitidez: das "
            "amostras de N(0, I), em relação às fotos.",
            "All eight, on photos that training has not seen. Active axes: mean KL above 0.05 nats. "
            "Sharpness: of samples from N(0, I), as a share of the photos'.",
        ),
        "model": ("modelo", "model"),
        "psnr_head": ("PSNR", "PSNR"),
        "kl_head": ("KL", "KL"),
        "recon_head": ("recons\u00adtrução", "recon\u00adstruction"),
        "active": ("eixos ativos", "active axes"),
        "sharpness": ("nitidez", "sharpness"),
        "none": ("não há", "none"),
        "recon": ("reconstrução {v} nats", "reconstruction {v} nats"),
        "kl": ("KL {v} nats", "KL {v} nats"),
        "faces_out": (
            "Os mesmos rostos por {n} números, β = {beta}",
            "The same faces through {n} numbers, β = {beta}",
        ),
        "again": ("Sortear", "Draw again"),
        "what": ("A perda, termo por termo", "The loss, term by term"),
        "figures": ("Os números", "The figures"),
        **beside(__file__),
    },
)
SOURCES = ("prior", "fitted")  # where z is drawn from
LATEST = {**QUICK, "trigger_mode": "always_last"}


class Choice(NamedTuple):
    """Which faces and draws, and where z is drawn from."""

    seed: int = 1
    source: str = "prior"


def build(opened: gr.Tab, inner: gr.Tabs, face: LivePicture, language_box: gr.Textbox) -> None:
    """A line for each beta; the loss and the stored figures below."""
    choice = gr.State(Choice())
    with stage(TEXTS, "beta", "betas-stage"):
        lines = Clickable(waiting())
    with folded(TEXTS["what"]):
        reading(TEXTS["by_beta_note"])
    with folded(TEXTS["figures"]):
        reading(TEXTS["drawn_note"])
        table = gr.HTML(apply_default_css=False)
    opened.select(show, [choice, face, language_box], lines, **LATEST)
    opened.select(table_of, language_box, table, **LATEST)
    lines.pick(choose, [choice, face, language_box], [choice, lines], **LATEST)


def choose(choice: Choice, face: dict | None, lang: str, event: Pick) -> tuple[Choice, str]:
    """A tap; `event.pick` is "source fitted" or "seed"."""
    _, source = event.field({"source": SOURCES, "seed": ("",)})
    changed = {"source": source} if source else {"seed": random.randrange(2**32)}
    choice = choice._replace(**changed)
    return choice, show(choice, face, lang)


def show(choice: Choice, face: dict | None, lang: str) -> str:
    """The lines, or the sentence that says why there are none."""
    try:
        found = vae.rungs.cast(values(face), choice.seed, gan.model.sample, 1)
        rows = vae.rungs.by_beta(found, choice.seed, choice.source == "fitted")
        return betas_html(found, rows, choice.source, lang)
    except GenerativeError as error:
        return verdict(error, lang)


def betas_html(found: Cast, rows: list[Row], source: str, lang: str) -> str:
    """A line for each beta: both terms of the loss, reconstructions, samples."""
    known = vae.rungs.rungs()
    lines = [(row, vae.rungs.gap(known[row.z_dim, row.beta])) for row in rows]
    facts = {"found": found, "lines": lines, "source": source, "sources": SOURCES}
    return render("vae_faces/betas.html", TEXTS, lang, **facts)


def table_of(lang: str) -> str:
    """The stored measurements, where they are there."""
    try:
        return table_html(list(vae.rungs.rungs().values()), lang)
    except GenerativeError:  # the lines say it
        return ""


def table_html(rungs: list[Rung], lang: str) -> str:
    """The stored measurements of all rungs."""
    return render("vae_faces/betas_table.html", TEXTS, lang, rungs=rungs)
