"""All packages that the app needs, as wheels in a folder, for this computer or for another kind.

For another kind pip would still read markers (`; sys_platform == "win32"`) as if it ran here, so packages are
then brought one layer after another: what a wheel's METADATA asks for, read with the other system's markers.
https://packaging.python.org/en/latest/specifications/dependency-specifiers/
"""

import subprocess
import sys
import zipfile
from email.parser import HeaderParser
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

LINUX = [f"manylinux_2_{minor}_x86_64" for minor in range(34, 16, -1)] + ["manylinux2014_x86_64"]


class Kind(NamedTuple):
    """A kind of computer: the tags of its wheels, and what markers read there."""

    tags: list[str]
    markers: dict[str, str]


def markers(sys_platform: str, os_name: str, platform_system: str, platform_machine: str) -> dict[str, str]:
    return {
        "sys_platform": sys_platform,
        "os_name": os_name,
        "platform_system": platform_system,
        "platform_machine": platform_machine,
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "platform_release": "",
        "platform_version": "",
    }


KINDS = {
    "linux": Kind(LINUX, markers("linux", "posix", "Linux", "x86_64")),
    "macos": Kind(["macosx_14_0_arm64"], markers("darwin", "posix", "Darwin", "arm64")),
    "windows": Kind(["win_amd64"], markers("win32", "nt", "Windows", "AMD64")),
}


def bring(requirements: Path, into: Path, kind: str = "here", python: str = "") -> None:
    """Every wheel into the folder. Raises CalledProcessError where pip finds one missing; it says which."""
    into.mkdir(parents=True, exist_ok=True)
    if kind == "here":
        return pip("-r", str(requirements), into=into)
    wanted = [Requirement(line) for line in requirements.read_text().splitlines() if line[:1].isalpha()]
    environment = KINDS[kind].markers | {"python_version": python, "python_full_version": f"{python}.0"}
    only = [option for tag in KINDS[kind].tags for option in ("--platform", tag)]
    while wanted:
        pip("--no-deps", "--python-version", python, *only, *map(str, wanted), into=into)
        wanted = missing(into, environment)
    return None


def pip(*arguments: str, into: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--only-binary=:all:", "--dest", str(into)]
    subprocess.run([*command, "--find-links", str(into), *arguments], check=True)


def missing(folder: Path, environment: dict[str, str]) -> list[Requirement]:
    """What the wheels in a folder ask for, on a computer of these markers, and the folder does not have."""
    there = {parse_wheel_filename(wheel.name)[0] for wheel in folder.glob("*.whl")}
    asked: dict[str, Requirement] = {}
    for one in [one for wheel in sorted(folder.glob("*.whl")) for one in needs(wheel)]:
        name = canonicalize_name(one.name)
        if name in there or one.marker and not one.marker.evaluate({**environment, "extra": ""}):
            continue
        plain = asked.setdefault(name, Requirement(one.name))
        plain.specifier &= one.specifier
        plain.extras |= one.extras
    return list(asked.values())


def needs(wheel: Path) -> list[Requirement]:
    """What a wheel's METADATA asks for."""
    with zipfile.ZipFile(wheel) as inside:
        (name,) = [name for name in inside.namelist() if name.endswith(".dist-info/METADATA")]
        said = HeaderParser().parsestr(inside.read(name).decode())
    return [Requirement(line) for line in said.get_all("Requires-Dist", [])]
