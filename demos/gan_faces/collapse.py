"""The training that collapsed, beside the one that did not: the same z after about as many images."""

import gradio as gr

from demos.gan_faces import state
from demos.gan_faces.state import QUICK, Sheet
from demos.ui.errors import verdict
from demos.ui.texts import Texts, number, percent
from generative import gan
from generative.errors import GenerativeError
from generative.gan.timelapse import COLLAPSED

TEXTS = Texts(
    "gan_collapse",
    {
        "title": ("Um treino que entrou em colapso", "A training that collapsed"),
        "title_note": (
            "À direita, a GAN da esquerda treinada mais um pouco, nas mesmas fotos, sem o que a protege: "
            "sem o desvio padrão do lote (minibatch standard deviation), com que D nota que G se repete; "
            "sem imagens alteradas ao acaso (DiffAugment) e sem a penalidade R1, que seguram D; e com G "
            "aprendendo oito vezes mais depressa que D. Os dezesseis z são os mesmos.",
            "On the right, the GAN of the left trained a little further, on the same photos, without what "
            "protects it: no minibatch standard deviation, by which D notices that G repeats itself; no "
            "pictures altered at random (DiffAugment) and no R1 penalty, which hold D back; and with G "
            "learning eight times as fast as D. The sixteen z are the same.",
        ),
        "moment": ("Momento do colapso", "Moment of the collapse"),
        gan.model.NAME: ("Com tudo: {n} mil imagens vistas", "With everything: {n} thousand images seen"),
        COLLAPSED: (
            "Sem isso, {n} imagens depois de {start} mil",
            "Without it, {n} images after {start} thousand",
        ),
        "figures": (
            "variedade: {spread} da das fotos; cobertura (recall): {recall}",
            "variety: {spread} of the photos'; coverage (recall): {recall}",
        ),
        "unmeasured": ("variedade ainda não medida", "variety not measured yet"),
        "why": (
            "Por que isso acontece: G só ganha por enganar D, um rosto de cada vez, e nada na sua perda "
            "pede que os rostos sejam diferentes. Se uma imagem engana o D de agora, o mais fácil é dar "
            "essa imagem para todo z; quando D aprende a recusá-la, G pula para outra. O artigo de 2014 "
            "já avisava: não treine G demais sem atualizar D. Muita coisa foi tirada de uma vez, em um só "
            "treino: isto não diz qual delas pesou mais.",
            "Why it happens: G gains only by fooling D, one face at a time, and nothing in its loss asks "
            "for faces that differ. If one picture fools the D of now, the easiest is to give that "
            "picture for every z; when D learns to refuse it, G jumps to another. The paper of 2014 "
            "warned: do not train G too much without updating D. Several things were taken away at once, "
            "in one training: this does not say which of them weighed most.",
        ),
        "spread": (
            "Variedade: a distância média entre dois rostos, em traços (features) de uma rede que lê "
            "pose, sorriso, luz e idade, em {n} rostos. Nem ela nem as folhas são truncadas.",
            "Variety: the mean distance between two faces on features of a network that reads pose, "
            "smile, light and age, over {n} faces. Neither it nor the sheets are truncated.",
        ),
        "alt": ("Dezesseis rostos: {what}", "Sixteen faces: {what}"),
    },
)


def build(opened: gr.Tab, sheet: Sheet) -> None:
    """Two sheets side by side; a slider with one stop for each moment that was kept of the collapse."""
    state.heading(TEXTS, "title")
    last = moments() - 1
    with gr.Row():
        with gr.Column(scale=3, min_width=340):
            pair = gr.HTML(min_height=240, apply_default_css=False)
        with gr.Column(scale=2, min_width=300):
            moment = gr.Slider(0, max(last, 1), value=last, step=1, label=TEXTS["moment"])
            reading = gr.HTML(apply_default_css=False)
    see = {"fn": show, "inputs": [moment, *sheet], "outputs": pair, **QUICK}
    moment.change(**see, trigger_mode="always_last")
    opened.select(**see)
    opened.select(why, sheet.language, reading, **QUICK)


def moments() -> int:
    """How many are shipped of the collapse; without weights the visitor reads why when it is opened."""
    try:
        return len(gan.timelapse.moments(COLLAPSED))
    except GenerativeError:
        return 1


def show(i: int, seed: int, path: str, psi: float, noise: bool, held: str, lang: str) -> str:
    """Both sheets, each with its figures. The sheet's psi does not count: nothing is truncated here."""
    style = state.style(1.0, noise)
    try:
        places = {gan.model.NAME: gan.timelapse.beside(int(i)), COLLAPSED: int(i)}
        urls = {name: gan.timelapse.sheet(at, seed, path, style, name) for name, at in places.items()}
        both = [figure(name, urls[name], at, lang) for name, at in places.items()]
    except GenerativeError as error:
        return verdict(error, lang)
    return f'<div class="gan-pair">{"".join(both)}</div>'


def figure(name: str, url: str, place: int, lang: str) -> str:
    """One sheet, after how many images, and what was measured of it."""
    moment, measured = gan.timelapse.moments(name)[place], gan.quality.versions(name)
    thousands = {"n": moment.images, "start": moment.start or 0}
    facts = {key: number(images / 1000, lang, 0) for key, images in thousands.items()}
    if moment.start:
        facts["n"] = number(moment.images - moment.start, lang, 0)
    title = TEXTS.say(name, lang, **facts)
    said = TEXTS.say("unmeasured", lang)
    if measured:
        found = measured.rows[place].figures
        facts = {"spread": percent(found.spread, lang, 0), "recall": percent(found.recall, lang, 0)}
        said = TEXTS.say("figures", lang, **facts)
    alt = TEXTS.say("alt", lang, what=title)
    return f'<figure><b>{title}</b><img src="{url}" alt="{alt}"><figcaption>{said}</figcaption></figure>'


def why(lang: str) -> str:
    """Why a game collapses, and what the figures are."""
    try:
        measured = gan.quality.versions(COLLAPSED)
    except GenerativeError as error:
        return verdict(error, lang)
    spread = TEXTS.say("spread", lang, n=measured.faces) if measured else ""
    return f'<p class="reading">{TEXTS.say("why", lang)} {spread}</p>'
