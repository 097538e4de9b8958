"""Points on a line and in a plane: what a generative model is, small enough to be seen whole."""

from generative.points import data, drawings, game, kmeans, lab, losses, own, pca, pixels, velocity

__all__ = ["data", "drawings", "game", "kmeans", "lab", "losses", "own", "pca", "pixels", "velocity"]
