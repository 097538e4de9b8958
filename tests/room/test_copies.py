"""Two copies behind nginx, as docs/nginx.conf has it, on one PostgreSQL: one is killed, the room goes on."""

import functools
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from demos.room import database
from tests.conftest import ROOT, free_port
from tests.room.conftest import Asked, Server

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
VOTERS = 60


@pytest.fixture
def copies(postgres: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[tuple]:
    """(nginx's address, the two servers)."""
    if not NGINX:
        pytest.skip("nginx is not installed")
    monkeypatch.setenv("VEREDAS_DATABASE_URL", postgres)
    servers, port = (Server(), Server()), free_port()
    proxy = subprocess.Popen(_command(tmp_path, port, servers), stderr=subprocess.DEVNULL)
    try:
        for server in servers:
            server.ready()
        yield f"http://127.0.0.1:{port}", servers
    finally:
        proxy.terminate()
        proxy.wait()
        for server in servers:
            server.kill()
        database.engine.cache_clear()


def _command(folder: Path, port: int, servers: tuple[Server, ...]) -> list[str]:
    """nginx with the documented file, on other ports and with its own folders."""
    text = (ROOT / "docs" / "nginx.conf").read_text()
    for known, used in zip((7860, 7861, 7862), (port, *(server.port for server in servers)), strict=True):
        assert str(known) in text
        text = text.replace(f"127.0.0.1:{known}", f"127.0.0.1:{used}")
        text = text.replace(f"listen {known}", f"listen 127.0.0.1:{used}")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    (folder / "nginx.conf").write_text(text.replace("http {", f"http {{ access_log off; {paths}", 1))
    user = "user root;" if os.getuid() == 0 else ""  # its workers must reach this folder
    main = f"daemon off; pid {folder}/pid; error_log {folder}/log; {user}"
    return [NGINX, "-c", str(folder / "nginx.conf"), "-e", f"{folder}/log", "-g", main]


def _answered(call: Callable[[], httpx.Response]) -> httpx.Response:
    """Again until it is answered, as the pages do."""
    while True:
        try:
            if (answer := call()).status_code < 500:
                return answer
        except httpx.TransportError:
            pass
        time.sleep(0.2)


def test_a_room_goes_on_when_one_of_two_copies_is_killed(copies):
    url, servers = copies
    room, counted, met = Asked(url), [], threading.Barrier(VOTERS + 1)

    def phone(i: int) -> None:
        with httpx.Client(timeout=20) as client:
            _answered(lambda: client.get(room.url))
            copy = client.cookies["veredas_copy"]
            met.wait()
            for choice in (0, i % 3):
                vote = functools.partial(client.post, f"{room.url}/vote", json={"round": 1, "choice": choice})
                counted.append((copy, _answered(vote).json()))

    phones = [threading.Thread(target=phone, args=(i,)) for i in range(VOTERS)]
    for thread in phones:
        thread.start()
    met.wait()
    while len(counted) < VOTERS / 2:
        time.sleep(0.005)
    servers[0].kill()
    for thread in phones:
        thread.join()
    assert {copy for copy, _ in counted} == {"one", "two"}
    assert all("counted" in answer for _, answer in counted)
    assert room.step("1-open") == "1-closed"
    stage = room.stage()
    assert stage["tally"] == [VOTERS // 3] * 3 and stage["joined"] == VOTERS
    assert [room.step("1-closed"), room.step("1-revealed")] == ["1-revealed", "2-open"]
