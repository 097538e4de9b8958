"""Faces out of noise: a flow-matching network, the ways to walk along its flow, and what it can be told."""

from generative.diffusion import (
    edit,
    faces,
    films,
    likelihood,
    model,
    sampler,
    six,
    trio,
    wishes,
)

__all__ = ["edit", "faces", "films", "likelihood", "model", "sampler", "six", "trio", "wishes"]
