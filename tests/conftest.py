"""What the tests share: the app as a visitor's machine would run it, with no network beyond this machine."""

import contextlib
import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from generative import games, gan, photos, vae
from tests import fuzz

ROOT = Path(__file__).resolve().parent.parent
torch.set_num_threads(1)


CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",  # a green picture with a clock
    "--use-fake-ui-for-media-stream",  # and nobody to ask for leave
]


@pytest.fixture(scope="module")
def browser() -> Iterator:
    """Debian's chromium; a test that asks for it is skipped where it, or playwright, is missing."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not (chromium := shutil.which("chromium")):
        pytest.skip("Debian's chromium is not installed")
    with api.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium, args=CHROMIUM)
        yield browser
        browser.close()


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@pytest.fixture(scope="session", autouse=True)
def key_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Quiz rounds in tests never touch the key of this machine's installation."""
    os.environ["VEREDAS_KEY_FILE"] = str(tmp_path_factory.getbasetemp() / "key")


@pytest.fixture(autouse=True)
def own_key(key_file: None) -> Iterator[None]:
    """No test goes on with the key that another one had."""
    yield
    games.seal.key.cache_clear()


@pytest.fixture
def no_photos(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without real photos, unless a test says otherwise."""
    monkeypatch.delenv("VEREDAS_PHOTOS", raising=False)
    monkeypatch.setattr(photos.sources, "fetched", lambda: None)


@pytest.fixture(scope="module")
def three_faces() -> vae.rungs.Cast:
    """The mean face and two faces by the GAN; the first of these is measured."""
    x = torch.cat([vae.model.decode(vae.model.mean_z())[None], gan.model.sample(3, 2, 0.7)])
    return vae.rungs.Cast(x, ["current", "gan", "gan"], None, 1)


def wait_for(url: str, process: subprocess.Popen, log: Path) -> None:
    """Until a process that serves a page has begun. Raises AssertionError, with its log, where it ends."""
    for _ in range(1200):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url, timeout=5)
            return
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)


@pytest.fixture(scope="session")
def app_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`python app.py` in a process of its own; the Hub is unreachable and no photos are fetched."""
    port, home = free_port(), tmp_path_factory.mktemp("home")
    environment = {
        **os.environ,
        "GRADIO_SERVER_PORT": str(port),
        "HF_HOME": str(home / "hf"),
        "VEREDAS_KEY_FILE": str(home / "key"),
        "HF_ENDPOINT": "http://127.0.0.1:9",
        "VEREDAS_PHOTOS": "",
        "VEREDAS_MCP": "1" if importlib.util.find_spec("mcp") else "",
        "GRADIO_TEMP_DIR": str(home / "gradio"),
        "VEREDAS_DATABASE_URL": f"sqlite:///{home}/rooms.db",
    }
    with open(home / "log", "w") as log:
        process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(url, process, home / "log")
        yield url
    finally:
        process.terminate()
        process.wait(20)
    log = (home / "log").read_text()
    # "Exception ignored in ... __del__" is Python's own clean-up of a loop, not a failed request.
    failures = "Traceback" in re.sub(r"Exception ignored in.*\n.*Traceback", "", log)
    assert not failures, log[-4000:]
    assert fuzz.MARK not in log  # what is sent is in no log
