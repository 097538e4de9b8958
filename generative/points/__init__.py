"""Points on a line and in a plane: what a generative model is, small enough to be seen whole."""

from generative.points import data, game, lab, losses, own, velocity

__all__ = ["data", "game", "lab", "losses", "own", "velocity"]
