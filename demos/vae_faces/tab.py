"""VAE faces: one face, sliders with and without a name, the plane smile x pose; views of what a VAE is."""

import json
import random
from functools import partial
from typing import TypedDict

import gradio as gr

from demos.ui import frame, links
from demos.ui.errors import accepted, spoken
from demos.ui.live import Group, LivePicture, Plane, Slider
from demos.ui.texts import ENGLISH, PORTUGUESE, Texts, number
from demos.vae_faces import outliers, photo, rungs, who
from generative import photos, vae
from generative.pictures import open_picture

TAB = "vae_faces"
FIRST = 16  # seed of the face that is there before anything was asked for
VIEWS = {"photo": photo, "bottleneck": rungs, "outliers": outliers}
VIEW_TEXTS = [photo.TEXTS, rungs.TEXTS, outliers.TEXTS, who.TEXTS]
TEXTS = Texts(
    TAB,
    {
        "tab": ("Rostos do VAE", "VAE faces"),
        "lead": (
            "Este rosto é só uma lista de 32 números, z. Mova um deles e mantenha os outros: o "
            "decodificador desenha o rosto na hora.",
            "This face is nothing but a list of 32 numbers, z. Move one and keep the others: the "
            "decoder draws the face at once.",
        ),
        "move": ("Mover", "Move"),
        "named": ("Com nome", "Named"),
        "named_hint": (
            "Estes nomes foram achados depois do treino, com rótulos medidos nas fotos. Abaixo de cada um: a "
            "correlação entre o movimento e o que se vê na imagem, e quanto os outros nomes se movem junto.",
            "These names were found after training, with labels measured on the photos. Below each: the "
            "correlation of the move with what is seen in the picture, and how far the other names move.",
        ),
        "holds": (
            "correlação {r}; os outros movem {others} por passo de 1",
            "correlation {r}; others move {others} for a step of 1",
        ),
        "smile": ("sorriso", "smile"),
        "pose": ("virar a cabeça", "head pose"),
        "nod": ("baixar a cabeça", "head down"),
        "brightness": ("luz", "brightness"),
        "age": ("idade aparente", "apparent age"),
        "axes": ("32 eixos", "32 axes"),
        "components": ("Componentes", "Components"),
        "components_hint": (
            "Componentes principais (*PCA*) dos códigos dos rostos de treino: o primeiro é a direção em que "
            "eles mais diferem. Um passo de 1 é um desvio padrão.",
            "Principal components (PCA) of the training faces' codes: the first is the direction in which "
            "they differ most. A step of 1 is one standard deviation.",
        ),
        "component": ("componente {i}", "component {i}"),
        "share": ("{share} % da variância dos códigos", "{share}% of the variance of the codes"),
        "plane": ("Plano sorriso × pose", "Smile × pose"),
        "plane_hint": (
            "O plano do slide: z₁ é o sorriso, z₂ a pose da cabeça, em ângulo reto. Toque ou arraste; as "
            "setas do teclado também movem o ponto.",
            "The plane of the slide: z₁ is the smile, z₂ the head pose, at right angles. Tap or drag; the "
            "arrow keys move the dot too.",
        ),
        "left": ("vira para cá", "turns this way"),
        "right": ("vira para lá", "turns that way"),
        "down": ("sério", "serious"),
        "up": ("sorrindo", "smiling"),
        "hold": ("Guardar como A", "Keep as A"),
        "way": ("de A até este", "from A to this"),
        "way_picture": ("Rosto entre A e este", "Face between A and this one"),
        "png": ("Salvar PNG", "Save PNG"),
        "json": ("Salvar z (JSON)", "Save z (JSON)"),
        "webp": ("Salvar animação (WebP)", "Save animation (WebP)"),
        "picture": ("Rosto decodificado de z", "Face decoded from z"),
        "axis": ("eixo {i}", "axis {i}"),
        "axis_kl": (
            "KL médio de {kl} nats: quanto este eixo diz sobre um rosto",
            "mean KL of {kl} nats: how much this axis says about a face",
        ),
        "more": (
            "Mais eixos, os que dizem menos sobre o rosto",
            "More axes, those that say less about the face",
        ),
        "random": ("Sortear um rosto", "Random face"),
        "mixture": ("Sortear perto dos rostos de treino", "Random, near the training faces"),
        "mean": ("Rosto médio", "Mean face"),
        "hint": (
            "Os números de z, em ordem: o primeiro é o que mais diz sobre um rosto (KL). Clique duas vezes "
            "em um controle para voltá-lo a zero.",
            "The numbers of z, sorted: the first says most about a face (KL). Double-click a slider to bring "
            "it back to zero.",
        ),
        "try": (
            "1. Volte ao rosto médio e abra *32 eixos*. Mova só o primeiro, de ponta a ponta. Que nome você "
            "daria a ele?\n2. Mova o *sorriso* em *Com nome* e olhe depois os 32 eixos: quantos se moveram?\n"
            "3. Abra *Mais eixos* e mova o último. Por que nada acontece? (Veja o KL ao passar o mouse.)",
            "1. Go back to the mean face and open *32 axes*. Move only the first, from end to end. What "
            "would you call it?\n2. Move the *smile* under *Named*, then look at the 32 axes: how many have "
            "moved?\n3. Open *More axes* and move the last one. Why does nothing happen? (Hover to see its "
            "KL.)",
        ),
        "slides": (
            "O codificador (*encoder*) dá média e desvio padrão, $q_\\phi(z \\mid x) = N(\\mu, "
            "\\sigma^2)$; sorteia-se $z = \\mu + \\sigma \\odot \\epsilon$; o decodificador "
            "(*decoder*) reconstrói $\\hat{x}$. A perda:\n\n$$\\mathcal{L}(\\phi, \\theta, x) = "
            "\\underbrace{\\tfrac{1}{2}\\|x - \\hat{x}\\|^2}_{\\text{reconstrução}} + \\beta "
            "\\underbrace{KL(q_\\phi(z \\mid x)\\,\\|\\,N(0, I))}_{\\text{regularização}}$$\n\nMover "
            "um eixo e manter os outros é o que os slides chamam de *latent perturbation*. Que cada "
            "eixo tenha um só sentido (*disentanglement*) não é garantido sem rótulos (Locatello e "
            "outros, 2019).",
            "The encoder gives mean and standard deviation, $q_\\phi(z \\mid x) = N(\\mu, "
            "\\sigma^2)$; one draws $z = \\mu + \\sigma \\odot \\epsilon$; the decoder reconstructs "
            "$\\hat{x}$. The loss:\n\n$$\\mathcal{L}(\\phi, \\theta, x) = "
            "\\underbrace{\\tfrac{1}{2}\\|x - \\hat{x}\\|^2}_{\\text{reconstruction}} + \\beta "
            "\\underbrace{KL(q_\\phi(z \\mid x)\\,\\|\\,N(0, I))}_{\\text{regularization}}$$\n\n"
            "Moving one axis and keeping the others is what the slides call latent perturbation. That "
            "each axis has one meaning (disentanglement) is not guaranteed without labels (Locatello "
            "et al., 2019).",
        ),
        "behind": (
            "Um VAE convolucional de 4,1 milhões de parâmetros, 64 x 64 pixels, treinado do zero em "
            "9.268 fotos de adultos do conjunto FairFace (Kärkkäinen e Joo, WACV 2021, [CC BY "
            "4.0](https://creativecommons.org/licenses/by/4.0/)), alinhadas e reduzidas. A verossimilhança "
            "nos pixels responde com a média dos rostos possíveis, daí o borrão; um discriminador treinado "
            "junto (Larsen e outros, 2016) devolve textura, não verdade. Os nomes das direções vêm de "
            "medidas nas fotos (largura da boca, desvio do nariz, luz), nunca de gênero ou raça. O que anda "
            "junto nos dados anda junto aqui: com o sorriso muda também o cabelo. Medidas e limites: "
            "`weights/vae_faces/README.md`.",
            "A convolutional VAE of 4.1 million parameters, 64 x 64 pixels, trained from scratch on "
            "9,268 photos of adults from FairFace (Kärkkäinen and Joo, WACV 2021, [CC BY "
            "4.0](https://creativecommons.org/licenses/by/4.0/)), aligned and resized. A likelihood on "
            "pixels answers with the average of the faces that are possible, hence the blur; a "
            "discriminator trained along (Larsen et al., 2016) brings back texture, not truth. The names of "
            "directions come from measurements on the photos (width of the mouth, offset of the nose, "
            "light), never from gender or race. What goes together in the data goes together here: with the "
            "smile, the hair changes too. Measurements and limits: `weights/vae_faces/README.md`.",
        ),
    },
)
QUICK = {"show_progress": "hidden", "api_visibility": "private"}
SAVE_JSON = """
(face) => veredas.save(URL.createObjectURL(new Blob([JSON.stringify({z: (face && face.values) || []})],
  {type: 'application/json'})), 'veredas.json')
"""


def build(tabs: gr.Tabs, tab: gr.Tab, language_box: gr.Textbox) -> None:
    """The tab's content and its events; `held` is face A of the way from A to the face on screen."""
    frame.lead(TEXTS)
    view = gr.Textbox("move", visible="hidden")
    with gr.Tabs(elem_classes="views", overflow_behavior="wrap") as inner:
        with gr.Tab(TEXTS["move"], id="move") as first:
            face = LivePicture(draw_face, groups, vae.directions.grid, alt=TEXTS.strings["picture"])
            with gr.Row():
                random_button = gr.Button(TEXTS["random"], variant="primary")
                mixture_button = gr.Button(TEXTS["mixture"])
                mean_button = gr.Button(TEXTS["mean"])
            keep_and_save(face, language_box)
        opened = {"move": first} | {name: build_view(name, inner, face, language_box) for name in VIEWS}
    links.copy_button(TAB, {"z": face, "view": view})
    frame.foot(TEXTS)

    random_button.click(random_face, language_box, face, **QUICK)
    mixture_button.click(typical_face, language_box, face, **QUICK)
    mean_button.click(mean_face, language_box, face, **QUICK)
    tab.select(open_first, [face, language_box], [face, view, inner], **QUICK)
    for name, one in opened.items():
        one.select(partial(str, name), None, view, **QUICK)
    for call in (vae_decode, vae_encode, vae_directions, vae_interpolate):
        gr.api(call, api_name=call.__name__)


def build_view(name: str, inner: gr.Tabs, face: LivePicture, language_box: gr.Textbox) -> gr.Tab:
    """An inner tab with one of VIEWS in it."""
    with gr.Tab(VIEWS[name].TEXTS["tab"], id=name, elem_classes="view") as opened:
        VIEWS[name].build(opened, inner, face, language_box)
    return opened


def keep_and_save(face: LivePicture, language_box: gr.Textbox) -> None:
    """A face is kept as A: the way from A to the face on screen; what can be saved to a file."""
    held, file = gr.State([]), gr.Textbox(visible="hidden")
    with gr.Row(elem_classes="rare"):
        keep = gr.Button(TEXTS["hold"], elem_classes="quiet")
        png = gr.Button(TEXTS["png"], elem_classes="quiet")
        as_json = gr.Button(TEXTS["json"], elem_classes="quiet")
        webp = gr.Button(TEXTS["webp"], elem_classes="quiet")
    way = LivePicture(
        photo.between,
        lambda: [Group(TEXTS.strings["way"], [Slider(TEXTS.strings["way"], 0, 1)])],
        visible=False,
        alt=TEXTS.strings["way_picture"],
        elem_classes="pair",
    )
    keep.click(code_of, face, held, **QUICK).then(follow, [held, face], way, **QUICK)
    face.change(follow, [held, face], way, **QUICK, trigger_mode="always_last")
    saved = "(url) => veredas.save(url, 'veredas.KIND')"
    png.click(png_of, [face, language_box], file, **QUICK).then(
        None, file, js=saved.replace("KIND", "png"), api_visibility="private"
    )
    webp.click(animation_of, [held, face, language_box], file, **QUICK).then(
        None, file, js=saved.replace("KIND", "webp"), api_visibility="private"
    )
    as_json.click(None, face, js=SAVE_JSON, api_visibility="private")


# ---- the sliders ----


def draw_face(values: list[float], _: str) -> str:
    return vae.model.picture(values)


def both(key: str, **facts: tuple[str, str] | str | int) -> tuple[str, str]:
    """A string in both languages; a fact may differ between them."""
    return tuple(
        TEXTS.say(key, code, **{k: v[i] if isinstance(v, tuple) else v for k, v in facts.items()})
        for i, code in ((PORTUGUESE, "pt"), (ENGLISH, "en"))
    )


def figure(value: float, digits: int = 2) -> tuple[str, str]:
    return number(value, "pt", digits), number(value, "en", digits)


def groups() -> list[Group | Plane]:
    """Named directions, the plane of two of them, the axes, principal components: all of one z."""
    say = TEXTS.strings
    stored = vae.directions.load()
    return [
        Group(say["named"], [named(d) for d in vae.directions.named()], say["named_hint"]),
        plane(),
        Group(say["axes"], axes(), say["hint"], 8, say["more"]),
        Group(say["components"], [component(d) for d in stored.components], say["components_hint"], 12),
    ]


def named(d: vae.directions.Direction) -> Slider:
    note = both("holds", r=figure(d.correlation), others=figure(d.others))
    return Slider(TEXTS.strings[d.name], -3, 3, note, d.vector, d.reading, note)


def component(d: vae.directions.Direction) -> Slider:
    name, share = both("component", i=d.name), both("share", share=figure(100 * d.share, 1))
    return Slider(name, -3, 3, share, d.vector, d.reading)


def axes() -> list[Slider]:
    """One slider an axis, by falling KL, over +-3 standard deviations of the prior."""
    found, kl = [], vae.model.statistics().kl
    for place, axis in enumerate(vae.model.statistics().order):
        unit = [float(i == axis) for i in range(len(kl))]
        caption = both("axis_kl", kl=figure(kl[axis]))
        found.append(Slider(both("axis", i=place + 1), -3, 3, caption, unit, unit))
    return found


def plane() -> Plane:
    """The lecture's plane: the smile upwards, the head's pose across."""
    say, (across, up) = TEXTS.strings, vae.directions.plane()
    reach = vae.directions.REACH
    sliders = (Slider(say[d.name], -reach, reach, vector=d.vector, reading=d.reading) for d in (across, up))
    ends = [say[end] for end in ("left", "right", "down", "up")]
    return Plane(say["plane"], say["plane_hint"], *sliders, ends, vae.directions.COLUMNS, vae.directions.ROWS)


# ---- from the face on screen ----


def code_of(face: dict | None) -> list[float]:
    """The z on screen; before anything was moved, the mean face's."""
    return (face or {}).get("values") or vae.model.mean_z()


def face_at(z: list[float]) -> dict:
    """The live picture's value for a z."""
    return {"values": z, "picture": vae.model.picture(z), "context": ""}


def random_face(lang: str) -> dict:
    with spoken(lang):
        return face_at(vae.model.random_z(random.randrange(2**32)))


def typical_face(lang: str) -> dict:
    with spoken(lang):
        return face_at(vae.model.mixture_z(random.randrange(2**32)))


def mean_face(lang: str) -> dict:
    with spoken(lang):
        return face_at(vae.model.mean_z())


def open_first(face: dict, lang: str, request: gr.Request) -> tuple:
    """The link's face and view; where it names no face, one from among the training faces, which stirs."""
    view = links.view(request, TAB, ("move", *VIEWS))
    values = links.read(request, TAB, "z", [])
    if (face or {}).get("values"):
        return gr.skip(), *view
    with spoken(lang):
        first = face_at(values) if values else face_at(vae.model.mixture_z(FIRST)) | {"sway": True}
        return first, *view


def follow(held: list[float], face: dict | None) -> dict:
    """The way from A to the face on screen, once there is an A."""
    if not held:
        return gr.skip()
    context = json.dumps([held, code_of(face)])
    value = {"values": [0.5], "picture": photo.between([0.5], context), "context": context}
    return gr.update(visible=True, value=value)


def png_of(face: dict | None, lang: str) -> str:
    with spoken(lang):
        return vae.model.png(code_of(face))


def animation_of(held: list[float], face: dict | None, lang: str) -> str:
    """From A, or else from the mean face, to the face on screen and back."""
    with spoken(lang):
        return vae.model.animation(held or vae.model.mean_z(), code_of(face))


# ---- the public API ----


class ApiEncoded(TypedDict):
    mu: list[float]
    sigma: list[float]
    aligned: str
    reconstruction: str


class ApiDirection(TypedDict):
    name: str
    correlation: float
    others: float
    vector: list[float]


class ApiInterpolated(TypedDict):
    faces: list[str]
    animation: str


def vae_decode(z: list[float], request: gr.Request = None) -> str:
    """The face of z (32 numbers, clamped to +-10) as a data:image/jpeg URL, 256 px."""
    with spoken(accepted(request)):
        return vae.model.picture(z)


def vae_encode(photo: str, request: gr.Request = None) -> ApiEncoded:
    """q(z | x) of the face on a photo (a data:image/...;base64, URL): mu and sigma, 32 numbers each, the
    aligned face and its reconstruction as data URLs. The photo stays in memory for this call and is neither
    stored nor logged."""
    with spoken(accepted(request)):
        found = vae.model.encode(photos.sources.align(open_picture(photo)).picture)
        return found._asdict()


def vae_directions(request: gr.Request = None) -> list[ApiDirection]:
    """The directions of z that have a name: vector (32 numbers) is one standard deviation of the training
    faces; correlation of the move with what a probe sees in the picture; others: how far the other names'
    probes move meanwhile, in standard deviations."""
    with spoken(accepted(request)):
        return [{k: getattr(d, k) for k in ApiDirection.__annotations__} for d in vae.directions.named()]


def vae_interpolate(
    z1: list[float], z2: list[float], steps: int = 8, request: gr.Request = None
) -> ApiInterpolated:
    """Faces on the straight line from z1 to z2 (32 numbers each), both ends included: `steps` (2 to 120)
    data:image/jpeg URLs of 256 px, and an animation there and back as data:image/webp."""
    with spoken(accepted(request)):
        return {
            "faces": vae.model.interpolate(z1, z2, steps),
            "animation": vae.model.animation(z1, z2, steps),
        }
