"""HTML whose marked parts can be picked: a bar, an example, a face of a sheet.

Any element inside with data-pick="..." raises the event `pick`; the handler reads `event.pick` (a string).
"""

import re
from collections.abc import Iterable, Mapping

import gradio as gr

from demos.ui.kinds import CallUnreadable
from generative.errors import is_number

JS = """
element.addEventListener('click', (e) => {
  const target = e.target.closest('[data-pick]');
  if (target && !target.disabled) trigger('pick', {pick: target.dataset.pick});
});
"""


LONGEST = 10_000  # characters of a pick
WHOLE = re.compile(r"-?\d{1,9}", re.ASCII)


class Pick(gr.EventData):
    """What was picked, as a browser says it: a handler that names this kind of event refuses all else."""

    @property
    def pick(self) -> str:
        """Raises CallUnreadable for what is no text."""
        value = self._data.get("pick") if isinstance(self._data, dict) else None
        if not isinstance(value, str) or len(value) > LONGEST:
            raise CallUnreadable()
        return value

    @property
    def given(self) -> str | None:
        """The same; None for a button, which has no data."""
        return self.pick if self._data else None

    def numbers(self, n: int = 1) -> list[int]:
        """The n whole numbers that a pick is. Raises CallUnreadable."""
        parts = self.pick.split()
        if len(parts) != n or not all(WHOLE.fullmatch(part) for part in parts):
            raise CallUnreadable()
        return [int(part) for part in parts]

    def number(self) -> int:
        return self.numbers()[0]

    def of(self, names: Iterable[str]) -> str:
        """The pick, if it is one of these names. Raises CallUnreadable."""
        if self.pick not in list(names):
            raise CallUnreadable()
        return self.pick

    def field(self, offered: Mapping[str, Iterable[str]]) -> tuple[str, str]:
        """A pick of a name and one of the values that are offered for it. Raises CallUnreadable."""
        name, _, value = self.pick.partition(" ")
        if value not in list(offered.get(name, ())):
            raise CallUnreadable()
        return name, value


class At(gr.EventData):
    """Where something came to rest, as a browser says it: `event.at`, a number. Raises CallUnreadable."""

    @property
    def at(self) -> float:
        value = self._data.get("at") if isinstance(self._data, dict) else None
        if not is_number(value):
            raise CallUnreadable()
        return value


class Clickable(gr.HTML):
    """gr.HTML with the event `pick`. Use buttons for what can be picked, so that the keyboard reaches it."""

    def __init__(self, value: str = "", script: str = "", **options: object):
        """script: what else runs once it stands there, as js_on_load of gr.HTML; it hears a click first."""
        super().__init__(value, js_on_load=script + JS, apply_default_css=False, **options)
