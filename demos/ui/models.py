"""What the page calls a language model."""

from demos.ui.texts import Texts
from generative import language

TEXTS = Texts(
    "models",
    {
        "language_bigram": ("bigrama", "bigram"),
        "language_trigram": ("trigrama", "trigram"),
        "language_small": ("pequeno", "small"),
        "language_middle": ("médio", "middle"),
        "language_large": ("grande", "large"),
        "language_xl": ("extragrande", "extra large"),
        "visiting": ("ajustado a uma página", "fine-tuned on a page"),
    },
)


def called(name: str, lang: str) -> str:
    """The name of a shipped model is translated, one of the Hub loses its owner, one of a visit its key."""
    if language.visiting.is_visiting(name):
        return TEXTS.say("visiting", lang)
    return TEXTS.say(name, lang) if language.model.is_shipped(name) else name.partition("/")[2]
