"""The chain rule under a sentence: each word with its probability and colour, the running product."""

from pathlib import Path
from typing import NamedTuple, TypedDict

import gradio as gr
from markupsafe import Markup

from demos.next_word.view import visible
from demos.ui.clickable import Clickable
from demos.ui.errors import accepted, spoken, verdict
from demos.ui.gpu import lent
from demos.ui.line import OTHER, light
from demos.ui.templates import render
from demos.ui.texts import PORTUGUESE, Texts, number, which
from generative import language
from generative.errors import GenerativeError
from generative.language import chain
from generative.text import plain

TEXTS = Texts(
    "words_strip",
    {
        "total": ("p(texto) = 1 em {n}", "p(text) = 1 in {n}"),
        "figures": ("{bits} bits · perplexidade {perplexity}", "{bits} bits · perplexity {perplexity}"),
        "colours": ("As cores", "The colours"),
        "legend": (
            "a palavra estava entre as 10 mais esperadas|entre as 100|entre as 1.000|nem entre as 1.000",
            "the word was among the 10 most expected|among 100|among 1,000|not among 1,000",
        ),
        "one_in": ("1 em {n}", "1 in {n}"),
        "left_out": (
            "Lido só o fim; palavras que ficaram de fora: {n}.",
            "Only the end is read; words left out: {n}.",
        ),
    },
)
SCRIPT = Path(__file__).with_suffix(".js").read_text()
RANKS = (10, 100, 1000)
SCALES = ((1e12, "trilhões", "trillion"), (1e9, "bilhões", "billion"), (1e6, "milhões", "million"))

lent_chain = lent(chain.chain)
lent_score = lent(language.predict.score_text)


def build() -> Clickable:
    """The words on one line, its end in sight."""
    return Clickable(script=SCRIPT, elem_classes="c-strip")


class Cell(NamedTuple):
    """A word: the place, in characters, where it begins; its colour; is it the one that was tapped?"""

    at: int
    text: str
    level: int
    p: float
    one_in: str
    chosen: bool


def one_in(bits: float, lang: str) -> str:
    """2 ** bits as a class reads it: 45; 1.234; 5,6 milhões; 10 to the 21st, which is Markup."""
    if bits > 50:
        return Markup("10<sup>{}</sup>").format(round(bits * 0.30103))
    n = 2**bits
    for size, portuguese, english in SCALES:
        if n >= size:
            name = portuguese if which(lang) == PORTUGUESE else english
            return f"{number(n / size, lang)} {name}"
    text = f"{n:,.0f}" if n >= 10 else f"{n:.1f}"
    return text.translate(str.maketrans(",.", ".,")) if which(lang) == PORTUGUESE else text


def level(rank: int) -> int:
    """0 among the 10 best, 1 among 100, 2 among 1,000, else 3 (the classes of GLTR, Gehrmann et al. 2019)."""
    return sum(rank > r for r in RANKS)


def strip(
    text: str, model: str, lang: str, visitor: str = "", place: int | None = None, legend: bool = False
) -> Markup | str:
    """The words of the text as buttons; a tap gives the place, in characters, where a word begins."""
    text = plain(text)
    if not text.strip():
        return ""
    try:
        scored = lent_chain(text, model, visitor)
    except GenerativeError as error:
        return verdict(error, lang)
    n, perplexity = one_in(scored.bits, lang), one_in(scored.bits / len(scored.words), lang)
    facts = {"scored": scored, "n": n, "perplexity": perplexity, "legend": legend}
    return render("next_word/strip.html", TEXTS, lang, cells=cells(text, scored, place, lang), **facts)


def cells(text: str, scored: chain.Chain, place: int | None, lang: str) -> list[Cell]:
    """The words, each with the chance of all words up to it."""
    at, bits, found = len(text.rstrip(" \t")) - sum(len(w.text) for w in scored.words), 0.0, []
    for word in scored.words:
        bits += chain.bits(word.p)
        name, rank = shown(word.text), level(word.rank)
        found.append(Cell(at, name, rank, word.p, one_in(bits, lang), place == at))
        at += len(word.text)
    return found


def shown(word: str) -> str:
    """A word without the blank before it; line breaks as arrows."""
    return visible(word.lstrip(" ")) or visible(word)


# ---- the public API ----


class ApiToken(TypedDict):
    text: str
    p: float


class ApiTextScore(TypedDict):
    tokens: list[ApiToken]
    log_p: float
    perplexity: float
    bits_per_byte: float


def score_text(text: str, model: str = "", request: gr.Request = None) -> ApiTextScore:
    """Every token of `text` with its p given what came before; log_p (natural) is the sum of their logs."""
    with spoken(accepted(request), html=False):
        score = light.do(OTHER, lambda: lent_score(text, model))
        return {
            "tokens": [{"text": w.text, "p": w.p} for w in score.tokens],
            "log_p": score.log_p,
            "perplexity": score.perplexity,
            "bits_per_byte": score.bits_per_byte,
        }
