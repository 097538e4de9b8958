"""Which face is real? Three pictures, one a photo of a real person, two made by the GAN or the VAE. Pure.

A round is named by an encrypted token (Fernet) under a key of this installation. The key also goes into the
draw, so whoever knows a seed and this code can compute neither the round nor its answer anywhere else.

It does not know the page, nor who answers.
"""

import functools
import hashlib
import hmac
import json
import os
import random
from pathlib import Path
from typing import NamedTuple

from cryptography.fernet import Fernet, InvalidToken
from PIL import Image

from generative import gan, photos, vae
from generative.errors import ChoiceInvalid, NoFace, RoundInvalid, SeveralFaces, check_seed
from generative.pictures import data_url, to_image

LETTERS = "ABC"
TRIES = 20  # draws until a picture passes the face detector; a rough fake may not
SIZE = 256  # pixels of a shown picture


class Round(NamedTuple):
    """Three pictures as JPEG data URLs, the sealed answer, and where the real photo is from."""

    pictures: list[str]
    token: str


class Answer(NamedTuple):
    """Whether the choice was right, which is real (0 to 2), who made each ('photo', 'gan', 'vae')."""

    correct: bool
    real: int
    makers: list[str]


@functools.cache
def key() -> bytes:
    """The key of this installation, made once (mode 600): VEREDAS_KEY_FILE or ~/.local/share/veredas/key."""
    file = Path(os.environ.get("VEREDAS_KEY_FILE", Path.home() / ".local/share/veredas/key"))
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as f:
            f.write(Fernet.generate_key())
    except FileExistsError:
        pass
    return file.read_bytes()


def rng(seed: int, source: str) -> random.Random:
    """The draw of a round: HMAC-SHA256 of seed and photo source under the installation's key."""
    return random.Random(hmac.digest(key(), f"{seed} {source}".encode(), hashlib.sha256))


def deal(seed: int, source: photos.Source) -> Round:
    """A round from a seed: the same seed, the same round, on this installation. Raises NumberOutOfRange."""
    draw = rng(check_seed(seed), source.name)
    made = [picture(("photo",), draw, source), picture(FAKERS, draw, source), picture(FAKERS, draw, source)]
    draw.shuffle(made)
    makers = [maker for maker, _ in made]
    sealed = json.dumps({"real": makers.index("photo"), "makers": makers}).encode()
    return Round([data_url(image, SIZE) for _, image in made], Fernet(key()).encrypt(sealed).decode())


def picture(makers: tuple[str, ...], draw: random.Random, source: photos.Source) -> tuple[str, Image.Image]:
    """A picture by one of these makers, through the same detection, alignment, crop and sampling as all.

    Draws again where the detector sees no face. Raises NoFace when it never does.
    """
    for _ in range(TRIES):
        maker, seed = draw.choice(makers), draw.getrandbits(48)
        try:
            return maker, photos.normalise(MAKERS[maker](seed, source), source)
        except (NoFace, SeveralFaces):
            continue
    raise NoFace()


FAKERS = ("gan", "gan", "gan", "vae")  # a VAE's blur gives it away: three in four come from the GAN
MAKERS = {
    "photo": lambda seed, source: photos.real_photo(random.Random(seed), source),
    "gan": lambda seed, source: to_image(gan.sample(seed, 1, psi=0.7)[0]),
    "vae": lambda seed, source: to_image(vae.decode(vae.random_z(seed))),
}


def answer(token: str, choice: object) -> Answer:
    """Open the sealed answer. choice: 0, 1, 2 or 'A', 'B', 'C'. Raises RoundInvalid, ChoiceInvalid."""
    place = choice
    if isinstance(choice, str):
        letter = choice.strip().upper()
        place = LETTERS.index(letter) if letter in tuple(LETTERS) else None
    if place not in (0, 1, 2) or isinstance(place, bool):
        raise ChoiceInvalid()
    try:
        sealed = json.loads(Fernet(key()).decrypt(str(token).encode()))
    except (InvalidToken, ValueError) as error:
        raise RoundInvalid() from error
    return Answer(place == sealed["real"], sealed["real"], sealed["makers"])


class Score(NamedTuple):
    """A visitor's tally: rounds answered, right answers, and the right ones in a row up to now."""

    played: int = 0
    right: int = 0
    streak: int = 0

    def after(self, correct: bool) -> "Score":
        """The tally with one more answer."""
        return Score(self.played + 1, self.right + correct, self.streak + 1 if correct else 0)
