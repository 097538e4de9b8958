"""The lesson and the worksheets over HTTP, beside Gradio's own routes; the doors say what is raised here."""

import gradio as gr
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from demos.lesson import page, script, sheets

HEADERS = {"Cache-Control": "no-cache"}
LARGEST = 4 * script.LONGEST  # bytes of a lesson whose letters take four each


def served(app: gr.Blocks) -> list[Route]:
    """All routes, for the app to serve beside its page."""
    known = script.known(app)

    async def read(request: Request) -> Response:
        """A lesson's text -> {states}, each {address, pt, en, language}."""
        states = script.read(await _text(request), known)
        return JSONResponse({"states": [state._asdict() for state in states]}, headers=HEADERS)

    return [
        Route("/lesson", lesson),
        Route("/lesson/read", read, methods=["POST"]),
        Route("/worksheets", sheet),
        Route("/worksheets/{name}", sheet),
    ]


def lesson(request: Request) -> Response:
    return HTMLResponse(page.PAGE, headers=HEADERS)


def sheet(request: Request) -> Response:
    """A worksheet, or the list of them, in the language of the address, else of the browser."""
    language = request.query_params.get("lang") or request.headers.get("accept-language") or "en"
    origin = f"{request.url.scheme}://{request.url.netloc}"
    name = request.path_params.get("name", "")
    return HTMLResponse(sheets.sheet(name, language, origin), headers=HEADERS)


async def _text(request: Request) -> str:
    """The body of a request. Raises LessonTooLong, as soon as that is known."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST:
                raise script.LessonTooLong(most=script.MOST, longest=script.LONGEST)
    except ClientDisconnect:
        return ""
    return body.decode("utf-8", "replace")
