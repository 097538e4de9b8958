"""The bottleneck and the loss: the same faces through 2, 5, 32 numbers; what beta does; z of two as a map."""

import random

import gradio as gr

from demos.ui import frame
from demos.ui.clickable import Clickable
from demos.ui.codes import CodeMaps
from demos.ui.errors import verdict
from demos.ui.live import LivePicture
from demos.ui.templates import render
from demos.ui.texts import Texts, beside, thousands, which
from generative import gan, vae
from generative.errors import GenerativeError
from generative.vae.rungs import Cast, Row, Rung

TAB = "faces_bottleneck"
TEXTS = Texts(
    TAB,
    {
        "tab": ("Gargalo e perda", "Bottleneck and loss"),
        "trained": ("Aprendeu a diminuir", "Learned to lower"),
        "plain": ("só a reconstrução (β = 0)", "the reconstruction term alone (β = 0)"),
        "vae": ("reconstrução + KL (β = 1)", "reconstruction + KL (β = 1)"),
        "others": ("Outros rostos", "Other faces"),
        "by_size": ("O mesmo rosto por 2, 5, 32 números", "The same face through 2, 5, 32 numbers"),
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
        "jpeg": (
            "JPEG: {n} bytes, {scan} sem as tabelas (qualidade {q}, {v} dB)",
            "JPEG: {n} bytes, {scan} without its tables (quality {q}, {v} dB)",
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
        "compression": ("Autocodificar é comprimir.", "Autoencoding is compression."),
        "by_beta": ("O que β faz", "What β does"),
        "from": ("Sortear z", "Draw z"),
        "prior": ("do prior N(0, I)", "from the prior N(0, I)"),
        "fitted": ("da normal ajustada aos códigos", "from the Gaussian fitted to the codes"),
        "reconstructions": ("reconstruções dos rostos acima", "reconstructions of the faces above"),
        "drawn_prior": ("sorteados: z de N(0, I)", "drawn: z from N(0, I)"),
        "drawn_fitted": ("sorteados: z da normal ajustada", "drawn: z from the fitted Gaussian"),
        "loss": (
            "perda: {recon} + {beta} × {kl} = {total}",
            "loss: {recon} + {beta} × {kl} = {total}",
        ),
        "no_kl": (
            "KL: não há, nada pede um espalhamento",
            "KL: there is none, nothing asks for a spread",
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
        "map": ("O mapa em duas dimensões", "The map in two dimensions"),
        **beside(__file__),
    },
)
MAP_TEXTS = {
    "alt": ("Rosto decodificado do ponto do mapa", "Face decoded from the point on the map"),
    "plain": (
        "β = 0, autocodificador simples: ninguém lhe falou do prior",
        "β = 0, plain autoencoder: nobody told it of the prior",
    ),
    "vae": ("β = 1, VAE: o KL junta a nuvem em torno de 0", "β = 1, VAE: KL gathers the cloud around 0"),
    "map": (
        "Mapa de β = {beta}: {n} códigos de rostos; as setas movem o ponto",
        "Map of β = {beta}: {n} codes of faces; the arrow keys move the point",
    ),
    "where": (
        "β = {beta}, z = ({z1}; {z2}). Código mais próximo no mapa: a {nearest}.",
        "β = {beta}, z = ({z1}, {z2}). Nearest code on the map: {nearest} away.",
    ),
    "ground": ("rostos decodificados ao fundo", "decoded faces behind the dots"),
    "silent": ("O servidor não respondeu. Tente de novo.", "The server did not answer. Try again."),
}
SOURCES = ("prior", "fitted")  # where z is drawn from
BETAS = (0, 1)  # of the families with z of 2 and 5, and of the maps
QUICK = {"show_progress": "hidden", "api_visibility": "private", "trigger_mode": "always_last"}


def build(opened: gr.Tab, inner: gr.Tabs, face: LivePicture, language_box: gr.Textbox) -> None:
    """Three parts on one page: the size of z, beta, the map."""
    said("lead")
    seed, chosen = gr.State(1), gr.State(1)  # the second face: the mean face, often the first, shows little
    title("by_size")
    with gr.Row():
        choices = [(TEXTS[key], beta) for key, beta in zip(("plain", "vae"), BETAS, strict=True)]
        beta = gr.Radio(choices, value=BETAS[0], label=TEXTS["trained"])
        others = gr.Button(TEXTS["others"], scale=0, min_width=200)
    said("by_size_note")
    sizes = Clickable(min_height=560)
    title("compression", "p")
    said("compression_note")
    title("by_beta")
    said("by_beta_note")
    source = gr.Radio([(TEXTS[key], key) for key in SOURCES], value=SOURCES[0], label=TEXTS["from"])
    betas = gr.HTML(min_height=360, apply_default_css=False)
    said("drawn_note")
    table = gr.HTML(apply_default_css=False)
    title("map")
    said("map_note")
    maps = CodeMaps(charts, vae.maps.point, MAP_TEXTS)

    asked = [face, language_box, seed, beta, source, chosen]
    everything = {"fn": show, "inputs": asked, "outputs": [sizes, betas, table, maps], **QUICK}
    opened.select(**everything)
    others.click(lambda: random.randrange(2**32), None, seed, **QUICK).then(**everything)
    gr.on([beta.change, source.change, chosen.change], show_rows, asked, [sizes, betas], **QUICK)
    sizes.pick(choose, None, chosen, **QUICK)


def title(key: str, tag: str = "h3") -> None:
    gr.HTML(f"<{tag}>{TEXTS.both(key)}</{tag}>", elem_classes="neck-title", apply_default_css=False)


def said(key: str) -> None:
    gr.Markdown(TEXTS[key], latex_delimiters=frame.FORMULAS, elem_classes="reading neck-said")


def values(face: dict | None) -> list[float]:
    return (face or {}).get("values") or []


def choose(event: gr.EventData) -> int:
    """A face of the first row was picked: the figures are now its."""
    return int(event.pick)


def charts() -> list[dict]:
    return [vae.maps.chart(beta)._asdict() for beta in BETAS]


def show(face: dict | None, lang: str, seed: int, beta: int, source: str, chosen: int) -> list:
    """Everything, for the face as it stands."""
    rows = show_rows(face, lang, seed, beta, source, chosen)
    try:
        return [*rows, table_html(list(vae.rungs.rungs().values()), lang), vae.maps.places(values(face))]
    except GenerativeError:  # the first row says it
        return [*rows, "", gr.skip()]


def show_rows(face: dict | None, lang: str, seed: int, beta: int, source: str, chosen: int) -> list[str]:
    """The rows by size and by beta, or the sentence that says why there are none."""
    try:
        found = vae.rungs.cast(values(face), seed, gan.model.sample, chosen)
        sizes = sizes_html(found, vae.rungs.by_size(found, beta), lang)
        return [sizes, betas_html(found, vae.rungs.by_beta(found, seed, source == "fitted"), source, lang)]
    except GenerativeError as error:
        return [verdict(error, lang), ""]


# ---- what is drawn ----


def sizes_html(found: Cast, rows: list[Row], lang: str) -> str:
    """The faces that go in, under them a line for each size of z; where the faces are from."""
    facts = {
        "who": ", ".join(TEXTS.say(kind, lang) for kind in found.kinds),
        "truth": vae.rungs.strip(found.x),
        "raw": thousands(vae.jpeg.RAW, lang),
        "thanks": found.thanks and found.thanks[("pt", "en")[which(lang)]],
    }
    return render("vae_faces/rungs_sizes.html", TEXTS, lang, found=found, rows=rows, **facts)


def betas_html(found: Cast, rows: list[Row], source: str, lang: str) -> str:
    """A line for each beta: both terms of the loss, reconstructions, samples."""
    known = vae.rungs.rungs()
    lines = [(row, vae.rungs.gap(known[row.z_dim, row.beta])) for row in rows]
    return render("vae_faces/rungs_betas.html", TEXTS, lang, found=found, lines=lines, source=source)


def table_html(rungs: list[Rung], lang: str) -> str:
    """The stored measurements of all rungs."""
    return render("vae_faces/rungs_table.html", TEXTS, lang, rungs=rungs)
