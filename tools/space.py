"""A Space on Hugging Face made of this folder, or brought to its state.

    python -m tools.space OWNER/NAME [--dry-run]

Looks at the front matter of README.md and at all sizes first, and changes nothing where something is wrong
with them. Then it makes the Space if there is none, uploads what serves (tools/serving.py), and deletes what
lies in the Space and does not: one commit, so that the Space is never half of each. `hf auth login` or
HF_TOKEN says who you are. What front matter may say: https://huggingface.co/docs/hub/spaces-config-reference
"""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

from huggingface_hub import (
    CommitInfo,
    CommitOperationAdd,
    CommitOperationDelete,
    HfApi,
    RepoCard,
    SpaceHardware,
)
from huggingface_hub.errors import HfHubHTTPError

from tools import serving

COLOURS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
LARGEST = 1000  # MB of a Space's repository: the Hub refuses more
HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+")
KEPT = {".gitattributes"}  # the Hub's own
FORMS = {
    "title": r".+",
    "colorFrom": "|".join(COLOURS),
    "colorTo": "|".join(COLOURS),
    "sdk": "gradio",
    "sdk_version": r"\d+\.\d+\.\d+",
    "python_version": r"3\.\d+(\.\d+)?",
    "license": r"[a-z0-9.-]+",
    "short_description": r".{1,60}",
    "startup_duration_timeout": r"\d+[mh]",
    "suggested_hardware": "|".join(SpaceHardware),
}
LISTS = {"models": HUB_NAME, "datasets": HUB_NAME, "tags": re.compile(r"[a-z0-9-]+")}


def wrong(root: Path) -> list[str]:
    """What is to be mended before anything is uploaded, a sentence each."""
    front = RepoCard((root / "README.md").read_text()).data.to_dict()
    found = [
        f"{key} in the front matter of README.md: {front.get(key)!r} does not fit."
        for key, form in FORMS.items()
        if not re.fullmatch(form, str(front.get(key, "")))
    ]
    for key, form in LISTS.items():
        found += [
            f"{key}: {one!r} is no such name." for one in front.get(key, []) if not form.fullmatch(str(one))
        ]
    found += [
        f"{key} names {front.get(key)}, which does not serve."
        for key in ("app_file", "thumbnail")
        if front.get(key) not in serving.files(root)
    ]
    if f"gradio=={front.get('sdk_version')}" not in (root / "requirements.txt").read_text().splitlines():
        found.append(f"sdk_version {front.get('sdk_version')} is not the Gradio of requirements.txt.")
    size = serving.megabytes(root, serving.files(root))
    return found + ([f"{size:.0f} MB are too much: a Space takes {LARGEST}."] if size > LARGEST else [])


def readme_for(name: str, root: Path) -> bytes:
    """README.md for this Space: its thumbnail must be a whole address, which has the Space's name in it."""
    text = (root / "README.md").read_text()
    address = f"https://huggingface.co/spaces/{name}/resolve/main/"
    return re.sub(r"^(thumbnail: )", rf"\g<1>{address}", text, count=1, flags=re.M).encode()


def uncommitted(root: Path) -> int:
    """How many files that serve differ from what git has."""
    if not (root / ".git").exists():
        return 0
    command = ["git", "status", "--porcelain", "--untracked-files=no", "--", *serving.SERVES]
    told = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    return len(told.stdout.splitlines())


def upload(api: HfApi, name: str, root: Path) -> tuple[CommitInfo, list[str]]:
    """One commit with all that serves; what was deleted with it."""
    api.create_repo(name, repo_type="space", space_sdk="gradio", exist_ok=True)
    paths = serving.files(root)
    gone = sorted({*api.list_repo_files(name, repo_type="space")} - {*paths} - KEPT)
    content = {path: root / path for path in paths} | {"README.md": readme_for(name, root)}
    operations = [CommitOperationAdd(path, given) for path, given in content.items()]
    operations += [CommitOperationDelete(path) for path in gone]
    message = "Veredas, as its repository has it"
    return api.create_commit(name, operations, commit_message=message, repo_type="space"), gone


def main() -> None:
    """Read the command line, look, upload, say what was done."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("name", metavar="OWNER/NAME", help="the Space")
    parser.add_argument("--dry-run", action="store_true", help="look and say, upload nothing")
    parser.add_argument("--root", type=Path, default=serving.ROOT, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if not HUB_NAME.fullmatch(chosen.name):
        parser.error("a Space is called OWNER/NAME")
    if problems := wrong(chosen.root):
        sys.exit("\n".join(problems))
    paths = serving.files(chosen.root)
    print(
        f"{len(paths)} files, {serving.megabytes(chosen.root, paths):.0f} MB; the front matter is in order."
    )
    if changed := uncommitted(chosen.root):
        print(f"{changed} files differ from the last commit and go along as they are.")
    if chosen.dry_run:
        return print("Nothing was uploaded (--dry-run).")
    try:
        done, gone = upload(HfApi(endpoint=os.environ.get("HF_ENDPOINT")), chosen.name, chosen.root)
    except HfHubHTTPError as error:
        sys.exit(
            f"The Hub refused: {error}\nDid you log in (hf auth login), and may you write to {chosen.name}?"
        )
    print(f"Uploaded as {done.oid[:8]}; {len(gone)} files that do not serve were deleted {', '.join(gone)}")
    return print(f"https://huggingface.co/spaces/{chosen.name} builds it now; its log is under “Logs” there.")


if __name__ == "__main__":
    main()
