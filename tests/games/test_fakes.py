"""Fakes that lie beside a photo: told, or the nearest of many; the same recipe, the same face."""

import random

import pytest
import torch

from generative import diffusion, gan, photos
from generative.games import fakes
from generative.pictures import from_image

LIGHT = gan.quality.attributes().config.labels.index("brightness")


@pytest.fixture(scope="module")
def photo() -> torch.Tensor:
    """A portrait, (1, 3, 64, 64)."""
    return from_image(photos.sources.face_at(photos.sources.portraits(), 20))[None]


def near(target: torch.Tensor, maker: str, seed: int = 1) -> fakes.Made:
    moment = gan.timelapse.seen()[-1]
    return fakes.finish(fakes.near(target, random.Random(seed), maker, 0.7, moment))


@torch.no_grad()
def labels_of(x: torch.Tensor) -> torch.Tensor:
    return gan.quality.attributes()(x)


@pytest.mark.parametrize("maker", fakes.MAKERS)
def test_a_fake_is_as_light_or_dark_as_its_photo_and_its_recipe_makes_it_again(maker, photo):
    grey = []
    for seen in (photo * 0.5, 1 - (1 - photo) * 0.5):
        found = near(fakes.reading(seen)[0], maker)
        assert found.recipe.maker == maker and found.x.shape == (3, 64, 64)
        assert torch.allclose(fakes.made(found.recipe), found.x, atol=1e-4)
        grey.append(float(found.x.mean()))
    assert grey[1] - grey[0] > 0.05


def test_the_nearest_of_many_is_the_one_that_reads_most_like_the_target():
    moment = gan.timelapse.seen()[-1]
    recipes = [fakes.Recipe("gan", seed, 0.7, moment) for seed in range(5)]
    x = torch.stack([fakes.made(recipe) for recipe in recipes])
    target = fakes.reading(x)[3]
    assert fakes.finish(fakes._nearest(target, recipes)).recipe == recipes[3]


def test_what_the_diffusion_model_is_told_is_what_the_photo_reads_as_and_stays_within_bounds(photo):
    target = fakes.reading(photo)[0]
    told = dict(near(target, "diffusion").recipe.asked)
    read = dict(zip(gan.quality.attributes().config.labels, labels_of(photo)[0].tolist(), strict=True))
    assert told == {name: pytest.approx(value, abs=0.006) for name, value in read.items()}
    assert max(map(abs, read.values())) < fakes.BOLDEST
    assert max(map(abs, fakes.labels(10 * target).values())) == fakes.BOLDEST


def test_of_two_walks_the_one_that_reads_more_like_the_photo_is_taken(photo):
    target = fakes.reading(photo)[0]
    made = fakes.finish(fakes._told(target, [5, 6]))
    faces = torch.stack([fakes.made(made.recipe._replace(seed=seed)) for seed in (5, 6)])
    assert made.recipe.seed == (5, 6)[int(fakes.apart(faces, target).argmin())]


def test_the_attribute_network_and_the_diffusion_model_mean_the_same_deviations():
    """What the one reads in a photo is what the other must be told, here for what can be measured: light."""
    assert gan.quality.attributes().config.labels == tuple(diffusion.model.load().config.attributes)
    source = photos.sources.portraits()
    x = torch.stack([from_image(photos.sources.face_at(source, i)) for i in range(20)])
    grey = 255 * (x * torch.tensor([0.299, 0.587, 0.114]).view(3, 1, 1)).sum(1).mean((1, 2))
    told = [diffusion.wishes.plain("brightness", float(light)) for light in labels_of(x)[:, LIGHT]]
    assert torch.tensor(told).sub(grey).abs().mean() < 12


def test_work_pauses_between_short_steps(photo):
    pauses = []
    made = fakes.near(fakes.reading(photo)[0], random.Random(1), "gan", 0.7, gan.timelapse.seen()[-1])
    fakes.finish(made, lambda: pauses.append(1))
    assert len(pauses) == fakes.MANY // fakes.STEP
