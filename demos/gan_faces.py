"""GAN faces: a sheet from a seed, truncation, faces like one of them, and the way between two."""

import random
from typing import TypedDict

import gradio as gr

from demos.ui import frame, links
from demos.ui.clickable import Clickable
from demos.ui.errors import accepted, spoken
from demos.ui.live import Group, LivePicture, Slider
from demos.ui.words import Words
from generative import sheets

TAB = "gan_faces"
WORDS = Words(
    TAB,
    {
        "tab": ("Rostos da GAN", "GAN faces"),
        "lead": (
            "Entra ruído, sai um rosto: nenhuma destas pessoas existe. Toque em um rosto para guardá-lo "
            "e em outro para caminhar entre os dois.",
            "Noise goes in, a face comes out: none of these people exist. Tap a face to hold it, and "
            "another to walk between the two.",
        ),
        "sheet": ("Dezesseis rostos gerados", "Sixteen generated faces"),
        "face": ("rosto {i}", "face {i}"),
        "new": ("Sortear outra folha", "Draw another sheet"),
        "like": ("Mais como A", "More like A"),
        "seed": ("Semente (seed)", "Seed"),
        "psi": ("Truncamento ψ", "Truncation ψ"),
        "psi_info": (
            "0: sempre o rosto médio. 1: como a rede aprendeu. Acima de 1: mais variado e mais estranho.",
            "0: always the mean face. 1: as the network learned. Above 1: more varied and stranger.",
        ),
        "way": ("De A a B", "From A to B"),
        "way_picture": ("Rosto entre A e B", "Face between A and B"),
        "way_hint": ("Escolha dois rostos na folha: A e B.", "Choose two faces on the sheet: A and B."),
        "try": (
            "1. Leve ψ a 0 e volte devagar a 1: o que se ganha e o que se perde?\n2. Guarde um rosto e "
            "peça *Mais como A* três vezes seguidas. O que fica e o que muda?\n3. Escolha dois rostos bem "
            "diferentes e caminhe de A a B. Há algum ponto em que deixa de ser um rosto?",
            "1. Bring ψ to 0 and slowly back to 1: what is gained, what is lost?\n2. Hold a face and ask "
            "for *More like A* three times in a row. What stays, what changes?\n3. Choose two very "
            "different faces and walk from A to B. Is there a point where it stops being a face?",
        ),
        "slides": (
            "Duas redes jogam uma contra a outra: o discriminador $D$ quer dizer real ou falso, o "
            "gerador $G$ quer enganá-lo.\n\n$$\\min_G \\max_D \\; E_{x \\sim p_{data}} \\log D(x) + "
            "E_{z \\sim p(z)} \\log(1 - D(G(z)))$$\n\nAqui $G$ usa o objetivo melhorado dos slides, "
            "$\\max_G E_z \\log D(G(z))$. O truncamento puxa o código em direção à média: $w' = "
            "\\bar{w} + \\psi\\,(w - \\bar{w})$. Uma GAN não responde $p(x)$ nem $p(z \\mid x)$.",
            "Two networks play against each other: the discriminator $D$ wants to tell real from "
            "fake, the generator $G$ wants to fool it.\n\n$$\\min_G \\max_D \\; E_{x \\sim p_{data}} "
            "\\log D(x) + E_{z \\sim p(z)} \\log(1 - D(G(z)))$$\n\nHere $G$ uses the slides' improved "
            "objective, $\\max_G E_z \\log D(G(z))$. Truncation pulls the code towards the mean: $w' "
            "= \\bar{w} + \\psi\\,(w - \\bar{w})$. A GAN answers neither $p(x)$ nor $p(z \\mid x)$.",
        ),
        "behind": (
            "Uma StyleGAN2 pequena (gerador de 1,4 milhão de parâmetros, 64 x 64 pixels), escrita a "
            "partir dos artigos e treinada do zero em 9.268 fotos de adultos do FairFace (Kärkkäinen e "
            "Joo, WACV 2021, [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/)). Imagens "
            "vistas, medidas e limites: `weights/gan_faces/README.md`.",
            "A small StyleGAN2 (generator of 1.4 million parameters, 64 x 64 pixels), written from "
            "the papers and trained from scratch on 9,268 photos of adults from FairFace (Kärkkäinen "
            "and Joo, WACV 2021, [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/)). Images "
            "seen, measurements and limits: `weights/gan_faces/README.md`.",
        ),
    },
)


def build(tabs: gr.Tabs, tab: gr.Tab, language_box: gr.Textbox) -> None:
    """Content and events. `path`: faces held on the way here; `held`: A and B, as places 0 to 15."""
    frame.lead(WORDS)
    path, held = gr.Textbox(visible="hidden"), gr.State([])
    with gr.Row():
        with gr.Column(scale=3, min_width=340):
            sheet = Clickable(min_height=320)
        with gr.Column(scale=2, min_width=320):
            new = gr.Button(WORDS["new"], variant="primary")
            like = gr.Button(WORDS["like"], interactive=False)
            psi = gr.Slider(0, 1.5, value=0.8, step=0.05, label=WORDS["psi"], info=WORDS["psi_info"])
            gr.Markdown(WORDS["way_hint"], elem_classes="note")
            way = LivePicture(
                walk,
                lambda: [Group(WORDS.strings["way"], [Slider(WORDS.strings["way"], 0, 1)])],
                visible=False,
                alt=WORDS.strings["way_picture"],
                elem_classes="pair",
            )
            with gr.Row(elem_classes="rare"):
                seed = gr.Number(value=7, precision=0, label=WORDS["seed"], min_width=120)
                links.copy_button(TAB, {"seed": seed, "psi": psi, "path": path})
    frame.foot(WORDS)

    quick = {"show_progress": "hidden", "api_visibility": "private"}
    see = {
        "fn": show,
        "inputs": [seed, path, psi, held, language_box],
        "outputs": [sheet, like, way],
        **quick,
    }
    new.click(draw, None, [seed, path, held], **quick).then(**see)
    seed.submit(lambda: ("", []), None, [path, held], **quick).then(**see)
    like.click(more_like, [path, held], [path, held], **quick).then(**see)
    sheet.pick(hold, held, held, **quick).then(**see)
    psi.change(**see, trigger_mode="always_last")
    tab.select(open_first, [seed, psi, path], [seed, psi, path], **quick).then(**see)
    gr.api(gan_sample, api_name="gan_sample")


def open_first(seed: int, psi: float, path: str, request: gr.Request) -> tuple:
    """The sheet of the link, where one brought the visitor here."""
    return (
        links.read(request, TAB, "seed", seed),
        links.read(request, TAB, "psi", psi, high=1.5),
        links.read(request, TAB, "path", path),
    )


def draw() -> tuple[int, str, list]:
    return random.randrange(100_000), "", []


def more_like(path: str, held: list) -> tuple[str, list]:
    return (f"{path}.{held[0]}".strip("."), []) if held else (path, held)


def hold(held: list, event: gr.EventData) -> list:
    """A tap holds a face as A, the next as B; on a held face it lets go; a third takes the place of B."""
    place = int(event.pick)
    return [h for h in held if h != place] if place in held else [*held[:1], place]


def show(seed: int, path: str, psi: float, held: list, lang: str) -> tuple:
    """The sheet, whether "more like A" can be asked, and the way from A to B."""
    with spoken(lang):
        picture = sheets.sheet(seed, path, psi)
        if len(held) < 2:
            way = gr.update(visible=False)
        else:
            context = " ".join([*(f"{seed}:{path}:{place}" for place in held), str(psi)])
            middle = {"values": [0.5], "picture": walk([0.5], context), "context": context}
            way = gr.update(visible=True, value=middle)
    return sheet_html(picture, held, lang), gr.Button(interactive=bool(held)), way


def sheet_html(picture: str, held: list, lang: str) -> str:
    """One picture under sixteen buttons."""
    buttons = "".join(_cell(i, held, WORDS.say("face", lang, i=i + 1)) for i in range(sheets.SHEET))
    return f'<div class="faces" role="group" style="background-image:url({picture})">{buttons}</div>'


def _cell(i: int, held: list, name: str) -> str:
    if i not in held:
        return f'<button data-pick="{i}" aria-pressed="false" aria-label="{name}"></button>'
    letter = "AB"[held.index(i)]
    return (
        f'<button data-pick="{i}" aria-pressed="true" aria-label="{name}: {letter}" class="held">'
        f"<span>{letter}</span></button>"
    )


def walk(values: list[float], context: str) -> str:
    """The face at a share of the way; the context says which two faces and which psi: 'A B psi'."""
    a, b, psi = (context.split() + ["", "", ""])[:3]
    return sheets.between(a, b, values[0] if values else 0.5, sheets.number(psi))


# ---- the public API ----


class ApiSample(TypedDict):
    sheet: str
    faces: list[str]


def gan_sample(seed: int, n: int = 16, truncation: float = 1.0, request: gr.Request = None) -> ApiSample:
    """n faces (1 to 64) from a seed, as data URLs: each, and all on one sheet. truncation: psi, 0 to 1.5."""
    with spoken(accepted(request)):
        found = sheets.sample(seed, n, truncation)
        return {"sheet": found.sheet, "faces": found.faces}
