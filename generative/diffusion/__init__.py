"""Faces out of noise: a flow-matching network, the ways to walk along its flow, and what it can be told."""

from generative.diffusion import faces, films, model, sampler, trio, wishes

__all__ = ["faces", "films", "model", "sampler", "trio", "wishes"]
