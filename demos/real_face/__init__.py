"""Which face is real? Ten rounds against the GAN's critic."""

from demos.real_face import tab

__all__ = ["tab"]
