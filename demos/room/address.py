"""Where a phone finds this app: the address at which the page was opened, or this machine's on the LAN."""

import ipaddress
import os
import re
import socket
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

import segno

from demos.room.errors import RequestUnreadable

ORIGIN = re.compile(r"https?://[\w.\-\[\]:]{1,200}")


class Link(NamedTuple):
    """The students' link and its QR code (SVG).

    Whether the page was opened on the machine that runs the app, and whether other devices get in at all.
    """

    link: str
    qr: str
    local: bool
    listening: bool


def link(origin: str, code: str) -> Link:
    """The link to a room for a page that was opened at `origin`. Raises RequestUnreadable."""
    local = _is_local(_parts(origin).hostname or "")
    address = f"{outside(origin)}/room/{code}"
    return Link(address, picture(address), local, not local or listening())


def outside(origin: str) -> str:
    """The origin at which other devices find a page that was opened at `origin`. Raises RequestUnreadable."""
    parts = _parts(origin)
    if not _is_local(parts.hostname or ""):
        return origin
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{lan_address()}{port}"


def picture(address: str, error: str = "m") -> str:
    """The QR code (SVG) of an address; `error`: how much of it may be damaged, "l" to "h"."""
    return segno.make(address, error=error).svg_inline(
        omitsize=True, border=2, dark="#1B2A26", light="#FFFFFF"
    )


def reachable(origin: str) -> bool:
    """Whether other devices get in, as far as a page opened at `origin` tells. Raises RequestUnreadable."""
    return not _is_local(_parts(origin).hostname or "") or listening()


def _parts(origin: str) -> SplitResult:
    try:
        parts = urlsplit(origin if ORIGIN.fullmatch(origin) else "")
        _ = parts.port  # raises ValueError where it is no number
    except ValueError as error:
        raise RequestUnreadable() from error
    if not parts.hostname:
        raise RequestUnreadable()
    return parts


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def listening() -> bool:
    """Whether the app was started for other devices too."""
    return os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1") not in ("127.0.0.1", "localhost", "::1")


def lan_address() -> str:
    """This machine's address in its network; 127.0.0.1 where there is none. Sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        try:
            s.connect(("192.0.2.1", 9))  # a documentation address: connecting UDP only picks the interface
            return s.getsockname()[0]
        except OSError:
            return "127.0.0.1"
