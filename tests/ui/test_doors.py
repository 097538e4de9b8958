"""What answers over HTTP, what every answer carries, and what a broken call reads."""

import http.client
import json
import urllib.parse

import httpx
import pytest
from starlette.testclient import TestClient

from demos.ui import doors, theme

CLOSED = (  # Gradio serves these by itself
    ("POST", "/gradio_api/upload"),
    ("GET", "/gradio_api/upload_progress?upload_id=x"),
    ("GET", "/monitoring"),
    ("GET", "/monitoring/summary"),
    ("GET", "/logout"),
    ("POST", "/login"),
    ("GET", "/gradio_api/file=/etc/passwd"),
    ("GET", "/gradio_api/file=http://127.0.0.1:1/"),
    ("GET", "/gradio_api/file/etc/passwd"),
    ("GET", "/gradio_api/proxy=http://127.0.0.1:1/"),
    ("GET", "/gradio_api/deep_link?session_hash=x"),
    ("GET", "/gradio_api/dev/reload"),
    ("GET", "/gradio_api/queue/status"),
    ("GET", "/gradio_api/token"),
    ("GET", "/gradio_api/runs"),
    ("POST", "/gradio_api/process_recording"),
    ("POST", "/gradio_api/vibe-edit"),
    ("GET", "/gradio_api/custom_component/x/client/component/index.js"),
    ("GET", "/gradio_api/stream/a/b/1/playlist.m3u8"),
    ("GET", "/pwa_icon"),
    ("GET", "/docs"),
    ("PUT", "/"),
)


def ask(url: str, method: str, path: str, body: bytes | None = None, **headers: str):
    host = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(host.hostname, host.port, timeout=30)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, {"Accept-Language": "pt-BR", **named})
    answer = connection.getresponse()
    return answer, answer.read().decode("utf-8", "replace")


def post(url: str, path: str, content: object, **headers: str):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return ask(url, "POST", path, body, Content_Type="application/json", **headers)


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_a_door_that_nobody_needs_is_closed(app_url, method, path):
    answer, text = ask(app_url, method, path, Host="evil.example")
    assert answer.status == 404 and "Não há nada neste endereço" in text and not answer.getheader("location")


@pytest.mark.parametrize(
    "path", ["/", "/theme.css", "/room", "/room/new", "/config", "/gradio_api/info", "/nowhere"]
)
def test_every_answer_says_what_a_browser_may_do_with_it(app_url, path):
    answer, _ = ask(app_url, "GET", path)
    assert answer.getheader("x-content-type-options") == "nosniff" and answer.getheader("referrer-policy")
    policy = answer.getheader("content-security-policy")
    assert f"frame-ancestors {doors.FRAMES}" in policy and "object-src 'none'" in policy
    assert not answer.getheader("x-frame-options")  # it would shut out the Space's own frame


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/gradio_api/queue/join", []),
        ("/gradio_api/queue/join", {"data": []}),
        ("/gradio_api/queue/join", {"data": [], "fn_index": 10**6, "session_hash": "x"}),
        ("/gradio_api/queue/join", {"data": 5, "fn_index": 0, "session_hash": "x"}),
        ("/gradio_api/queue/join", {"data": [], "fn_index": 0, "session_hash": "../x"}),
        ("/gradio_api/queue/join", {"data": [], "fn_index": 0, "session_hash": "x", "batched": True}),
        ("/gradio_api/run/nobody", {"data": []}),
        ("/gradio_api/call/v2/next_words", {"nobody": 1}),
        ("/gradio_api/call/v2/next_words", {}),
        (
            "/gradio_api/component_server",
            {"component_id": -1, "fn_name": "x", "session_hash": "x", "data": 1},
        ),
        ("/gradio_api/component_server", {"component_id": 1}),
        ("/gradio_api/cancel", {"session_hash": 5}),
        ("/gradio_api/reset", None),
        ("/gradio_api/run/next_words", b"[" * 900 + b"]" * 900),
        ("/gradio_api/run/next_words", b'{"data": [' + b"[],[]," * 60_000 + b"1]}"),
        ("/gradio_api/run/next_words", b"{"),
        ("/gradio_api/run/next_words", b"\xff"),
    ],
)
def test_a_call_without_form_is_one_sentence(app_url, path, content):
    answer, text = post(app_url, path, content)
    assert answer.status == 400 and "Traceback" not in text
    assert json.loads(text)["error"].endswith(".") and "ã" in json.loads(text)["error"] + "ã"


def test_what_waits_for_nobody_is_told_so_without_an_error(app_url):
    answer, text = ask(app_url, "GET", "/gradio_api/queue/data?session_hash=nobody")
    assert answer.status == 200 and '"session_not_found": true' in text  # the page then begins a session
    assert ask(app_url, "GET", "/gradio_api/queue/data")[0].status == 400
    assert ask(app_url, "GET", "/gradio_api/call/next_words/nobody")[0].status == 400


def test_no_more_than_a_photo_is_taken(app_url):
    answer, text = post(app_url, "/gradio_api/run/vae_encode", b" " * 10, Content_Length=str(10**9))
    assert answer.status == 413 and "28 MB" in text
    answer, _ = ask(app_url, "POST", "/gradio_api/component_server", b"x", Content_Type="multipart/form-data")
    assert answer.status == 400


def test_a_room_is_not_called_from_another_site(app_url):
    elsewhere = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "cors"}
    answer, text = post(app_url, "/room", {"level": {}}, **elsewhere)
    assert answer.status == 403 and "outro site" in text
    followed = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"}
    assert ask(app_url, "GET", "/room", **followed)[0].status == 200  # a link in a message


def test_a_named_call_still_answers(app_url):
    answer, text = post(
        app_url, "/gradio_api/run/next_words", {"data": ["Era uma\u00a0vez", "", 3, 1, 0, 1, "word"]}
    )
    assert answer.status == 200 and len(json.loads(text)["data"][0]["words"]) == 3
    answer, text = post(app_url, "/gradio_api/call/v2/next_words", {"text": "Era uma vez"})
    assert answer.status == 200 and "event_id" in text
    answer, text = post(app_url, "/gradio_api/run/gan_grow", {"data": [1.5]})
    assert "inteiro" in json.loads(text)["error"]


class Moved:
    server_port, local_url = 7861, "http://127.0.0.1:7861/"


def test_a_taken_port_is_said_with_the_address(monkeypatch, caplog):
    monkeypatch.setenv("GRADIO_SERVER_PORT", "7860")
    doors.say_where(Moved())
    assert "7860" in caplog.text and Moved.local_url in caplog.text
    caplog.clear()
    monkeypatch.setenv("GRADIO_SERVER_PORT", "7861")
    doors.say_where(Moved())
    assert not caplog.text


def test_whether_the_page_is_there_is_said_without_writing_it():
    """Else a busy machine is too slow for Gradio, which then ends the app at its start."""

    async def writes(*_: object) -> None:
        raise AssertionError("the page is written")

    client = TestClient(theme.LanguageFirst(writes))
    answer = client.head("/")
    assert answer.status_code == 200 and answer.headers["content-type"] == "text/html"
    with pytest.raises(AssertionError):
        client.head("/config")


def test_the_page_goes_out_compressed_to_whoever_can_read_that(app_url):
    small = httpx.get(app_url, headers={"accept-encoding": "gzip"})
    whole = httpx.get(app_url, headers={"accept-encoding": "identity"})
    assert small.headers["content-encoding"] == "gzip" and "content-encoding" not in whole.headers
    assert int(small.headers["content-length"]) < 0.4 * len(whole.content)
    assert "<head><script>" in small.text and "<head><script>" in whole.text
