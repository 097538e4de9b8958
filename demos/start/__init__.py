"""The lecture's map."""

from demos.start import tab

__all__ = ["tab"]
