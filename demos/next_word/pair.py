"""Two sentences side by side: the same words in another order, and how much likelier one of them is."""

import random
from typing import NamedTuple

import gradio as gr
from markupsafe import Markup

from demos.next_word import strip
from demos.next_word.view import QUICK, Sentence, View
from demos.ui.clickable import Clickable
from demos.ui.templates import render
from demos.ui.texts import Texts
from generative.errors import GenerativeError

TEXTS = Texts(
    "words_pair",
    {
        "lead": (
            "A probabilidade de uma frase é o produto das probabilidades das suas palavras, cada uma dada as "
            "anteriores. Compare a sua frase com outra: as mesmas palavras fora de ordem, por exemplo.",
            "The probability of a sentence is the product of those of its words, each given the ones before. "
            "Compare your sentence with another: the same words out of order, say.",
        ),
        "other": ("A outra frase", "The other sentence"),
        "shuffle": ("Embaralhar as palavras da primeira", "Shuffle the words of the first"),
        "likelier": (
            "“{one}” é {n} vezes mais provável que “{other}”.",
            "“{one}” is {n} times likelier than “{other}”.",
        ),
        "equal": ("As duas são igualmente prováveis.", "Both are equally likely."),
    },
)


def build(s: Sentence) -> View:
    """The second sentence, and both with their words."""
    gr.Markdown(TEXTS["lead"], elem_classes="note")
    with gr.Row():
        other = gr.Textbox(label=TEXTS["other"], lines=2, scale=3, min_width=280)
        shuffle = gr.Button(TEXTS["shuffle"], size="sm", scale=1, min_width=200, elem_classes="quiet")
    both = Clickable(min_height=320)
    shuffle.click(lambda text, other: shuffled(text, other or ""), [s.text, other], other, **QUICK)
    other.change(draw, [*s, other], both, trigger_mode="always_last", **QUICK)
    return View(both, draw, (other,))


def shuffled(text: str, before: str) -> str:
    """The words of the text in another order than its own, and than the one before; the same each time."""
    parts, rng = text.split(), random.Random(before)
    for _ in range(20):
        mixed = " ".join(rng.sample(parts, len(parts)))
        if mixed not in (" ".join(parts), before):
            return mixed
    return " ".join(parts)  # one word, or the same word again and again


class Ratio(NamedTuple):
    """The first is n times likelier than the second; n is empty where they are alike."""

    first: str
    second: str
    n: str = ""


def draw(text: str, model: str, lang: str, other: str) -> Markup:
    """Both strips, and the ratio of the two probabilities."""
    if not (other or "").strip():
        other = shuffled(text, "") if len(text.split()) > 1 else ""
    both = [one for one in (text, other) if one.strip()]
    sentences = [(one.strip(), strip.strip(one, model, lang)) for one in both]
    found = ratio(text.strip(), other.strip(), model, lang) if len(both) == 2 else None
    return render("next_word/pair.html", TEXTS, lang, sentences=sentences, ratio=found)


def ratio(text: str, other: str, model: str, lang: str) -> Ratio | None:
    """Which of the two is likelier, and by how much; None if the model reads one of them not at all."""
    try:
        bits = [strip.lent_chain(one, model).bits for one in (text, other)]
    except GenerativeError:  # the strip above says it
        return None
    if abs(bits[0] - bits[1]) < 1e-6:
        return Ratio(text, other)
    first, second = (text, other) if bits[0] < bits[1] else (other, text)
    return Ratio(first, second, strip.one_in(abs(bits[0] - bits[1]), lang))
