"""A component that watches heavy work: the browser asks for the records that are new until all are there.

It asks past Gradio's queue with {"what", ..., "have", "ahead", "visitor", "language"} and gets {"records",
"done", "ahead", "wait"} or {"error"}. `works` gives by the name `what` the Work that a call asks for. It is
computed once for all who ask (`generative.shelf`), step by step, in turn with whoever else waits
(`generative.pool`). The visitor's key is drawn by the browser for as long as the page is open.
"""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import gradio as gr

from demos.ui.kinds import Call
from generative.errors import GenerativeError
from generative.pool import heavy
from generative.shelf import Shelf, Work

SHELF = Shelf(heavy)  # what the whole class watches
PATIENCE = 5.0  # seconds after which an answer comes though nothing is new
SOON, LATER = 0.015, 0.15  # seconds between two looks at what is computed, and at what waits
MOST = 10_000  # records
FOLLOW = (Path(__file__).parent / "watch.js").read_text()
SAID = {
    "queue": ("{n} antes de você, cerca de {s} s", "{n} before you, about {s} s"),
    "silent": ("O servidor não respondeu. Tente de novo.", "The server did not answer. Try again."),
}


class Watched(Call, total=False):
    """From the browser: which work, how much of it is there. A tab adds what its works are told by."""

    what: str
    visitor: str
    have: int
    ahead: int


class Watching(gr.HTML):
    """See above. kind: the fields of its calls; js: the component's script; said: its texts, by name;
    functions: more that the script may call. Event: `change`, when the value changes."""

    def __init__(
        self,
        kind: type[Watched],
        html: str,
        js: str,
        said: Mapping[str, object],
        works: Mapping[str, Callable[[dict], Work]],
        functions: tuple[Callable, ...] = (),
        **options: object,
    ):
        async def more(call: Watched) -> dict:
            """From the browser, see above."""
            return await records(call, works)

        more.__annotations__["call"] = kind  # what the guard lets in

        super().__init__(
            None,
            html_template=html,
            js_on_load=f"const texts = {json.dumps({**said, **SAID})};\n{FOLLOW}\n{js}",
            apply_default_css=False,
            server_functions=[more, *functions],
            **options,
        )


async def records(call: dict, works: Mapping[str, Callable[[dict], Work]]) -> dict:
    """The answer to a call: what is new, as soon as there is something; at once where the queue has moved."""
    have, known, until = whole(call.get("have")), call.get("ahead", 0), time.monotonic() + PATIENCE
    visitor, make = str(call.get("visitor", "")), works.get(str(call.get("what")))
    try:
        while make:  # on the event loop, so that sixty who wait hold no thread
            found = SHELF.more(visitor, make(call), have)
            if found.records or found.done or found.ahead != known or time.monotonic() > until:
                return found._asdict()
            await asyncio.sleep(LATER if found.ahead else SOON)
    except GenerativeError as error:
        return {"error": error.say(str(call.get("language", "en")))}
    return {"records": [], "done": True, "ahead": 0, "wait": 0}


def all_records(visitor: str, work: Work) -> list:
    """All records of some work, waited for; kept ones at once. Raises what the work raises; PoolFull."""
    found, done = [], False
    while not done:
        new = SHELF.more(visitor, work, len(found), 1.0)
        found, done = found + new.records, new.done
    return found


def whole(value: object) -> int:
    """How many records the browser has; what is no such number counts as none."""
    return value if isinstance(value, int) and 0 <= value <= MOST else 0


def number(call: dict, name: str) -> float | None:
    """A number of a call; None, which no work takes, for anything else."""
    value = call.get(name)
    return value if isinstance(value, int | float) else None


def text(call: dict, name: str) -> str:
    """A text of a call."""
    return str(call.get(name) or "")
