"""A run's folder: checkpoint.safetensors (networks and optimizers, full precision) and metrics.csv.

A run that was killed goes on from its last checkpoint with --resume; without one it starts from shipped
weights.

It does not know what is trained.
"""

import csv
import json
import os
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn
from torch.optim import Optimizer


def save(
    folder: Path, modules: dict[str, nn.Module], optimizers: dict[str, Optimizer], progress: dict
) -> None:
    """Write networks, Adam's moments and `progress` (numbers) to one file, replacing the old one at once."""
    tensors = {f"module/{m}/{k}": v for m, module in modules.items() for k, v in module.state_dict().items()}
    for name, optimizer in optimizers.items():
        for i, state in optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer/{name}/{i}/{k}": torch.as_tensor(v) for k, v in state.items()}
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / "checkpoint.part"
    save_file(
        {k: v.detach().cpu().contiguous().clone() for k, v in tensors.items()},
        part,
        metadata={"progress": json.dumps(progress)},
    )
    os.replace(part, folder / "checkpoint.safetensors")


def load(folder: Path, modules: dict[str, nn.Module], optimizers: dict[str, Optimizer]) -> dict | None:
    """Fill the networks and optimizers asked for; the progress, or None where there is no checkpoint."""
    file = folder / "checkpoint.safetensors"
    if not file.is_file():
        return None
    moments: dict[str, dict[int, dict[str, torch.Tensor]]] = {name: {} for name in optimizers}
    states: dict[str, dict[str, torch.Tensor]] = {name: {} for name in modules}
    with safe_open(file, framework="pt") as f:
        progress = json.loads(f.metadata()["progress"])
        for key in f.keys():  # noqa: SIM118 (safe_open is no dict)
            kind, name, rest = key.split("/", 2)
            if kind == "module" and name in states:
                states[name][rest] = f.get_tensor(key)
            elif kind == "optimizer" and name in moments:
                i, moment = rest.split("/")
                moments[name].setdefault(int(i), {})[moment] = f.get_tensor(key)
    for name, module in modules.items():
        module.load_state_dict(states[name])
    for name, optimizer in optimizers.items():
        optimizer.load_state_dict({**optimizer.state_dict(), "state": moments[name]})
    return progress


def log(folder: Path, record: dict) -> None:
    """Append one row to metrics.csv; the first row names the columns."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "metrics.csv"
    new = not file.exists()
    with file.open("a", newline="") as f:
        writer = csv.DictWriter(f, record.keys())
        if new:
            writer.writeheader()
        writer.writerow(record)
