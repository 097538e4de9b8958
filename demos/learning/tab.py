"""How it learns: the recipe done once by hand, on a network one can see whole, and on a page of one's own."""

import gradio as gr

from demos.learning import numbers, page, step
from demos.ui import links
from demos.ui.texts import Texts, beside

TAB = "learning"
TEXTS = Texts(TAB, {"tab": ("Como aprende", "How it learns"), **beside(__file__)})
VIEWS = {"step": step, "numbers": numbers, "page": page}
VIEW_TEXTS = [module.TEXTS for module in VIEWS.values()]


def build(tabs: gr.Tabs, tab: gr.Tab, language_box: gr.Textbox) -> None:
    """The views, each with what the address carries of it."""
    links.build_views(tab, TAB, TEXTS, VIEWS, language_box)
