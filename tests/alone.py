"""The app alone: no route to anywhere, no file of its own before. Run by tests/test_alone.py, or by hand:

    unshare --map-root-user --net python -m tests.alone [--all]

It starts the app with an empty home, opens every tab (--all: every view) in a browser and a room on a phone,
gives the app a photo in every way there is, and prints as JSON: what took how long, which hosts the app or
the page asked for, what failed, which of the files it wrote, the log among them, hold a picture afterwards.
"""

import argparse
import base64
import contextlib
import fcntl
import io
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image
from skimage import data

from tests import stage
from tests.conftest import CHROMIUM, ROOT, free_port, wait_for

LATE = 90_000  # ms after which a view hangs
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
# an address that documentation has for itself: the rooms' link picks an interface by it, and sends nothing
PICKED = "192.0.2.1"

# the app, and a line in a file for every host that any library in it asks for
APP = """
import runpy, sys
asked = open({file!r}, "a", buffering=1)
def watch(event, facts):
    if event == "socket.connect" and isinstance(facts[1], tuple):
        print(facts[1][0], file=asked)
    if event == "socket.getaddrinfo" and facts[0]:
        print(facts[0], file=asked)
sys.addaudithook(watch)
sys.argv = ["app.py"]
runpy.run_path("app.py", run_name="__main__")
"""
HERE = ("127.0.0.1", "0.0.0.0", "localhost", "::1", PICKED)

PICTURE = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n|RIFF....WEBP|GIF8[79]a|ftypavif|ftypheic"
    rb"|/9j/[\w+/]{20}|iVBORw0KGgo|UklGR[\w+/]{10}|R0lGOD|Z0eXBhdmlm|data:image/",
    re.DOTALL,
)


def loopback_up() -> None:
    """A new network namespace has lo, but down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        flags = struct.unpack("16sh", fcntl.ioctl(s, SIOCGIFFLAGS, struct.pack("16sh", b"lo", 0)))[1]
        if not flags & IFF_UP:
            fcntl.ioctl(s, SIOCSIFFLAGS, struct.pack("16sh", b"lo", flags | IFF_UP))


def outside() -> bool:
    """Whether there is a route to anywhere else; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        try:
            s.connect(("1.1.1.1", 53))
        except OSError:
            return False
        return True


@contextlib.contextmanager
def app(home: Path) -> Iterator[str]:
    """`python app.py` as it runs right after the download; its log and all it writes lie in `home`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("VEREDAS_", "HF_"))}
    places = {"HOME": home, "TMPDIR": home / "tmp", "XDG_CACHE_HOME": home / "cache"}
    places["TMPDIR"].mkdir()
    port = free_port()
    environment = {**kept, **{name: str(place) for name, place in places.items()}}
    environment.pop("GRADIO_TEMP_DIR", None)
    code = APP.format(file=str(home / "asked"))
    with (home / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**environment, "GRADIO_SERVER_PORT": str(port)},
            stdout=log,
            stderr=log,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(url, process, home / "log")
        yield url
    finally:
        process.terminate()
        process.wait(30)


# ---- what is done with it ----


def walk(page, url: str, every_view: bool, report: dict) -> None:
    """Every tab, or every view: what it shows stands whole before it counts as late."""
    seen = set()
    for view in stage.VIEWS:
        if view.tab in seen and not every_view:
            continue
        seen.add(view.tab)
        timed(report, str(view), lambda view=view: _stands(page, url, view))
    timed(report, "room", lambda: _room(page, url))


def _stands(page, url: str, view: stage.View) -> None:
    stage.open_view(page, url, view, "en-US", stage.SCREENS[0])
    assert stage.stage(page).bottom > 0


def _room(page, url: str) -> None:
    """A teacher opens a room of words; its phones' page is in it."""
    page.goto(f"{url}/room/new?kind=words")
    page.locator("form.new .primary").click()
    page.locator(".invite .code").wait_for(timeout=LATE)
    page.goto(f"{url}/room/{page.locator('.invite .code').inner_text()}")
    page.locator("text=You are in.").wait_for(timeout=LATE)


def timed(report: dict, name: str, act: Callable[[], object]) -> None:
    began = time.monotonic()
    try:
        act()
    except Exception as error:  # the walk goes on, and tells
        report["failed"].append(f"{name}: {str(error).splitlines()[0]}")
    report["seconds"][name] = round(time.monotonic() - began, 2)


def photo() -> str:
    """A person's photo, as a browser sends it."""
    file = io.BytesIO()
    Image.fromarray(data.astronaut()).resize((400, 400)).save(file, "jpeg")
    return "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode()


def ways(page, url: str, report: dict) -> None:
    """Every way in which a photo gets into the app."""
    sent = photo()
    for name, facts in {
        "vae_encode": [sent],
        "vae_outlier": [sent],
        "gan_score": [sent],
        "diffusion_edit": [sent, 0.3, 1, 1.0, 0.0],
    }.items():
        timed(report, f"/{name}", lambda name=name, facts=facts: _called(url, name, facts))
    body = {"photo": sent, "consent": True}
    timed(report, "/room/album", lambda: _posted(f"{url}/room/album", body)["album"])
    timed(report, "on the page", lambda: _chosen(page, url))


def _posted(url: str, body: dict) -> dict:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=LATE / 1000) as answer:
        return json.load(answer)


def _called(url: str, name: str, facts: list) -> None:
    event = _posted(f"{url}/gradio_api/call/{name}", {"data": facts})["event_id"]
    with urllib.request.urlopen(f"{url}/gradio_api/call/{name}/{event}", timeout=LATE / 1000) as answer:
        told = answer.read().decode()
    assert "event: complete" in told, told[:200]


def _chosen(page, url: str) -> None:
    """Chosen from the visitor's files, encoded, and turned into noise and back on another tab."""
    file = base64.b64decode(photo().partition(",")[2])
    for view in ("vae_faces&view=photo", "diffusion_faces&view=photo"):
        page.goto(f"{url}/?lang=en&tab={view}")
        box = page.locator(".photo-box:visible").first
        box.locator("input[type=file]").first.set_input_files(
            {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": file}
        )
        page.locator(".photo-box[data-ready]:visible").first.wait_for(timeout=LATE)


# ---- what is left of it ----


def pictures_in(folder: Path) -> list[str]:
    """The files below a folder that hold a picture of any usual kind, also as text."""
    files = (file for file in sorted(folder.rglob("*")) if file.is_file() and not file.is_symlink())
    return [str(file.relative_to(folder)) for file in files if PICTURE.search(file.read_bytes())]


def main() -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--all", action="store_true", help="every view, not every tab")
    arguments = parser.parse_args()
    from playwright.sync_api import sync_playwright  # missing where the browser tests are skipped

    with contextlib.suppress(OSError):  # outside a namespace of its own lo is up already
        loopback_up()
    report = {"outside": outside(), "seconds": {}, "failed": [], "asked": []}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as p:
        home = Path(folder)
        with app(home) as url:
            browser = p.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
            page = browser.new_page(locale="en-US")
            page.set_default_timeout(LATE)
            page.on("pageerror", lambda error: report["failed"].append(f"script: {error}"))
            known = (url, "data:", "blob:")
            page.on("request", lambda r: r.url.startswith(known) or report["asked"].append(r.url))
            walk(page, url, arguments.all, report)
            ways(page, url, report)
            browser.close()
        hosts = (home / "asked").read_text().split()
        report["watched"] = len(hosts)
        report["asked"] += [host for host in hosts if host not in HERE]
        report["pictures"] = pictures_in(home)
        report["files"] = [str(f.relative_to(home)) for f in home.rglob("*") if f.is_file()][:100]
        report["traceback"] = "Traceback" in (home / "log").read_text()
    print(json.dumps(report))


if __name__ == "__main__":
    main()
