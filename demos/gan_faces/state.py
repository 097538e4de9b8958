"""What the views of the GAN tab share: the sheet, how it is drawn, the faces held on it."""

from typing import NamedTuple

import gradio as gr

from demos.ui.texts import Texts
from generative.gan import sheets
from generative.gan.sheets import Style

TEXTS = Texts("gan_state", {"know": ("Como sabemos?", "How do we know?")})
FIRST = "7::0 0.8 1"  # what a picture draws before it is told which face


class Sheet(NamedTuple):
    """Components that hold the state, in the order in which every handler takes their values.

    path: places held on the way to the sheet, "3.12"; held: places of A and B on it, "4.7".
    """

    seed: gr.Number
    path: gr.Textbox
    psi: gr.Slider
    noise: gr.Checkbox
    held: gr.Textbox
    language: gr.Textbox


def places(held: str) -> list[int]:
    """'4.7' -> [4, 7]; what is no place of a sheet is left out."""
    found = [int(p) for p in held.split(".") if p.isdecimal() and len(p) <= 2]
    return [p for p in found if p < sheets.SHEET][:2]


def face(seed: int, path: str, held: str, which: int = 0) -> str:
    """The name of A (0) or B (1); where none is held, of the sheet's first face and of none."""
    found = places(held)
    if which < len(found):
        return f"{seed}:{path}:{found[which]}"
    return f"{seed}:{path}:0" if which == 0 else ""


def pair(seed: int, path: str, held: str) -> tuple[str, str]:
    """The names of A and B; where one is not held, the sheet's first face that is not the other."""
    found = places(held)
    found += [place for place in (0, 1) if place not in found]
    return tuple(f"{seed}:{path}:{place}" for place in found[:2])


def style(psi: float, noise: bool) -> Style:
    return Style(psi, float(noise))


def context(psi: float, noise: bool, *names: str | int) -> str:
    """What a live picture works on, as one line: names of faces, then psi, then noise."""
    return " ".join([*map(str, names), str(psi), str(int(noise))])


def read_context(text: str, default: str = FIRST) -> tuple[list[str], Style]:
    """The names in a context, and the style."""
    parts = text.split() if text.strip() else default.split()
    psi, noise = (sheets.number(part) for part in (["", "", *parts])[-2:])
    return [*parts[:-2], "", ""], Style(psi, noise)


def heading(texts: Texts, key: str) -> None:
    """A section's title and, where there is one, the sentence under it."""
    note = f'<p class="note">{texts.both(f"{key}_note")}</p>' if f"{key}_note" in texts.strings else ""
    gr.HTML(f"<h3>{texts.both(key)}</h3>{note}", elem_classes="gan-title", apply_default_css=False)


def know() -> gr.Accordion:
    """Folded: what was measured, and how."""
    return gr.Accordion(TEXTS["know"], open=False, elem_classes="gan-know rare")
