"""Worksheets, one page of paper each: Markdown in docs/worksheets/, laid out to be printed.

A sheet is a title, a line on what it is about, and tasks. A task's heading is a link to the state of the app
that it is about; where other devices reach this app, its QR code stands beside it. In a task, "---" is a line
to write on. `answers` is for the teacher: what to expect, and a plan for a room without phones.
"""

import re
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from markupsafe import Markup

from demos.room import address
from demos.room.errors import RequestUnreadable
from demos.ui.doors import DoorClosed
from demos.ui.templates import render
from demos.ui.texts import Texts, which

HERE = Path(__file__).parent
FOLDER = HERE.parent.parent / "docs" / "worksheets"
SHEETS = ("next_word", "learning", "real_face", "points", "vae_faces", "gan_faces", "diffusion_faces")
ANSWERS = "answers"
TEXTS = Texts(
    "sheets",
    {
        "sheets": ("Folhas de atividades", "Worksheets"),
        "what": (
            "Uma página A4 por aba: prever, fazer, explicar. Imprima pelo navegador.",
            "One page of A4 for each tab: predict, do, explain. Print from the browser.",
        ),
        "answers": (
            "Para quem ensina: respostas, e um plano sem celulares",
            "For the teacher: answers, and a plan without phones",
        ),
        "lesson": ("A aula, um estado depois do outro", "The lesson, one state after another"),
        "codes": (
            "Para que as folhas tragam códigos QR, inicie o app com {command} e abra-o de novo.",
            "For QR codes on the sheets, start the app with {command} and open it again.",
        ),
        "name": ("Nome", "Name"),
        "print": ("Imprimir", "Print"),
        "other": ("English", "Português"),
        "all": ("Todas as folhas", "All worksheets"),
    },
)
COMMAND = "GRADIO_SERVER_NAME=0.0.0.0 .venv/bin/python app.py"
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
TASK = re.compile(r"\[(?P<title>.+)\]\((?P<link>/\?\S+)\)")  # a heading that leads to a state


class Task(NamedTuple):
    """One section of a sheet; `link` is '' where it leads nowhere, `code` (SVG) where no phone gets in."""

    title: str
    link: str
    code: Markup
    body: Markup


def sheet(name: str, language: str, origin: str) -> str:
    """A page: a worksheet, the answers, or for '' the list of them all. Raises DoorClosed for any other name.

    origin: where the page was opened, as "http://192.0.2.7:7860"; a code on paper leads there.
    """
    lang = ("pt", "en")[which(language)]
    if name not in ("", ANSWERS, *SHEETS):
        raise DoorClosed()
    outside = _outside(origin)
    title, tasks = _read(name, lang, outside) if name else (TEXTS.say("sheets", lang), [])
    names = {one: _title(one, lang) for one in SHEETS}
    return render(
        "lesson/sheet.html",
        TEXTS,
        lang,
        locale={"pt": "pt-BR", "en": "en"}[lang],
        other={"pt": "en", "en": "pt-BR"}[lang],
        name=name,
        title=title,
        tasks=tasks,
        names=names,
        paper=name in SHEETS,
        coded=bool(outside),
        command=COMMAND,
        style=Markup((HERE.parent / "ui" / "variables.css").read_text() + (HERE / "sheet.css").read_text()),
    )


def _outside(origin: str) -> str:
    """Where a phone finds the app; '' where none gets in."""
    try:
        return address.outside(origin) if address.reachable(origin) else ""
    except RequestUnreadable:  # a Host header that is none
        return ""


def _source(name: str, lang: str) -> list[str]:
    """The parts of a sheet's file: its title and first lines, then its tasks."""
    text = (FOLDER / f"{name}.{lang}.md").read_text().replace("☐ ", "☐\N{NO-BREAK SPACE}")
    return re.split(r"^## ", text, flags=re.M)


def _title(name: str, lang: str) -> str:
    return _source(name, lang)[0].partition("\n")[0].removeprefix("# ")


def _read(name: str, lang: str, outside: str) -> tuple[str, list[Task]]:
    """A sheet's title and its tasks; the lines under the title are a task without one."""
    first, *rest = _source(name, lang)
    title, _, about = first.partition("\n")
    tasks = [Task("", "", Markup(), Markup(MARKDOWN.render(about)))] + [
        _task(part, lang, outside) for part in rest
    ]
    return title.removeprefix("# "), tasks


def _task(part: str, lang: str, outside: str) -> Task:
    heading, _, body = part.partition("\n")
    found = TASK.fullmatch(heading)
    link = f"{found['link']}&lang={lang}" if found else ""
    code = Markup(address.picture(outside + link, "l")) if found and outside else Markup()
    return Task(found["title"] if found else heading, link, code, Markup(MARKDOWN.render(body)))
