"""From 99 numbers to a large language model: parameters as lengths on one line, to be scrolled along."""

from pathlib import Path
from typing import NamedTuple

import gradio as gr

from demos.ui.models import TEXTS as MODELS
from demos.ui.templates import render
from demos.ui.texts import Texts, number, thousands
from generative.learning import lengths, network99

LANGUAGES = ("pt", "en")
STRINGS = {  # for the texts of the view
    "road": ("E os outros modelos?", "And the other models?"),
    "scale": (
        "Aqui os 99 números têm um pixel de largura. Role para o lado até o fim dos outros.",
        "Here the 99 numbers are one pixel wide. Scroll sideways to where the others end.",
    ),
    "here": ("até aqui", "up to here"),
    "screens": ("telas", "screens"),
    "this": ("esta rede", "this network"),
    "model": ("modelo {name}", "{name} model"),
    "ends": ("acaba aqui", "ends here"),
    "source": ("fonte", "source"),
    "chatgpt": (
        "De quantos o ChatGPT usa hoje, a OpenAI nada diz; nasceu do GPT-3, de 2020. Um pixel: 0,26 mm.",
        "OpenAI does not say how many ChatGPT uses today; it grew from GPT-3, of 2020. A pixel: 0.26 mm.",
    ),
}
JS = Path(__file__).with_suffix(".js").read_text()


class Row(NamedTuple):
    """A model as the line shows it; pairs are Portuguese, English. far: it ends beyond the scrolling."""

    name: tuple[str, str]
    parameters: tuple[str, str]
    length: tuple[str, str]
    pixels: float
    source: str
    far: bool


def row(rung: lengths.Rung, name: tuple[str, str], far: bool) -> Row:
    def length(lang: str) -> str:
        if rung.metres < 0.01:
            return f"{number(1000 * rung.metres, lang, 2)} mm"
        return (
            f"{number(rung.metres, lang)} m"
            if rung.metres < 1000
            else f"{number(rung.metres / 1000, lang)} km"
        )

    said = tuple(thousands(rung.parameters, lang) for lang in LANGUAGES)
    return Row(name, said, tuple(length(lang) for lang in LANGUAGES), rung.pixels, rung.source, far)


def rows(texts: Texts) -> list[Row]:
    """This network, the app's own, those of the slides."""
    own = [
        (one, tuple(texts.say("model", lang, name=MODELS.say(one.name, lang)) for lang in LANGUAGES))
        for one in lengths.shipped()
    ]
    this = row(lengths.Rung("this", network99.N), texts.strings["this"], False)
    far = [row(one, (one.name, one.name), True) for one in lengths.SLIDES]
    return [this, *(row(one, name, False) for one, name in own), *far]


def build(texts: Texts) -> None:
    """The line, and where it would end."""
    found = rows(texts)
    longest = max(one.pixels for one in found if not one.far)
    html = render("learning/lengths.html", texts, "en", rows=found, longest=longest)
    gr.HTML(None, html_template=html, js_on_load=JS, apply_default_css=False)
