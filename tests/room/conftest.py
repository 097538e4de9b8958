"""What the tests of rooms share: databases, a room that is stepped through, a class over HTTP, a server."""

import glob
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import httpx
import pytest
import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.testclient import TestClient

from demos.room import database, kinds, routes, votes
from generative import language, photos
from generative.games import quiz
from tests.conftest import ROOT, free_port

POSTGRES = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
DATABASES = ("sqlite", "postgresql")


@pytest.fixture(autouse=True)
def small_photos(monkeypatch: pytest.MonkeyPatch) -> None:
    """The portraits that ship with the app; all rooms deal the same rounds, so that they are dealt once."""
    source = photos.sources.portraits()
    monkeypatch.setattr(photos.sources, "source", lambda: source)
    monkeypatch.setattr(votes.secrets, "randbelow", lambda _: 1)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of its own; its programs refuse to run as root."""
    if not POSTGRES or importlib.util.find_spec("psycopg") is None:
        pytest.skip("PostgreSQL or its driver psycopg is not installed")
    folder, port = Path("/tmp", f"veredas-test-{os.getpid()}"), free_port()
    folder.mkdir(mode=0o700)
    owner = pwd.getpwnam("postgres") if os.getuid() == 0 else None
    if owner:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    user = {"user": owner.pw_uid, "group": owner.pw_gid} if owner else {}

    def run(program: str, *options: str) -> None:
        command = [f"{POSTGRES[-1]}/{program}", "-D", str(folder / "data"), *options]
        subprocess.run(command, check=True, capture_output=True, timeout=60, cwd=folder, **user)

    run("initdb", "-U", "veredas", "-A", "trust")
    run("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", f"-p {port} -k {folder} -h 127.0.0.1")
    yield f"postgresql://veredas@127.0.0.1:{port}/postgres"
    run("pg_ctl", "stop", "-m", "immediate")
    shutil.rmtree(folder)


@pytest.fixture(params=DATABASES)
def any_database(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """An empty database behind the rooms."""
    url = f"sqlite:///{tmp_path}/rooms.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres")
    monkeypatch.setenv("VEREDAS_DATABASE_URL", url)
    database.engine.cache_clear()
    yield url
    with database.writing() as c:
        c.execute(sa.delete(database.ROOMS))
    database.engine().dispose()
    database.engine.cache_clear()


@pytest.fixture
def sqlite_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """For what does not depend on the database."""
    monkeypatch.setenv("VEREDAS_DATABASE_URL", f"sqlite:///{tmp_path}/rooms.db")
    database.engine.cache_clear()
    yield f"sqlite:///{tmp_path}/rooms.db"
    database.engine().dispose()
    database.engine.cache_clear()


@pytest.fixture
def two_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language.model, "available", lambda: ["language_bigram", "language_small"])


@pytest.fixture
def client(sqlite_only) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=routes.routes())) as client:
        client.headers["Accept-Language"] = "en"
        yield client


def opened(rounds: int = 2, names: bool = True, **level: object) -> votes.Opened:
    return votes.open_room(kinds.Faces(quiz.Level(**level)), rounds, names)


def to(room: votes.Opened, phase: str, number: int = 1) -> votes.Room:
    """Step until the room stands there."""
    while (now := votes.find(room.code)).key != f"{number}-{phase}":
        assert now.phase != "over"
        votes.step(room.code, room.secret, now.key)
    return now


class Class:
    """A room over HTTP: the teacher, and phones that each have a cookie jar of their own."""

    def __init__(self, client: TestClient, **asked: object):
        self.client = client
        answer = client.post("/room", json={"rounds": 2, "names": True, "level": {}, **asked}).json()
        self.base, self.secret = f"/room/{answer['code']}", {"X-Room-Secret": answer["secret"]}

    def phone(self) -> TestClient:
        phone = TestClient(self.client.app, headers={"Accept-Language": "en"})
        assert phone.get(self.base).status_code == 200
        return phone

    def stage(self) -> dict:
        return self.client.get(f"{self.base}/stage", headers=self.secret).json()

    def step(self, times: int = 1) -> dict:
        for _ in range(times):
            seen = self.stage()["key"]
            self.client.post(f"{self.base}/step", json={"seen": seen}, headers=self.secret).raise_for_status()
        return self.stage()

    def vote(self, phone: TestClient, choice: object, number: object = 1) -> httpx.Response:
        return phone.post(f"{self.base}/vote", json={"round": number, "choice": choice})


def in_threads(n: int, act: Callable[[int], object]) -> list:
    """What n threads answer that act in the same moment; an error is an answer."""
    barrier, answers = threading.Barrier(n), []

    def one(i: int) -> None:
        barrier.wait()
        try:
            answers.append(act(i))
        except Exception as error:
            answers.append(type(error))

    threads = [threading.Thread(target=one, args=(i,)) for i in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


SERVER = """
import uvicorn
from starlette.applications import Starlette
from demos.room.routes import routes
uvicorn.run(Starlette(routes=routes()), port={port}, log_level="error")
"""


class Server:
    """The rooms' routes in a process that may be killed and started again on its port."""

    def __init__(self):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        code = SERVER.format(port=self.port)
        self.process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.DEVNULL)

    def ready(self) -> None:
        for _ in range(1200):
            try:
                httpx.get(f"{self.url}/room")
                return
            except httpx.TransportError:
                assert self.process.poll() is None
                time.sleep(0.1)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


class Asked:
    """A room of two questions over HTTP, open for votes: no model plays a part in it."""

    QUESTION: ClassVar = {"text": "Which?", "answers": ["one", "two", "three"]}

    def __init__(self, url: str):
        level = {"questions": [self.QUESTION, self.QUESTION]}
        room = httpx.post(f"{url}/room", json={"level": level}, timeout=60).json()
        self.url, self.secret = f"{url}/room/{room['code']}", {"X-Room-Secret": room["secret"]}
        self.step("0-lobby")

    def step(self, seen: str) -> str:
        answer = httpx.post(f"{self.url}/step", json={"seen": seen}, headers=self.secret, timeout=60)
        return answer.raise_for_status().json()["key"]

    def stage(self) -> dict:
        answer = httpx.get(f"{self.url}/stage", headers=self.secret, timeout=60)
        return answer.raise_for_status().json()
