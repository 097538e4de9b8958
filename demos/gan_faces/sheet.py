"""The sheet: sixteen faces from a seed, truncation, noise, relatives; what lies between two of them."""

import gradio as gr

from demos.gan_faces import face_sheet, state
from demos.gan_faces.face_sheet import FaceSheet
from demos.gan_faces.state import QUICK, Sheet
from demos.ui.errors import spoken
from demos.ui.live import Group, LivePicture, Slider
from demos.ui.templates import render
from demos.ui.texts import Texts, beside
from generative import gan
from generative.gan import sheets

TEXTS = Texts(
    "gan_faces_sheet",
    {
        "tab": ("Folha", "Sheet"),
        "lead": (
            "Toque em um rosto para guardá-lo como A e em outro, B. A e a folha valem em todas as vistas "
            "desta aba.",
            "Tap a face to hold it as A, and another as B. A and the sheet count in every view of this tab.",
        ),
        "new": ("Sortear outra folha", "Draw another sheet"),
        "like": ("Mais como A", "More like A"),
        "way": ("De A a B", "From A to B"),
        "way_picture": ("Rosto entre A e B", "Face between A and B"),
        "way_hint": (
            "Escolha dois rostos na folha, A e B: aparecem o caminho e as misturas.",
            "Choose two faces on the sheet, A and B: the way and the mixtures appear.",
        ),
        "mix": ("Misturar estilos", "Mix styles"),
        "mix_note": (
            "A rede usa o código w em cada tamanho. O rosto é A, mas em um dos tamanhos vale o w de B.",
            "The network uses the code w at every size. The face is A, but at one of the sizes B's w counts.",
        ),
        "mix_picture": ("Cinco rostos: A, três misturas, B", "Five faces: A, three mixtures, B"),
        "a": ("A", "A"),
        "coarse": ("B em 4 e 8 px", "B at 4 and 8 px"),
        "middle": ("B em 16 e 32 px", "B at 16 and 32 px"),
        "fine": ("B em 64 px", "B at 64 px"),
        "b": ("B", "B"),
        "loop": ("Passear em laço", "Walk in a loop"),
        "loop_hide": ("Fechar o passeio", "Close the walk"),
        "loop_save": ("Salvar o passeio (WebP)", "Save the walk (WebP)"),
        "loop_picture": (
            "Passeio que parte de A e volta a A",
            "A walk that leaves A and returns to A",
        ),
        **beside(__file__),
    },
)
SAVE = """() => { const walk = document.querySelector('.gan-loop img');
  if (walk) veredas.save(walk.src, 'veredas.webp'); }"""


def build(opened: gr.Tab, inner: gr.Tabs, sheet: Sheet) -> dict:
    """The view, with the parts of `sheet` that can be seen; returns the event that redraws it."""
    gr.Markdown(TEXTS["lead"], elem_classes="note")
    with gr.Row():
        with gr.Column(scale=3, min_width=340):
            faces = FaceSheet(elem_id=face_sheet.NAME, min_height=320)
        with gr.Column(scale=2, min_width=320):
            new = gr.Button(TEXTS["new"], variant="primary")
            like = gr.Button(TEXTS["like"], interactive=False)
            sheet.psi.render()
            sheet.noise.render()
            hint = gr.Markdown(TEXTS["way_hint"], elem_classes="note")
            between = way()
            sheet.seed.render()
    mixed = gr.HTML(apply_default_css=False, elem_classes="gan-title")
    build_loop(sheet)
    gr.Markdown(TEXTS["judge"], elem_classes="reading rare")

    outputs = [faces, like, hint, between, mixed]
    see = {"fn": show, "inputs": list(sheet), "outputs": outputs, **QUICK}
    new.click(None, js=face_sheet.wish("{seed: Math.floor(Math.random() * 1e5)}"), **QUICK)
    by_hand = [sheet.psi.input, sheet.psi.release]
    gr.on(by_hand, None, sheet.psi, js=face_sheet.wish("{psi: value}", "value"), **QUICK)
    sheet.noise.input(None, sheet.noise, js=face_sheet.wish("{noise: +value}", "value"), **QUICK)
    place = [sheet.seed, sheet.path, sheet.held]
    faces.drew(drew, place, place, **QUICK).then(**see)
    sheet.seed.submit(lambda: ("", ""), None, [sheet.path, sheet.held], **QUICK).then(**see)
    like.click(more_like, [sheet.path, sheet.held], [sheet.path, sheet.held], **QUICK).then(**see)
    faces.pick(hold, sheet.held, sheet.held, **QUICK).then(**see)
    return see


def build_loop(sheet: Sheet) -> None:
    """A walk from A and back to it, seen when it is asked for."""
    with gr.Row(elem_classes="rare"):
        start = gr.Button(TEXTS["loop"], elem_classes="quiet", scale=0, min_width=230)
        stop = gr.Button(TEXTS["loop_hide"], elem_classes="quiet", scale=0, min_width=230, visible=False)
        save = gr.Button(TEXTS["loop_save"], elem_classes="quiet", scale=0, min_width=270, visible=False)
    picture = gr.HTML(apply_default_css=False)
    start.click(loop, list(sheet), [picture, stop, save], **QUICK)
    stop.click(lambda: ("", *seen(False)), None, [picture, stop, save], **QUICK)
    save.click(None, js=SAVE, api_visibility="private")


def seen(visible: bool) -> tuple[gr.Button, gr.Button]:
    """The buttons of a walk, there while it is."""
    return gr.Button(visible=visible), gr.Button(visible=visible)


def way() -> LivePicture:
    """The face between A and B; seen once both are held."""
    return LivePicture(
        walk,
        lambda: [Group(TEXTS.strings["way"], [Slider(TEXTS.strings["way"], 0, 1)])],
        visible=False,
        alt=TEXTS.strings["way_picture"],
        elem_classes="pair",
    )


# ---- the sheet ----


def drew(seed: int, path: str, held: str, event: gr.EventData) -> tuple[int, str, str]:
    """What the sheet has drawn by itself: of a new seed, nothing is on the path and nothing held."""
    drawn, way = event.key[:2]
    return (seed, path, held) if [drawn, way] == [seed, path] else (drawn, way, "")


def more_like(path: str, held: str) -> tuple[str, str]:
    """The sheet around A."""
    found = state.places(held)
    return (f"{path}.{found[0]}".strip("."), "") if found else (path, held)


def hold(held: str, event: gr.EventData) -> str:
    """A tap holds a face as A, the next as B; on a held face it lets go; a third takes the place of B."""
    place, found = int(event.pick), state.places(held)
    kept = [h for h in found if h != place] if place in found else [*found[:1], place]
    return ".".join(map(str, kept))


def show(seed: int, path: str, psi: float, noise: bool, held: str, lang: str) -> tuple:
    """The sheet; whether there is an A; the hint or, where both are held, the way and the mixtures."""
    with spoken(lang):
        picture = sheets.sheet(seed, path, state.style(psi, noise))
        a, b = (state.face(seed, path, held, which) for which in (0, 1))
        between = between_update(a, b, psi, noise)
        mixed = mixed_html(a, b, psi, noise, lang)
    places = state.places(held)
    value = {"picture": picture, "held": places, "key": [seed, path, psi, float(noise)]}
    return value, gr.Button(interactive=bool(places)), gr.update(visible=not b), between, mixed


def between_update(a: str, b: str, psi: float, noise: bool) -> dict:
    """The live picture of the way, or its absence."""
    if not b:
        return gr.update(visible=False)
    context = state.context(psi, noise, a, b)
    middle = {"values": [0.5], "picture": walk([0.5], context), "context": context}
    return gr.update(visible=True, value=middle)


def walk(values: list[float], context: str) -> str:
    """The face at a share of the way; the context says which two faces and how they are drawn."""
    names, style = state.read_context(context)
    return sheets.between(names[0], names[1], values[0] if values else 0.5, style)


def mixed_html(a: str, b: str, psi: float, noise: bool, lang: str) -> str:
    """Five faces in a row, named."""
    if not b:
        return ""
    picture = gan.styles.mixed(a, b, state.style(psi, noise))
    return render("gan_faces/sheet_mixed.html", TEXTS, lang, picture=picture)


def loop(seed: int, path: str, psi: float, noise: bool, held: str, lang: str) -> tuple:
    """A walk from A by way of B's side and back."""
    with spoken(lang):
        a, b = (state.face(seed, path, held, which) for which in (0, 1))
        picture = gan.styles.loop(a, b, state.style(psi, noise))
    return render("gan_faces/sheet_loop.html", TEXTS, lang, picture=picture), *seen(True)
