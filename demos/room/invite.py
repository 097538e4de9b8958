"""The way from a tab to a room: a heading, a sentence, and the links that open and enter one."""

from demos.room.texts import TEXTS

OPENED = {"faces": "room/new", "words": "room/new?kind=words"}


def invite(kind: str) -> str:
    """HTML for a room of faces or of words. Plain links: they work on a projector's second screen and need no
    pop-up."""
    ways = (("class_open", OPENED[kind]), ("class_enter", "room"))
    links = "".join(
        f'<a href="{to}" target="_blank" rel="noopener">{TEXTS.both(key)}</a>' for key, to in ways
    )
    title, text = TEXTS.both("class"), TEXTS.both(f"class_{kind}")
    return f'<section class="quiz-class rare"><h3>{title}</h3><p>{text}</p>{links}</section>'
