"""A plot on two logarithmic axes, drawn as SVG: marks with direct labels, lines, ticks; no frame, no legend.

It knows no model: only points, their names and shapes. Sizes are set for a phone's width; colours and type
are the style sheet's.
"""

import math
from collections.abc import Callable
from html import escape
from typing import NamedTuple

WIDTH, HEIGHT = 400, 320
LEFT, RIGHT, TOP, BOTTOM = 46, 392, 44, 262  # where the axes run
CIRCLE, SQUARE, HOLLOW = "circle", "square", "hollow"  # hollow: an empty square
SIDES = {
    "right": (11, 5, "start"),
    "left": (-11, 5, "end"),
    "above": (0, -12, "middle"),
    "below": (6, 24, "end"),
}
POWERS, SPARSE = (1,), (1, 3)  # ticks in each power of ten
DENSE = (1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 4, 6)


class Mark(NamedTuple):
    """A point. Its label stands on the side named; its title is shown on hover and read out."""

    x: float
    y: float
    title: str
    label: str
    shape: str = CIRCLE
    side: str = "right"  # or "left", "above", "below"


class Line(NamedTuple):
    """(x, y) points in the data's units, joined."""

    points: list[tuple[float, float]]
    dashed: bool = False


class Axis(NamedTuple):
    """From low to high in the data, from `start` to `end` in the picture."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self, steps: tuple[float, ...]) -> list[float]:
        """Round numbers within the axis."""
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        return [s * 10.0**k for k in powers for s in steps if self.low <= s * 10.0**k <= self.high]


class Frame(NamedTuple):
    """The two axes, what they are called, and how a tick's number is written."""

    x: Axis
    y: Axis
    x_name: str
    y_name: str
    write: Callable[[float], str]


def frame(xs: list[float], ys: list[float], x_name: str, y_name: str, write: Callable[[float], str]) -> Frame:
    """Axes that hold all these numbers, with room at the ends. Several plots may share one range of ys."""
    x = Axis(min(xs) / 1.5, max(xs) * 5, LEFT, RIGHT)  # on the right stands a name
    return Frame(x, Axis(min(ys) / 1.08, max(ys) * 1.08, BOTTOM, TOP), x_name, y_name, write)


def svg(f: Frame, marks: list[Mark], lines: list[Line]) -> str:
    """The plot. Its text for screen readers is made of the names and the marks' titles."""
    said = f"{f.y_name}; {f.x_name}. {'; '.join(m.title for m in marks)}"
    drawn = [*_grid(f), *(_line(f, line) for line in lines), *(_mark(f, mark) for mark in marks)]
    return (
        f'<svg class="loglog" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(said)}">'
        f"{''.join(drawn)}</svg>"
    )


def _grid(f: Frame) -> list[str]:
    """Hairlines with their numbers, and the axes' names."""
    rows = [
        f'<path class="hair" d="M{LEFT} {f.y.at(v):.1f}H{RIGHT}"/>'
        f'<text x="{LEFT - 8}" y="{f.y.at(v) + 5:.1f}" text-anchor="end">{f.write(v)}</text>'
        for v in f.y.ticks(DENSE)
    ]
    columns = [
        f'<path class="hair" d="M{f.x.at(v):.1f} {BOTTOM}v6"/>'
        f'<text x="{f.x.at(v):.1f}" y="{BOTTOM + 24}" text-anchor="middle">{f.write(v)}</text>'
        for v in f.x.ticks(SPARSE if f.x.high < 1000 * f.x.low else POWERS)
    ]
    names = (
        f'<text class="name" x="4" y="18">{escape(f.y_name)}</text>'
        f'<text x="{RIGHT}" y="{BOTTOM + 50}" text-anchor="end">{escape(f.x_name)}</text>'
    )
    return [*rows, *columns, names]


def _line(f: Frame, line: Line) -> str:
    places = " ".join(f"{f.x.at(x):.1f},{f.y.at(y):.1f}" for x, y in line.points)
    return f'<polyline{" class=dashed" if line.dashed else ""} points="{places}"/>'


def _mark(f: Frame, mark: Mark) -> str:
    x, y = f.x.at(mark.x), f.y.at(mark.y)
    shape = f'<rect class="{mark.shape}" x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10"/>'
    if mark.shape == CIRCLE:
        shape = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6"/>'
    dx, dy, anchor = SIDES[mark.side]
    place = f'x="{x + dx:.1f}" y="{y + dy:.1f}" text-anchor="{anchor}"'
    label = f'<text class="of" {place}>{escape(mark.label)}</text>'
    return f"<g><title>{escape(mark.title)}</title>{shape}{label}</g>"
