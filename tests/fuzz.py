"""Random calls over every address that the page uses: python -m tests.fuzz [--calls 3000] [--url ...]

Each call takes a function that a browser or a program may call (named, private, of a component's script, of a
room) and sends values that are mostly not of its kind. Every answer must be a result or one sentence in the
language that was asked for; the log must hold no traceback and none of what was sent; memory stays flat.
"""

import argparse
import json
import os
import random
import re
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

MARK = "veredas-fuzz-secret"  # in what is sent; in no log and no answer
SECRET_FILE = Path(tempfile.gettempdir()) / "veredas-fuzz.txt"  # asked for in many ways, given in none
SECRET = "never-to-be-read"
TEXTS = (
    "",
    " ",
    "Era uma vez",
    "a\x00b",
    "\u200b",
    "\ud800",
    "word " * 400,
    "🙂",
    "../../etc/passwd",
    "5",
    "yes",
)
NUMBERS = (0, 1, -1, 1.5, 10**30, -(10**400), 2**53, float("nan"), float("inf"), 1e308, 3)
FILES = (
    {"path": str(SECRET_FILE), "meta": {"_type": "gradio.FileData"}},
    {"url": f"file://{SECRET_FILE}", "path": str(SECRET_FILE), "meta": {"_type": "gradio.FileData"}},
    f"data:image/png;base64,{MARK}",
    str(SECRET_FILE),
)
SLOW = re.compile(r"fetch|continue_text|diffusion_sample|diffusion_edit")  # asked with wrong values only
AT_ONCE = 4
PATIENCE = 120.0  # seconds for one call


def value(rng: random.Random, depth: int = 0) -> object:
    """Anything that JSON can say, and a little that it should not."""
    kinds = [
        lambda: rng.choice(TEXTS),
        lambda: rng.choice(NUMBERS),
        lambda: rng.choice((None, True, False)),
        lambda: rng.choice(FILES),
        lambda: MARK,
        lambda: [value(rng, depth + 1) for _ in range(rng.choice((0, 1, 3)))],
        lambda: {rng.choice(("values", "pick", "key", "a")): value(rng, depth + 1)},
        lambda: nested(rng.choice((5, 30, 900))),
    ]
    return rng.choice(kinds if depth < 3 else kinds[:5])()


def nested(depth: int) -> list:
    """Lists within one another."""
    found: list = []
    for _ in range(depth):
        found = [found]
    return found


class App:
    """The app over HTTP: what it offers, and its answers."""

    def __init__(self, url: str):
        self.url = url
        self.config = json.loads(self.get("/config"))
        self.named = [
            f["api_name"] for f in self.config["dependencies"] if f.get("api_visibility") == "public"
        ]
        self.private = [f for f in self.config["dependencies"] if f.get("backend_fn")]
        self.scripts = [
            (c["id"], f["name"] if isinstance(f, dict) else f)
            for c in self.config["components"]
            for f in c["props"].get("server_fns", [])
        ]

    def get(self, path: str) -> str:
        return self.send(path)[1]

    def send(self, path: str, body: object = None, raw: bytes | None = None) -> tuple[int, str]:
        """Status and text of an answer; of a call that streams, all of it."""
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        headers = {"Accept-Language": "pt-BR", "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, data, headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode("utf-8", "replace")

    def queued(self, body: dict, session: str) -> tuple[int, str]:
        """A call through the queue, and its answer."""
        status, text = self.send("/gradio_api/queue/join", body | {"session_hash": session})
        if status != 200:
            return status, text
        return self.send(f"/gradio_api/queue/data?session_hash={session}")


def call(app: App, rng: random.Random) -> tuple[str, int, str]:
    """What was called, its status and its answer."""
    return rng.choice((by_name, by_number, by_script, of_room, malformed))(app, rng)


def by_name(app: App, rng: random.Random) -> tuple[str, int, str]:
    name = rng.choice(app.named)
    values = [value(rng) for _ in range(rng.choice((0, 1, 2, 3, 7)))]
    if SLOW.search(name):
        values[:1] = [[MARK]]
    return f"/{name}", *app.send(f"/gradio_api/run/{name}", {"data": values})


def by_number(app: App, rng: random.Random) -> tuple[str, int, str]:
    fn = rng.choice(app.private)
    size = max(0, len(fn["inputs"]) + rng.choice((-1, 0, 0, 0, 0, 1)))
    if SLOW.search(str(fn.get("api_name"))):
        return "fetch", 200, ""
    body = {"fn_index": fn["id"], "data": [value(rng) for _ in range(size)], "event_data": value(rng)}
    return f"fn {fn['id']} {fn.get('api_name')}", *app.queued(body, f"fuzz{rng.randrange(10**9)}")


def by_script(app: App, rng: random.Random) -> tuple[str, int, str]:
    component, name = rng.choice(app.scripts)
    fields = (
        "values",
        "context",
        "language",
        "photo",
        "frame",
        "key",
        "at",
        "seed",
        "steps",
        "visitor",
        "what",
    )
    call = {field: value(rng) for field in rng.sample(fields, 5)} if rng.random() < 0.7 else value(rng)
    body = {"component_id": component, "fn_name": name, "session_hash": "fuzz", "data": call}
    return f"script {name}", *app.send("/gradio_api/component_server", body)


def of_room(app: App, rng: random.Random) -> tuple[str, int, str]:
    paths = (
        "",
        "/album",
        "/ABCD/vote",
        "/ABCD/name",
        "/ABCD/step",
        "/ABCD/link?origin=http://[",
        "/ABCD/round/9",
    )
    path = f"/room{rng.choice(paths)}"
    get = "link" in path or "round" in path
    body = {key: value(rng) for key in ("level", "rounds", "names", "photo", "round", "choice", "nickname")}
    return path, *app.send(path, None if get else body)


def malformed(app: App, rng: random.Random) -> tuple[str, int, str]:
    """Bodies of another form, and addresses without a door."""
    posts = (
        "queue/join",
        "component_server",
        "cancel",
        "reset",
        "call/next_words",
        "call/v2/next_words",
        "upload",
    )
    gets = (
        "queue/data?session_hash=nobody",
        "call/next_words/none",
        f"file={SECRET_FILE}",
        "proxy=http://[",
        "nope",
    )
    if rng.random() < 0.3:
        path = f"/gradio_api/{rng.choice(gets)}"
        return path, *app.send(path)
    path = f"/gradio_api/{rng.choice(posts)}"
    keys = (
        "data",
        "session_hash",
        "fn_index",
        "trigger_id",
        "event_data",
        "component_id",
        "fn_name",
        "text",
        "batched",
    )
    body = {key: value(rng) for key in rng.sample(keys, 5)} if rng.random() < 0.7 else value(rng)
    raw = rng.choice((None, None, None, b"{", b"[" * 100_000, b"\xff", b'{"a":' * 900))
    return path, *app.send(path, body, raw)


def wrong(status: int, text: str) -> str:
    """What is wrong with an answer; '' if nothing is."""
    if "Traceback" in text or "Internal Server Error" in text:
        return "a traceback"
    if status == 500 and "error" not in text:
        return "500 without a sentence"
    if re.search(r'"error":\s*null', text) and '"success": false' in text.lower():
        return "no sentence"
    if re.search(r'"error":\s*null', text):
        return "no sentence"
    if "Algo deu errado no próprio app" in text:
        return "a bug"
    if SECRET in text:
        return "a file was read"
    return ""


def run(url: str, n: int, seed: int) -> tuple[Counter, list[tuple]]:
    """How many calls of each way came back with each status, and the answers that are wrong."""
    SECRET_FILE.write_text(SECRET)
    app = App(url)
    with ThreadPoolExecutor(AT_ONCE) as threads:  # the calls are the same for a seed, whatever their order
        answers = list(threads.map(lambda i: call(app, random.Random(f"{seed} {i}")), range(n)))
    told = Counter((what.split()[0], status) for what, status, _ in answers)
    bad = [
        (found, what, status, text[-300:]) for what, status, text in answers if (found := wrong(status, text))
    ]
    return told, bad


def memory(pid: int) -> float:
    """MiB that a process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--calls", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--url", default="http://127.0.0.1:7860", help="of an app that runs")
    parser.add_argument("--pid", type=int, help="of the app, to say how its memory grew in the second half")
    args = parser.parse_args()
    began, half = time.monotonic(), args.calls // 2
    told, bad = run(args.url, half, args.seed)
    before = memory(args.pid) if args.pid else 0.0
    more, worse = run(args.url, args.calls - half, args.seed + 1)
    told, bad = told + more, bad + worse
    if args.pid:
        print(f"memory after half of the calls {before:.0f} MiB, after all {memory(args.pid):.0f} MiB")
    for (what, status), count in sorted(told.items(), key=str):
        print(f"{count:5} {status} {what}")
    for found in bad:
        print(*found, sep=" | ")
    print(f"{args.calls} calls in {time.monotonic() - began:.0f} s, {len(bad)} wrong")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
