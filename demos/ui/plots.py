"""Plots drawn as SVG: lines and marks with direct labels, ticks; no frame, no legend.

It knows no model: only numbers, their names and shapes. Sizes are set for a phone's width; plots.html has the
drawing, plots.css the colours and the type.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from markupsafe import Markup

from demos.ui.templates import ENVIRONMENT

WIDTH, TALL, LOW = 400, 320, 228  # of the picture; LOW: a plot beside others
LEFT, RIGHT, TOP, BELOW = 46, 392, 44, 58  # where the axes run; BELOW: from the bottom axis to the edge
CIRCLE, SQUARE, HOLLOW = "circle", "square", "hollow"  # hollow: an empty square
SIDES = {  # of a mark, where its label stands: x, y, and the end that is held
    "right": (11, 5, "start"),
    "left": (-11, 5, "end"),
    "above": (0, -12, "middle"),
    "below": (6, 24, "end"),
    "above right": (9, -9, "start"),
    "below right": (9, 22, "start"),
}
LETTER, OVER, UNDER = 9, 14, 4  # about as wide as a letter on a phone; how far one reaches from its foot
NEAR = 7  # from the middle of a mark to its edge
STROKE, SPOT, BEYOND = 1, 50, 1000  # how bad it is to cover a bit of a line, a mark or label, an axis
DENSE = (1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 4, 6)  # ticks in each power of ten, for an axis of little range
STEPS = ((300, (1, 2, 5)), (1000, (1, 3)), (math.inf, (1,)))  # up to which range, which ticks
APART = 19  # from one line's label to the next


class Axis(NamedTuple):
    """From low to high; ticks: where a number stands, and how it is written."""

    name: str
    low: float
    high: float
    ticks: list[tuple[float, str]]
    logarithmic: bool

    def share(self, value: float) -> float:
        """How far along the axis a value lies, 0 to 1; on a logarithmic one at least 0."""
        if self.logarithmic:
            return math.log(max(value, self.low) / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


def linear(name: str, high: float, write: Callable[[float], str], halves: bool = True) -> Axis:
    """An axis from 0, with a number at both ends and, with `halves`, in the middle."""
    places = (0, high / 2, high) if halves else (0, high)
    return Axis(name, 0, high, [(place, write(place)) for place in places], False)


def logarithmic(
    name: str, low: float, high: float, write: Callable[[float], str], steps: tuple[float, ...] = ()
) -> Axis:
    """An axis with round numbers; steps: those in each power of ten, by default fewer on a longer axis."""
    steps = steps or next(steps for most, steps in STEPS if high < most * low)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    places = [s * 10.0**k for k in powers for s in steps if low <= s * 10.0**k <= high]
    return Axis(name, low, high, [(place, write(place)) for place in places], True)


class Mark(NamedTuple):
    """A point. Its label stands on the side named, or where it covers less; its title is said on hover."""

    x: float
    y: float
    title: str
    label: str
    shape: str = CIRCLE
    side: str = "right"  # or "left", "above", "below"


class Line(NamedTuple):
    """(x, y) points, joined. kind: "dashed", or "real" (teal) or "fake" (orange) for lines that are compared.

    end: the point that bears the label, the last or, with 0, the first.
    """

    points: list[tuple[float, float]]
    kind: str = ""
    label: str = ""
    end: int = -1


class Box(NamedTuple):
    """A part of the picture."""

    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: "Box") -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


class Name(NamedTuple):
    """A mark's label: its place in the picture, and which of its ends is held there."""

    mark: Mark
    x: float
    y: float
    anchor: str

    def box(self) -> Box:
        wide = LETTER * len(self.mark.label)
        left = self.x - {"start": 0, "middle": wide / 2, "end": wide}[self.anchor]
        return Box(left, self.y - OVER, left + wide, self.y + UNDER)


class Label(NamedTuple):
    """A line's label: its place in the picture, and which of its ends is held there."""

    line: Line
    x: float
    y: float
    anchor: str


class Plot(NamedTuple):
    """Two axes and what is drawn between them; at: an x that is marked from bottom to top."""

    x: Axis
    y: Axis
    lines: Sequence[Line]
    marks: Sequence[Mark] = ()
    at: float | None = None
    height: int = TALL

    @property
    def bottom(self) -> int:
        return self.height - BELOW

    def left(self, x: float) -> float:
        """Where a number of the x axis lies in the picture, from its left."""
        return LEFT + (RIGHT - LEFT) * self.x.share(x)

    def top(self, y: float) -> float:
        """Where a number of the y axis lies, from the top."""
        return self.bottom - (self.bottom - TOP) * self.y.share(y)

    def said(self) -> str:
        """The plot for screen readers: the names, and the marks' titles."""
        return f"{self.y.name}; {self.x.name}. {'; '.join(mark.title for mark in self.marks)}".strip()

    def names(self) -> list[Name]:
        """Each mark's label on its own side, or on the one where it covers the least."""
        spots, strokes, found = self._marks(), self._strokes(), []

        def cost(name: Name) -> int:  # beyond the axes it would cover their numbers
            box = name.box()
            beyond = box.left < LEFT or box.right > WIDTH or box.bottom > self.bottom
            covered = SPOT * sum(map(box.touches, spots)) + STROKE * sum(map(box.touches, strokes))
            return BEYOND * beyond + covered

        for mark in self.marks:
            if mark.label:
                sides = sorted(SIDES, key=lambda side: side != mark.side)  # its own first
                found.append(min((self._name(mark, side) for side in sides), key=cost))
                spots.append(found[-1].box())
        return found

    def _name(self, mark: Mark, side: str) -> Name:
        x, y, anchor = SIDES[side]
        return Name(mark, self.left(mark.x) + x, self.top(mark.y) + y, anchor)

    def _marks(self) -> list[Box]:
        places = [(self.left(mark.x), self.top(mark.y)) for mark in self.marks]
        return [Box(x - NEAR, y - NEAR, x + NEAR, y + NEAR) for x, y in places]

    def _strokes(self) -> list[Box]:
        """Points along the lines, a few units apart."""
        spots = []
        for line in self.lines:
            places = [(self.left(x), self.top(y)) for x, y in line.points]
            for (x0, y0), (x1, y1) in itertools.pairwise(places):
                steps = max(1, round(math.hypot(x1 - x0, y1 - y0) / 4))
                spots += [(x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps) for i in range(steps)]
        return [Box(x - 1, y - 1, x + 1, y + 1) for x, y in spots]

    def labels(self) -> list[Label]:
        """Each line's label just above its end, or above the label that is there already."""
        ends = [(line, *line.points[line.end]) for line in self.lines if line.label]
        found, free = [], self.height
        for line, x, y in sorted(ends, key=lambda end: end[2]):
            place, free = self.left(x), min(self.top(y) - 8, free - APART)
            far = place > WIDTH / 2
            found.append(Label(line, place - 5 if far else place, free, "end" if far else "start"))
        return found


def svg(plot: Plot) -> Markup:
    """The plot."""
    facts = {"plot": plot, "width": WIDTH, "first": LEFT, "last": RIGHT, "over": TOP - 6}
    return Markup(ENVIRONMENT.get_template("ui/plots.html").render(facts))
