"""The game in the plane: five losses, modes, and a collapse on demand.

The browser plays it (mlp.js, players.js, plane.js); Python gives the sets of points and what one begins with.
"""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

import gradio as gr

from demos.points import sets
from demos.ui import ask, links
from demos.ui.templates import render
from demos.ui.texts import Texts
from generative.errors import LARGEST_SEED, check_seed
from generative.points import data, game, losses

TEXTS = Texts(
    "points_arena",
    {
        "tab": ("O jogo no plano", "The game in the plane"),
        "lead": (
            "G deforma o plano para imitar os pontos; D é o mapa de calor.",
            "G bends the plane to imitate the points; D is the heat map.",
        ),
        "again": ("Recomeçar", "Start over"),
        "seed": ("Outra semente", "Another seed"),
        "collapse": ("Provocar um colapso", "Provoke a collapse"),
        "cure": ("Curar: WGAN-GP", "Cure it: WGAN-GP"),
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
    "five": ("As cinco", "All five"),
    "one": ("Uma só", "One only"),
    "set": ("Pontos", "Points"),
    **sets.PLANE,
    "loss": ("Perda", "Loss"),
    "minimax": ("minimax", "minimax"),
    "nonsaturating": ("não saturante", "non-saturating"),
    "lsgan": ("LSGAN", "LSGAN"),
    "wgan": ("WGAN, cortada", "WGAN, clipped"),
    "wgan_gp": ("WGAN-GP", "WGAN-GP"),
    "k": ("passos de D por rodada", "steps of D a round"),
    "k_is": ("k = {n}", "k = {n}"),
    "batch": ("lote", "batch"),
    "batch_is": ("lote {n}", "batch {n}"),
    "noise": ("números do ruído z", "numbers of the noise z"),
    "noise_is": ("z de {n}", "z of {n}"),
    "modes": (
        "Rodada {round}: {modes} de {of} grupos; {quality} dos falsos dentro de um.",
        "Round {round}: {modes} of {of} groups; {quality} of the fakes inside one.",
    ),
    "covered": (
        "Rodada {round}: {covered} dos pontos cobertos; {quality} dos falsos perto de um.",
        "Round {round}: {covered} of the points covered; {quality} of the fakes near one.",
    ),
    "losses": ("perda de D {d}, de G {g}", "loss of D {d}, of G {g}"),
    "picture": (
        "Teal: D diz real; laranja: falso. Grade de G. {status}",
        "Teal: D says real; orange: fake. G's grid. {status}",
    ),
    "diverged": (
        "Taxa alta demais: o passo não foi dado. Baixe a taxa ou recomece.",
        "Rate too high: the step was not taken. Lower the rate, or start over.",
    ),
}
HERE = Path(__file__)
SCRIPTS = ("mlp.js", "players.js", "plane.js", "arena_draw.js", "arena.js")
SETS = ("ring", "moons", "spiral")
RATES = (0.0003, 0.001, 0.002, 0.005, 0.01, 0.03, 0.1, 1000.0)  # at the end it diverges
KS, BATCHES, NOISES = (1, 2, 3, 5), (16, 64, 128), (1, 2, 8)
SHIPPED, SEED = 400, 3  # points of a set that the browser learns from
FIRST = {
    "set": "ring",
    "seed": 1,
    "loss": "nonsaturating",
    "rateD": 0.005,
    "rateG": 0.005,
    "k": 1,
    "batch": 64,
    "noise": 2,
    "five": "no",
}
COLLAPSE = {"set": "ring", "loss": "nonsaturating", "rateD": 0.0003, "rateG": 0.01, "k": 1}
CURE = {"loss": "wgan_gp", "rateD": 0.005, "rateG": 0.005, "k": 3}
NAMES = ("set", "seed", "loss", "rate_d", "rate_g", "k", "batch", "noise", "five")
FIELDS = tuple(f"arena_{name}" for name in NAMES)  # of the address, in the order of FIRST


class Told(TypedDict, total=False):
    """The value: what the address says of the game."""

    set: str
    seed: float
    loss: str
    rateD: float
    rateG: float
    k: float
    batch: float
    noise: float
    five: str


class Plane(gr.HTML):
    """The picture and the hands."""

    wants = Told


def script() -> str:
    """What the browser runs: the texts, what one sees first, the arithmetic, the drawing, the hands."""
    points = {
        name: [[round(v, 2) for v in point] for point in data.draw(name, SHIPPED, SEED).tolist()]
        for name in SETS
    }
    ring = [[2 * math.cos(math.pi * k / 4), 2 * math.sin(math.pi * k / 4)] for k in range(8)]
    first = {"told": FIRST, "points": points, "centres": {"ring": ring}, "rates": RATES}
    first |= {"losses": losses.LOSSES, "collapse": COLLAPSE, "cure": CURE}
    parts = [HERE.with_name(name).read_text() for name in SCRIPTS]
    return "\n".join([f"const texts = {json.dumps(SAID)}, first = {json.dumps(first)};", *parts])


def build(opened: gr.Tab, language_box: gr.Textbox) -> dict[str, gr.components.Component]:
    """Gives the fields that the address carries, by name; no other view of the tab uses these names."""
    fields = links.hidden(FIRST)
    with ask.asked("points_arena"):
        choices = {"set": SETS, "loss": losses.LOSSES, "k": KS, "batch": BATCHES, "noise": NOISES}
        html = render("points/arena.html", TEXTS, "en", choices=choices, rates=RATES)
        board = Plane(None, html_template=html, js_on_load=script(), apply_default_css=False)
    links.tie(board, fields)
    return dict(zip(FIELDS, fields.values(), strict=True))


def told(read: Callable, lang: str) -> dict:
    """What the link says of these fields, or what they begin with."""

    def nearest(field: str, name: str, offered: tuple[float, ...]) -> float:
        value = read(field, FIRST[name], offered[0], offered[-1])
        return min(offered, key=lambda one: abs(one - value))

    values = (
        read("arena_set", FIRST["set"], check=lambda name: game.known(name, SETS)),
        read("arena_seed", FIRST["seed"], high=LARGEST_SEED, check=check_seed),
        read("arena_loss", FIRST["loss"], check=losses.known),
        nearest("arena_rate_d", "rateD", RATES),
        nearest("arena_rate_g", "rateG", RATES),
        nearest("arena_k", "k", KS),
        nearest("arena_batch", "batch", BATCHES),
        nearest("arena_noise", "noise", NOISES),
        "yes" if read("arena_five", FIRST["five"]) == "yes" else "no",
    )
    return dict(zip(FIELDS, values, strict=True))
