"""What one visit has pasted and trained, in memory alone: each by a secret key, gone with the visit.

It does not know what the view looks like, nor how a model is trained.
"""

import secrets
import threading
from collections import OrderedDict

import gradio as gr

from demos.ui.watch import SHELF
from generative.language import visiting
from generative.learning.pages import Page, PageUnknown

MOST_PAGES, MOST_VISITS = 400, 1000  # some classes; a page is at most 16 kB
MOST_OF_ONE = 20  # keys of one visit


class Visits:
    """Pages by key, and by session the keys and names that are its own."""

    def __init__(self):
        self._lock = threading.Lock()
        self._pages: OrderedDict[str, Page] = OrderedDict()
        self._own: OrderedDict[str, list[str]] = OrderedDict()

    def put(self, page: Page) -> str:
        """The key under which the page stays; the oldest make room."""
        key = secrets.token_hex(16)
        with self._lock:
            self._pages[key] = page
            if len(self._pages) > MOST_PAGES:
                self._pages.popitem(last=False)
        return key

    def page(self, key: str) -> Page:
        """Raises PageUnknown."""
        with self._lock:
            if key not in self._pages:
                raise PageUnknown()
            self._pages.move_to_end(key)
            return self._pages[key]

    def belongs(self, session: str, key: str) -> None:
        """A page's key, or a model's name, goes when this session does; of very many the oldest goes now."""
        with self._lock:
            own = self._own.setdefault(session, [])
            self._own.move_to_end(session)
            own.append(key)
            gone = [own.pop(0)] if len(own) > MOST_OF_ONE else []
            if len(self._own) > MOST_VISITS:
                gone += self._own.popitem(last=False)[1]
        for key in gone:
            self._forget(key)

    def over(self, session: str) -> None:
        """A visit is over: what was its own is forgotten."""
        with self._lock:
            own = self._own.pop(session, [])
        for key in own:
            self._forget(key)

    def _forget(self, key: str) -> None:
        with self._lock:
            self._pages.pop(key, None)
        SHELF.forget(key)
        visiting.models().forget(key)


VISITS = Visits()


def left(request: gr.Request) -> None:
    """The page was closed or loaded anew."""
    VISITS.over(request.session_hash or "")
