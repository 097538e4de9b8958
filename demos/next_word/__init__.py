"""Next word: what a language model expects after a text."""

from demos.next_word import tab

__all__ = ["tab"]
