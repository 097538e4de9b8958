"""In order: all pictures from usual to unusual by one measure, and which measures are fooled."""

from typing import NamedTuple

import gradio as gr

from demos.ui.clickable import Clickable, Pick
from demos.ui.errors import verdict
from demos.ui.live import LivePicture
from demos.ui.templates import render
from demos.ui.texts import Texts, beside
from demos.vae_faces import outliers
from demos.vae_faces.outliers import QUICK, share
from demos.vae_faces.stage import folded, stage, waiting
from generative import gan
from generative.errors import GenerativeError
from generative.vae import stimuli
from generative.vae.outliers import MEASURES
from generative.vae.stimuli import Ranked

TEXTS = Texts(
    "faces_ranking",
    {
        "tab": ("Em ordem", "In order"),
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
        "by": ("Segundo", "According to"),
        "why": ("Qual medida se deixa enganar?", "Which measure is fooled?"),
        **beside(__file__),
    },
)
SEED = outliers.Choice().seed  # of the GAN's face


def build(opened: gr.Tab, inner: gr.Tabs, face: LivePicture, language_box: gr.Textbox) -> None:
    """The order by one measure; what fools it below."""
    measure = gr.State(MEASURES[0])
    with stage(TEXTS, "outliers", "ranking-stage"):
        order = Clickable(waiting())
    with folded(TEXTS["why"]):
        why = gr.HTML(apply_default_css=False)
    asked = [measure, face, language_box]
    order.pick(choose, asked, [measure, order, why], **QUICK, trigger_mode="always_last")
    opened.select(draw, asked, [order, why], **QUICK)


def choose(measure: str, face: dict | None, lang: str, event: Pick) -> tuple[str, str, str]:
    """A tap on the name of a measure."""
    measure = event.of(MEASURES)
    return measure, *draw(measure, face, lang)


def draw(measure: str, face: dict | None, lang: str) -> tuple[str, str]:
    """The order as HTML, or the sentence that says why there is none; what fools the measure."""
    try:
        items = stimuli.ranked((face or {}).get("values") or [], SEED, gan.model.sample)
    except GenerativeError as error:
        return verdict(error, lang), ""
    facts = {
        "places": places(items, measure, lang),
        "measures": [(name, outliers.TEXTS.say(name, lang)) for name in MEASURES],
    }
    why = {"fooled": fooled(items, measure, lang)}
    return (
        render("vae_faces/ranking.html", TEXTS, lang, measure=measure, **facts),
        render("vae_faces/ranking_why.html", TEXTS, lang, measure=measure, **why),
    )


def short(item: Ranked, lang: str) -> str:
    """What a picture is called where its place is small: what was done to it, else its name."""
    return outliers.TEXTS.say(item.name if item.change == "none" else item.change, lang)


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
        return Place(item.picture, short(item, lang), share(p, lang), is_face)

    return [place(item) for item in sorted(items, key=lambda item: item.percentiles[measure])]


def fooled(items: list[Ranked], measure: str, lang: str) -> str:
    """How many pictures without a face pass as more usual than half of the faces; what blur does."""
    p = {(item.name, item.change): item.percentiles[measure] for item in items}
    pass_for = [name for name in stimuli.NO_FACES if p[name, "none"] < 50]
    names = ", ".join(f"{outliers.TEXTS.say(n, lang)} ({share(p[n, 'none'], lang)})" for n in pass_for)
    key = "fooled" if pass_for else "not_fooled"
    count = TEXTS.say(key, lang, k=len(pass_for), n=len(stimuli.NO_FACES), names=names)
    clear, blurred = (share(p["photo", change], lang) for change in ("none", "blurred"))
    return f"{count} {TEXTS.say('blur_found', lang, clear=clear, blurred=blurred)}"
