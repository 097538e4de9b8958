"""Which face is real? Three pictures, photos of real people among faces that models made. Pure.

A round is named by its seed; its answer is sealed (generative/games/seal.py). Seeds in a row deal different
people. Each fake is made to lie beside a photo (fakes.py), and all three pictures are made alike
(photos.levelling), so that only the face decides.

It does not know the page, nor who answers.
"""

import base64
import io
import random
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from PIL import Image

from generative import gan, photos
from generative.errors import (
    ChoiceInvalid,
    MakersMissing,
    ModeUnknown,
    NoFace,
    check_seed,
    within,
)
from generative.games import fakes
from generative.games.fakes import Recipe
from generative.games.seal import rng, seal, unseal
from generative.pictures import from_image, to_image

LETTERS = "ABC"
NONE = 3  # the choice "none of the three"
TRIES = 20  # draws until a picture passes the aligner; a rough fake may not
SIZE = 256  # pixels of a shown picture
QUALITY = 92  # of its JPEG
MODES = ("one_real", "one_fake", "maybe_none")  # find the photo; find the fake; find the photo, if any
BLOCK = 32  # rounds, by seeds in a row, that show nobody twice: more than a game or a room has
OF_A_ROUND = 3  # people that a round may need
SHARES = {"gan": 2, "diffusion": 2, "vae": 1}  # of the fakes, among the models that a level allows


@dataclass(frozen=True)
class Level:
    """How hard a round is. The defaults are the round that the tab opens with."""

    mode: str = "one_real"
    psi: float = 0.7  # truncation of the GAN's faces: nearer to 0 cleaner and more alike
    age: int = 0  # of the GAN's stored moments, how many before the last may also make a face
    vae: bool = True  # which models make the fakes; the VAE's blur gives it away
    crop: float = 1.0  # below 1 hair and background are cut off, and their clues with them
    seconds: int = 0  # to look at the faces; 0: as long as one likes
    gan: bool = True
    diffusion: bool = True

    @property
    def makers(self) -> list[str]:
        """The models that make fakes, each as often as its share."""
        return [maker for maker in fakes.MAKERS if getattr(self, maker) for _ in range(SHARES[maker])]

    def checked(self) -> "Level":
        """The same level. Raises ModeUnknown, NumberOutOfRange, MakersMissing."""
        if self.mode not in MODES:
            raise ModeUnknown(modes=", ".join(MODES))
        within("psi", self.psi, 0, 1.5)
        within("age", self.age, 0, 9, whole=True)
        within("crop", self.crop, 0.6, 1)
        within("seconds", self.seconds, 0, 60, whole=True)
        if not self.makers:
            raise MakersMissing()
        return self


LEVELS = {  # in the order of what D gets right; a probe of pixels sees it otherwise (difficulty.json)
    "easy": Level(psi=1.0, age=3),
    "usual": Level(vae=False),
    "hard": Level(vae=False, crop=0.85, seconds=10),
}


class Drawn(NamedTuple):
    """A picture on its way to the table: its recipe, the aligned face, which D judges, and what is shown."""

    recipe: Recipe
    image: Image.Image
    shown: Image.Image


class Round(NamedTuple):
    """Three pictures as JPEG data URLs, the sealed answer, and how hard the round is."""

    pictures: list[str]
    token: str
    level: Level


class Answer(NamedTuple):
    """Whether the choice was right; the place to find, 0 to 2 or NONE; D's choice; of each picture its
    recipe, D's P(real), and the person's name where one may be told."""

    correct: bool
    target: int
    critic: int
    recipes: list[Recipe]
    p_real: list[float]
    names: Sequence[str] = ("", "", "")

    @property
    def makers(self) -> list[str]:
        return [recipe.maker for recipe in self.recipes]


# ---- dealing ----


Dealing = Generator[None, None, Round]  # yields between two short steps, so that it may be paused


def first_seed(seed: int) -> int:
    """Of the seeds that show nobody twice, the first: a game or a room counts up from it."""
    return check_seed(seed) // BLOCK * BLOCK


def deal(seed: int, source: photos.sources.Source, level: Level = LEVELS["usual"]) -> Round:
    """A round from a seed: the same seed, the same round, on this installation.

    Raises NumberOutOfRange, ModeUnknown, MakersMissing, NoFace, PhotosFaceless, PhotosMissing.
    """
    return fakes.finish(dealing(seed, source, level))


def dealing(seed: int, source: photos.sources.Source, level: Level) -> Dealing:
    """`deal`, step by step."""
    draw = rng(check_seed(seed), f"{source.name} {level.checked()}")
    real = _kinds(level.mode, draw)
    people = _people(seed, source, level, draw)
    if level.mode == "one_fake":
        shown = yield from _next(people, source, 2)
        # beside its own photo the fake would be one of a pair: it lies beside a third one, whom nobody sees
        made = yield from _fakes(1, (yield from _next(people, source))[0], draw, source, level)
    else:
        (photo,) = yield from _next(people, source)
        shown = [photo] if any(real) else []
        made = yield from _fakes(real.count(False), photo, draw, source, level)
    piles = {True: iter(shown), False: iter(draw.sample(made, len(made)))}
    return _round([next(piles[yes]) for yes in real], source, level, draw)


def _round(drawn: list[Drawn], source: photos.sources.Source, level: Level, draw: random.Random) -> Round:
    """The pictures made alike, and the answer sealed."""
    sealed = {
        "mode": level.mode,
        "source": source.name,
        "recipes": [one.recipe for one in drawn],
        "p_real": critic([one.image for one in drawn]),
    }
    shown = photos.levelling.alike([_enlarged(one.shown) for one in drawn], draw)
    return Round(_urls(shown), seal(sealed), level)


def _enlarged(image: Image.Image) -> Image.Image:
    """As large as it is shown: made alike before, pictures would differ again in what enlarging smooths."""
    return image.resize((SIZE, SIZE), Image.Resampling.BICUBIC)


def _kinds(mode: str, draw: random.Random) -> list[bool]:
    """For each place whether a real photo lies there. With `maybe_none` each of four answers is as likely."""
    target = draw.randrange(4 if mode == "maybe_none" else 3)
    return [(place == target) != (mode == "one_fake") for place in range(3)]


# ---- photos ----


def numbers(seed: int, source: photos.sources.Source) -> list[int]:
    """The photos that a round may take, first those that no other round of its BLOCK takes."""
    block, place = divmod(seed, BLOCK)
    keyed = rng(block, f"{source.name} {source.count} people")
    order = keyed.sample(range(source.count), min(source.count, BLOCK * OF_A_ROUND + photos.sources.DRAWS))
    own, spare = order[: BLOCK * OF_A_ROUND], order[BLOCK * OF_A_ROUND :]
    start = place * OF_A_ROUND % len(own)
    return (own[start:] + own[:start])[:OF_A_ROUND] + spare + (own[start:] + own[:start])[OF_A_ROUND:]


def _people(
    seed: int, source: photos.sources.Source, level: Level, draw: random.Random
) -> Generator[Drawn | None]:
    """A round's photos one after another, without those that cannot be used; None where one was looked at in
    vain, so that work may be paused there."""
    for number in numbers(seed, source)[: photos.sources.DRAWS]:
        try:
            image = photos.sources.face_at(source, number)
            shown = photos.levelling.normalise(image, source, level.crop, draw)
        except photos.sources.UNFIT:
            yield None
            continue
        yield Drawn(Recipe("photo", number), image, shown)


def _next(
    people: Generator[Drawn | None], source: photos.sources.Source, n: int = 1
) -> Generator[None, None, list[Drawn]]:
    """The next n photos. Raises PhotosFaceless, PhotosMissing where there are not as many."""
    found = []
    for drawn in people:
        yield
        found += [drawn] if drawn else []
        if len(found) == n:
            return found
    raise photos.sources.faceless(source)


# ---- fakes ----


def _fakes(
    n: int, photo: Drawn, draw: random.Random, source: photos.sources.Source, level: Level
) -> Generator[None, None, list[Drawn]]:
    """n fakes beside a photo. One time in three each is made as the photo reads; else the later ones as the
    first of them reads: of three pictures the one most like the others is then no more often the photo."""
    target = fakes.reading(from_image(photo.image)[None])[0]
    made = [(yield from _fake(target, draw, source, level))]
    if draw.random() >= 1 / 3:
        target = fakes.reading(from_image(made[0].image)[None])[0]
    for _ in range(n - 1):
        made.append((yield from _fake(target, draw, source, level)))
    return made


def _fake(
    target: torch.Tensor, draw: random.Random, source: photos.sources.Source, level: Level
) -> Generator[None, None, Drawn]:
    """A model's face, through the same alignment, crop and sampling as a photo.

    Draws again where the aligner sees no face. Raises NoFace when it never does.
    """
    maker = draw.choice(fakes.able(level.makers))
    for _ in range(TRIES):
        images = draw.choice(gan.timelapse.seen()[-1 - level.age :])
        made = yield from fakes.near(target, draw, maker, level.psi, images)
        image = to_image(made.x)
        try:
            shown = photos.levelling.normalise(image, source, level.crop, draw)
        except NoFace:
            continue
        yield
        return Drawn(made.recipe, image, shown)
    raise NoFace()


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
    recipes = [_read(*recipe) for recipe in sealed["recipes"]]
    names = [photos.sources.name_of(sealed["source"], r.seed) if r.maker == "photo" else "" for r in recipes]
    target = _target(sealed["mode"], [recipe.maker == "photo" for recipe in recipes])
    critic = critics_choice(sealed["mode"], sealed["p_real"])
    return Answer(chosen == target, target, critic, recipes, sealed["p_real"], names)


def _read(maker: str, seed: int, psi: float, images: int, asked: list[list]) -> Recipe:
    """A recipe as it comes out of JSON."""
    return Recipe(maker, seed, psi, images, tuple((name, value) for name, value in asked))


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
