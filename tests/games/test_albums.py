"""A teacher's own pictures for one room: kept in memory, for that room alone, and gone with the process."""

import random
import time
from collections.abc import Iterator

import pytest
from PIL import Image

from generative import gan, photos
from generative.errors import NoFace, PhotoUnreadable
from generative.games import albums, quiz
from generative.pictures import data_url, to_image


@pytest.fixture(scope="module")
def faces() -> list[str]:
    """Five portraits as a browser sends them, in which a face is found."""
    found, shelf, seed = [], albums.Shelf(), 0
    while len(found) < 5:
        seed += 1
        url = data_url(to_image(gan.model.sample(seed, 1, psi=0.5)[0]), 256)
        try:
            shelf.add(None, url)
        except NoFace:
            continue
        found.append(url)
    return found


@pytest.fixture
def shelf() -> Iterator[albums.Shelf]:
    yield albums.Shelf()


def filled(shelf: albums.Shelf, faces: list[str]) -> str:
    album = shelf.add(None, faces[0]).album
    for face in faces[1:]:
        shelf.add(album, face)
    return album


def test_an_album_counts_its_faces_and_gives_them_as_real_photos(shelf, faces):
    album = filled(shelf, faces)
    source = shelf.source(album)
    assert (source.name, source.count) == ("own", 5) and len(album) >= 20
    photo = photos.sources.real_photo(random.Random(1), source)
    assert photo.size == (64, 64)
    shown = photos.levelling.normalise(photo, source)
    assert shown.size == (128, 128)


def test_rounds_of_an_album_show_its_photos_and_never_one_twice(shelf, faces):
    source = shelf.source(filled(shelf, faces))
    for seed in range(4):
        dealt = quiz.deal(seed, source, quiz.Level(mode="one_fake", vae=False, diffusion=False))
        assert quiz.answer(dealt.token, 0).makers.count("photo") == 2
        real = [r.seed for r in quiz.answer(dealt.token, 0).recipes if r.maker == "photo"]
        assert real[0] != real[1]


def test_what_shows_no_face_or_is_no_picture_begins_no_album(shelf):
    with pytest.raises(NoFace):
        shelf.add(None, data_url(Image.new("RGB", (200, 200), "grey")))
    for broken in ("", "/etc/passwd", "data:image/png;base64,xx", "http://127.0.0.1/a.png"):
        with pytest.raises(PhotoUnreadable):
            shelf.add(None, broken)
    assert not shelf.albums


def test_a_wrong_name_opens_nothing_and_a_small_or_full_album_says_so(shelf, faces, monkeypatch):
    with pytest.raises(albums.AlbumGone):
        shelf.add("guess", faces[0])
    with pytest.raises(albums.AlbumGone):
        shelf.source("guess")
    album = filled(shelf, faces[:3])
    with pytest.raises(albums.AlbumTooSmall) as error:
        shelf.source(album)
    assert "there are 3" in error.value.say("en") and "há 3" in error.value.say("pt")
    monkeypatch.setattr(albums, "MOST", 3)
    with pytest.raises(albums.AlbumFull):
        shelf.add(album, faces[3])


def test_a_full_shelf_refuses_a_new_album_and_forgets_only_what_nobody_used(shelf, faces, monkeypatch):
    monkeypatch.setattr(albums, "ALBUMS", 2)
    first, second = (filled(shelf, faces[:4]) for _ in range(2))
    with pytest.raises(albums.AlbumsTooMany):
        shelf.add(None, faces[0])
    now = time.monotonic()
    monkeypatch.setattr(albums.time, "monotonic", lambda: now + albums.IDLE - 5)
    shelf.source(second)
    monkeypatch.setattr(albums.time, "monotonic", lambda: now + albums.IDLE + 5)
    third = shelf.add("", faces[0]).album
    assert list(shelf.albums) == [second, third] and first not in shelf.albums
