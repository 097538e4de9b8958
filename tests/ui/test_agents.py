"""What programs read and call: /llms.txt says it as it is, tools are the public calls and nothing else."""

import asyncio
import importlib.util
import json
import re
import typing
from collections.abc import Iterator

import gradio as gr
import httpx
import pytest

from demos.ui import agents, doors
from demos.ui.guard import Guarded
from tests.test_api import ENDPOINTS
from tests.ui.test_doors import ask

with_tools = pytest.mark.skipif(
    not importlib.util.find_spec("mcp"), reason='mcp is not installed (pip install "gradio[mcp]")'
)


class Seen(typing.TypedDict):
    name: str
    faces: list[str]


def look(seed: int, wish: typing.Literal["a", "b"] = "a", age: float | None = None) -> list[Seen]:
    """Faces of a seed."""
    return []


def hidden(seed: int) -> int:
    return seed


@pytest.fixture
def page() -> gr.Blocks:
    with Guarded() as made:
        gr.api(look, api_name="look")
        gr.Button().click(hidden, gr.Number(), gr.Number(), api_visibility="private")
    return made


def test_a_call_is_written_down_with_its_kinds_and_what_it_gives(page):
    assert agents.public(page) == [
        agents.Call(
            "look",
            'seed: integer, wish: "a" or "b" = "a", age: number or null = null',
            "[{name: string, faces: [string, ...]}, ...]",
            "Faces of a seed.",
        )
    ]
    assert "hidden" not in agents.written(page) and "Faces of a seed." in agents.written(page)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Iterator[Seen], "{name: string, faces: [string, ...]}, once more at every step"),
        (dict, "object"),
        (dict[str, float], "object"),
        (list[list[float]], "[[number, ...], ...]"),
        (object, "any"),
    ],
)
def test_a_type_is_said_as_json_has_it(kind, said):
    assert agents.shape(kind) == said


def test_every_public_call_stands_in_llms_txt_and_says_what_it_does(app_url):
    text = httpx.get(f"{app_url}/llms.txt").text
    calls = re.split(r"^### ", text, flags=re.M)[1:]
    assert {f"/{call.partition('(')[0]}" for call in calls} == ENDPOINTS
    for call in calls:
        head, gives, says = call.strip().split("\n\n", 2)
        assert gives.startswith("Gives ") and len(says) > 60, head


def test_the_examples_of_llms_txt_run_as_they_stand(app_url):
    examples = re.findall(r"curl URL(\S+) .* -d '(.*)'", agents.HEAD)
    assert len(examples) == 2
    for path, body in examples:
        answer = httpx.post(app_url + path, json=json.loads(body), timeout=60)
        assert answer.status_code == 200 and answer.json()["data"]
    for name in re.findall(r"`(language_\w+)`", agents.HEAD):
        body = {"data": ["Era uma vez", name, 1, 1.0, 0, 1.0, "token"]}
        assert httpx.post(f"{app_url}/gradio_api/run/next_words", json=body, timeout=60).json()["data"]


def test_without_the_setting_there_are_no_tools():
    assert not agents.WANTED and not agents.tools()
    for method in ("GET", "POST"):
        assert not doors.OPEN[method].fullmatch(agents.TOOLS)


def test_what_is_missing_is_named(monkeypatch):
    monkeypatch.setattr(agents, "WANTED", True)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=r'pip install "gradio\[mcp\]=='):
        agents.tools()


def test_pictures_are_taken_out_and_numbered_where_they_were():
    found: list[str] = []
    value = {"a": ["data:image/png;base64,x", 1.5], "b": "data:image/webp;base64,y", "c": "data:image"}
    assert agents.apart(value, found) == {"a": ["picture 1", 1.5], "b": "picture 2", "c": "data:image"}
    assert found == ["data:image/png;base64,x", "data:image/webp;base64,y"]


# ---- over the protocol ----


def talk(url: str, talking: typing.Callable, **headers: str) -> object:
    """What `talking(session)` gives, of a client of the protocol."""
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async def whole() -> object:
        async with (
            httpx.AsyncClient(headers=headers, timeout=60) as client,
            streamable_http_client(url + agents.TOOLS, http_client=client) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            return await talking(session)

    return asyncio.run(whole())


@with_tools
def test_the_tools_are_the_public_calls_and_nothing_else(app_url):
    async def listed(session):
        return (
            (await session.list_tools()).tools,
            await session.list_resources(),
            await session.list_prompts(),
        )

    tools, resources, prompts = talk(app_url, listed)
    assert {f"/{tool.name}" for tool in tools} == ENDPOINTS
    assert resources.resources == prompts.prompts == []
    for tool in tools:
        assert len(tool.description) > 60 and "request" not in tool.inputSchema["properties"]


@with_tools
def test_a_tool_gives_text_as_json_and_pictures_as_pictures(app_url):
    async def called(session):
        words = await session.call_tool("next_words", {"text": "Era uma vez", "n": 3})
        return words, await session.call_tool("gan_sample", {"seed": 7, "n": 2})

    words, faces = talk(app_url, called)
    assert len(json.loads(words.content[0].text)["words"]) == 3 and not words.isError
    assert json.loads(faces.content[0].text) == {"sheet": "picture 1", "faces": ["picture 2", "picture 3"]}
    assert [one.type for one in faces.content] == ["text", "image", "image", "image"]
    assert faces.content[1].mimeType == "image/jpeg" and faces.content[1].data.startswith("/9j/")


@with_tools
@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("next_words", {"text": ""}, "ao menos uma palavra"),
        ("gan_sample", {"seed": -1}, "número"),
        ("vae_decode", {"z": [0.0]}, "32 números"),
        ("gan_sample", {"seed": "seven"}, "integer"),
        ("open_first", {}, "Unknown tool"),
    ],
)
def test_a_tool_refuses_in_a_sentence(app_url, name, arguments, sentence):
    async def called(session):
        return await session.call_tool(name, arguments)

    found = talk(app_url, called, **{"Accept-Language": "pt-BR"})
    assert found.isError and sentence in found.content[0].text
    assert len(found.content[0].text) < 300 and "Traceback" not in found.content[0].text


@with_tools
def test_what_is_no_call_of_the_protocol_is_answered_in_a_sentence(app_url):
    answer, text = ask(app_url, "GET", agents.TOOLS)
    assert answer.status == 405 and "/llms.txt" in text
    assert ask(app_url, "GET", f"{agents.TOOLS}/sse")[0].status == 404
    assert ask(app_url, "POST", agents.TOOLS, b"[" * 900, Content_Type="application/json")[0].status == 400
    assert ask(app_url, "POST", agents.TOOLS, b"{}", Content_Length=str(10**9))[0].status in (400, 413)
