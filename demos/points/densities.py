"""Learn a density from points: seven models on the same ones, each asked how likely a point is."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import gradio as gr

from demos.points import sets
from demos.ui import ask, links
from demos.ui.frame import QUICK
from demos.ui.live import answer
from demos.ui.templates import render
from demos.ui.texts import Texts
from demos.ui.watch import Watched, Watching, number, text
from generative import points
from generative.errors import LARGEST_SEED
from generative.points import lab
from generative.shelf import Work

TEXTS = Texts(
    "points_densities",
    {
        "tab": ("Densidades", "Densities"),
        "lead": (
            "Sete modelos aprendem os mesmos pontos. Toque em qualquer lugar: quão provável é um ponto ali?",
            "Seven models learn the same points. Tap anywhere: how likely is a point there?",
        ),
        "data": ("os pontos", "the points"),
        "histogram": ("histograma", "histogram"),
        "kernel": ("núcleo", "kernel"),
        "mixture": ("mistura", "mixture"),
        "flow": ("fluxo", "flow"),
        "autoregressive": ("autorregr.", "autoregr."),
        "vae": ("VAE", "VAE"),
        "gan": ("GAN", "GAN"),
        **sets.LINE,
        **sets.PLANE,
        **sets.OWN,
        "which": ("Quais pontos", "Which points"),
        "shows": ("Mostrar", "Show"),
        "densities": ("densidade", "density"),
        "samples": ("amostras", "samples"),
        "again": ("Outros pontos", "Other points"),
        "draw": ("Desenhar", "Draw"),
        "learn": ("Aprender", "Learn"),
        "plane": (
            "Toque ou arraste; as setas movem o ponto.",
            "Tap or drag; the arrow keys move the point.",
        ),
        "drawing": ("Desenhe ao menos 3 pontos: {n}", "Draw at least 3 points: {n}"),
        "p": ("p(x) = {p}, {r} o uniforme", "p(x) = {p}, {r} uniform"),
        "bound": ("um limite, p(x) ≥ {p} ± {e}, {r} o uniforme", "a bound, p(x) ≥ {p} ± {e}, {r} uniform"),
        "p_small": ("p(x) < {p}, {r} o uniforme", "p(x) < {p}, {r} uniform"),
        "bound_small": (
            "um limite abaixo de {p}: quase nada diz",
            "a bound below {p}: it says next to nothing",
        ),
        "at_least": ("≥ {r}", "≥ {r}"),
        "silent_gan": ("não diz", "cannot say"),
        "no_density": ("sem densidade: só sorteia pontos", "no density: it only draws points"),
        "held": (
            "Pontos que não viu: {r} o uniforme. O mapa soma {s}.",
            "Points it was not shown: {r} uniform. The map adds up to {s}.",
        ),
        "times": ("{n} ×", "{n} ×"),
        "part": ("1/{n} ×", "1/{n} ×"),
        "never": ("≈ 0 ×", "≈ 0 ×"),
        "key": (
            "×: quantas vezes a densidade de quem espalha os pontos por igual. Σ: a soma do mapa.",
            "×: how many times the density of spreading points evenly. Σ: what the map adds up to.",
        ),
        "paste": ("Colar uma tabela, guardar", "Paste a table, save"),
        "table": (
            "Um ponto por linha: 1.5, 2.0 (ou um número só)",
            "One point a line: 1.5, 2.0 (or one number)",
        ),
        "use": ("Usar estes pontos", "Use these points"),
        "few": ("{n} pontos em uso.", "{n} points in use."),
        "picture": ("Mapa (PNG)", "Map (PNG)"),
        "numbers": ("Números (CSV)", "Numbers (CSV)"),
        "points": ("Pontos (CSV)", "Points (CSV)"),
        "curve": ("Curva (CSV)", "Curve (CSV)"),
    },
)
CHOICES = (*points.data.SETS, lab.OWN)
SHOWN = ("data", *lab.MODELS)
FIRST = {"set": "moons", "own": "", "seed": 7, "model": "flow", "at": "0.5,0.7", "shows": "densities"}
SHOWS = ("densities", "samples")
PREFIX = "density_"  # of the fields in the address


class Asked(Watched, total=False):
    """Which points, and where one asks."""

    set: str
    own: str | None
    seed: float | None
    at: list[float]
    table: str


def build(opened: gr.Tab, language_box: gr.Textbox) -> dict[str, gr.components.Component]:
    """Gives the fields that the address carries, by name; no other view of the tab uses these names."""
    with ask.asked("points_densities"):
        facts = {"shown": SHOWN, "shows": SHOWS, "choices": CHOICES, "scale": lab, "line": points.data.LINE}
        html = render("points/densities.html", TEXTS, "en", **facts)
        said = {key: both for key, both in TEXTS.strings.items() if key not in ("tab", "lead")}
        js = Path(__file__).with_suffix(".js").read_text()
        view = Watching(Asked, html, js, said, {"learn": learning}, (answers, pasted), elem_classes="veiled")
    fields = {name: gr.Textbox("", visible="hidden") for name in FIRST if name != "seed"}
    fields["seed"] = gr.Number(FIRST["seed"], visible="hidden")
    _tie(view, opened, fields)
    return {PREFIX + name: field for name, field in fields.items()}


def _tie(view: gr.HTML, opened: gr.Tab, fields: dict[str, gr.components.Component]) -> None:
    """The component's value has the fields by their names: gets them once they are told, and tells them."""
    names, boxes = list(fields), list(fields.values())
    all_values = f"Object.fromEntries({names}.map((name, i) => [name, values[i]]))"
    get = f"(...values) => (values[{names.index('set')}] ? {all_values} : null)"
    tell = f"(value, ...old) => {names}.map((name, i) => (value && name in value ? value[name] : old[i]))"
    gr.on([opened.select, fields["set"].change], None, boxes, view, js=get, **QUICK)
    view.change(None, [view, *boxes], boxes, js=tell, **QUICK)


def told(read: Callable, lang: str) -> dict:
    """What the link says of these fields, or what they begin with."""
    seed = read(f"{PREFIX}seed", FIRST["seed"], high=LARGEST_SEED, check=partial(lab.split, "moons", ""))
    text = read(f"{PREFIX}own", "", check=points.own.read)
    check = {"set": partial(lab.check_set, text), "model": lab.check_model, "at": lab.read_at}
    shows = links.one_of(SHOWS, read(f"{PREFIX}shows", FIRST["shows"]), FIRST["shows"])
    return {f"{PREFIX}own": text, f"{PREFIX}seed": seed, f"{PREFIX}shows": shows} | {
        PREFIX + name: read(PREFIX + name, FIRST[name], check=fits) for name, fits in check.items()
    }


def learning(call: dict) -> Work:
    """The seven models on the points that a call names; of a visitor's own points the seed is one."""
    return Work(lab.learn, _facts(call))


def _facts(call: dict) -> tuple[str, str, float | None]:
    chosen = text(call, "set")
    return chosen, text(call, "own") if chosen == lab.OWN else "", number(call, "seed")


def answers(call: Asked) -> dict:
    """{"answers": {model: [log p(x), its error]}} at the point `at`, or {"error"}."""
    at = call.get("at") or []
    return answer(call, lambda: {"answers": lab.ask(*_facts(call), at)})


def pasted(call: Asked) -> dict:
    """{"own"}: a pasted table as the text that a link carries, or {"error"}."""
    return answer(call, lambda: {"own": points.own.from_table(text(call, "table"))})
