"""Load every shipped model in the background, so that the first visitor of a tab does not wait for it."""

import functools
import logging
import threading
from collections.abc import Callable

from demos.ui import memory
from demos.ui.guard import said
from generative import diffusion, gan, language, vae
from generative.games import stock
from generative.points import densities

LOG = logging.getLogger("veredas")


def all_models() -> None:
    """Each model once, the default ones first; what is missing is said in the log, and again on its tab.

    Then faces are made ahead for the quiz, whenever the machine has nothing else to do.
    """
    sizes = [functools.partial(language.model.load, name) for name in language.model.available()]
    first = (language.model.load, vae.model.load, gan.model.load, diffusion.model.load, vae.stimuli.example)
    for load in (*first, *sizes, densities.ready):
        try:
            load()
        except Exception as error:
            LOG.warning("%s", said(error))
    memory.settle()
    stock.stock().begin()


def behind(*works: Callable[[], None]) -> None:
    """Each on a thread of its own, behind the page that is already up."""
    for work in works:
        threading.Thread(target=work, daemon=True).start()
