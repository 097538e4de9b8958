"""How every view of this tab begins: one sentence, or the question in its place, and the thing itself."""

from collections.abc import Iterator
from contextlib import contextmanager

import gradio as gr

from demos.ui import ask, frame
from demos.ui.texts import Texts

TEXTS = Texts("faces_stage", {"wait": ("Desenhando…", "Drawing…")})


@contextmanager
def stage(texts: Texts, question: str, name: str) -> Iterator[None]:
    """What is built inside is the thing, whole on the first screen; `name`: its class in the style sheets."""
    with ask.asked(question):
        frame.lead(texts)
        with gr.Column(elem_classes=[frame.ON_STAGE, "veiled", name]):
            yield


def waiting() -> str:
    """What stands where a picture is still being drawn; it is seen after 400 ms."""
    return f'<p class="waiting" role="status">{TEXTS.both("wait")}</p>'


def folded(title: gr.i18n.I18nData) -> gr.Accordion:
    """Reading below the thing, opened when it is asked for."""
    return gr.Accordion(title, open=False, elem_classes="fold rare")
