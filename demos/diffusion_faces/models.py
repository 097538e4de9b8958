"""One wish, three models: the same smile and turn asked of the VAE, the GAN and the diffusion model.

Two sliders over three faces. The component calls Python straight (`server_functions`): the VAE and the GAN
follow the hand, the diffusion model answers when it rests, through the pool, and says how long that takes.
The value, in both directions, is {"seed", "smile", "pose"}; where Python gives it, the page draws it.
"""

import json
from functools import partial
from pathlib import Path
from typing import Required, TypedDict

import gradio as gr

from demos.ui import ask, frame, links
from demos.ui.errors import verdict
from demos.ui.frame import QUICK
from demos.ui.kinds import Call
from demos.ui.live import answer, answer_later
from demos.ui.templates import render
from demos.ui.texts import Texts, beside, number, percent
from generative.diffusion import trio
from generative.errors import LARGEST_SEED, GenerativeError, check_seed
from generative.pool import heavy

TEXTS = Texts(
    "diffusion_models",
    {
        "tab": ("Um pedido, três modelos", "One wish, three models"),
        "lead": (
            "O mesmo pedido a três modelos: qual obedece, e o que muda além do que se pediu?",
            "The same wish, asked of three models: which one obeys, and what else does it change?",
        ),
        "vae": ("VAE", "VAE"),
        "gan": ("GAN", "GAN"),
        "diffusion": ("Difusão", "Diffusion"),
        "smile": ("sorriso", "smile"),
        "pose": ("virar a cabeça", "turn of the head"),
        "picture": ("Um rosto: {model}", "A face: {model}"),
        "other": ("Outros três", "Another three"),
        "drawing": ("saindo do ruído…", "coming out of noise…"),
        "ahead": ("{n} antes de você, cerca de {s} s", "{n} before you, about {s} s"),
        "silent": (
            "O servidor não respondeu. Tente mover de novo.",
            "The server did not answer. Move again.",
        ),
        "know": ("Como sabemos?", "How do we know?"),
        "correlation": ("{name}: segue o controle (correlação)", "{name}: follows the slider (correlation)"),
        "moves": ("{name}: pede-se 1, vê-se", "{name}: asked for 1, seen"),
        "others": ("{name}: o resto muda, por passo", "{name}: all else moves, a step"),
        "sharpness": ("nitidez, em relação às fotos", "sharpness, as a share of the photos'"),
        "seconds": ("segundos por rosto", "seconds a face"),
        "unmeasured": (
            "Estes pesos ainda não foram medidos.",
            "These weights have not been measured yet.",
        ),
        **beside(__file__),
    },
)
JS = Path(__file__).with_suffix(".js").read_text()
SAID = ("picture", "vae", "gan", "diffusion", "drawing", "ahead", "silent")
FIELDS = {"trio": "seed", "trio_smile": "smile", "trio_pose": "pose"}  # in the address, in the value
FIRST = {"seed": 22, "smile": 0.0, "pose": 0.0}


class Visited(Call, total=False):
    """From the browser: whom the pool serves, by a number that the page has drawn."""

    visitor: str | float


class Wished(Visited):
    seed: Required[float]
    steps: Required[list[float]]


class Kept(TypedDict, total=False):
    """The value."""

    seed: float
    smile: float
    pose: float


class Trio(gr.HTML):
    """The three faces and their sliders. Event: `change`."""

    wants = Kept

    def __init__(self, **options: object):
        said = {key: TEXTS.strings[key] for key in SAID}
        super().__init__(
            {},
            html_template=render("diffusion_faces/models.html", TEXTS, "en", reach=trio.REACH),
            js_on_load=f"const texts = {json.dumps(said)};\n{JS}",
            apply_default_css=False,
            server_functions=[quick, slow, line],
            **options,
        )


def quick(call: Wished) -> dict:
    """From the browser: {"seed", "steps", "language"} -> {"pictures": the VAE's, the GAN's} or {"error"}."""
    return answer(call, lambda: {"pictures": trio.quick(call.get("seed"), call.get("steps"))})


def slow(call: Wished) -> dict:
    """{"seed", "steps", "visitor", "language"} -> {"picture": diffusion's} or {"error"}; "" where the same
    visitor has asked for another meanwhile."""

    def walked() -> dict:
        seed, steps = trio.checked(call.get("seed"), call.get("steps"))
        return {"picture": trio.finished(heavy.start(visitor(call), trio.way(seed, steps)))}

    return answer_later(call, walked)


def line(call: Visited) -> dict:
    """{"visitor"} -> {"ahead": jobs before the visitor's, "wait": seconds}."""
    ahead, wait = heavy.line(visitor(call))
    return {"ahead": ahead, "wait": wait}


def visitor(call: Visited) -> str:
    """Whom the pool serves: a number that the page has drawn."""
    return f"trio {str(call.get('visitor'))[:40]}"


def build(opened: gr.Tab, language: gr.Textbox) -> dict[str, gr.components.Component]:
    """The view. Returns what of it the address carries."""
    fields = {name: gr.Number(FIRST[key], visible="hidden") for name, key in FIELDS.items()}
    with ask.asked("diffusion_models"), gr.Column(elem_classes=[frame.ON_STAGE, "veiled"]):
        three = Trio()
    with gr.Accordion(TEXTS["know"], open=False, elem_classes="trio-know rare"):
        table = gr.HTML(apply_default_css=False)
        gr.Markdown(TEXTS["honest"], elem_classes="reading")
    opened.select(begin, three, three, **QUICK)
    opened.select(figures, language, table, **QUICK)
    keys = json.dumps(list(FIELDS.values()))
    kept = f"(value) => {keys}.map((key) => (value || {{}})[key] ?? 0)"
    three.change(None, three, list(fields.values()), js=kept, **QUICK)
    return fields


def begin(three: dict | None, request: gr.Request) -> dict:
    """What is there stays; else what the link says."""
    if three:
        return gr.skip()
    read = partial(links.read, request, "diffusion_faces")
    seed = read("trio", FIRST["seed"], high=LARGEST_SEED, check=check_seed)
    steps = [read(f"trio_{name}", FIRST[name], -trio.REACH, trio.REACH) for name in trio.NAMES]
    return {"seed": seed, **dict(zip(trio.NAMES, steps, strict=True))}


# ---- the figures ----


def figures(lang: str) -> str:
    """A row a measure, a column a model, as HTML."""
    try:
        found = trio.figures()
    except GenerativeError as error:
        return verdict(error, lang)
    rows = measured(found, lang) if found else []
    return render("diffusion_faces/models_table.html", TEXTS, lang, rows=rows, models=trio.MODELS)


def measured(found: trio.Measured, lang: str) -> list[tuple[str, list[str]]]:
    """Of each row its title and the three models' figures."""
    models, rows = [found.models[name] for name in trio.MODELS], []
    for name in trio.NAMES:
        for key in trio.Obeyed._fields:
            title = TEXTS.say(key, lang, name=TEXTS.say(name, lang))
            rows.append((title, [number(getattr(m.obeyed[name], key), lang, 2) for m in models]))
    rows.append((TEXTS.say("sharpness", lang), [percent(m.sharpness, lang, 0) for m in models]))
    return [*rows, (TEXTS.say("seconds", lang), [number(m.seconds, lang, 3) for m in models])]
