"""Faces that a model makes to lie beside a photo: of like smile, pose, nod, light and age. Pure.

Unlike pictures would be told apart without looking for what is generated. A photo and every fake are read by
weights/face_attributes. The diffusion model is told what the photo shows, and the nearer of two faces is
taken; of the GAN and the VAE, who cannot be told, many are drawn and the nearest is taken. Work is done in
short steps, between which whoever runs it may pause.

It does not know rounds, levels, nor what is shown in the end.
"""

import random
from collections.abc import Callable, Generator, Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from generative import diffusion, gan, vae
from generative.device import best_device
from generative.errors import GenerativeError

MAKERS = ("gan", "diffusion", "vae")
MANY = 32  # faces of the GAN or the VAE of which the nearest is taken: 0.3 s, as long as WALKS
WALKS = 2  # out of noise, of which the nearer one is taken
STEP = 4  # of MANY at a time: about 40 ms
DECIMALS = 2  # of what the diffusion model is told: a recipe stays short
BOLDEST = 1.8  # deviations of what the diffusion model is told: beyond, faces break


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


def able(makers: tuple[str, ...]) -> tuple[str, ...]:
    """Those of some makers whose weights can be loaded; all where none can, for the first to say why."""
    loads = {"gan": gan.model.load, "vae": vae.model.load, "diffusion": diffusion.model.load}

    def loaded(maker: str) -> bool:
        try:
            return bool(loads[maker]())
        except (GenerativeError, OSError):
            return False

    return tuple(filter(loaded, makers)) or makers


def reading(x: Tensor) -> Tensor:
    """Faces (N, 3, 64, 64) in [0, 1] -> the features (N, 64) that weights/face_attributes reads."""
    return gan.quality.features(x)


def near(target: Tensor, draw: random.Random, maker: str, psi: float, images: int) -> Making:
    """A face by `maker` that reads as `target` (64,); psi and images: of the GAN alone."""
    if maker == "diffusion":
        return _told(target, [draw.getrandbits(48) for _ in range(WALKS)])
    recipes = [Recipe(maker, draw.getrandbits(48)) for _ in range(MANY)]
    if maker == "gan":
        recipes = [recipe._replace(psi=psi, images=images) for recipe in recipes]
    return _nearest(target, recipes)


@torch.no_grad()
def labels(target: Tensor) -> dict[str, float]:
    """What is read (64,) as smile, pose, nod, light and age, in standard deviations, at most BOLDEST."""
    network = gan.quality.attributes()
    found = network.head(target.to(best_device())).clamp(-BOLDEST, BOLDEST).tolist()
    return {name: round(value, DECIMALS) for name, value in zip(network.config.labels, found, strict=True)}


def _told(target: Tensor, seeds: list[int]) -> Making:
    """The nearer of some walks out of noise, all told the same."""
    asked, faces = diffusion.faces.asked(labels(target)), []
    recipes = [Recipe("diffusion", seed, asked=asked) for seed in seeds]
    for recipe in recipes:
        for moment in walk(recipe):
            last = moment
            yield
        faces.append(diffusion.faces.to_unit(last.x)[0])
    at = int(apart(torch.stack(faces), target).argmin())
    return Made(recipes[at], faces[at])


def _nearest(target: Tensor, recipes: list[Recipe]) -> Making:
    """The one of several recipes whose face reads most like the target."""
    best, least = None, float("inf")
    for i in range(0, len(recipes), STEP):
        x = torch.stack([made(recipe) for recipe in recipes[i : i + STEP]])
        off = apart(x, target)
        if off.min() < least:
            at = int(off.argmin())
            best, least = Made(recipes[i + at], x[at]), float(off[at])
        yield
    return best


def apart(x: Tensor, target: Tensor) -> Tensor:
    """How far faces (N, 3, 64, 64) read from a target (64,): (N,)."""
    return (reading(x) - target).square().sum(1)


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
    return diffusion.faces.out_of_noise([recipe.seed], diffusion.wishes.wish(dict(recipe.asked)))


def finish(work: Generator[None, None, object], pause: Callable[[], None] = lambda: None) -> object:
    """What stepwise work returns, done at once."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value
        pause()
