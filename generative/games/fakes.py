"""Faces that a model makes to lie beside a photo: of like smile, pose, nod, light and age. Pure.

Unlike pictures would be told apart without looking for what is generated. The diffusion model is told what
the photo shows (weights/face_attributes reads it); of the GAN and the VAE, who cannot be told, many faces are
drawn and the nearest is taken. Work is done in short steps, between which whoever runs it may pause.

It does not know rounds, levels, nor what is shown in the end.
"""

import random
from collections.abc import Callable, Generator, Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from generative import diffusion, gan, vae
from generative.device import best_device

MAKERS = ("gan", "diffusion", "vae")
MANY = 12  # faces of which the nearest is taken: 0.3 s, as long as a walk out of noise
STEP = 2  # of them at a time: about 50 ms
DECIMALS = 2  # of what the diffusion model is told: a recipe stays short
# What it is told for each deviation wanted: its faces read as less than they were told (300 photos' wishes).
TOLD = {"smile": 1.5, "pose": 1.25, "nod": 1.6, "brightness": 1.0, "age": 1.8}


class Recipe(NamedTuple):
    """Where a picture is from. maker: 'photo' (seed: its number in the source), 'gan', 'vae', 'diffusion'.

    Of the GAN psi and the moment's images; of the diffusion model what it was told, in standard deviations.
    """

    maker: str
    seed: int
    psi: float = 0.0
    images: int = 0
    asked: tuple[tuple[str, float], ...] = ()


class Made(NamedTuple):
    """A recipe and its face, (3, 64, 64) in [0, 1]."""

    recipe: Recipe
    x: Tensor


Making = Generator[None, None, Made]  # yields between two short steps


@torch.no_grad()
def reading(x: Tensor) -> Tensor:
    """Faces (N, 3, 64, 64) in [0, 1] -> smile, pose, nod, light and age, (N, 5), in standard deviations."""
    return gan.quality.attributes()(x.to(best_device())).cpu()


def near(target: Tensor, draw: random.Random, maker: str, psi: float, images: int) -> Making:
    """A face by `maker` as `target` (5,) reads; psi and images: of the GAN alone."""
    if maker == "diffusion":
        return _told(target, draw.getrandbits(48))
    recipes = [Recipe(maker, draw.getrandbits(48)) for _ in range(MANY)]
    if maker == "gan":
        recipes = [recipe._replace(psi=psi, images=images) for recipe in recipes]
    return _nearest(target, recipes)


def _told(target: Tensor, seed: int) -> Making:
    """One walk out of noise, told the target."""
    names, reach = gan.quality.attributes().config.labels, diffusion.wishes.REACH
    more = target * torch.tensor([TOLD[name] for name in names])
    told = {n: round(v, DECIMALS) for n, v in zip(names, more.clamp(-reach, reach).tolist(), strict=True)}
    recipe = Recipe("diffusion", seed, asked=diffusion.faces.asked(told))
    for moment in walk(recipe):
        last = moment
        yield
    return Made(recipe, diffusion.faces.to_unit(last.x)[0])


def _nearest(target: Tensor, recipes: list[Recipe]) -> Making:
    """The one of several recipes whose face reads most like the target."""
    best, least = None, float("inf")
    for i in range(0, len(recipes), STEP):
        x = torch.stack([made(recipe) for recipe in recipes[i : i + STEP]])
        off = (reading(x) - target).square().sum(1)
        if off.min() < least:
            at = int(off.argmin())
            best, least = Made(recipes[i + at], x[at]), off.min()
        yield
    return best


def made(recipe: Recipe) -> Tensor:
    """A generated face, (3, 64, 64) in [0, 1], from its recipe."""
    if recipe.maker == "vae":
        return vae.model.faces(torch.tensor([vae.model.random_z(recipe.seed)]))[0]
    if recipe.maker == "gan":
        return gan.timelapse.face(recipe.seed, recipe.psi, gan.timelapse.seen().index(recipe.images))
    *_, last = walk(recipe)
    return diffusion.faces.to_unit(last.x)[0]


def walk(recipe: Recipe) -> Iterator[diffusion.sampler.Moment]:
    """The way of a diffusion recipe out of its noise."""
    sampling = diffusion.faces.FAST
    at = diffusion.sampler.times(sampling.steps, sampling.bend)
    field = diffusion.wishes.field(diffusion.wishes.wish(dict(recipe.asked)))
    return diffusion.sampler.walk(field, diffusion.faces.begin([recipe.seed]), at, sampling.solver)


def finish(work: Generator[None, None, object], pause: Callable[[], None] = lambda: None) -> object:
    """What stepwise work returns, done at once."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value
        pause()
