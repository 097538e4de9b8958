"""One step of training for programs."""

import json
import secrets
from collections.abc import Iterator
from typing import TypedDict

import gradio as gr

from demos.ui.errors import accepted, spoken
from demos.ui.texts import PORTUGUESE, which
from demos.ui.watch import all_records
from generative.learning import step
from generative.shelf import Work


class ApiWord(TypedDict):
    text: str
    p: float


class ApiState(TypedDict):
    bits: float
    words: list[ApiWord]


class ApiChange(TypedDict):
    before: float
    after: float


class ApiLearned(TypedDict):
    model: str
    before: ApiState
    after: ApiState
    control: ApiChange
    held_out: ApiChange
    losses: list[float]


def written(asked: step.Recipe, control: str, look: str, *numbers: float) -> Iterator[tuple[str]]:
    """The states of a walk as they travel: one text each, by whose length the shelf knows its size; '' where
    one is not done yet."""
    for state in step.pieces(asked, control, look, *numbers):
        yield (json.dumps(state, ensure_ascii=False) if state else "",)


def learn_step(
    text: str,
    model: str = "",
    rate: float = 0.005,
    steps: int = 1,
    optimizer: str = "sgd",
    request: gr.Request = None,
) -> ApiLearned:
    """A copy of a small model, trained on one sentence for some steps: what it gave each word of the sentence
    before and after; the mean loss in bits a token after 0, 1, ..., `steps` steps; that of a sentence not
    trained on; and the bits a byte of a text not trained on.

    model: "language_small" or "language_middle", the default. optimizer: "sgd" or "adamw". rate: 0 to 1e9; a
    large one diverges, which is an error. steps: 0 to 60. The sentence: at most 64 tokens.
    """
    lang = accepted(request)
    with spoken(lang, html=False):
        facts = step.recipe(text, model, optimizer, rate), "pt" if which(lang) == PORTUGUESE else "en"
        records = all_records(f"api {secrets.token_hex(8)}", Work(written, (*facts, "own", 0, 0, steps)))
        states = [step.State(*json.loads(record)) for (record,) in records if record]
    first, last = states[0], states[-1]
    return {
        "model": facts[0].model,
        "before": described(first),
        "after": described(last),
        "control": {"before": first.control, "after": last.control},
        "held_out": {"before": first.held_out, "after": last.held_out},
        "losses": [state.own for state in states],
    }


def described(state: step.State) -> ApiState:
    return {"bits": state.own, "words": [{"text": text, "p": p} for text, p, _ in state.words]}
