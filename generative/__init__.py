"""Veredas' models in plain PyTorch, for the app and for notebooks. One package is one idea.

    from generative import gan, vae
    vae.model.picture(vae.model.random_z(7))

At the root lies what every package uses. The packages, each of which imports none to its right:
photos, language, vae, gan, games, training.
"""
