"""Photos of real people: where they come from, finding and aligning a face, making pictures alike."""

from generative.photos import aligner, detect, levelling, sources

__all__ = ["aligner", "detect", "levelling", "sources"]
