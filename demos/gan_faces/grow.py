"""One face growing: the same w at 4, 8, 16, 32, 64 pixels."""

import gradio as gr

from demos.gan_faces import state
from demos.gan_faces.state import QUICK, Sheet
from demos.ui.errors import verdict
from demos.ui.texts import Texts
from generative import gan
from generative.errors import GenerativeError

TEXTS = Texts(
    "gan_grow",
    {
        "tab": ("Crescer", "Growing"),
        "lead": (
            "O mesmo código w, desenhado em cinco tamanhos: a rede começa com 4 × 4 pixels e, a cada "
            "duplicação, soma o que falta. O rosto é o A da folha; sem A, o primeiro dela.",
            "The same code w, drawn at five sizes: the network begins with 4 × 4 pixels and adds what is "
            "missing each time it doubles them. The face is A of the sheet; without an A, its first.",
        ),
        "size": ("{n} × {n}", "{n} × {n}"),
        "picture": ("o rosto", "the face"),
        "added": ("o que este tamanho soma", "what this size adds"),
        "alt": ("{what}, {n} por {n} pixels", "{what}, {n} by {n} pixels"),
        "honest": (
            "Nos slides a GAN cresce durante o treino: primeiro só 4 × 4, depois camadas novas (*progressive "
            "growing*, 2018). Aqui todos os tamanhos treinaram juntos, e cada um entrega a sua parte da "
            "imagem (*skip connections*, StyleGAN2). Na linha de baixo, cinza quer dizer: nada a somar.",
            "On the slides the GAN grows while it is trained: first 4 × 4 alone, then new layers "
            "(progressive growing, 2018). Here all sizes were trained together, and each hands in its part "
            "of the picture (skip connections, StyleGAN2). In the lower row, grey means: nothing to add.",
        ),
    },
)


def build(opened: gr.Tab, inner: gr.Tabs, sheet: Sheet) -> None:
    """Ten small pictures; redrawn whenever the view is opened."""
    gr.Markdown(TEXTS["lead"], elem_classes="note")
    picture = gr.HTML(min_height=230, apply_default_css=False)
    gr.Markdown(TEXTS["honest"], elem_classes="reading")
    opened.select(show, list(sheet), picture, **QUICK)


def show(seed: int, path: str, psi: float, noise: bool, held: str, lang: str) -> str:
    try:
        sizes = gan.styles.growing(state.face(seed, path, held), state.style(psi, noise))
    except GenerativeError as error:
        return verdict(error, lang)
    heads = "".join(f"<b>{TEXTS.say('size', lang, n=s.pixels)}</b>" for s in sizes)
    rows = (row(key, [(s.pixels, getattr(s, key)) for s in sizes], lang) for key in ("picture", "added"))
    return f'<div class="gan-grow">{heads}{"".join(rows)}</div>'


def row(key: str, pictures: list[tuple[int, str]], lang: str) -> str:
    """Five pictures and what they are."""
    what = TEXTS.say(key, lang)
    cells = (
        f'<img src="{url}" alt="{TEXTS.say("alt", lang, what=what, n=pixels)}">' for pixels, url in pictures
    )
    return f'{"".join(cells)}<p class="note">{what}</p>'
