"""Which files serve: what a Space or a laptop in class needs of this repository.

Tests, measurements and tools stay behind; the recipes of training go along, as the weights' cards name them.
"""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SERVES = (
    "app.py",
    "requirements.txt",
    "README.md",
    "README.pt-BR.md",
    "LICENSE",
    "CITATION.cff",
    "demos",
    "generative",
    "weights",
    "docs",
    "notebooks",
)


def files(root: Path = ROOT) -> list[str]:
    """Paths of all files that serve, below `root`; in a checkout of git only those that it knows, so that
    nothing of one's own goes along."""
    known = tracked(root) if (root / ".git").exists() else found(root)
    return sorted(path for path in known if path.split("/")[0] in SERVES and (root / path).is_file())


def tracked(root: Path) -> list[str]:
    """What git knows."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True)
    return listed.stdout.split("\0")


def found(root: Path) -> list[str]:
    """What lies there, without what is hidden or Python's own."""
    paths = [file.relative_to(root) for file in root.rglob("*") if file.is_file()]
    return [
        path.as_posix()
        for path in paths
        if not any(part.startswith(".") or part == "__pycache__" for part in path.parts)
    ]


def megabytes(root: Path, paths: list[str]) -> float:
    """Of these files together."""
    return sum((root / path).stat().st_size for path in paths) / 1e6
