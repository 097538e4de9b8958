"""The training in time-lapse: the same sixteen z, drawn by the generator at moments of its training."""

import gradio as gr

from demos.gan import curve, state
from demos.gan.face_sheet import FaceSheet
from demos.gan.state import QUICK, Sheet
from demos.ui.errors import spoken, verdict
from demos.ui.words import Words, number
from generative import gan_quality, gan_timelapse
from generative.errors import GenerativeError

WORDS = Words(
    "gan_training",
    {
        "tab": ("Treino", "Training"),
        "lead": (
            "Os mesmos dezesseis códigos z da folha, desenhados pelo gerador em momentos do seu treino, "
            "cada um com cerca do dobro das imagens do anterior. Mova o controle: quando surge um rosto? "
            "Quando os olhos?",
            "The same sixteen codes z as on the sheet, drawn by the generator at moments of its training, "
            "each after about twice as many images as the one before. Move the slider: when does a face "
            "appear? When do eyes?",
        ),
        "moment": ("Momento do treino", "Moment of the training"),
        "after": (
            "Depois de <b>{n} mil</b> imagens reais vistas",
            "After <b>{n} thousand</b> real images seen",
        ),
        "last": ("; é o gerador deste app.", "; this is the generator of this app."),
        "curve": ("O jogo em números", "The game in numbers"),
        "no_curve": (
            "Deste treino as perdas não foram guardadas, por isso não há curva aqui. O próximo treino as "
            "guarda junto com os pesos.",
            "The losses of this training were not kept, so there is no curve here. The next training keeps "
            "them with its weights.",
        ),
        "quality": ("Distância de Fréchet às fotos", "Fréchet distance to the photos"),
        "quality_note": (
            "Medida em traços (features) de uma rede que lê pose, sorriso, luz e idade: menos é melhor. "
            "Compara as médias e as covariâncias de rostos gerados e de fotos; em verde, fotos com outras "
            "fotos.",
            "Measured on features of a network that reads pose, smile, light and age: less is better. It "
            "compares means and covariances of generated faces and of photos; in green, photos with other "
            "photos.",
        ),
        "gan": ("GAN", "GAN"),
        "photos": ("fotos entre si", "photos among themselves"),
        "x": ("mil imagens vistas", "thousand images seen"),
        "d_loss": ("perda de D", "D's loss"),
        "g_loss": ("perda de G", "G's loss"),
        "balance": (
            "Empate (D não distingue nada): perda de D 2 ln 2 = 1,39; perda de G ln 2 = 0,69. Numa GAN a "
            "perda não diz se os rostos melhoram: cada rede é medida contra a outra.",
            "A draw (D cannot tell at all): D's loss 2 ln 2 = 1.39, G's loss ln 2 = 0.69. In a GAN the loss "
            "does not say whether the faces get better: each network is measured against the other.",
        ),
    },
)


def build(opened: gr.Tab, inner: gr.Tabs, sheet: Sheet) -> None:
    """The slider has one stop a moment; it begins at the last."""
    last = moments() - 1
    gr.Markdown(WORDS["lead"], elem_classes="note")
    with gr.Row():
        with gr.Column(scale=3, min_width=340):
            faces = FaceSheet(judged=False, held=False, min_height=320)
        with gr.Column(scale=2, min_width=300):
            moment = gr.Slider(0, max(last, 1), value=last, step=1, label=WORDS["moment"])
            said = gr.HTML(apply_default_css=False, elem_classes="gan-moment")
            losses = gr.HTML(apply_default_css=False)
    see = {"fn": show, "inputs": [moment, *sheet], "outputs": [faces, said], **QUICK}
    moment.change(**see, trigger_mode="always_last")
    opened.select(**see)
    opened.select(draw_curves, sheet.language, losses, **QUICK)


def moments() -> int:
    """How many moments are shipped; the visitor of a page without weights reads why when it is opened."""
    try:
        return len(gan_timelapse.moments())
    except GenerativeError:
        return 1


def show(i: int, seed: int, path: str, psi: float, noise: bool, held: str, lang: str) -> tuple[dict, str]:
    with spoken(lang):
        picture = gan_timelapse.sheet(int(i), seed, path, state.style(psi, noise))
        found = gan_timelapse.moments()
    images = found[int(i)].images
    said = WORDS.say("after", lang, n=number(images / 1000, lang, 0))
    last = WORDS.say("last", lang) if int(i) == len(found) - 1 else ""
    return {"picture": picture, "held": state.places(held), "key": []}, f"<p>{said}{last}</p>"


def draw_curves(lang: str) -> str:
    """Losses and quality over images seen, as far as they were kept and measured."""
    try:
        return quality_html(gan_quality.load(), lang) + losses_html(gan_timelapse.steps(), lang)
    except GenerativeError as error:
        return verdict(error, lang)


def quality_html(quality: gan_quality.Quality | None, lang: str) -> str:
    """Frechet distance of every moment, and the floor."""
    if not quality or len(quality.moments) < 2:
        return ""
    points = [(images / 1000, distance) for images, distance in quality.moments]
    level = [(0, quality.moments_floor), (points[-1][0], quality.moments_floor)]
    lines = [
        curve.Line(WORDS.say("gan", lang), points, "fake"),
        curve.Line(WORDS.say("photos", lang), level, "real"),
    ]
    title = WORDS.say("quality", lang)
    drawn = curve.svg(lines, WORDS.say("x", lang), title, lang, low=0)
    return f'{drawn}<p class="note">{WORDS.say("quality_note", lang)}</p>'


def losses_html(steps: list[gan_timelapse.Step], lang: str) -> str:
    """Both losses over images seen, or why there are none."""
    if len(steps) < 2:
        return f'<p class="note">{WORDS.say("no_curve", lang)}</p>'
    lines = [
        curve.Line(WORDS.say(name, lang), [(s.images / 1000, getattr(s, name)) for s in steps], kind)
        for name, kind in (("d_loss", "real"), ("g_loss", "fake"))
    ]
    drawn = curve.svg(lines, WORDS.say("x", lang), WORDS.say("curve", lang), lang, low=0)
    return f'{drawn}<p class="note">{WORDS.say("balance", lang)}</p>'
