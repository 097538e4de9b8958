"""The training in time-lapse: the same sentence, read by one network at moments of its training."""

import functools
from typing import NamedTuple

import gradio as gr
from markupsafe import Markup

from demos.next_word.view import Sentence, View, visible, waiting
from demos.ui import ask, frame, plots
from demos.ui.bars import Bar, Bars
from demos.ui.clickable import Clickable, Pick
from demos.ui.errors import verdict
from demos.ui.frame import QUICK
from demos.ui.templates import render
from demos.ui.texts import Texts, beside, number
from generative import language
from generative.errors import GenerativeError
from generative.language.words import NextWords

TEXTS = Texts(
    "words_training",
    {
        "lead": (
            "A rede menor em momentos do seu treino, do ruído à língua; toque em um para ver as suas barras.",
            "The smallest network at moments of its training, from noise to language; tap one for its bars.",
        ),
        "thousand": ("{n} mil", "{n} thousand"),
        "million": ("{n} milhões", "{n} million"),
        "thousand_tokens": ("{n} mil tokens", "{n} thousand tokens"),
        "million_tokens": ("{n} milhões de tokens", "{n} million tokens"),
        "seen": ("tokens vistos", "tokens seen"),
        "first": ("a mais provável", "the likeliest word"),
        "goes_on": ("como ele continua", "how it goes on"),
        "now": ("Depois de {tokens}", "After {tokens}"),
        "rest": ("todas as outras", "all others"),
        "none": ("nenhuma se destaca", "none stands out"),
        "end": ("fim do texto", "end of text"),
        "curve": ("Quanto falta aprender", "How much is left to learn"),
        "x": ("milhões de tokens vistos", "millions of tokens seen"),
        "y": ("bits por byte", "bits per byte"),
        "en": ("inglês", "English"),
        "pt": ("português", "Portuguese"),
        "figure": (
            "{name}, depois de {tokens}: {bits} bits por byte",
            "{name}, after {tokens}: {bits} bits per byte",
        ),
        **beside(__file__),
    },
)
SEED = 1
LINE = 12  # words of a continuation
BARS = 5
UNIFORM = 8  # bits of a byte, if all are alike
MILLION = 1_000_000
SHAPES = {
    "pt": (plots.SQUARE, "above right"),
    "en": (plots.CIRCLE, "below right"),
}  # of a mark, and where its name stands


class Row(NamedTuple):
    """What one moment makes of a text: its likeliest word, if one stands out, and how it goes on."""

    moment: language.timelapse.Moment
    first: NextWords
    goes_on: str


class Line(NamedTuple):
    """A row as it is written: tokens seen, the likeliest word with its p, the continuation."""

    seen: str
    word: str
    p: float
    goes_on: str


def build(s: Sentence) -> View:
    """The table of moments, the bars of one of them, and the curve."""
    with ask.asked("training"):
        frame.lead(TEXTS)
        picture = Clickable(waiting(stage=True), elem_classes="veiled")
    chosen = gr.State(None)
    picture.pick(choose, [*s], [chosen, picture], **QUICK, trigger_mode="always_last")
    return View(picture, draw, (chosen,))


def choose(text: str, model: str, lang: str, event: Pick) -> tuple[int, Markup]:
    """A tap: `event.pick` is the place of the moment."""
    return event.number(), draw(text, model, lang, event.number())


def draw(text: str, model: str, lang: str, chosen: int | None) -> Markup:
    """The view as HTML; no moment chosen: the last. The model chosen above plays no part."""
    text = text[-2 * language.predict.CHARACTERS :]  # no model reads more, and what is kept below stays small
    try:
        text = language.timelapse.settled(text)
        rows = [Row(moment, *said(text, i)) for i, moment in enumerate(language.timelapse.moments())]
        i = len(rows) - 1 if chosen is None else min(chosen, len(rows) - 1)
        found = top(text, i)
    except GenerativeError as error:
        return verdict(error, lang)
    return page(rows, i, found, lang)


@functools.lru_cache(maxsize=64)  # a tap on another moment, and a class with one sentence, compute it once
def said(text: str, i: int) -> tuple[NextWords, str]:
    """What moment i makes of a text: the likeliest word, and how it goes on."""
    return language.timelapse.at(text, i, 1), language.timelapse.continued(text, i, LINE, SEED)


@functools.lru_cache(maxsize=64)
def top(text: str, i: int) -> NextWords:
    return language.timelapse.at(text, i, BARS)


def page(rows: list[Row], i: int, found: NextWords, lang: str) -> Markup:
    """The table, the bars of moment i, and the curve where there are figures for one."""
    now, measured = rows[i].moment, [row.moment for row in rows if row.moment.bits_per_byte]
    facts = {
        "lines": [line(row, lang) for row in rows],
        "chosen": i,
        "tokens": tokens(now.tokens, lang, "_tokens"),
        "bars": Bars(
            [Bar(label(w.text, lang), w.p) for w in found.words], Bar(TEXTS.say("rest", lang), found.rest)
        ),
        "curve": plots.svg(curve(measured, now, lang)) if len(measured) > 1 else "",
        "figures": [figure(now, code, lang) for code in now.bits_per_byte or ()],
    }
    return render("next_word/training.html", TEXTS, lang, **facts, seed=SEED)


# ---- the table ----


def line(row: Row, lang: str) -> Line:
    """A moment. Who knows nothing spells out a half-typed word in too many ways for one to stand out."""
    word, p = TEXTS.say("none", lang), 0.0
    if row.first.words:
        word, p = label(row.first.words[0].text, lang), row.first.words[0].p
    return Line(tokens(row.moment.tokens, lang), word, p, one_line(row.goes_on))


def tokens(n: int, lang: str, unit: str = "") -> str:
    """20 thousand, 2 million, 12.5 million, in the visitor's language; unit "_tokens" says of what."""
    if n < 999_500:
        return TEXTS.say(f"thousand{unit}", lang, n=round(n / 1000))
    millions = round(n / MILLION, 1)
    return TEXTS.say(f"million{unit}", lang, n=number(millions, lang, 0 if millions == int(millions) else 1))


def label(word: str, lang: str) -> str:
    """A word with its blanks visible; what cannot be seen is named by its number in Unicode."""
    seen = (c if c.isprintable() else f"‹U+{ord(c):04X}›" for c in visible(word))
    return "".join(seen) or TEXTS.say("end", lang)


def one_line(text: str) -> str:
    """A text on one line: line breaks as arrows."""
    return text.replace("\n", " \N{RETURN SYMBOL} ")


# ---- the curve ----


def curve(measured: list[language.timelapse.Moment], now: language.timelapse.Moment, lang: str) -> plots.Plot:
    """Held-out bits per byte over tokens seen; dashed: the moment that is shown, and a byte's own 8 bits."""
    xs = [m.tokens / MILLION for m in measured]
    least = min(min(m.bits_per_byte.values()) for m in measured)
    x, highest = now.tokens / MILLION, max((now.bits_per_byte or {"": least}).values())
    lines = [
        plots.Line([(xs[0], UNIFORM), (xs[-1], UNIFORM)], "dashed"),
        plots.Line([(x, 1.25 * highest), (x, UNIFORM)], "dashed"),
        *(plots.Line([(m.tokens / MILLION, m.bits_per_byte[code]) for m in measured]) for code in SHAPES),
    ]
    marks = [mark(m, code, m is measured[-1], lang) for code in SHAPES for m in measured]
    return plots.Plot(*axes(xs, least, lang), lines, marks)


def axes(xs: list[float], least: float, lang: str) -> tuple[plots.Axis, plots.Axis]:
    """Both logarithmic; room for a name below the last point and to its right."""

    def write(tick: float) -> str:
        return short(tick, lang)

    return (
        plots.logarithmic(TEXTS.say("x", lang), min(xs) / 1.5, max(xs) * 13, write),
        plots.logarithmic(TEXTS.say("y", lang), least / 1.35, UNIFORM * 1.08, write, plots.DENSE),
    )


def mark(moment: language.timelapse.Moment, code: str, named: bool, lang: str) -> plots.Mark:
    """A moment's figure in one language."""
    x, bits, (shape, side) = moment.tokens / MILLION, moment.bits_per_byte[code], SHAPES[code]
    name = TEXTS.say(code, lang) if named else ""
    return plots.Mark(x, bits, figure(moment, code, lang), name, shape, side)


def figure(moment: language.timelapse.Moment, code: str, lang: str) -> str:
    bits = number(moment.bits_per_byte[code], lang, 2)
    return TEXTS.say(
        "figure", lang, name=TEXTS.say(code, lang), tokens=tokens(moment.tokens, lang, "_tokens"), bits=bits
    )


def short(value: float, lang: str) -> str:
    """A tick: 0,03 or 2,5 or 30; four that would stand too close stay without a number."""
    if value in (1.2, 1.6, 1.8, 2.5):
        return ""
    return number(value, lang, 0 if value == round(value) else 1 if value >= 0.1 else 2)
