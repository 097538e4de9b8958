"""How the page looks, which language it opens in, and what stands above the tabs."""

import asyncio
import contextlib
import functools
import gzip
import inspect
from pathlib import Path

import gradio as gr
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demos.ui import face
from demos.ui.templates import render
from demos.ui.texts import Texts

HERE = Path(__file__).parent
# folders with a style of their own
TABS = ("start", "next_word", "learning", "real_face", "points", "vae_faces", "gan_faces", "diffusion_faces")
SHEETS = [HERE / "variables.css", *sorted({*HERE.glob("*.css")} - {HERE / "variables.css"})]
SHEETS += [HERE.parent / "room" / "invite.css"]
SHEETS += [file for tab in TABS for file in sorted((HERE.parent / tab).glob("*.css"))]
CSS = "\n".join(file.read_text() for file in SHEETS)
SCRIPTS = ("shared.js", "photo_file.js", "veredas.js", "address.js", "ask.js", "toasts.js")
HEAD = "".join(f"<script>{(HERE / name).read_text()}</script>" for name in SCRIPTS)
PAGES = 2  # made at the same time
LANGUAGE = f"<script>{(HERE / 'language.js').read_text()}</script>".encode()

TEXTS = Texts(
    "header",
    {
        "subtitle": ("IA generativa que se toca", "Generative AI you can touch"),
        "projector": ("Projetor", "Projector"),
        "asking": ("Perguntar antes", "Ask first"),
        "asking_short": ("Perguntar", "Ask"),
    },
)


def look() -> dict[str, object]:
    """What Gradio's launch is told of all this."""
    return {"theme": theme(), "css": CSS, "head": HEAD}


def theme() -> gr.themes.Base:
    """Gradio's plainest theme in our colours; colours, sizes and fonts are those of variables.css."""
    small, caption, body, head, title = (
        f"var(--v-text-{name})" for name in ("small", "caption", "body", "head", "title")
    )
    base = gr.themes.Base(
        text_size=gr.themes.Size(small, small, caption, body, head, head, title),
        font=[gr.themes.LocalFont("IBM Plex Sans", (400, 700)), "system-ui", "sans-serif"],
        font_mono=[gr.themes.LocalFont("IBM Plex Mono", (400, 700)), "ui-monospace", "monospace"],
    )
    colours = {
        "body_background_fill": "var(--v-paper)",
        "body_text_color": "var(--v-ink)",
        "body_text_color_subdued": "var(--v-quiet)",
        "background_fill_primary": "var(--v-card)",
        "background_fill_secondary": "var(--v-paper)",
        "block_background_fill": "transparent",
        "border_color_primary": "var(--v-line)",
        "border_color_accent": "var(--v-real)",
        "input_background_fill": "var(--v-card)",
        "input_border_color": "var(--v-line)",
        "input_border_color_focus": "var(--v-real)",
        "block_label_text_color": "var(--v-quiet)",
        "block_title_text_color": "var(--v-quiet)",
        "block_info_text_color": "var(--v-quiet)",
        "button_primary_background_fill": "var(--v-button)",
        "button_primary_background_fill_hover": "var(--v-button)",
        "button_primary_text_color": "var(--v-white)",
        "button_secondary_background_fill": "var(--v-card)",
        "button_secondary_background_fill_hover": "var(--v-paper)",
        "button_secondary_text_color": "var(--v-ink)",
        "button_secondary_border_color": "var(--v-line)",
        "slider_color": "var(--v-real)",
        "link_text_color": "var(--v-real)",
        "link_text_color_hover": "var(--v-real)",
        "color_accent": "var(--v-real)",
        "color_accent_soft": "var(--v-paper)",
        "checkbox_background_color_selected": "var(--v-real)",
    }
    plain = {
        "block_border_width": "0px",
        "block_shadow": "none",
        "block_label_background_fill": "transparent",
        "block_label_border_width": "0px",
        "block_padding": "0px",
        "block_title_text_size": caption,
        "block_info_text_size": caption,
        "input_text_size": body,
        "button_large_text_size": body,
        "layout_gap": "20px",
        "input_shadow": "none",
        "input_shadow_focus": "none",
        "button_primary_border_color": "transparent",
        "block_radius": "0px",
        "container_radius": "10px",
        "input_radius": "10px",
    }
    settable = inspect.signature(base.set).parameters
    dark = {f"{name}_dark": value for name, value in colours.items() if f"{name}_dark" in settable}
    return base.set(**colours, **plain, **dark)


def header() -> gr.HTML:
    """The name, two languages to choose from, and the switches: ask before showing, projector."""
    return gr.HTML(render("ui/header.html", TEXTS, "en"), apply_default_css=False)


async def here(send: Send) -> None:
    """Whether the page is there is said without writing it: Gradio asks so when it starts, with three seconds
    of patience, and on a busy machine gave up and ended the app."""
    start = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]}
    await send(start)
    await send({"type": "http.response.body", "body": b""})


class LanguageFirst:
    """ASGI middleware: puts language.js directly after <head>, before Gradio reads navigator.language; with
    it the app's name and face.

    The page goes out compressed: Gradio does so only with what has an extension, and sixty phones on one
    network would wait for 1.3 MB each. A few pages are made at a time: each takes some megabytes while Gradio
    writes it.
    """

    def __init__(self, app: ASGIApp):
        self.app, self.room = app, asyncio.Semaphore(PAGES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (scope["method"], scope["path"]) == ("HEAD", "/"):
            return await here(send)
        if scope["type"] != "http" or scope["method"] != "GET":
            return await self.app(scope, receive, send)
        page: list[Message] = []
        async with self.room if scope["path"] == "/" else contextlib.nullcontext():
            zipped = "gzip" in Headers(scope=scope).get("accept-encoding", "")
            await self.app(scope, receive, self.collecting(page, send, zipped, face.tags(scope)))
        for message in page:  # out of the room: a slow phone holds up nobody
            await send(message)

    def collecting(self, page: list[Message], send: Send, zipped: bool, tags: bytes) -> Send:
        """Sends on what is no page; a page, once it is whole, is put into `page`, these tags in its head."""
        start: Message = {}
        body = bytearray()

        async def insert(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                if not _is_page(message):
                    await send(message)
            elif not _is_page(start):
                await send(message)
            else:
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    whole = face.bare(bytes(body)).replace(b"<head>", b"<head>" + LANGUAGE + tags, 1)
                    whole = await asyncio.to_thread(_zipped, whole) if zipped else whole
                    head = {**start, "headers": _resized(start["headers"], len(whole), zipped)}
                    page.extend((head, {"type": "http.response.body", "body": whole}))

        return insert


@functools.lru_cache(maxsize=2)  # most visitors get the same
def _zipped(page: bytes) -> bytes:
    return gzip.compress(page, 5, mtime=0)


def _is_page(start: Message) -> bool:
    return any(k.lower() == b"content-type" and v.startswith(b"text/html") for k, v in start["headers"])


def _resized(headers: list[tuple[bytes, bytes]], length: int, zipped: bool) -> list[tuple[bytes, bytes]]:
    kept = [(k, v) for k, v in headers if k.lower() != b"content-length"]
    kept += [(b"vary", b"accept-encoding"), *([(b"content-encoding", b"gzip")] if zipped else [])]
    return [*kept, (b"content-length", str(length).encode())]


LANGUAGE_FIRST = Middleware(LanguageFirst)
