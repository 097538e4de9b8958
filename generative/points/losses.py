"""Five losses of the game of generator and discriminator, on D's logits or, for the last three, its scores.

minimax and nonsaturating: Goodfellow et al. 2014, https://arxiv.org/abs/1406.2661; lsgan: Mao et al. 2017
with a = 0, b = c = 1, https://arxiv.org/abs/1611.04076; wgan: Arjovsky, Chintala and Bottou 2017, weights
clipped, https://arxiv.org/abs/1701.07875; wgan_gp: Gulrajani et al. 2017, https://arxiv.org/abs/1704.00028.
All are to be made small. They know no network.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import softplus

from generative.errors import GenerativeError

LOSSES = ("minimax", "nonsaturating", "lsgan", "wgan", "wgan_gp")
CLIP = 0.1  # of the critic's weights; the paper's 0.01 is for images and far deeper networks
PENALTY = 1.0  # lambda; the paper's toy examples in the plane use less than its 10 for images


class LossUnknown(GenerativeError):
    en = "There is no loss called “{name}”. Choose one of: {names}."
    pt = "Não há uma perda chamada “{name}”. Escolha uma destas: {names}."


def known(name: object, offered: tuple[str, ...] = LOSSES) -> str:
    """Raises LossUnknown."""
    if name not in offered:
        raise LossUnknown(name=str(name)[:20], names=", ".join(offered))
    return str(name)


def discriminator(name: str, real: Tensor, fake: Tensor) -> Tensor:
    """What D makes small; real and fake (n,): scores s. log D = -softplus(-s), log(1 - D) = -softplus(s)."""
    if known(name) in ("minimax", "nonsaturating"):
        return softplus(-real).mean() + softplus(fake).mean()
    if name == "lsgan":
        return ((real - 1) ** 2).mean() / 2 + (fake**2).mean() / 2
    return fake.mean() - real.mean()


def generator(name: str, fake: Tensor) -> Tensor:
    """What G makes small; fake (n,): D's scores of what it made."""
    if known(name) == "minimax":
        return -softplus(fake).mean()  # the mean of log(1 - D): flat where D is sure
    if name == "nonsaturating":
        return softplus(-fake).mean()
    return ((fake - 1) ** 2).mean() / 2 if name == "lsgan" else -fake.mean()


def penalty(D: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """lambda (|dD/dx| - 1)^2 on average over x (n, d), points between real and fake ones."""
    x = x.detach().requires_grad_()
    (slope,) = torch.autograd.grad(D(x).sum(), x, create_graph=True)
    return PENALTY * ((slope.norm(dim=1) - 1) ** 2).mean()
