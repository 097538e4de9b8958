"""The next word: bars of whole words or raw tokens, before and after temperature, top-k and top-p."""

import re
from pathlib import Path
from typing import NamedTuple, TypedDict

import gradio as gr
from markupsafe import Markup

from demos.next_word import knobs, strip
from demos.next_word.view import visible, waiting
from demos.ui.bars import Bar, Bars
from demos.ui.clickable import Clickable
from demos.ui.errors import accepted, spoken, verdict
from demos.ui.gpu import lent
from demos.ui.kinds import CallUnreadable
from demos.ui.line import OTHER, light
from demos.ui.templates import render
from demos.ui.texts import Texts, beside, chance, percent
from generative import language
from generative.errors import GenerativeError, UnitUnknown
from generative.language import words
from generative.language.sampling import Options
from generative.language.search import budget

TEXTS = Texts(
    "words_bars",
    {
        "unit": ("Mostrar", "Show"),
        "word": ("palavras inteiras", "whole words"),
        "token": ("tokens (pedaços de palavra)", "tokens (pieces of words)"),
        "sampling": ("Amostragem: temperatura, top-k, top-p", "Sampling: temperature, top-k, top-p"),
        "end": ("[fim do texto]", "[end of text]"),
        "rest_words": ("todas as outras palavras", "all other words"),
        "rest_tokens": ("todos os outros ({n})", "all others ({n})"),
        "cut": ("cortada", "cut off"),
        "was": ("antes {p}", "was {p}"),
        "typed": (
            "“{typed}” foi lido como o começo de uma palavra. Se já é a inteira, ponha um espaço depois.",
            "“{typed}” was read as the beginning of a word. If it is the whole one, put a space after it.",
        ),
        "exact": (
            "␣ marca o espaço. Cada linha é um token; as barras são exatas.",
            "␣ marks the space. Each row is a token; the bars are exact.",
        ),
        "here": (
            "Aqui o modelo esperava isto; no texto vem “{word}”, com {p}.",
            "Here the model expected this; the text has “{word}”, with {p}.",
        ),
        "how_exact": ("Quão exatas são as barras?", "How exact are the bars?"),
        "aloud": ("Mais provável: {word}, {p}", "Most likely: {word}, {p}"),
        "back": ("Voltar ao fim do texto", "Back to the end of the text"),
        **beside(__file__),
    },
)
N = 10
SCRIPT = Path(__file__).with_suffix(".js").read_text()

lent_words = lent(words.next_words)
lent_tokens = lent(language.predict.next_tokens)


class Controls(NamedTuple):
    """What the bars depend on beside the sentence."""

    unit: gr.Radio
    temperature: gr.Slider
    top_k: gr.Slider
    top_p: gr.Slider


class Found(NamedTuple):
    """Bars, each also as it was before the sampling options; what is said below them, and on demand."""

    bars: Bars
    notes: list[str]
    details: str = ""

    def aloud(self, lang: str) -> str:
        """The likeliest, for who hears the page."""
        first = max(self.bars.rows, key=lambda row: row.p)
        return TEXTS.say("aloud", lang, word=first.label, p=chance(first.p, lang))


def build() -> Clickable:
    """The bars; what they say first is read aloud once they rest."""
    return Clickable(waiting(), script=SCRIPT, elem_classes=["fill", "veiled", "c-bars"])


def build_controls() -> Controls:
    """What the bars obey, beside them where there is room."""
    units = [(TEXTS[unit], unit) for unit in ("word", "token")]
    with gr.Column(elem_classes="rare bars-controls"):
        unit = gr.Radio(units, value="word", label=TEXTS["unit"], elem_classes="c-unit")
        with gr.Accordion(TEXTS["sampling"], open=False, elem_classes="c-sampling"):
            options = knobs.build("plain")
    return Controls(unit, *options)


def draw(
    text: str, model: str, lang: str, visitor: str, place: int | None, unit: str, *options: float
) -> Markup:
    """The bars after the text, or at a place within it; or the sentence that says why there are none."""
    before = text if place is None else text[:place] + " "
    try:
        found = (by_word if unit == "word" else by_token)(before, model, lang, visitor, *options)
        if place is not None and before.strip():
            found = at_place(found, text, place, model, lang)
    except GenerativeError as error:
        return verdict(error, lang)
    facts = {"aloud": found.aloud(lang), "away": place is not None}
    return render("next_word/bars.html", TEXTS, lang, **found._asdict(), **facts)


def by_word(text: str, model: str, lang: str, visitor: str, *options: float) -> Found:
    """Whole words with their error."""
    found = lent_words(text, model, N, Options(*options), visitor, budget(light.waiting()))
    rows = [
        Bar(
            label or TEXTS.say("end", lang),
            w.p,
            f"w{w.text[len(found.typed) :]}" if w.text else None,
            w.before,
        )
        for w, label in zip(found.words, told_apart([w.text for w in found.words]), strict=True)
    ]
    error, unvisited = percent(found.error, lang, 2), percent(found.unvisited, lang)
    details = TEXTS.say("error", lang, error=error, unvisited=unvisited)
    notes = [TEXTS.say("typed", lang, typed=found.typed.strip())] if found.typed else []
    return Found(with_rest(rows, TEXTS.say("rest_words", lang), found.rest), notes, details)


def told_apart(texts: list[str]) -> list[str]:
    """Words as one reads them; the blank before a word is seen where without it two would read alike."""
    plain = [strip.shown(text) for text in texts]
    return [visible(text) if plain.count(word) > 1 else word for text, word in zip(texts, plain, strict=True)]


def by_token(text: str, model: str, lang: str, visitor: str, *options: float) -> Found:
    """Raw tokens, exact over the whole vocabulary."""
    found = lent_tokens(text, model, N, Options(*options), visitor)
    rows = [Bar(visible(t.text), t.p, f"t{t.token}", t.before) for t in found.tokens]
    name = TEXTS.say("rest_tokens", lang, n=found.vocabulary - len(rows))
    return Found(with_rest(rows, name, found.rest), [TEXTS.say("exact", lang)])


def with_rest(rows: list[Bar], name: str, p: float) -> Bars:
    """The rows and what is left: p now, and what they left before the sampling options."""
    return Bars(rows, Bar(name, p, before=max(0.0, 1 - sum(row.before for row in rows))))


def at_place(found: Found, text: str, place: int, model: str, lang: str) -> Found:
    """The bars with the word that the text has there; nothing can be picked."""
    word = words.split(text[place:])[0]
    p = lent_probability(text[:place], model, word)
    label = strip.shown(word)
    rows = [row._replace(pick=None, real=row.label in (label, visible(word))) for row in found.bars.rows]
    note = TEXTS.say("here", lang, word=label, p=percent(p, lang, 2))
    return Found(found.bars._replace(rows=rows), [note])


def probability(text: str, model: str, word: str) -> float:
    """`words.probability` with the model in the second place."""
    return words.probability(text, word, model)


lent_probability = lent(probability)


def append(text: str, pick: str, model: str) -> str:
    """The text with the picked bar: "w" and the letters to add, or "t" and a token."""
    if re.fullmatch(r"t\d{1,7}", pick, re.ASCII):
        return language.predict.append_token(text, int(pick[1:]), model)
    if not pick.startswith("w"):
        raise CallUnreadable()
    return words.append(text, pick[1:])


# ---- the public API ----


class ApiWord(TypedDict):
    text: str
    p: float


class ApiNextWords(TypedDict):
    model: str
    unit: str
    words: list[ApiWord]
    rest: float
    error: float
    left_out: int


def next_words(
    text: str,
    model: str = "",
    n: int = 10,
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
    unit: str = "word",
    request: gr.Request = None,
) -> ApiNextWords:
    """The n most probable next words after `text`; unit "token": the next tokens, exact over the vocabulary.

    A word's p may be up to `error` too low: not all ways to spell it are followed. `rest` is the mass of all
    that is not listed. temperature 0 is greedy; top_k 0 and top_p 1 cut nothing off. At most 256 tokens of
    context are used; `left_out` counts the words before them.
    """
    with spoken(accepted(request), html=False):
        if unit not in ("word", "token"):
            raise UnitUnknown(unit=unit[:20])
        work = lent_words if unit == "word" else lent_tokens
        options = Options(temperature, top_k, top_p)
        found = light.do(OTHER, lambda: work(text, model, n, options))
        listed, error = (found.words, found.error) if unit == "word" else (found.tokens, 0.0)
        words = sorted(({"text": w.text, "p": w.p} for w in listed), key=lambda w: -w["p"])
        return {
            "model": found.model,
            "unit": unit,
            "words": words,
            "rest": found.rest,
            "error": error,
            "left_out": found.left_out,
        }
