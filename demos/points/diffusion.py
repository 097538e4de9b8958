"""Diffusion in the plane: noise them, learn the velocity, let noise flow back into points.

The browser learns and walks (mlp.js, velocity.js, the same as `generative.points.velocity`), so that sixty
phones do at once; Python gives the sets of points and their floors, and reads a pasted table.
"""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypedDict

import gradio as gr

from demos.points import sets
from demos.ui import ask, links
from demos.ui.kinds import Call
from demos.ui.live import answer
from demos.ui.templates import render
from demos.ui.texts import Texts
from generative.errors import LARGEST_SEED, check_seed
from generative.points import densities, game, own, velocity

TEXTS = Texts(
    "points_diffusion",
    {
        "tab": ("Difusão no plano", "Diffusion in the plane"),
        "lead": (
            "Uma rede aprende a velocidade que leva o ruído de volta aos pontos.",
            "A network learns the velocity that takes noise back to the points.",
        ),
        "flow": ("Fluir", "Flow"),
        "again": ("Recomeçar", "Start over"),
        "seed": ("Outra semente", "Another seed"),
        "noise": ("ruído", "noise"),
        "data": ("dados", "data"),
        "cloud": ("pontos", "points"),
        "arrows": ("setas", "arrows"),
        "samples": ("amostras", "samples"),
        "steps": ("Passos", "Steps"),
        "guidance": ("Orientação w", "Guidance w"),
        "paste": ("Colar uma tabela, guardar", "Paste a table, save"),
        "use": ("Usar estes pontos", "Use these points"),
        "picture": ("Imagem (PNG)", "Picture (PNG)"),
        "numbers": ("Caminhos (CSV)", "Paths (CSV)"),
    },
)
SAID = {  # of the script
    "learn": ("Aprender", "Learn"),
    "stop": ("Parar", "Stop"),
    "draw": ("Desenhar", "Draw"),
    "drawn": ("Usar ({n})", "Use ({n})"),
    "set": ("Pontos", "Points"),
    "gaussian": ("um grupo", "one group"),
    "groups": ("dois grupos", "two groups"),
    **sets.PLANE,
    **sets.OWN,
    "solver": ("Método", "Method"),
    "euler": ("Euler", "Euler"),
    "heun": ("Heun", "Heun"),
    "asked": ("Classe pedida", "Class asked for"),
    "half": ("as duas classes", "both classes"),
    "first": ("só a classe ●", "class ● only"),
    "second": ("só a classe ○", "class ○ only"),
    "rate": ("Taxa", "Rate"),
    "rate_is": ("taxa {n}", "rate {n}"),
    "time": ("Tempo t, do ruído aos dados", "Time t, from noise to data"),
    "calls": ("{n} ({calls} consultas)", "{n} ({calls} calls)"),
    "loss": ("Passo {step}: perda {loss}", "Step {step}: loss {loss}"),
    "floor": (
        "Passo {step}: perda {loss}; o mínimo é {floor}",
        "Step {step}: loss {loss}; the least is {floor}",
    ),
    "least": ("mínimo", "least"),
    "off": ("Setas: erro de {off} (exatas em verde)", "Arrows: {off} off (exact ones in green)"),
    "plain": ("Sem fórmula: não há setas exatas", "No formula: no exact arrows"),
    "far": (
        "Amostras: {far} × a distância de reais a reais (acaso: até {most} ×)",
        "Samples: {far} × the distance of real from real (chance: up to {most} ×)",
    ),
    "obeyed": ("{share} na classe pedida", "{share} in the class asked for"),
    "few": ("Poucos pontos para medir as amostras", "Too few points to judge samples by"),
    "picture": (
        "Pontos com ruído no tempo t, setas da velocidade, amostras e seus caminhos. {status}",
        "Points with noise at the time t, arrows of the velocity, samples and their paths. {status}",
    ),
    "drawing": ("Toque ou arraste: ao menos 3 pontos.", "Tap or drag: at least 3 points."),
    "diverged": (
        "Taxa alta demais: o passo não foi dado. Baixe a taxa ou recomece.",
        "Rate too high: the step was not taken. Lower the rate, or start over.",
    ),
    "table": ("Um ponto por linha: 1.5, 2.0", "One point a line: 1.5, 2.0"),
    "in_use": ("{n} pontos em uso.", "{n} points in use."),
    "silent": ("O servidor não respondeu. Tente de novo.", "The server did not answer. Try again."),
}
HERE = Path(__file__)
SCRIPTS = ("mlp.js", "players.js", "velocity.js", "diffusion_draw.js", "diffusion.js")
OWN = "own"
SETS = (*velocity.MIXTURES, *velocity.DRAWN, OWN)
SOLVERS, ASKED = ("euler", "heun"), ("half", "first", "second")
RATES = (0.001, 0.005, 0.02, 1000)  # at the end it diverges
STEPS = (1, 2, 5, 10, 50)
MOST_W = 6.0  # guidance
FIRST = {
    "set": "ring",
    "own": "",
    "seed": 1,
    "rate": 0.005,
    "t": 0.3,
    "steps": 10,
    "solver": "euler",
    "asked": "half",
    "w": 1,
}
FIELDS = tuple(f"velocity_{name}" for name in FIRST)  # of the address


class Told(TypedDict, total=False):
    """The value: what the address says of the view."""

    set: str
    own: str
    seed: float
    rate: float
    t: float
    steps: float
    solver: str
    asked: str
    w: float


class Pasted(Call, total=False):
    """From the browser: a table of points."""

    table: str


class Plane(gr.HTML):
    """The picture and the hands."""

    wants = Told


def pasted(call: Pasted) -> dict:
    """{"own"}: a pasted table as the text that a link carries, or {"error"}."""
    return answer(call, lambda: {"own": velocity.from_table(call.get("table") or "")})


def script() -> str:
    """What the browser runs: the texts, what one sees first, the arithmetic, the drawing, the hands."""
    points = {name: velocity.drawn(name) for name in velocity.DRAWN}
    first = {
        "told": FIRST,
        "parts": velocity.MIXTURES,
        "floors": {name: velocity.floor(name) for name in velocity.MIXTURES},
        "points": {
            name: [[round(v, 2) for v in one] for one in x.tolist()] for name, (x, _) in points.items()
        },
        "labels": {name: labels.tolist() for name, (_, labels) in points.items()},
        "steps": STEPS,
        "own": {"window": densities.WINDOW, "levels": own.LEVELS, "most": own.MOST},
    }
    parts = [HERE.with_name(name).read_text() for name in SCRIPTS]
    return "\n".join([f"const texts = {json.dumps(SAID)}, first = {json.dumps(first)};", *parts])


def build(opened: gr.Tab, language_box: gr.Textbox) -> dict[str, gr.components.Component]:
    """Gives the fields that the address carries, by name; no other view of the tab uses these names."""
    fields = links.hidden(FIRST)
    with ask.asked("points_diffusion"):
        choices = {"set": SETS, "asked": ASKED, "solver": SOLVERS, "rate": RATES}
        html = render("points/diffusion.html", TEXTS, "en", choices=choices, steps=STEPS, most=MOST_W)
        options = {"js_on_load": script(), "apply_default_css": False, "server_functions": [pasted]}
        board = Plane(None, html_template=html, **options)
    links.tie(board, fields)
    return dict(zip(FIELDS, fields.values(), strict=True))


def told(read: Callable, lang: str) -> dict:
    """What the link says of these fields, or what they begin with."""

    def nearest(name: str, offered: tuple[float, ...]) -> float:
        value = read(f"velocity_{name}", FIRST[name], offered[0], offered[-1])
        return min(offered, key=lambda one: abs(one - value))

    def one_of(name: str, offered: tuple[str, ...]) -> str:
        return read(f"velocity_{name}", FIRST[name], check=partial(game.known, offered=offered))

    text = read("velocity_own", "", check=velocity.read_own)
    values = (
        one_of("set", SETS if text else SETS[:-1]),
        text,
        read("velocity_seed", FIRST["seed"], high=LARGEST_SEED, check=check_seed),
        nearest("rate", RATES),
        read("velocity_t", FIRST["t"], 0, 1),
        nearest("steps", STEPS),
        one_of("solver", SOLVERS),
        one_of("asked", ASKED),
        read("velocity_w", FIRST["w"], 0, MOST_W),
    )
    return dict(zip(FIELDS, values, strict=True))
