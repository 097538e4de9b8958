"""What stands before every function that a browser or a program can call.

A named endpoint takes what its signature names; a handler of the page what its components hold; a function
that a component's script calls (`server_functions`) the TypedDict of its argument. What is of another kind is
refused in one sentence, in the language of whoever asks, before anything is computed; a text comes in
through `generative.text`. What the system refuses becomes a sentence too, and so does a bug, which stays
visible in the log. It knows no tab.
"""

import copy
import functools
import inspect
import logging
import typing
from collections.abc import Callable

import gradio as gr
from gradio.blocks import BlockFunction
from gradio.components.api_component import Api
from gradio.context import LocalContext
from gradio.state_holder import SessionState

from demos.ui import refused
from demos.ui.errors import accepted, notice
from demos.ui.kinds import (
    CallUnreadable,
    ChoiceUnknown,
    NumberWanted,
    ValuesMiscounted,
    check,
    mapped,
)
from generative.errors import GenerativeError, Unexpected, within
from generative.text import line, plain

LOG = logging.getLogger("veredas")
SPECIAL = (gr.Request, gr.EventData, gr.Progress)


class Guarded(gr.Blocks):
    """Blocks whose functions are guarded, those of its components' scripts too."""

    def __exit__(self, *rest: object) -> None:
        super().__exit__(*rest)
        for block in self.blocks.values():
            for function in getattr(block, "server_fns", ()):
                setattr(block, function.__name__, guarded(function))

    async def process_api(self, block_fn: BlockFunction | int, inputs: list, **rest: object) -> dict:
        """As Gradio's; `inputs` are those of a caller unless a generator goes on (`iterator`)."""
        fn = self.fns[block_fn] if isinstance(block_fn, int) else block_fn
        try:
            values = inputs if rest.get("iterator") else taken(fn, inputs, rest.get("state"))
            return await super().process_api(fn, values, **rest)
        except gr.Error as error:
            if not error.print_exception:  # said by us
                raise
            found = CallUnreadable()  # said by Gradio, in English, of a value that does not suit a component
        except Exception as error:
            found = said(error)
        request = rest.get("request")
        raise notice(found, accepted(request), html=fn.api_visibility != "public") from None

    async def postprocess_data(
        self, block_fn: BlockFunction, predictions: object, state: SessionState | None
    ) -> list:
        """As Gradio's, which makes a new component of each output that is skipped: a tenth of Python's time
        while a class is writing."""
        n = len(block_fn.outputs)
        if n < 2 or not isinstance(predictions, list | tuple) or len(predictions) != n:
            return await super().postprocess_data(block_fn, predictions, state)
        drawn = [i for i, one in enumerate(predictions) if not (isinstance(one, dict) and one == gr.skip())]
        some, out = copy.copy(block_fn), [skipped(block) for block in block_fn.outputs]
        some.outputs = [block_fn.outputs[i] for i in drawn]
        found = [predictions[i] for i in drawn]
        made = await super().postprocess_data(some, found[0] if len(found) == 1 else found, state)
        for i, one in zip(drawn, made, strict=True):
            out[i] = one
        return out


def skipped(block: gr.blocks.Block) -> dict:
    """What Gradio answers of an output that stays as it is."""
    return {**gr.skip(), "props": gr.skip()} if isinstance(block, gr.HTML) else gr.skip()


def said(error: Exception) -> GenerativeError:
    """The sentence for an error. A bug is written to the log first, without what was sent."""
    if isinstance(error, GenerativeError):
        return error
    if isinstance(error, refused.KINDS):
        LOG.error("refused by the system: %s", getattr(error, "orig", None) or error)
        return refused.sentence(error)
    LOG.error("a bug", exc_info=error)
    return Unexpected()


# ---- endpoints and handlers ----


@functools.lru_cache(maxsize=1000)
def parameters(function: Callable) -> list[tuple[str, object]]:
    """Name and kind of each parameter that a caller gives."""
    try:
        hints = typing.get_type_hints(function)
        names = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return []
    kinds = [
        (name, hints.get(name, object)) for name, one in names.items() if one.kind is not one.VAR_POSITIONAL
    ]
    return [
        (name, kind) for name, kind in kinds if not (isinstance(kind, type) and issubclass(kind, SPECIAL))
    ]


def taken(fn: BlockFunction, inputs: list, session: SessionState | None = None) -> list:
    """The inputs as they may go on. Raises what is wrong with the first that may not.

    session: where a visitor's components differ from the page's, as a Radio does that was given its choices.
    """
    if not fn.fn or not isinstance(inputs, list):
        raise CallUnreadable()  # what the browser does by itself has no function here
    named = parameters(fn.fn)
    names = [named[i] if i < len(named) else (f"{i + 1}.", object) for i in range(len(fn.inputs))]
    if len(inputs) < len(names):
        raise ValuesMiscounted(names=", ".join(name for name, _ in names))
    seen = [
        one if one.stateful or session is None or one._id not in session else session[one._id]
        for one in fn.inputs
    ]
    return [value_of(one, *name, value) for one, name, value in zip(seen, names, inputs, strict=False)]


def value_of(component: gr.components.Component, name: str, kind: object, value: object) -> object:
    """A value as it may go on, by what the signature or the component takes."""
    if component.stateful:
        return None  # Python has it; what the browser says of it counts for nothing
    refuse_files(value)
    if isinstance(component, Api):
        check(name, value, kind)
        return mapped(value, plain)
    of_kind = next((take for kinds, take in TAKES if isinstance(component, kinds)), None)
    return of_kind(component, name, value) if of_kind else value


def text(component: gr.components.Component, name: str, value: object) -> str:
    check(name, value, str | None)
    return plain(value or "")


def chosen_or_written(component: gr.Dropdown, name: str, value: object) -> str:
    check(name, value, str | None)
    return line(value or "")


def chosen(component: gr.Radio, name: str, value: object) -> object:
    if value is not None and value not in [choice for _, choice in component.choices]:
        raise ChoiceUnknown(name=name)
    return value


def several(component: gr.CheckboxGroup, name: str, value: object) -> list:
    check(name, value, list[str])
    return [chosen(component, name, one) for one in value]


def switch(component: gr.Checkbox, name: str, value: object) -> bool:
    check(name, value, bool | None)
    return bool(value)


def number(component: gr.Number, name: str, value: object) -> float | None:
    """Nothing where the field is empty."""
    check(name, value, float | None)
    low, high = component.minimum, component.maximum
    if value is not None:
        within(name, value, -1e300 if low is None else low, 1e300 if high is None else high)
    return value


def of_slider(component: gr.Slider, name: str, value: object) -> float:
    if value is None:
        raise NumberWanted(name=name)
    return number(component, name, value)


def of_html(component: gr.HTML, name: str, value: object) -> object:
    """A component of ours says with `wants` what its value is; else it is its text."""
    check(name, value, getattr(component, "wants", str) | None)
    return value


TAKES = (
    (gr.Textbox, text),
    (gr.Dropdown, chosen_or_written),
    (gr.CheckboxGroup, several),
    (gr.Radio, chosen),
    (gr.Checkbox, switch),
    (gr.Slider, of_slider),
    (gr.Number, number),
    (gr.HTML, of_html),
)


def refuse_files(value: object) -> None:
    """Raises CallUnreadable for what Gradio would take for a file, here or anywhere on the network."""
    if isinstance(value, dict):
        if "path" in value or "url" in value:
            raise CallUnreadable()
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            refuse_files(one)


# ---- what a component's script calls ----


def guarded(function: Callable) -> Callable:
    """A server function behind the guard: what is wrong comes back as {"error": sentence}."""
    kinds = [kind for _, kind in parameters(function)] or [dict]

    def refuse(call: object, error: Exception) -> dict:
        return {"error": said(error).say(language_of(call))}

    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def asked(call: object) -> object:
            try:
                check("call", call, kinds[0])
                return await function(call)
            except Exception as error:
                return refuse(call, error)

    else:

        @functools.wraps(function)
        def asked(call: object) -> object:
            try:
                check("call", call, kinds[0])
                return function(call)
            except Exception as error:
                return refuse(call, error)

    asked._is_server_fn = True
    return asked


def language_of(call: object) -> str:
    """What the script says, else what the browser asks for."""
    named = call.get("language") if isinstance(call, dict) else None
    return named if isinstance(named, str) else accepted(LocalContext.request.get(None))
