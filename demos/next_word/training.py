"""The training in time-lapse: the same sentence, read by one network at moments of its training."""

import functools
from html import escape
from typing import NamedTuple

import gradio as gr

from demos.next_word.view import Sentence, View
from demos.ui import loglog
from demos.ui.charts import Bar, bars, visible
from demos.ui.clickable import Clickable
from demos.ui.errors import verdict
from demos.ui.texts import Texts, chance, number
from generative import language
from generative.errors import GenerativeError
from generative.language.words import NextWords

TEXTS = Texts(
    "words_training",
    {
        "lead": (
            "A mesma frase, lida pelo menor dos transformers em momentos sucessivos do seu treino: do "
            "ruído à língua. Cada linha é um momento; toque em uma para ver as suas barras.",
            "The same sentence, read by the smallest transformer at successive moments of its training: from "
            "noise to language. Each row is a moment; tap one to see its bars.",
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
        "seed": (
            "As continuações são sorteadas sem cortes e não foram escolhidas: semente {seed}, a mesma em "
            "todos os momentos. Token é o pedaço de palavra com que o modelo trabalha; ‹0x…› é um byte que "
            "não forma letra. A última linha é o modelo “pequeno” do app, qualquer que seja o escolhido.",
            "The continuations are drawn without cuts and were not picked: seed {seed}, the same at every "
            "moment. A token is the piece of a word that the model works with; ‹0x…› is a byte that makes no "
            "letter. The last row is the “small” model of the app, whichever model is chosen.",
        ),
        "curve": ("Quanto falta aprender", "How much is left to learn"),
        "curve_note": (
            "Medido em textos que o treino não viu: menos é melhor. Quem não sabe nada e dá a mesma chance "
            "a todo byte gasta 8, a linha pontilhada no alto. Os dois eixos são logarítmicos.",
            "Measured on text that the training has not seen: less is better. Whoever knows nothing and "
            "gives every byte the same chance needs 8, the dotted line on top. Both axes are logarithmic.",
        ),
        "x": ("milhões de tokens vistos", "millions of tokens seen"),
        "y": ("bits por byte", "bits per byte"),
        "en": ("inglês", "English"),
        "pt": ("português", "Portuguese"),
        "figure": (
            "{name}, depois de {tokens}: {bits} bits por byte",
            "{name}, after {tokens}: {bits} bits per byte",
        ),
    },
)
SEED = 1
LINE = 12  # words of a continuation
BARS = 5
UNIFORM = 8  # bits of a byte, if all are alike
MILLION = 1_000_000


class Row(NamedTuple):
    """What one moment makes of a text."""

    moment: language.timelapse.Moment
    first: NextWords
    goes_on: str


def build(s: Sentence) -> View:
    """The table of moments, the bars of one of them, and the curve."""
    gr.Markdown(TEXTS["lead"], elem_classes="note")
    picture = Clickable(min_height=480)
    chosen = gr.State(None)
    picture.pick(
        choose,
        [s.text, s.model, s.language],
        [chosen, picture],
        show_progress="hidden",
        api_visibility="private",
        trigger_mode="always_last",
    )
    return View(picture, draw, (chosen,))


def choose(text: str, model: str, lang: str, event: gr.EventData) -> tuple[int, str]:
    """A tap: `event.pick` is the place of the moment."""
    return int(event.pick), draw(text, model, lang, int(event.pick))


def draw(text: str, model: str, lang: str, chosen: int | None) -> str:
    """The view as HTML; no moment chosen: the last. The model chosen above plays no part."""
    text = text[-2 * language.predict.CHARACTERS :]  # no model reads more, and what is kept below stays small
    try:
        text = language.timelapse.settled(text)
        rows = [Row(moment, *said(text, i)) for i, moment in enumerate(language.timelapse.moments())]
        i = len(rows) - 1 if chosen is None else min(chosen, len(rows) - 1)
        found = top(text, i)
    except GenerativeError as error:
        return verdict(error, lang)
    measured = [r.moment for r in rows if r.moment.bits_per_byte]
    right = f"<section>{curve(measured, rows[i].moment, lang)}</section>" if len(measured) > 1 else ""
    return (
        f'<div class="training">{table(rows, i, lang)}'
        f'<p class="note">{TEXTS.say("seed", lang, seed=SEED)}</p>'
        f'<div class="beside"><section>{detail(rows[i].moment, found, lang)}</section>{right}</div></div>'
    )


@functools.lru_cache(maxsize=64)  # a tap on another moment, and a class with one sentence, compute it once
def said(text: str, i: int) -> tuple[NextWords, str]:
    """What moment i makes of a text: the likeliest word, and how it goes on."""
    return language.timelapse.at(text, i, 1), language.timelapse.continued(text, i, LINE, SEED)


@functools.lru_cache(maxsize=64)
def top(text: str, i: int) -> NextWords:
    return language.timelapse.at(text, i, BARS)


# ---- the table ----


def table(rows: list[Row], chosen: int, lang: str) -> str:
    """One button a moment: tokens seen, the likeliest word with its bar, the continuation."""
    heads = "".join(f"<span>{TEXTS.say(key, lang)}</span>" for key in ("seen", "first", "goes_on"))
    lines = (moment_html(r, i, i == chosen, lang) for i, r in enumerate(rows))
    return f'<div class="moments"><div class="heads" aria-hidden="true">{heads}</div>{"".join(lines)}</div>'


def moment_html(r: Row, i: int, chosen: bool, lang: str) -> str:
    if r.first.words:
        word, p = label(r.first.words[0].text, lang), r.first.words[0].p
    else:  # a model that knows nothing spells out a half-typed word in too many ways
        word, p = TEXTS.say("none", lang), 0.0
    return (
        f'<button data-pick="{i}" aria-pressed="{str(chosen).lower()}">'
        f'<span class="seen">{tokens(r.moment.tokens, lang)}</span>'
        f'<span class="first"><i style="width:{100 * p:.2f}%"></i>'
        f"<b>{escape(word)}</b><em>{chance(p, lang) if p else ''}</em></span>"
        f'<span class="goes">…{escape(visible_lines(r.goes_on))}</span></button>'
    )


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


def visible_lines(text: str) -> str:
    """A text on one line: line breaks as arrows."""
    return text.replace("\n", " \N{RETURN SYMBOL} ")


# ---- one moment ----


def detail(moment: language.timelapse.Moment, found: NextWords, lang: str) -> str:
    """The bars of one moment."""
    rows = [Bar(label(word.text, lang), word.p) for word in found.words]
    seen = tokens(moment.tokens, lang, "_tokens")
    return (
        f"<h4>{TEXTS.say('now', lang, tokens=seen)}</h4>"
        f"{bars(rows, Bar(TEXTS.say('rest', lang), found.rest), lang)}"
    )


# ---- the curve ----


def curve(measured: list[language.timelapse.Moment], now: language.timelapse.Moment, lang: str) -> str:
    """Held-out bits per byte over tokens seen; dotted: the moment that is shown, and a byte's own 8 bits."""
    xs = [m.tokens / MILLION for m in measured]
    least = min(min(m.bits_per_byte.values()) for m in measured)
    axes = loglog.frame(  # room for a name below the last point
        xs,
        [least / 1.25, UNIFORM],
        TEXTS.say("x", lang),
        TEXTS.say("y", lang),
        lambda tick: short(tick, lang),
    )
    x, highest = now.tokens / MILLION, max((now.bits_per_byte or {"": least}).values())
    lines = [
        loglog.Line([(xs[0], UNIFORM), (xs[-1], UNIFORM)], dashed=True),
        loglog.Line([(x, 1.25 * highest), (x, UNIFORM)], dashed=True),
    ]
    marks = []
    for code, shape, side in (("pt", loglog.SQUARE, "above"), ("en", loglog.CIRCLE, "below")):
        lines.append(loglog.Line([(m.tokens / MILLION, m.bits_per_byte[code]) for m in measured]))
        names = [""] * (len(measured) - 1) + [TEXTS.say(code, lang)]
        marks += [
            loglog.Mark(m.tokens / MILLION, m.bits_per_byte[code], figure(m, code, lang), name, shape, side)
            for m, name in zip(measured, names, strict=True)
        ]
    figures = "; ".join(figure(now, code, lang) for code in now.bits_per_byte or ())
    return (
        f"<h4>{TEXTS.say('curve', lang)}</h4>{loglog.svg(axes, marks, lines)}"
        f'<p class="note">{figures}. {TEXTS.say("curve_note", lang)}</p>'
    )


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
