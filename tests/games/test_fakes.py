"""Fakes that lie beside a photo: told, or the nearest of many; the same recipe, the same face."""

import random

import pytest
import torch

from generative import diffusion, gan, photos
from generative.games import fakes
from generative.pictures import from_image

LIGHT = gan.quality.attributes().config.labels.index("brightness")


def near(target: torch.Tensor, maker: str, seed: int = 1) -> fakes.Made:
    moment = gan.timelapse.seen()[-1]
    return fakes.finish(fakes.near(target, random.Random(seed), maker, 0.7, moment))


@pytest.mark.parametrize("maker", fakes.MAKERS)
def test_a_fake_is_as_light_or_dark_as_its_photo_and_its_recipe_makes_it_again(maker):
    read = {}
    for light in (-2.0, 2.0):
        target = torch.zeros(5)
        target[LIGHT] = light
        found = near(target, maker)
        assert found.recipe.maker == maker and found.x.shape == (3, 64, 64)
        assert torch.allclose(fakes.made(found.recipe), found.x, atol=1e-4)
        read[light] = fakes.reading(found.x[None])[0, LIGHT]
    assert read[2.0] - read[-2.0] > 0.8


def test_the_nearest_of_many_is_the_one_that_reads_most_like_the_target():
    moment = gan.timelapse.seen()[-1]
    recipes = [fakes.Recipe("gan", seed, 0.7, moment) for seed in range(5)]
    x = torch.stack([fakes.made(recipe) for recipe in recipes])
    target = fakes.reading(x)[3]
    assert fakes.finish(fakes._nearest(target, recipes)).recipe == recipes[3]


def test_what_the_diffusion_model_is_told_stays_within_its_reach_and_short():
    recipe = near(torch.full((5,), 9.0), "diffusion").recipe
    assert {value for _, value in recipe.asked} == {diffusion.wishes.REACH}
    recipe = near(torch.full((5,), 1 / 3), "diffusion").recipe
    assert dict(recipe.asked)["brightness"] == 0.33 and len(recipe.asked) == 5


def test_the_attribute_network_and_the_diffusion_model_mean_the_same_deviations():
    """What the one reads in a photo is what the other must be told, here for what can be measured: light."""
    assert gan.quality.attributes().config.labels == tuple(diffusion.model.load().config.attributes)
    source = photos.sources.portraits()
    x = torch.stack([from_image(photos.sources.face_at(source, i)) for i in range(20)])
    grey = 255 * (x * torch.tensor([0.299, 0.587, 0.114]).view(3, 1, 1)).sum(1).mean((1, 2))
    told = [diffusion.wishes.plain("brightness", float(light)) for light in fakes.reading(x)[:, LIGHT]]
    assert torch.tensor(told).sub(grey).abs().mean() < 12


def test_work_pauses_between_short_steps():
    pauses = []
    target = torch.zeros(5)
    made = fakes.near(target, random.Random(1), "gan", 0.7, gan.timelapse.seen()[-1])
    fakes.finish(made, lambda: pauses.append(1))
    assert len(pauses) == fakes.MANY // fakes.STEP
