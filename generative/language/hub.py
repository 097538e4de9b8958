"""From a model's name on the Hugging Face Hub to its files on this disk, checked before any download.

A name is owner/name, or owner/name@revision for a branch, a tag or a commit: some models have a branch for
each stage of their training. A download that broke off goes on where it stopped.

Only safetensors, JSON and vocabulary files are fetched, never code or a pickle. What was fetched once is
found again without a network. A name is a name: it is never taken for a path on this machine.
"""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from generative.errors import (
    ModelGated,
    ModelNotFound,
    ModelTooLarge,
    ModelUnreachable,
    ModelWithoutSafetensors,
    RevisionNotFound,
)

if TYPE_CHECKING:  # slow to import, so each function does it
    from huggingface_hub import HfApi, ModelInfo

NAME = re.compile(
    r"(?P<repo>[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9_][A-Za-z0-9._-]{0,95})"
    r"(?:@(?P<revision>[A-Za-z0-9][A-Za-z0-9._/-]{0,95}))?"
)
FILES = ["*.safetensors", "*.json", "*.jinja", "merges.txt", "vocab.txt", "*.model"]
ELSEWHERE = ["*/*"]  # copies for other programs lie in subfolders
SECONDS = 10  # until the Hub counts as unreachable
NOT_THE_HUB = (ValueError, TypeError, LookupError)  # of an answer like a Wi-Fi's login page
SPARE = 1.25  # memory a model needs, in units of its fp32 weights


def free_memory() -> float:
    """Bytes a new model may take: what Linux calls available, within the container's limit if any."""
    meminfo, cgroup = Path("/proc/meminfo"), Path("/sys/fs/cgroup")
    free = 8e9  # a guess for systems that do not say
    if meminfo.is_file():
        free = 1024.0 * int(re.search(r"MemAvailable:\s+(\d+) kB", meminfo.read_text())[1])
    limit = cgroup / "memory.max"
    if limit.is_file() and limit.read_text().strip().isdigit():
        free = min(free, int(limit.read_text()) - int((cgroup / "memory.current").read_text()))
    return free


def check(name: str, info: "ModelInfo") -> None:
    """Refuse what could not be loaded, from the Hub's description alone."""
    sizes = {f.rfilename: f.size or 0 for f in info.siblings or []}
    weights = [size for file, size in sizes.items() if file.endswith(".safetensors") and "/" not in file]
    if not weights:
        raise ModelWithoutSafetensors(name=name)
    parameters = info.safetensors.total if info.safetensors else sum(weights) / 2  # most are stored in fp16
    need, free = 4 * parameters * SPARE, free_memory()
    if need > free:
        raise ModelTooLarge(name=name, need=round(need / 1e9, 1), free=round(free / 1e9, 1))


def _folder(api: "HfApi", repo: str, revision: str | None, offline: bool = False) -> Path:
    files = {"allow_patterns": FILES, "ignore_patterns": ELSEWHERE}
    return Path(api.snapshot_download(repo, revision=revision, local_files_only=offline, **files))


def _on_disk(api: "HfApi", repo: str, revision: str | None) -> Path:
    """What an earlier download left, for a class without a network."""
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return _folder(api, repo, revision, offline=True)
    except LocalEntryNotFoundError as error:
        raise ModelUnreachable(name=f"{repo}@{revision}" if revision else repo) from error


def fetch(name: str) -> Path:
    """The folder with the model's files, downloaded if need be.

    Raises ModelNotFound, RevisionNotFound, ModelUnreachable, ModelGated, ModelWithoutSafetensors,
    ModelTooLarge.
    """
    from huggingface_hub import HfApi, errors

    if not (named := NAME.fullmatch(name)):
        raise ModelNotFound(name=name[:100])
    repo, revision = named["repo"], named["revision"]
    api = HfApi(endpoint=os.environ.get("HF_ENDPOINT"))
    try:
        check(name, api.model_info(repo, revision=revision, files_metadata=True, timeout=SECONDS))
        return _folder(api, repo, revision)
    except errors.HFValidationError as error:
        raise ModelNotFound(name=name) from error
    except errors.RevisionNotFoundError as error:
        raise RevisionNotFound(name=repo, revision=revision) from error
    except errors.GatedRepoError as error:
        raise ModelGated(name=name) from error
    except errors.HfHubHTTPError as error:
        missing = error.response is not None and error.response.status_code in (401, 404)
        raise (ModelNotFound if missing else ModelUnreachable)(name=name) from error
    except (errors.HTTPError, OSError, *NOT_THE_HUB):
        return _on_disk(api, repo, revision)
