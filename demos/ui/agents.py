"""The public calls for programs that write programs: what they are (/llms.txt), and each of them as a tool.

Both are made of the functions themselves: name, signature, docstring, the TypedDict they give. Tools follow
the Model Context Protocol and are served where VEREDAS_MCP=1 asks for it: the package `mcp` makes `import
gradio` slower for everybody. Nothing of the page beside its public calls is a tool.
https://llmstxt.org and https://modelcontextprotocol.io/specification say what either is.
"""

import functools
import importlib.util
import inspect
import json
import os
import sys
import types
import typing
from collections.abc import Callable, Iterator
from pathlib import Path

import gradio as gr
from gradio.mcp import GradioMCPServer
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from demos.ui.guard import parameters

WANTED = os.environ.get("VEREDAS_MCP") == "1"
TOOLS = "/gradio_api/mcp"
JSON = {str: "string", float: "number", int: "integer", bool: "boolean", dict: "object", type(None): "null"}
HEAD = Path(__file__).with_suffix(".md").read_text()  # in English: programs read it
WITH_TOOLS = f"The same calls are tools of the Model Context Protocol (streamable HTTP) at {TOOLS}."


# ---- /llms.txt ----


class Call(typing.NamedTuple):
    """A public call, as it is written down."""

    name: str
    takes: str
    gives: str
    says: str


def public(page: gr.Blocks) -> list[Call]:
    """Every call of the page that programs may make, by name."""
    found = [fn for fn in page.fns.values() if fn.fn and fn.api_visibility == "public"]
    return sorted(described(fn.api_name, fn.fn) for fn in found)


def described(name: str, function: Callable) -> Call:
    """A call by its function."""
    known = inspect.signature(function).parameters
    takes = [f"{one}: {shape(kind)}{beginning(known[one])}" for one, kind in parameters(function)]
    gives = shape(typing.get_type_hints(function)["return"])
    return Call(name, ", ".join(takes), gives, inspect.getdoc(function) or "")


def beginning(parameter: inspect.Parameter) -> str:
    """What stands after a parameter that need not be given: its value then."""
    if parameter.default is parameter.empty:
        return ""
    return f" = {json.dumps(parameter.default, ensure_ascii=False)}"


def shape(kind: object) -> str:
    """A type as JSON has it: list[float] -> [number, ...], a TypedDict -> {name: kind, ...}."""
    inner = typing.get_args(kind)
    if typing.is_typeddict(kind):
        fields = typing.get_type_hints(kind).items()
        return "{" + ", ".join(f"{name}: {shape(one)}" for name, one in fields) + "}"
    if typing.get_origin(kind) is list:
        return f"[{shape(inner[0])}, ...]"
    if typing.get_origin(kind) is typing.Literal:
        return " or ".join(json.dumps(one) for one in inner)
    if isinstance(kind, types.UnionType):
        return " or ".join(shape(one) for one in inner)
    if typing.get_origin(kind) is Iterator:
        return f"{shape(inner[0])}, once more at every step"
    return JSON.get(typing.get_origin(kind) or kind, "any")


@functools.lru_cache(maxsize=1)
def written(page: gr.Blocks) -> str:
    """What /llms.txt says."""
    calls = [f"### {one.name}({one.takes})\n\nGives {one.gives}\n\n{one.says}\n" for one in public(page)]
    return "\n".join([HEAD, *([WITH_TOOLS + "\n"] if WANTED else []), "## Calls\n", *calls])


def llms(request: Request) -> PlainTextResponse:
    """The calls, for a program that reads before it asks."""
    return PlainTextResponse(written(request.app.get_blocks()))


ROUTE = Route("/llms.txt", llms)


# ---- tools ----


def tools() -> bool:
    """Whether the calls are tools too. Ends the program in a sentence where the package for it is missing."""
    if WANTED and not importlib.util.find_spec("mcp"):
        sys.exit(f'VEREDAS_MCP=1 needs one more package: pip install "gradio[mcp]=={gr.__version__}"')
    if WANTED:
        GradioMCPServer.postprocess_output_data = contents
    return WANTED


def contents(server: GradioMCPServer, data: list, root_url: str) -> list:
    """What a call gave, as JSON in which pictures are numbered; then the pictures: as text, one face would
    fill an agent's memory."""
    pictures: list[str] = []
    text = json.dumps(apart(data[0], pictures), ensure_ascii=False)
    seen = [one.removeprefix("data:").split(";base64,", 1) for one in pictures]
    shown = [server.types.ImageContent(type="image", data=data, mimeType=kind) for kind, data in seen]
    return [server.types.TextContent(type="text", text=text), *shown]


def apart(value: object, pictures: list[str]) -> object:
    """The value with each picture (a data URL) in it put into `pictures`, and its number in its place."""
    if isinstance(value, dict):
        return {key: apart(one, pictures) for key, one in value.items()}
    if isinstance(value, list):
        return [apart(one, pictures) for one in value]
    if isinstance(value, str) and value.startswith("data:image/"):
        pictures.append(value)
        return f"picture {len(pictures)}"
    return value
