"""Lines over steps, drawn as SVG: direct labels, ticks, no frame. Sizes are set for a phone's width."""

import math
from html import escape
from typing import NamedTuple

from demos.ui.texts import number

WIDTH, HEIGHT = 350, 200
LEFT, RIGHT, TOP, BOTTOM = 36, 342, 38, 150
DENSE, SPARSE = (1, 2, 5), (1, 3)  # ticks in each power of ten


class Line(NamedTuple):
    """A name and its (x, y); kind "real" (teal) or "fake" (orange); end: the point that bears the name."""

    name: str
    points: list[tuple[float, float]]
    kind: str
    end: int = -1  # the last, or 0 for the first


class Axes(NamedTuple):
    """What is drawn against what. low: where y begins, else at the least number. at: a marked x.

    span: from where to where x runs, on a logarithmic scale; without it, from 0 to the last point.
    """

    x_name: str
    y_name: str
    low: float | None = None
    span: tuple[float, float] | None = None
    at: float | None = None


def svg(lines: list[Line], axes: Axes, lang: str) -> str:
    """The plot."""
    xs = [x for line in lines for x, _ in line.points]
    ys = [y for line in lines for _, y in line.points]
    least = min(ys) if axes.low is None else axes.low
    top = max(max(ys), least + (0.01 if axes.low is None else 1))

    def place(x: float, y: float) -> tuple[float, float]:
        y_share = (y - least) / (top - least)
        return LEFT + (RIGHT - LEFT) * share(axes, x, max(xs)), BOTTOM - (BOTTOM - TOP) * y_share

    rows = [
        f'<path class="hair" d="M{LEFT} {place(0, y)[1]:.1f}H{RIGHT}"/><text x="{LEFT - 6}" '
        f'y="{place(0, y)[1] + 5:.1f}" text-anchor="end">{number(y, lang, 0 if top > 8 else 1)}</text>'
        for y in (least, (least + top) / 2, top)
    ]
    columns = [_tick(place(x, least)[0], number(x, lang, 0)) for x in ticks(axes, max(xs))]
    mark = "" if axes.at is None else f'<path class="at" d="M{place(axes.at, 0)[0]:.1f} {TOP - 6}V{BOTTOM}"/>'
    names = (
        f'<text x="{RIGHT}" y="{BOTTOM + 42}" text-anchor="end">{escape(axes.x_name)}</text>'
        f'<text class="name" x="0" y="15">{escape(axes.y_name)}</text>'
    )
    drawn = [_line(line, [place(*point) for point in line.points]) for line in lines]
    labels = _labels([(line, place(*line.points[line.end])) for line in lines])
    return (
        f'<svg class="gan-curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(axes.y_name)}">'
        f"{''.join([*rows, *columns, names, mark, *drawn, *labels])}</svg>"
    )


def share(axes: Axes, x: float, last: float) -> float:
    """How far along the axis x lies, 0 to 1."""
    if axes.span is None:
        return x / max(last, 1)
    low, high = axes.span
    return math.log(max(x, low) / low) / math.log(high / low)


def ticks(axes: Axes, last: float) -> list[float]:
    """Where x has a number: round ones within the span, or both ends."""
    if axes.span is None:
        return [0, last]
    low, high = axes.span
    steps = DENSE if high < 300 * low else SPARSE
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    return [s * 10.0**k for k in powers for s in steps if low <= s * 10.0**k <= high]


def _tick(x: float, text: str) -> str:
    anchor = "end" if x > RIGHT - 12 else "middle"
    return f'<text x="{x:.1f}" y="{BOTTOM + 19}" text-anchor="{anchor}">{text}</text>'


def _line(line: Line, places: list[tuple[float, float]]) -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return f'<polyline class="{line.kind}" points="{points}"/>'


def _labels(ends: list[tuple[Line, tuple[float, float]]]) -> list[str]:
    """Each line's name just above its end, or above the name that is there already."""
    found, free = [], HEIGHT
    for line, (x, y) in sorted(ends, key=lambda end: -end[1][1]):
        free = min(y - 8, free - 17)
        anchor, x = ("end", x - 5) if x > WIDTH / 2 else ("start", x)
        found.append(
            f'<text class="of {line.kind}" x="{x:.1f}" y="{free:.1f}" text-anchor="{anchor}">'
            f"{escape(line.name)}</text>"
        )
    return found
