"""LoRA: a large matrix stays as it is and learns through two thin ones beside it.

Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", 2021, https://arxiv.org/abs/2106.09685

A matrix W (out, in) that a page of text should change by some dW is not changed at all: dW = B A, with A
(rank, in) and B (out, rank), is added to what W gives. Of rank 4 and a W of 256 x 256 that is 2,048 numbers
instead of 65,536. It knows neither text nor training.
"""

import torch
from torch import Tensor, nn

ALPHA = 8.0  # dW counts ALPHA / rank times, so that one learning rate serves every rank (section 4.1)


class LoRA(nn.Module):
    """x (..., in) -> W x + (ALPHA / rank) B A x (eq. 3). B begins as zeros: at first nothing is changed; of
    rank 0 nothing ever is."""

    def __init__(self, linear: nn.Linear, rank: int, generator: torch.Generator):
        super().__init__()
        self.linear, self.scale = linear, ALPHA / max(1, rank)
        spread = linear.in_features**-0.5
        self.A = nn.Parameter(torch.randn(rank, linear.in_features, generator=generator) * spread)
        self.B = nn.Parameter(torch.zeros(linear.out_features, rank))

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x) + self.scale * (x @ self.A.T) @ self.B.T


def adapt(network: nn.Module, rank: int, generator: torch.Generator) -> list[nn.Parameter]:
    """Put a LoRA around every matrix inside the network, in place; gives what there is to train.

    The paper adapts queries and values alone; a network this small has room for little else.
    """
    inside = [
        (parent, name, child) for parent in network.modules() for name, child in parent.named_children()
    ]
    learning = []
    for parent, name, child in inside:
        if isinstance(child, nn.Linear):
            setattr(parent, name, LoRA(child, rank, generator))
            learning += [getattr(parent, name).A, getattr(parent, name).B]
    return learning
