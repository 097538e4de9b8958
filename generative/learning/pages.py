"""The pages a model is fine-tuned on: six that come with the app, or one of a visitor's own.

Each has a prompt in its manner and, held out from training, another text by the same hand; of a visitor's
page that is its last fifth. The untouched texts are neither: they show what fine-tuning costs. It knows no
model.
"""

import json
from pathlib import Path
from typing import NamedTuple

from generative.errors import GenerativeError, TextEmpty
from generative.once import once
from generative.text import plain

FILE = Path(__file__).with_suffix(".json")
LONGEST = 4000  # characters of a page; more are cut off
SHORTEST = 200  # characters from which there is something to learn, and a fifth to hold out
HELD_OUT = 0.2  # the share of a visitor's page that is not trained on
PROMPT = 3  # words of a visitor's page that the writing begins with


class PageTooShort(GenerativeError):
    en = "This page has {n} characters; {least} are needed. Paste a few sentences more."
    pt = "Esta página tem {n} caracteres; são precisos {least}. Cole mais algumas frases."


class PageUnknown(GenerativeError):
    en = "There is no such page. Choose one of those shown, or paste your own again."
    pt = "Essa página não existe. Escolha uma das que aparecem ou cole a sua de novo."


class Page(NamedTuple):
    """What is trained on, what is held out by the same hand, how the writing begins; how many characters of
    what was pasted were cut off; language: 'pt' or 'en', '' where nobody said; by: author and book, or ''."""

    text: str
    same: str
    prompt: str
    cut: int = 0
    language: str = ""
    by: str = ""


@once
def _stored() -> dict:
    return json.loads(FILE.read_text())


def presets() -> dict[str, Page]:
    """The six by name, three in each language."""
    return {
        name: Page(one["page"], one["same"], one["prompt"], 0, one["language"], one["by"])
        for name, one in _stored()["pages"].items()
    }


def preset(name: str) -> Page:
    """Raises PageUnknown."""
    if name not in _stored()["pages"]:
        raise PageUnknown()
    return presets()[name]


def untouched() -> list[str]:
    """A text in Portuguese and one in English, written for this; no model has read them."""
    return list(_stored()["untouched"].values())


def own(text: str) -> Page:
    """A visitor's page: what fits of it, its last fifth held out. Raises TextEmpty, PageTooShort."""
    text = plain(text).rstrip()
    if not text:
        raise TextEmpty()
    kept = text[:LONGEST]
    if len(kept) < SHORTEST:
        raise PageTooShort(n=len(kept), least=SHORTEST)
    at = round(len(kept) * (1 - HELD_OUT))
    blank = kept.rfind(" ", at // 2, at)
    at = at if blank < 0 else blank  # between two words, where the script has blanks
    prompt = " ".join(kept[:80].split(" ")[:PROMPT]).strip()
    return Page(kept[:at].rstrip(), kept[at:].lstrip(), prompt, len(text) - len(kept))
