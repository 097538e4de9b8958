"""A variational autoencoder of faces: its network, its latent space, and what it finds unusual."""

from generative.vae import (
    directions,
    eigenfaces,
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
    "eigenfaces",
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
