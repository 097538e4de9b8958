"""A moving average of a network's weights: it serves, for it moves less than the network in training.

Yazıcı et al., "The Unusual Effectiveness of Averaging in GAN Training", 2019,
https://arxiv.org/abs/1806.04498. It does not know what the network is for.
"""

import torch
from torch import nn


@torch.no_grad()
def follow(average: nn.Module, model: nn.Module, half_life: float) -> None:
    """Move the average's parameters towards the model's, half_life in steps; its buffers are copied."""
    weight = 1 - 0.5 ** (1 / half_life)
    torch._foreach_lerp_(list(average.parameters()), list(model.parameters()), weight)
    for ours, theirs in zip(average.buffers(), model.buffers(), strict=True):
        ours.copy_(theirs)
