"""Rooms over HTTP: two small pages and the calls they make, beside Gradio's own routes and without its queue.

The database work runs on a few threads of its own, so that a class moving sliders does not hold up its votes.
A page learns of a change by a call that waits (long polling): every process looks at a room a few times a
second, however many phones wait for it, so several copies of the app may share one database.

What it does not know: how votes are kept, what a round is.
"""

import asyncio
import functools
import json
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from demos.room import counting, kinds, pages, votes
from demos.room.address import link, reachable
from demos.room.errors import (
    ConsentMissing,
    RequestUnreadable,
    RoomForbidden,
    RoomFull,
    RoomsTooMany,
    RoomUnknown,
    TriesTooMany,
    VotingClosed,
)
from demos.room.limits import Limit
from demos.room.votes import Room
from demos.ui import refused
from demos.ui.guard import said
from generative import photos
from generative.errors import GenerativeError
from generative.games import albums, score

COOKIE = "veredas_device"
DEVICE = re.compile(r"[\w-]{22}")
LARGEST = 20_000  # bytes of a request
QUESTIONS = 60_000  # bytes of one that opens a room: twenty questions, of letters that take four bytes each
PHOTO = 28_000_000  # bytes of one that brings a picture of 20 MB
WAIT = 20.0  # seconds that a call waits for a change; proxies cut off calls of a minute
SLOW = 1.0  # seconds before a further wrong guess is answered
FRESH = 0.25  # seconds for which a room that was looked up counts as known
STATUS = {
    RoomUnknown: 404,
    albums.AlbumGone: 410,
    RoomForbidden: 403,
    RoomFull: 403,
    VotingClosed: 409,
    RoomsTooMany: 429,
    albums.AlbumsTooMany: 429,
    TriesTooMany: 429,
    **dict.fromkeys(refused.SENTENCES, 503),
}
HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}
Endpoint = Callable[["Rooms", Request], Awaitable[Response]]


def spoken(endpoint: Endpoint) -> Endpoint:
    """Answer a GenerativeError with its sentence, in the language that the page asks in."""

    @functools.wraps(endpoint)
    async def answered(self: "Rooms", request: Request) -> Response:
        try:
            return await endpoint(self, request)
        except (GenerativeError, *refused.KINDS) as error:
            error = await self.guessed(said(error), _address(request))
            sentence = error.say(request.headers.get("accept-language") or "en")
            return _json({"error": sentence}, STATUS.get(type(error), 400))

    return answered


def _json(content: object, status: int = 200) -> JSONResponse:
    return JSONResponse(content, status, HEADERS)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


async def _body(request: Request, largest: int = LARGEST) -> dict:
    """The request's JSON object. Raises RequestUnreadable; a form of another site is none."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise RequestUnreadable()
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > largest:
                raise RequestUnreadable()
        content = json.loads(body)
    except (ValueError, RecursionError, ClientDisconnect) as error:
        raise RequestUnreadable() from error
    if not isinstance(content, dict):
        raise RequestUnreadable()
    return content


class Rooms:
    """The routes, and what one process keeps for them: threads, limits, rooms just looked up."""

    def __init__(self):
        self.threads = ThreadPoolExecutor(4, "rooms")
        self.dealing = ThreadPoolExecutor(1, "dealing")
        self.opened = Limit(30, 3600)  # rooms that one address may open in an hour
        self.albums = Limit(10, 3600)  # albums that one address may begin in an hour
        self.wrong = Limit(60, 60)  # wrong codes and secrets in a minute: a class may share one address
        self.known: dict[str, tuple[float, asyncio.Future]] = {}

    def routes(self) -> list[Route]:
        return [
            Route("/room", self.open, methods=["POST"]),
            Route("/room", self.page(pages.PHONE)),
            Route("/room/new", self.page(pages.STAGE)),
            Route("/room/photos", self.photos),
            Route("/room/album", self.album, methods=["POST"]),
            Route("/room/reach", self.reach),
            Route("/room/{code}", self.page(pages.PHONE)),
            Route("/room/{code}/teacher", self.page(pages.STAGE)),
            Route("/room/{code}/state", self.state),
            Route("/room/{code}/stage", self.stage),
            Route("/room/{code}/round/{number:int}", self.round),
            Route("/room/{code}/vote", self.vote, methods=["POST"]),
            Route("/room/{code}/name", self.name, methods=["POST"]),
            Route("/room/{code}/step", self.step, methods=["POST"]),
            Route("/room/{code}/link", self.link),
            Route("/room/{code}/votes.csv", self.votes),
        ]

    async def run(self, work: Callable, *arguments: object) -> object:
        """Blocking work, on the rooms' own threads."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, work, *arguments)

    async def guessed(self, error: GenerativeError, address: str) -> GenerativeError:
        """The same error, unless this address has been wrong about codes and secrets too often: then slowly,
        another. What is right always passes: a class may share one address with whoever guesses."""
        if not isinstance(error, RoomUnknown | RoomForbidden):
            return error
        if self.wrong.reached(address):
            await asyncio.sleep(SLOW)
            return TriesTooMany()
        self.wrong.count(address)
        return error

    def page(self, html: str) -> Callable[[Request], Awaitable[Response]]:
        """A page; with it, a name for the device that has none: random, for a day, seen by no script."""

        async def serve(request: Request) -> Response:
            response = HTMLResponse(html, headers=HEADERS)
            if not _device(request):
                response.set_cookie(
                    COOKIE, secrets.token_urlsafe(16), votes.DAY, path="/room", httponly=True, samesite="lax"
                )
            return response

        return serve

    # ---- the teacher ----

    @spoken
    async def photos(self, request: Request) -> Response:
        """Which real photos a new room would show: {name, count, thanks}."""
        source = await self.run(photos.sources.source)
        return _json({"name": source.name, "count": source.count, "thanks": source.attribution})

    @spoken
    async def reach(self, request: Request) -> Response:
        """Whether other devices reach the app, for a page opened at ?origin=: {reachable}."""
        return _json({"reachable": reachable(request.query_params.get("origin", ""))})

    @spoken
    async def album(self, request: Request) -> Response:
        """Keep one of the teacher's own pictures in memory: {album, photo, consent} -> {album, count}."""
        asked = await _body(request, PHOTO)
        name = str(asked.get("album") or "")
        if asked.get("consent") is not True:
            raise ConsentMissing()
        if not name and self.albums.reached(_address(request)):
            raise RoomsTooMany()
        keep = functools.partial(albums.shelf().add, name, str(asked.get("photo")))
        kept = await asyncio.get_running_loop().run_in_executor(self.dealing, keep)
        if not name:
            self.albums.count(_address(request))
        return _json(kept._asdict())

    @spoken
    async def open(self, request: Request) -> Response:
        """Open a room: {level, rounds, names} -> {code, secret}; of words the level is {passages}, of
        questions {questions}: a list of names and of {text, answers}."""
        asked = await _body(request, QUESTIONS)
        if self.opened.reached(_address(request)):
            raise RoomsTooMany()
        kind = kinds.read(asked.get("level", {}))
        opened = await self.run(votes.open_room, kind, asked.get("rounds", score.ROUNDS), asked.get("names"))
        self.opened.count(_address(request))
        self._deal_ahead(await self.run(votes.find, opened.code))
        return _json(opened._asdict())

    async def _owned(self, request: Request) -> Room:
        """The room, for its teacher alone."""
        room = await self.run(votes.find, request.path_params["code"])
        return votes.owned(room, request.headers.get("x-room-secret", ""))

    @spoken
    async def step(self, request: Request) -> Response:
        """Close, reveal or go on: {seen, end} -> where the room stands now."""
        asked = await _body(request)
        room = await self._owned(request)
        secret, seen = request.headers["x-room-secret"], str(asked.get("seen"))
        moved = await self.run(votes.step, room.code, secret, seen, asked.get("end") is True)
        self.known.pop(room.code, None)
        self._deal_ahead(moved)
        return _json({"key": moved.key})

    def _deal_ahead(self, room: Room) -> None:
        """Deal the next round while this one is on the table."""
        if room.number < room.rounds and room.phase != "over":
            self.dealing.submit(votes.look_ahead, room, room.number + 1)

    @spoken
    async def stage(self, request: Request) -> Response:
        """What the projector shows; the tally once the round is closed, the answer once it is told."""
        room = await self._owned(request)
        return _json(await self.run(pages.stage, room))

    @spoken
    async def link(self, request: Request) -> Response:
        """The students' link and its QR code, for a page opened at ?origin=."""
        room = await self._owned(request)
        return _json(link(request.query_params.get("origin", ""), room.code)._asdict())

    @spoken
    async def votes(self, request: Request) -> Response:
        """All votes of the rounds already told, as CSV."""
        room = await self._owned(request)
        language = request.headers.get("accept-language") or "en"
        table = await self.run(counting.as_csv, room, language)
        return PlainTextResponse(table, media_type="text/csv", headers=HEADERS)

    # ---- students ----

    @spoken
    async def state(self, request: Request) -> Response:
        """What a phone shows. With ?seen= it waits until the room has gone on from there."""
        device, seen = self._me(request), request.query_params.get("seen")
        if seen is None:
            room = await self.run(votes.enter, request.path_params["code"], device)
        else:
            room = await self._changed(request.path_params["code"].upper()[:8], seen)
        return _json(await self.run(pages.state, room, device))

    async def _changed(self, code: str, seen: str) -> Room:
        """The room as soon as it stands elsewhere than `seen`, at the latest after WAIT seconds."""
        end = time.monotonic() + WAIT
        while (room := await self._look(code)).key == seen and time.monotonic() < end:
            await asyncio.sleep(FRESH)
        return room

    async def _look(self, code: str) -> Room:
        """A room as it was at most FRESH seconds ago: all who wait for it share one query."""
        at, found = self.known.get(code, (0.0, None))
        if found is None or time.monotonic() - at > FRESH:
            self.known = {c: kept for c, kept in self.known.items() if time.monotonic() - kept[0] < 5}
            found = asyncio.ensure_future(self.run(votes.find, code))
            self.known[code] = (time.monotonic(), found)
        return await asyncio.shield(found)

    @spoken
    async def vote(self, request: Request) -> Response:
        """Count a vote: {round, choice} -> {counted}. It is in the database before this answers."""
        asked = await _body(request)
        number, choice = asked.get("round"), asked.get("choice")
        code = request.path_params["code"]
        return _json({"counted": await self.run(votes.vote, code, number, self._me(request), choice)})

    @spoken
    async def name(self, request: Request) -> Response:
        """Take a nickname, or with '' none: {nickname}."""
        asked = await _body(request)
        code, device = request.path_params["code"], self._me(request)
        room = await self.run(votes.enter, code, device, asked.get("nickname", ""))
        return _json({"nickname": (await self.run(counting.player, room, device)).nickname})

    @spoken
    async def round(self, request: Request) -> Response:
        """What anyone may see of a round that has begun, in one answer: of faces only the faces differ."""
        number = request.path_params["number"]
        room = await self._look(request.path_params["code"].upper()[:8])
        if not 1 <= number <= room.number:
            raise RequestUnreadable()
        return _json((await self.run(votes.dealt_round, room, number)).shown)

    def _me(self, request: Request) -> str:
        """This device in this room. Raises RequestUnreadable for a call without the page's cookie."""
        if not (cookie := _device(request)):
            raise RequestUnreadable()
        return votes.device_in(request.path_params["code"], cookie)


def _device(request: Request) -> str:
    cookie = request.cookies.get(COOKIE, "")
    return cookie if DEVICE.fullmatch(cookie) else ""


def routes() -> list[Route]:
    """All routes of the rooms, for the app to serve beside its page."""
    return Rooms().routes()
