"""Diffusion faces: from noise to a face."""

from demos.diffusion_faces import tab

__all__ = ["tab"]
