"""A tab's state in the page's address: kept there as one goes, copied by a button, read when the page opens.

A link is ?tab=next_word&text=...; each field of a tab is one component, its value as JSON or plain text.
veredas.address, in address.js, writes it.
"""

import json
from collections.abc import Callable, Collection
from typing import Any

import gradio as gr

from demos.ui.texts import Texts

TEXTS = Texts(
    "links",
    {
        "copy": ("Copiar link", "Copy link"),
        "copied": ("Link copiado", "Link copied"),
    },
)
LONGEST = 4000  # characters of one field; longer ones do not fit an address


def follow(tab: str, fields: dict[str, gr.components.Component]) -> None:
    """Keep the address as the fields are: a reload, a step back or another language finds them again."""
    keep = f"(...values) => veredas.address.keep({json.dumps(tab)}, {json.dumps(list(fields))}, values)"
    changes = [field.change for field in fields.values()]
    gr.on(changes, None, list(fields.values()), js=keep, show_progress="hidden", api_visibility="private")


def copy_button(tab: str, fields: dict[str, gr.components.Component]) -> gr.Button:
    """A button that puts a link to this tab, with its fields as they stand, on the clipboard."""
    button = gr.Button(TEXTS["copy"], size="sm", scale=0, min_width=150, elem_classes="quiet")
    link = f"veredas.address.link({json.dumps(tab)}, {json.dumps(list(fields))}, values)"
    copy = f"(...values) => veredas.copy({link}, {json.dumps(TEXTS.strings['copied'])})"
    button.click(None, list(fields.values()), js=copy)
    return button


def read(request: gr.Request, tab: str, name: str, default: Any, low: float = 0, high: float = 1e15) -> Any:
    """A field of the link that opened the page, of the same type as `default`.

    `default` where the link says nothing, something of another type, or a number outside [low, high].
    """
    query = request.query_params
    text = query.get(name, "")
    if query.get("tab") != tab or not text or len(text) > LONGEST:
        return default
    if isinstance(default, str):
        return text
    try:
        value = json.loads(text)
    except ValueError:
        return default
    if isinstance(default, int | float):
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return value if number and low <= value <= high else default
    return value if isinstance(value, type(default)) else default


def view(request: gr.Request, tab: str, views: Collection[str]) -> tuple:
    """What the hidden field `view` and the inner tabs become: the link's view, where it names one of `views`.

    Else both stay as they are: a visitor may have opened another one meanwhile.
    """
    named = read(request, tab, "view", "")
    return (named, gr.Tabs(selected=named)) if named in views else (gr.skip(), gr.skip())


def opener(tabs: list[str]) -> Callable[[gr.Request], gr.Tabs]:
    """A handler that opens the tab which the link names; where it names none of `tabs`, the page stays."""

    def open_tab(request: gr.Request) -> gr.Tabs:
        tab = request.query_params.get("tab")
        return gr.Tabs(selected=tab) if tab in tabs else gr.skip()

    return open_tab
