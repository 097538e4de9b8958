"""Can a quiz round be won without looking at the faces? A linear probe on what must not tell.

    python benchmarks/leak_probe.py [--rounds 300] [--seed 0] [--compare]

Features of each picture, less the round's mean: file size, mean colour, sharpness in three bands, and where
eyes and mouth corners lie (the face found again in the shown picture). A conditional logit picks one of
three; five-fold cross-validation, so no round is judged by a probe that has seen it. Chance is 1/3; with 300
rounds its standard error is 2.7 points. --compare runs the same probe on pictures
that were not made alike, which shows what that step is for.
Uses the photos the app would use (VEREDAS_PHOTOS, FairFace, or the 25-pixel faces).
"""

import argparse
import base64
import io
import math
import time

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from generative import photos
from generative.errors import GenerativeError
from generative.games import quiz
from generative.photos import aligner, detect
from generative.pictures import from_image


def blur(x: torch.Tensor, width: float) -> torch.Tensor:
    """x (N, C, H, W) under a Gaussian whose standard deviation is `width` pixels; mirrored at the edge."""
    reach, channels = math.ceil(3 * width), x.shape[1]
    kernel = torch.exp(-torch.arange(-reach, reach + 1).square() / (2 * width**2))
    kernel = (kernel / kernel.sum()).expand(channels, 1, 1, -1)
    x = F.conv2d(F.pad(x, (reach, reach, 0, 0), "reflect"), kernel, groups=channels)
    return F.conv2d(F.pad(x, (0, 0, reach, reach), "reflect"), kernel.transpose(2, 3), groups=channels)


def features(url: str) -> list[float]:
    """What a picture's file, colour, sharpness and geometry say."""
    file = base64.b64decode(url.partition(",")[2])
    image = Image.open(io.BytesIO(file)).convert("RGB")
    x = from_image(image)[None]
    softer = [x, *(blur(x, width) for width in (2.0, 4.0, 8.0))]
    bands = [float((a - b).square().mean().sqrt()) for a, b in zip(softer, softer[1:], strict=False)]
    return [len(file) / 1000, *x.mean((0, 2, 3)).tolist(), *np.log(bands), *_landmarks(image)]


def _landmarks(image: Image.Image) -> list[float]:
    """Eyes and mouth corners, 8 numbers in sides; the mean place where the face is not found again."""
    try:
        frame = torch.tensor([detect.find_face(image)])
        return (aligner.landmarks(frame)[0].flatten() / image.width).tolist()
    except GenerativeError:
        return [float("nan")] * 8


def probe(x: np.ndarray, target: np.ndarray, folds: int = 5) -> float:
    """Accuracy of a conditional logit, x (rounds, 3, features), target (rounds,), cross-validated."""
    x = np.where(np.isnan(x), np.nanmean(x, axis=(0, 1)), x)
    x = x - x.mean(1, keepdims=True)
    x = torch.tensor(x / (x.std((0, 1)) + 1e-9), dtype=torch.float64)
    y, right = torch.tensor(target), 0
    for fold in range(folds):
        test = torch.arange(len(y)) % folds == fold
        w = torch.zeros(x.shape[2], dtype=torch.float64, requires_grad=True)
        optimiser = torch.optim.LBFGS([w], max_iter=100)

        def closure(w=w, test=test, optimiser=optimiser):  # noqa: ANN001, ANN202
            optimiser.zero_grad()
            loss = F.cross_entropy(x[~test] @ w, y[~test]) + 0.02 * w.square().sum()
            loss.backward()
            return loss

        optimiser.step(closure)
        right += int(((x[test] @ w.detach()).argmax(1) == y[test]).sum())
    return right / len(y)


def collect(rounds: int, seed: int, level: quiz.Level, alike: bool) -> tuple[np.ndarray, np.ndarray]:
    """Features (rounds, 3, n) and places of the photo (rounds,)."""
    source, made_alike = photos.sources.source(), photos.levelling.alike
    photos.levelling.alike = made_alike if alike else (lambda pictures, draw: pictures)
    try:
        dealt = [quiz.deal(seed + i, source, level) for i in range(rounds)]
    finally:
        photos.levelling.alike = made_alike
    x = np.array([[features(url) for url in one.pictures] for one in dealt])
    return x, np.array([quiz.answer(one.token, 0).target for one in dealt])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--level", choices=list(quiz.LEVELS), default="usual")
    parser.add_argument("--compare", action="store_true", help="also pictures that were not made alike")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    name = photos.sources.source().name
    print(f"photos: {name}; {arguments.rounds} rounds, level {arguments.level}; chance 33.3%")
    names = {
        "file size": [0],
        "mean colour": [1, 2, 3],
        "sharpness": [4, 5, 6],
        "eyes and mouth": range(7, 15),
    }
    for alike in (True, False) if arguments.compare else (True,):
        start = time.perf_counter()
        x, y = collect(arguments.rounds, arguments.seed, quiz.LEVELS[arguments.level], alike)
        print(f"{'made alike' if alike else 'not made alike'}: all features {probe(x, y):.1%}", end="")
        print("".join(f", {name} {probe(x[:, :, list(at)], y):.1%}" for name, at in names.items()), end="")
        print(f" ({time.perf_counter() - start:.0f} s)")


if __name__ == "__main__":
    main()
