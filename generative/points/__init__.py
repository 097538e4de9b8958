"""Points on a line and in a plane: what a generative model is, small enough to be seen whole."""

from generative.points import data, game, losses

__all__ = ["data", "game", "losses"]
