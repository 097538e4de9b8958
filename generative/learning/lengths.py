"""From the 99 numbers of the slide to a large language model: parameters, and how long a line they make.

The shipped models' counts are those published with their weights; the slides' models' those of their papers.
"""

from typing import NamedTuple

from generative import language
from generative.errors import GenerativeError
from generative.learning.network99 import N

PIXEL = 0.0254 / 96  # metres: one CSS pixel, https://www.w3.org/TR/css-values-4/#absolute-lengths


class Rung(NamedTuple):
    """A model and its parameters; source: where that was published, "" for what is counted here."""

    name: str
    parameters: int
    source: str = ""

    @property
    def pixels(self) -> float:
        """Where the 99 are one pixel wide."""
        return self.parameters / N

    @property
    def metres(self) -> float:
        return self.pixels * PIXEL


LLAMA, GPT3 = "https://arxiv.org/abs/2307.09288", "https://arxiv.org/abs/2005.14165"
SLIDES = (  # named by the lecture, or what one that it names began as
    Rung("Llama 2 7B", 7_000_000_000, LLAMA),
    Rung("Llama 2 70B", 70_000_000_000, LLAMA),
    Rung("GPT-3", 175_000_000_000, GPT3),
)


def shipped() -> list[Rung]:
    """The app's own networks that are there, from small to large; a damaged one takes away itself alone."""
    found = []
    for name in language.model.SHIPPED:
        try:
            found.append(Rung(name, language.sizes.parameters(name)))
        except GenerativeError:
            continue
    return found
