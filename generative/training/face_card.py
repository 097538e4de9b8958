"""The model card of a face model: written by the recipe that trained it, with the figures it measured.

It does not know which model it is about: what differs is in `Card`.
"""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from generative.pictures import sheet, to_image
from generative.training import energy
from generative.training.energy import Leg
from generative.training.language_card import hardware

TEMPLATE = """---
license: cc-by-4.0
library_name: pytorch
pipeline_tag: {task}
tags: [{tags}]
datasets: [HuggingFaceM4/FairFace]
{co2}---

# {title}

{what}

![64 unpicked samples](samples.png)

64 samples, unpicked, from seed 0.

## Results

| | |
|---|---|
{results}
{more}
## Training

    {command}

Seed {seed}. {images:,} images seen in {hours:.1f} hours on {hardware}. Weights are stored in half precision.
To go on from here: the same command with `--resume`.

{energy}
## Data, attribution and licence

Trained on 9,268 aligned photos of adults (20 and older by annotation) from **FairFace**: Kimmo Kärkkäinen and
Jungseock Joo, "FairFace: Face Attribute Dataset for Balanced Race, Gender, and Age for Bias Measurement and
Mitigation", WACV 2021, https://github.com/joojs/fairface, licence CC BY 4.0
(https://creativecommons.org/licenses/by/4.0/). The photos were aligned by eyes and mouth, cropped and
resized to 64 x 64 pixels; they were chosen automatically for a visible, fairly frontal, sharp face. FairFace
takes them from YFCC-100M (Flickr); it lists neither the photographers nor any consent of the people shown.
570 photos of its validation part were held out for the figures above. These weights are CC BY 4.0 as well.

## Limits

{limits}
"""


@dataclass(frozen=True)
class Card:
    """What one model's card says beyond what all face models share. `results`: row name -> figure."""

    title: str
    what: str
    tags: str
    command: str
    seed: int
    images: int
    seconds: float
    results: dict[str, str]
    limits: str
    more: str = ""  # below the results
    hardware: str = ""  # where it is not this machine alone
    share: float = 1.0  # of that hardware, where other runs had the rest


def write(card: Card, samples: Tensor, folder: Path) -> None:
    """README.md and samples.png (samples: (64, 3, H, W) in [0, 1]) into the model's folder."""
    where = card.hardware or hardware(torch.device("cpu"))
    legs = [Leg(card.seconds / 3600, where, card.share)]
    rows = "\n".join(f"| {name} | {figure} |" for name, figure in card.results.items())
    text = TEMPLATE.format(
        title=card.title,
        task="unconditional-image-generation",
        co2=energy.front(legs),
        energy=energy.section(legs),
        what=card.what,
        tags=card.tags,
        results=rows,
        more=f"\n{card.more}\n" if card.more else "",
        command=card.command,
        seed=card.seed,
        images=card.images,
        hours=card.seconds / 3600,
        hardware=where,
        limits=card.limits,
    )
    (folder / "README.md").write_text(text)
    sheet([to_image(x) for x in samples], 8, 64).save(folder / "samples.png", optimize=True)
