"""Can a quiz round be won without looking as a person does? Small classifiers on what must not tell.

    python benchmarks/leak_probe.py [--rounds 300] [--levels usual] [--portraits] [--keep DIR] [--store]

Of each shown picture, less the round's mean: pixel statistics (file size, colour, contrast, sharpness in
three bands, tails, edges, background, where eyes and mouth lie), the 64 features of weights/face_attributes,
and how unlike the other two it is in both. A conditional logit picks one of three. Five splits; in each, five
folds by person, so no round is judged by a probe that has seen it or the person in it. Chance is 1/3; with
300 rounds its standard error is 2.7 points. D's own choices stand beside it.
Uses the photos the app would use (VEREDAS_PHOTOS, FairFace), or the shipped portraits. --keep keeps what was
dealt, so that a broken run goes on; --store writes generative/games/difficulty.json, which the page shows.
"""

import argparse
import base64
import datetime
import io
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from tqdm import tqdm

from generative import gan, photos
from generative.errors import NoFace
from generative.games import difficulty, quiz
from generative.photos import aligner, detect
from generative.pictures import from_image

SPLITS = FOLDS = 5
WEIGHTS = (0.02, 0.1, 0.5)  # of the probe's penalty, chosen among within each training part


def blur(x: torch.Tensor, width: float) -> torch.Tensor:
    """x (N, C, H, W) under a Gaussian whose standard deviation is `width` pixels; mirrored at the edge."""
    reach, channels = math.ceil(3 * width), x.shape[1]
    kernel = torch.exp(-torch.arange(-reach, reach + 1).square() / (2 * width**2))
    kernel = (kernel / kernel.sum()).expand(channels, 1, 1, -1)
    x = F.conv2d(F.pad(x, (reach, reach, 0, 0), "reflect"), kernel, groups=channels)
    return F.conv2d(F.pad(x, (0, 0, reach, reach), "reflect"), kernel.transpose(2, 3), groups=channels)


def pixels(url: str) -> list[float]:
    """What a picture's file, colour, contrast, sharpness, edges, background and geometry say."""
    file = base64.b64decode(url.partition(",")[2])
    image = Image.open(io.BytesIO(file)).convert("RGB")
    x = from_image(image)[None]
    softer = [x, *(blur(x, width) for width in (2.0, 4.0, 8.0))]
    bands = [float((a - b).square().mean().sqrt()) for a, b in zip(softer, softer[1:], strict=False)]
    grey, fine = x.mean(1)[0], (x - softer[1]).mean(1)[0]
    level, tail = (grey - grey.mean()) / grey.std(), fine / fine.std()
    rim = torch.cat([grey[:20].flatten(), grey[:, :20].flatten(), grey[:, -20:].flatten()])
    half = grey.shape[1] // 2
    return [
        len(file) / 1000,
        *x.mean((0, 2, 3)).tolist(),
        *x.std((0, 2, 3)).tolist(),
        *np.log(bands),
        float(level.pow(3).mean()),
        float(level.pow(4).mean()),
        float(tail.pow(4).mean().log()),
        float(grey.diff(dim=0).abs().mean() / grey.diff(dim=1).abs().mean()),
        float(rim.mean() - grey.mean()),
        float(rim.std()),
        float((x.amax(1) - x.amin(1)).mean()),
        float((grey[:, :half] - grey[:, half:].flip(1)).abs().mean()),
        *_landmarks(image),
    ]


def _landmarks(image: Image.Image) -> list[float]:
    """Eyes and mouth corners, 8 numbers in sides; the mean place where the face is not found again."""
    try:
        frame = torch.tensor([detect.settle(image)])
        return (aligner.landmarks(frame)[0].flatten() / image.width).tolist()
    except NoFace:
        return [float("nan")] * 8


def attributes(urls: list[str]) -> np.ndarray:
    """The features of a round's pictures, (3, 64)."""
    shown = [Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))).convert("RGB") for url in urls]
    small = [from_image(image.resize((64, 64), Image.Resampling.LANCZOS)) for image in shown]
    return gan.quality.features(torch.stack(small)).numpy()


def unlike(x: np.ndarray) -> np.ndarray:
    """x (rounds, 3, n) -> how far each picture is from the middle of the other two, (rounds, 3, 1)."""
    x = (x - x.mean((0, 1))) / (x.std((0, 1)) + 1e-9)
    return np.linalg.norm(1.5 * (x - x.mean(1, keepdims=True)), axis=2, keepdims=True)


def fitted(x: torch.Tensor, y: torch.Tensor, weight: float) -> torch.Tensor:
    """The conditional logit's w (n,) of x (rounds, 3, n), y (rounds,)."""
    w = torch.zeros(x.shape[2], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([w], max_iter=60)

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        loss = F.cross_entropy(x @ w, y) + weight * w.square().sum()
        loss.backward()
        return loss

    optimiser.step(closure)
    return w.detach()


def hits(x: torch.Tensor, y: torch.Tensor, w: torch.Tensor) -> float:
    return ((x @ w).argmax(1) == y).double().mean().item()


def probe(x: np.ndarray, target: np.ndarray, people: np.ndarray) -> tuple[float, float]:
    """Accuracy of the probe on x (rounds, 3, n), and its standard deviation over the splits by person."""
    x = np.where(np.isnan(x), np.nanmean(x, axis=(0, 1)), x)
    x = x - x.mean(1, keepdims=True)
    x, y = torch.tensor(x / (x.std((0, 1)) + 1e-9), dtype=torch.float64), torch.tensor(target)
    found = []
    for split in range(SPLITS):
        order = np.random.default_rng(split).permutation(np.unique(people))
        fold = {person: i % FOLDS for i, person in enumerate(order)}
        at, right = torch.tensor([fold[person] for person in people]), 0.0
        for i in range(FOLDS):
            train, inner = at != i, at == (i + 1) % FOLDS
            rest = train & ~inner
            best = max(WEIGHTS, key=lambda v: hits(x[inner], y[inner], fitted(x[rest], y[rest], v)))  # noqa: B023
            right += hits(x[~train], y[~train], fitted(x[train], y[train], best)) * (~train).sum().item()
        found.append(right / len(y))
    return float(np.mean(found)), float(np.std(found))


def collect(rounds: int, seed: int, name: str, source: photos.sources.Source, keep: Path | None) -> dict:
    """Of each round what the pictures say, the photo's place and number, whether D was right."""
    file = keep and keep / f"{source.name}_{name}_{seed}.npz"
    rows = list(np.load(file, allow_pickle=False)["rows"]) if file and file.is_file() else []
    for i in tqdm(range(len(rows), rounds), f"{source.name} {name}"):
        dealt = quiz.deal(seed + i, source, quiz.LEVELS[name])
        told = quiz.answer(dealt.token, 0)
        stats = np.array([pixels(url) for url in dealt.pictures])
        facts = [told.target, told.recipes[told.target].seed, told.critic == told.target]
        rows.append(np.concatenate([facts, stats.flatten(), attributes(dealt.pictures).flatten()]))
        if file and (i % 20 == 19 or i + 1 == rounds):
            file.parent.mkdir(parents=True, exist_ok=True)
            np.savez(file, rows=np.array(rows))
    rows = np.array(rows[:rounds])
    features = gan.quality.attributes().config.features
    stats, seen = np.split(rows[:, 3:], [-3 * features], axis=1)
    x = {"pixels": stats.reshape(rounds, 3, -1), "attributes": seen.reshape(rounds, 3, -1)}
    x["unlike"] = np.concatenate([unlike(np.nan_to_num(part)) for part in x.values()], 2)
    return {"x": x, "target": rows[:, 0].astype(int), "people": rows[:, 1], "critic": rows[:, 2].mean()}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--levels", nargs="+", choices=list(quiz.LEVELS), default=list(quiz.LEVELS))
    parser.add_argument("--portraits", action="store_true", help="the shipped photos, whatever else is here")
    parser.add_argument("--keep", type=Path, help="folder for what was dealt")
    parser.add_argument("--store", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(1)
    source = photos.sources.portraits() if args.portraits else photos.sources.source()
    print(f"photos: {source.name}; {args.rounds} rounds a level; chance 33.3%")
    found = {}
    for level in args.levels:
        dealt = collect(args.rounds, args.seed, level, source, args.keep)
        x = dealt["x"] | {"all": np.concatenate(list(dealt["x"].values()), 2)}
        rates = {name: probe(part, dealt["target"], dealt["people"]) for name, part in x.items()}
        print(f"{level}: D {dealt['critic']:.1%}", end="")
        print(
            "".join(f", {name} {mean:.1%} +- {100 * sd:.1f}" for name, (mean, sd) in rates.items()),
            flush=True,
        )
        told = (dealt["critic"], *(rates[name][0] for name in ("all", "pixels", "attributes")))
        found[level] = difficulty.Rates(*(round(float(rate), 3) for rate in told))
    if args.store:
        name = "portraits" if source.name == "portraits" else "fairface"  # a folder of FairFace's photos
        difficulty.store(datetime.date.today().isoformat(), args.rounds, name, found)


if __name__ == "__main__":
    main()
