"""Predict first: a question in the place of a view's sentence; what it asks about is veiled until answered.

What is veiled has the class `veiled`, and lies with the question in a column of class `asked`. The switch in
the header turns the asking on and off; ask.js does the rest, in the browser alone.
"""

import gradio as gr

from demos.ui.questions import QUESTIONS
from demos.ui.templates import render
from demos.ui.texts import Texts

TEXTS = Texts(
    "ask",
    {
        "first": ("Antes de ver:", "Before you look:"),
        "said": ("Você disse:", "You said:"),
        "class": ("perguntar nos celulares", "ask on phones"),
        "why": ("Agora olhe. Por que é assim?", "Now look. Why is it so?"),
    },
)


def before(name: str) -> gr.HTML:
    """The question of that name."""
    html = render("ui/ask.html", TEXTS, "en", name=name, question=QUESTIONS[name])
    return gr.HTML(html, apply_default_css=False, elem_classes="ask-line")
