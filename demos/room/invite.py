"""The way from a tab to a room: a heading, a sentence, and the links that open and enter one."""

from markupsafe import Markup

from demos.room.texts import TEXTS
from demos.ui.templates import render

OPENED = {"faces": "room/new", "words": "room/new?kind=words"}


def invite(kind: str) -> Markup:
    """HTML for a room of faces or of words. Plain links: they work on a projector's second screen and need no
    pop-up."""
    return render("room/invite.html", TEXTS, "en", kind=kind, opened=OPENED[kind])
