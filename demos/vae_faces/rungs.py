"""The bottleneck and the loss: the same faces through 2, 5, 32 numbers; what beta does; z of two as a map."""

import random
from html import escape

import gradio as gr

from demos.ui import frame
from demos.ui.clickable import Clickable
from demos.ui.codes import CodeMaps
from demos.ui.errors import verdict
from demos.ui.live import LivePicture
from demos.ui.texts import Texts, number, percent
from generative import gan, vae
from generative.errors import GenerativeError
from generative.vae.rungs import Cast, Row, Rung

TAB = "faces_bottleneck"
TEXTS = Texts(
    TAB,
    {
        "tab": ("Gargalo e perda", "Bottleneck and loss"),
        "lead": (
            "Um autocodificador (*autoencoder*) aprende sem rótulos: espreme o rosto em poucos números, o "
            "gargalo (*bottleneck*), e o redesenha só a partir deles. Esses números, a que ninguém deu "
            "sentido, são as variáveis latentes (*latent variables*), $z$. Aqui há oito, pequenos, que "
            "diferem só no tamanho de $z$ e em $\\beta$.",
            "An autoencoder learns without labels: it squeezes a face into a few numbers, the bottleneck, "
            "and draws it again from these alone. The numbers, to which nobody gave a meaning, are the "
            "latent variables, $z$. Here are eight small ones that differ only in the size of $z$ and in "
            "$\\beta$.",
        ),
        "trained": ("Aprendeu a diminuir", "Learned to lower"),
        "plain": ("só a reconstrução (β = 0)", "the reconstruction term alone (β = 0)"),
        "vae": ("reconstrução + KL (β = 1)", "reconstruction + KL (β = 1)"),
        "others": ("Outros rostos", "Other faces"),
        "by_size": ("O mesmo rosto por 2, 5, 32 números", "The same face through 2, 5, 32 numbers"),
        "by_size_note": (
            "Em cima, os rostos que entram; embaixo, o que sobra deles depois do gargalo. Ao lado, as "
            "medidas do rosto marcado; toque no nome de outro para medi-lo. **Reconstrução** "
            "(*reconstruction*): metade do erro ao quadrado, somado sobre os 12.288 números do rosto, em "
            "nats; menos é melhor. PSNR: o mesmo erro em decibéis; mais é melhor.",
            "On top, the faces that go in; below, what is left of them after the bottleneck. Beside, the "
            "figures of the marked face; tap another's name to measure that one. **Reconstruction**: half "
            "the squared error, summed over the face's 12,288 numbers, in nats; less is better. PSNR: the "
            "same error in decibels; more is better.",
        ),
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
            "Não há fotos reais de 64 pixels nesta máquina; a aba *Qual rosto é real?* diz como trazê-las.",
            "There are no real photos of 64 pixels on this machine; the tab *Which face is real?* says how "
            "to bring some.",
        ),
        "compression": ("Autocodificar é comprimir.", "Autoencoding is compression."),
        "compression_note": (
            "O rosto tem 12.288 bytes; $z$, guardado em 16 bits por número, 4, 10 ou 64. O JPEG ao lado é o "
            "menor do mesmo rosto com PSNR igual ou melhor, achado testando todas as qualidades; mesmo na "
            "mais grosseira, um JPEG pode sair melhor que o pedido. A conta tem uma ressalva: o "
            "decodificador (menos de 1 MB, o mesmo para todos os rostos) não está nela, como as tabelas não "
            "estão no segundo número do JPEG. E o JPEG serve para qualquer imagem; este código, só "
            "para rostos.",
            "The face has 12,288 bytes; $z$, stored in 16 bits a number, 4, 10 or 64. The JPEG beside it is "
            "the smallest of the same face with equal or better PSNR, found by trying every quality; even at "
            "the coarsest a JPEG may come out better than asked. One caveat: the decoder (under 1 MB, the "
            "same for all faces) is not counted, as the tables are not in the JPEG's second number. And JPEG "
            "takes any picture; this code, only faces.",
        ),
        "by_beta": ("O que β faz", "What β does"),
        "by_beta_note": (
            "$$\\mathcal{L} = \\underbrace{\\tfrac{1}{2}\\|x - \\hat{x}\\|^2}_{\\text{reconstrução}} + "
            "\\beta \\underbrace{KL(q(z \\mid x)\\,\\|\\,N(0, I))}_{\\text{regularização}}$$\n\nO "
            "codificador do VAE dá a cada rosto não um ponto, mas uma pequena nuvem, $q(z \\mid x)$. A "
            "divergência **KL** (Kullback-Leibler) diz quantos nats essa nuvem se afasta do **prior** "
            "$N(0, I)$, a distribuição de onde depois se sorteia $z$. $\\beta$ diz quanto ela pesa. Os "
            "quatro têm $z$ de 32 números.\n\nCom $\\beta = 0$ a reconstrução é a melhor, mas os códigos "
            "se espalham como querem: um $z$ sorteado do prior cai onde o decodificador nunca treinou. Com "
            "$\\beta$ grande, sai caro dizer algo em $z$: eixos se calam, e as reconstruções ficam cada "
            "vez mais parecidas entre si.",
            "$$\\mathcal{L} = \\underbrace{\\tfrac{1}{2}\\|x - \\hat{x}\\|^2}_{\\text{reconstruction}} + "
            "\\beta \\underbrace{KL(q(z \\mid x)\\,\\|\\,N(0, I))}_{\\text{regularization}}$$\n\nA VAE's "
            "encoder gives each face not a point but a small cloud, $q(z \\mid x)$. The **KL** divergence "
            "(Kullback-Leibler) says by how many nats this cloud differs from the **prior** $N(0, I)$, "
            "from which $z$ is drawn later. $\\beta$ says how much that weighs. All four have a $z$ of 32 "
            "numbers.\n\nWith $\\beta = 0$ reconstruction is best, but the codes spread as they like: a "
            "$z$ drawn from the prior falls where the decoder was never trained. With a large $\\beta$ it "
            "is dear to say anything in $z$: axes fall silent, and reconstructions look more and more alike.",
        ),
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
        "drawn_note": (
            "As medidas são do rosto marcado acima; um nat vale 1,44 bit. A distância até o prior é a KL de"
            " todos os códigos de treino juntos (*aggregated posterior*), contada como se fossem uma "
            "normal: o que neles não é normal vem a mais. Os quatro sorteios partem dos mesmos números.",
            "The figures are those of the face marked above; a nat is 1.44 bits. The distance to the prior "
            "is the KL of all training codes together (the aggregated posterior), taken as if they were "
            "Gaussian: what is not Gaussian about them comes on top. All four draws start from the same "
            "numbers.",
        ),
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
        "map_note": (
            "Com um $z$ de dois números, o espaço latente (*latent space*) inteiro cabe na página. Cada "
            "ponto é o código de uma foto do treino: só os dois números, a foto não está no app. Os círculos "
            "tracejados são o prior, a 1, 2 e 3 desvios padrão; a cruz laranja, o rosto atual. Toque ou "
            "arraste em qualquer lugar, também onde não há ponto: ali o decodificador nunca treinou.",
            "With a $z$ of two numbers, the whole latent space fits on the page. Each dot is the code of a "
            "training photo: only its two numbers, the photo is not in the app. The dashed circles are the "
            "prior, at 1, 2 and 3 standard deviations; the orange cross, the current face. Tap or drag "
            "anywhere, also where there is no dot: there the decoder was never trained.",
        ),
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
HEADS = ("model", "psnr_head", "recon_head", "kl_head", "active", "sharpness")
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
        return [*rows, figures(list(vae.rungs.rungs().values()), lang), vae.maps.places(values(face))]
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


# ---- the size of z ----


def sizes_html(found: Cast, rows: list[Row], lang: str) -> str:
    """The faces that go in, under them a line for each size of z."""
    who = ", ".join(TEXTS.say(kind, lang) for kind in found.kinds)
    truth = strip(vae.rungs.strip(found.x), TEXTS.say("faces_in", lang, who=who))
    raw = TEXTS.say("raw", lang, n=thousands(vae.jpeg.RAW, lang))
    lines = [f'<div class="line"><b></b>{names(found, lang)}</div>']
    lines.append(line(TEXTS.say("goes_in", lang), truth, f"<span>{raw}</span>"))
    for row in rows:
        lines.append(line(TEXTS.say("numbers", lang, n=row.z_dim), faces_of(row, lang), facts(row, lang)))
    return f"{open_rows(found)}{''.join(lines)}</div>{origin(found, lang)}"


def line(name: str, faces: str, facts: str) -> str:
    return f'<div class="line"><b>{name}</b>{faces}<div class="facts">{facts}</div></div>'


def open_rows(found: Cast) -> str:
    return f'<div class="neck" style="--n:{len(found.kinds)}">'


def names(found: Cast, lang: str) -> str:
    """Over each face what it is; a sign besides the colour tells real from generated. A tap picks it."""
    buttons = (
        f'<button class="{"photo" if kind == "photo" else "made"}" data-pick="{i}" '
        f'aria-pressed="{str(i == found.chosen).lower()}">{TEXTS.say(kind, lang)}</button>'
        for i, kind in enumerate(found.kinds)
    )
    return f'<div class="names-box"><div class="names">{"".join(buttons)}</div></div>'


def strip(url: str, alt: str) -> str:
    return f'<div class="faces-row"><img src="{url}" alt="{escape(alt)}"></div>'


def faces_of(row: Row, lang: str) -> str:
    return strip(row.faces, TEXTS.say("faces_out", lang, n=row.z_dim, beta=f"{row.beta:g}"))


def facts(row: Row, lang: str) -> str:
    """The chosen face: error, KL where there is one, bytes of z, and the JPEG that is as good."""
    lines = [f"<b>{TEXTS.say('psnr', lang, v=number(row.psnr, lang))}</b>"]
    lines.append(TEXTS.say("recon", lang, v=number(row.recon, lang)))
    if row.kl is not None:
        lines.append(TEXTS.say("kl", lang, v=number(row.kl, lang)))
    lines.append(f"<b>{TEXTS.say('z_bytes', lang, n=row.z_bytes)}</b>")
    j = row.jpeg
    lines.append(TEXTS.say("jpeg", lang, n=j.size, scan=j.scan, q=j.quality, v=number(j.psnr, lang)))
    return "".join(f"<span>{line}</span>" for line in lines)


def origin(found: Cast, lang: str) -> str:
    """Where the faces are from."""
    thanks = escape(found.thanks["pt" if lang.startswith("pt") else "en"]) if found.thanks else ""
    rest = thanks or TEXTS.say("no_photos", lang).replace("*", "")
    return f'<p class="note">{TEXTS.say("made_note", lang)} {rest}</p>'


# ---- beta ----


def betas_html(found: Cast, rows: list[Row], source: str, lang: str) -> str:
    """A line for each beta: both terms of the loss, reconstructions, samples."""
    drawn = TEXTS.say(f"drawn_{source}", lang)
    head = f"<span></span><span>{TEXTS.say('reconstructions', lang)}</span><span>{drawn}</span>"
    lines = (
        f'<div class="line pairs"><b>β = {row.beta:g}<small>{terms(row, lang)}</small></b>'
        f"{faces_of(row, lang)}{strip(row.drawn, f'{drawn}, β = {row.beta:g}')}</div>"
        for row in rows
    )
    return f'{open_rows(found)}<div class="line pairs head">{head}</div>{"".join(lines)}</div>'


def terms(row: Row, lang: str) -> str:
    """Both terms of the loss of the chosen face, their sum, and how far all codes are from the prior."""
    recon = number(row.recon, lang)
    lines = [TEXTS.say("recon", lang, v=recon)]
    if row.kl is None:
        lines.append(TEXTS.say("no_kl", lang))
    else:
        kl, total = number(row.kl, lang), number(row.recon + row.beta * row.kl, lang)
        lines.append(TEXTS.say("kl", lang, v=kl))
        lines.append(TEXTS.say("loss", lang, recon=recon, beta=f"{row.beta:g}", kl=kl, total=total))
    far = vae.rungs.gap(vae.rungs.rungs()[row.z_dim, row.beta])
    lines.append(TEXTS.say("gap", lang, v=number(far, lang)))
    return "<br>".join(lines)


def figures(rungs: list[Rung], lang: str) -> str:
    """The stored measurements of all rungs as a table."""
    top = "".join(f"<th>{TEXTS.say(key, lang)}</th>" for key in HEADS)
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells(rung, lang))}</tr>" for rung in rungs)
    return f'<table class="rungs"><caption>{TEXTS.say("table", lang)}</caption><tr>{top}</tr>{lines}</table>'


def cells(rung: Rung, lang: str) -> list[str]:
    none = TEXTS.say("none", lang)
    return [
        f"z {rung.z_dim}, β {rung.beta:g}",
        number(rung.psnr, lang),
        number(rung.recon, lang),
        none if rung.kl is None else number(rung.kl, lang),
        none if rung.active is None else str(rung.active),
        percent(rung.sharpness, lang, 0),
    ]


def thousands(n: int, lang: str) -> str:
    """12.288 in Portuguese, 12,288 in English."""
    return f"{n:,}".replace(",", "." if lang.startswith("pt") else ",")
