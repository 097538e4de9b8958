"""What the process keeps: of a visitor what Python set, and no copy of the page; of free memory little.

Gradio keeps the configuration of every component for each session, also for each call without one: half a
megabyte and 20 ms of the CPU or more, in case a deep link is made of it. This app makes its own (links.py).

glibc gives each thread that asks an arena of its own and keeps what is freed in it; of the many threads that
wait here few compute at a time. Elsewhere than on glibc nothing of that is done.
"""

import ctypes
import gc
import platform
import threading
from copy import copy

from gradio.blocks import Blocks
from gradio.state_holder import SessionState

MOST = 400  # sessions: some classes; of who was away the longest the undo and the like are forgotten
ARENAS, ARENA_MAX = 2, -8  # as many as calls are served at a time; mallopt's name for it
REST = 10.0  # seconds between two times at which freed memory goes back


def prepare(page: Blocks) -> None:
    """Before the first thread computes and the first visitor comes."""
    few_arenas()
    lean_sessions(page)


def lean_sessions(page: Blocks) -> None:
    """From now on sessions keep no configuration, and only so many are kept."""
    page.state_session_capacity = MOST
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


def few_arenas() -> None:
    """Threads share what they free."""
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).mallopt(ARENA_MAX, ARENAS)


def settle() -> None:
    """What there is now stays, and Python looks through it no more: that held everybody up, with all models
    loaded for a quarter of a second."""
    gc.collect()
    gc.freeze()
    gc.enable()  # off since app.py began: looking through new modules was a quarter of the start


def give_back() -> None:
    """What is free goes back to the system, every ten seconds."""
    libc, rest = ctypes.CDLL(None), threading.Event()
    trim = getattr(libc, "malloc_trim", None)
    while not rest.wait(REST):
        gc.collect()
        if trim:
            trim(0)
