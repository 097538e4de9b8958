"""Which device computes: CUDA, then Apple's MPS, then the CPU."""

import os

import torch

from generative.once import once


@once
def best_device() -> torch.device:
    """The fastest device of this machine, in the order CUDA, MPS, CPU.

    On a ZeroGPU Space the CPU: a GPU is lent there only for the length of a call, see `lent_device`.
    """
    if "SPACES_ZERO_GPU" in os.environ:
        return torch.device("cpu")
    return lent_device()


def lent_device() -> torch.device:
    """The fastest device at this very moment; inside a ZeroGPU call, the lent GPU."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def noise(seed: int, *shape: int) -> torch.Tensor:
    """Standard normal numbers of this shape, drawn on the CPU: a seed gives the same z on every device."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))
