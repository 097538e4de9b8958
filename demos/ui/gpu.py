"""ZeroGPU on Hugging Face Spaces lends a GPU for the length of one call; anywhere else nothing changes."""

import functools
import os
from collections.abc import Callable

from generative import language

ON_ZERO_GPU = "SPACES_ZERO_GPU" in os.environ


def on_gpu(work: Callable) -> Callable:
    """`work` with a lent GPU around it on ZeroGPU, `work` itself elsewhere.

    Only for what needs a GPU there: Hub models. The shipped models are quicker on the CPU than a GPU is lent.
    """
    if not ON_ZERO_GPU:
        return work
    import spaces  # on ZeroGPU Spaces only

    return spaces.GPU(work)


def lent(work: Callable) -> Callable:
    """`work(text, model, ...)`: a Hub model computes on a lent GPU where the host lends one."""
    borrowed = on_gpu(work)

    @functools.wraps(work)
    def near_the_model(text: str, model: str = "", *rest: object) -> object:
        return (work if language.model.is_here(model) else borrowed)(text, model, *rest)

    return near_the_model
