"""Fit the principal components of faces: python -m generative.training.pca --photos PATH

Writes weights/face_pca: components, mean and variances in fp16, the size of the noise, what was measured on
held-out photos, and the card. Nothing is left to chance: one run is like another.

It does not know the other models that its faces are compared with.
"""

import argparse
import time
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from generative import vae, weights
from generative.pictures import sheet, to_image
from generative.training import energy
from generative.training.data import load_photos
from generative.training.energy import Leg
from generative.training.language_card import hardware
from generative.vae.pca import FILE, NAME, Pca, PcaConfig

CARD = """---
license: cc-by-4.0
library_name: pytorch
pipeline_tag: image-feature-extraction
tags: [pca, faces, education]
datasets: [HuggingFaceM4/FairFace]
{co2}---

# {name}: the principal components of faces

{components} components of 64 x 64 pixels in three colours, and their mean: `generative/vae/pca.py`. A face
becomes {components} numbers by a projection and a picture again by a weighted sum; no neural network. As
probabilistic PCA (Tipping and Bishop 1999, https://doi.org/10.1111/1467-9868.00196) it gives the density of a
picture, with noise of variance {noise:.6f} in each direction left out. `mean` and `components` are in pixels
from 0 to 1; `variance` is that of the training photos along each component.

![The mean face and the first 15 components](components.png)

The mean face, then the first 15 components, each added to it, two standard deviations.

## Results

| | |
|---|---|
{results}

## Training

    python -m generative.training.pca --photos PATH

No seed to choose: one run is like another. {minutes:.0f} minutes on one CPU thread of {hardware}.

{energy}
## Data, attribution and licence

Fitted to {photos:,} aligned photos of adults from **FairFace** (Kimmo Kärkkäinen and Jungseock Joo, 2021,
https://github.com/joojs/fairface), licence CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/), resized
to 64 x 64 pixels; FairFace lists neither the photographers nor any consent of the people shown. These weights
are CC BY 4.0 as well.

## Limits

A weighted sum of fixed pictures: an edge that lies elsewhere in every photo comes out blurred. The density is
that of a Gaussian, which faces are not. Not for recognising or judging anybody.
"""


@torch.no_grad()
def fit(photos: Tensor, components: int = PcaConfig.components) -> Pca:
    """uint8 photos (N, 3, size, size) -> their first components, mean, and the noise of what is left.

    noise: the mean variance of the directions left out (Tipping and Bishop 1999, eq. 8).
    """
    x = photos.flatten(1).float().div_(255)
    mean = x.mean(0)
    x -= mean
    values, vectors = largest(x, components)
    left = x.square().sum() / len(x) - values.sum()
    pca = Pca(PcaConfig(components, photos.shape[-1], (left / (x.shape[1] - components)).item()))
    pca.mean, pca.components, pca.variance = mean, vectors.T.contiguous(), values
    return pca


def largest(x: Tensor, k: int, spare: int = 32, rounds: int = 25) -> tuple[Tensor, Tensor]:
    """The k largest variances of centred rows x (N, d), falling, and their directions (d, k).

    By orthogonal iteration (Golub and Van Loan, sec. 8.2.4) from a fixed draw, a few directions more than are
    asked for, so that the last of them converge too.
    """
    n = min(k + spare, *x.shape)
    q = torch.linalg.qr(torch.randn(x.shape[1], n, generator=torch.Generator().manual_seed(0))).Q
    for _ in range(rounds):
        q = torch.linalg.qr(x.T @ (x @ q)).Q
    y = x @ q
    values, small = torch.linalg.eigh(y.T @ y / len(x))
    return values.flip(0)[:k], (q @ small).flip(1)[:, :k]


@torch.no_grad()
def measured(pca: Pca, photos: Tensor) -> dict[str, str]:
    """Rows of the card's table, on uint8 photos (N, 3, 64, 64) that it was not fitted to."""
    x = photos.float() / 255
    x_recon = pca.decode(pca.encode(x)).clamp(0, 1)
    bits = vae.measure.bits(pca.log_density(x), x[0].numel())
    sharp = vae.measure.sharpness(x_recon) / vae.measure.sharpness(x)
    return {
        f"PSNR of {len(x)} held-out photos": f"{vae.model.psnr(x, x_recon).mean().item():.2f} dB",
        "sharpness (variance of the Laplacian)": f"{sharp:.0%} of photos'",
        "exact density, bits per number (of 8)": f"{bits.mean().item():.2f}",
    }


def main() -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--photos", type=Path, required=True, help="folder or .tar of aligned photos")
    args = parser.parse_args()
    start = time.perf_counter()
    train, folder = load_photos(args.photos, 64, "train").pictures, weights.WEIGHTS / NAME
    pca = fit(train)
    weights.save_config(replace(pca.config, noise=round(pca.config.noise, 8)), folder)
    weights.save(pca, folder / FILE)
    pca = weights.load(Pca(weights.load_config(PcaConfig, folder)), folder / FILE)
    rows = measured(pca, load_photos(args.photos, 64, "val").pictures)
    table = "\n".join(f"| {name} | {figure} |" for name, figure in rows.items())
    facts = {"components": pca.config.components, "noise": pca.config.noise, "photos": len(train)}
    facts["minutes"] = (time.perf_counter() - start) / 60
    facts["hardware"] = hardware(torch.device("cpu"))
    legs = [Leg(facts["minutes"] / 60, facts["hardware"])]
    facts |= {"co2": energy.front(legs), "energy": energy.section(legs)}
    (folder / "README.md").write_text(CARD.format(name=NAME, results=table, **facts))
    steps = torch.cat([torch.zeros(1, pca.config.components), torch.diag(2 * pca.variance.sqrt())])[:16]
    faces = [to_image(x) for x in pca.decode(steps)]
    sheet(faces, 8, 64).save(folder / "components.png", optimize=True)
    print(table)


if __name__ == "__main__":
    main()
