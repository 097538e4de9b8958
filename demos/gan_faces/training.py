"""The training in time-lapse: the same sixteen z, drawn by the generator at moments of its training."""

from collections.abc import Callable

import gradio as gr
from markupsafe import Markup

from demos.gan_faces import collapse, state
from demos.gan_faces.film import Film
from demos.gan_faces.state import Sheet
from demos.ui import ask, plots
from demos.ui.clickable import At
from demos.ui.errors import spoken, verdict
from demos.ui.frame import QUICK
from demos.ui.texts import Texts, beside, number
from generative import gan
from generative.errors import GenerativeError
from generative.gan import sheets

KINDS = ("real", "fake")
TEXTS = Texts(
    "gan_training",
    {
        "tab": ("Treino", "Training"),
        "moment": ("Momento do treino", "Moment of the training"),
        "lead": (
            "Os mesmos dezesseis códigos z ao longo do treino: quando surge um rosto, e quando os olhos?",
            "The same sixteen codes z through the training: when does a face appear, and when do eyes?",
        ),
        "picture": ("Dezesseis rostos ao longo do treino", "Sixteen faces through the training"),
        "thousand": ("{n} mil fotos vistas", "{n} thousand photos seen"),
        "million": ("{n} milhão de fotos vistas", "{n} million photos seen"),
        "last": ("{seen}: o gerador deste app", "{seen}: the generator of this app"),
        "first": ("Começo", "Beginning"),
        "end": ("Fim", "End"),
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


def build(opened: gr.Tab, sheet: Sheet) -> None:
    """The film of the moments; below, the training that collapsed; folded, the curves."""
    with ask.asked("gan_training"):
        alt, slider = TEXTS.strings["picture"], TEXTS.strings["moment"]
        film = Film(draw, alt, slider, elem_classes="veiled", min_height=320)
    collapse.build(opened, sheet)
    with state.know():
        curves = gr.HTML(apply_default_css=False)
    opened.select(show, list(sheet), film, **QUICK)
    opened.select(lambda lang: draw_curves(0, lang), sheet.language, curves, **QUICK)
    film.rested(curves_at, sheet.language, curves, **QUICK)


def show(seed: int, path: str, psi: float, noise: bool, held: str, lang: str) -> dict:
    """The film, at its beginning: a stop for each moment that was kept."""
    key = state.context(psi, noise, f"{seed}:{path}")
    with spoken(lang):
        found, first = gan.timelapse.moments(), draw(0, key)
    labels = [count(moment.images, lang) for moment in found]
    ends = [TEXTS.say("first", lang), TEXTS.say("end", lang)]
    labels[-1] = TEXTS.say("last", lang, seen=labels[-1])
    frames = [first, *[""] * (len(found) - 1)]
    return {"key": key, "frames": frames, "at": 0, "labels": labels, "ends": ends, "there": "steps"}


def count(images: int, lang: str) -> str:
    """How many photos were seen, as one says it."""
    if images < 1_000_000:
        return TEXTS.say("thousand", lang, n=number(images / 1000, lang, 0))
    return TEXTS.say("million", lang, n=number(images / 1e6, lang))


def draw(at: object, key: str) -> str:
    """The sheet as the generator drew it at a moment; the key says which sheet, and how it is drawn."""
    (which, *_), style = state.read_context(key)
    seed, path = (which.split(":") + [""])[:2]
    return gan.timelapse.sheet(at, sheets.number(seed), path, style)


def curves_at(lang: str, event: At) -> str:
    """The curves, with the moment marked at which the film rests."""
    return draw_curves(min(max(int(event.at), 0), len(gan.timelapse.moments()) - 1), lang)


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
