"""Predict first: a question in the place of a view's sentence; what it asks about is veiled until answered.

What is veiled has the class `veiled`, and is built within `asked`. The switch in the header turns the asking
on and off; ask.js does the rest, in the browser alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager

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


@contextmanager
def asked(name: str, *classes: str) -> Iterator[None]:
    """A column that begins with the question of that name ('' for none); what is built inside follows it."""
    with gr.Column(elem_classes=["asked", *classes]):
        if name:
            html = render("ui/ask.html", TEXTS, "en", name=name, question=QUESTIONS[name])
            gr.HTML(html, apply_default_css=False, elem_classes="ask-line")
        yield
