"""The training in time-lapse: the same sixteen z, drawn by the generator at moments of its training."""

from collections.abc import Callable

import gradio as gr
from markupsafe import Markup

from demos.gan_faces import collapse, state
from demos.gan_faces.face_sheet import FaceSheet
from demos.gan_faces.state import QUICK, Sheet
from demos.ui import plots
from demos.ui.errors import spoken, verdict
from demos.ui.templates import render
from demos.ui.texts import Texts, beside, number
from generative import gan
from generative.errors import GenerativeError

KINDS = ("real", "fake")
TEXTS = Texts(
    "gan_training",
    {
        "tab": ("Treino", "Training"),
        "moment": ("Momento do treino", "Moment of the training"),
        "after": ("Depois de", "After"),
        "thousand": ("{n} mil", "{n} thousand"),
        "seen": ("imagens reais vistas", "real images seen"),
        "last": ("; é o gerador deste app.", "; this is the generator of this app."),
        "no_curve": (
            "As perdas (losses) deste treino não foram guardadas, por isso não há curva delas aqui. O "
            "próximo treino as guarda junto com os pesos.",
            "The losses of this training were not kept, so there is no curve of them here. The next training "
            "keeps them with its weights.",
        ),
        "unlogged": (
            "Até {n} mil imagens as perdas não foram guardadas: as duas curvas de baixo começam ali.",
            "Up to {n} thousand images the losses were not kept: the two lower curves begin there.",
        ),
        "quality": ("Distância de Fréchet às fotos", "Fréchet distance to the photos"),
        "gan": ("GAN", "GAN"),
        "photos": ("fotos entre si", "photos among themselves"),
        "x": ("mil imagens vistas", "thousand images seen"),
        "losses": ("Perdas (losses)", "Losses"),
        "d_loss": ("de D", "D's"),
        "g_loss": ("de G", "G's"),
        "opinions": ("D diz: chance de ser real", "D says: chance of being real"),
        "d_real": ("das fotos", "of photos"),
        "d_fake": ("dos gerados", "of generated"),
        **beside(__file__),
    },
)


def build(opened: gr.Tab, inner: gr.Tabs, sheet: Sheet) -> None:
    """The slider has one stop a moment; it begins at the last. Below, the training that collapsed."""
    last = moments() - 1
    gr.Markdown(TEXTS["lead"], elem_classes="note")
    with gr.Row():
        with gr.Column(scale=3, min_width=340):
            faces = FaceSheet(judged=False, held=False, min_height=320)
        with gr.Column(scale=2, min_width=300):
            moment = gr.Slider(0, max(last, 1), value=last, step=1, label=TEXTS["moment"])
            said = gr.HTML(apply_default_css=False, elem_classes="gan-moment")
            curves = gr.HTML(apply_default_css=False)
    see = {"fn": show, "inputs": [moment, *sheet], "outputs": [faces, said], **QUICK}
    draw = {"fn": draw_curves, "inputs": [moment, sheet.language], "outputs": curves, **QUICK}
    for change in (see, draw):
        moment.change(**change, trigger_mode="always_last")
        opened.select(**change)
    collapse.build(opened, sheet)


def moments() -> int:
    """How many moments are shipped; the visitor of a page without weights reads why when it is opened."""
    try:
        return len(gan.timelapse.moments())
    except GenerativeError:
        return 1


def show(i: int, seed: int, path: str, psi: float, noise: bool, held: str, lang: str) -> tuple[dict, str]:
    with spoken(lang):
        picture = gan.timelapse.sheet(int(i), seed, path, state.style(psi, noise))
        found = gan.timelapse.moments()
    images = found[int(i)].images
    said = render("gan_faces/training.html", TEXTS, lang, images=images, last=int(i) == len(found) - 1)
    return {"picture": picture, "held": state.places(held), "key": []}, said


def draw_curves(i: int, lang: str) -> str:
    """Quality, losses and D's opinions over images seen, as far as they were kept, with moment i marked."""
    try:
        found, steps, seen = gan.quality.versions(), gan.timelapse.steps(), gan.timelapse.moments()
    except GenerativeError as error:
        return verdict(error, lang)
    first, last, now = (seen[place].images / 1000 for place in (0, -1, int(i)))
    x = plots.logarithmic(TEXTS.say("x", lang), first, last, lambda n: number(n, lang, 0))

    def drawn(title: str, lines: list[plots.Line]) -> Markup:
        most = max(1, *(y for one in lines for _, y in one.points))
        y = plots.linear(TEXTS.say(title, lang), most, lambda n: number(n, lang, 0 if most > 8 else 1))
        return plots.svg(plots.Plot(x, y, lines, at=now, height=plots.LOW))

    return quality_html(found, drawn, lang) + losses_html(steps, drawn, lang)


def quality_html(found: gan.quality.Versions | None, drawn: Callable, lang: str) -> str:
    """Frechet distance of every moment, and the floor."""
    if not found or len(found.rows) < 2:
        return ""
    points = [(row.images / 1000, row.figures.frechet) for row in found.rows]
    lines = [
        plots.Line(points, "fake", TEXTS.say("gan", lang)),
        plots.Line([(x, found.floor) for x, _ in points], "real", TEXTS.say("photos", lang), end=0),
    ]
    return f'{drawn("quality", lines)}<p class="note">{TEXTS.say("quality_note", lang)}</p>'


def losses_html(steps: list[gan.timelapse.Step], drawn: Callable, lang: str) -> str:
    """Both losses and D's opinions of photos and of generated faces, or why there are none."""
    if len(steps) < 2:
        return f'<p class="note">{TEXTS.say("no_curve", lang)}</p>'
    pairs = {"losses": ("d_loss", "g_loss"), "opinions": ("d_real", "d_fake")}
    plotted = [
        drawn(title, [line(name, steps, kind, lang) for name, kind in zip(pair, KINDS, strict=True)])
        for title, pair in pairs.items()
    ]
    begins = gan.timelapse.unlogged(steps)
    said = TEXTS.say("unlogged", lang, n=number(begins / 1000, lang, 0)) if begins else ""
    return f'{"".join(plotted)}<p class="note">{said} {TEXTS.say("balance", lang)}</p>'


def line(name: str, steps: list[gan.timelapse.Step], kind: str, lang: str) -> plots.Line:
    points = [(step.images / 1000, getattr(step, name)) for step in steps]
    return plots.Line(points, kind, TEXTS.say(name, lang), end=0)
