"""ZeroGPU on Hugging Face Spaces lends a GPU for the length of one call; anywhere else nothing changes."""

import os
from collections.abc import Callable

ON_ZERO_GPU = "SPACES_ZERO_GPU" in os.environ


def on_gpu(work: Callable) -> Callable:
    """`work` with a lent GPU around it on ZeroGPU, `work` itself elsewhere.

    Only for what needs a GPU there: Hub models. The shipped models are quicker on the CPU than a GPU is lent.
    """
    if not ON_ZERO_GPU:
        return work
    import spaces  # on ZeroGPU Spaces only

    return spaces.GPU(work)
