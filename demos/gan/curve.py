"""Lines over steps, drawn as SVG on two linear axes: direct labels, ticks, no frame."""

from html import escape
from typing import NamedTuple

from demos.ui.words import number

WIDTH, HEIGHT = 400, 260
LEFT, RIGHT, TOP, BOTTOM = 40, 384, 34, 208


class Line(NamedTuple):
    """A name and its (x, y); kind "real" (teal) or "fake" (orange, dashed where it is a level)."""

    name: str
    points: list[tuple[float, float]]
    kind: str


def svg(lines: list[Line], x_name: str, y_name: str, lang: str, low: float | None = None) -> str:
    """The plot; low: where the y axis begins, else just below the least number."""
    xs = [x for line in lines for x, _ in line.points]
    ys = [y for line in lines for _, y in line.points]
    least = min(ys) if low is None else low
    bottom, top = least, max(max(ys), least + 1)
    end = max(*xs, 1)

    def at(x: float, y: float) -> tuple[float, float]:
        return LEFT + (RIGHT - LEFT) * x / end, BOTTOM - (BOTTOM - TOP) * (y - bottom) / (top - bottom)

    ticks = [
        f'<path class="hair" d="M{LEFT} {at(0, y)[1]:.1f}H{RIGHT}"/><text x="{LEFT - 6}" '
        f'y="{at(0, y)[1] + 5:.1f}" text-anchor="end">{number(y, lang, 0 if top > 8 else 1)}</text>'
        for y in (bottom, (bottom + top) / 2, top)
    ]
    drawn = [_line(line, [at(*point) for point in line.points]) for line in lines]
    ends = (
        f'<text x="{LEFT}" y="{BOTTOM + 22}">0</text><text x="{RIGHT}" y="{BOTTOM + 22}" '
        f'text-anchor="end">{number(end, lang, 0)}</text>'
        f'<text x="{RIGHT}" y="{BOTTOM + 44}" text-anchor="end">{escape(x_name)}</text>'
        f'<text class="name" x="4" y="16">{escape(y_name)}</text>'
    )
    return (
        f'<svg class="gan-curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(y_name)}">'
        f"{''.join(ticks)}{ends}{''.join(drawn)}</svg>"
    )


def _line(line: Line, places: list[tuple[float, float]]) -> str:
    """The line, and its name just above its last point."""
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    x, y = places[-1]
    anchor = "end" if x > WIDTH / 2 else "start"
    return (
        f'<polyline class="{line.kind}" points="{points}"/>'
        f'<text class="of {line.kind}" x="{x:.1f}" y="{y - 8:.1f}" text-anchor="{anchor}">'
        f"{escape(line.name)}</text>"
    )
