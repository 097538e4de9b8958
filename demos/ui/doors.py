"""The doors of the app: which addresses answer at all, how much one may send, what every answer carries.

Gradio serves more than this page needs: uploads kept on disk, figures of its queue, pictures fetched from
elsewhere, a logout that goes where the caller's Host header says. Here is listed what is needed, and all else
is closed. A call is read once before Gradio reads it: what it could only answer with a traceback is answered
with a sentence. https://www.w3.org/TR/CSP3/ says what the policy below means.
"""

import logging
import os
import re
from collections.abc import Mapping

import gradio as gr
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demos.ui import agents, calls
from demos.ui.agents import TOOLS
from demos.ui.guard import said
from demos.ui.kinds import CallUnreadable
from generative.errors import GenerativeError

LOG = logging.getLogger("veredas")
API = "/gradio_api"
ROOMS = "/room"
TOOLS_READ, TOOLS_ASKED = (rf"|{TOOLS}/schema", rf"|{TOOLS}/?") if agents.WANTED else ("", "")
OPEN = {
    "GET": re.compile(
        r"/|/config/?|/theme\.css|/favicon\.ico|/manifest\.json|/robots\.txt|/(assets|static|svelte)/.+|/room(/.*)?|"
        r"/lesson|/worksheets(/\w+)?|/icons/[\w.-]+|/llms\.txt|"
        rf"{API}/(info/?|openapi\.json|app_id/?|startup-events|theme\.css|heartbeat/[\w-]+|queue/data|"
        rf"call/(v2/)?\w+/[\w-]+){TOOLS_READ}"
    ),
    "POST": re.compile(
        rf"/room(/.*)?|/lesson/read|"
        rf"{API}/(queue/join|(call|call/v2|run|api)/\w+/?|component_server/?|cancel|reset/?){TOOLS_ASKED}"
    ),
}
OPEN["HEAD"] = OPEN["OPTIONS"] = OPEN["GET"]
LARGEST = 28_000_000  # bytes of a call: a photo of 20 MB as a data URL, and what stands around it
FRAMES = "'self' https://huggingface.co https://*.hf.space"  # a Space shows the app in a frame
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",  # Gradio makes functions of components' scripts
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        f"frame-ancestors {FRAMES}",
    )
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
}


class DoorClosed(GenerativeError):
    en = "There is nothing at this address. The app begins at /."
    pt = "Não há nada neste endereço. O app começa em /."


class PostWanted(GenerativeError):
    en = "Programs ask for tools here with POST. What they may ask is at /llms.txt."
    pt = "Aqui programas pedem ferramentas com POST. O que podem pedir está em /llms.txt."


class CallTooLarge(GenerativeError):
    en = "This is too much at once; at most {limit} MB may be sent."
    pt = "É demais de uma vez; pode-se enviar no máximo {limit} MB."


class ElsewhereRefused(GenerativeError):
    en = "This call comes from another website. Open the room's own page."
    pt = "Esta chamada vem de outro site. Abra a página da própria sala."


class Doors:
    """ASGI middleware: see above."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        headers, started = Headers(scope=scope), False

        async def dressed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                for name, value in HEADERS.items():
                    MutableHeaders(scope=message).setdefault(name, value)
            await send(message)

        try:
            answer = await self.refused(scope, headers)
            if answer is None and is_call(scope):
                body = await whole(receive, headers)
                calls.check_form(scope, body)
                receive = again(body, receive)
            if answer is None:
                return await self.app(scope, receive, dressed)
        except Exception as error:
            if started:
                raise  # the answer is on its way: nothing else can be said
            answer = sentence(said(error), headers)
        await answer(scope, receive, dressed)

    async def refused(self, scope: Scope, headers: Headers) -> Response | None:
        """The answer where there is no door, or none for this caller; None where one may go in."""
        path = calls.path_of(scope)
        if not (known := OPEN.get(scope["method"])) or not known.fullmatch(path):
            raise PostWanted() if agents.WANTED and path.rstrip("/") == TOOLS else DoorClosed()
        elsewhere = headers.get("sec-fetch-site") == "cross-site"
        if path.startswith(ROOMS) and elsewhere and headers.get("sec-fetch-mode") != "navigate":
            raise ElsewhereRefused()
        return calls.gone(scope)


STATUS: Mapping[type, int] = {
    DoorClosed: 404,
    PostWanted: 405,
    CallTooLarge: 413,
    ElsewhereRefused: 403,
    CallUnreadable: 400,
}


def is_call(scope: Scope) -> bool:
    """Whether this is a call of Gradio's, which has a body to be read; rooms read theirs by themselves."""
    return scope["method"] == "POST" and calls.path_of(scope).startswith(API)


def sentence(error: GenerativeError, headers: Headers) -> Response:
    """As Gradio's pages and the rooms' read an error; as text for a browser's window."""
    text = error.say(headers.get("accept-language") or "en")
    status = STATUS.get(type(error), 500 if type(error).__name__ == "Unexpected" else 400)
    if "text/html" in headers.get("accept", ""):
        return PlainTextResponse(text, status)
    return JSONResponse({"error": text, "detail": text}, status)


async def whole(receive: Receive, headers: Headers) -> bytes:
    """The body of a call. Raises CallTooLarge, as soon as that is known; CallUnreadable."""
    if not headers.get("content-type", "").startswith("application/json"):
        raise CallUnreadable()
    length = headers.get("content-length", "0")
    body, more = bytearray(), not (length.isdecimal() and int(length) > LARGEST)
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise CallUnreadable()
        body += message.get("body", b"")
        more = message.get("more_body", False) and len(body) <= LARGEST
    if len(body) > LARGEST or not (length.isdecimal() and int(length) <= LARGEST):
        raise CallTooLarge(limit=LARGEST // 1_000_000)
    return bytes(body)


def again(body: bytes, receive: Receive) -> Receive:
    """The body once more, for Gradio; then what comes."""
    told = False

    async def read() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return read


DOORS = Middleware(Doors)


def say_where(page: gr.Blocks) -> None:
    """A line in the log where the app is not at the port that was asked for: another program has that one."""
    asked = int(os.environ.get("GRADIO_SERVER_PORT", 7860))
    if page.server_port != asked:
        LOG.warning("Port %s is taken, so the app is at %s", asked, page.local_url)
