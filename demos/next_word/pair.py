"""Two sentences side by side: the same words in another order, and how much likelier one of them is."""

import random
from typing import NamedTuple

import gradio as gr
from markupsafe import Markup

from demos.next_word import strip
from demos.next_word.view import Sentence, View, first_screen, waiting
from demos.ui.clickable import Clickable
from demos.ui.frame import QUICK
from demos.ui.templates import render
from demos.ui.texts import PORTUGUESE, Texts, which
from generative.errors import GenerativeError

TEXTS = Texts(
    "words_pair",
    {
        "lead": (
            "A probabilidade de uma frase é o produto das de suas palavras; fora de ordem, o que acontece?",
            "A sentence's probability is the product of its words' own; out of order, what becomes of it?",
        ),
        "one": ("A primeira frase", "The first sentence"),
        "other": ("A segunda frase", "The second sentence"),
        "shuffle": ("Embaralhar", "Shuffle"),
        "first_likelier": (
            "A primeira é {n} vezes mais provável que a segunda.",
            "The first is {n} times likelier than the second.",
        ),
        "second_likelier": (
            "A segunda é {n} vezes mais provável que a primeira.",
            "The second is {n} times likelier than the first.",
        ),
        "equal": ("As duas são igualmente prováveis.", "Both are equally likely."),
    },
)


AS_WRITTEN = """(text) => { // what is being typed is not set back to what it was
  const field = document.querySelector('#pair-one textarea');
  return field && field === document.activeElement ? field.value : text;
}"""


WRITTEN = """(mine, text) => { // an empty field counts where someone is emptying it
  const field = document.querySelector('#pair-one textarea');
  return mine || field === document.activeElement ? mine : text;
}"""


def build(s: Sentence) -> View:
    """Both sentences, and below them their words. The first is the tab's own sentence."""
    shape = {"lines": 1, "max_lines": 3, "min_width": 280, "elem_classes": "pair-field"}
    with first_screen(TEXTS, "pair", "alone"):
        with gr.Row(elem_classes="pair-fields"):
            one = gr.Textbox(label=TEXTS["one"], elem_id="pair-one", **shape)
            other = gr.Textbox(label=TEXTS["other"], **shape)
            shuffle = gr.Button(TEXTS["shuffle"], size="sm", scale=0, min_width=130, elem_classes="quiet")
        both = Clickable(waiting(), elem_classes=["fill", "veiled"])
    one.change(None, [one, s.text], s.text, js=WRITTEN, **QUICK)
    gr.on([s.text.change, both.change], None, s.text, one, js=AS_WRITTEN, **QUICK)
    shuffle.click(lambda text, other: shuffled(text, other or ""), [s.text, other], other, **QUICK)
    both.change(suggested, s.text, other, **QUICK)
    other.change(draw, [*s, other], both, trigger_mode="always_last", **QUICK)
    return View(both, draw, (other,))


def suggested(text: str) -> gr.Textbox:
    """The empty second field shows what stands in for it."""
    return gr.Textbox(placeholder=shuffled(text, ""))


def shuffled(text: str, before: str) -> str:
    """The words of the text in another order than its own, and than the one before; the same each time."""
    parts, rng = text.split(), random.Random(before)
    for _ in range(20):
        mixed = " ".join(rng.sample(parts, len(parts)))
        if mixed not in (" ".join(parts), before):
            return mixed
    return " ".join(parts)  # one word, or the same word again and again


class Ratio(NamedTuple):
    """How many times likelier one is than the other, and the text that says which."""

    said: str
    n: str = ""


def draw(text: str, model: str, lang: str, other: str) -> Markup:
    """Both strips, and the ratio of the two probabilities."""
    if not (other or "").strip():
        other = shuffled(text, "") if len(text.split()) > 1 else ""
    both = [one for one in (text, other) if one.strip()]
    found = ratio(text.strip(), other.strip(), model, lang) if len(both) == 2 else None
    strips = [strip.strip(one, model, lang) for one in both]
    return render("next_word/pair.html", TEXTS, lang, strips=strips, ratio=found)


def ratio(text: str, other: str, model: str, lang: str) -> Ratio | None:
    """Which of the two is likelier, and by how much; None if the model reads one of them not at all."""
    try:
        bits = [strip.lent_chain(one, model).bits for one in (text, other)]
    except GenerativeError:  # the strip above says it
        return None
    if abs(bits[0] - bits[1]) < 1e-6:
        return Ratio("equal")
    n = strip.one_in(abs(bits[0] - bits[1]), lang)
    of = " de" if which(lang) == PORTUGUESE and n[-1].isalpha() else ""  # 2,7 milhões de vezes
    return Ratio("first_likelier" if bits[0] < bits[1] else "second_likelier", n + of)
