"""Temperature, top-k and top-p: three sliders and their presets, the same in every view that draws words."""

from typing import NamedTuple

import gradio as gr
from markupsafe import Markup

from demos.ui.clickable import Clickable, Pick
from demos.ui.frame import QUICK
from demos.ui.templates import render
from demos.ui.texts import Texts

TEXTS = Texts(
    "words_knobs",
    {
        "temperature": ("Temperatura", "Temperature"),
        "temperature_info": (
            "Abaixo de 1, o provável fica mais provável; em 0, só o mais provável",
            "Below 1 the likely grows likelier; at 0 only the likeliest stays",
        ),
        "top_k": ("Top-k (os k mais prováveis)", "Top-k (the k likeliest)"),
        "top_k_info": (
            "Só os k tokens mais prováveis ficam; 0: todos",
            "Only the k likeliest tokens stay; 0: all",
        ),
        "top_p": ("Top-p (núcleo)", "Top-p (nucleus)"),
        "top_p_info": (
            "Só os tokens mais prováveis que juntos chegam a p; 1: todos",
            "Only the likeliest tokens that together reach p; 1: all",
        ),
        "plain": ("Pura, sem cortes", "Plain, no cuts"),
        "greedy": ("Gulosa (greedy)", "Greedy"),
        "balanced": ("Equilibrada", "Balanced"),
        "creative": ("Criativa", "Creative"),
    },
)
PRESETS = {"plain": (1, 0, 1), "greedy": (0, 0, 1), "balanced": (0.8, 0, 0.95), "creative": (1.3, 0, 1)}


class Knobs(NamedTuple):
    """The sliders, in the order in which `generative` takes their values."""

    temperature: gr.Slider
    top_k: gr.Slider
    top_p: gr.Slider


def build(preset: str) -> Knobs:
    """Chips for the presets, and the sliders as one of them has them."""
    t, k, p = PRESETS[preset]
    chips = Clickable(presets(t, k, p))
    ranges = ((0, 2, t, 0.05), (0, 50, k, 1), (0, 1, p, 0.01))  # least, most, now, step
    with gr.Row():
        knobs = Knobs(
            *(
                gr.Slider(*now[:3], step=now[3], label=TEXTS[name], info=TEXTS[f"{name}_info"], min_width=200)
                for name, now in zip(Knobs._fields, ranges, strict=True)
            )
        )
    chips.pick(choose, None, list(knobs), **QUICK)
    gr.on([c.change for c in knobs], presets, list(knobs), chips, trigger_mode="always_last", **QUICK)
    return knobs


def presets(temperature: float, top_k: int, top_p: float) -> Markup:
    """Chips; the one that the three sliders stand at is marked."""
    return render("next_word/knobs.html", TEXTS, "", presets=PRESETS, now=(temperature, top_k, top_p))


def choose(event: Pick) -> tuple[float, int, float]:
    return PRESETS[event.of(PRESETS)]
