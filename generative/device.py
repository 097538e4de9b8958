"""Which device computes: CUDA, then Apple's MPS, then the CPU."""

import functools

import torch


@functools.cache
def best_device() -> torch.device:
    """The fastest device of this machine, in the order CUDA, MPS, CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def noise(seed: int, *shape: int) -> torch.Tensor:
    """Standard normal numbers of this shape, drawn on the CPU: the same seed gives the same z on every
    device.
    """
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))
