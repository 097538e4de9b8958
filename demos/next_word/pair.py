"""Two sentences side by side: the same words in another order, and how much likelier one of them is."""

import random
from html import escape

import gradio as gr

from demos.next_word import strip
from demos.next_word.view import Sentence, View
from demos.ui.clickable import Clickable
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
    quick = {"show_progress": "hidden", "api_visibility": "private"}
    shuffle.click(lambda text, other: shuffled(text, other or ""), [s.text, other], other, **quick)
    other.change(draw, [*s, other], both, trigger_mode="always_last", **quick)
    return View(both, draw, (other,))


def shuffled(text: str, before: str) -> str:
    """The words of the text in another order than its own, and than the one before; the same each time."""
    parts, rng = text.split(), random.Random(before)
    for _ in range(20):
        mixed = " ".join(rng.sample(parts, len(parts)))
        if mixed not in (" ".join(parts), before):
            return mixed
    return " ".join(parts)  # one word, or the same word again and again


def draw(text: str, model: str, lang: str, other: str) -> str:
    """Both strips, and the ratio of the two probabilities."""
    if not (other or "").strip():
        other = shuffled(text, "") if len(text.split()) > 1 else ""
    strips = "".join(
        f"<section><h4>{escape(one.strip())}</h4>{strip.strip(one, model, lang)}</section>"
        for one in (text, other)
        if one.strip()
    )
    return f'<div class="two">{strips}</div>{ratio(text.strip(), other.strip(), model, lang)}'


def ratio(text: str, other: str, model: str, lang: str) -> str:
    """Which of the two is likelier, and by how much."""
    if not text or not other:
        return ""
    try:
        bits = [strip.lent_chain(one, model).bits for one in (text, other)]
    except GenerativeError:  # the strip above says it
        return ""
    if abs(bits[0] - bits[1]) < 1e-6:
        return f'<p class="verdict">{TEXTS.say("equal", lang)}</p>'
    first, second = (text, other) if bits[0] < bits[1] else (other, text)
    n = strip.one_in(abs(bits[0] - bits[1]), lang)
    said = TEXTS.say("likelier", lang, one=escape(first), other=escape(second), n=n)
    return f'<p class="verdict">{said}</p>'
