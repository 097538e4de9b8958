"""Train the network whose features judge faces: python -m generative.training.attributes --photos PATH

Regression of what labels.csv says (mouth width, offset of the nose, brightness, age; never gender or race) on
the training photos, mirrored at random. Writes weights/face_attributes/ in fp16 with a card that says how
well each label is told on held-out photos. No discriminator is trained on these features.

It does not know the models whose faces its features will compare.
"""

import argparse
import json
import time
from pathlib import Path

import torch
from torch import Tensor
from tqdm import tqdm

from generative import gan, weights
from generative.gan.quality import Attributes, AttributesConfig
from generative.training import energy
from generative.training.data import load_photos
from generative.training.directions import correlation, read_labels
from generative.training.energy import Leg
from generative.training.language_card import hardware

BATCH, LR = 64, 1e-3
MIRRORED = "pose"  # the label whose sign changes in a mirror

CARD = """---
license: cc-by-4.0
library_name: pytorch
pipeline_tag: image-feature-extraction
tags: [faces, evaluation, education]
datasets: [HuggingFaceM4/FairFace]
{co2}---

# face_attributes: features for judging generated faces

64 x 64 pixels, {size:.1f}M parameters. Network: `generative/gan/quality.py`. It tells mouth width, head pose,
brightness and apparent age of an aligned face; its last features serve `benchmarks/face_quality.py`.
`photos.safetensors`: these 64 features of each training photo, sorted by the first, without names or labels,
and how near held-out photos come to them; the app measures with it how near a generated face is to its
nearest training photo. `benchmarks/face_quality.py` writes it.

## Results

Correlation with the label on {n} held-out photos:

| | |
|---|---|
{rows}

## Training

    python -m generative.training.attributes --photos PATH --epochs {epochs} --seed {seed}

Seed {seed}, on {hardware}.

{energy}
## Data, attribution and licence

Trained on aligned photos of adults from **FairFace** (Kimmo Kärkkäinen and Jungseock Joo, WACV 2021,
https://github.com/joojs/fairface), licence CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/), resized
to 64 x 64 pixels. Labels were measured on the photos; age is FairFace's annotation. These weights are
CC BY 4.0 as well.

## Limits

A yardstick between models of this project, for fairly frontal faces of adults. Its distances compare with no
published figure. Not for judging or recognising anybody.
"""


def epoch(model: Attributes, optimizer: torch.optim.Optimizer, photos: Tensor, labels: Tensor) -> float:
    """One pass over photos (N, 3, 64, 64) uint8 and labels (N, K); the mean squared error."""
    sign = torch.ones(labels.shape[1])
    sign[model.config.labels.index(MIRRORED)] = -1
    total = 0.0
    for idx in torch.randperm(len(photos)).split(BATCH):
        x, y = photos[idx].float() / 255, labels[idx]
        mirror = torch.rand(len(idx)) < 0.5
        x = torch.where(mirror[:, None, None, None], x.flip(3), x)
        y = torch.where(mirror[:, None], y * sign, y)
        loss = (model(x) - y).square().mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(idx)
    return total / len(photos)


@torch.no_grad()
def told(model: Attributes, photos: Tensor, labels: Tensor) -> Tensor:
    """Correlation of each label with what the network says, (K,)."""
    said = torch.cat([model(x.float() / 255) for x in photos.split(256)])
    return correlation(said, labels)


def publish(model: Attributes, found: Tensor, n: int, begin: float, args: argparse.Namespace) -> None:
    """Weights, config, figures, card. begin: of time.perf_counter()."""
    folder = weights.WEIGHTS / gan.quality.ATTRIBUTES
    weights.save_config(model.config, folder)
    weights.save(model, folder / "model.safetensors")
    figures = {name: round(r, 3) for name, r in zip(model.config.labels, found.tolist(), strict=True)}
    where, seconds = hardware(torch.device("cpu")), time.perf_counter() - begin
    progress = {"epochs": args.epochs, "val": figures, "seconds": seconds, "hardware": where}
    (folder / "training.json").write_text(json.dumps(progress) + "\n")
    rows = "\n".join(f"| {name} | {r:.2f} |" for name, r in figures.items())
    size = sum(p.numel() for p in model.parameters()) / 1e6
    facts = {"size": size, "n": n, "rows": rows, "epochs": args.epochs, "seed": args.seed}
    legs = [Leg(seconds / 3600, where)]
    facts |= {"hardware": where, "co2": energy.front(legs), "energy": energy.section(legs)}
    (folder / "README.md").write_text(CARD.format(**facts))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photos", type=Path, required=True, help="aligned photos with labels.csv")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    begin = time.perf_counter()
    train, val = (load_photos(args.photos, 64, split) for split in ("train", "val"))
    raw, raw_val = (read_labels(args.photos, photos.names) for photos in (train, val))
    labels, labels_val = ((r - raw.mean(0)) / raw.std(0) for r in (raw, raw_val))
    model = Attributes(AttributesConfig()).to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(model.parameters(), LR, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, args.epochs)
    for _ in tqdm(range(args.epochs), desc="epochs"):
        loss = epoch(model, optimizer, train.pictures, labels)
        schedule.step()
        print(f"error {loss:.3f}, held-out correlations {told(model, val.pictures, labels_val).tolist()}")
    publish(model, told(model, val.pictures, labels_val), len(val.names), begin, args)


if __name__ == "__main__":
    main()
