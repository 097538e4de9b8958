"""Points on a line and in a plane: what a generative model is, small enough to be seen whole."""

from generative.points import data, game, kmeans, lab, losses, own, pca, velocity

__all__ = ["data", "game", "kmeans", "lab", "losses", "own", "pca", "velocity"]
