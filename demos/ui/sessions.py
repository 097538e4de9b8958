"""What the server keeps of a visitor: what Python set for that visitor, and no copy of the page.

Gradio keeps the configuration of every component for each session, also for each call without one: half a
megabyte and 20 ms of the CPU or more, in case a deep link is made of it. This app makes its own (links.py).
"""

from copy import copy

from gradio.blocks import Blocks
from gradio.state_holder import SessionState

MOST = 400  # sessions: some classes; of who was away the longest the undo and the like are forgotten


def lean() -> None:
    """From now on sessions keep no configuration."""
    SessionState.__init__ = _begin
    SessionState._update_config = SessionState._update_value_in_config = _forget


def _begin(self: SessionState, blocks: Blocks) -> None:
    """As Gradio begins a session, without the configuration."""
    self.blocks_config = copy(blocks.default_config)
    self.config_values = _Nothing()
    self.state_data, self._state_ttl, self.is_closed = {}, {}, False
    self.STATE_TTL_WHEN_CLOSED = 3600  # seconds


def _forget(self: SessionState, *_: object) -> None:
    """What a component shows is in the browser."""


class _Nothing(dict):
    """Keeps nothing that is put into it."""

    def __setitem__(self, key: object, value: object) -> None:
        pass
