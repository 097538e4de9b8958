"""What a GAN cannot do: say which code gives a picture. It is looked for; a VAE answers in one step."""

import random
from collections.abc import Iterator

import gradio as gr
from markupsafe import Markup

from demos.gan_faces.state import QUICK, Sheet
from demos.ui import plots
from demos.ui.errors import spoken
from demos.ui.templates import render
from demos.ui.texts import Texts, beside, number
from generative import gan

TEXTS = Texts(
    "gan_search",
    {
        "tab": ("O que a GAN não sabe", "What it cannot do"),
        "lead": (
            "Uma GAN não tem codificador: ninguém sabe que z dá este rosto, nem quão provável ele é. Resta "
            "procurar, descendo o erro passo a passo. O VAE responde em um passo.",
            "A GAN has no encoder: nobody knows which z gives this face, nor how likely it is. One can only "
            "look for it, going down the error step by step. The VAE answers in one step.",
        ),
        "kind": ("O rosto procurado é", "The face to look for is"),
        "vae": ("do VAE", "the VAE's"),
        "gan": ("da própria GAN", "the GAN's own"),
        "space": ("Procurar entre", "Look among"),
        "w": ("todos os w", "all w"),
        "z": ("só os que um z dá", "only those that a z gives"),
        "start": ("Procurar", "Look for it"),
        "stop": ("Parar", "Stop"),
        "other": ("Outro rosto", "Another face"),
        "target": ("o rosto procurado", "the face looked for"),
        "one": ("VAE: um passo, {s} s, {db} dB", "VAE: one step, {s} s, {db} dB"),
        "found": ("GAN: passo {i} de {n}, {s} s, {db} dB", "GAN: step {i} of {n}, {s} s, {db} dB"),
        "waiting": ("GAN: ainda não procurou", "GAN: has not looked yet"),
        "psnr": ("semelhança (PSNR, dB)", "likeness (PSNR, dB)"),
        "steps": ("passos", "steps"),
        "line_vae": ("VAE, um passo", "VAE, one step"),
        "line_gan": ("GAN, busca", "GAN, search"),
        **beside(__file__),
    },
)


def build(opened: gr.Tab, inner: gr.Tabs, sheet: Sheet) -> None:
    """Three faces and the curve; the search draws as it goes and can be stopped."""
    gr.Markdown(TEXTS["lead"], elem_classes="note")
    seed = gr.State(3)
    pictures = gr.HTML(min_height=300, apply_default_css=False)
    with gr.Row():
        with gr.Column(scale=3, min_width=340):
            with gr.Row():
                start = gr.Button(TEXTS["start"], variant="primary", min_width=110)
                stop = gr.Button(TEXTS["stop"], min_width=90)
                other = gr.Button(TEXTS["other"], min_width=130)
            kind = gr.Radio([(TEXTS[k], k) for k in gan.inversion.TARGETS], value="vae", label=TEXTS["kind"])
            space = gr.Radio([(TEXTS[k], k) for k in ("w", "z")], value="w", label=TEXTS["space"])
        with gr.Column(scale=2, min_width=300):
            plot = gr.HTML(min_height=200, apply_default_css=False)
    gr.Markdown(TEXTS["honest"], elem_classes="reading")
    inputs, outputs = [kind, seed, space, sheet.language], [pictures, plot]
    one_at_a_time = {"concurrency_limit": 2, "concurrency_id": "gan_search"}
    run = start.click(look, inputs, outputs, **QUICK, **one_at_a_time)
    stop.click(None, cancels=[run], api_visibility="private")
    see = {"fn": before, "inputs": inputs, "outputs": outputs, "cancels": [run], **QUICK}
    opened.select(before, inputs, outputs, **QUICK)
    gr.on([kind.change, space.change], **see)
    other.click(lambda: random.randrange(100_000), None, seed, **QUICK).then(**see)


def before(kind: str, seed: int, space: str, lang: str) -> tuple[str, str]:
    """The face and the VAE's answer."""
    with spoken(lang):
        return drawn(gan.inversion.one_step(kind, seed), [], lang)


def look(kind: str, seed: int, space: str, lang: str) -> Iterator[tuple[str, str]]:
    """The search, drawn every few steps."""
    with spoken(lang):
        one, found = gan.inversion.one_step(kind, seed), []
        for now in gan.inversion.search(kind, seed, space):
            found.append(now)
            yield drawn(one, found, lang)


def drawn(one: gan.inversion.OneStep, found: list[gan.inversion.Found], lang: str) -> tuple[str, str]:
    """Target, VAE, GAN side by side; the curve, which before a search is the VAE's level alone."""
    vae = TEXTS.say("one", lang, s=number(one.seconds, lang, 3), db=number(one.psnr, lang))
    picture, said = "", TEXTS.say("waiting", lang)
    level = [(x, one.psnr) for x in (0, gan.inversion.STEPS)]
    lines = [plots.Line(level, "real", TEXTS.say("line_vae", lang))]
    if found:
        now, picture = found[-1], found[-1].picture
        facts = {"s": number(now.seconds, lang), "db": number(now.psnr, lang)}
        said = TEXTS.say("found", lang, i=now.step, n=gan.inversion.STEPS, **facts)
        lines.append(plots.Line([(f.step, f.psnr) for f in found], "fake", TEXTS.say("line_gan", lang)))
    figures = ((one.target, TEXTS.say("target", lang)), (one.reconstruction, vae), (picture, said))
    three = render("gan_faces/search.html", TEXTS, lang, figures=figures)
    return f'<div class="gan-search">{three}</div>', curve(lines, lang)


def curve(lines: list[plots.Line], lang: str) -> Markup:
    """Likeness over steps, both from zero."""
    most = max(1, *(y for line in lines for _, y in line.points))
    x = plots.linear(
        TEXTS.say("steps", lang), gan.inversion.STEPS, lambda n: number(n, lang, 0), halves=False
    )
    y = plots.linear(TEXTS.say("psnr", lang), most, lambda n: number(n, lang, 0 if most > 8 else 1))
    return plots.svg(plots.Plot(x, y, lines, height=plots.LOW))
