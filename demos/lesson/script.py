"""A lesson: a small text, one state of the app a line, which a teacher writes and /lesson shows.

    # a comment
    ?tab=next_word&text=Era%20uma%20vez | O que vem depois? | What comes next?
    pt ?tab=vae_faces&view=move | Só em português
    en ?tab=vae_faces&view=move | In English only

A line is an address as *Copy link* gives it (of any host: what stands before the "?" does not count), then
what the class reads below it: in Portuguese and in English, or one text for both. A line that begins with pt
or en is for that language alone. docs/teaching.md says the same to teachers. This file asks nobody anything:
it knows the tabs that it is told, and opens no address.
"""

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import gradio as gr

from generative import text
from generative.errors import GenerativeError

MOST = 100  # states: a class of two hours has a tenth of them
LONGEST = 30_000  # characters of a lesson; an address holds no more of them once they are packed
LONGEST_TEXT = 120  # characters of what the class reads: two lines below the app
VIEW = re.compile(r"view-(?P<tab>[a-z_]+?)-(?P<view>\w+)")  # as demos/ui/frame.py names an inner tab
LINE = re.compile(r"(?:(?P<language>pt|en)\s+)?(?P<address>[^\s|]+)\s*\|(?P<texts>.+)")
PAGE = ("lang", "__theme")  # fields that the lesson's own page decides
Known = Mapping[str, Collection[str]]  # tab -> its views


class LessonEmpty(GenerativeError):
    en = "This lesson has no line to show. Write one: ?tab=next_word | Qual palavra vem? | Which word comes?"
    pt = (
        "Esta aula não tem nenhuma linha. Escreva uma: ?tab=next_word | Qual palavra vem? | Which word comes?"
    )


class LessonTooLong(GenerativeError):
    en = "A lesson has at most {most} lines to show and {longest} characters. Make two of it."
    pt = "Uma aula tem no máximo {most} linhas e {longest} caracteres. Divida-a em duas."


class LineUnreadable(GenerativeError):
    en = "Line {line}: an address, a “|” and a text are needed: ?tab=next_word | Which word comes?"
    pt = "Linha {line}: é preciso um endereço, um “|” e um texto: ?tab=next_word | Qual palavra vem?"


class LineTexts(GenerativeError):
    en = "Line {line}: after the address stand one text, or two, each of at most {longest} characters."
    pt = "Linha {line}: depois do endereço vem um texto, ou dois, cada um com no máximo {longest} caracteres."


class LineTab(GenerativeError):
    en = "Line {line}: the address names no tab of this app. Copy it with “Copy link”; tabs are {tabs}."
    pt = "Linha {line}: o endereço não diz uma aba deste app. Copie-o com “Copiar link”; as abas são {tabs}."


class LineView(GenerativeError):
    en = "Line {line}: the tab “{tab}” has no view “{view}”. It has {views}."
    pt = "Linha {line}: a aba “{tab}” não tem a vista “{view}”. Ela tem {views}."


class State(NamedTuple):
    """One step of a lesson: its address, what the class reads in both languages, and the one language that it
    is for ("pt" or "en"; "" for both)."""

    address: str
    pt: str
    en: str
    language: str


def known(page: gr.Blocks) -> Known:
    """The tabs of the app, and the views of each, by the names that stand in addresses."""
    names = [block.elem_id or "" for block in page.blocks.values() if isinstance(block, gr.Tab)]
    tabs: dict[str, list[str]] = {name[4:]: [] for name in names if name.startswith("tab-")}
    for found in filter(None, map(VIEW.fullmatch, names)):
        tabs[found["tab"]].append(found["view"])
    return tabs


def read(lesson: str, app: Known) -> list[State]:
    """The states of a lesson. Raises LessonEmpty, LessonTooLong, and the errors of a line, which name it."""
    lines = [(n, text.line(line)) for n, line in enumerate(lesson.splitlines(), 1)]
    shown = [(n, line) for n, line in lines if line and not line.startswith("#")]
    if len(lesson) > LONGEST or len(shown) > MOST:
        raise LessonTooLong(most=MOST, longest=LONGEST)
    if not shown:
        raise LessonEmpty()
    return [state(line, n, app) for n, line in shown]


def state(line: str, number: int, app: Known) -> State:
    """One line. Raises LineUnreadable, LineTexts, LineTab, LineView."""
    if not (parts := LINE.fullmatch(line)):
        raise LineUnreadable(line=number)
    texts = [said.strip() for said in parts["texts"].split("|")]
    if not 1 <= len(texts) <= 2 or not all(0 < len(said) <= LONGEST_TEXT for said in texts):
        raise LineTexts(line=number, longest=LONGEST_TEXT)
    return State(address(parts["address"], number, app), texts[0], texts[-1], parts["language"] or "")


def address(link: str, number: int, app: Known) -> str:
    """Where in this app a link leads, without what the lesson's page decides. Raises LineTab, LineView."""
    try:
        fields = dict(parse_qsl(urlsplit(link).query))
    except ValueError:  # no address at all, such as http://[
        fields = {}
    tab, view = fields.get("tab", ""), fields.get("view")
    if tab not in app:
        raise LineTab(line=number, tabs=", ".join(app))
    if view is not None and view not in app[tab]:
        raise LineView(line=number, tab=tab, view=view, views=", ".join(app[tab]) or "—")
    kept = {name: value for name, value in fields.items() if name not in PAGE}
    return f"/?{urlencode(kept, quote_via=quote)}"
