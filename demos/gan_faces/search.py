"""What a GAN cannot do: say which code gives a picture. It is looked for; a VAE answers in one step."""

import random
from collections.abc import Iterator

import gradio as gr
from markupsafe import Markup

from demos.gan_faces import state
from demos.gan_faces.state import Sheet
from demos.ui import ask, frame, plots
from demos.ui.errors import spoken
from demos.ui.frame import QUICK
from demos.ui.templates import render
from demos.ui.texts import Texts, beside, number
from generative import gan

TEXTS = Texts(
    "gan_search",
    {
        "tab": ("O que a GAN não sabe", "What it cannot do"),
        "lead": (
            "Que código dá este rosto? O VAE responde em um passo; a GAN, sem codificador, tem de procurar.",
            "Which code gives this face? The VAE answers in one step; the GAN, without encoder, has to look.",
        ),
        "kind": ("O rosto procurado é", "The face to look for is"),
        "vae": ("do VAE", "the VAE's"),
        "gan": ("da própria GAN", "the GAN's own"),
        "space": ("Procurar entre", "Look among"),
        "w": ("todos os w", "all w"),
        "z": ("só os que um z dá", "only those that a z gives"),
        "start": ("Procurar o código", "Look for the code"),
        "stop": ("Parar", "Stop"),
        "other": ("Outro rosto", "Another face"),
        "target": ("o rosto procurado", "the face looked for"),
        "one": ("VAE: um passo, {db} dB", "VAE: one step, {db} dB"),
        "found": ("GAN: passo {i} de {n}, {db} dB", "GAN: step {i} of {n}, {db} dB"),
        "times": (
            "O VAE levou {vae} s; a busca da GAN, até aqui, {gan} s.",
            "The VAE took {vae} s; the GAN's search, so far, {gan} s.",
        ),
        "answer": ("a resposta do VAE", "the VAE's answer"),
        "mean": ("a GAN parte do rosto médio", "the GAN begins at its mean face"),
        "draw": ("a GAN parte de um sorteio", "the GAN begins at a draw"),
        "psnr": ("semelhança (PSNR, dB)", "likeness (PSNR, dB)"),
        "steps": ("passos", "steps"),
        "line_vae": ("VAE, um passo", "VAE, one step"),
        "line_gan": ("GAN, busca", "GAN, search"),
        **beside(__file__),
    },
)


def build(opened: gr.Tab, sheet: Sheet) -> None:
    """Three faces and the buttons on the stage, then the curve; the search draws as it goes."""
    seed = gr.State(3)
    with ask.asked("gan_search"), gr.Column(elem_classes=frame.ON_STAGE):
        pictures = gr.HTML(waiting(), apply_default_css=False)
        with gr.Row(elem_classes="gan-buttons veiled"):
            start = gr.Button(TEXTS["start"], variant="primary", min_width=140)
            stop = gr.Button(TEXTS["stop"], min_width=80)
            other = gr.Button(TEXTS["other"], min_width=110)
    with gr.Row(elem_classes="rare"):
        with gr.Column(min_width=300):
            kind = gr.Radio([(TEXTS[k], k) for k in gan.inversion.TARGETS], value="vae", label=TEXTS["kind"])
            space = gr.Radio([(TEXTS[k], k) for k in ("w", "z")], value="w", label=TEXTS["space"])
        with gr.Column(min_width=300):
            plot = gr.HTML(min_height=200, apply_default_css=False)
    with state.know():
        gr.Markdown(TEXTS["honest"], elem_classes="reading")
    inputs, outputs = [kind, seed, space, sheet.language], [pictures, plot]
    one_at_a_time = {"concurrency_limit": 2, "concurrency_id": "gan_search"}
    run = start.click(look, inputs, outputs, **QUICK, **one_at_a_time)
    stop.click(None, cancels=[run], api_visibility="private")
    see = {"fn": before, "inputs": inputs, "outputs": outputs, "cancels": [run], **QUICK}
    opened.select(before, inputs, outputs, **QUICK)
    gr.on([kind.change, space.change], **see)
    other.click(lambda: random.randrange(100_000), None, seed, **QUICK).then(**see)


def waiting() -> Markup:
    """Three grey fields that say what will stand there, until the first faces are drawn."""
    figures = [("", Markup(TEXTS.both(key))) for key in ("target", "answer", "mean")]
    return render("gan_faces/search.html", TEXTS, "en", figures=figures)


def before(kind: str, seed: int, space: str, lang: str) -> tuple[str, str]:
    """The face, the VAE's answer, and where the GAN begins."""
    with spoken(lang):
        begin = next(gan.inversion.search(kind, seed, space))
        return drawn(gan.inversion.one_step(kind, seed), [begin], lang, space)


def look(kind: str, seed: int, space: str, lang: str) -> Iterator[tuple[str, str]]:
    """The search, drawn every few steps."""
    with spoken(lang):
        one, found = gan.inversion.one_step(kind, seed), []
        for now in gan.inversion.search(kind, seed, space):
            found.append(now)
            yield drawn(one, found, lang, space)


def drawn(
    one: gan.inversion.OneStep, found: list[gan.inversion.Found], lang: str, space: str = "w"
) -> tuple[str, str]:
    """Target, VAE, GAN side by side; the curve, which before a search is the VAE's level alone."""
    now, level = found[-1], [(x, one.psnr) for x in (0, gan.inversion.STEPS)]
    lines = [plots.Line(level, "real", TEXTS.say("line_vae", lang))]
    said, times = TEXTS.say("mean" if space == "w" else "draw", lang), ""
    if now.step:
        said = TEXTS.say("found", lang, i=now.step, n=gan.inversion.STEPS, db=number(now.psnr, lang))
        lines.append(plots.Line([(f.step, f.psnr) for f in found], "fake", TEXTS.say("line_gan", lang)))
        seconds = {"vae": number(one.seconds, lang, 3), "gan": number(now.seconds, lang)}
        times = Markup('<p class="note">{}</p>').format(TEXTS.say("times", lang, **seconds))
    vae = TEXTS.say("one", lang, db=number(one.psnr, lang))
    figures = ((one.target, TEXTS.say("target", lang)), (one.reconstruction, vae), (now.picture, said))
    return render("gan_faces/search.html", TEXTS, lang, figures=figures), curve(lines, lang) + times


def curve(lines: list[plots.Line], lang: str) -> Markup:
    """Likeness over steps, both from zero."""
    most = max(1, *(y for line in lines for _, y in line.points))
    x = plots.linear(
        TEXTS.say("steps", lang), gan.inversion.STEPS, lambda n: number(n, lang, 0), halves=False
    )
    y = plots.linear(TEXTS.say("psnr", lang), most, lambda n: number(n, lang, 0 if most > 8 else 1))
    return plots.svg(plots.Plot(x, y, lines, height=plots.LOW))
