"""Models of the Hub, from a stand-in on this machine: the way of the shipped ones, and what is refused."""

import contextlib
import http.server
import itertools
import json
import math
import shutil
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from generative import errors, language, weights
from generative.language import hub


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A random two-layer GPT-2 with our tokenizer, in a folder as the Hub has it."""
    from transformers import GPT2Config, GPT2LMHeadModel

    folder = tmp_path_factory.mktemp("tiny")
    torch.manual_seed(1)
    config = GPT2Config(
        vocab_size=8200, n_embd=16, n_layer=2, n_head=2, n_positions=64, bos_token_id=0, eos_token_id=0
    )
    GPT2LMHeadModel(config).save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(weights.WEIGHTS / language.model.DEFAULT / name, folder / name)
    return folder


REVISION = "0123456789abcdef0123456789abcdef01234567"


class StandInHub(http.server.BaseHTTPRequestHandler):
    """As much of the Hub as a download needs: repositories are folders; some names answer with an error."""

    folders: dict[str, Path] = {}
    refused = {
        "owner/private": (401, "RepoNotFound"),
        "owner/missing": (404, "RepoNotFound"),
        "owner/gated": (403, "GatedRepo"),
        "owner/odd": (404, None),
        "owner/broken": (500, None),
    }
    asked: list[str] = []
    branches = ("main", "step-5000", REVISION)

    def log_message(self, *_):
        pass

    def answer(self, status, body, headers):
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_GET(self):
        path = self.path.split("?")[0].strip("/")
        self.asked.append(path)
        api = path.startswith("api/models/")
        parts = path.removeprefix("api/models/").split("/")
        name, rest = "/".join(parts[:2]), parts[2:]
        if rest[:1] in (["revision"], ["resolve"]) and rest[1] not in self.branches:
            return self.answer(404, b"{}", {"X-Error-Code": "RevisionNotFound"})
        if name in self.refused:
            status, code = self.refused[name]
            return self.answer(status, b"{}", {"X-Error-Code": code} if code else {})
        if name not in self.folders:
            return self.answer(404, b"{}", {"X-Error-Code": "RepoNotFound"})
        files = {p.name: p for p in self.folders[name].iterdir()}
        if api and rest[:1] == ["tree"]:
            body = [{"type": "file", "path": n, "size": p.stat().st_size, "oid": n} for n, p in files.items()]
        elif api:
            siblings = [{"rfilename": n, "size": p.stat().st_size} for n, p in files.items()]
            body = {"id": name, "sha": REVISION, "siblings": siblings, "gated": False, "private": False}
        else:
            headers = {"X-Repo-Commit": REVISION, "ETag": f'"{rest[-1]}"'}
            return self.answer(200, files[rest[-1]].read_bytes(), headers)
        return self.answer(200, json.dumps(body).encode(), {"Content-Type": "application/json"})

    do_HEAD = do_GET


@pytest.fixture
def offline(tmp_path, monkeypatch):
    """A Hub that cannot be reached, and an empty cache."""
    from huggingface_hub import constants

    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    language.model._from_hub.cache_clear()
    yield
    language.model._from_hub.cache_clear()


@pytest.fixture
def stand_in(offline, tiny, monkeypatch):
    """A Hub on this machine that has owner/tiny, and whatever a test adds to `folders`."""
    monkeypatch.setattr(StandInHub, "folders", {"owner/tiny": tiny})
    monkeypatch.setattr(StandInHub, "asked", [])
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), StandInHub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    with contextlib.closing(server.socket):
        yield StandInHub
        server.shutdown()


def test_a_hub_model_goes_the_way_of_the_shipped_one(stand_in):
    result = language.predict.next_tokens("Era uma vez", "owner/tiny")
    assert result.model == "owner/tiny"
    assert math.isclose(sum(t.p for t in result.tokens) + result.rest, 1, abs_tol=1e-9)
    lm = language.model.load("owner/tiny")
    assert lm.block_size == 64 and not lm.model.training and lm.model.dtype == torch.float32
    assert len(list(language.predict.generate("Era uma vez " * 30, "owner/tiny", n=5))) <= 5
    assert language.predict.score_text("Era uma vez", "owner/tiny").log_p < 0
    assert not any(path.endswith((".bin", ".py")) for path in stand_in.asked)


def test_a_hub_model_fetched_once_is_there_without_a_network(stand_in, monkeypatch):
    online = language.predict.next_tokens("Era", "owner/tiny")
    language.model._from_hub.cache_clear()
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert language.predict.next_tokens("Era", "owner/tiny") == online


def test_a_branch_is_a_model_of_its_own(stand_in, monkeypatch):
    lm = language.model.load("owner/tiny@step-5000")
    assert lm.name == "owner/tiny@step-5000" and not language.model.is_shipped(lm.name)
    assert "api/models/owner/tiny/revision/step-5000" in stand_in.asked
    language.model._from_hub.cache_clear()
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert language.model.load("owner/tiny@step-5000").block_size == lm.block_size  # from this disk
    with pytest.raises(errors.ModelUnreachable, match="owner/tiny@step-9"):
        language.model.load("owner/tiny@step-9")


def test_a_branch_that_is_not_there_is_named(stand_in):
    with pytest.raises(errors.RevisionNotFound, match="owner/tiny.*step-6000"):
        language.model.load("owner/tiny@step-6000")


def test_a_download_that_broke_off_goes_on_where_it_stopped(stand_in, tiny, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 10_000)  # what is kept of a download: whole chunks
    whole = (tiny / "model.safetensors").stat().st_size
    ranges, answer = [], stand_in.answer

    def broken(self, status, body, headers):
        asked = self.headers.get("Range")
        if len(body) != whole or self.command == "HEAD":
            return answer(self, status, body, headers)
        ranges.append(asked)
        if asked is None:  # the line breaks in the middle
            self.send_response(status)
            for key, value in (headers | {"Content-Length": str(whole)}).items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(body[: whole // 2])
            return None
        begin = int(asked.removeprefix("bytes=").split("-")[0])
        span = {"Content-Range": f"bytes {begin}-{whole - 1}/{whole}"}
        return answer(self, 206, body[begin:], headers | span)

    monkeypatch.setattr(stand_in, "answer", broken)
    assert language.model.load("owner/tiny").block_size == 64
    begin = int(ranges[1].removeprefix("bytes=").rstrip("-"))
    assert ranges[0] is None and whole // 2 - 10_000 < begin <= whole // 2 and len(ranges) == 2


def test_without_a_network_the_sentence_says_so(offline):
    with pytest.raises(errors.ModelUnreachable, match="owner/tiny"):
        language.model.load("owner/tiny")


@pytest.mark.parametrize("page", [b"<html>Log in to the Wi-Fi</html>", b"[]", b'"?"'])
def test_a_login_page_in_place_of_the_hub_is_no_network(stand_in, monkeypatch, page):
    monkeypatch.setattr(stand_in, "do_GET", lambda self: self.answer(200, page, {}))
    with pytest.raises(errors.ModelUnreachable, match="owner/tiny"):
        language.model.load("owner/tiny")


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("owner/missing", errors.ModelNotFound),
        ("owner/private", errors.ModelNotFound),
        ("owner/odd", errors.ModelNotFound),
        ("owner/gated", errors.ModelGated),
        ("owner/broken", errors.ModelUnreachable),
    ],
)
def test_what_the_hub_refuses_becomes_a_sentence(stand_in, name, error):
    with pytest.raises(error, match=name):
        language.model.load(name)


@pytest.mark.parametrize(
    "name",
    [
        "gpt2",
        "/etc/passwd",
        "../weights/language_small",
        "weights/a/x",
        "~/x",
        "./owner/tiny",
        "owner/../tiny",
        "owner/ti\nny",
        "a/b/c",
        "owner//tiny",
        "x" * 10_000,
        "owner/ti ny",
        "\0/a",
        "owner/a--b",
        "owner/..",
        "owner/tiny@",
        "owner/tiny@../x",
        "owner/tiny@a@b",
    ],
)
def test_a_name_that_is_no_hub_name_is_not_found_and_nothing_is_asked(stand_in, name):
    with pytest.raises(errors.ModelNotFound) as error:
        language.model.load(name)
    assert len(str(error.value)) < 300 and stand_in.asked == []


def test_a_folder_of_that_name_is_never_opened(offline, tiny, tmp_path, monkeypatch):
    shutil.copytree(tiny, tmp_path / "owner" / "tiny")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(errors.ModelUnreachable):
        language.model.load("owner/tiny")


def spoil(tiny, tmp_path, **config):
    """A copy of the tiny model with other values in its config."""
    folder = tmp_path / "spoilt"
    shutil.copytree(tiny, folder)
    file = folder / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | config))
    return folder


@pytest.mark.parametrize(
    "config",
    [
        {"architectures": ["BertForMaskedLM"], "model_type": "bert"},
        {"architectures": None},
        {"architectures": ["T5ForConditionalGeneration"], "model_type": "t5"},
        {"model_type": "nobody-knows-it"},
    ],
)
def test_a_model_that_is_not_causal_is_refused(stand_in, tiny, tmp_path, config):
    stand_in.folders["owner/other"] = spoil(tiny, tmp_path, **config)
    with pytest.raises(errors.ModelNotCausal):
        language.model.load("owner/other")


def test_a_model_that_brings_its_own_code_is_refused_and_the_code_not_run(stand_in, tiny, tmp_path):
    folder = spoil(
        tiny,
        tmp_path,
        model_type="own",
        architectures=["OwnForCausalLM"],
        auto_map={"AutoConfig": "own.OwnConfig", "AutoModelForCausalLM": "own.OwnForCausalLM"},
    )
    (folder / "own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    stand_in.folders["owner/own"] = folder
    with pytest.raises(errors.ModelNotCausal):
        language.model.load("owner/own")
    assert not (tmp_path / "ran").exists() and not any(p.endswith("own.py") for p in stand_in.asked)


def test_weights_that_are_no_safetensors_are_refused_before_any_download(stand_in, tiny, tmp_path):
    folder = spoil(tiny, tmp_path)
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    stand_in.folders["owner/pickle"] = folder
    with pytest.raises(errors.ModelWithoutSafetensors):
        language.model.load("owner/pickle")
    assert stand_in.asked == ["api/models/owner/pickle"]


def test_weights_cut_in_half_on_the_hub_are_refused(stand_in, tiny, tmp_path):
    folder = spoil(tiny, tmp_path)
    data = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(data[: len(data) // 2])
    stand_in.folders["owner/half"] = folder
    with pytest.raises(errors.ModelWithoutSafetensors):
        language.model.load("owner/half")


def test_a_model_too_large_for_memory_is_refused_before_any_download(stand_in, monkeypatch):
    monkeypatch.setattr(hub, "free_memory", lambda: 1000.0)
    with pytest.raises(errors.ModelTooLarge, match="GB"):
        language.model.load("owner/tiny")
    assert stand_in.asked == ["api/models/owner/tiny"]


def described(parameters: int | None, **sizes: int) -> SimpleNamespace:
    """What the Hub tells of a model: its files' sizes and, for some, how many parameters they hold."""
    files = [SimpleNamespace(rfilename=name, size=size) for name, size in sizes.items()]
    return SimpleNamespace(siblings=files, safetensors=parameters and SimpleNamespace(total=parameters))


@pytest.mark.parametrize(
    "info", [described(1000, **{"a.safetensors": 9}), described(None, **{"a.safetensors": 2000})]
)
def test_a_model_needs_five_bytes_of_memory_for_each_parameter(monkeypatch, info):
    """Four in fp32 and some to compute in; where nobody counted them, the files hold two bytes for each."""
    monkeypatch.setattr(hub, "free_memory", lambda: 5000.0)
    hub.check("owner/x", info)
    monkeypatch.setattr(hub, "free_memory", lambda: 4999.0)
    with pytest.raises(errors.ModelTooLarge):
        hub.check("owner/x", info)


def test_weights_in_a_folder_of_their_own_are_for_another_program():
    with pytest.raises(errors.ModelWithoutSafetensors):
        hub.check("owner/x", described(1000, **{"onnx/a.safetensors": 9, "config.json": 1}))


def test_a_class_that_picks_the_same_model_at_once_loads_it_once(stand_in):
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(language.model.load("owner/tiny"))) for _ in range(8)
    ]
    for step in (threading.Thread.start, threading.Thread.join):
        for thread in threads:
            step(thread)
    assert len(found) == 8 and len({id(lm) for lm in found}) == 1


def test_every_error_of_a_model_is_one_sentence_or_two_in_each_language():
    kinds = [
        errors.ModelNotFound,
        errors.RevisionNotFound,
        errors.ModelUnreachable,
        errors.ModelGated,
        errors.ModelNotCausal,
        errors.ModelWithoutSafetensors,
        errors.ModelTokenizerUnknown,
        errors.ModelTooLarge,
    ]
    for kind, tongue in itertools.product(kinds, ("en", "pt-BR")):
        assert "owner/x" in kind(name="owner/x", revision="r", need=9.1, free=2.0).say(tongue)
