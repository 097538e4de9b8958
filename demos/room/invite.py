"""The way from a tab to a room: a heading, a sentence, and the links that open and enter one."""

from markupsafe import Markup

from demos.room.texts import TEXTS
from demos.ui.templates import render

OPENED = {"faces": "room/new", "words": "room/new?kind=words", "questions": "room/new?kind=questions"}


def invite(kind: str, question: str = "") -> Markup:
    """HTML for a room of faces, words or questions; `question` names the one that is ticked for the teacher.
    Plain links: they work on a projector's second screen and need no pop-up."""
    opened = OPENED[kind] + (f"&question={question}" if question else "")
    return render("room/invite.html", TEXTS, "en", kind=kind, opened=opened)
