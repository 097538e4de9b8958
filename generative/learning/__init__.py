"""How a model learns: a network of 99 numbers, the toy language it learns, and how far larger ones are."""

from generative.learning import lengths, network99, toy

__all__ = ["lengths", "network99", "toy"]
