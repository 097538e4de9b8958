"""A disk that is really full: a sentence instead of a lost vote, and all goes on when there is room."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from demos.ui.refused import DiskFull
from tests.room.conftest import SERVER, Asked, Server

NAMESPACE = ["unshare", "--map-root-user", "--mount"]
MOUNT = 'mount -t tmpfs -o size=2m tmpfs "$0" && exec "$@"'


class OnSmallDisk(Server):
    """The rooms' routes, their database on a disk of two megabytes, in a namespace of its own."""

    def __init__(self, folder: Path):
        self.folder = folder
        super().__init__()

    def start(self) -> None:
        env = os.environ | {"VEREDAS_DATABASE_URL": f"sqlite:///{self.folder}/rooms.db"}
        app = [sys.executable, "-c", SERVER.format(port=self.port)]
        command = [*NAMESPACE, "sh", "-c", MOUNT, str(self.folder), *app]
        self.process = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)

    @property
    def disk(self) -> Path:
        """The disk as the server sees it."""
        return Path(f"/proc/{self.process.pid}/root{self.folder}")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[OnSmallDisk]:
    if not shutil.which(NAMESPACE[0]):
        pytest.skip("there is no unshare")
    tried = subprocess.run([*NAMESPACE, "sh", "-c", MOUNT, str(tmp_path), "true"], capture_output=True)
    if tried.returncode:
        pytest.skip("this machine lends no mount namespace (unshare --mount is not permitted)")
    one = OnSmallDisk(tmp_path)
    try:
        one.ready()
        yield one
    finally:
        one.kill()


def fill(file: Path) -> None:
    """Write until nothing fits any more."""
    with file.open("wb", buffering=0) as junk:
        for size in (65536, 512, 1):
            try:
                while True:
                    junk.write(b"x" * size)
            except OSError:
                continue


def vote(room: Asked, phone: httpx.Client, choice: int) -> httpx.Response:
    return phone.post(f"{room.url}/vote", json={"round": 1, "choice": choice})


def test_a_full_disk_is_said_and_nothing_that_was_counted_is_lost(server):
    room = Asked(server.url)
    phones = [httpx.Client(timeout=60) for _ in range(12)]
    for phone in phones:
        phone.get(room.url).raise_for_status()
    assert vote(room, phones[0], 1).status_code == 200
    fill(server.disk / "junk")
    refused = [vote(room, phone, i % 3) for i, phone in enumerate(phones[1:], 1)]
    full = [answer for answer in refused if answer.status_code != 200]
    assert full and all(answer.status_code >= 500 for answer in full)
    assert all(str(DiskFull()) in answer.text or DiskFull().pt in answer.text for answer in full)
    assert httpx.get(server.url + "/room", timeout=60).status_code < 500 and room.stage()
    (server.disk / "junk").unlink()
    assert room.stage()["voted"] == 1 + len(refused) - len(full)
    assert [vote(room, phone, 0).status_code for phone in phones] == [200] * len(phones)
    room.step("1-open")
    assert sum(room.stage()["tally"]) == len(phones)
