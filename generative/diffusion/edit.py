"""A given face into noise and back: with fresh noise, or backwards along its flow; and with another wish.

Fresh noise up to the time t and back: Meng et al., "SDEdit", 2021, https://arxiv.org/abs/2108.01073. What the
noise covers is made up anew, so another seed brings back another freckle, or another person.
Backwards along the flow to the noise that the walk turns into this very face: Song et al., "Denoising
Diffusion Implicit Models", 2020, https://arxiv.org/abs/2010.02502, sec. 5.4. From there forwards again, with
one thing asked for otherwise.

What is watched is a generator of steps, one call of the network each. Nothing is kept: a face comes in and
goes back as a data URL, its noise as text. It does not know whose face it is.
"""

import base64
import binascii
import math
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from generative import gan, photos, vae
from generative.device import best_device
from generative.diffusion import model, wishes
from generative.diffusion.faces import begin, to_unit
from generative.diffusion.sampler import Field, mixed, times
from generative.errors import NoiseInvalid, NumberOutOfRange, WishUnknown, within
from generative.photos import detect
from generative.pictures import animation, data_url, from_image, open_picture, png_url, to_image
from generative.pool import heavy
from generative.vae import measure

STEPS = 10  # each way along the flow: 20 calls; the plain round trip comes back at 36 dB
BACK_STEPS, BACK_BEND = 8, 1.5  # back from fresh noise: by Euler's method in as few steps faces come out soft
GUIDANCE = 1.3  # a little beyond what the wish itself changes
REACH = 2.0  # deviations to each side that may be asked for: beyond, the noise holds too much of the photo
NAMES = ("smile", "pose")  # what may be asked for otherwise
SHOWN = 256  # pixels of a face; on its way a picture is sent as it is
MOST_FRAMES = 60  # of an animation: a way there and back has 41
STEP_MS, LAST_MS = 80, 1500  # of its pictures
FARTHEST = 8.0  # deviations: no number of a noise lies farther out


class Step(NamedTuple):
    """After a call of the network: calls so far and in all; the time t there; the picture, a data URL.

    Of the last step also PSNR in dB and, where the face has any, sharpness as a share of its own; of a face's
    way to its noise the code, once the noise is reached.
    """

    done: int
    of: int
    t: float
    picture: str
    psnr: float | None = None
    sharp: float | None = None
    code: dict | None = None


class Code(NamedTuple):
    """A face as its noise, 12,288 numbers in half precision as base64, and what it was told meanwhile: the
    face's own attributes in deviations, by name."""

    noise: str
    told: dict[str, float]


# ---- the face that comes in ----


def framed(photo: str, frame: Sequence[float]) -> str:
    """The framed face of a photo (a data URL), 64 x 64 pixels without loss, as a data URL.

    Raises PhotoTooLarge, PhotoUnreadable, NumberOutOfRange.
    """
    image = open_picture(photo)
    return png_url(detect.cut(image, vae.portrait.check_frame(frame, image)))


def shown(face: str) -> str:
    """A face's data URL, smoothly enlarged to 256 px. Raises PhotoTooLarge, PhotoUnreadable."""
    return data_url(to_image(opened(face)[0]), SHOWN)


def opened(face: str) -> Tensor:
    """A face's data URL -> (1, 3, 64, 64) in [0, 1]. Raises PhotoTooLarge, PhotoUnreadable."""
    size = model.load().config.size
    image = open_picture(face)
    return from_image(image.resize((size, size), Image.Resampling.LANCZOS))[None]


def to_flow(face: Tensor) -> Tensor:
    """Faces (B, 3, 64, 64) in [0, 1] -> in [-1, 1], on the device that computes."""
    return (2 * face - 1).to(best_device()).contiguous(memory_format=torch.channels_last)


def attributes(face: Tensor) -> dict[str, float]:
    """What `face_attributes` reads from a face (1, 3, 64, 64) in [0, 1]: deviations by name."""
    read = gan.quality.attributes()(face.to(best_device()))[0].clamp(-wishes.REACH, wishes.REACH)
    names = gan.quality.attributes().config.labels
    return dict(zip(names, read.tolist(), strict=True))


# ---- walking, one call of the network a step ----


@torch.no_grad()
def walked(field: Field, x: Tensor, at: Sequence[float]) -> Iterator[tuple[float, Tensor]]:
    """From x at the time at[0] to at[-1] by Heun's method: (time, x) after each of two looks a step.

    Unlike `sampler.walk` with a second look at the last step too: only then does the way back retrace the way
    there. Without it a round trip of ten steps returned at 18 dB, with it at 36.
    """
    for t, s in zip(at, at[1:], strict=False):
        v, h = field(x, t), s - t
        ahead = x + h * v
        yield s, ahead
        x = x + h * (v + field(ahead, s)) / 2
        yield s, x


def between(own: Mapping[str, float], asked: Mapping[str, float], guidance: float) -> Field:
    """v_own + w (v_asked - v_own): guidance (Ho and Salimans 2022, eq. 6) away from what the face was told,
    not from nothing told; what is not asked for otherwise is not exaggerated."""
    told, other = wishes.wish(own), wishes.wish({**own, **asked})
    if all(asked[name] == own.get(name) for name in asked):
        return wishes.field(told)
    both = wishes.together([told, other])

    def field(x: Tensor, t: float) -> Tensor:
        v_own, v_asked = wishes.guided(model.load(), both, x.repeat(2, 1, 1, 1), t).chunk(2)
        return v_own + guidance * (v_asked - v_own)

    return field


def partway(face: str, t: float, seed: int) -> Iterator[Step]:
    """The face mixed with fresh noise up to the time t, then back, nothing told: the first step is the mix.

    Raises NumberOutOfRange, PhotoUnreadable, PhotoTooLarge, WeightsMissing, WeightsDamaged.
    """
    t, x = float(within("t", t, 0, 1)), opened(face)
    start = mixed(to_flow(x), begin([seed]), t)
    of = 2 * BACK_STEPS
    yield Step(0, of, t, picture(start))
    at = [t * s for s in times(BACK_STEPS, BACK_BEND)]
    yield from steps(walked(wishes.field(wishes.wish()), start, at), x, 0, of)


def noised(face: str, t: float, seed: int) -> str:
    """The face mixed with fresh noise up to the time t, a data URL. Raises as `partway`."""
    t = float(within("t", t, 0, 1))
    return picture(mixed(to_flow(opened(face)), begin([seed]), t))


def there_and_back(face: str) -> Iterator[Step]:
    """The face backwards along the flow to its noise, told its own attributes, and forwards again.

    The step in the middle carries the Code. Raises PhotoUnreadable, PhotoTooLarge, WeightsMissing,
    WeightsDamaged.
    """
    x = opened(face)
    own, of = attributes(x), 4 * STEPS
    field, noise = wishes.field(wishes.wish(own)), None
    yield Step(0, of, 0.0, picture(to_flow(x)))
    for done, (t, noise) in enumerate(walked(field, to_flow(x), times(STEPS)[::-1]), 1):
        code = Code(written(noise), own)._asdict() if done == 2 * STEPS else None
        yield Step(done, of, t, picture(noise), code=code)
    yield from steps(walked(field, noise, times(STEPS)), x, 2 * STEPS, of)


def again(face: str, code: Mapping, asked: Mapping[str, float], guidance: float = GUIDANCE) -> Iterator[Step]:
    """From the noise of a face forwards, with another smile or pose, in deviations.

    Raises NoiseInvalid, WishUnknown, NumberOutOfRange, PhotoUnreadable, WeightsMissing, WeightsDamaged.
    """
    noise, own = read(code)
    check(asked)
    within("guidance", guidance, 0, wishes.STRONGEST)
    x, of = opened(face), 2 * STEPS
    yield Step(0, of, 1.0, picture(noise))
    yield from steps(walked(between(own, asked, guidance), noise, times(STEPS)), x, 0, of)


def check(asked: Mapping[str, float]) -> None:
    """Raises WishUnknown, NumberOutOfRange."""
    for name, value in asked.items():
        if name not in NAMES:
            raise WishUnknown(names=", ".join(NAMES))
        within(name, value, -REACH, REACH)


def steps(way: Iterator[tuple[float, Tensor]], face: Tensor, before: int, of: int) -> Iterator[Step]:
    """A way as Steps; the last says how like the face (1, 3, 64, 64) in [0, 1] its end is."""
    for done, (t, x) in enumerate(way, before + 1):
        if done < of:
            yield Step(done, of, t, picture(x))
            continue
        back = to_unit(x)
        yield Step(done, of, t, picture(x, SHOWN), measure.likeness(face, back), measure.sharper(face, back))


def by_vae(face: str, asked: Mapping[str, float | None]) -> str:
    """The VAE's answer to the same wish, a data URL of 256 px: its code of the face, moved by as many
    deviations along its own directions; what is asked as None stays. Raises PhotoUnreadable, PhotoTooLarge,
    NumberOutOfRange, WeightsMissing, WeightsDamaged."""
    x = opened(face)
    own, mu = attributes(x), vae.model.load().encoder(x.to(best_device())).mean[0].tolist()
    check(asked := {name: value for name, value in asked.items() if value is not None})
    reach = vae.portrait.REACH
    moves = [max(-reach, min(reach, asked.get(name, own[name]) - own[name])) for name in NAMES]
    z = vae.portrait.plus(mu, moves)
    return data_url(to_image(vae.model.decode(z[0].tolist())), SHOWN)


class Edited(NamedTuple):
    """All of the above at once, pictures as data URLs; `edited` and `vae` are '' where nothing is asked."""

    face: str
    noised: str
    back: str
    psnr: float
    edited: str
    vae: str


def edited(photo: str, t: float, seed: int, asked: Mapping[str, float | None]) -> Edited:
    """The one face on a photo, in turn with all other heavy work. Raises as `partway` and `again` do; NoFace,
    SeveralFaces, PoolFull."""
    face = png_url(photos.sources.align(open_picture(photo)).picture)
    asked = {name: value for name, value in asked.items() if value is not None}
    mixed_with, *_, back = watched(partway(face, t, seed))
    if not asked:
        return Edited(face, mixed_with.picture, back.picture, back.psnr, "", "")
    check(asked)
    code = next(step.code for step in watched(there_and_back(face)) if step.code)
    *_, last = watched(again(face, code, {name: asked.get(name, code["told"][name]) for name in NAMES}))
    return Edited(face, mixed_with.picture, back.picture, back.psnr, last.picture, by_vae(face, asked))


def watched(steps: Iterator[Step]) -> list[Step]:
    """All records of a work of the pool, for a caller who waits for the end. Raises PoolFull."""
    job, found, done = heavy.start(f"edit {uuid.uuid4()}", steps), [], False
    while not done:
        fresh, done, *_ = job.since(len(found), 5.0)
        found += fresh
    return found


# ---- pictures and noise as text ----


def animated(frames: Sequence[str]) -> str:
    """A way that somebody has seen, as data URLs -> one data:image/webp of 256 px, without end, its last
    picture longer. Raises NumberOutOfRange (2 to 60 pictures), PhotoTooLarge, PhotoUnreadable."""
    within("frames", len(frames), 2, MOST_FRAMES)
    seen = [open_picture(frame) for frame in frames]
    return animation(seen, SHOWN, [*[STEP_MS] * (len(seen) - 1), LAST_MS], back=False)


def picture(x: Tensor, size: int | None = None) -> str:
    """x (1, 3, 64, 64) in about [-1, 1] -> a data URL."""
    return data_url(to_image(to_unit(x)[0]), size)


def written(noise: Tensor) -> str:
    """Noise (1, 3, 64, 64) -> base64 of its numbers in half precision."""
    return base64.b64encode(noise.cpu().contiguous().half().numpy().tobytes()).decode()


def read(code: Mapping) -> tuple[Tensor, dict[str, float]]:
    """A Code as it came back from a browser -> noise (1, 3, 64, 64), the attributes. Raises NoiseInvalid."""
    size = model.load().config.size
    try:
        numbers = np.frombuffer(base64.b64decode(code["noise"], validate=True), np.float16)
        noise = torch.from_numpy(numbers.astype(np.float32)).reshape(1, 3, size, size)
        own = {name: float(within(name, code["told"][name], -wishes.REACH, wishes.REACH)) for name in told()}
    except (KeyError, TypeError, ValueError, RuntimeError, binascii.Error, NumberOutOfRange) as error:
        raise NoiseInvalid from error
    if not all(map(math.isfinite, (noise.min(), noise.max()))):
        raise NoiseInvalid
    return noise.clamp(-FARTHEST, FARTHEST).to(best_device()), own


def told() -> tuple[str, ...]:
    """What the network can be told of a face."""
    return model.load().config.attributes
