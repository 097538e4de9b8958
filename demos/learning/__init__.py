"""How it learns: one step of training, a network of 99 numbers, a page one fine-tunes on."""

from demos.learning import tab

__all__ = ["tab"]
