"""One pixel at a time: a model of small drawings goes on with a half-drawn one, and says p(x) exactly.

The browser learns and draws (made.js, the same as `generative.points.pixels`), so that sixty phones learn at
once, and a class's own drawings are sent nowhere; Python gives the digits that one begins with.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

import gradio as gr

from demos.ui import ask, links
from demos.ui.kinds import Call
from demos.ui.live import answer
from demos.ui.templates import render
from demos.ui.texts import Texts
from generative.errors import LARGEST_SEED, check_seed
from generative.points import drawings

TEXTS = Texts(
    "points_pixels",
    {
        "tab": ("Um pixel por vez", "One pixel at a time"),
        "lead": (
            "Desenhe um começo: o modelo continua, pixel por pixel, cada um a partir dos anteriores.",
            "Draw a beginning: the model goes on, pixel by pixel, each one from those before it.",
        ),
        "this": ("este desenho", "this drawing"),
        "held": ("desenhos que não viu", "drawings it was not shown"),
        "alone": ("cada pixel por si", "each pixel by itself"),
        "uniform": ("uniforme: 1 bit por pixel", "uniform: 1 bit a pixel"),
        "random": ("pixels ao acaso", "random pixels"),
        "bits": ("menos bits: mais provável", "fewer bits: likelier"),
        "example": ("Outro exemplo", "Other example"),
        "clear": ("Limpar", "Clear"),
        "again": ("Reaprender", "Learn anew"),
        "shades": ("p de cada", "p of each"),
        "draw": ("Desenhar os nossos", "Draw our own"),
        "add": ("Juntar", "Add it"),
        "learn": ("Aprender", "Learn"),
        "save": ("Guardar", "Save"),
        "picture": ("Desenho (PNG)", "Drawing (PNG)"),
        "numbers": ("Pixels e p (CSV)", "Pixels and p (CSV)"),
        "curve": ("Curva dos bits (CSV)", "Curve of the bits (CSV)"),
    },
)
SAID = {  # of the script
    "play": ("Completar", "Complete"),
    "pause": ("Parar", "Stop"),
    "pace": ("Ritmo", "Pace"),
    "slow": ("devagar", "slow"),
    "usual": ("normal", "usual"),
    "once": ("de uma vez", "at once"),
    "which": ("De quais desenhos aprende", "Which drawings it learns"),
    "digits": ("dígitos", "digits"),
    "own": ("nossos ({n})", "our own ({n})"),
    "rows": ("Linhas dadas: {n}", "Rows given: {n}"),
    "whole": ("p(x): 1 em {n}", "p(x): 1 in {n}"),
    "part": ("p destes {k} pixels: 1 em {n}", "p of these {k} pixels: 1 in {n}"),
    "exactly": ("log₂ p = {log}; {each} bit por pixel", "log₂ p = {log}; {each} bits a pixel"),
    "step": ("passo {i} de {of}", "step {i} of {of}"),
    "completion": ("Ver o desenho {n}", "See drawing {n}"),
    "board": (
        "Desenho de 8 por 8: toque ou arraste; setas movem, espaço pinta. {status}",
        "Drawing of 8 by 8: tap or drag; arrows move, the space bar paints. {status}",
    ),
    "collect": (
        "Desenhe, depois Juntar: {n} de {least} ou mais",
        "Draw, then Add it: {n} of {least} or more",
    ),
    "enough": ("{n} desenhos: mais um, ou Aprender", "{n} drawings: one more, or Learn"),
    "change": ("Mudar o desenho {n}", "Change drawing {n}"),
    "loading": ("Buscando os dígitos…", "Fetching the digits…"),
    "silent": (
        "O servidor não respondeu. Aperte Reaprender.",
        "The server did not answer. Press Learn anew.",
    ),
}
HERE = Path(__file__)
ARITHMETIC = ("mlp.js", "players.js", "made.js")
SCRIPTS = (*ARITHMETIC, "pixels_draw.js", "pixels.js")
PACES = ("slow", "usual", "once")
SHOWN = ("this", "held", "alone", "uniform", "random")  # bars
FIRST = {"set": "digits", "own": "", "drawing": "3c3e0c1800000000", "rows": 4, "seed": 1, "pace": "usual"}
FIELDS = tuple(f"pixels_{name}" for name in FIRST)  # of the address


class Told(TypedDict, total=False):
    """The value: what the address says."""

    set: str
    own: str
    drawing: str
    rows: float
    seed: float
    pace: str


class Board(gr.HTML):
    """The grid one draws on, what is made of it, and the hands."""

    wants = Told


def digits(call: Call) -> dict:
    """From the browser, once: {"digits"}, all of them as text, or {"error"}."""
    return answer(call, lambda: {"digits": drawings.write(drawings.digits())})


def script() -> str:
    """What the browser runs: the texts, what one sees first, the arithmetic, the drawing, the hands."""
    first = {"told": FIRST, "fewest": drawings.FEWEST, "most": drawings.MOST, "letters": drawings.LETTERS}
    parts = [HERE.with_name(name).read_text() for name in SCRIPTS]
    return "\n".join([f"const texts = {json.dumps(SAID)}, first = {json.dumps(first)};", *parts])


def build(opened: gr.Tab, language_box: gr.Textbox) -> dict[str, gr.components.Component]:
    """Gives the fields that the address carries, by name; no other view of the tab uses these names."""
    fields = links.hidden(FIRST)
    with ask.asked("points_pixels"):
        html = render("points/pixels.html", TEXTS, "en", sets=drawings.SETS, paces=PACES, bars=SHOWN)
        options = {"js_on_load": script(), "apply_default_css": False, "server_functions": [digits]}
        board = Board(None, html_template=html, **options)
    links.tie(board, fields)
    return dict(zip(FIELDS, fields.values(), strict=True))


def told(read: Callable, lang: str) -> dict:
    """What the link says of these fields, or what they begin with."""
    own = read("pixels_own", FIRST["own"], check=drawings.read)
    values = (
        read("pixels_set", FIRST["set"], check=lambda name: drawings.check_set(name, own)),
        own,
        read("pixels_drawing", FIRST["drawing"], check=drawings.one),
        round(read("pixels_rows", FIRST["rows"], 0, drawings.SIDE)),
        read("pixels_seed", FIRST["seed"], high=LARGEST_SEED, check=check_seed),
        links.one_of(PACES, read("pixels_pace", FIRST["pace"]), FIRST["pace"]),
    )
    return dict(zip(FIELDS, values, strict=True))
