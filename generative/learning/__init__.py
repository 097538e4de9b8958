"""How a network learns: one step on one's own sentence."""

from generative.learning import step

__all__ = ["step"]
