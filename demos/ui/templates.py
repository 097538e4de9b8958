"""Markup from Jinja2 templates, which lie beside the views that fill them.

What a template is given is escaped unless it is Markup, so a text from a visitor or a link stays a text. A
name that a template uses and is not given is an error.
"""

from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from demos.ui.texts import Texts, chance, number, percent, which

FOLDER = Path(__file__).resolve().parent.parent
ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(FOLDER),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(template: str, texts: Texts, lang: str, **facts: object) -> Markup:
    """A template, named as "next_word/strip.html", filled with these facts.

    In it stand also: lang; say(key, **facts) and both(key) of the view's texts; and, in the visitor's way of
    writing, percent(p, digits), number(value, digits) and chance(p).
    """
    return Markup(
        ENVIRONMENT.get_template(template).render(
            lang=lang,
            say=lambda key, **said: escape(texts.strings[key][which(lang)]).format(**said),  # Markup stays
            both=lambda key: Markup(texts.both(key)),
            percent=lambda p, digits=1: percent(p, lang, digits),
            number=lambda value, digits=1: number(value, lang, digits),
            chance=lambda p: chance(p, lang),
            **facts,
        )
    )
