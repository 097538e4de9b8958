"""Which face is real? Three pictures, photos of real people among faces that the GAN or the VAE made. Pure.

A round is named by its sealed answer (generative/games/seal.py).

It does not know the page, nor who answers.
"""

import base64
import io
import random
from dataclasses import dataclass
from typing import NamedTuple

import torch
from PIL import Image

from generative import gan, photos, vae
from generative.errors import (
    ChoiceInvalid,
    ModeUnknown,
    NoFace,
    SeveralFaces,
    check_seed,
    within,
)
from generative.games.seal import rng, seal, unseal
from generative.pictures import from_image, to_image

LETTERS = "ABC"
NONE = 3  # the choice "none of the three"
TRIES = 20  # draws until a picture passes the face detector; a rough fake may not
SIZE = 256  # pixels of a shown picture
QUALITY = 92  # of its JPEG
MODES = ("one_real", "one_fake", "maybe_none")  # find the photo; find the fake; find the photo, if any


@dataclass(frozen=True)
class Level:
    """How hard a round is. The defaults are the round that the tab opens with."""

    mode: str = "one_real"
    psi: float = 0.7  # truncation of the GAN's faces: nearer to 0 cleaner and more alike
    age: int = 0  # of the GAN's stored moments, how many before the last may also make a face
    vae: bool = True  # a VAE's blur gives it away: a level may do without it
    crop: float = 1.0  # below 1 hair and background are cut off, and their clues with them
    seconds: int = 0  # to look at the faces; 0: as long as one likes

    def checked(self) -> "Level":
        """The same level. Raises ModeUnknown, NumberOutOfRange."""
        if self.mode not in MODES:
            raise ModeUnknown(modes=", ".join(MODES))
        within("psi", self.psi, 0, 1.5)
        within("age", self.age, 0, 9, whole=True)
        within("crop", self.crop, 0.6, 1)
        within("seconds", self.seconds, 0, 60, whole=True)
        return self


LEVELS = {
    "easy": Level(psi=1.0, age=3),
    "usual": Level(),
    "hard": Level(psi=0.5, vae=False, crop=0.85, seconds=10),
}


class Recipe(NamedTuple):
    """Where a picture is from: 'photo', 'gan' or 'vae'; its seed; of the GAN psi and the moment's images."""

    maker: str
    seed: int
    psi: float = 0.0
    images: int = 0


class Drawn(NamedTuple):
    """A picture on its way to the table: its recipe, as it was made, what D judges, and what is shown."""

    recipe: Recipe
    image: Image.Image
    judged: Image.Image
    shown: Image.Image


class Round(NamedTuple):
    """Three pictures as JPEG data URLs, the sealed answer, and how hard the round is."""

    pictures: list[str]
    token: str
    level: Level


class Answer(NamedTuple):
    """Whether the choice was right; the place to find, 0 to 2 or NONE; D's choice; of each picture its recipe
    and D's P(real)."""

    correct: bool
    target: int
    critic: int
    recipes: list[Recipe]
    p_real: list[float]

    @property
    def makers(self) -> list[str]:
        return [recipe.maker for recipe in self.recipes]


# ---- dealing ----


def deal(seed: int, source: photos.sources.Source, level: Level = LEVELS["usual"]) -> Round:
    """A round from a seed: the same seed, the same round, on this installation.

    Raises NumberOutOfRange, ModeUnknown.
    """
    draw = rng(check_seed(seed), f"{source.name} {level.checked()}")
    made: list[Drawn] = []
    for real in _kinds(level.mode, draw):
        made.append(_another(made, real, draw, source, level))
    sealed = {
        "mode": level.mode,
        "recipes": [drawn.recipe for drawn in made],
        "p_real": critic([drawn.judged for drawn in made]),
    }
    shown = photos.levelling.alike([_enlarged(drawn.shown) for drawn in made], draw)
    return Round(_urls(shown), seal(sealed), level)


def _another(
    made: list[Drawn], real: bool, draw: random.Random, source: photos.sources.Source, level: Level
) -> Drawn:
    """A picture that is not in the round yet: one photo twice would give itself away. Raises NoFace."""
    for _ in range(TRIES):
        drawn = picture(real, draw, source, level)
        if all(drawn.image != other.image for other in made):
            return drawn
    raise NoFace()


def _enlarged(image: Image.Image) -> Image.Image:
    """As large as it is shown: made alike before, pictures would differ again in what enlarging smooths."""
    return image.resize((SIZE, SIZE), Image.Resampling.BICUBIC)


def _kinds(mode: str, draw: random.Random) -> list[bool]:
    """For each place whether a real photo lies there. With `maybe_none` each of four answers is as likely."""
    target = draw.randrange(4 if mode == "maybe_none" else 3)
    return [(place == target) != (mode == "one_fake") for place in range(3)]


def picture(
    real: bool, draw: random.Random, source: photos.sources.Source, level: Level = LEVELS["usual"]
) -> Drawn:
    """A photo or a model's face, through the same detection, alignment, crop and sampling as all.

    Draws again where the detector sees no face. Raises NoFace when it never does.
    """
    for _ in range(TRIES):
        recipe = _recipe(real, draw, level)
        try:
            image = _made(recipe, source)
            shown = photos.levelling.normalise(image, source, level.crop, draw)
        except (NoFace, SeveralFaces):
            continue
        # 25-pixel photos are nothing that D knows: there it judges what the players see
        return Drawn(recipe, image, shown if source.name == "lfw" else image, shown)
    raise NoFace()


def _recipe(real: bool, draw: random.Random, level: Level) -> Recipe:
    seed = draw.getrandbits(48)
    if real:
        return Recipe("photo", seed)
    if level.vae and draw.random() < 0.25:
        return Recipe("vae", seed)
    moments = gan.timelapse.seen()
    return Recipe("gan", seed, level.psi, draw.choice(moments[-1 - level.age :]))


def _made(recipe: Recipe, source: photos.sources.Source) -> Image.Image:
    """The picture of a recipe: 64 x 64, of LFW 25 x 25. Raises NoFace and what `real_photo` raises."""
    if recipe.maker == "photo":
        return photos.sources.real_photo(random.Random(recipe.seed), source)
    if recipe.maker == "vae":
        return to_image(vae.model.decode(vae.model.random_z(recipe.seed)))
    return to_image(gan.timelapse.face(recipe.seed, recipe.psi, gan.timelapse.seen().index(recipe.images)))


def critic(images: list[Image.Image]) -> list[float]:
    """D's P(real) of each picture: the sigmoid of its logit, as its loss (gan.model.d_loss) has it."""
    size = gan.model.load().config.resolution
    x = torch.stack([from_image(image.resize((size, size), Image.Resampling.BICUBIC)) for image in images])
    return [round(p, 6) for p in gan.model.critic_logits(x).sigmoid().tolist()]


def _urls(images: list[Image.Image]) -> list[str]:
    """Pictures as data URLs of one length: a file's size would tell how much detail there is."""
    files = [_jpeg(image) for image in images]
    longest = max(map(len, files))
    padded = [file.ljust(longest, b"\0") for file in files]  # what follows a JPEG's end mark is not read
    return [f"data:image/jpeg;base64,{base64.b64encode(file).decode()}" for file in padded]


def _jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "jpeg", quality=QUALITY)
    return file.getvalue()


# ---- answering ----


def place(choice: object) -> int:
    """0, 1, 2 or NONE from such a number, from 'A', 'B', 'C', or from 'none'. Raises ChoiceInvalid."""
    if isinstance(choice, str):
        letter = choice.strip().upper()
        choice = NONE if letter == "NONE" else LETTERS.index(letter) if letter in tuple(LETTERS) else None
    if isinstance(choice, bool) or choice not in (0, 1, 2, NONE):
        raise ChoiceInvalid()
    return int(choice)


def answer(token: str, choice: object) -> Answer:
    """Open the sealed answer. `choice` as `place` reads it. Raises RoundInvalid, ChoiceInvalid."""
    chosen, sealed = place(choice), unseal(token)
    if chosen == NONE and sealed["mode"] != "maybe_none":
        raise ChoiceInvalid()
    recipes = [Recipe(*recipe) for recipe in sealed["recipes"]]
    target = _target(sealed["mode"], [recipe.maker == "photo" for recipe in recipes])
    return Answer(
        chosen == target, target, critics_choice(sealed["mode"], sealed["p_real"]), recipes, sealed["p_real"]
    )


def _target(mode: str, real: list[bool]) -> int:
    sought = mode != "one_fake"
    return real.index(sought) if sought in real else NONE


def critics_choice(mode: str, p_real: list[float]) -> int:
    """What D would answer: its most real picture; its least real one; NONE where it believes in none."""
    if mode == "one_fake":
        return p_real.index(min(p_real))
    if mode == "maybe_none" and max(p_real) < 0.5:
        return NONE
    return p_real.index(max(p_real))
