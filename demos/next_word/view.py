"""What the next-word tab shares with the views inside it: the sentence, and what a view draws of it."""

from collections.abc import Callable
from typing import NamedTuple

import gradio as gr


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
