"""A teacher's own pictures for one room: in memory only, gone when the app ends or others need the place.

Of a picture only the face is kept, found and aligned as for every real photo. An album has a name that nobody
can guess and that the teacher alone gets. What it does not know: who the people are, who opened the room.
"""

import functools
import secrets
import threading
from collections import OrderedDict
from typing import NamedTuple

from PIL import Image

from generative import photos
from generative.errors import AlbumFull, AlbumGone, AlbumTooSmall
from generative.faces import SIZE, align
from generative.pictures import open_picture

MOST = 60  # pictures of an album: 3 MB
LEAST = 4  # or a class sees the same face again and again
ALBUMS = 40  # kept at once; the one that was used longest ago is forgotten first


class Kept(NamedTuple):
    """The album's name, and how many pictures it has now."""

    album: str
    count: int


class Shelf:
    """The albums of one process."""

    def __init__(self):
        self.albums: OrderedDict[str, tuple[Image.Image, ...]] = OrderedDict()
        self.lock = threading.Lock()

    def add(self, album: str | None, photo: str) -> Kept:
        """Keep the face of a picture (a data URL) in an album, or in a new one.

        Raises PhotoUnreadable, PhotoTooLarge, NoFace, SeveralFaces, AlbumGone, AlbumFull.
        """
        before = self._of(album) if album else ()
        if len(before) >= MOST:
            raise AlbumFull(limit=MOST)
        face = align(open_picture(photo), 2 * SIZE).picture
        album = album or secrets.token_urlsafe(16)
        with self.lock:
            self.albums[album] = (*self.albums.get(album, before), face)[:MOST]
            while len(self.albums) > ALBUMS:
                self.albums.popitem(last=False)
            return Kept(album, len(self.albums[album]))

    def _of(self, album: str) -> tuple[Image.Image, ...]:
        with self.lock:
            if album not in self.albums:
                raise AlbumGone()
            self.albums.move_to_end(album)
            return self.albums[album]

    def source(self, album: str) -> photos.Source:
        """The album as real photos for rounds. Raises AlbumGone, AlbumTooSmall."""
        pictures = self._of(album)
        if len(pictures) < LEAST:
            raise AlbumTooSmall(least=LEAST, n=len(pictures))
        return photos.own(pictures)


@functools.cache
def shelf() -> Shelf:
    """The one of this process."""
    return Shelf()
