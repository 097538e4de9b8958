"""Sizes: one sentence on models that count and on networks of growing size; what size and text bring.

Its first screen, on which all of them write on, is in ladder.py.
"""

from typing import NamedTuple, TypedDict

import gradio as gr
from markupsafe import Markup

from demos.next_word import ladder
from demos.next_word.view import Sentence, Take, View, waiting
from demos.ui import plots
from demos.ui.clickable import Clickable
from demos.ui.errors import accepted, spoken, verdict
from demos.ui.frame import QUICK
from demos.ui.gpu import on_gpu
from demos.ui.guard import said
from demos.ui.models import called
from demos.ui.templates import render
from demos.ui.texts import Texts, beside, number
from generative import language
from generative.errors import GenerativeError, within
from generative.language.sizes import Comparison, Size
from generative.language.words import append

TEXTS = Texts(
    "words_ladder",
    {
        "rest": ("todas as outras", "all others"),
        "left_out": (
            "O texto é longo: só o fim entra; palavras que ficaram de fora: {n}.",
            "The text is long: only its end is read; words left out: {n}.",
        ),
        "en": ("Inglês", "English"),
        "pt": ("Português", "Portuguese"),
        "by_parameters": ("números guardados (milhões)", "numbers stored (millions)"),
        "by_tokens": ("tokens lidos (milhões)", "tokens read (millions)"),
        "bits": ("{of}: bits por byte", "{of}: bits per byte"),
        "whole": ("inteiro", "whole"),
        "whole_name": ("{name} inteiro", "whole {name}"),
        "point": ("{name}: {x} milhões, {bits} bits por byte", "{name}: {x} million, {bits} bits per byte"),
        **beside(__file__),
    },
)
BEST = 4  # words that each model brings in
MOST_MODELS = 6
MILLION = 1_000_000
FIRST = language.model.NGRAMS[0]  # its label goes above its mark, where there is room
lent_compare = on_gpu(language.sizes.compare)


def build(s: Sentence) -> View:
    """What every size writes; below it the next words side by side, then the plots, which depend on no
    sentence."""
    rungs, seed = ladder.build(s)
    words = Clickable(waiting(), elem_classes="ladder-words")
    gr.Markdown(TEXTS["legend"], elem_classes="note")
    gr.Markdown(TEXTS["plots"], elem_classes="reading")
    gr.HTML(scaling(), apply_default_css=False)
    rungs.change(draw, [*s], words, **QUICK, trigger_mode="always_last", queue=False)
    return View(rungs, ladder.draw, (seed,), (Take(words.pick, take),))


def draw(text: str, model: str, lang: str) -> str:
    """The same words on every model, and on the Hub model where one is chosen."""
    try:
        return page(compare(text, ladder.sizes(model), BEST), lang)
    except GenerativeError as error:
        return verdict(error, lang)


def take(text: str, pick: str) -> str:
    """The sentence with a word of the table, which counts its last word as complete."""
    return append(text, pick)


def compare(text: str, names: list[str], n: int) -> Comparison:
    """A Hub model computes on a lent GPU where the host lends one."""
    work = language.sizes.compare if all(map(language.model.is_here, names)) else lent_compare
    return work(text, names, n)


# ---- one prompt ----


class Column(NamedTuple):
    """A model: its name, how large it is, and the p of the words that are not listed."""

    name: str
    size: str
    rest: float


class Cell(NamedTuple):
    """p of one word in one model, and whether it is that model's favourite."""

    name: str
    p: float
    best: bool


class Row(NamedTuple):
    """A word, and what each model makes of it."""

    text: str
    cells: list[Cell]


def page(compared: Comparison, lang: str) -> Markup:
    """A row for each word, a column for each model; on a phone the columns stand under the word."""
    longest = max((p for row in compared.rows for p in row.p), default=1.0) or 1.0
    facts = {"columns": columns(compared, lang), "longest": longest, "left_out": max(compared.left_out)}
    return render("next_word/sizes.html", TEXTS, lang, rows=rows(compared, lang), **facts)


def columns(compared: Comparison, lang: str) -> list[Column]:
    """Each model, with what it gives to all words that are not listed."""
    return [
        Column(
            called(name, lang),
            ladder.how_large(name, lang),
            max(0.0, 1 - sum(row.p[i] for row in compared.rows)),
        )
        for i, name in enumerate(compared.models)
    ]


def rows(compared: Comparison, lang: str) -> list[Row]:
    """Each word with its p in every model."""
    names = [called(name, lang) for name in compared.models]
    best = [max(column) for column in zip(*(row.p for row in compared.rows), strict=True)]
    return [
        Row(row.text, [Cell(n, p, p == top) for n, p, top in zip(names, row.p, best, strict=True)])
        for row in compared.rows
    ]


# ---- size and text ----


def scaling() -> Markup:
    """Four plots in each page language; the style sheet shows those that the visitor reads."""
    try:
        models = language.sizes.published()
    except (GenerativeError, OSError) as error:  # the page must open all the same
        return render("next_word/sizes_plots.html", TEXTS, "", error=said(error), plots={})
    drawn = {
        lang: [plots.svg(plot(models, of, lang)) for of in order for plot in (by_size, by_text)]
        for lang, order in (("pt", ("pt", "en")), ("en", ("en", "pt")))
    }
    return render("next_word/sizes_plots.html", TEXTS, "", error=None, plots=drawn)


def by_size(models: list[Size], of: str, lang: str) -> plots.Plot:
    """Held-out bits per byte of the language `of` against the numbers stored."""
    marks = [mark(one, one.parameters, of, lang, "below") for one in models]
    lines = [plots.Line([(m.x, m.y) for m in marks if m.shape == plots.CIRCLE])]
    for one, cut in zip(models, marks.copy(), strict=True):
        if one.whole:
            marks.append(whole := mark_whole(one, of, lang))
            lines.append(plots.Line([(cut.x, cut.y), (whole.x, whole.y)], "dashed"))
    x = x_axis("by_parameters", [m.x for m in marks], lang)
    return plots.Plot(x, y_axis(models, of, lang), lines, marks)


def by_text(models: list[Size], of: str, lang: str) -> plots.Plot:
    """The same against the tokens read: where a training run was logged, its whole way."""
    most = max(one.tokens for one in models if not one.whole)
    sides = ["left" if one.whole else "right" if one.tokens == most else "below" for one in models]
    marks = [mark(one, one.tokens, of, lang, side) for one, side in zip(models, sides, strict=True)]
    ways = [[(p.tokens / MILLION, p.bits_per_byte[of]) for p in one.curve] for one in models if one.curve]
    x = x_axis("by_tokens", [m.x for m in marks] + [x for way in ways for x, _ in way], lang)
    return plots.Plot(x, y_axis(models, of, lang), [plots.Line(way) for way in ways], marks)


def x_axis(name: str, xs: list[float], lang: str) -> plots.Axis:
    """One that holds all these numbers, with room for a name on the right."""
    return plots.logarithmic(
        TEXTS.say(name, lang), min(xs) / 1.5, max(xs) * 5, lambda value: short(value, lang)
    )


def y_axis(models: list[Size], of: str, lang: str) -> plots.Axis:
    """Bits per byte, over the same range in all four plots."""
    measured = [m for one in models for m in (one, one.whole, *one.curve) if m]
    ys = [bits for m in measured for bits in m.bits_per_byte.values()]
    name = TEXTS.say("bits", lang, of=TEXTS.say(of, lang))
    low, high = min(ys) / 1.08, max(ys) * 1.08
    return plots.logarithmic(name, low, high, lambda value: short(value, lang), plots.DENSE)


def mark(one: Size, x: int, of: str, lang: str, side: str) -> plots.Mark:
    """A model as it is shipped."""
    name, bits = called(one.name, lang), one.bits_per_byte[of]
    shape = plots.SQUARE if one.whole else plots.CIRCLE
    side = "above" if one.name == FIRST else side
    return plots.Mark(x / MILLION, bits, point(name, x, bits, lang), name, shape, side)


def mark_whole(one: Size, of: str, lang: str) -> plots.Mark:
    """Counts with every rare n-gram."""
    name, bits = TEXTS.say("whole_name", lang, name=called(one.name, lang)), one.whole.bits_per_byte[of]
    x = one.whole.parameters
    label = TEXTS.say("whole", lang)
    return plots.Mark(x / MILLION, bits, point(name, x, bits, lang), label, plots.HOLLOW, "above")


def point(name: str, x: int, bits: float, lang: str) -> str:
    return TEXTS.say("point", lang, name=name, x=number(x / MILLION, lang), bits=number(bits, lang, 2))


def short(value: float, lang: str) -> str:
    """A tick: 0,03 or 0,3 or 30."""
    return number(value, lang, 0 if value == round(value) else 1 if value >= 0.1 else 2)


# ---- the public API ----


class ApiComparedWord(TypedDict):
    text: str
    p: list[float]


class ApiComparison(TypedDict):
    models: list[str]
    words: list[ApiComparedWord]


def compare_models(text: str, models: list[str], n: int = 10, request: gr.Request = None) -> ApiComparison:
    """The n likeliest next words of each of `models` (at most 6), and their p in all the others.

    p stands in the order of `models`; words in that of p in the last. The last word of `text` counts as
    complete. Line breaks and the end of the text are not among the words.
    """
    with spoken(accepted(request), html=False):
        within("models", len(models), 1, MOST_MODELS)
        found = compare(text, models, n)
        words = [{"text": row.text, "p": row.p} for row in found.rows]
        return {"models": found.models, "words": words}
