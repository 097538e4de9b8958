"""A visitor's photo lives in memory alone: whatever happens to it, no file is opened for writing."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from PIL import Image
from skimage import data

from generative import gan
from generative.diffusion import edit
from generative.games import albums
from generative.pictures import data_url
from generative.vae import outliers, portrait, stimuli

WRITING = os.O_WRONLY | os.O_RDWR | os.O_APPEND
watched: list[list[str]] = []


def watch(event: str, facts: tuple) -> None:
    """Python's own report of every file that is opened, by whatever library."""
    if event == "open" and facts[2] & WRITING:
        for files in watched:
            files.append(str(facts[0]))


sys.addaudithook(watch)  # for as long as this process lives: there is no way to take it off


@contextmanager
def written() -> Iterator[list[str]]:
    """The files that are opened for writing meanwhile."""
    watched.append([])
    yield watched[-1]
    watched.pop()


def into_an_album(photo: str) -> None:
    shelf = albums.Shelf()
    assert shelf.add(shelf.add(None, photo).album, photo).count == 2


def through_the_vae(photo: str) -> None:
    portrait.opened(photo)
    assert portrait.read(photo, portrait.find(photo).start).psnr > 10


def through_the_measures(photo: str) -> None:
    assert outliers.of_photo(photo).distance > 0
    assert stimuli.of_photo(photo, list(portrait.find(photo).start))


def before_the_critic(photo: str) -> None:
    assert 0 < gan.sheets.score(photo).p_real < 1


def through_the_noise(photo: str) -> None:
    face = edit.framed(photo, list(portrait.find(photo).start))
    assert list(edit.partway(face, 0.3, 1))[-1].psnr > 10
    code = next(step.code for step in edit.there_and_back(face) if step.code)
    assert list(edit.again(face, code, {"smile": 0.0, "pose": 0.0}))[-1].psnr > 10


WAYS = (into_an_album, through_the_vae, through_the_measures, before_the_critic, through_the_noise)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_visitors_photo_is_written_nowhere(way: Callable[[str], None]):
    astronaut = Image.fromarray(data.astronaut())
    way(data_url(astronaut))  # whatever is loaded at first use is loaded now
    with written() as files:
        way(data_url(astronaut.transpose(Image.Transpose.FLIP_LEFT_RIGHT)))
    assert not files


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_a_picture_that_is_saved_is_seen(tmp_path, kind):
    with written() as files:
        Image.new("RGB", (8, 8)).save(tmp_path / f"kept.{kind}")
    assert files == [str(tmp_path / f"kept.{kind}")]
