"""The quiz over the API: a round, and the answer that it seals."""

from typing import TypedDict

import gradio as gr

from demos.ui.errors import accepted, spoken
from generative import photos
from generative.games import quiz


class ApiRound(TypedDict):
    pictures: list[str]
    round: str


class ApiAnswer(TypedDict):
    correct: bool
    real: int


def quiz_round(seed: int, request: gr.Request = None) -> ApiRound:
    """Three pictures (data URLs), one of them a real photo, and the sealed round that /quiz_answer opens.

    Uses the teacher's photos or FairFace if they are here, else the portraits that ship with the app.
    """
    with spoken(accepted(request), html=False):
        dealt = quiz.deal(seed, photos.sources.source())
        return {"pictures": dealt.pictures, "round": dealt.token}


def quiz_answer(round: str, choice: str, request: gr.Request = None) -> ApiAnswer:  # noqa: A002 (the API's own word)
    """Whether choice ('A', 'B' or 'C') is the real photo of that round, and which one is (0, 1 or 2)."""
    with spoken(accepted(request), html=False):
        found = quiz.answer(round, choice)
        return {"correct": found.correct, "real": found.target}
