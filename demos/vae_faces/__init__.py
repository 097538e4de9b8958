"""VAE faces: a face as a few numbers, with sliders."""

from demos.vae_faces import tab

__all__ = ["tab"]
