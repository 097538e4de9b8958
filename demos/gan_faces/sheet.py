"""The sheet: sixteen faces from a seed, truncation, noise, relatives; two of them held as A and B."""

import gradio as gr

from demos.gan_faces import face_sheet, state
from demos.gan_faces.face_sheet import FaceSheet
from demos.gan_faces.state import Sheet
from demos.ui import ask
from demos.ui.clickable import Pick
from demos.ui.errors import spoken
from demos.ui.frame import QUICK
from demos.ui.kinds import CallUnreadable
from demos.ui.line import SHEET, light
from demos.ui.texts import Texts, beside
from generative.errors import check_seed
from generative.gan import sheets

TEXTS = Texts(
    "gan_faces_sheet",
    {
        "tab": ("Folha", "Sheet"),
        "hold": (
            "Toque em um rosto: A; em outro: B. O número é a chance de ser real, segundo D.",
            "Tap a face: A; another: B. The number is D's guess at how likely it is real.",
        ),
        "new": ("Sortear outra folha", "Draw another sheet"),
        "like": ("Mais como A", "More like A"),
        "walk": ("Caminhar de A a B", "Walk from A to B"),
        **beside(__file__),
    },
)
OPEN_WAY = "() => document.getElementById('view-gan_faces-way-button').click()"


def build(opened: gr.Tab, sheet: Sheet) -> dict:
    """The view, with the parts of `sheet` that can be seen; returns the event that redraws it."""
    with ask.asked("gan_sheet"), gr.Row(elem_classes="gan-view"):
        faces = FaceSheet(elem_id=face_sheet.NAME, elem_classes="gan-sheet-box")
        with gr.Column(elem_classes="gan-side"):
            buttons = place_controls(sheet)
    with state.know():
        gr.Markdown(TEXTS["judge"], elem_classes="reading")

    see = {"fn": show, "inputs": list(sheet), "outputs": [faces, *buttons], **QUICK}
    react(sheet, faces, buttons, see)
    return see


def place_controls(sheet: Sheet) -> tuple[gr.Button, gr.Button, gr.Button]:
    """In the order in which a hand needs them; what psi does is veiled while the view asks about it."""
    with gr.Row(elem_classes="gan-buttons"):
        new = gr.Button(TEXTS["new"], variant="primary", min_width=160)
        like = gr.Button(TEXTS["like"], interactive=False, min_width=120)
    walk = gr.Button(TEXTS["walk"])
    gr.Markdown(TEXTS["hold"], elem_classes="note")
    with gr.Column(elem_classes="veiled"):
        sheet.psi.render()
        sheet.noise.render()
    sheet.seed.render()
    return new, like, walk


def react(sheet: Sheet, faces: FaceSheet, buttons: tuple[gr.Button, gr.Button, gr.Button], see: dict) -> None:
    """What buttons, sliders and taps do."""
    new, like, walk = buttons
    new.click(None, js=face_sheet.wish("{seed: Math.floor(Math.random() * 1e5)}"), **QUICK)
    walk.click(None, js=OPEN_WAY, **QUICK)
    by_hand = [sheet.psi.input, sheet.psi.release]
    gr.on(by_hand, None, sheet.psi, js=face_sheet.wish("{psi: value}", "value"), **QUICK)
    sheet.noise.input(None, sheet.noise, js=face_sheet.wish("{noise: +value}", "value"), **QUICK)
    place = [sheet.seed, sheet.path, sheet.held]
    faces.drew(drew, place, place, **QUICK).then(**see)
    sheet.seed.submit(lambda: ("", ""), None, [sheet.path, sheet.held], **QUICK).then(**see)
    like.click(more_like, [sheet.path, sheet.held], [sheet.path, sheet.held], **QUICK).then(**see)
    faces.pick(hold, sheet.held, sheet.held, **QUICK).then(**see)


# ---- the sheet ----


class Drawn(gr.EventData):
    """The key of what the sheet has drawn, as the browser says it."""

    @property
    def seed_and_path(self) -> tuple[int, str]:
        """Raises CallUnreadable, NumberOutOfRange."""
        key = self._data.get("key") if isinstance(self._data, dict) else None
        if not isinstance(key, list) or len(key) < 2 or not isinstance(key[1], str):
            raise CallUnreadable()
        return check_seed(key[0]), key[1]


def drew(seed: int, path: str, held: str, event: Drawn) -> tuple[int, str, str]:
    """What the sheet has drawn by itself: of a new seed, nothing is on the path and nothing held."""
    drawn, way = event.seed_and_path
    return (seed, path, held) if (drawn, way) == (seed, path) else (drawn, way, "")


def more_like(path: str, held: str) -> tuple[str, str]:
    """The sheet around A."""
    found = state.places(held)
    return (f"{path}.{found[0]}".strip("."), "") if found else (path, held)


def hold(held: str, event: Pick) -> str:
    """A tap holds a face as A, the next as B; on a held face it lets go; a third takes the place of B."""
    place, found = event.number(), state.places(held)
    kept = [h for h in found if h != place] if place in found else [*found[:1], place]
    return ".".join(map(str, kept))


def show(seed: int, path: str, psi: float, noise: bool, held: str, lang: str) -> tuple:
    """The sheet; the buttons, of which the way is the first to press once both ends are held."""
    with spoken(lang):
        picture = light.do(SHEET, lambda: sheets.sheet(seed, path, state.style(psi, noise)))
    places = state.places(held)
    value = {"picture": picture, "held": places, "key": [seed, path, psi, float(noise)]}
    first, other = ("secondary", "primary") if len(places) == 2 else ("primary", "secondary")
    return value, gr.Button(variant=first), gr.Button(interactive=bool(places)), gr.Button(variant=other)
