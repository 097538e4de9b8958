"""From an error of generative/ to a sentence in the visitor's language; any other exception is a bug."""

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

import gradio as gr
from markupsafe import Markup

from demos.ui.texts import which
from generative.errors import GenerativeError


@contextmanager
def spoken(language: str, html: bool = True) -> Iterator[None]:
    """Say a GenerativeError as a notice on the page; with html=False as the API's message, which is plain."""
    try:
        yield
    except GenerativeError as error:
        raise notice(error, language, html) from error


def notice(error: GenerativeError, language: str, html: bool = True) -> gr.Error:
    """An error as Gradio raises one."""
    titles = ("Não deu certo", "That did not work")
    said = error.say(language)
    sentence = escape(said, quote=False) if html else said  # Gradio takes a notice for HTML
    return gr.Error(sentence, title=titles[which(language)], print_exception=False)


def accepted(request: gr.Request | None) -> str:
    """The language that a caller of the API asks for (Accept-Language); English where none is named."""
    headers = getattr(request, "headers", None) or {}
    return headers.get("accept-language") or "en"


def verdict(error: GenerativeError, language: str) -> Markup:
    """The sentence of an error as HTML, in the place of what could not be drawn."""
    return Markup('<p class="verdict">{}</p>').format(error.say(language))
