"""The app as a class meets it, for the scripts beside this file: started, asked, its CPU and memory read.

The client speaks bare HTTP/1.1 on kept connections: httpx takes more CPU than a small answer costs the app.
CPU and memory are read in /proc, so on Linux alone.
"""

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
TICK = os.sysconf("SC_CLK_TCK")
SETTLE = 8.0  # seconds for which its memory must not grow before its models count as loaded
PATIENCE = 300.0  # seconds until it must have begun to answer


class App(NamedTuple):
    """A running app and what its process has used."""

    url: str
    pid: int

    def cpu(self) -> float:
        """Seconds of CPU, its children's included."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return sum(int(n) for n in fields[11:15]) / TICK

    def memory(self) -> float:
        """MiB of it that are in memory now."""
        return _status(self.pid, "VmRSS")

    def peak(self) -> float:
        """The most there was of it so far."""
        return _status(self.pid, "VmHWM")


def _status(pid: int, name: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024


@contextlib.contextmanager
def app(root: Path = ROOT, **environment: str) -> Iterator[App]:
    """`python app.py` of a checkout, with an empty database, once it answers and its models are loaded."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        own = {"GRADIO_SERVER_PORT": str(port), "VEREDAS_KEY_FILE": f"{home}/key", "GRADIO_TEMP_DIR": home}
        own["VEREDAS_DATABASE_URL"] = f"sqlite:///{home}/rooms.db"
        process = subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=root,
            env={**os.environ, **own, **environment},
            stdout=subprocess.DEVNULL,
        )
        try:
            running = App(f"http://127.0.0.1:{port}", process.pid)
            _wait(running, process)
            yield running
        finally:
            process.terminate()
            process.wait(30)


def _wait(running: App, process: subprocess.Popen) -> None:
    """Until it answers and has taken no more memory for a while: its models are loaded."""
    end = time.monotonic() + PATIENCE
    while not _answers(running.url):
        if process.poll() is not None or time.monotonic() > end:
            raise SystemExit(f"the app does not answer; exit status {process.poll()}")
        time.sleep(0.2)
    steady = 0
    while steady < SETTLE:
        before = running.memory()
        time.sleep(2)
        steady = steady + 2 if running.memory() < before + 2 else 0


def _answers(url: str) -> bool:
    try:
        return bool(urllib.request.urlopen(url, timeout=30).read())
    except OSError:
        return False


class Answer(NamedTuple):
    status: int
    body: bytes

    def json(self) -> object:
        return json.loads(self.body)


class Visitor:
    """One browser: calls go out side by side, each on a connection that is kept for the next."""

    def __init__(self, url: str, session: str = ""):
        parts = urlsplit(url)
        self.host, self.port, self.session = parts.hostname, parts.port, session
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def get(self, path: str) -> Answer:
        return await self._call(f"GET {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n\r\n".encode())

    async def post(self, path: str, body: object) -> Answer:
        data = json.dumps(body).encode()
        head = f"POST {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nContent-Type: application/json\r\n"
        return await self._call(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)

    async def ask(self, component: int, function: str, data: dict) -> dict:
        """A component's `server` function, as its script calls it."""
        body = {"session_hash": self.session, "component_id": component, "fn_name": function, "data": data}
        answer = await self.post("/gradio_api/component_server", body)
        if answer.status != 200 or "error" in (said := answer.json()):
            raise RuntimeError(f"{function}: {answer.status} {answer.body[:300]!r}")
        return said

    async def run(self, event: int, data: list, trigger: int | None = None) -> dict:
        """An event that goes past the queue."""
        body = {"fn_index": event, "data": data, "session_hash": self.session, "trigger_id": trigger}
        answer = await self.post("/gradio_api/run/predict", body)
        if answer.status != 200:
            raise RuntimeError(f"event {event}: {answer.status} {answer.body[:300]!r}")
        return answer.json()

    async def _call(self, request: bytes) -> Answer:
        fresh = not self._free
        pair = await asyncio.open_connection(self.host, self.port) if fresh else self._free.pop()
        try:
            pair[1].write(request)
            answer = await _read(pair[0])
        except (ConnectionError, asyncio.IncompleteReadError):
            pair[1].close()
            if fresh:
                raise
            return await self._call(request)  # a kept connection had closed
        self._free.append(pair)
        return answer

    def close(self) -> None:
        for _, writer in self._free:
            writer.close()
        self._free.clear()


async def _read(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    status = int(head.split(" ", 2)[1])
    if "transfer-encoding: chunked" in head:
        body = b""
        while size := int(await reader.readline(), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readexactly(2)
        return Answer(status, body)
    length = next((line for line in head.split("\r\n") if line.startswith("content-length:")), "0")
    return Answer(status, await reader.readexactly(int(length.rpartition(":")[2])))


class Page(NamedTuple):
    """Where the page's parts are, by what they are called in its configuration."""

    components: dict[int, dict]
    events: list[dict]

    def component(self, functions: set[str] = frozenset(), **props: object) -> int:
        """The first with these server functions and properties."""
        for n, one in self.components.items():
            has = set(one["props"].get("server_fns") or ()) >= functions
            if has and all(one["props"].get(name) == value for name, value in props.items()):
                return n
        raise LookupError(f"no component with {functions} {props}")

    def event(self, component: int, name: str) -> dict:
        """What happens in Python, past the queue, when something happens to a component."""
        return next(
            event
            for event in self.events
            if [component, name] in event["targets"] and event["backend_fn"] and event["queue"] is False
        )

    def inputs(self, event: dict) -> list:
        """The values of an event's inputs when the page opens."""
        return [self.components[n]["props"].get("value") for n in event["inputs"]]


def page(url: str) -> Page:
    with urllib.request.urlopen(f"{url}/config", timeout=60) as answer:
        config = json.load(answer)
    return Page({one["id"]: one for one in config["components"]}, config["dependencies"])
