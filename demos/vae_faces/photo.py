"""Your own face: encoded, reconstructed, sampled again, moved, and blended with another."""

import json
import random

import gradio as gr

from demos.ui.errors import spoken
from demos.ui.frame import QUICK
from demos.ui.live import Group, LivePicture, Slider
from demos.ui.photo_box import PhotoBox
from demos.ui.templates import render
from demos.ui.texts import Texts, beside
from demos.vae_faces.stage import stage
from generative import vae
from generative.vae import portrait

TAB = "faces_photo"
TEXTS = Texts(
    TAB,
    {
        "tab": ("Seu rosto", "Your face"),
        "lead": (
            "O codificador resume uma foto em 32 números; o decodificador a redesenha só a partir deles.",
            "The encoder sums up a photo in 32 numbers; the decoder redraws it from these alone.",
        ),
        "move": ("Mover este rosto", "Move this face"),
        "draws": ("O que a foto deixa em aberto", "What the photo leaves open"),
        "draws_note": (
            "O codificador não dá um ponto, e sim uma distribuição, q(z | x): cada rosto abaixo é um sorteio "
            "z = μ + σ ε. O que eles têm em comum, a foto decidiu; onde diferem, o código não sabe.",
            "The encoder gives no point but a distribution, q(z | x): each face below is one draw "
            "z = μ + σ ε. What they share, the photo has settled; where they differ, the code does not know.",
        ),
        "again": ("Sortear q(z | x) de novo", "Sample q(z | x) again"),
        "draws_picture": ("Oito rostos sorteados de q(z | x)", "Eight faces drawn from q(z | x)"),
        "arithmetic": ("Este rosto + sorriso", "This face + smile"),
        "arithmetic_note": (
            "Aritmética no espaço latente (latent space): soma-se ao código a diferença média entre os "
            "códigos de uma mesma pessoa com dois sorrisos, desenhada pela difusão. Um passo de 1 é no "
            "máximo um desvio padrão dos rostos de treino.",
            "Arithmetic in latent space: what is added to the code is the mean difference between the codes "
            "of one person with two smiles, drawn by diffusion. A step of 1 is at most one standard "
            "deviation of the training faces.",
        ),
        "minus": ("μ − v", "μ − v"),
        "same": ("μ, a reconstrução", "μ, the reconstruction"),
        "plus": ("μ + v", "μ + v"),
        "steps": ("v, a soma destes passos:", "v, the sum of these steps:"),
        "smile": ("sorriso", "smile"),
        "pose": ("virar a cabeça", "head pose"),
        "arithmetic_picture": (
            "Três rostos: menos a direção, a reconstrução, mais a direção",
            "Three faces: minus the direction, the reconstruction, plus the direction",
        ),
        "way": ("Até outro rosto", "On to another face"),
        "way_note": (
            "Em linha reta, de μ (A) ao código de outro rosto (B): (1 − t) A + t B. O outro é um sorteio de "
            "N(0, I), que nunca existiu, ou uma segunda foto.",
            "In a straight line, from μ (A) to the code of another face (B): (1 − t) A + t B. The other is a "
            "draw from N(0, I), who never existed, or a second photo.",
        ),
        "other": ("Sortear outro rosto B", "Draw another face B"),
        "second": ("Usar uma segunda foto como B", "Use a second photo as B"),
        "share": ("t, de A até B", "t, from A to B"),
        "way_picture": ("Rosto entre A e B", "Face between A and B"),
        "strip_picture": ("Sete rostos de A até B", "Seven faces from A to B"),
        "a": ("A: seu rosto", "A: your face"),
        "b_drawn": ("B: sorteado", "B: drawn"),
        "b_photo": ("B: segunda foto", "B: second photo"),
        **beside(__file__),
    },
)
FIRST = [2.0, 0.0]  # smile and head pose, before anyone moves them


def build(opened: gr.Tab, inner: gr.Tabs, face: LivePicture, language_box: gr.Textbox) -> None:
    """The photo; once there is one: samples of its posterior, arithmetic, the way to another face."""
    with stage(TEXTS, "vae_photo", "photo-stage"):
        photo = PhotoBox()
    with gr.Column(visible=False, elem_classes="photo-next") as after:
        move = gr.Button(TEXTS["move"], variant="primary")
        build_draws(photo, language_box)
        build_arithmetic(photo, language_box)
        build_way(photo, language_box)
    gr.Markdown(TEXTS["honest"], elem_classes="note rare")
    photo.change(lambda value: gr.Column(visible=encoded(value)), photo, after, **QUICK)
    move.click(to_face, [photo, language_box], [face, inner], **QUICK)


def encoded(photo: dict | None) -> bool:
    """Whether there is a photo, by the value of its component."""
    return bool(photo and photo["mu"])


def heading(key: str) -> None:
    """A section's title and what it shows."""
    note = TEXTS.both(f"{key}_note")
    gr.HTML(f'<h3>{TEXTS.both(key)}</h3><p class="note">{note}</p>', apply_default_css=False)


def to_face(photo: dict, lang: str) -> tuple[dict, gr.Tabs]:
    """The photo's code becomes the face that every slider moves."""
    with spoken(lang):
        value = {"values": photo["mu"], "picture": vae.model.picture(photo["mu"]), "context": ""}
        return value | {"posterior": photo}, gr.Tabs(selected="move")


# ---- what the photo leaves open ----


def build_draws(photo: PhotoBox, language_box: gr.Textbox) -> None:
    heading("draws")
    sheet = gr.HTML(apply_default_css=False)
    again = gr.Button(TEXTS["again"])
    seen = {"inputs": [photo, language_box], "outputs": sheet, **QUICK}
    photo.change(draw_again, trigger_mode="always_last", **seen)
    again.click(draw_again, **seen)


def draw_again(photo: dict, lang: str) -> str:
    """Eight new draws."""
    if not encoded(photo):
        return ""
    with spoken(lang):
        picture = portrait.samples(photo["mu"], photo["sigma"], random.randrange(2**32))
    return render("vae_faces/photo_draws.html", TEXTS, lang, picture=picture)


# ---- arithmetic ----


def build_arithmetic(photo: PhotoBox, language_box: gr.Textbox) -> None:
    heading("arithmetic")
    gr.HTML(f'<p class="note">{TEXTS.both("steps")}</p>', apply_default_css=False)
    captions = "".join(f"<span>{TEXTS.both(key)}</span>" for key in ("minus", "same", "plus"))
    gr.HTML(f'<div class="photo-captions">{captions}</div>', apply_default_css=False)
    live = LivePicture(
        lambda steps, context: portrait.arithmetic(code(context), steps),
        step_sliders,
        alt=TEXTS.strings["arithmetic_picture"],
        elem_classes="photo-strip",
    )
    photo.change(add, [photo, live, language_box], live, trigger_mode="always_last", **QUICK)


def step_sliders() -> list[Group]:
    reach = portrait.REACH
    sliders = [Slider(TEXTS.strings[name], -reach, reach) for name in portrait.NAMES]
    return [Group(TEXTS.strings["steps"], sliders)]


def code(context: str) -> object:
    """The code, or codes, that a live picture works on; what is no JSON is no code either."""
    try:
        return json.loads(context)
    except ValueError:
        return []


def add(photo: dict, live: dict | None, lang: str) -> dict:
    """The same steps on another face."""
    if not encoded(photo):
        return gr.skip()
    steps = (live or {}).get("values") or FIRST
    with spoken(lang):
        picture = portrait.arithmetic(photo["mu"], steps)
    return {"values": steps, "picture": picture, "context": json.dumps(photo["mu"])}


# ---- the way to another face ----


def build_way(photo: PhotoBox, language_box: gr.Textbox) -> None:
    """B is a draw until a second photo takes its place; `drawn` is kept for when that photo goes."""
    heading("way")
    drawn = gr.State([])
    strip = gr.HTML(apply_default_css=False)
    live = LivePicture(
        between,
        lambda: [Group(TEXTS.strings["share"], [Slider(TEXTS.strings["share"], 0, 1)])],
        alt=TEXTS.strings["way_picture"],
        elem_classes="photo-way",
    )
    other = gr.Button(TEXTS["other"])
    with gr.Accordion(TEXTS["second"], open=False):
        second = PhotoBox(judged=False, example=False)
    see = {"inputs": [photo, second, drawn, live, language_box], "outputs": [drawn, strip, live], **QUICK}
    photo.change(lead_on, trigger_mode="always_last", **see)
    second.change(lead_on, trigger_mode="always_last", **see)
    other.click(draw_other, language_box, [drawn, second], **QUICK).then(lead_on, **see)


def draw_other(lang: str) -> tuple[list[float], dict]:
    """A face from N(0, I); a second photo gives way to it."""
    with spoken(lang):
        return vae.model.random_z(random.randrange(2**32)), {"mu": [], "sigma": []}


def lead_on(photo: dict, second: dict, drawn: list, live: dict | None, lang: str) -> tuple:
    """The strip from A to B, and the face on it where the slider stands."""
    if not encoded(photo):
        return drawn, gr.skip(), gr.skip()
    drawn = drawn or draw_other(lang)[0]
    a, b, end = photo["mu"], *((second["mu"], "b_photo") if encoded(second) else (drawn, "b_drawn"))
    share, context = (live or {}).get("values") or [0.5], json.dumps([a, b])
    with spoken(lang):
        value = {"values": share, "picture": between(share, context), "context": context}
        value["follows"] = True
        strip = render("vae_faces/photo_strip.html", TEXTS, lang, picture=portrait.strip(a, b), end=end)
        return drawn, strip, value


def between(values: list[float], context: str) -> str:
    """The face at a share of the way; the context is both codes."""
    a, b = (*(code(context) or []), [], [])[:2]
    return portrait.between(a, b, values[0] if values else 0.5)
