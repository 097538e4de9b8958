"""GAN faces: noise becomes a face."""

from demos.gan_faces import tab

__all__ = ["tab"]
