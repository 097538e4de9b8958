"""The app's name and face: its icon, and the card that messengers show beside a link to it (https://ogp.me).

tools/face.py draws icons/. A page of Gradio's names Gradio and a picture on another host in its tags: these
are taken out.
"""

import re
from html import escape
from pathlib import Path

from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import Scope

ICONS = Path(__file__).parent / "icons"
NAME = "Veredas"
WHAT = "IA generativa que se toca · Generative AI you can touch"
PAPER = "#FBF8F2"  # as in variables.css
HOST = re.compile(r"[\w.\-\[\]:]{1,200}")
OTHERS = re.compile(rb"<meta\s+(?:property=\"og:|name=\"twitter:)[^>]*>\s*")
HEAD = 20_000  # bytes of a page that hold its head
DAY = {"Cache-Control": "public, max-age=86400"}
TAGS = """
<link rel="icon" href="/icons/icon.svg" type="image/svg+xml">
<link rel="apple-touch-icon" href="/icons/icon-180.png">
<meta name="theme-color" content="{paper}">
<meta name="description" content="{what}">
<meta property="og:type" content="website">
<meta property="og:site_name" content="{name}">
<meta property="og:title" content="{name}">
<meta property="og:description" content="{what}">
<meta property="og:image" content="{origin}/icons/card.jpg">
<meta property="og:image:width" content="1200">
<meta property="og:image:height" content="630">
<meta property="og:locale" content="pt_BR">
<meta property="og:locale:alternate" content="en_US">
<meta name="twitter:card" content="summary_large_image">
"""


def origin(scope: Scope) -> str:
    """Where this page was asked for, as far as the caller's Host header is one; else ''."""
    url = URL(scope=scope)
    proxied = (
        dict(scope["headers"]).get(b"x-forwarded-proto", b"").decode("latin-1").partition(",")[0].strip()
    )
    scheme = proxied if proxied in ("http", "https") else url.scheme
    return f"{scheme}://{url.netloc}" if HOST.fullmatch(url.netloc) else ""


def tags(scope: Scope) -> bytes:
    """What stands in the head of every page; a card's picture needs a whole address."""
    return TAGS.format(name=NAME, what=WHAT, paper=PAPER, origin=escape(origin(scope))).encode()


def bare(page: bytes) -> bytes:
    """A page without the tags of another name and face."""
    return OTHERS.sub(b"", page[:HEAD]) + page[HEAD:]


def manifest(request: Request) -> Response:
    """The app as a phone's home screen keeps it: a window of its own where the page comes over https (no
    browser keeps one otherwise), else a bookmark with the icon."""
    safe = origin(request.scope).startswith("https:")
    icons = [_icon(size, purpose) for size in (192, 512) for purpose in ("any", "maskable")]
    told = {
        "name": NAME,
        "short_name": NAME,
        "description": WHAT,
        "start_url": "/",
        "display": "standalone" if safe else "browser",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": [{"src": "/icons/icon.svg", "sizes": "any", "type": "image/svg+xml"}, *icons],
    }
    return JSONResponse(told, headers=DAY, media_type="application/manifest+json")


def _icon(size: int, purpose: str) -> dict[str, str]:
    return {
        "src": f"/icons/icon-{size}.png",
        "sizes": f"{size}x{size}",
        "type": "image/png",
        "purpose": purpose,
    }


def routes() -> list[Route]:
    """The files, each by its name, and what browsers ask for by themselves."""
    files = [Route(f"/icons/{file.name}", _file(file)) for file in sorted(ICONS.iterdir())]
    return [*files, Route("/favicon.ico", _file(ICONS / "icon-192.png")), Route("/manifest.json", manifest)]


def _file(file: Path):
    def serve(request: Request) -> Response:
        return FileResponse(file, headers=DAY)

    return serve
