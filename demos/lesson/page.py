"""The page /lesson: the app in a frame, one state after another, above a strip with what the class reads.

The lesson stands in the page's own address, after the "#", which a browser sends to no server; without it,
the page shows the lecture's (lecture.txt). Its script has it read by a call (script.py) and draws the rest.
"""

from pathlib import Path

from markupsafe import Markup

from demos.ui.templates import render
from demos.ui.texts import Texts

HERE = Path(__file__).parent
UI = HERE.parent / "ui"
TEXTS = Texts(
    "lesson",
    {
        "frame": ("O app", "The app"),
        "strip": ("A aula", "The lesson"),
        "back": ("Voltar", "Back"),
        "next": ("Avançar", "Next"),
        "all": ("Aula", "Lesson"),
        "opening": ("Abrindo…", "Opening…"),
        "title": ("Uma aula", "A lesson"),
        "close": ("Fechar", "Close"),
        "states": ("Ir para", "Go to"),
        "own": ("A sua própria", "One of your own"),
        "form": (
            "Cada linha é um endereço de “Copiar link”, uma barra | e o que a turma lê. O texto vai no link "
            "que você copiar; o app o lê e não o guarda.",
            "Each line is an address from “Copy link”, a bar | and what the class reads. The text goes into "
            "the link you copy; the app reads it and keeps none of it.",
        ),
        "text": ("Texto da aula", "Text of the lesson"),
        "file": ("Abrir um arquivo", "Open a file"),
        "use": ("Usar este texto", "Use this text"),
        "copy": ("Copiar o link desta aula", "Copy the link to this lesson"),
        "copied": ("Link copiado", "Link copied"),
        "shipped": ("A aula dos slides", "The lesson of the slides"),
        "sheets": ("Folhas para imprimir", "Worksheets to print"),
        "home": ("O app inteiro", "The whole app"),
        "broken": (
            "Este link de aula está incompleto. Copie-o de novo, inteiro.",
            "This link to a lesson is incomplete. Copy it again, whole.",
        ),
        "none": (
            "Nenhuma linha desta aula é em português. Troque o idioma, ou o texto.",
            "No line of this lesson is in English. Change the language, or the text.",
        ),
        "lost": (
            "O app não respondeu. Veja se ele ainda está no ar e tente de novo.",
            "The app did not answer. See whether it still runs, then try again.",
        ),
    },
)


def _files(*files: Path) -> Markup:
    """Our own style or script, to stand in the page as it is."""
    return Markup("".join(file.read_text() for file in files))


PAGE = render(
    "lesson/lesson.html",
    TEXTS,
    "en",  # until the script has asked the browser
    style=_files(UI / "variables.css", HERE / "lesson.css"),
    strings=TEXTS.strings,
    lecture=(HERE / "lecture.txt").read_text(),
    script=_files(HERE / "lesson.js"),
)
