"""How a model learns: one step on a sentence, a network of 99 numbers, a page one fine-tunes on."""

from generative.learning import lengths, network99, step, toy

__all__ = ["lengths", "network99", "step", "toy"]
