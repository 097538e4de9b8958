"""A tab's state in the page's address: kept there as one goes, copied by a button, read when the page opens.

A link is ?tab=next_word&text=...; each field of a tab is one component, its value as JSON or plain text.
veredas.address, in address.js, writes it.
"""

import json
from collections.abc import Callable, Collection
from functools import partial
from html import escape
from types import ModuleType
from typing import Any

import gradio as gr
from gradio.events import Dependency

from demos.ui import frame
from demos.ui.frame import QUICK
from demos.ui.texts import Texts, number
from generative.errors import GenerativeError
from generative.text import plain

TEXTS = Texts(
    "links",
    {
        "copy": ("Copiar link", "Copy link"),
        "copied": ("Link copiado", "Link copied"),
        "number": (
            "O campo “{name}” do link não é um número de {low} a {high}; vale o de costume.",
            "The link's “{name}” is not a number from {low} to {high}; the usual one is used.",
        ),
        "unreadable": (
            "O campo “{name}” do link não pode ser lido; vale o de costume.",
            "The link's “{name}” cannot be read; the usual one is used.",
        ),
        "unusable": (
            "O campo “{name}” do link não serve; vale o de costume. {why}",
            "The link's “{name}” cannot be used; the usual one is. {why}",
        ),
        "unknown": (
            "O link pede algo que não há aqui no campo “{name}”; vale o de costume.",
            "What the link's “{name}” asks for is not here; the usual one is used.",
        ),
    },
)
LONGEST = 4000  # characters of one field; longer ones do not fit an address


def follow(tab: str, fields: dict[str, gr.components.Component]) -> None:
    """Keep the address as the fields are: a reload, a step back or another language finds them again."""
    keep = f"(...values) => veredas.address.keep({json.dumps(tab)}, {json.dumps(list(fields))}, values)"
    changes = [field.change for field in fields.values()]
    gr.on(changes, None, list(fields.values()), js=keep, **QUICK)


def opening(
    tab: gr.Tab,
    name: str,
    told_by: Callable[..., dict[str, Any]],
    inputs: list[gr.components.Component],
    fields: dict[str, gr.components.Component],
) -> Dependency:
    """When a tab first opens, `told_by(request, *inputs)` gives {field: what its link or the tab puts there}.

    What the visitor changed while that was on its way stays: a field takes what is told only where it holds
    what it held when the page was made. A `view` that is told is opened.
    """
    told, names = gr.Textbox(visible="hidden"), list(fields)

    def once(request: gr.Request, before: str, *values: object) -> object:
        return gr.skip() if before else json.dumps(told_by(request, *values))

    first = [field.value for field in fields.values()]
    js = f"(told, ...values) => veredas.address.open({json.dumps([name, names, first])[1:-1]}, told, values)"
    asked = tab.select(once, [told, *inputs], told, **QUICK)
    return asked.then(None, [told, *fields.values()], list(fields.values()), js=js, **QUICK)


def hidden(first: dict[str, str | float]) -> dict[str, gr.components.Component]:
    """A field for each of these, that nobody sees, with what it begins with."""
    kinds = {name: gr.Textbox if isinstance(value, str) else gr.Number for name, value in first.items()}
    return {name: kind(first[name], visible="hidden") for name, kind in kinds.items()}


def tie(component: gr.HTML, fields: dict[str, gr.components.Component], *also: Callable) -> None:
    """A component's value has the fields by these names: it gets them as they change, and upon other events.

    Of what its script says, a value with `hand` in it alone goes into the fields: what came from the fields,
    one after another, must not set them back, or both would go on without end.
    """
    names, boxes = json.dumps(list(fields)), list(fields.values())
    get = f"(...values) => Object.fromEntries({names}.map((name, i) => [name, values[i]]))"
    tell = f"(value, ...old) => (value?.hand ? {names}.map((name) => value[name]) : old)"
    gr.on([*also, *(box.change for box in boxes)], None, boxes, component, js=get, **QUICK)
    component.change(None, [component, *boxes], boxes, js=tell, **QUICK)


def copy_button(tab: str, fields: dict[str, gr.components.Component]) -> gr.Button:
    """A button that puts a link to this tab, with its fields as they stand, on the clipboard."""
    button = gr.Button(TEXTS["copy"], size="sm", scale=0, min_width=150, elem_classes="quiet")
    link = f"veredas.address.link({json.dumps(tab)}, {json.dumps(list(fields))}, values)"
    copy = f"(...values) => veredas.copy({link}, {json.dumps(TEXTS.strings['copied'])})"
    button.click(None, list(fields.values()), js=copy)
    return button


def read(
    request: gr.Request,
    tab: str,
    name: str,
    default: Any,
    low: float = 0,
    high: float = 1e15,
    check: Callable[[Any], object] | None = None,
) -> Any:
    """A field of the link that opened the page, of the same type as `default`.

    `default` where the link says nothing; also, and the visitor reads why, where it says something of another
    type, a number outside [low, high], or what `check` refuses by raising GenerativeError.
    """
    query = request.query_params
    text = query.get(name, "")
    if query.get("tab") != tab or not text:
        return default
    try:
        value = parsed(text, default)
        if isinstance(value, int | float) and not low <= value <= high:
            raise ValueError
        if check:
            check(value)
    except ValueError:
        is_number = isinstance(default, int | float)
        refuse(name, "number" if is_number else "unreadable", low=low, high=high)
        return default
    except GenerativeError as error:
        refuse(name, "unusable", why=error)
        return default
    return value


def one_of(names: Collection[str], told: str, default: str) -> str:
    """What a link says of a field that takes one of these names; `default`, and no notice, for another."""
    return told if told in names else default


def parsed(text: str, default: Any) -> Any:
    """A field's text as a value of the type of `default`. Raises ValueError."""
    if len(text) > LONGEST:
        raise ValueError
    if isinstance(default, str):
        return plain(text)
    value = json.loads(text)
    if isinstance(default, int | float) and not isinstance(value, bool) and isinstance(value, int | float):
        return value
    if isinstance(default, int | float) or not isinstance(value, type(default)):
        raise ValueError
    return value


def refuse(name: str, kind: str, **facts: float | GenerativeError) -> None:
    """A notice that the link's field was not used: in both languages, of which the page shows one.

    An Info, since Gradio writes the kind of a notice above it, and that word both languages have.
    """
    said = {code: TEXTS.say(kind, code, name=name, **facts_in(code, facts)) for code in ("pt", "en")}
    gr.Info("".join(f'<span lang="{code}">{escape(text)}</span>' for code, text in said.items()))


def facts_in(code: str, facts: dict[str, float | GenerativeError]) -> dict[str, str]:
    """Numbers as one writes them in a language; errors as their sentences in it."""
    return {
        key: fact.say(code)
        if isinstance(fact, GenerativeError)
        else number(fact, code, 0 if fact % 1 == 0 else 1)
        for key, fact in facts.items()
    }


def view(request: gr.Request, tab: str, views: Collection[str]) -> dict[str, str]:
    """{"view": the link's view} for `opening`, where the link names one of `views`; else nothing."""
    named = read(request, tab, "view", "")
    if named and named not in views:
        refuse("view", "unknown")
    return {"view": named} if named in views else {}


def showing(opened: gr.Tab, name: str, view: gr.Textbox) -> None:
    """The hidden field `view` says at once which inner tab is open, however slow the server is."""
    opened.select(None, None, view, js=f"() => {json.dumps(name)}", **QUICK)


def open_tab(page: gr.Blocks, tabs: list[str]) -> None:
    """When the page loads, the tab that the link names opens, unless the visitor has opened one meanwhile."""
    page.load(refuser(tabs), js="() => veredas.address.begin()", **QUICK)


def refuser(tabs: list[str]) -> Callable[[gr.Request], None]:
    """A handler that says so where the link names none of `tabs`."""

    def refuse_tab(request: gr.Request) -> None:
        tab = request.query_params.get("tab")
        if tab and tab not in tabs:
            refuse("tab", "unknown")

    return refuse_tab


def build_views(tab: gr.Tab, name: str, texts: Texts, views: dict[str, ModuleType], lang: gr.Textbox) -> None:
    """A tab that is its views. Each has `build(opened, lang)`, which gives its fields by name, and
    `told(read, language)`: what a link, or the view itself, puts into them at first."""
    shown, carried = gr.Textbox(next(iter(views)), visible="hidden"), {}
    with frame.views():
        for key, module in views.items():
            with frame.view(module.TEXTS["tab"], name, key) as opened:
                frame.lead(module.TEXTS)
                carried |= module.build(opened, lang)
            showing(opened, key, shown)
    fields = carried | {"view": shown}
    follow(name, fields)
    copy_button(name, fields)
    frame.foot(texts)

    def first(request: gr.Request, language: str) -> dict:
        said = [module.told(partial(read, request, name), language) for module in views.values()]
        return {key: value for one in said for key, value in one.items()} | view(request, name, views)

    opening(tab, name, first, [lang], fields)
