"""Weights on disk: safetensors in fp16 beside a config.json and a model card. Never a pickle, never a guess.

A missing or damaged file is an error that says how to get it back; there is no fallback to random weights.
"""

import dataclasses
import json
import os
import typing
import zlib
from pathlib import Path
from typing import TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from generative.errors import WeightsDamaged, WeightsMissing, WeightsUnreadable

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS = ROOT / "weights"

T = TypeVar("T")
M = TypeVar("M", bound=nn.Module)


def shown(path: Path) -> str:
    """A path as a visitor may see it: relative to the project, never where the project lies."""
    path = Path(path)
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name


def need(file: Path) -> None:
    """Raises WeightsMissing, WeightsUnreadable if the file cannot be read."""
    try:
        missing = not file.is_file()
    except OSError:  # its folder is closed
        missing = False
    if missing:
        raise WeightsMissing(file=shown(file))
    if not os.access(file, os.R_OK):
        raise WeightsUnreadable(file=shown(file))


def save_config(config: object, folder: Path) -> None:
    """Write a dataclass as `folder`/config.json."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(dataclasses.asdict(config), indent=2) + "\n")


def load_config(kind: type[T], folder: Path) -> T:
    """Read `folder`/config.json as the dataclass `kind`. Raises WeightsMissing, WeightsDamaged."""
    file = folder / "config.json"
    need(file)
    try:
        values = json.loads(file.read_text())
        lists_to_tuples = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
        config = kind(**lists_to_tuples)
        for name, wanted in typing.get_type_hints(kind).items():
            plain = {int: int, float: (int, float), str: str, bool: bool, tuple: tuple}
            needed = plain.get(typing.get_origin(wanted) or wanted)
            if needed and not isinstance(getattr(config, name), needed):
                raise ValueError(name)
        return config
    except (ValueError, TypeError, AttributeError) as error:
        raise WeightsDamaged(file=shown(file)) from error


def checksum(file: Path) -> int:
    """CRC-32 of a weights file, kept beside what was measured on it. Raises WeightsMissing."""
    need(file)
    return zlib.crc32(file.read_bytes())


def measured(file: Path, of: Path) -> dict:
    """What a recipe stored about the weights `of`. Raises WeightsMissing; WeightsDamaged if about others."""
    need(file)
    try:
        stored = json.loads(file.read_text())
        same = stored["weights"] == checksum(of)
    except (ValueError, TypeError, KeyError) as error:
        raise WeightsDamaged(file=shown(file)) from error
    if not same:
        raise WeightsDamaged(file=shown(file))
    return stored


def stored(file: Path, key: str) -> dict:
    """One entry of a JSON file beside the weights. Raises WeightsMissing, WeightsDamaged."""
    need(file)
    try:
        return json.loads(file.read_text())[key]
    except (ValueError, TypeError, KeyError) as error:
        raise WeightsDamaged(file=shown(file)) from error


def tied(module: nn.Module) -> dict[str, str]:
    """Each tensor's name -> the first name of the same tensor: a tied matrix has two."""
    first: dict[int, str] = {}
    return {k: first.setdefault(v.data_ptr(), k) if v.numel() else k for k, v in module.state_dict().items()}


def save(module: nn.Module, file: Path) -> None:
    """Write a module's parameters and buffers in fp16 (integers stay as they are), tied ones once."""
    file.parent.mkdir(parents=True, exist_ok=True)
    names = {k for k, first in tied(module).items() if k == first}
    state = {k: v.detach().cpu().contiguous() for k, v in module.state_dict().items() if k in names}
    save_file({k: v.half() if v.is_floating_point() else v for k, v in state.items()}, file)


def load(module: M, file: Path) -> M:
    """Fill a module, strictly, from fp16 safetensors. Raises WeightsMissing, WeightsDamaged."""
    need(file)
    try:
        stored = load_file(file)
        same = {k: stored[first] for k, first in tied(module).items() if first in stored}
        module.load_state_dict(same | stored)
    except (SafetensorError, RuntimeError, OSError) as error:
        raise WeightsDamaged(file=shown(file)) from error
    return module


def ready(module: M, device: torch.device) -> M:
    """The module as it serves: on its device, in eval mode, without gradients, channels last."""
    return module.to(device).to(memory_format=torch.channels_last).eval().requires_grad_(False)
