"""A ladder: one sentence on models that count and on networks of growing size; what size and text bring."""

from html import escape
from typing import NamedTuple, TypedDict

import gradio as gr

from demos.next_word.view import Sentence, Take, View
from demos.ui import loglog
from demos.ui.clickable import Clickable
from demos.ui.errors import accepted, spoken, verdict
from demos.ui.gpu import on_gpu
from demos.ui.models import called
from demos.ui.texts import Texts, chance, number, percent
from generative import language
from generative.errors import GenerativeError, within
from generative.language.sizes import Comparison, Size
from generative.language.words import append

TEXTS = Texts(
    "words_ladder",
    {
        "lead": (
            "A mesma frase em todos os modelos, do que só conta pares ao maior: cada linha é uma palavra, "
            "cada coluna a probabilidade que um modelo lhe dá. Toque em uma palavra para acrescentá-la.",
            "The same sentence on every model, from one that only counts pairs to the largest: each row is a "
            "word, each column the probability that one model gives it. Tap a word to add it.",
        ),
        "counts": ("{n} mi de contagens", "{n} M counts"),
        "parameters": ("{n} mi de parâmetros", "{n} M parameters"),
        "hub": ("do Hub", "from the Hub"),
        "rest": ("todas as outras", "all others"),
        "legend": (
            "Em negrito, a favorita de cada modelo. Todas as barras têm a mesma escala. O bigrama (*bigram*) "
            "vê só o último token, o pedaço de palavra com que se conta; o trigrama, os dois últimos; os "
            "outros são redes (*transformers*) e leem a frase inteira. A última palavra conta como completa.",
            "In bold, each model's favourite. All bars have one scale. The bigram sees only the last token, "
            "the piece of a word that is counted; the trigram the last two; the others are transformers and "
            "read the whole sentence. The last word counts as complete.",
        ),
        "left_out": (
            "O texto é longo: só o fim entra, {n} palavras ficaram de fora.",
            "The text is long: only its end is read, {n} words were left out.",
        ),
        "plots": (
            "**Tamanho e texto.** Bits por byte: quanto o modelo gasta, em média, para prever cada byte de "
            "um texto que nunca leu. Menos é melhor; chutar ao acaso custa 8. Os eixos são logarítmicos: em "
            "uma lei de potência (*scaling law*, [Kaplan et al. 2020](https://arxiv.org/abs/2001.08361)) os "
            "pontos ficam em linha reta. Círculos: redes. Quadrados: contagens; os vazios guardam também o "
            "que é raro e não cabem no app.",
            "**Size and text.** Bits per byte: what a model spends, on average, to predict each byte of a "
            "text that it never read. Less is better; a blind guess costs 8. The axes are logarithmic: under "
            "a power law (scaling law, [Kaplan et al. 2020](https://arxiv.org/abs/2001.08361)) the points "
            "form a straight line. Circles: networks. Squares: counts; the hollow ones keep what is rare too "
            "and are too large for the app.",
        ),
        "en": ("Inglês", "English"),
        "pt": ("Português", "Portuguese"),
        "by_parameters": ("números guardados (milhões)", "numbers stored (millions)"),
        "by_tokens": ("tokens lidos (milhões)", "tokens read (millions)"),
        "bits": ("{of}: bits por byte", "{of}: bits per byte"),
        "whole": ("inteiro", "whole"),
        "whole_name": ("{name} inteiro", "whole {name}"),
        "point": ("{name}: {x} milhões, {bits} bits por byte", "{name}: {x} million, {bits} bits per byte"),
    },
)
BEST = 4  # words that each model brings in
MOST_MODELS = 6
MILLION = 1_000_000
FIRST = language.model.NGRAMS[0]  # its label goes above its mark, where there is room
lent_compare = on_gpu(language.sizes.compare)


def build(s: Sentence) -> View:
    """The words side by side, and below them the plots, which depend on no sentence."""
    gr.Markdown(TEXTS["lead"], elem_classes="note")
    words = Clickable(min_height=480)
    gr.Markdown(TEXTS["legend"], elem_classes="note")
    gr.Markdown(TEXTS["plots"], elem_classes="reading")
    gr.HTML(plots(), apply_default_css=False)
    return View(words, draw, takes=(Take(words.pick, take),))


def draw(text: str, model: str, lang: str) -> str:
    """The same words on every rung, and on the Hub model where one is chosen."""
    names = language.model.available() + ([] if language.model.is_shipped(model) else [model])
    try:
        return page(compare(text, names, BEST), lang)
    except GenerativeError as error:
        return verdict(error, lang)


def take(text: str, pick: str) -> str:
    """The sentence with a word of the ladder, which counts its last word as complete."""
    return append(text, pick)


def compare(text: str, names: list[str], n: int) -> Comparison:
    """A Hub model computes on a lent GPU where the host lends one."""
    work = language.sizes.compare if all(map(language.model.is_shipped, names)) else lent_compare
    return work(text, names, n)


# ---- one prompt ----


def page(compared: Comparison, lang: str) -> str:
    """A row for each word, a column for each model; on a phone the columns stand under the word."""
    names = [called(name, lang) for name in compared.models]
    longest = max((p for row in compared.rows for p in row.p), default=1.0) or 1.0
    best = [max(column) for column in zip(*(row.p for row in compared.rows), strict=True)]
    lines = []
    for row in compared.rows:
        cells = [Cell(name, p, p == top) for name, p, top in zip(names, row.p, best, strict=True)]
        inner = "".join(bar(cell, longest, lang) for cell in cells)
        label = f'<span class="label">{escape(row.text.strip())}</span>'
        lines.append(f'<button class="line" data-pick="{escape(row.text)}">{label}{inner}</button>')
    return (
        f'<div class="ladder" style="--rungs:{len(names)}">{head(compared.models, lang)}{"".join(lines)}'
        f"{rest(compared, names, lang)}</div>{left_out(compared, lang)}"
    )


class Cell(NamedTuple):
    """p of one word in one model, and whether it is that model's favourite."""

    model: str
    p: float
    best: bool


def bar(cell: Cell, longest: float, lang: str) -> str:
    width = 100 * cell.p / longest
    return (
        f'<span class="cell{" best" if cell.best else ""}"><em>{escape(cell.model)}</em>'
        f'<span class="track"><i style="width:{width:.2f}%"></i></span>'
        f"<b>{chance(cell.p, lang)}</b></span>"
    )


def head(models: list[str], lang: str) -> str:
    """Each model's name, and how large it is."""
    cells = []
    for name in models:
        key = "counts" if name in language.model.NGRAMS else "parameters"
        size = TEXTS.say("hub", lang)
        if language.model.is_shipped(name):
            size = TEXTS.say(key, lang, n=number(language.sizes.parameters(name) / MILLION, lang))
        cells.append(f"<span>{escape(called(name, lang))}<small>{escape(size)}</small></span>")
    return f'<div class="line head"><span></span>{"".join(cells)}</div>'


def rest(compared: Comparison, names: list[str], lang: str) -> str:
    """What each model gives to all words that are not listed."""
    cells = ""
    for i, name in enumerate(names):
        p = percent(max(0.0, 1 - sum(row.p[i] for row in compared.rows)), lang)
        cells += f'<span class="cell"><em>{escape(name)}</em><span class="track"></span><b>{p}</b></span>'
    return f'<div class="line rest"><span class="label">{TEXTS.say("rest", lang)}</span>{cells}</div>'


def left_out(compared: Comparison, lang: str) -> str:
    n = max(compared.left_out)
    return f'<p class="note">{TEXTS.say("left_out", lang, n=n)}</p>' if n else ""


# ---- size and text ----


def plots() -> str:
    """Four plots in each page language; the style sheet shows those that the visitor reads."""
    try:
        rungs = language.sizes.published()
    except GenerativeError as error:
        both = "".join(f'<span lang="{code}">{escape(error.say(code))}</span>' for code in ("pt", "en"))
        return f'<p class="verdict">{both}</p>'
    return "".join(
        f'<span lang="{lang}"><span class="plots">'
        + "".join(plot(rungs, of, lang) for of in order for plot in (by_size, by_text))
        + "</span></span>"
        for lang, order in (("pt", ("pt", "en")), ("en", ("en", "pt")))
    )


def by_size(rungs: list[Size], of: str, lang: str) -> str:
    """Held-out bits per byte of the language `of` against the numbers stored."""
    marks = [mark(rung, rung.parameters, of, lang, "below") for rung in rungs]
    lines = [loglog.Line([(m.x, m.y) for m in marks if m.shape == loglog.CIRCLE])]
    for rung, cut in zip(rungs, marks.copy(), strict=True):
        if rung.whole:
            marks.append(whole := mark_whole(rung, of, lang))
            lines.append(loglog.Line([(cut.x, cut.y), (whole.x, whole.y)], dashed=True))
    return loglog.svg(frame(rungs, [m.x for m in marks], of, "by_parameters", lang), marks, lines)


def by_text(rungs: list[Size], of: str, lang: str) -> str:
    """The same against the tokens read: where a training run was logged, its whole way."""
    most = max(rung.tokens for rung in rungs if not rung.whole)
    sides = ["left" if rung.whole else "right" if rung.tokens == most else "below" for rung in rungs]
    marks = [mark(rung, rung.tokens, of, lang, side) for rung, side in zip(rungs, sides, strict=True)]
    ways = [[(p.tokens / MILLION, p.bits_per_byte[of]) for p in rung.curve] for rung in rungs if rung.curve]
    xs = [m.x for m in marks] + [x for way in ways for x, _ in way]
    curves = [loglog.Line(way) for way in ways]
    return loglog.svg(frame(rungs, xs, of, "by_tokens", lang), marks, curves)


def frame(rungs: list[Size], xs: list[float], of: str, x_name: str, lang: str) -> loglog.Frame:
    """Axes for one plot; all four share the range of bits per byte."""
    measured = [m for rung in rungs for m in (rung, rung.whole, *rung.curve) if m]
    ys = [bits for m in measured for bits in m.bits_per_byte.values()]
    y_name = TEXTS.say("bits", lang, of=TEXTS.say(of, lang))
    return loglog.frame(xs, ys, TEXTS.say(x_name, lang), y_name, lambda value: short(value, lang))


def mark(rung: Size, x: int, of: str, lang: str, side: str) -> loglog.Mark:
    """A model as it is shipped."""
    name, bits = called(rung.name, lang), rung.bits_per_byte[of]
    shape = loglog.SQUARE if rung.whole else loglog.CIRCLE
    side = "above" if rung.name == FIRST else side
    return loglog.Mark(x / MILLION, bits, point(name, x, bits, lang), name, shape, side)


def mark_whole(rung: Size, of: str, lang: str) -> loglog.Mark:
    """Counts with every rare n-gram."""
    name, bits = TEXTS.say("whole_name", lang, name=called(rung.name, lang)), rung.whole.bits_per_byte[of]
    x = rung.whole.parameters
    label = TEXTS.say("whole", lang)
    return loglog.Mark(x / MILLION, bits, point(name, x, bits, lang), label, loglog.HOLLOW, "above")


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
    with spoken(accepted(request)):
        within("models", len(models), 1, MOST_MODELS)
        found = compare(text, models, n)
        words = [{"text": row.text, "p": row.p} for row in found.rows]
        return {"models": found.models, "words": words}
