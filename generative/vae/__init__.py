"""A variational autoencoder of faces: its network, its latent space, and what it finds unusual."""

from generative.vae import (
    directions,
    groups,
    jpeg,
    maps,
    measure,
    model,
    outliers,
    pca,
    portrait,
    rungs,
    stimuli,
    walk,
)

__all__ = [
    "directions",
    "groups",
    "jpeg",
    "maps",
    "measure",
    "model",
    "outliers",
    "pca",
    "portrait",
    "rungs",
    "stimuli",
    "walk",
]
