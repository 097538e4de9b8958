"""How few calls of the network a face takes: Frechet distance against seconds, for each way to walk.

python benchmarks/diffusion_steps.py --photos PATH [--faces 512] [--bf16] [--cache FOLDER]

Three sets of seeds for each walk, the same ones for all; the walks were chosen on other seeds. Features and
distance as in face_quality.py. Writes weights/diffusion_faces/steps.json and the card anew, and
docs/diffusion_steps.svg. Beside the distance stands what it does not see enough of: the variance of the
Laplacian, contrast (the deviation of grey within a picture) and the spread of brightness between pictures,
all as shares of photos'. --bf16 measures faster where the processor has matrix units for bfloat16; the
seconds are always float32's, measured apart.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from statistics import fmean, median, stdev
from typing import NamedTuple

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from tqdm import tqdm

from benchmarks.face_quality import Photos
from generative import gan, weights
from generative.diffusion import faces, model, sampler
from generative.diffusion.faces import Sampling
from generative.training import diffusion_card
from generative.vae.measure import sharpness

WALKS = (
    Sampling("euler", 20),
    Sampling("euler", 10),
    Sampling("heun", 5),
    Sampling("deis", 4, 0.7),
    Sampling("deis", 6, 0.6),
    Sampling("deis", 8, 0.6),
)
SETS = (2_000_000, 2_100_000, 2_200_000)  # the first seed of each
PLOT = Path(__file__).resolve().parent.parent / "docs" / "diffusion_steps.svg"
COLOURS = {"euler": "#68707c", "heun": "#9a6b22", "adams": "#4d7a46", "deis": "#2456a0"}
END, MIDDLE = 'text-anchor="end"', 'text-anchor="middle"'
HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 680 384" font-family="sans-serif" font-size="13">'
    '<rect width="680" height="384" fill="#fff"/>'
)
GREY = torch.tensor([0.299, 0.587, 0.114]).view(3, 1, 1)


class Look(NamedTuple):
    """What a glance sees, before anything else: sharpness, contrast within, brightness between pictures."""

    sharpness: float
    contrast: float
    brightness: float


def look(x: Tensor) -> Look:
    """Of faces (N, 3, 64, 64) in [0, 1]."""
    grey = (x * GREY).sum(1).flatten(1)
    return Look(sharpness(x), grey.std(1).mean().item(), grey.mean(1).std().item())


def title(walk: Sampling) -> str:
    bent = "" if walk.bend == 1 else f"_{walk.bend:g}"
    return f"{walk.solver}_{walk.steps}{bent}"


def drawn(walk: Sampling, first: int, n: int, cache: Path | None, bf16: bool) -> Tensor:
    """n faces from the seeds `first` on, (n, 3, 64, 64) in [0, 1]; kept in `cache` where one is given."""
    file = cache and cache / f"{title(walk)}_{first}_{n}.safetensors"
    if file and file.is_file():
        return load_file(file)["x"].float() / 255
    seeds, rows = range(first, first + n), []
    with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
        for i in tqdm(range(0, n, faces.AT_ONCE), desc=f"{title(walk)} {first}"):
            rows.append(faces.sample(seeds[i : i + faces.AT_ONCE], sampling=walk).float())
    x = (torch.cat(rows) * 255).round().to(torch.uint8).contiguous()
    if file:
        cache.mkdir(parents=True, exist_ok=True)
        save_file({"x": x}, file)
    return x.float() / 255


def seconds(work: Callable[[], object], times: int = 5) -> float:
    """The processor's seconds, one thread: what else runs on the machine counts little."""
    work()
    found = []
    for _ in range(times):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return median(found)


def measured(walk: Sampling, photos: Photos, args: argparse.Namespace) -> dict:
    """A row of steps.json."""
    row = {**walk._asdict(), "calls": sampler.calls(walk.solver, walk.steps), "frechet": []}
    real, looks = look(photos.held_out), []
    for first in SETS:
        x = drawn(walk, first, args.faces, args.cache, args.bf16)
        seen = gan.quality.features(x)
        row["frechet"].append(round(gan.quality.frechet(seen, photos.halves[: args.faces]), 3))
        looks.append(look(x))
    for name in Look._fields:
        row[name] = [round(getattr(found, name) / getattr(real, name), 3) for found in looks]
    found = row["frechet"]
    print(f"{title(walk)}: {row['calls']} calls, {fmean(found):.2f} ({stdev(found):.2f}), {row}", flush=True)
    return row


def plot(rows: list[dict], cost: float, floor: float) -> str:
    """An SVG: distance against the seconds of one face; bars from the lowest set to the highest."""
    wide, high = cost * 22, 1.15 * max(max(row["frechet"]) for row in rows)

    def at(seconds: float, distance: float) -> tuple[float, float]:
        return 60 + 600 * seconds / wide, 330 - 300 * distance / high

    parts = []
    for tick in range(int(high) + 1):
        y = at(0, tick)[1]
        parts.append(
            f'<path d="M60 {y:.1f}h600" stroke="#ddd"/><text x="50" y="{y + 4:.1f}" {END}>{tick}</text>'
        )
    for i in range(1, int(10 * wide) + 1):
        parts.append(f'<text x="{at(i / 10, 0)[0]:.1f}" y="348" {MIDDLE}>{i / 10:.1f}</text>')
    y = at(0, floor)[1]
    parts.append(f'<path d="M60 {y:.1f}h600" stroke="#777" stroke-dasharray="2 4"/>')
    parts.append(f'<text x="654" y="{y - 5:.1f}" {END}>photos to other photos</text>')
    for i, row in enumerate(sorted(rows, key=lambda row: row["calls"])):
        found, colour = row["frechet"], COLOURS[row["solver"]]
        (x, y), top, low = (at(row["calls"] * cost, v) for v in (fmean(found), max(found), min(found)))
        name = f"{row['solver']}, {row['calls']} calls"
        parts.append(f'<path d="M{x:.1f} {top[1]:.1f}V{low[1]:.1f}" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{colour}"/>')
        beside = f'x="{x:.1f}" y="{y + (24 if i % 2 else -14):.1f}"'  # in turns above and below
        parts.append(f'<text {beside} fill="{colour}" {MIDDLE}>{name}</text>')
    parts.append(f'<text x="360" y="372" {MIDDLE}>seconds for one face, one thread</text>')
    parts.append(f'<text x="18" y="180" transform="rotate(-90 18 180)" {MIDDLE}>Fréchet distance</text>')
    return f"{HEAD}{''.join(parts)}</svg>\n"


def main() -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--photos", type=Path, required=True, help="aligned photos with train/ and val/")
    parser.add_argument("--faces", type=int, default=512, help="of each set")
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--cache", type=Path, help="keep the faces here")
    args = parser.parse_args()
    torch.set_num_threads(1)
    photos = Photos(args.photos)
    floor = round(photos.floor(args.faces), 3)
    rows = [measured(walk, photos, args) for walk in WALKS]
    one, eight = (
        seconds(lambda n=n: faces.sample(range(n), sampling=Sampling("euler", 1))) / n for n in (1, 8)
    )
    folder = weights.WEIGHTS / model.NAME
    mark = weights.checksum(folder / model.FILE)
    stored = {"weights": mark, "faces": args.faces, "seeds": SETS, "floor": floor, "rows": rows}
    stored["seconds_a_call"] = {"one face": round(one, 4), "a face of eight": round(eight, 4)}
    (folder / diffusion_card.STEPS).write_text(json.dumps(stored, indent=1) + "\n")
    PLOT.write_text(plot(rows, one, floor))
    diffusion_card.write()


if __name__ == "__main__":
    main()
