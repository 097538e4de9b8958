"""What every tab has: one sentence on top; folded below: try this, on the slides, behind it."""

import gradio as gr

from demos.ui.texts import Texts

FORMULAS = [{"left": "$$", "right": "$$", "display": True}, {"left": "$", "right": "$", "display": False}]


def lead(texts: Texts) -> None:
    """The tab's one sentence."""
    gr.Markdown(texts["lead"], elem_classes="lead")


def foot(texts: Texts) -> None:
    """Folded: three experiments, the formula from the slides, where model and data come from."""
    with gr.Column(elem_classes="foot c-foot"):
        for key in ("try", "slides", "behind"):
            with gr.Accordion(FOOT[key], open=False):
                gr.Markdown(texts[key], latex_delimiters=FORMULAS, elem_classes="reading")


FOOT = Texts(
    "foot",
    {
        "try": ("Experimente", "Try this"),
        "slides": ("Nos slides", "On the slides"),
        "behind": ("Por trás disso", "Behind it"),
    },
)
