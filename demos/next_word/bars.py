"""The next word: bars of whole words or raw tokens, before and after temperature, top-k and top-p."""

from html import escape
from typing import NamedTuple

import gradio as gr

from demos.next_word import knobs, strip
from demos.next_word.view import Sentence
from demos.ui.charts import visible
from demos.ui.clickable import Clickable
from demos.ui.errors import verdict
from demos.ui.gpu import lent
from demos.ui.texts import Texts, chance, percent
from generative import language
from generative.errors import GenerativeError
from generative.language import words
from generative.language.sampling import Options

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
            "“{typed}” foi lido como o começo de uma palavra: só contam as que começam assim. Se já é a "
            "palavra inteira, ponha um espaço depois.",
            "“{typed}” was read as the beginning of a word: only words that begin so count. If it is the "
            "whole word, put a space after it.",
        ),
        "error": (
            "Uma palavra soma todas as maneiras de escrevê-la em tokens. São infinitas, e o app seguiu as "
            "mais prováveis: cada barra pode estar até {error} abaixo do valor exato. Caminhos que não "
            "chegaram ao fim de uma palavra: {unvisited}.",
            "A word adds up all ways to spell it in tokens. They are endless, and the app followed the "
            "likeliest: each bar may be up to {error} below the exact value. Paths not followed to the end "
            "of a word: {unvisited}.",
        ),
        "exact": (
            "␣ marca o espaço. Cada linha é um token; as barras são exatas e somam 100 % com a última linha.",
            "␣ marks the space. Each row is a token; the bars are exact and sum to 100% with the last row.",
        ),
        "here": (
            "Neste lugar o modelo esperava isto; no texto vem “{word}”, com {p}.",
            "Here the model expected this; the text has “{word}”, with {p}.",
        ),
        "back": ("Voltar ao fim do texto", "Back to the end of the text"),
    },
)
N = 10

lent_words = lent(words.next_words)
lent_tokens = lent(language.predict.next_tokens)


class Controls(NamedTuple):
    """What the bars depend on beside the sentence."""

    unit: gr.Radio
    temperature: gr.Slider
    top_k: gr.Slider
    top_p: gr.Slider


class Row(NamedTuple):
    """A bar: p after and before the sampling options, what a tap picks, whether the text goes on with it."""

    label: str
    p: float
    before: float
    pick: str | None = None
    real: bool = False


class Found(NamedTuple):
    """Bars with all that is said about them."""

    rows: list[Row]
    rest: Row
    notes: list[str]


def build(s: Sentence) -> tuple[Clickable, Controls]:
    """The bars and the controls that they obey."""
    chart = Clickable(min_height=480)
    units = [(TEXTS[unit], unit) for unit in ("word", "token")]
    unit = gr.Radio(units, value="word", label=TEXTS["unit"], elem_classes="rare c-unit")
    with gr.Accordion(TEXTS["sampling"], open=False, elem_classes="rare c-sampling"):
        options = knobs.build("plain")
    return chart, Controls(unit, *options)


def draw(
    text: str, model: str, lang: str, visitor: str, place: int | None, unit: str, *options: float
) -> str:
    """The bars after the text, or at a place within it; or the sentence that says why there are none."""
    before = text if place is None else text[:place] + " "
    try:
        found = (by_word if unit == "word" else by_token)(before, model, lang, visitor, *options)
        if place is not None and before.strip():
            found = at_place(found, text, place, model, lang)
    except GenerativeError as error:
        return verdict(error, lang)
    return html(found, lang, place is not None)


def by_word(text: str, model: str, lang: str, visitor: str, *options: float) -> Found:
    """Whole words with their error."""
    found = lent_words(text, model, N, Options(*options), visitor)
    rows = [
        Row(
            strip.shown(w.text) if w.text else TEXTS.say("end", lang),
            w.p,
            w.before,
            f"w{w.text[len(found.typed) :]}" if w.text else None,
        )
        for w in found.words
    ]
    error = percent(found.error, lang, 2)
    notes = [TEXTS.say("error", lang, error=error, unvisited=percent(found.unvisited, lang))]
    if found.typed:
        notes.insert(0, TEXTS.say("typed", lang, typed=found.typed.strip()))
    rest = max(0.0, 1 - sum(r.before for r in rows))
    return Found(rows, Row(TEXTS.say("rest_words", lang), found.rest, rest), notes)


def by_token(text: str, model: str, lang: str, visitor: str, *options: float) -> Found:
    """Raw tokens, exact over the whole vocabulary."""
    found = lent_tokens(text, model, N, Options(*options), visitor)
    rows = [Row(visible(t.text), t.p, t.before, f"t{t.token}") for t in found.tokens]
    rest = max(0.0, 1 - sum(r.before for r in rows))
    name = TEXTS.say("rest_tokens", lang, n=found.vocabulary - len(rows))
    return Found(rows, Row(name, found.rest, rest), [TEXTS.say("exact", lang)])


def at_place(found: Found, text: str, place: int, model: str, lang: str) -> Found:
    """The bars with the word that the text has there; nothing can be picked."""
    word = words.split(text[place:])[0]
    p = lent_probability(text[:place], model, word)
    label = strip.shown(word)
    rows = [r._replace(pick=None, real=r.label == label) for r in found.rows]
    note = TEXTS.say("here", lang, word=label, p=percent(p, lang, 2))
    return Found(rows, found.rest, [note, *found.notes])


def probability(text: str, model: str, word: str) -> float:
    """`words.probability` with the model in the second place."""
    return words.probability(text, word, model)


lent_probability = lent(probability)


def html(found: Found, lang: str, away: bool) -> str:
    """All bars on one scale, the rest in another hue."""
    longest = max(max(r.p, r.before) for r in [*found.rows, found.rest]) or 1.0
    lines = [bar(row, longest, lang, "bar real" if row.real else "bar") for row in found.rows]
    lines.append(bar(found.rest, longest, lang, "bar rest"))
    back = f'<button class="back" data-pick="back">{TEXTS.say("back", lang)}</button>' if away else ""
    notes = " ".join(escape(note) for note in found.notes)
    return f'{back}<div class="bars">{"".join(lines)}</div><p class="note">{notes}</p>'


def bar(row: Row, longest: float, lang: str, kind: str) -> str:
    """One bar: filled to p, outlined to what it was before; what is cut off is grey and says so."""
    changed = abs(row.p - row.before) > 1e-9
    value = TEXTS.say("cut", lang) if changed and row.p == 0 else chance(row.p, lang)
    was = TEXTS.say("was", lang, p=chance(row.before, lang)) if changed else ""
    inner = (
        f'<span class="label">{escape(row.label)}</span><span class="track">'
        f'<i style="width:{100 * row.p / longest:.2f}%"></i>'
        + (f'<u style="width:{100 * row.before / longest:.2f}%"></u>' if changed else "")
        + f'</span><span class="p">{value}{f"<small>{was}</small>" if was else ""}</span>'
    )
    kind += " cut" if changed and row.p == 0 else ""
    if row.pick is None:
        return f'<div class="{kind}">{inner}</div>'
    return f'<button class="{kind}" data-pick="{escape(row.pick)}">{inner}</button>'


def append(text: str, pick: str, model: str) -> str:
    """The text with the picked bar: "w" and the letters to add, or "t" and a token."""
    if pick.startswith("t"):
        return language.predict.append_token(text, int(pick[1:]), model)
    return words.append(text, pick[1:])
