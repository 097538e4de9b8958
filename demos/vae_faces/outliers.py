"""Outliers: how unusual is this picture for the VAE, by three measures?"""

import random
from typing import NamedTuple

import gradio as gr

from demos.ui import frame
from demos.ui.clickable import Clickable, Pick
from demos.ui.errors import verdict
from demos.ui.frame import QUICK
from demos.ui.live import LivePicture
from demos.ui.templates import render
from demos.ui.texts import Texts, beside, number, percent
from demos.vae_faces.stage import folded, stage, waiting
from generative import gan
from generative.errors import GenerativeError
from generative.vae import outliers, stimuli
from generative.vae.outliers import Unusual
from generative.vae.stimuli import Ranked

TAB = "faces_outliers"
TEXTS = Texts(
    TAB,
    {
        "tab": ("Incomum?", "Unusual?"),
        "faces": ("Um rosto", "A face"),
        "no_faces": ("Não é um rosto", "Not a face"),
        "changes": ("O que se faz com a imagem", "What is done to the picture"),
        "photo": ("foto de uma astronauta", "photo of an astronaut"),
        "current": ("rosto atual", "current face"),
        "gan": ("rosto da GAN", "GAN face"),
        "another": ("outro rosto da GAN", "another GAN face"),
        "coffee": ("café", "coffee"),
        "cat": ("gato", "cat"),
        "rocket": ("foguete", "rocket"),
        "text": ("texto", "text"),
        "checkerboard": ("xadrez", "checkerboard"),
        "gradient": ("degradê", "gradient"),
        "grey": ("cinza liso", "flat grey"),
        "none": ("nada", "nothing"),
        "upside_down": ("de cabeça para baixo", "upside down"),
        "covered": ("olhos cobertos", "eyes covered"),
        "inverted": ("cores invertidas", "inverted colours"),
        "noisy": ("com ruído", "noise"),
        "blurred": ("desfocar", "blur"),
        "is_picture": ("a imagem", "the picture"),
        "is_reconstruction": ("a reconstrução", "the reconstruction"),
        "is_error": ("o erro, em laranja", "the error, in orange"),
        "elbo": ("ELBO, limite de log p(x)", "ELBO, bound of log p(x)"),
        "reconstruction": ("erro de reconstrução", "reconstruction error"),
        "distance": ("distância no espaço latente", "distance in latent space"),
        "than": ("mais incomum que", "more unusual than"),
        "of_faces": ("dos rostos de treino", "of the training faces"),
        "elbo_is": (
            "{elbo} nats = −({recon} de reconstrução + {kl} de KL)",
            "{elbo} nats = −({recon} of reconstruction + {kl} of KL)",
        ),
        "reconstruction_is": (
            "{value} nats = ½ ‖x − x̂‖², com z = μ",
            "{value} nats = ½ ‖x − x̂‖², at z = μ",
        ),
        "distance_is": (
            "{value} desvios padrão (Mahalanobis) do centro dos rostos",
            "{value} standard deviations (Mahalanobis) from the middle of the faces",
        ),
        "sums": ("As contas", "The sums"),
        "rare": ("entre os {p} mais incomuns", "among the {p} most unusual"),
        "own": (
            "O rosto atual é um desenho do próprio VAE, e ele sabe redesenhar quase tudo o que desenhou.",
            "The current face is the VAE's own drawing, and it can redraw nearly all that it drew.",
        ),
        **beside(__file__),
    },
)
RARE = 95.0  # percent; what is more unusual than these is named and drawn in orange

OFFERED = {"name": (*stimuli.FACES, *stimuli.NO_FACES), "change": stimuli.CHANGES, "seed": ("",)}


class Choice(NamedTuple):
    """A picture, a change, the GAN's seed."""

    name: str = "photo"
    change: str = "none"
    seed: int = 7


def build(opened: gr.Tab, inner: gr.Tabs, face: LivePicture, language_box: gr.Textbox) -> None:
    """The picture with its gauges and chips; the sums below."""
    choice = gr.State(Choice())
    with stage(TEXTS, "unusual", "outliers-stage"):
        picture = Clickable(waiting())
    with folded(TEXTS["sums"]):
        sums = gr.HTML(apply_default_css=False)
        gr.Markdown(TEXTS["honest"], latex_delimiters=frame.FORMULAS, elem_classes="reading")
    asked = [choice, face, language_box]
    picture.pick(choose, asked, [choice, picture, sums], **QUICK, trigger_mode="always_last")
    opened.select(draw, asked, [picture, sums], **QUICK)


def choose(choice: Choice, face: dict | None, lang: str, event: Pick) -> tuple[Choice, str, str]:
    """A tap; `event.pick` is "name cat", "change blurred" or "seed"."""
    field, value = event.field(OFFERED)
    if field == "seed":
        field, value, choice = "name", "gan", choice._replace(seed=random.randrange(100_000))
    choice = choice._replace(**{field: value})
    return choice, *draw(choice, face, lang)


def draw(choice: Choice, face: dict | None, lang: str) -> tuple[str, str]:
    """The view as HTML, or the sentence that says why there is none; the sums."""
    z = (face or {}).get("values") or []
    try:
        look = stimuli.look(choice.name, choice.change, z, choice.seed, gan.model.sample)
        checked = held_out(lang)
    except GenerativeError as error:
        return verdict(error, lang), ""
    facts = {
        "look": look,
        "called": called(choice, lang),
        "gauges": gauges(look.unusual, lang),
        "chips": chips(choice),
        "own": (choice.name, choice.change) == ("current", "none"),
    }
    sums = {"gauges": facts["gauges"], "held_out": checked}
    return (
        render("vae_faces/outliers.html", TEXTS, lang, **facts),
        render("vae_faces/outliers_sums.html", TEXTS, lang, **sums),
    )


def called(item: Choice | Ranked, lang: str) -> str:
    """What a picture is called: "cat", "photo of an astronaut, blur"."""
    name = TEXTS.say(item.name, lang)
    if item.change == "none":
        return name
    return f"{name}, {TEXTS.say(item.change, lang)}"


def share(p: float, lang: str) -> str:
    """A percentile: 97 %, 0.4 %; at the ends "> 99.9 %": the last quantile is the last face."""
    if p > 99.9:
        return f"> {percent(0.999, lang)}"
    if p < 0.1:
        return f"< {percent(0.001, lang)}"
    return percent(p / 100, lang, 0 if 1 <= p <= 99 else 1)


# ---- one picture ----


class Gauge(NamedTuple):
    """Where a picture stands among the training faces by one measure.

    p: the percentile, and share as a visitor reads it; rare: what is said of the last few; detail: the sums.
    """

    name: str
    p: float
    share: str
    rare: str
    detail: str


def gauges(found: Unusual, lang: str) -> list[Gauge]:
    """One scale a measure."""
    values = {
        "elbo": {"elbo": found.elbo, "recon": -found.elbo - found.kl, "kl": found.kl},
        "reconstruction": {"value": found.reconstruction},
        "distance": {"value": found.distance},
    }
    return [gauge(name, found.percentiles[name], facts, lang) for name, facts in values.items()]


def gauge(name: str, p: float, facts: dict[str, float], lang: str) -> Gauge:
    said = {k: number(v, lang).replace("-", "\N{MINUS SIGN}") for k, v in facts.items()}
    rare = TEXTS.say("rare", lang, p=percent(1 - RARE / 100, lang, 0)) if p > RARE else ""
    return Gauge(name, p, share(p, lang), rare, TEXTS.say(f"{name}_is", lang, **said))


class Chips(NamedTuple):
    """Buttons under a title: each picks a value of one field of Choice; `now` is the one that holds."""

    title: str
    field: str
    names: tuple[str, ...]
    now: str


def chips(choice: Choice) -> list[Chips]:
    """What can be looked at and what can be done to it."""
    return [
        Chips("faces", "name", stimuli.FACES, choice.name),
        Chips("no_faces", "name", stimuli.NO_FACES, choice.name),
        Chips("changes", "change", stimuli.CHANGES, choice.change),
    ]


def held_out(lang: str) -> str:
    """How unusual faces are that the VAE never saw: whether the scale holds beyond the training faces."""
    faces = outliers.reference()
    shares = {name: share(mean, lang) for name, mean in faces.held_out.items()}
    return TEXTS.say("held_out", lang, n=faces.held_out_photos, **shares)
