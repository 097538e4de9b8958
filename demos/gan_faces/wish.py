"""Two models, one wish: one slider asks for a smile of a VAE face and of a GAN face."""

import random
from typing import NamedTuple

import gradio as gr

from demos.gan_faces import state
from demos.gan_faces.state import Sheet
from demos.ui import ask, frame
from demos.ui.errors import spoken, verdict
from demos.ui.frame import QUICK
from demos.ui.live import Group, LivePicture, Slider
from demos.ui.templates import render
from demos.ui.texts import Texts, beside, number, percent
from generative import gan
from generative.errors import GenerativeError
from generative.gan import sheets
from generative.gan.directions import REACH

TEXTS = Texts(
    "gan_wish",
    {
        "tab": ("Dois modelos, um desejo", "Two models, one wish"),
        "lead": (
            "Os mesmos controles pedem o mesmo aos dois: um borra, o outro é nítido; quem obedece melhor?",
            "The same sliders ask both for the same: one blurs, the other is sharp; which obeys better?",
        ),
        "vae": ("VAE", "VAE"),
        "gan": ("GAN", "GAN"),
        "wish": ("O desejo", "The wish"),
        "smile": ("sorriso", "smile"),
        "pose": ("virar a cabeça", "head pose"),
        "picture": ("Um rosto do VAE e um da GAN", "A face by the VAE and one by the GAN"),
        "other": ("Outro par", "Another pair"),
        "door": ("O mesmo pedido, também à difusão", "The same wish, asked of diffusion as well"),
        "obey": ("O que se mediu", "What was measured"),
        "correlation": (
            "{name}: correlação entre o passo e o que se vê",
            "{name}: correlation of the step with what is seen",
        ),
        "others": (
            "{name}: quanto os outros nomes se movem por passo",
            "{name}: how far the other names move a step",
        ),
        "sharpness": ("nitidez, em relação às fotos", "sharpness, as a share of the photos'"),
        "frechet": ("distância de Fréchet às fotos", "Fréchet distance to the photos"),
        "precision": ("qualidade (precision)", "quality (precision)"),
        "recall": ("cobertura (recall)", "coverage (recall)"),
        "floor": ("fotos entre si", "photos among themselves"),
        "unmeasured": (
            "Nitidez, qualidade e cobertura ainda não foram medidas para estes pesos.",
            "Sharpness, quality and coverage have not been measured for these weights yet.",
        ),
        **beside(__file__),
    },
)
MODELS = ("vae", "gan")
MEASURES = ("sharpness", "frechet", "precision", "recall")


def build(opened: gr.Tab, sheet: Sheet) -> None:
    """Both faces as one picture over two sliders; the figures below."""
    with ask.asked("gan_wish"), gr.Column(elem_classes=[frame.ON_STAGE, "gan-wish"]):
        names = f'<div class="gan-captions"><b>{TEXTS.both("vae")}</b><b>{TEXTS.both("gan")}</b></div>'
        gr.HTML(names, apply_default_css=False)
        live = LivePicture(draw, sliders, alt=TEXTS.strings["picture"], elem_classes="veiled")
    other = gr.Button(TEXTS["other"], elem_classes="quiet", scale=0, min_width=180)
    door = f'<a class="gan-door" href="?tab=diffusion_faces&amp;view=models">{TEXTS.both("door")}</a>'
    gr.HTML(door, apply_default_css=False, elem_classes="rare")
    with state.know():
        table = gr.HTML(apply_default_css=False)
        gr.Markdown(TEXTS["honest"], elem_classes="reading")
    vae_seed = gr.State(5)
    see = {"fn": show, "inputs": [vae_seed, live, *sheet], "outputs": live, **QUICK}
    opened.select(**see)
    opened.select(figures, sheet.language, table, **QUICK)
    other.click(lambda: random.randrange(100_000), None, vae_seed, **QUICK).then(
        another, [vae_seed, live, *sheet], live, **QUICK
    )


def draw(values: list[float], context: str) -> str:
    """Both faces; the context: seed of the VAE's face, name of the GAN's, psi, noise."""
    names, style = state.read_context(context, f"5 {state.FIRST}")
    return gan.wish.pair(sheets.number(names[0]), names[1], values, style)


def sliders() -> list[Group]:
    both = [Slider(TEXTS.strings[name], -REACH, REACH) for name in gan.wish.NAMES]
    return [Group(TEXTS.strings["wish"], both)]


def show(
    vae_seed: int, live: dict | None, seed: int, path: str, psi: float, noise: bool, held: str, lang: str
) -> dict:
    """The VAE's face of a seed beside A of the sheet."""
    context = state.context(psi, noise, vae_seed, state.face(seed, path, held))
    values = (live or {}).get("values") or [0.0, 0.0]
    with spoken(lang):
        return {"values": values, "picture": draw(values, context), "context": context}


def another(vae_seed: int, live: dict | None, *sheet: object) -> dict:
    """Another face of both: the GAN's is the first of a sheet of the same seed."""
    _, _, psi, noise, _, lang = sheet
    return show(vae_seed, live, vae_seed, "", psi, noise, "", lang)


# ---- the figures ----


def figures(lang: str) -> str:
    """A row a measure, a column a model, as HTML."""
    try:
        obeyed, quality = gan.wish.figures(), gan.quality.load()
    except GenerativeError as error:
        return verdict(error, lang)
    rows = [row for name in gan.wish.NAMES for row in obedience(name, obeyed, lang)]
    if quality:
        rows += [measured(name, quality, lang) for name in MEASURES]
    return render("gan_faces/wish.html", TEXTS, lang, rows=rows, measured=bool(quality))


class Row(NamedTuple):
    """A measure, and what it is of the VAE and of the GAN."""

    title: str
    values: list[str]


def obedience(name: str, obeyed: list[gan.wish.Held], lang: str) -> list[Row]:
    """Two rows for one name."""
    found = {held.model: held for held in obeyed if held.name == name}
    return [
        Row(
            TEXTS.say(key, lang, name=TEXTS.say(name, lang)),
            [number(getattr(found[model], key), lang, 2) for model in MODELS],
        )
        for key in ("correlation", "others")
    ]


def measured(name: str, quality: gan.quality.Quality, lang: str) -> Row:
    write = (lambda v: number(v, lang)) if name == "frechet" else (lambda v: percent(v, lang, 0))
    title = TEXTS.say(name, lang)
    if name == "frechet":
        title += f" ({TEXTS.say('floor', lang)}: {number(quality.floor, lang)})"
    values = [getattr(quality, model) for model in MODELS]
    return Row(title, ["–" if v is None else write(getattr(v, name)) for v in values])
