"""Outliers: how unusual is this picture for the VAE, by three measures, and where the measures are fooled."""

import random
from typing import NamedTuple

import gradio as gr

from demos.ui import frame
from demos.ui.clickable import Clickable
from demos.ui.errors import verdict
from demos.ui.live import LivePicture
from demos.ui.templates import render
from demos.ui.texts import Texts, beside, number, percent
from demos.vae_faces import who
from generative import gan
from generative.errors import GenerativeError
from generative.vae import outliers, stimuli
from generative.vae.outliers import MEASURES, Unusual
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
        "rare": ("entre os {p} mais incomuns", "among the {p} most unusual"),
        "own": (
            "O rosto atual é um desenho do próprio VAE, e ele sabe redesenhar quase tudo o que desenhou.",
            "The current face is the VAE's own drawing, and it can redraw nearly all that it drew.",
        ),
        "order": ("Pôr todas em ordem", "Put them all in order"),
        "order_title": ("Da mais comum à mais incomum, segundo", "From usual to unusual, according to"),
        "dashed": (
            "Contorno tracejado: não é um rosto. O número: mais incomum que tantos dos rostos de treino.",
            "Dashed outline: not a face. The number: more unusual than so many of the training faces.",
        ),
        "fooled": (
            "Imagens sem rosto que, segundo esta medida, são mais comuns que metade dos rostos de treino: "
            "{k} de {n}: {names}.",
            "Pictures without a face that are, by this measure, more usual than half of the training faces: "
            "{k} of {n}: {names}.",
        ),
        "not_fooled": (
            "Segundo esta medida, nenhuma das {n} imagens sem rosto é mais comum que metade dos rostos de "
            "treino.",
            "By this measure, none of the {n} pictures without a face is more usual than half of the "
            "training faces.",
        ),
        "blur_found": (
            "A foto, mais incomum que {clear} dos rostos, passa a {blurred} quando desfocada.",
            "The photo, more unusual than {clear} of the faces, comes to {blurred} when blurred.",
        ),
        **beside(__file__),
    },
)
RARE = 95.0  # percent; what is more unusual than these is named and drawn in orange
QUICK = {"show_progress": "hidden", "api_visibility": "private"}


class Choice(NamedTuple):
    """A picture, a change, the GAN's seed, and the measure by which all are ordered ("": not asked for)."""

    name: str = "photo"
    change: str = "none"
    seed: int = 7
    order: str = ""


def build(opened: gr.Tab, inner: gr.Tabs, face: LivePicture, language_box: gr.Textbox) -> None:
    """The picture with its gauges and chips; below, who is in the training photos."""
    gr.Markdown(TEXTS["lead"], elem_classes="note")
    picture = Clickable(min_height=480)
    gr.Markdown(TEXTS["honest"], latex_delimiters=frame.FORMULAS, elem_classes="reading rare")
    people = gr.HTML(apply_default_css=False)
    choice = gr.State(Choice())
    picture.pick(choose, [choice, face, language_box], [choice, picture], **QUICK, trigger_mode="always_last")
    opened.select(draw, [choice, face, language_box], picture, **QUICK)
    opened.select(who.draw, language_box, people, **QUICK)


def choose(choice: Choice, face: dict | None, lang: str, event: gr.EventData) -> tuple[Choice, str]:
    """A tap; `event.pick` is "name cat", "change blurred", "order elbo" or "seed"."""
    field, _, value = event.pick.partition(" ")
    if field == "seed":
        field, value, choice = "name", "gan", choice._replace(seed=random.randrange(100_000))
    choice = choice._replace(**{field: value})
    return choice, draw(choice, face, lang)


def draw(choice: Choice, face: dict | None, lang: str) -> str:
    """The view as HTML, or the sentence that says why there is none."""
    z = (face or {}).get("values") or []
    try:
        look = stimuli.look(choice.name, choice.change, z, choice.seed, gan.model.sample)
        items = stimuli.ranked(z, choice.seed, gan.model.sample) if choice.order else []
        checked = held_out(lang)
    except GenerativeError as error:
        return verdict(error, lang)
    facts = {
        "look": look,
        "called": called(choice, lang),
        "gauges": gauges(look.unusual, lang),
        "chips": chips(choice),
        "own": (choice.name, choice.change) == ("current", "none"),
        "places": places(items, choice.order, lang),
        "fooled": fooled(items, choice.order, lang) if items else "",
        "held_out": checked,
    }
    return render("vae_faces/outliers.html", TEXTS, lang, measure=choice.order, measures=MEASURES, **facts)


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


# ---- all of them in order ----


class Place(NamedTuple):
    """A picture in the order: a data URL, what it is called, how unusual it is, whether it shows a face."""

    picture: str
    called: str
    share: str
    is_face: bool


def places(items: list[Ranked], measure: str, lang: str) -> list[Place]:
    """All pictures from usual to unusual by one measure."""

    def place(item: Ranked) -> Place:
        p, is_face = item.percentiles[measure], item.name in stimuli.FACES
        return Place(item.picture, called(item, lang), share(p, lang), is_face)

    return [place(item) for item in sorted(items, key=lambda item: item.percentiles[measure])]


def fooled(items: list[Ranked], measure: str, lang: str) -> str:
    """How many pictures without a face pass as more usual than half of the faces; what blur does."""
    p = {(item.name, item.change): item.percentiles[measure] for item in items}
    pass_for = [name for name in stimuli.NO_FACES if p[name, "none"] < 50]
    names = ", ".join(f"{TEXTS.say(n, lang)} ({share(p[n, 'none'], lang)})" for n in pass_for)
    key = "fooled" if pass_for else "not_fooled"
    count = TEXTS.say(key, lang, k=len(pass_for), n=len(stimuli.NO_FACES), names=names)
    clear, blurred = (share(p["photo", change], lang) for change in ("none", "blurred"))
    return f"{count} {TEXTS.say('blur_found', lang, clear=clear, blurred=blurred)}"


def held_out(lang: str) -> str:
    """How unusual faces are that the VAE never saw: whether the scale holds beyond the training faces."""
    faces = outliers.reference()
    shares = {name: share(mean, lang) for name, mean in faces.held_out.items()}
    return TEXTS.say("held_out", lang, n=faces.held_out_photos, **shares)
