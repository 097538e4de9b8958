"""Bars: the one way in which the page shows a probability or a share as a length.

A template imports what it needs: {% from "ui/bars.html" import bars, track with context %}. `bars` draws
named bars with their numbers; `track` is the length alone, for what has a layout of its own, as a tree has.
"""

from typing import NamedTuple


class Bar(NamedTuple):
    """One bar: what it is called, its probability, and what a click picks (None: not to be picked).

    before: what the probability was, outlined and written small, where it differs; a bar that lost all says
    `cut` instead of its number. real: the text goes on with it.
    """

    label: str
    p: float
    pick: str | None = None
    before: float | None = None
    real: bool = False


class Bars(NamedTuple):
    """Bars on one scale, the longest fills its track; then the rest of the vocabulary in another hue."""

    rows: list[Bar]
    rest: Bar

    @property
    def longest(self) -> float:
        return max(max(bar.p, bar.before or 0.0) for bar in [*self.rows, self.rest]) or 1.0
