"""Points: densities, groups, and the game of two networks, on a line and in a plane."""

from demos.points import tab

__all__ = ["tab"]
