"""The first screen of "Sizes": every size writes on from one sentence; beside it, what size brings."""

import gradio as gr
from markupsafe import Markup

from demos.next_word.view import Sentence, first_screen, waiting
from demos.ui import plots
from demos.ui.errors import verdict
from demos.ui.frame import QUICK
from demos.ui.gpu import on_gpu
from demos.ui.models import called
from demos.ui.templates import render
from demos.ui.texts import Texts, number, percent
from generative import language
from generative.errors import GenerativeError, TextEmpty
from generative.language.sampling import Options
from generative.language.sizes import Size

TEXTS = Texts(
    "words_ladder_rungs",
    {
        "lead": (
            "A mesma frase, do bigrama à rede maior.",
            "One sentence, from the bigram to the largest.",
        ),
        "counts": ("{n} mi de contagens", "{n} M counts"),
        "parameters": ("{n} mi de parâmetros", "{n} M parameters"),
        "hub": ("do Hub", "from the Hub"),
        "visiting": ("desta visita", "of this visit"),
        "tokens": ("{n} mi de tokens", "{n} M tokens"),
        "gpu": ("{n} min de GPU", "{n} min of GPU"),
        "cpu": ("{n} min de CPU", "{n} min of CPU"),
        "again": ("Sortear de novo", "Draw again"),
        "how": (
            "temperatura {temperature} · top-p {top_p} · semente {seed}",
            "temperature {temperature} · top-p {top_p} · seed {seed}",
        ),
        "bits": ("bits por byte em {of}", "bits per byte of {of}"),
        "en": ("inglês", "English"),
        "pt": ("português", "Portuguese"),
        "stored": ("números guardados (milhões)", "numbers stored (millions)"),
        "point": ("{name}: {x} milhões, {bits} bits por byte", "{name}: {x} million, {bits} bits per byte"),
        "law": (
            "A reta das quatro redes: dez vezes maior, {less} menos bits.",
            "The line of the four networks: ten times larger, {less} fewer bits.",
        ),
    },
)
WORDS = 14  # two lines on the page
OPTIONS = Options(0.8, 0, 0.95)  # "balanced", as on "Write on"
GIVEN = 24  # characters of the sentence that stand before what is written, to the last whole word
MILLION = 1_000_000
HEIGHT = 250  # of the plot
lent_written = on_gpu(language.sizes.written)


def build(s: Sentence) -> tuple[gr.HTML, gr.State]:
    """What each size writes, the plot, a button for other chances; the output of `draw` and its seed."""
    seed = gr.State(0)
    with first_screen(TEXTS, "ladder"):
        with gr.Row(elem_classes="ladder-row"):
            rungs = gr.HTML(waiting(), apply_default_css=False, elem_classes=["rungs", "veiled"])
            gr.HTML(scaling(), apply_default_css=False, elem_classes="ladder-plot")
        again = gr.Button(TEXTS["again"], size="sm", elem_classes=["quiet", "again"])
    again.click(draw_again, [*s, seed], [rungs, seed], **QUICK)
    return rungs, seed


def sizes(model: str) -> list[str]:
    """All that are shipped, and the Hub model where one is chosen."""
    return language.model.available() + ([] if language.model.is_shipped(model) else [model])


def draw(text: str, model: str, lang: str, seed: int) -> str:
    """A rung for each size: its name, what it cost, what it writes after the sentence."""
    try:
        if not text.strip():
            raise TextEmpty()
        models = {one.name: one for one in language.sizes.published()}
        rungs = [rung(text, name, models.get(name), seed, lang) for name in sizes(model)]
    except GenerativeError as error:
        return verdict(error, lang)
    return render(
        "next_word/ladder.html", TEXTS, lang, rungs=rungs, given=given(text), options=OPTIONS, seed=seed
    )


def draw_again(text: str, model: str, lang: str, seed: int) -> tuple[str, int]:
    """The same with the chances of the next seed."""
    return draw(text, model, lang, seed + 1), seed + 1


def rung(text: str, name: str, size: Size | None, seed: int, lang: str) -> dict[str, str | list[str]]:
    """The lines written by a size (the model ends a line as often as it likes), and its facts in words."""
    write = language.sizes.written if language.model.is_here(name) else lent_written
    lines = write(text, name, WORDS, OPTIONS, seed).split("\n")
    cost = {"tokens": "", "time": ""} if size is None else what_it_took(size, lang)
    return {"name": called(name, lang), "lines": lines, "size": how_large(name, lang), **cost}


def how_large(name: str, lang: str) -> str:
    """How many numbers a model has."""
    if not language.model.is_shipped(name):
        return TEXTS.say("visiting" if language.model.is_here(name) else "hub", lang)
    key = "counts" if name in language.model.NGRAMS else "parameters"
    return TEXTS.say(key, lang, n=number(language.sizes.parameters(name) / MILLION, lang))


def what_it_took(size: Size, lang: str) -> dict[str, str]:
    """The tokens that a size read, and how long that took, before its last stretch."""
    if not size.costs:
        return {"tokens": "", "time": ""}
    first = size.costs[0]
    minutes = number(first.minutes, lang, 1 if first.minutes < 10 else 0)
    return {
        "tokens": TEXTS.say("tokens", lang, n=number(first.tokens / MILLION, lang, 0)),
        "time": TEXTS.say("gpu" if first.gpu else "cpu", lang, n=minutes),
    }


def given(text: str) -> str:
    """The end of the sentence, to the whole word."""
    text = " ".join(text.split())
    return text if len(text) <= GIVEN else "… " + text[-GIVEN:].partition(" ")[2]


# ---- what size brings ----


def scaling() -> Markup:
    """The plot in each page language, and what its line says; what the measurements lack is said below."""
    try:
        models = language.sizes.published()
    except GenerativeError:
        return Markup("")
    drawn = {lang: (plots.svg(plot(models, lang)), law(models, lang)) for lang in ("pt", "en")}
    return render("next_word/ladder_plot.html", TEXTS, "", drawn=drawn)


def networks(models: list[Size], of: str) -> list[tuple[float, float]]:
    """(numbers stored in millions, bits per byte) of what is trained and not counted."""
    return [(one.parameters / MILLION, one.bits_per_byte[of]) for one in models if not one.whole]


def plot(models: list[Size], of: str) -> plots.Plot:
    """Bits per byte in the page's language against the numbers stored; a line through the networks."""
    marks = [mark(one, of) for one in models]
    xs, ys = [m.x for m in marks], [m.y for m in marks]
    lines = []
    if len(points := networks(models, of)) > 1:
        ends, bits = (points[0][0] / 1.5, points[-1][0] * 1.5), language.sizes.power_law(points)
        lines = [plots.Line([(x, bits(x)) for x in ends])]
    x = plots.logarithmic(
        TEXTS.say("stored", of), min(xs) / 1.7, max(xs) * 12, lambda v: number(v, of, int(v < 1))
    )
    name = TEXTS.say("bits", of, of=TEXTS.say(of, of))
    y = plots.logarithmic(name, min(ys) / 1.2, max(ys) * 1.08, lambda v: number(v, of, 1), plots.DENSE)
    return plots.Plot(x, y, lines, marks, height=HEIGHT)


def mark(one: Size, of: str) -> plots.Mark:
    """A model as it is shipped: a square where it counts."""
    name, x, bits = called(one.name, of), one.parameters / MILLION, one.bits_per_byte[of]
    title = TEXTS.say("point", of, name=name, x=number(x, of), bits=number(bits, of, 2))
    return plots.Mark(x, bits, title, name, plots.SQUARE if one.whole else plots.CIRCLE, "above right")


def law(models: list[Size], of: str) -> str:
    """What the line promises of a network ten times as large."""
    if len(points := networks(models, of)) < 2:
        return ""
    bits = language.sizes.power_law(points)
    return TEXTS.say("law", of, less=percent(1 - bits(10) / bits(1), of, 0))
