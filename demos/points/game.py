"""The game of generator and discriminator on a line, one step at a time.

The browser plays it (mlp.js, players.js, line.js, the same as `generative.points.game`), so that sixty phones
play at once; Python gives the sets of points and what one begins with.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

import gradio as gr

from demos.ui import ask, links
from demos.ui.templates import render
from demos.ui.texts import Texts
from generative.errors import LARGEST_SEED, check_seed
from generative.points import game, losses

TEXTS = Texts(
    "points_game",
    {
        "tab": ("O jogo na reta", "The game on a line"),
        "lead": (
            "D separa os pontos reais dos falsos; G empurra os falsos para onde D se engana.",
            "D tells real points from fake ones; G moves the fakes to where D is fooled.",
        ),
        "step_d": ("Passo de D", "D step"),
        "step_g": ("Passo de G", "G step"),
        "again": ("Recomeçar", "Start over"),
        "seed": ("Outra semente", "Another seed"),
        "rate_d": ("Taxa de D", "D's rate"),
        "rate_g": ("Taxa de G", "G's rate"),
        "picture": ("Imagem (PNG)", "Picture (PNG)"),
        "points": ("Pontos (CSV)", "Points (CSV)"),
        "curve": ("Perdas (CSV)", "Losses (CSV)"),
    },
)
SAID = {  # of the script
    "play": ("Jogar", "Play"),
    "pause": ("Parar", "Stop"),
    "speed": ("Ritmo", "Pace"),
    "slow": ("devagar", "slow"),
    "usual": ("normal", "usual"),
    "fast": ("rápido", "fast"),
    "set": ("Pontos reais", "Real points"),
    "gaussian": ("um grupo", "one group"),
    "heights": ("dois grupos", "two groups"),
    "loss": ("Perda de G", "G's loss"),
    "minimax": ("minimax", "minimax"),
    "nonsaturating": ("não saturante", "non-saturating"),
    "times": ("k = {k}", "k = {k}"),
    "k": ("k, passos de D por rodada", "k, steps of D a round"),
    "repeat": ("repita {k}×:", "repeat {k}×:"),
    "batch": ("sorteie pontos x e ruído z", "draw points x and noise z"),
    "climb_d": ("D sobe em {value}", "D climbs {value}"),
    "noise": ("sorteie ruído z", "draw noise z"),
    "climb_g": ("G sobe em {value}", "G climbs {value}"),
    "fall_g": ("G desce em {value}", "G descends {value}"),
    "real": ("reais", "real"),
    "fake": ("falsos", "fake"),
    "says_real": ("“real”", "“real”"),
    "unsure": ("não sabe", "unsure"),
    "says_fake": ("“falso”", "“fake”"),
    "status": (
        "Rodada {round}: D acerta {right} (50 = chuta).",
        "Round {round}: D is right {right} (50 = guessing).",
    ),
    "picture": (
        "D(x) contínua, D* tracejada; pontos reais e falsos, cada falso com a seta do gradiente. {status}",
        "D(x) solid, D* dashed; real and fake points, each fake one with its gradient's arrow. {status}",
    ),
    "diverged": (
        "Taxa alta demais: o passo não foi dado. Baixe a taxa ou recomece.",
        "Rate too high: the step was not taken. Lower the rate, or start over.",
    ),
}
HERE = Path(__file__)
SCRIPTS = ("mlp.js", "players.js", "line.js", "game_draw.js", "game.js")
LOSSES = ("minimax", "nonsaturating")  # those of the paper
PACES = ("slow", "usual", "fast")
MOST_K = 5
RATES = (0.001, 0.003, 0.01, 0.03, 0.05, 0.1, 0.3, 1.0, 10.0, 1000.0)  # at the end it diverges


class Told(TypedDict, total=False):
    """The value: what the address says of the game."""

    set: str
    seed: float
    loss: str
    rateD: float
    rateG: float
    k: float
    speed: str


FIRST = {
    "set": "heights",
    "seed": 1,
    "loss": "nonsaturating",
    "rateD": 0.1,
    "rateG": 0.05,
    "k": 1,
    "speed": "usual",
}
NAMES = ("set", "seed", "loss", "rate_d", "rate_g", "k", "speed")
FIELDS = tuple(f"game_{name}" for name in NAMES)  # of the address, in the order of FIRST


class Line(gr.HTML):
    """The picture, the algorithm and the hands."""

    wants = Told


def script() -> str:
    """What the browser runs: the texts, what one sees first, the arithmetic, the drawing, the hands."""
    first = {"told": FIRST, "mixtures": game.MIXTURES, "rates": RATES}
    parts = [HERE.with_name(name).read_text() for name in SCRIPTS]
    return "\n".join([f"const texts = {json.dumps(SAID)}, first = {json.dumps(first)};", *parts])


def build(opened: gr.Tab, language_box: gr.Textbox) -> dict[str, gr.components.Component]:
    """Gives the fields that the address carries, by name; no other view of the tab uses these names."""
    fields = links.hidden(FIRST)
    with ask.asked("points_game"):
        choices = {
            "sets": game.MIXTURES,
            "losses": LOSSES,
            "ks": range(1, MOST_K + 1),
            "rates": RATES,
            "paces": PACES,
        }
        html = render("points/game.html", TEXTS, "en", **choices)
        board = Line(None, html_template=html, js_on_load=script(), apply_default_css=False)
    links.tie(board, fields)
    return dict(zip(FIELDS, fields.values(), strict=True))


def told(read: Callable, lang: str) -> dict:
    """What the link says of these fields, or what they begin with."""
    values = (
        read("game_set", FIRST["set"], check=game.known),
        read("game_seed", FIRST["seed"], high=LARGEST_SEED, check=check_seed),
        read("game_loss", FIRST["loss"], check=lambda name: losses.known(name, LOSSES)),
        near(read("game_rate_d", FIRST["rateD"], RATES[0], RATES[-1])),
        near(read("game_rate_g", FIRST["rateG"], RATES[0], RATES[-1])),
        round(read("game_k", FIRST["k"], 1, MOST_K)),
        links.one_of(PACES, read("game_speed", FIRST["speed"]), FIRST["speed"]),
    )
    return dict(zip(FIELDS, values, strict=True))


def near(rate: float) -> float:
    """The rate of the slider that is nearest."""
    return min(RATES, key=lambda one: abs(one - rate))
