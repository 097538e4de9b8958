"""What the views noise, steps and wishes share: seed and wish, in fields that the address carries."""

from typing import NamedTuple

import gradio as gr
from gradio.components import Component

from demos.ui.frame import QUICK
from demos.ui.watch import Watched

SEED, STEPS, GUIDANCE = 7, 20, 2.0  # what one sees first
NAMES = {  # of what the network can be told
    "smile": ("sorriso", "smile"),
    "pose": ("virar a cabeça", "turn of the head"),
    "nod": ("baixar a cabeça", "head down"),
    "brightness": ("luz", "light"),
    "age": ("idade", "age"),
}


class Asked(Watched, total=False):
    """What the works of this tab are told by."""

    seed: float | None
    steps: float | None
    guidance: float | None
    wish: str | None
    branches: str | None
    face: float | None


class Shared(NamedTuple):
    """Hidden components; all but the last are what the address carries.

    wish: "smile:1.5,age:60"; branches: "5.812-12.44", see `generative.diffusion.films`; came: "yes" once the
    link was read, before which no view begins.
    """

    seed: gr.Number
    steps: gr.Number
    wish: gr.Textbox
    guidance: gr.Number
    branches: gr.Textbox
    came: gr.Textbox


CARRIED = Shared._fields[:-1]


def hidden() -> Shared:
    """The fields, as one sees them first."""
    return Shared(
        gr.Number(SEED, visible="hidden"),
        gr.Number(STEPS, visible="hidden"),
        gr.Textbox("", visible="hidden"),
        gr.Number(GUIDANCE, visible="hidden"),
        gr.Textbox("", visible="hidden"),
        gr.Textbox("", visible="hidden"),
    )


def tie(component: gr.HTML, opened: gr.Tab, shared: Shared) -> None:
    """A component's value has the shared fields by their names."""
    tied(component, opened, shared.came, {name: getattr(shared, name) for name in CARRIED})


def tied(component: gr.HTML, opened: gr.Tab, came: gr.Textbox, carried: dict[str, Component]) -> None:
    """A component's value has these fields by their names: it gets them when its view opens, tells them."""
    names, fields = list(carried), list(carried.values())
    all_values = f"Object.fromEntries({names}.map((name, i) => [name, values[i]]))"
    get = f"(came, ...values) => (came ? {all_values} : null)"
    tell = f"(value, ...old) => {names}.map((name, i) => (value && name in value ? value[name] : old[i]))"
    gr.on([opened.select, came.change], None, [came, *fields], component, js=get, **QUICK)
    component.change(None, [component, *fields], fields, js=tell, **QUICK)
