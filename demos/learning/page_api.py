"""The view for programs: fine-tune a model on a text, for a while."""

import secrets
from typing import TypedDict

import gradio as gr

from demos.ui.errors import accepted, spoken
from demos.ui.watch import all_records
from generative.learning import finetune, pages
from generative.learning.finetune import Recipe
from generative.learning.records import Record
from generative.shelf import Work


class ApiSample(TypedDict):
    step: int
    text: str


class ApiFigures(TypedDict):
    page: float
    same: float
    untouched: float


class ApiBits(TypedDict):
    before: ApiFigures
    after: ApiFigures


class ApiTuned(TypedDict):
    losses: list[float]
    bits_per_byte: ApiBits
    samples: list[ApiSample]
    learning: int
    hurried: bool
    note: str


def fine_tune(
    text: str,
    model: str = "language_small",
    seconds: float = 15.0,
    how: str = "full",
    rank: int = 4,
    rate: float | None = None,
    request: gr.Request = None,
) -> ApiTuned:
    """Fine-tune language_small or language_middle on a text of 200 to 4,000 characters (more are cut off),
    its last fifth held out: the loss of each step and the figures in bits per byte; what it writes, from step
    0 on.

    how: "full", "last" (its last layer) or "lora", of a rank from 0 to 32. seconds: of computing, 1 to 40;
    fewer while others wait: then `hurried`. rate: of AdamW. note: '' unless
    nothing can learn, of rank 0 or at rate 0. The model is not kept.
    """
    lang = accepted(request)
    with spoken(lang, html=False):
        recipe = Recipe(model or finetune.BASES[0], how, rank, seconds, rate, keep=False)
        work = Work(finetune.train, (pages.own(text), recipe), finetune.LANE)
        found = all_records(f"api {secrets.token_hex(8)}", work)
    return {**told(found), "note": recipe.note.say(lang) if recipe.note else ""}


def told(records: list[Record]) -> dict:
    """The records as a program gets them: all but the note."""
    kinds = {kind: [one for one in records if one.kind == kind] for kind in ("bits", "loss", "wrote")}
    sides = {
        one.side: {"page": one.page, "same": one.same, "untouched": one.untouched} for one in kinds["bits"]
    }
    return {
        "losses": [one.bits for one in kinds["loss"]],
        "bits_per_byte": sides,
        "samples": [{"step": one.step, "text": one.text} for one in kinds["wrote"] if one.whole],
        "learning": records[0].learning,
        "hurried": records[-1].hurried,
    }


CALLS = (fine_tune,)
