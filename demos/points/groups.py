"""Without labels: k-means and the line of most spread, on the same points, step by step.

The browser plays both (kmeans.js, axis.js, the same as `generative.points.kmeans` and `pca`), so that sixty
phones play at once; Python gives the sets of points, reads a pasted table, and checks what a link says.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

import gradio as gr

from demos.points import sets
from demos.points.densities import pasted
from demos.ui import ask, links
from demos.ui.templates import render
from demos.ui.texts import Texts
from generative.errors import LARGEST_SEED, check_seed, within
from generative.points import data, game, kmeans, lab, own

TEXTS = Texts(
    "points_groups",
    {
        "tab": ("Grupos", "Groups"),
        "lead": (
            "Sem rótulos: k-means procura grupos; PCA, a linha em que os pontos mais variam.",
            "Without labels: k-means looks for groups; PCA, for the line along which points vary most.",
        ),
        "kmeans": ("k-means", "k-means"),
        "pca": ("PCA", "PCA"),
        "assign": ("Atribuir", "Assign"),
        "move": ("Mover", "Move"),
        "step": ("Um passo", "One step"),
        "answer": ("Autovetor", "Eigenvector"),
        "again": ("Recomeçar", "Start over"),
        "seed": ("Outra semente", "Another seed"),
        "paste": ("Colar uma tabela, guardar", "Paste a table, save"),
        "use": ("Usar estes pontos", "Use these points"),
        "picture": ("Figura (PNG)", "Picture (PNG)"),
        "numbers": ("Números (CSV)", "Numbers (CSV)"),
    },
)
SAID = {  # of the script
    "play": ("Jogar", "Play"),
    "pause": ("Parar", "Stop"),
    "method": ("Método", "Method"),
    "set": ("Pontos", "Points"),
    **sets.LINE,
    **sets.PLANE,
    **sets.OWN,
    "k": ("k, quantos centros", "k, how many centres"),
    "k_is": ("k = {n}", "k = {n}"),
    "start": ("Início", "Start"),
    "random": ("início: ao acaso", "start: at random"),
    "plusplus": ("início: k-means++", "start: k-means++"),
    "by_hand": ("início: à mão", "start: by hand"),
    "draw": ("Desenhar", "Draw"),
    "drawn": ("Usar estes", "Use these"),
    "drawing": ("Toque para pôr ao menos 3 pontos: {n}", "Tap to put at least 3 points: {n}"),
    "ready": (
        "{k} centros. Atribua cada ponto ao mais próximo, ou toque para pôr um centro em outro lugar.",
        "{k} centres. Assign each point to the nearest, or tap to put a centre elsewhere.",
    ),
    "assigned": (
        "Inércia {i}: um ponto fica a {r} do seu centro.",
        "Inertia {i}: a point is {r} from its centre.",
    ),
    "rest": (
        "Parou. Inércia {i}: {times} a do melhor de {n} inícios.",
        "At rest. Inertia {i}: {times} the best of {n} starts.",
    ),
    "rest_best": (
        "Parou. Inércia {i}: nenhum de {n} outros inícios chega mais baixo.",
        "At rest. Inertia {i}: none of {n} other starts gets lower.",
    ),
    "along": (
        "A linha guarda {p} da variância; {q} ficam de fora.",
        "The line keeps {p} of the variance; {q} is lost.",
    ),
    "eigen": (
        "Autovetor: {p}, a {angle}. Nenhuma linha guarda mais.",
        "Eigenvector: {p}, at {angle}. No line keeps more.",
    ),
    "turn": (
        "Gire a linha: arraste, setas, ou um passo do método da potência.",
        "Turn the line: drag, arrow keys, or a step of power iteration.",
    ),
    "best": ("melhor de {n}", "best of {n}"),
    "inertia": ("inércia", "inertia"),
    "variance": ("variância ao longo da linha", "variance along the line"),
    "board": (
        "Pontos e centros: toque ou arraste para pôr um centro; teclas 1 a 8 escolhem, setas movem. {said}",
        "Points and centres: tap or drag to put a centre; keys 1 to 8 choose, arrows move. {said}",
    ),
    "board_pca": (
        "Pontos e uma linha: arraste ou use as setas para girar. {said}",
        "Points and a line: drag or use the arrow keys to turn it. {said}",
    ),
    "table": (
        "Um ponto por linha: 1.5, 2.0 (ou um número só)",
        "One point a line: 1.5, 2.0 (or one number)",
    ),
    "few": ("{n} pontos em uso.", "{n} points in use."),
    "silent": ("O servidor não respondeu. Tente de novo.", "The server did not answer. Try again."),
}
HERE = Path(__file__)
SCRIPTS = ("players.js", "kmeans.js", "axis.js", "groups_draw.js", "groups.js")
METHODS = ("kmeans", "pca")
CHOICES = (*data.SETS, lab.OWN)
STARTS = (*kmeans.STARTS, "by_hand")
SHIPPED, SEED = 320, 3  # points of a set
FIRST = {
    "method": "kmeans",
    "set": "ring",
    "own": "",
    "seed": 15,  # chance is unlucky here, k-means++ is not
    "k": 8,
    "start": "random",
    "centres": "",
    "angle": 60,
}
FIELDS = tuple(f"groups_{name}" for name in FIRST)  # of the address


class Told(TypedDict, total=False):
    """The value: what the address says of the view. centres: those that a hand has put, as `own` writes
    points; angle: of the line, in degrees."""

    method: str
    set: str
    own: str
    seed: float
    k: float
    start: str
    centres: str
    angle: float


class Groups(gr.HTML):
    """The picture and the hands."""

    wants = Told


def shipped() -> dict[str, list[list[float]]]:
    """The sets of points by name, (x, y) each; of a line y is 0."""
    return {
        name: [[round(v, 2) for v in (*point, 0.0)[:2]] for point in data.draw(name, SHIPPED, SEED).tolist()]
        for name in data.SETS
    }


def script() -> str:
    """What the browser runs: the texts, what one sees first, the arithmetic, the drawing, the hands."""
    first = {"told": FIRST, "points": shipped(), "lines": data.LINE, "most": own.MOST, "levels": own.LEVELS}
    first |= {"window": lab.WINDOW}
    parts = [HERE.with_name(name).read_text() for name in SCRIPTS]
    return "\n".join([f"const texts = {json.dumps(SAID)}, first = {json.dumps(first)};", *parts])


def build(opened: gr.Tab, language_box: gr.Textbox) -> dict[str, gr.components.Component]:
    """Gives the fields that the address carries, by name; no other view of the tab uses these names."""
    fields = links.hidden(FIRST)
    with ask.asked("points_groups"):
        choices = {"set": CHOICES, "start": STARTS, "k": range(1, kmeans.MOST + 1)}
        html = render("points/groups.html", TEXTS, "en", methods=METHODS, choices=choices)
        functions = {"server_functions": [pasted]}
        board = Groups(None, html_template=html, js_on_load=script(), apply_default_css=False, **functions)
    links.tie(board, fields)
    return dict(zip(FIELDS, fields.values(), strict=True))


def told(read: Callable, lang: str) -> dict:
    """What the link says of these fields, or what they begin with."""
    text = read("groups_own", "", check=own.read)
    centres = read("groups_centres", "", check=own.places)
    starts = STARTS if centres else kmeans.STARTS
    values = (
        read("groups_method", FIRST["method"], check=lambda name: game.known(name, METHODS)),
        read("groups_set", FIRST["set"], check=lambda name: lab.check_set(text, name)),
        text,
        read("groups_seed", FIRST["seed"], high=LARGEST_SEED, check=check_seed),
        round(read("groups_k", FIRST["k"], 1, kmeans.MOST)),
        read("groups_start", FIRST["start"], check=lambda name: game.known(name, starts)),
        centres,
        read("groups_angle", FIRST["angle"], -90, 90, check=lambda angle: within("angle", angle, -90, 90)),
    )
    return dict(zip(FIELDS, values, strict=True))
