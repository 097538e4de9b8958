"""The tree of the likeliest three words ahead: where writing follows one path, here are the others."""

import json
from typing import NamedTuple

import gradio as gr
from markupsafe import Markup

from demos.next_word.view import finely, visible
from demos.ui.clickable import Clickable
from demos.ui.errors import verdict
from demos.ui.gpu import lent
from demos.ui.kinds import CallUnreadable, check
from demos.ui.templates import render
from demos.ui.texts import Texts, beside
from generative.errors import GenerativeError
from generative.language import writing

TEXTS = Texts(
    "words_tree",
    {
        "none": (
            "Nenhuma palavra se destaca depois destas letras. Termine a palavra.",
            "No word stands out after these letters. Finish the word.",
        ),
        "end": ("fim do texto", "end of text"),
        **beside(__file__),
    },
)
lent_tree = lent(writing.tree)


class Node(NamedTuple):
    """A word of the tree: p after those before it and the product of its path, as texts; its bar, 0 to 1.

    pick: the path as JSON, the typed letters and then the words; empty at the end of the text, where nothing
    can be appended.
    """

    text: str
    p: str
    product: str
    share: float
    pick: str
    children: list["Node"]


def build() -> Clickable:
    """What the tree is, and the tree."""
    gr.Markdown(TEXTS["lead"], elem_classes="writing-tree-lead")
    return Clickable(min_height=300)


def draw(text: str, model: str, lang: str) -> Markup:
    """The tree as nested lists, or the sentence that says why there is none."""
    try:
        found = lent_tree(text, model)
    except GenerativeError as error:
        return verdict(error, lang)
    drawn = nodes(found.branches, [found.typed], widest(found.branches), lang)
    return render("next_word/tree.html", TEXTS, lang, nodes=drawn)


def widest(branches: list[writing.Branch]) -> list[float]:
    """The largest product of each column."""
    columns = []
    while branches:
        columns.append(max(branch.product for branch in branches) or 1.0)
        branches = [child for branch in branches for child in branch.children]
    return columns


def nodes(branches: list[writing.Branch], path: list[str], columns: list[float], lang: str) -> list[Node]:
    """A column of words; `path` is what leads to it: the letters that are typed, then the words so far."""
    return [
        Node(
            visible(b.text),
            finely(b.p, lang),
            finely(b.product, lang),
            b.product / columns[0],
            json.dumps([*path, b.text]) if b.text else "",
            nodes(b.children, [*path, b.text], columns[1:], lang),
        )
        for b in branches
    ]


def take(text: str, pick: str) -> str:
    """The sentence with the words of a branch; `pick` is JSON: typed letters, words."""
    typed, *words = path_of(pick)
    return writing.taken(text, words, typed)


def path_of(pick: str | None) -> list[str]:
    """What a branch is picked by. Raises CallUnreadable."""
    try:
        path = json.loads(pick or "")
    except (ValueError, RecursionError) as error:
        raise CallUnreadable() from error
    check("pick", path, list[str])
    if len(path) < 2:
        raise CallUnreadable()
    return path
