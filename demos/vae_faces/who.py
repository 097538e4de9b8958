"""Who is in the training photos, and how well the VAE redraws faces of each annotated group."""

import math
from typing import NamedTuple

import gradio as gr

from demos.ui.clickable import Clickable, Pick
from demos.ui.errors import verdict
from demos.ui.frame import QUICK
from demos.ui.live import LivePicture
from demos.ui.templates import render
from demos.ui.texts import Texts, beside, number, percent, thousands
from demos.vae_faces.stage import folded, stage, waiting
from generative.errors import GenerativeError
from generative.vae import groups
from generative.vae.groups import Group, Measured

TEXTS = Texts(
    "faces_who",
    {
        "tab": ("Quem está nos dados", "Who is in the data"),
        "reading": ("O que isso quer dizer", "What this means"),
        "share": ("parte das fotos de treino", "share of the training photos"),
        "psnr": (
            "qualidade do redesenho: PSNR em dB, intervalo de 95 %",
            "quality of the redrawing: PSNR in dB, 95% interval",
        ),
        "n": ("{n} reservadas", "{n} kept apart"),
        "race": ("race (raça)", "race"),
        "gender": ("gender (gênero)", "gender"),
        "age": ("age (idade)", "age"),
        "kind": ("Categoria do FairFace:", "FairFace's category:"),
        "Black": ("negra", "Black"),
        "East Asian": ("leste-asiática", "East Asian"),
        "Indian": ("indiana", "Indian"),
        "Latino_Hispanic": ("latina ou hispânica", "Latino or Hispanic"),
        "Middle Eastern": ("do Oriente Médio", "Middle Eastern"),
        "Southeast Asian": ("sudeste-asiática", "Southeast Asian"),
        "White": ("branca", "White"),
        "Female": ("feminino", "female"),
        "Male": ("masculino", "male"),
        "20-29": ("20 a 29 anos", "20 to 29 years"),
        "30-39": ("30 a 39 anos", "30 to 39 years"),
        "40-49": ("40 a 49 anos", "40 to 49 years"),
        "50-59": ("50 a 59 anos", "50 to 59 years"),
        "60 or more": ("60 anos ou mais", "60 years or more"),
        "most": (
            "Mais fotos: {most}, {p_most}; menos: {least}, {p_least}.",
            "Most photos: {most}, {p_most}; fewest: {least}, {p_least}.",
        ),
        "overlap": ("se sobrepõem", "overlap"),
        "apart": ("não se sobrepõem", "do not overlap"),
        "chance": ("pode ser acaso", "it may be chance"),
        "more": ("mais do que acaso", "more than chance"),
        **beside(__file__),
    },
)
LIMIT = 0.05 / len(groups.KINDS)  # Bonferroni: three gaps are looked at


def build(opened: gr.Tab, inner: gr.Tabs, face: LivePicture, language_box: gr.Textbox) -> None:
    """Shares and errors of one category's groups; what follows from them below."""
    kind = gr.State(groups.KINDS[0])
    with stage(TEXTS, "groups", "who-stage"):
        bars = Clickable(waiting())
    with folded(TEXTS["reading"]):
        reading = gr.HTML(apply_default_css=False)
    bars.pick(choose, language_box, [kind, bars], **QUICK, trigger_mode="always_last")
    opened.select(draw, [kind, language_box], bars, **QUICK)
    opened.select(said, language_box, reading, **QUICK)


def choose(lang: str, event: Pick) -> tuple[str, str]:
    """A tap on the name of a category."""
    kind = event.of(groups.KINDS)
    return kind, draw(kind, lang)


def draw(kind: str, lang: str) -> str:
    """Share and error by group, as HTML, or the sentence that says why there is none."""
    try:
        found = groups.load()
    except GenerativeError as error:
        return verdict(error, lang)
    facts = {"kinds": groups.KINDS, "kind": kind, "rows": rows(found, kind, lang)}
    return render("vae_faces/who.html", TEXTS, lang, **facts)


def said(lang: str) -> str:
    """What can be said of the groups."""
    try:
        found = groups.load()
    except GenerativeError:  # the bars say it
        return ""
    facts = {
        "train": thousands(found.train, lang),
        "held_out": found.held_out,
        "kinds": {kind: sentences(found, kind, lang) for kind in groups.KINDS},
        "meaning": meaning(found, lang),
    }
    return render("vae_faces/who_said.html", TEXTS, lang, **facts)


class Row(NamedTuple):
    """A group as it is drawn, in percent of its track.

    bar: the share of the photos, the largest filling the track; at: the PSNR; left, width: its interval.
    """

    group: Group
    name: str
    bar: float
    at: float
    left: float
    width: float


def rows(found: Measured, kind: str, lang: str) -> list[Row]:
    """The groups of one kind, the largest share first; all kinds on the same two scales."""
    every = [g for k in groups.KINDS for g in found.groups[k]]
    most, low, high = max(g.share for g in every), *ends(every)

    def place(value: float) -> float:
        return 100 * (value - low) / (high - low)

    def row(g: Group) -> Row:
        left, right = place(g.low), place(g.high)
        return Row(g, name(g.name, lang), 100 * g.share / most, place(g.psnr), left, right - left)

    return [row(g) for g in sorted(found.groups[kind], key=lambda g: -g.share)]


def ends(every: list[Group]) -> tuple[int, int]:
    """The whole decibels between which all intervals lie."""
    return math.floor(min(g.low for g in every)), math.ceil(max(g.high for g in every))


def name(group: str, lang: str) -> str:
    """A group's name in the visitor's language; of another data set, as it stands there."""
    return TEXTS.say(group, lang) if group in TEXTS.strings else group


def sentences(found: Measured, kind: str, lang: str) -> str:
    """Who is there most and least; the largest difference in error, and how sure it is."""
    rows, gap = found.groups[kind], groups.gap(found.groups[kind])
    most, least = max(rows, key=lambda g: g.share), min(rows, key=lambda g: g.share)
    shares = {
        "most": name(most.name, lang),
        "p_most": percent(most.share, lang, 0),
        "least": name(least.name, lang),
        "p_least": percent(least.share, lang, 0),
    }
    facts = {
        "best": name(gap.best.name, lang),
        "high": number(gap.best.psnr, lang),
        "worst": name(gap.worst.name, lang),
        "low": number(gap.worst.psnr, lang),
        "more": percent(gap.ratio - 1, lang, 0),
        "overlap": TEXTS.say("overlap" if gap.overlap else "apart", lang),
        "p": percent(found.shuffled[kind], lang),
        "sure": TEXTS.say("more" if found.shuffled[kind] < LIMIT else "chance", lang),
    }
    return f"{TEXTS.say('most', lang, **shares)} {TEXTS.say('gap', lang, **facts)}"


def meaning(found: Measured, lang: str) -> str:
    """What a gap would mean, and what else the PSNR depends on."""
    linked = {k: number(r, lang, 2).replace("-", "\N{MINUS SIGN}") for k, r in found.linked.items()}
    return TEXTS.say("meaning", lang, limit=percent(LIMIT, lang), **linked)
