"""VAE faces: one face, 32 sliders, and the picture follows the hand."""

import random
from typing import TypedDict

import gradio as gr

from demos.ui import frame, links
from demos.ui.errors import accepted, spoken
from demos.ui.live import LivePicture, Slider
from demos.ui.words import Words
from generative import photos, vae
from generative.pictures import open_picture

TAB = "vae_faces"
WORDS = Words(
    TAB,
    {
        "tab": ("Rostos do VAE", "VAE faces"),
        "lead": (
            "Este rosto é só uma lista de 32 números, z. Mova um deles e mantenha os outros: o "
            "decodificador desenha o rosto na hora.",
            "This face is nothing but a list of 32 numbers, z. Move one and keep the others: the "
            "decoder draws the face at once.",
        ),
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
        "mean": ("Rosto médio", "Mean face"),
        "hint": (
            "Os eixos estão em ordem: o primeiro é o que mais diz sobre um rosto (KL). Clique duas vezes "
            "em um controle para voltá-lo a zero.",
            "The axes are sorted: the first says most about a face (KL). Double-click a slider to bring "
            "it back to zero.",
        ),
        "try": (
            "1. Volte ao rosto médio e mova só o primeiro eixo, de ponta a ponta. Que nome você daria a "
            "ele?\n2. Ache um eixo que vira a cabeça e um que muda a luz. Cada um faz só isso?\n3. Abra "
            "*Mais eixos* e mova o último. Por que nada acontece? (Veja o KL ao passar o mouse.)",
            "1. Go back to the mean face and move only the first axis, from end to end. What would you "
            "call it?\n2. Find an axis that turns the head and one that changes the light. Does each do "
            "only that?\n3. Open *More axes* and move the last one. Why does nothing happen? (Hover to "
            "see its KL.)",
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
            "Um VAE convolucional de 3,7 milhões de parâmetros, 64 x 64 pixels, treinado do zero em "
            "9.268 fotos de adultos do conjunto FairFace (Kärkkäinen e Joo, WACV 2021, [CC BY "
            "4.0](https://creativecommons.org/licenses/by/4.0/)), alinhadas e reduzidas. Os rostos são "
            "borrados: um VAE responde com a média dos rostos possíveis. Medidas e limites: "
            "`weights/vae_faces/README.md`.",
            "A convolutional VAE of 3.7 million parameters, 64 x 64 pixels, trained from scratch on "
            "9,268 photos of adults from FairFace (Kärkkäinen and Joo, WACV 2021, [CC BY "
            "4.0](https://creativecommons.org/licenses/by/4.0/)), aligned and resized. The faces are "
            "blurred: a VAE answers with the average of the faces that are possible. Measurements and "
            "limits: `weights/vae_faces/README.md`.",
        ),
    },
)


def build(tabs: gr.Tabs, tab: gr.Tab, language_box: gr.Textbox) -> None:
    """The tab's content and its events."""
    frame.lead(WORDS)
    face = LivePicture(
        lambda values, _: vae.picture(vae.from_sliders(values)),
        sliders,
        shown=8,
        alt=WORDS.strings["picture"],
        more=WORDS.strings["more"],
    )
    with gr.Row():
        draw = gr.Button(WORDS["random"], variant="primary")
        mean = gr.Button(WORDS["mean"])
        links.copy_button(TAB, {"z": face})
    gr.Markdown(WORDS["hint"], elem_classes="note rare")
    frame.foot(WORDS)

    quick = {"show_progress": "hidden", "api_visibility": "private"}
    draw.click(random_face, language_box, face, **quick)
    mean.click(mean_face, language_box, face, **quick)
    tab.select(open_first, [face, language_box], face, **quick)
    gr.api(vae_decode, api_name="vae_decode")
    gr.api(vae_encode, api_name="vae_encode")


def sliders() -> list[Slider]:
    """One slider an axis, by falling KL, over +-3 standard deviations of the prior."""
    kl = vae.statistics().kl
    return [
        Slider(
            tuple(WORDS.say("axis", code, i=place + 1) for code in ("pt", "en")),
            -3,
            3,
            tuple(WORDS.say("axis_kl", code, kl=f"{kl[axis]:.2f}") for code in ("pt", "en")),
        )
        for place, axis in enumerate(vae.statistics().order)
    ]


def face_at(z: list[float], lang: str) -> dict:
    """The live picture's value for a z."""
    with spoken(lang):
        return {"values": vae.to_sliders(z), "picture": vae.picture(z), "context": ""}


def random_face(lang: str) -> dict:
    with spoken(lang):
        return face_at(vae.random_z(random.randrange(2**32)), lang)


def mean_face(lang: str) -> dict:
    with spoken(lang):
        return face_at(vae.from_sliders([]), lang)


def open_first(face: dict, lang: str, request: gr.Request) -> dict:
    """The link's face; nothing where there is none (the component draws the mean face itself)."""
    values = links.read(request, TAB, "z", [])
    if not values or (face or {}).get("values"):
        return gr.skip()
    with spoken(lang):
        return face_at(vae.from_sliders(values), lang)


# ---- the public API ----


class ApiEncoded(TypedDict):
    mu: list[float]
    sigma: list[float]
    aligned: str
    reconstruction: str


def vae_decode(z: list[float], request: gr.Request = None) -> str:
    """The face of z (32 numbers, clamped to +-10) as a data:image/jpeg URL, 256 px."""
    with spoken(accepted(request)):
        return vae.picture(z)


def vae_encode(photo: str, request: gr.Request = None) -> ApiEncoded:
    """q(z | x) of the face on a photo (a data:image/...;base64, URL): mu and sigma, 32 numbers each, the
    aligned face and its reconstruction as data URLs. The photo stays in memory for this call and is neither
    stored nor logged."""
    with spoken(accepted(request)):
        found = vae.encode(photos.align(open_picture(photo)).picture)
        return found._asdict()
