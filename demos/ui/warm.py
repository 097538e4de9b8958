"""Load every shipped model in the background, so that the first visitor of a tab does not wait for it."""

import logging

from generative import gan, language, vae
from generative.errors import GenerativeError

LOG = logging.getLogger("veredas")


def all_models() -> None:
    """Each model once; what is missing is said in the log, and again on its own tab."""
    for load in (vae.load, gan.load, language.load):
        try:
            load()
        except GenerativeError as error:
            LOG.warning("%s", error)
