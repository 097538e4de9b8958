"""Real or generated? A small classifier that no model was chosen by, trained afresh on each model's faces.

python benchmarks/real_or_generated.py --photos PATH [--cache FOLDER] [--bf16]

400 photos and 400 faces to train on, 400 of each to test, three seeds (of the split and of the network);
prints the area under the ROC curve, .5 where it cannot tell, 1 where it always can. The photos are training
photos of the models; faces are unpicked, without truncation. Beside it the variance of the Laplacian as a
share of photos', since sharpness is what tells most. --cache and --bf16 as in diffusion_steps.py.
"""

import argparse
from pathlib import Path
from statistics import fmean

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from benchmarks import diffusion_steps, face_quality
from generative.diffusion import faces
from generative.diffusion.faces import Sampling
from generative.training.data import load_photos
from generative.vae.measure import sharpness

EACH = 400  # of photos and of faces, to train on and to test
SEEDS = (0, 1, 2)
EPOCHS, BATCH, LR = 12, 32, 1e-3
CHANNELS = (3, 16, 32, 64, 64)  # halving 64 px to 4


def classifier() -> nn.Module:
    """x (B, 3, 64, 64) in [0, 1] -> logits (B, 1) of being a photo."""
    blocks = []
    for a, b in zip(CHANNELS, CHANNELS[1:], strict=False):
        blocks += [nn.Conv2d(a, b, 4, 2, 1), nn.GroupNorm(8, b), nn.LeakyReLU(0.2)]
    return nn.Sequential(*blocks, nn.Flatten(), nn.Dropout(0.3), nn.Linear(CHANNELS[-1] * 16, 1))


def auc(real: Tensor, fake: Tensor) -> float:
    """The chance that a photo's logit is above a face's; ties count half."""
    more = real[:, None] - fake[None]
    return ((more > 0).float() + 0.5 * (more == 0)).mean().item()


def told_apart(photos: Tensor, fakes: Tensor, seed: int, each: int = EACH) -> float:
    """AUC on `each` photos and `each` faces that the classifier never saw; both (N, 3, 64, 64) in [0, 1]."""
    torch.manual_seed(seed)
    real, fake = (x[torch.randperm(len(x))[: 2 * each]] for x in (photos, fakes))
    x, y = torch.cat([real[:each], fake[:each]]), torch.cat([torch.ones(each), torch.zeros(each)])
    net = classifier()
    optimizer = torch.optim.AdamW(net.parameters(), LR, weight_decay=0.05)
    for _ in range(EPOCHS):
        for idx in torch.randperm(2 * each).split(BATCH):
            rows = x[idx]
            rows = torch.where(torch.rand(len(idx), 1, 1, 1) < 0.5, rows.flip(3), rows)
            loss = F.binary_cross_entropy_with_logits(net(rows * 2 - 1)[:, 0], y[idx])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
    net.eval()
    with torch.no_grad():
        return auc(*(net(part[each:] * 2 - 1)[:, 0] for part in (real, fake)))


def walked(walk: Sampling, args: argparse.Namespace) -> Tensor:
    """The faces of all sets of diffusion_steps.py."""
    rows = (diffusion_steps.drawn(walk, s, args.faces, args.cache, args.bf16) for s in diffusion_steps.SETS)
    return torch.cat(list(rows))


def main() -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--photos", type=Path, required=True, help="aligned photos with train/ and val/")
    parser.add_argument("--faces", type=int, default=512, help="of each set of the diffusion model's")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--bf16", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(1)
    photos = load_photos(args.photos, 64, "train").pictures.float() / 255
    models = {name: lambda name=name: face_quality.drawn(name, 2 * EACH) for name in ("vae", "gan")}
    models |= {
        f"diffusion, {diffusion_steps.title(walk)}": lambda walk=walk: walked(walk, args)
        for walk in (faces.FAST, Sampling("euler", 20))
    }
    models["photos against photos"] = lambda: photos[1::2]
    real = photos[::2]
    for name, make in models.items():
        fakes = make()
        found = [told_apart(real, fakes, seed) for seed in SEEDS]
        sharp = sharpness(fakes[: 2 * EACH]) / sharpness(real)
        print(
            f"{name}: AUC {fmean(found):.3f} ({', '.join(f'{v:.3f}' for v in found)}), sharpness {sharp:.2f}"
        )


if __name__ == "__main__":
    main()
