"""Axes of a VAE that are taught: its first ones say what the diffusion model was told of a face.

The same noise walked several times by the diffusion model, each time told other numbers, is one person
several times. Of two such pictures the encoder looks at one; the decoder is given what it found there beside
the taught axes, and on those what the other picture was told: it has to draw the other one. So a person's own
part of the code learns to hold nothing that can be told, and an edit has a picture that it should have been:
no judge of edits trains along who could be fooled.

The two are compared by their coarse part, what a blur of about one pixel leaves, and less by their fine part:
the diffusion model's faces are softer than photos, and that is not to be learned. (Without the fine part the
decoder drew stripes that no blur sees.) On photos the taught axes also learn the labels, loosely, for those
are measured with errors.

It does not know the rest of the training (vae.py).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from generative.device import noise
from generative.diffusion import model as diffusion
from generative.diffusion import wishes
from generative.diffusion.faces import FAST, to_unit
from generative.diffusion.sampler import end, times, walk
from generative.pictures import sheet, to_image
from generative.training.critic import fine
from generative.training.pairs import GUIDANCE
from generative.vae.model import Posterior, Vae

FIRST = 5_000_000  # seeds of the noise: others than any benchmark draws
MOST = 2.0  # deviations to each side that are told
MIRRORED = "pose"  # what changes its sign in a mirror


@dataclass(frozen=True)
class TaughtRecipe:
    """How much the lessons weigh."""

    people: int = 48  # a step: pairs of pictures
    swap: float = 0.7  # the drawing of the other picture, photos' reconstruction = 1
    fine: float = 0.3  # of its fine part, the coarse one = 1
    told_std: float = 0.25  # deviations by which a drawn face may miss what it was told
    label_std: float = 0.8  # the same of a photo's label


class People(NamedTuple):
    """N people, M pictures of each: uint8 (N, M, 3, 64, 64), and what each was told, (N, M, K)."""

    pictures: Tensor
    told: Tensor


def told(n: int, names: int, seed: int) -> Tensor:
    """What n people are told, (n, names + 1, names): first anything, then for each name that one anew."""
    first = noise(seed, n, 1, names)
    rows = first.repeat(1, names + 1, 1)
    again = 1.3 * noise(seed + 1, n, names)
    rows[:, range(1, names + 1), range(names)] = again
    return rows.clamp(-MOST, MOST)


@torch.no_grad()
def draw_people(network: diffusion.UNet, n: int, start: int = 0, at_once: int = 40) -> People:
    """n people as the diffusion model draws them, from person `start` on; on the network's device."""
    size, device = network.config.size, next(network.parameters()).device
    names, pictures = len(network.config.attributes), []
    rows = told(start + n, names, FIRST)[start:]
    for first in range(0, n, at_once):
        some = rows[first : first + at_once]
        seeds = range(FIRST + start + first, FIRST + start + first + len(some))
        x = torch.cat([noise(seed, 1, 3, size, size) for seed in seeds]).repeat_interleave(names + 1, 0)
        wish = wishes.Wish(some.flatten(0, 1), torch.ones(len(x), names), GUIDANCE)
        way = walk(
            wishes.field(wish, network),
            x.to(device).contiguous(memory_format=torch.channels_last),
            times(FAST.steps, FAST.bend),
            FAST.solver,
        )
        faces = to_unit(end(way)).mul(255).round().to(torch.uint8)
        pictures.append(faces.unflatten(0, (len(some), names + 1)).contiguous())
    return People(torch.cat(pictures).to(device), rows.to(device))


class Lesson:
    """What the first axes of a VAE learn: from people drawn by the diffusion model, and from photos' labels.

    labels (N, K): of the photos in training, in the diffusion model's deviations.
    """

    def __init__(self, recipe: TaughtRecipe, names: tuple[str, ...], people: People, labels: Tensor):
        self.recipe, self.names, self.people, self.labels = recipe, names, people, labels
        self.mirror = labels.new_ones(len(names))
        self.mirror[names.index(MIRRORED)] = -1

    def labels_of(self, idx: Tensor, mirrored: Tensor) -> Tensor:
        """The labels (B, K) of photos idx (B,), of which some are mirrored (B,) bool."""
        rows = self.labels[idx]
        return torch.where(mirrored[:, None], rows * self.mirror, rows)

    def pairs(self, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Two pictures of each of some people, (B, 3, 64, 64) in [0, 1], and what each was told, (B, K)."""
        n, m, device = *self.people.told.shape[:2], self.people.told.device
        size = self.recipe.people
        who = torch.randint(n, (size,), generator=generator)
        one = torch.randint(m, (size,), generator=generator)
        other = (one + torch.randint(1, m, (size,), generator=generator)) % m
        flip = (torch.rand(size, generator=generator) < 0.5).to(device)
        found = []
        for which in (one, other):
            at = who.to(device), which.to(device)
            x, c = self.people.pictures[at].float().div(255), self.people.told[at]
            found += [torch.where(flip[:, None, None, None], x.flip(3), x)]
            found += [torch.where(flip[:, None], c * self.mirror, c)]
        return found[0], found[2], found[1], found[3]

    def loss(self, model: Vae, beta: Tensor, generator: torch.Generator) -> Tensor:
        """The loss on one batch of pairs, in nats: the other picture from the one, KL, what was told."""
        r, k = self.recipe, len(self.names)
        x, x_other, c, c_other = self.pairs(generator)
        q = model.encoder(x.contiguous(memory_format=torch.channels_last))
        z = torch.cat([c_other, q.sample(generator)[:, k:]], 1)
        missed = model.decoder(z) - x_other
        detail = fine(missed)
        swap = ((missed - detail).square().sum() + r.fine * detail.square().sum()) / (2 * len(x))
        kl = (beta * q.kl().mean(0))[k:].sum()
        return r.swap * (swap + kl) + self.missed(q, c, r.told_std)

    def missed(self, q: Posterior, c: Tensor, std: float) -> Tensor:
        """-log N(mu; c, std^2) of the taught axes, without its constant, batch mean. c (B, K)."""
        return (q.mean[:, : len(self.names)] - c).square().sum(1).mean() / (2 * std**2)


def axes_first(model: Vae, order: list[int]) -> None:
    """Rename the axes of a VAE: what was axis order[i] is axis i from now on; its pictures stay the same."""
    z = model.config.z_dim
    rows = torch.tensor([*order, *(z + i for i in order)])
    with torch.no_grad():
        model.encoder.out.weight.copy_(model.encoder.out.weight[rows])
        model.encoder.out.bias.copy_(model.encoder.out.bias[rows])
        model.decoder.start.weight.copy_(model.decoder.start.weight[:, order])


@torch.no_grad()
def save_moves(model: Vae, file: Path, rows: int = 8) -> None:
    """Unpicked: samples from N(0, I), a row each, moved along every taught axis from -2 to 2."""
    steps, device = torch.linspace(-2, 2, 5), next(model.parameters()).device
    codes = noise(1, rows, model.config.z_dim)[:, None].repeat(1, 5 * len(model.config.taught), 1)
    for k in range(len(model.config.taught)):
        codes[:, 5 * k : 5 * k + 5, k] = steps
    x = model.decoder(codes.flatten(0, 1).to(device)).cpu()
    sheet([to_image(face) for face in x], codes.shape[1], 64).save(file)
