"""A generative adversarial network of faces: its networks, what can be drawn with it, and how good it is."""

from generative.gan import directions, inversion, model, quality, sheets, styles, timelapse, wish

__all__ = ["directions", "inversion", "model", "quality", "sheets", "styles", "timelapse", "wish"]
