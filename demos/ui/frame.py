"""What every tab has: a sentence on top; the thing itself; folded below: try this, on the slides, behind it.

The thing itself, whole on the first screen, is whatever has the class ON_STAGE: tests and the page find it by
the attribute data-stage that the page's script gives it.
"""

import gradio as gr

from demos.ui.texts import Texts

FORMULAS = [{"left": "$$", "right": "$$", "display": True}, {"left": "$", "right": "$", "display": False}]

ON_STAGE = "on-stage"
# of an event by hand: no progress bar over the page, no endpoint in the API
QUICK = {"show_progress": "hidden", "api_visibility": "private"}


def tab(label: gr.i18n.I18nData, name: str) -> gr.Tab:
    """A tab of the page; the address calls it by its name."""
    return gr.Tab(label, id=name, elem_id=f"tab-{name}", elem_classes=f"tab-{name}")


def views() -> gr.Tabs:
    """A tab's inner tabs."""
    return gr.Tabs(elem_classes="views", overflow_behavior="wrap")


def view(label: gr.i18n.I18nData, tab: str, name: str) -> gr.Tab:
    """An inner tab of a tab."""
    return gr.Tab(label, id=name, elem_id=f"view-{tab}-{name}", elem_classes="view")


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
