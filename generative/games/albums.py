"""A teacher's own pictures for one room: in memory only, gone when the app ends or nobody uses them.

Of a picture only the face is kept, found and aligned as for every real photo. An album has a name that nobody
can guess and that the teacher alone gets. What it does not know: who the people are, who opened the room.
"""

import secrets
import threading
import time
from typing import NamedTuple

from PIL import Image

from generative import photos
from generative.errors import GenerativeError
from generative.once import once
from generative.photos.detect import SIZE, align
from generative.pictures import open_picture

MOST = 60  # pictures of an album: 3 MB
LEAST = 4  # or a class sees the same face again and again
ALBUMS = 40  # kept at once; where all are in use, a new one is refused: no visitor ends another's room
IDLE = 2 * 3600  # seconds after which an album that no round was dealt from is forgotten


class AlbumGone(GenerativeError):
    en = "This room's own pictures lived in memory only and are gone. End it, and open a new room with them."
    pt = "As fotos próprias desta sala só existiam na memória e se perderam. Encerre-a e abra outra com elas."


class AlbumTooSmall(GenerativeError):
    en = "At least {least} pictures with one clear face are needed, and there are {n}. Add some more."
    pt = "São precisas pelo menos {least} fotos com um rosto nítido, e há {n}. Acrescente mais algumas."


class AlbumFull(GenerativeError):
    en = "A room takes {limit} pictures at most; those that came first are used. Open it with them."
    pt = "Uma sala aceita no máximo {limit} fotos; valem as primeiras. Abra a sala com elas."


class AlbumsTooMany(GenerativeError):
    en = "Too many rooms with pictures of their own are open. Use the app's photos, or try again in an hour."
    pt = "Há salas demais com fotos próprias abertas. Use as fotos do app ou tente de novo em uma hora."


class Kept(NamedTuple):
    """The album's name, and how many pictures it has now."""

    album: str
    count: int


class Album(NamedTuple):
    """Aligned faces, 128 x 128, and when they were last used (time.monotonic)."""

    pictures: tuple[Image.Image, ...]
    used: float


class Shelf:
    """The albums of one process."""

    def __init__(self):
        self.albums: dict[str, Album] = {}
        self.lock = threading.Lock()

    def add(self, album: str | None, photo: str) -> Kept:
        """Keep the face of a picture (a data URL) in an album, or in a new one.

        Raises PhotoUnreadable, PhotoTooLarge, NoFace, SeveralFaces, AlbumGone, AlbumFull, AlbumsTooMany.
        """
        with self.lock:
            self._place(album)  # refused before the work
        face = align(open_picture(photo), 2 * SIZE).picture
        with self.lock:
            before = self._place(album)  # again: others have come meanwhile
            album = album or secrets.token_urlsafe(16)
            self.albums[album] = Album((*before, face), time.monotonic())
            return Kept(album, len(before) + 1)

    # ---- under the lock ----

    def _place(self, album: str | None) -> tuple[Image.Image, ...]:
        """The pictures beside which there is room for one more; of a new album there are none.

        Raises AlbumGone, AlbumFull, AlbumsTooMany.
        """
        if album:
            pictures = self._used(album)
            if len(pictures) >= MOST:
                raise AlbumFull(limit=MOST)
            return pictures
        self._forget_idle()
        if len(self.albums) >= ALBUMS:
            raise AlbumsTooMany()
        return ()

    def _used(self, album: str) -> tuple[Image.Image, ...]:
        """An album's pictures; used now. Raises AlbumGone."""
        self._forget_idle()
        if album not in self.albums:
            raise AlbumGone()
        self.albums[album] = self.albums[album]._replace(used=time.monotonic())
        return self.albums[album].pictures

    def _forget_idle(self) -> None:
        since = time.monotonic() - IDLE
        self.albums = {name: kept for name, kept in self.albums.items() if kept.used > since}

    # ---- for rounds ----

    def source(self, album: str) -> photos.sources.Source:
        """The album as real photos for rounds. Raises AlbumGone, AlbumTooSmall."""
        with self.lock:
            pictures = self._used(album)
        if len(pictures) < LEAST:
            raise AlbumTooSmall(least=LEAST, n=len(pictures))
        return photos.sources.own(pictures)


@once
def shelf() -> Shelf:
    """The one of this process."""
    return Shelf()
