"""The discriminator that trains along with the VAE, and how it pulls on a reconstruction.

Larsen et al., "Autoencoding beyond pixels using a learned similarity metric", 2016,
https://arxiv.org/abs/1512.09300: what a discriminator sees on the way to its verdict measures reconstructions
(feature loss); its verdict takes the blur off.

It does not know the VAE: it is handed photos and what became of them.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from generative import gan
from generative.gan.model import Discriminator, GanConfig


@dataclass(frozen=True)
class CriticRecipe:
    """How hard it pulls, and how it is trained."""

    feature: float = 0.3  # how hard the feature loss pulls on a reconstruction's detail, squared error = 1
    adversary: float = 2.4  # the same for the verdict
    judged: int = 32  # reconstructions judged a step
    lr: float = 0.001
    r1_gamma: float = 0.3  # three times the face GAN's: blurred pictures are easily told apart
    r1_every: int = 16


def fine(x: Tensor) -> Tensor:
    """What a blur by a Gaussian of about one pixel takes from pictures (B, C, H, W)."""
    line = x.new_tensor([1.0, 4.0, 6.0, 4.0, 1.0]) / 16
    kernel = torch.outer(line, line).repeat(x.shape[1], 1, 1, 1)
    return x - F.conv2d(F.pad(x, (2, 2, 2, 2), mode="replicate"), kernel, groups=x.shape[1])


def feature_loss(real: list[Tensor], recon: list[Tensor]) -> Tensor:
    """How differently a discriminator sees two pictures: batch mean, sum over layers, in [0, 4] each.

    Features (B, C, H, W) are scaled to length 1 at every place, as in LPIPS (Zhang et al. 2018, eq. 1), so
    that no layer outweighs the others; Larsen et al. 2016, eq. 7.
    """
    pairs = ((F.normalize(a, dim=1), F.normalize(b, dim=1)) for a, b in zip(real, recon, strict=True))
    return sum((a - b).square().sum(1).mean() for a, b in pairs)


class Critic:
    """The discriminator and its optimizer."""

    def __init__(self, recipe: CriticRecipe, device: torch.device, bf16: bool = False):
        self.D = Discriminator(GanConfig()).to(device).to(memory_format=torch.channels_last)
        self.optimizer = torch.optim.Adam(self.D.parameters(), recipe.lr, (0.0, 0.99), eps=1e-8)
        self.recipe, self.bf16, self.turn = recipe, bf16, 0

    def features(self, x: Tensor) -> list[Tensor]:
        """What D sees of x (B, 3, 64, 64) in [0, 1]."""
        with torch.autocast(x.device.type, torch.bfloat16, enabled=self.bf16):
            return [f.float() for f in self.D.features(x * 2 - 1)]

    def logits(self, x: Tensor) -> Tensor:
        """D's logits (B,) on augmented x (B, 3, 64, 64) in [0, 1]."""
        with torch.autocast(x.device.type, torch.bfloat16, enabled=self.bf16):
            return self.D(gan.model.diff_augment(x * 2 - 1)).float()

    def pull(self, x: Tensor, x_recon: Tensor) -> tuple[Tensor, Tensor]:
        """The gradient at x_recon (B, 3, 64, 64) of feature loss and -log D; the feature loss.

        Only their fine part: the coarse picture is what z knows, and the squared error's alone. Each is
        scaled to a share of the squared error's fine gradient, so that no weight needs tuning
        while D changes (Esser et al. 2021, https://arxiv.org/abs/2012.09841, eq. 7, at the picture).
        """
        r, x_recon = self.recipe, x_recon.detach().requires_grad_()
        self.D.requires_grad_(False)
        with torch.no_grad():
            real = self.features(x)
        feature = feature_loss(real, self.features(x_recon))
        verdict = gan.model.g_loss(self.logits(x_recon[: r.judged]))
        pulls = [fine(torch.autograd.grad(v, x_recon)[0]) for v in (feature, verdict)]
        self.D.requires_grad_(True)
        error = fine((x_recon.detach() - x) / len(x)).norm()  # of the squared error's gradient
        shares = zip(pulls, (r.feature, r.adversary), strict=True)
        return sum(g * share * error / g.norm().clamp_min(1e-12) for g, share in shares), feature.detach()

    def learn(self, x: Tensor, x_fake: Tensor) -> Tensor:
        """One step of D on as many photos as fakes, R1 every `r1_every` turns. Returns its loss."""
        x, r = x[: len(x_fake)], self.recipe
        loss = gan.model.d_loss(self.logits(x), self.logits(x_fake.detach()))
        if self.turn % r.r1_every == 0:
            clear = (x * 2 - 1).requires_grad_()
            loss = loss + gan.model.r1_penalty(self.D(clear), clear) * r.r1_gamma / 2 * r.r1_every
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        self.turn += 1
        return loss.detach()
