"""The app on a stick: a folder from which a computer without a network installs and runs it with one command.

    python -m tools.classroom FOLDER [--hub OWNER/NAME ...] [--photos PATH] [--fairface]
                                     [--kind linux|macos|windows --python 3.12]

The folder gets the app with its weights, every package as a wheel, the chosen models of the Hub, photos for
the quiz, and install.sh and install.bat. Without --kind it is for computers like this one: the same system,
the same Python. For computers without an NVIDIA card `export
PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu` saves about 3 GB. In class: `sh install.sh`, or a
double click on install.bat. Run again, the command goes on where it stopped.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("HF_HUB_DISABLE_SYMLINKS", "1")  # a stick's file system may have none

from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError

from generative.language.hub import ELSEWHERE, FILES, NAME
from tools import serving, wheels

HERE = Path(__file__).parent
PYTHON = "{}.{}".format(*sys.version_info)


def pack(folder: Path, root: Path, kind: str = "here", python: str = PYTHON) -> None:
    """The app, its packages, and the scripts that install them."""
    for path in serving.files(root):
        place = folder / "app" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / path, place)
    wheels.bring(root / "requirements.txt", folder / "wheels", kind, python)
    for name in ("install.sh", "install.bat", "LEIAME.txt"):
        text = (HERE / "stick" / name).read_text()
        end = "\n" if name.endswith(".sh") else "\r\n"
        (folder / name).write_text(text.replace("@PYTHON@", python), newline=end)


def add_models(folder: Path, names: list[str]) -> None:
    """Models of the Hub, where the app on the other computer looks for them."""
    for name in names:
        if not (named := NAME.fullmatch(name)):
            sys.exit(f"{name} is no name of a model: it must be owner/name or owner/name@revision.")
        try:
            HfApi(endpoint=os.environ.get("HF_ENDPOINT")).snapshot_download(
                named["repo"],
                revision=named["revision"],
                cache_dir=folder / "hub" / "hub",
                allow_patterns=FILES,
                ignore_patterns=ELSEWHERE,
            )
        except HfHubHTTPError as error:
            sys.exit(f"{name} could not be fetched from the Hub: {error}")


def add_photos(folder: Path, photos: Path) -> None:
    """A folder or a .tar of portraits."""
    if photos.is_dir():
        shutil.copytree(photos, folder / "photos", dirs_exist_ok=True, copy_function=shutil.copyfile)
    else:
        shutil.copyfile(photos, folder / "photos.tar")


def add_fairface(folder: Path, root: Path) -> None:
    """The photos that the app's own command fetches."""
    command = [sys.executable, "-m", "generative.photos", "fetch"]
    subprocess.run(command, cwd=root, env={**os.environ, "HF_HOME": str(folder / "hub")}, check=True)


def report(folder: Path) -> str:
    """What is packed, and how large each part is."""
    parts = [part for part in sorted(folder.iterdir()) if part.is_dir()]
    sizes = {part.name: serving.megabytes(part, serving.found(part)) for part in parts}
    lines = [f"{name:8} {size:8.0f} MB" for name, size in sizes.items()]
    return "\n".join([*lines, f"{'all':8} {sum(sizes.values()):8.0f} MB in {folder}"])


def main() -> None:
    """Read the command line, pack, say what was packed."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("folder", type=Path, help="the stick, or a folder to be copied onto one")
    parser.add_argument("--hub", nargs="+", default=[], metavar="OWNER/NAME", help="models of the Hub")
    parser.add_argument("--photos", type=Path, help="a folder or a .tar of portraits for the quiz")
    parser.add_argument("--fairface", action="store_true", help="fetch FairFace for the quiz (63 MB)")
    parser.add_argument(
        "--kind", choices=["here", *wheels.KINDS], default="here", help="of computer in class"
    )
    parser.add_argument("--python", default=PYTHON, help=f"of the computer in class; without it {PYTHON}")
    parser.add_argument("--root", type=Path, default=serving.ROOT, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.kind == "here" and chosen.python != PYTHON:
        parser.error("--python needs --kind: linux, macos or windows")
    if chosen.photos and not chosen.photos.exists():
        parser.error(f"there is nothing at {chosen.photos}")
    chosen.folder.mkdir(parents=True, exist_ok=True)
    add_models(chosen.folder, chosen.hub)
    if chosen.photos:
        add_photos(chosen.folder, chosen.photos)
    if chosen.fairface:
        add_fairface(chosen.folder, chosen.root)
    try:
        pack(chosen.folder, chosen.root, chosen.kind, chosen.python)
    except subprocess.CalledProcessError:
        sys.exit("Not all packages could be brought here; pip says above which. Run the command again.")
    print(report(chosen.folder))


if __name__ == "__main__":
    main()
