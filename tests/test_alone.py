"""Without a network every tab works and nothing leaves; a visitor's photo is in no file and no log."""

import base64
import json
import shutil
import subprocess
import sys

import pytest
from PIL import Image

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from tests import alone
from tests.conftest import ROOT

NAMESPACE = ["unshare", "--map-root-user", "--net"]


def permitted() -> bool:
    """Whether this machine lends a network namespace."""
    if not shutil.which(NAMESPACE[0]):
        return False
    return subprocess.run([*NAMESPACE, "true"], capture_output=True).returncode == 0


@pytest.fixture(scope="module")
def report() -> dict:
    """What one walk through the app told; in a namespace without a route, where there may be one."""
    if not shutil.which("chromium"):
        pytest.skip("Debian's chromium is not installed")
    command = [*(NAMESPACE if permitted() else []), sys.executable, "-m", "tests.alone"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=540)
    assert told.returncode == 0, told.stderr[-4000:]
    return json.loads(told.stdout.splitlines()[-1])


def test_every_tab_works_without_a_network_and_asks_for_nothing(report):
    if report["outside"]:
        pytest.skip("this machine lends no network namespace (unshare --net is not permitted)")
    assert report["failed"] == [] and report["watched"] > 0 and report["asked"] == []
    assert len(report["seconds"]) > 12 and not report["traceback"]


def test_a_photo_is_in_no_file_and_no_log_whichever_way_it_came(report):
    assert report["failed"] == [] and report["pictures"] == []
    assert {".local/share/veredas/rooms.db", "log"} <= set(report["files"])  # so they were looked into


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "gif", "avif"])
def test_a_picture_that_is_left_anywhere_is_found(tmp_path, kind):
    (tmp_path / "innocent").write_text("a log without one")
    (tmp_path / "deep").mkdir()
    file = tmp_path / "deep" / "kept"
    Image.new("RGB", (40, 40), "teal").save(file, kind)
    (tmp_path / "a.log").write_text("INFO " + base64.b64encode(file.read_bytes()).decode())
    assert alone.pictures_in(tmp_path) == ["a.log", "deep/kept"]
