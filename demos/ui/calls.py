"""Whether a call over HTTP has the form that Gradio takes it in: known function, component, session, values.

It knows no function's values: those are for the guard.
"""

import inspect
import json
import re
from collections.abc import Iterator
from typing import TypedDict

from starlette.responses import Response, StreamingResponse
from starlette.types import Scope

from demos.ui.agents import TOOLS
from demos.ui.guard import parameters
from demos.ui.kinds import CallUnreadable, check

CALL = re.compile(
    r"/gradio_api/(?P<way>queue/join|call/v2|call|run|api|component_server|cancel|reset)/?(?P<name>\w*)/?"
)
EVENTS = re.compile(r"/gradio_api/call/(?:v2/)?\w+/([\w-]+)")
DEEPEST, MOST = 40, 100_000  # brackets within one another, and in all
STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"')
LOST = {
    "msg": "unexpected_error",
    "message": "Session not found.",
    "success": False,
    "session_not_found": True,
}


class Predict(TypedDict, total=False):
    session_hash: str | None
    fn_index: int | None
    trigger_id: int | None
    event_id: str | None
    oauth_token: str | None
    simple_format: bool | None
    batched: bool | None


class Asked(TypedDict):
    session_hash: str
    component_id: int
    fn_name: str


class Cancelled(TypedDict):
    session_hash: str
    fn_index: int
    event_id: str


class Reset(TypedDict):
    event_id: str


def path_of(scope: Scope) -> str:
    """The path within the app, wherever a proxy has put that."""
    return scope["path"].removeprefix(scope.get("root_path", ""))


def check_form(scope: Scope, body: bytes) -> None:
    """Raises CallUnreadable, or what a value is that should be another; see above."""
    if path_of(scope).startswith(TOOLS):
        read(body)  # the protocol has a form of its own, and an answer for what has none
        return
    way, name = CALL.match(path_of(scope)).group("way", "name")
    call, blocks = read(body), scope["app"].get_blocks()
    if way == "component_server":
        check("call", call, Asked)
        shown(call["session_hash"])
        if call["component_id"] not in blocks.blocks or "data" not in call:
            raise CallUnreadable()
    elif way in ("cancel", "reset"):
        check("call", call, Cancelled if way == "cancel" else Reset)
    elif way == "call/v2":
        named(call, name, blocks)
    else:
        predicted(call, name, blocks)


def read(body: bytes) -> dict:
    """The JSON object of a body, if it is not nested without end."""
    depth = most = 0
    brackets = re.finditer(rb"[\[\]{}]", STRINGS.sub(b"", body))
    for most, bracket in enumerate(brackets, 1):
        depth += 1 if bracket[0] in b"[{" else -1
        if depth > DEEPEST or most > MOST:
            raise CallUnreadable()
    try:
        call = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise CallUnreadable() from error
    if not isinstance(call, dict):
        raise CallUnreadable()
    return call


def shown(session: str | None) -> None:
    """A session's name is short, and a word."""
    if session is not None and not re.fullmatch(r"[\w-]{1,64}", session):
        raise CallUnreadable()


def predicted(call: dict, name: str, blocks) -> None:  # noqa: ANN001 (gr.Blocks)
    """A call of a function by its name or number, its values in a list."""
    check("call", call, Predict)
    shown(call.get("session_hash"))
    index, found = call.get("fn_index"), function(name, blocks) if name else None
    by_number = isinstance(index, int) and index in blocks.fns
    if (
        not isinstance(call.get("data"), list)
        or call.get("batched")
        or not (found if index is None else by_number)
    ):
        raise CallUnreadable()


def named(call: dict, name: str, blocks) -> None:  # noqa: ANN001
    """A call whose values have their parameters' names."""
    found = function(name, blocks)
    if not found:
        raise CallUnreadable()
    known = inspect.signature(found.fn).parameters
    taken = [parameter for parameter, _ in parameters(found.fn)]
    needed = {parameter for parameter in taken if known[parameter].default is inspect.Parameter.empty}
    if not needed <= call.keys() <= set(taken):
        raise CallUnreadable()


def function(name: str, blocks):  # noqa: ANN001, ANN201
    """The function that programs call by this name."""
    return next((fn for fn in blocks.fns.values() if fn.fn and fn.api_name == name), None)


def gone(scope: Scope) -> Response | None:
    """The answer to who waits for what is not there: a session before a restart, a call that was answered."""
    path, queue = path_of(scope), scope["app"].get_blocks()._queue
    if path.endswith("/queue/data"):
        session = re.search(rb"(?:^|&)session_hash=([\w-]+)(?:&|$)", scope.get("query_string", b""))
        if not session:
            raise CallUnreadable()
        return (
            None
            if session[1].decode() in queue.pending_messages_per_session
            else StreamingResponse(lost(), media_type="text/event-stream")
        )
    if event := EVENTS.fullmatch(path):
        waits = event[1] in queue.event_ids_to_events or any(
            event[1] in ids for ids in queue.pending_event_ids_session.values()
        )
        if scope["method"] == "GET" and not waits:
            raise CallUnreadable()
    return None


def lost() -> Iterator[str]:
    """What Gradio tells a page that its session is gone, so that it begins another."""
    yield f"data: {json.dumps(LOST)}\n\n"
