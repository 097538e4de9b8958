"""What goes to a Space: what serves, and only when the front matter is in order. The Hub is a stand-in."""

import ast
import base64
import http.server
import json
import subprocess
import sys
import threading

import pytest
from huggingface_hub import RepoCard

from demos.next_word.tab import HUB_MODELS
from tests.conftest import ROOT
from tools import serving, space

README = """---
title: Small
colorFrom: green
colorTo: yellow
sdk: gradio
sdk_version: 6.31.0
python_version: "3.12.12"
app_file: app.py
thumbnail: docs/app.jpg
license: mit
short_description: Small
startup_duration_timeout: 30m
suggested_hardware: cpu-basic
models:
- owner/tiny
---
# Small
"""


@pytest.fixture
def root(tmp_path):
    """A small app with all that is looked at."""
    for path, text in {
        "README.md": README,
        "app.py": "print()",
        "requirements.txt": "gradio==6.31.0\n",
        "docs/app.jpg": "picture",
        "tests/test_app.py": "not for a Space",
        "notes.txt": "my own",
    }.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


class StandInHub(http.server.BaseHTTPRequestHandler):
    """As much of the Hub as an upload needs. It stores no large files apart."""

    asked: list[tuple[str, str]]
    commit: list[dict]
    there = ["app.py", "old.py", ".gitattributes"]
    refuses = False

    def log_message(self, *_):
        pass

    def answer(self, content: object, status: int = 200):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = self.path.split("?")[0]
        self.asked.append((path, self.headers.get("Authorization", "")))
        if self.refuses:
            return self.answer({"error": "no"}, 403)
        if path == "/api/repos/create":
            return self.answer({"url": "https://huggingface.co/spaces/owner/small", "id": "1"})
        if path == "/api/validate-yaml":
            return self.answer({"errors": [], "warnings": []})
        if "/preupload/" in path:
            files = [one["path"] for one in json.loads(body)["files"]]
            modes = [{"path": one, "uploadMode": "regular", "shouldIgnore": False} for one in files]
            return self.answer({"files": modes})
        if "/commit/" in path:
            self.commit.extend(json.loads(line) for line in body.splitlines())
            url = "https://huggingface.co/spaces/owner/small/commit/0123456789"
            return self.answer({"success": True, "commitOid": "0123456789", "commitUrl": url})
        return self.answer({"error": path}, 404)

    def do_GET(self):
        self.asked.append((self.path, self.headers.get("Authorization", "")))
        if self.refuses:
            return self.answer({"error": "no"}, 403)
        return self.answer([{"type": "file", "path": name, "size": 1, "oid": "x"} for name in self.there])


@pytest.fixture
def hub(monkeypatch):
    class Hub(StandInHub):
        asked, commit = [], []

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    for name, value in {
        "HF_ENDPOINT": f"http://127.0.0.1:{server.server_port}",
        "HF_TOKEN": "hf_standin",
        "NO_PROXY": "127.0.0.1",
    }.items():
        monkeypatch.setenv(name, value)
    yield Hub
    server.shutdown()
    server.server_close()


def run(monkeypatch, root, *more: str) -> None:
    monkeypatch.setattr(sys, "argv", ["space", "owner/small", "--root", str(root), *more])
    space.main()


def test_what_serves_is_uploaded_and_what_does_not_is_deleted_in_one_commit(root, hub, monkeypatch, capsys):
    run(monkeypatch, root)
    head, *parts = hub.commit
    sent = {
        one["value"]["path"]: base64.b64decode(one["value"]["content"])
        for one in parts
        if one["key"] == "file"
    }
    assert set(sent) == {"README.md", "app.py", "requirements.txt", "docs/app.jpg"}
    assert (
        b"thumbnail: https://huggingface.co/spaces/owner/small/resolve/main/docs/app.jpg" in sent["README.md"]
    )
    assert [one["value"]["path"] for one in parts if one["key"] == "deletedFile"] == ["old.py"]
    assert all(token == "Bearer hf_standin" for _, token in hub.asked)
    told = capsys.readouterr().out
    assert "4 files" in told and "01234567" in told and "old.py" in told and "spaces/owner/small" in told


def test_a_dry_run_asks_nobody(root, hub, monkeypatch, capsys):
    run(monkeypatch, root, "--dry-run")
    assert hub.asked == [] and "Nothing was uploaded" in capsys.readouterr().out


def test_what_the_hub_refuses_is_said(root, hub, monkeypatch):
    hub.refuses = True
    with pytest.raises(SystemExit, match="(?s)The Hub refused.*hf auth login"):
        run(monkeypatch, root)
    assert hub.commit == []


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("sdk_version: 6.31.0", "sdk_version: 6.30.0", "not the Gradio of requirements.txt"),
        ("colorTo: yellow", "colorTo: teal", "colorTo"),
        ("cpu-basic", "cpu-huge", "suggested_hardware"),
        ("30m", "soon", "startup_duration_timeout"),
        ("owner/tiny", "tiny", "models"),
        ("app_file: app.py", "app_file: main.py", "main.py"),
        ("docs/app.jpg", "notes.txt", "notes.txt"),
        ("short_description: Small", f"short_description: {'long ' * 20}", "short_description"),
        ("---\ntitle", "title", "title"),
    ],
)
def test_front_matter_that_is_wrong_stops_all(root, hub, monkeypatch, before, after, sentence):
    (root / "README.md").write_text(README.replace(before, after))
    with pytest.raises(SystemExit, match=sentence):
        run(monkeypatch, root)
    assert hub.asked == []


def test_too_much_stops_all(root, monkeypatch):
    monkeypatch.setattr(space, "LARGEST", 0)
    assert ["too much" in one for one in space.wrong(root)] == [True]


def test_this_repository_is_ready_for_a_space():
    assert space.wrong(ROOT) == []
    front = RepoCard((ROOT / "README.md").read_text()).data.to_dict()
    assert front["models"] == list(HUB_MODELS)  # those that the app offers


def test_what_serves_needs_nothing_that_stays_behind():
    """No module that serves imports tests, benchmarks or tools; and all that the app imports serves."""
    paths = serving.files()
    assert {"app.py", "requirements.txt", "weights/language_small/config.json"} <= {*paths}
    assert not [path for path in paths if path.startswith(("tests/", "tools/", ".", "shared/"))]
    for path in paths:
        if path.endswith(".py"):
            for node in ast.walk(ast.parse((ROOT / path).read_text())):
                names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                assert not {name.partition(".")[0] for name in names} & {"tests", "benchmarks", "tools"}, path


def test_only_what_git_knows_goes_along(root):
    def git(*arguments: str) -> None:
        subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True)

    git("init")
    git("add", "app.py", "README.md")
    assert serving.files(root) == ["README.md", "app.py"] and space.uncommitted(root) == 2


def test_the_workflows_run_what_the_readme_says_and_hold_no_secret():
    tests, sync = ((ROOT / ".github" / "workflows" / name).read_text() for name in ("tests.yml", "space.yml"))
    assert "bash .ci/run" in tests and "python -m tools.space" in sync
    assert "${{ secrets.HF_TOKEN }}" in sync and "hf_" not in sync.replace("hf_hub", "")
    for workflow in (tests, sync):
        assert "permissions:\n  contents: read" in workflow and "timeout-minutes" in workflow
