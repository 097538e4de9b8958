"""What lies between two faces: a film from A to B, a walk in a loop, and the two mixed size by size."""

import gradio as gr

from demos.gan_faces import state
from demos.gan_faces.film import Film
from demos.gan_faces.state import Sheet
from demos.ui import ask
from demos.ui.errors import spoken
from demos.ui.frame import QUICK
from demos.ui.templates import render
from demos.ui.texts import Texts, beside
from generative import gan
from generative.errors import within
from generative.gan import sheets

STOPS = 48  # of a film, besides its beginning
TEXTS = Texts(
    "gan_way",
    {
        "tab": ("De A a B", "From A to B"),
        "lead": (
            "Entre dois rostos há um caminho, e em cada ponto dele, alguém que não existe.",
            "Between two faces there is a way, and at every point of it someone who does not exist.",
        ),
        "picture": ("Rosto no caminho", "Face on the way"),
        "slider": ("Lugar no caminho", "Place on the way"),
        "kind": ("O caminho", "The way"),
        "way": ("De A a B", "From A to B"),
        "loop": ("Em laço, de volta a A", "In a loop, back to A"),
        "save": ("Salvar o passeio em laço (WebP)", "Save the walk in a loop (WebP)"),
        "mix": ("Misturar estilos", "Mix styles"),
        "mix_picture": ("Cinco rostos: A, três misturas, B", "Five faces: A, three mixtures, B"),
        "a": ("A", "A"),
        "coarse": ("B em 4 e 8 px", "B at 4 and 8 px"),
        "middle": ("B em 16 e 32 px", "B at 16 and 32 px"),
        "fine": ("B em 64 px", "B at 64 px"),
        "b": ("B", "B"),
        **beside(__file__),
    },
)
SAVE = "(walk) => veredas.save(walk, 'veredas.webp')"


def build(opened: gr.Tab, sheet: Sheet) -> None:
    """The film on the stage; which way it goes, the mixtures and the file below."""
    with ask.asked("gan_way"):
        alt, slider = TEXTS.strings["picture"], TEXTS.strings["slider"]
        film = Film(draw, alt, slider, elem_classes="veiled", min_height=320)
    with gr.Row(elem_classes="rare gan-under"):
        kinds = [(TEXTS[kind], kind) for kind in ("way", "loop")]
        kind = gr.Radio(kinds, value="way", label=TEXTS["kind"], elem_classes="gan-choice")
        save = gr.Button(TEXTS["save"], elem_classes="quiet", scale=0, min_width=330)
    mixed = gr.HTML(apply_default_css=False, elem_classes="gan-title")
    with state.know():
        gr.Markdown(TEXTS["line"], elem_classes="reading")
    see = {"fn": show, "inputs": [kind, *sheet], "outputs": [film, mixed], **QUICK}
    opened.select(**see)
    kind.change(**see)
    walk = gr.Textbox(visible="hidden")
    save.click(loop, list(sheet), walk, **QUICK).then(None, walk, js=SAVE, api_visibility="private")


def show(kind: str, seed: int, path: str, psi: float, noise: bool, held: str, lang: str) -> tuple[dict, str]:
    """The film, with the picture that it begins with; the mixtures."""
    a, b = state.pair(seed, path, held)
    key, begin = state.context(psi, noise, a, b, kind), 0 if kind == "loop" else STOPS // 2
    frames = [""] * (STOPS + 1)
    with spoken(lang):
        frames[begin] = draw(begin, key)
        mixed = gan.styles.mixed(a, b, state.style(psi, noise))
    ends = ["A", "A" if kind == "loop" else "B"]
    film = {"key": key, "frames": frames, "at": begin, "labels": [], "ends": ends}
    film["there"] = "round" if kind == "loop" else "back"
    return film, render("gan_faces/way_mixed.html", TEXTS, lang, picture=mixed)


def draw(at: object, key: str) -> str:
    """A stop of the film; the key says of which two faces, which way, and how they are drawn."""
    (a, b, kind, *_), style = state.read_context(key)
    go = gan.styles.turn if kind == "loop" else sheets.between
    return go(a, b, within("t", at, 0, STOPS) / STOPS, style)


def loop(seed: int, path: str, psi: float, noise: bool, held: str, lang: str) -> str:
    """The walk from A by way of B's side and back, as a file."""
    with spoken(lang):
        return gan.styles.loop(*state.pair(seed, path, held), state.style(psi, noise))
