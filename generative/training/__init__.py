"""Recipes, one a file: python -m generative.training.NAME writes what serves, and nothing knows them."""
