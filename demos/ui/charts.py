"""Charts drawn as HTML: horizontal bars with their labels and numbers."""

import unicodedata
from html import escape
from typing import NamedTuple

from demos.ui.texts import chance


class Bar(NamedTuple):
    """One bar: what it is called, its probability, and what a click picks (None: not to be picked)."""

    label: str
    p: float
    pick: str | None = None


def visible(token: str) -> str:
    """A token with its blanks visible: a space as an open box, a line break as its arrow, NUL as ‹U+0000›."""
    text = (
        token.replace(" ", "\N{OPEN BOX}")
        .replace("\n", "\N{RETURN SYMBOL}")
        .replace("\t", "\N{RIGHTWARDS ARROW TO BAR}")
    )
    return "".join(f"‹U+{ord(c):04X}›" if unicodedata.category(c) == "Cc" else c for c in text)


def bars(rows: list[Bar], rest: Bar, language: str) -> str:
    """Bars on one scale (the longest fills the track), then the rest of the vocabulary in another hue."""
    longest = max([row.p for row in [*rows, rest]], default=1.0) or 1.0
    lines = [_bar(row, longest, language, "bar") for row in rows] + [
        _bar(rest, longest, language, "bar rest")
    ]
    return f'<div class="bars">{"".join(lines)}</div>'


def _bar(row: Bar, longest: float, language: str, kind: str) -> str:
    inner = (
        f'<span class="label">{escape(row.label)}</span>'
        f'<span class="track"><i style="width:{100 * row.p / longest:.2f}%"></i></span>'
        f'<span class="p">{chance(row.p, language)}</span>'
    )
    if row.pick is None:
        return f'<div class="{kind}">{inner}</div>'
    return f'<button class="{kind}" data-pick="{escape(row.pick)}">{inner}</button>'
