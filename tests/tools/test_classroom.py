"""A folder on a stick installs and starts without a network: tried with an app and a package of a line."""

import contextlib
import http.server
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.conftest import ROOT
from tests.language.test_hub import StandInHub
from tests.test_alone import NAMESPACE, permitted
from tools import classroom, wheels

APP = """
import os
from pathlib import Path
import tiny
print("started", tiny.WORD, os.environ["HF_HUB_OFFLINE"], Path(os.environ["VEREDAS_PHOTOS"]).name)
print(sorted(file.name for file in Path(os.environ["HF_HOME"]).rglob("config.json")))
"""


def wheel(folder: Path, name: str, needs: tuple[str, ...] = (), tag: str = "py3-none-any") -> Path:
    """A package of one line."""
    folder.mkdir(exist_ok=True)
    file = folder / f"{name}-1.0-{tag}.whl"
    asked = "".join(f"Requires-Dist: {one}\n" for one in needs)
    parts = {
        f"{name}.py": "WORD = 'vereda'\n",
        f"{name}-1.0.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{asked}\n",
        f"{name}-1.0.dist-info/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n",
        f"{name}-1.0.dist-info/RECORD": "",
    }
    with zipfile.ZipFile(file, "w") as made:
        for path, text in parts.items():
            made.writestr(path, text)
    return file


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    """What pip finds, instead of the network: a package, and one that it needs on Windows alone."""
    folder = tmp_path_factory.mktemp("registry")
    wheel(folder, "tiny", ('colour>=1; sys_platform == "win32"', 'fast; extra == "speed"'))
    wheel(folder, "colour", tag="py3-none-win_amd64")
    return folder


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """A Hub on this machine with one small model."""
    model = tmp_path_factory.mktemp("model")
    (model / "config.json").write_text("{}")
    (model / "model.safetensors").write_bytes(b"weights")
    serve = type("Serve", (StandInHub,), {"folders": {"owner/tiny": model}, "asked": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with contextlib.closing(server.socket):
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def packing(folder: Path, root: Path, registry: Path, *more: str, **environment: str):
    """What `python -m tools.classroom` tells, with these instead of PyPI and the Hub."""
    alone = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(registry), "NO_PROXY": "127.0.0.1", "HF_TOKEN": ""}
    return subprocess.run(
        [sys.executable, "-m", "tools.classroom", str(folder), "--root", str(root), *more],
        cwd=ROOT,
        env={**os.environ, **alone, **environment},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """An app of a few lines, and what does not serve beside it."""
    folder = tmp_path_factory.mktemp("root")
    (folder / "app.py").write_text(APP)
    (folder / "requirements.txt").write_text("# what it needs\ntiny==1.0\n")
    for left in ("tests/test_app.py", "secret.txt", "demos/__pycache__/x.pyc", ".env"):
        (folder / left).parent.mkdir(parents=True, exist_ok=True)
        (folder / left).write_text("not for others")
    return folder


@pytest.fixture(scope="module")
def stick(tmp_path_factory, root, registry, hub) -> Path:
    folder = tmp_path_factory.mktemp("a stick")
    photos = tmp_path_factory.mktemp("photos")
    (photos / "one.jpg").write_bytes(b"picture")
    packed = packing(folder, root, registry, "--hub", "owner/tiny", "--photos", str(photos), HF_ENDPOINT=hub)
    assert packed.returncode == 0, packed.stderr[-3000:]
    assert "MB in" in packed.stdout and "wheels" in packed.stdout
    return folder


def test_only_what_serves_is_on_the_stick(stick):
    app = [
        file.relative_to(stick / "app").as_posix() for file in (stick / "app").rglob("*") if file.is_file()
    ]
    assert sorted(app) == ["app.py", "requirements.txt"]
    assert {one.name for one in stick.iterdir()} == {
        *("app", "hub", "photos", "wheels", "install.sh", "install.bat", "LEIAME.txt")
    }
    assert not any(file.is_symlink() for file in stick.rglob("*"))  # FAT and exFAT have none
    for name in ("install.sh", "install.bat", "LEIAME.txt"):
        assert classroom.PYTHON in (stick / name).read_text() and "@" not in (stick / name).read_text()[99:]
    assert (
        b"\r\n" in (stick / "install.bat").read_bytes() and b"\r" not in (stick / "install.sh").read_bytes()
    )


def test_it_installs_and_starts_without_a_network_and_then_without_the_stick(stick, tmp_path):
    place = tmp_path / "at home"
    alone = NAMESPACE if permitted() else []
    environment = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    first = [*alone, "sh", str(stick / "install.sh"), str(place)]
    told = subprocess.run(first, env=environment, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.splitlines()[-2:] == ["started vereda 1 photos", "['config.json']"]
    shutil.move(stick / "wheels", stick / "gone")
    try:
        again = subprocess.run(
            ["sh", str(place / "install.sh")], env=environment, capture_output=True, text=True
        )
    finally:
        shutil.move(stick / "gone", stick / "wheels")
    assert again.stdout.startswith("started vereda"), again.stderr


def test_another_python_is_refused_in_both_languages(stick, tmp_path):
    script = tmp_path / "install.sh"
    script.write_text((stick / "install.sh").read_text().replace(f"need={classroom.PYTHON}", "need=3.9"))
    told = subprocess.run(["sh", str(script), str(tmp_path / "there")], capture_output=True, text=True)
    assert told.returncode == 1 and "needs Python 3.9" in told.stderr and "precisa do Python" in told.stderr
    assert not (tmp_path / "there").exists()


def test_for_another_system_its_own_markers_count(root, registry, tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(registry))
    for kind, names in (("windows", {"tiny", "colour"}), ("linux", {"tiny"})):
        wheels.bring(root / "requirements.txt", tmp_path / kind, kind, "3.12")
        assert {file.name.partition("-")[0] for file in (tmp_path / kind).iterdir()} == names


def test_what_several_ask_for_is_asked_for_once_within_all_their_bounds(tmp_path):
    wheel(tmp_path, "one", ("shared>=2", "two"))
    wheel(tmp_path, "two", ("Shared[x]<4", 'old; python_version < "3.9"'))
    found = wheels.missing(tmp_path, wheels.KINDS["linux"].markers | {"python_version": "3.12"})
    assert len(found) == 1 and found[0].specifier == Requirement("shared>=2,<4").specifier
    assert found[0].extras == {"x"}


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--hub", "../../etc"), "must be owner/name"),
        (("--hub", "owner/missing"), "could not be fetched"),
        (("--photos", "/nowhere"), "nothing at /nowhere"),
        (("--python", "3.9"), "--python needs --kind"),
    ],
)
def test_what_cannot_be_packed_is_said(hub, tmp_path, monkeypatch, capsys, more, sentence):
    monkeypatch.setenv("HF_ENDPOINT", hub)
    monkeypatch.setattr(sys, "argv", ["classroom", str(tmp_path), *more])
    with pytest.raises(SystemExit) as ended:
        classroom.main()
    assert sentence in f"{ended.value} {capsys.readouterr().err}"
