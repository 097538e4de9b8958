"""What is watched of the diffusion model, as records: a way from noise to a face, four ways, faces of a wish.

Each record takes one call of the network, so that whoever computes them may pause between any two. Pictures
are data URLs; what is asked for comes as a link writes it. It does not know who watches.
"""

import functools
import time
from collections.abc import Iterator
from typing import NamedTuple

from PIL import Image
from torch import Tensor

from generative import pictures
from generative.diffusion import faces, wishes
from generative.diffusion.faces import Recipe, to_unit
from generative.errors import BranchUnreadable, NumberOutOfRange, WishUnknown, check_seed, within
from generative.pictures import to_image

STEPS = (5, 10, 20, 50)  # side by side
SIXTEEN = 16
FACE = 128  # pixels of a face as it is sent; noise is sent as it is
SAVED = 256  # pixels of a face as one keeps it
STEP_MS, LAST_MS = 80, 1500  # of an animation
OWN_UNITS = ("brightness", "age")  # grey levels, years; the other numbers are in standard deviations
LONGEST = 200  # characters of a wish or of branches in a link


class Frame(NamedTuple):
    """After a step: the time t, from 1 to 0; x_t; the face expected there, '' before the first step."""

    t: float
    noise: str
    face: str


class Pace(NamedTuple):
    """A step of one of several walks: how many steps that walk has, which this is, seconds so far, x_t."""

    steps: int
    step: int
    seconds: float
    picture: str


class Drawn(NamedTuple):
    """A face: its place among those drawn, '' while it is on its way."""

    place: int
    face: str


# ---- what a link asks for ----


def read_wish(text: str) -> tuple[tuple[str, float], ...]:
    """ "smile:1.5,age:60" -> the pairs of a Recipe, in deviations; what is not named is left open.

    Brightness in grey levels, age in years. Raises WishUnknown, NumberOutOfRange.
    """
    names, found = wishes.model.load().config.attributes, {}
    for part in text.split(",") if text else []:
        name, _, number = part.partition(":")
        if name not in names or len(text) > LONGEST:
            raise WishUnknown(names=", ".join(names))
        found[name] = told(name, number)
    return faces.asked(found)


def write_wish(values: dict[str, float | None]) -> str:
    """{"smile": 1.5, "pose": None} -> "smile:1.5"."""
    return ",".join(f"{name}:{value}" for name, value in values.items() if value is not None)


def told(name: str, number: float | str) -> float:
    """What is asked of one name, in its own unit -> in deviations. Raises NumberOutOfRange."""
    low, high = reach(name)
    try:
        value = within(name, float(number), low, high)
    except (TypeError, ValueError) as error:
        raise NumberOutOfRange(name=name, low=low, high=high) from error
    return wishes.deviations(name, value) if name in OWN_UNITS else value


def reach(name: str) -> tuple[int, int]:
    """From what to what one may ask: adults from 20 years on, light at most 3 deviations from the mean."""
    if name == "age":
        return 20, 70
    if name not in OWN_UNITS:
        return -round(wishes.REACH), round(wishes.REACH)
    return tuple(round(wishes.plain(name, side * wishes.REACH)) for side in (-1, 1))


class Askable(NamedTuple):
    """What one may ask of one name, in its own unit: from low to high; what the photos have on the mean."""

    low: float
    high: float
    mean: float


def askable() -> dict[str, Askable]:
    """By name. Raises WeightsMissing, WeightsDamaged."""
    names = wishes.model.load().config.attributes
    means = {name: round(wishes.plain(name, 0)) if name in OWN_UNITS else 0 for name in names}
    return {name: Askable(*reach(name), means[name]) for name in names}


def read_branches(text: str) -> tuple[tuple[int, int], ...]:
    """ "5.812-12.44" -> ((5, 812), (12, 44)): after which step, with the noise of which seed.

    Raises BranchUnreadable.
    """
    parts = [part.split(".") for part in text.split("-")] if text else []
    if len(text) > LONGEST or any(len(part) != 2 or not all(n.isdecimal() for n in part) for part in parts):
        raise BranchUnreadable
    return tuple((int(step), int(seed)) for step, seed in parts)


def recipe(seed: int, steps: int = 20, wish: str = "", guidance: float = 1.0, branches: str = "") -> Recipe:
    """The recipe that a link names. Raises NumberOutOfRange, WishUnknown, BranchUnreadable."""
    return Recipe(seed, steps, read_wish(wish), guidance, read_branches(branches)).checked()


# ---- what is watched ----


def frames(
    seed: int, steps: int = 20, wish: str = "", guidance: float = 1.0, branches: str = ""
) -> Iterator[Frame]:
    """The way from noise to a face, begun with pure noise: steps + 1 frames.

    Raises NumberOutOfRange, WishUnknown, BranchUnreadable, WeightsMissing, WeightsDamaged.
    """
    asked = recipe(seed, steps, wish, guidance, branches)
    way, x0 = walked(asked), None
    way[0] = Walked(Frame(1.0, shown(faces.begin([asked.seed])), ""), None)
    if asked.branches:
        step, known = asked.branches[-1][0], walked(asked._replace(branches=asked.branches[:-1]))
        if step in known:
            way.update({i: known[i] for i in range(step)})
            x0 = known[step].x0
    begun = asked.branches[-1][0] if x0 is not None else 1
    yield from (way[i].frame for i in range(begun))
    for i, moment in enumerate(faces.moments(asked, x0), begun):
        expected = face(moment.x0) if moment.t else kept(moment.x)
        way[i] = Walked(Frame(moment.t, shown(moment.x), expected), moment.x0)
        yield way[i].frame


class Walked(NamedTuple):
    """A frame, and the face expected there: what a branch needs."""

    frame: Frame
    x0: Tensor | None


@functools.lru_cache(maxsize=48)
def walked(recipe: Recipe) -> dict[int, Walked]:
    """A way as far as somebody walked it lately, by step: a branch of it begins at once."""
    return {}


def paces(seed: int) -> Iterator[Pace]:
    """The same noise walked in 5, 10, 20, 50 steps, one walk after another, each begun with its noise."""
    noise = shown(faces.begin([check_seed(seed)]))
    yield from (Pace(steps, 0, 0.0, noise) for steps in STEPS)
    for steps in STEPS:
        seconds, began = 0.0, time.thread_time()
        for i, moment in enumerate(faces.moments(Recipe(seed, steps)), 1):
            seconds += time.thread_time() - began
            yield Pace(steps, i, seconds, shown(moment.x) if moment.t else face(moment.x))
            began = time.thread_time()


def told_faces(seed: int, wish: str, guidance: float, n: int) -> Iterator[Drawn]:
    """n faces of one wish, of the noise of seed, seed + 1, ..., one after another, step by step.

    Raises NumberOutOfRange, WishUnknown, WeightsMissing, WeightsDamaged.
    """
    check_seed(check_seed(seed) + n - 1)
    asked = wishes.wish(dict(read_wish(wish)), guidance)
    for place in range(n):
        for moment in faces.out_of_noise([seed + place], asked):
            yield Drawn(place, "" if moment.t else face(moment.x))


# ---- as pictures ----


def image(x: Tensor) -> Image.Image:
    """x (1, 3, 64, 64) in about [-1, 1] -> a picture."""
    return to_image(to_unit(x)[0])


def shown(x: Tensor) -> str:
    """A picture of noise or a face, as it is."""
    return pictures.webp_url(image(x))


def face(x: Tensor) -> str:
    """A face, smoothly enlarged."""
    return pictures.webp_url(image(x), FACE)


def kept(x: Tensor) -> str:
    """A face without loss, as one saves it."""
    return pictures.png_url(image(x), SAVED)


def animated(found: list[Frame]) -> str:
    """A way as data:image/webp, 512 x 256 px, without end: x_t left, the face expected right."""
    both = []
    for frame in found[1:]:
        whole = Image.new("RGB", (2 * SAVED, SAVED))
        for side, url in enumerate((frame.noise, frame.face)):
            picture = pictures.open_picture(url)
            whole.paste(picture.resize((SAVED, SAVED), Image.Resampling.BICUBIC), (side * SAVED, 0))
        both.append(whole)
    return pictures.animation(both, None, [*[STEP_MS] * (len(both) - 1), LAST_MS], back=False)
