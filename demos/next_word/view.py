"""What the next-word tab shares with the views inside it: the sentence, and what a view draws of it."""

import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import gradio as gr
from markupsafe import Markup

from demos.ui import ask, frame
from demos.ui.texts import Texts, percent

TEXTS = Texts(
    "words_view", {"waiting": ("O modelo está lendo a frase…", "The model is reading the sentence…")}
)


def waiting(stage: bool = False) -> Markup:
    """What stands where a view will be, shown after a while. stage: so far it is the thing itself."""
    mark = Markup(" data-stage") if stage else ""
    return Markup('<p class="note waiting"{}>{}</p>').format(mark, Markup(TEXTS.both("waiting")))


@contextmanager
def first_screen(texts: Texts, question: str = "", kind: str = "") -> Iterator[gr.Column]:
    """As high as what the sentence leaves of the screen: one line, a question or the view's sentence, and the
    thing itself, which takes the rest; what is built in it stands there."""
    with ask.asked(question, "first-screen", kind):
        frame.lead(texts)
        with gr.Column(elem_classes=["fill", frame.ON_STAGE]) as thing:
            yield thing


class Sentence(NamedTuple):
    """The inputs above all views: the text, the model's name, and the page's language ('pt-BR', 'en')."""

    text: gr.Textbox
    model: gr.Dropdown
    language: gr.Textbox


class Take(NamedTuple):
    """What changes the sentence: at `event`, `work(text, pick, *inputs)` gives the new one.

    pick: what was tapped (Clickable), None for a button. The tab wires it, so its undo knows the old one.
    """

    event: Callable
    work: Callable
    inputs: tuple[gr.components.Component, ...] = ()


class View(NamedTuple):
    """What a view draws: `draw(text, model, language, *inputs)` gives the new value of `output`.

    The tab calls it when the view is opened and, while it is open, whenever the text or the model changes.
    """

    output: gr.components.Component
    draw: Callable
    inputs: tuple[gr.components.Component, ...] = ()
    takes: tuple[Take, ...] = ()


def visible(token: str) -> str:
    """A token with its blanks visible: a space as an open box, a line break as its arrow, NUL as ‹U+0000›."""
    text = (
        token.replace(" ", "\N{OPEN BOX}")
        .replace("\n", "\N{RETURN SYMBOL}")
        .replace("\t", "\N{RIGHTWARDS ARROW TO BAR}")
    )
    return "".join(f"‹U+{ord(c):04X}›" if unicodedata.category(c) == "Cc" else c for c in text)


def finely(p: float, lang: str) -> str:
    """A probability that may be small: the smaller it is, the more digits."""
    return percent(p, lang, 1 if p >= 0.01 else 2 if p >= 0.001 else 3)
