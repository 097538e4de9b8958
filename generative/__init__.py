"""Generative models in plain PyTorch: a language model, a VAE and a GAN, their sampling and their training.

Every module can be used from a notebook. None knows a widget, and none touches the network when imported.
"""
