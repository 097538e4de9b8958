"""docs/dependencies.md names every package that is asked for, as it is asked for."""

import re
import sys
import tomllib
from importlib import metadata

import pytest
from packaging.requirements import Requirement

from tests.conftest import ROOT
from tests.test_layout import CODE, imports

PAGE = (ROOT / "docs" / "dependencies.md").read_text()
ROW = re.compile(r"^\| ([\w\[\]-]+) \| ([\d.]+) \| ([^|]+) \| ([^|]+) \|$", re.M)


def asked(file: str) -> dict[str, str]:
    """Name and version of every line of a file."""
    lines = [line for line in (ROOT / file).read_text().splitlines() if line[:1].isalpha()]
    assert all(line.count("==") == 1 for line in lines)  # pinned
    return dict(line.split("==") for line in lines)


def rows(title: str) -> dict[str, str]:
    """Name and version of every row below a heading."""
    part = PAGE.split(f"## {title}\n")[1].split("\n## ")[0]
    return {name: version for name, version, _, _ in ROW.findall(part)}


@pytest.mark.parametrize(
    ("title", "file"), [("The app", "requirements.txt"), ("The tests", "tests/requirements.txt")]
)
def test_every_package_stands_in_the_table_with_its_version(title, file):
    assert rows(title) == asked(file)


def test_every_row_has_a_licence_and_a_reason():
    for name, _, licence, reason in ROW.findall(PAGE):
        assert re.search(r"MIT|BSD|Apache|MPL|LGPL", licence) and len(reason.split()) > 2, name


@pytest.mark.parametrize("file", ["requirements.txt", "tests/requirements.txt"])
def test_every_package_takes_the_oldest_python_that_is_promised(file):
    oldest = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    oldest = oldest.removeprefix(">=")
    for name in asked(file):
        try:
            needs = metadata.metadata(Requirement(name).name)["Requires-Python"]
        except metadata.PackageNotFoundError:
            continue  # its own tests say so
        assert Requirement(f"python{needs}").specifier.contains(oldest), name
    assert sys.version_info >= tuple(map(int, oldest.split(".")))


def test_what_is_imported_is_asked_for():
    """Everything that serves imports from elsewhere is in requirements.txt, or comes with what is."""
    comes_along = {"starlette", "markupsafe", "tokenizers", "packaging", "spaces", "mcp"}
    ours = {"generative", "demos", "tools", "app"}
    called = {"PIL": "pillow", "cv2": "opencv-python-headless", "skimage": "scikit-image"}
    called["markdown_it"] = "markdown-it-py"
    known = set(asked("requirements.txt")) | comes_along | ours | sys.stdlib_module_names
    for file in CODE:
        drawn = {"playwright"} if file.name == "face.py" and file.parent.name == "tools" else set()
        for module, _ in imports(file):
            name = module.partition(".")[0].replace("sklearn", "scikit-learn")
            assert called.get(name, name) in known | drawn, f"{file}: {name}"
