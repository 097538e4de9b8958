"""Rooms over HTTP: two small pages and the calls they make, beside Gradio's own routes and without its queue.

Votes run on a few threads of their own, so that neither a class moving sliders nor another room's next round
holds them up; what the teacher's page asks for has others, and rounds are dealt on a third kind (deals.py).
A page learns of a change by a call that waits (long polling, watch.py).

What it does not know: how votes are kept, what a round is.
"""

import asyncio
import contextlib
import functools
import json
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from demos.room import counting, devices, kinds, pages, votes
from demos.room.address import link, reachable
from demos.room.errors import (
    ConsentMissing,
    DeviceUnknown,
    EnteringTooMany,
    RequestUnreadable,
    RoomForbidden,
    RoomFull,
    RoomsTooMany,
    RoomUnknown,
    TriesTooMany,
    VotingClosed,
)
from demos.room.limits import Bucket, Limit, network
from demos.room.votes import Admit, Room
from demos.room.watch import Watch
from demos.ui import refused
from demos.ui.guard import said
from demos.ui.watch import SHELF
from generative import photos
from generative.errors import GenerativeError
from generative.games import albums, score

COOKIE = "veredas_device"
HEADER = "x-room-device"  # the same from a page whose browser keeps no cookie
LARGEST = 20_000  # bytes of a request
QUESTIONS = 60_000  # bytes of one that opens a room: twenty questions, of letters that take four bytes each
PHOTO = 28_000_000  # bytes of one that brings a picture of 20 MB
WAIT = 5.0  # seconds that a call waits for a change: a phone whose call died in silence soon knows it
AT_ONCE, NEXT = 120, 2.0  # seats that one network takes in a room at once, and seconds for each one more
SLOW = 1.0  # seconds before a further wrong guess is answered
STATUS = {
    RoomUnknown: 404,
    albums.AlbumGone: 410,
    RoomForbidden: 403,
    RoomFull: 403,
    DeviceUnknown: 401,
    EnteringTooMany: 429,
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


def _secret(request: Request) -> str:
    return request.headers.get("x-room-secret", "")


def _address(request: Request) -> str:
    return network(request.client.host) if request.client else ""


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
        self.threads = ThreadPoolExecutor(4, "rooms")  # for what phones ask: no model runs here
        self.teachers = ThreadPoolExecutor(2, "teachers")
        self.ahead = ThreadPoolExecutor(1, "ahead")  # for what nobody waits for, and for albums
        self.opened = Limit(30, 3600)  # rooms that one address may open in an hour
        self.albums = Limit(10, 3600)  # albums that one address may begin in an hour
        self.wrong = Limit(60, 60)  # wrong codes and secrets in a minute: a class may share one address
        self.seats = Bucket(AT_ONCE, NEXT)  # a class that shares one address is in at once, a flood is not
        self.watch = Watch(functools.partial(self.run, votes.find))

    def routes(self) -> list[Route]:
        return [
            Route("/room", self.open, methods=["POST"]),
            Route("/room", self.page(pages.PHONE)),
            Route("/room/new", self.page(pages.STAGE)),
            Route("/room/photos", self.photos),
            Route("/room/album", self.album, methods=["POST"]),
            Route("/room/reach", self.reach),
            Route("/room/device", self.device),
            Route("/room/{code}", self.page(pages.PHONE)),
            Route("/room/{code}/teacher", self.page(pages.STAGE)),
            Route("/room/{code}/state", self.state),
            Route("/room/{code}/stage", self.stage),
            Route("/room/{code}/round/{number:int}", self.round),
            Route("/room/{code}/vote", self.vote, methods=["POST"]),
            Route("/room/{code}/name", self.name, methods=["POST"]),
            Route("/room/{code}/step", self.step, methods=["POST"]),
            Route("/room/{code}/empty", self.empty, methods=["POST"]),
            Route("/room/{code}/projector", self.projector, methods=["POST"]),
            Route("/room/{code}/link", self.link),
            Route("/room/{code}/votes.csv", self.votes),
        ]

    async def run(self, work: Callable, *arguments: object) -> object:
        """Blocking work, on the threads that votes have."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, work, *arguments)

    async def led(self, work: Callable, *arguments: object) -> object:
        """Blocking work for a teacher's page: a model may run in it."""
        return await asyncio.get_running_loop().run_in_executor(self.teachers, work, *arguments)

    async def dealt(self, room: Room, number: int) -> kinds.Dealt:
        """A round; while it is dealt no thread waits. One page that goes away takes it from nobody."""
        return await asyncio.shield(asyncio.wrap_future(votes.dealing(room, number)))

    async def guessed(self, error: GenerativeError, address: str) -> GenerativeError:
        """The same error, unless this address has been wrong about codes and secrets too often: then slowly,
        another. What is right always passes: a class may share one address with whoever guesses."""
        if not isinstance(error, RoomUnknown | RoomForbidden):
            return error
        if self.wrong.take(address):
            return error
        await asyncio.sleep(SLOW)
        return TriesTooMany()

    def page(self, html: str) -> Callable[[Request], Awaitable[Response]]:
        """A page; with it, a name for the device that has none: signed, for a day, seen by no script."""

        async def serve(request: Request) -> Response:
            response = HTMLResponse(html, headers=HEADERS)
            if not _device(request):
                kept = {"max_age": votes.DAY, "path": "/room", "httponly": True, "samesite": "lax"}
                response.set_cookie(COOKIE, devices.issue(), **kept)
            return response

        return serve

    @spoken
    async def device(self, request: Request) -> Response:
        """A name for a device whose browser keeps no cookie, for the page to send along: {device}."""
        return _json({"device": devices.issue()})

    # ---- the teacher ----

    @spoken
    async def photos(self, request: Request) -> Response:
        """Which real photos a new room would show: {name, count, thanks}."""
        source = await self.led(photos.sources.source)
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
        keep = functools.partial(albums.shelf().add, name, str(asked.get("photo")))
        with contextlib.nullcontext() if name else self.albums.taken(_address(request), RoomsTooMany):
            kept = await asyncio.get_running_loop().run_in_executor(self.ahead, keep)
        return _json(kept._asdict())

    @spoken
    async def open(self, request: Request) -> Response:
        """Open a room: {level, rounds, names} -> {code, secret}; of words the level is {passages}, of
        questions {questions}: a list of names and of {text, answers}."""
        asked = await _body(request, QUESTIONS)
        kind, rounds = kinds.read(asked.get("level", {})), asked.get("rounds", score.ROUNDS)
        with self.opened.taken(_address(request), RoomsTooMany):
            opened = await self.led(votes.open_room, kind, rounds, asked.get("names"))
        self._deal_ahead(await self.run(votes.find, opened.code))
        return _json(opened._asdict())

    async def _owned(self, request: Request) -> Room:
        """The room, for its teacher alone."""
        room = await self.run(votes.find, request.path_params["code"])
        return votes.owned(room, _secret(request))

    @spoken
    async def step(self, request: Request) -> Response:
        """Close, reveal or go on: {seen, end} -> where the room stands now."""
        asked = await _body(request)
        room = await self._owned(request)
        secret, seen, end = _secret(request), str(asked.get("seen")), asked.get("end") is True
        number, phase = votes.following(room)
        if phase == "open" and not end:
            await self.dealt(room, number)
        moved = await self.led(votes.step, room.code, secret, seen, end)
        self.watch.forget(room.code)
        self._deal_ahead(moved)
        return _json({"key": moved.key})

    def _deal_ahead(self, room: Room) -> None:
        """Deal the next round while this one is on the table."""
        if room.number < room.rounds and room.phase != "over":
            self.ahead.submit(votes.look_ahead, room, room.number + 1)

    @spoken
    async def empty(self, request: Request) -> Response:
        """Empty the seats; who is there takes one again: {emptied}, how many were taken."""
        room = await self._owned(request)
        self.seats.fill(room.code)
        return _json({"emptied": await self.led(votes.empty, room.code, _secret(request))})

    @spoken
    async def projector(self, request: Request) -> Response:
        """What a page of the app computes for its {visitor} comes first: the class looks at it."""
        await self._owned(request)
        SHELF.favour(str((await _body(request)).get("visitor")))
        return _json({})

    @spoken
    async def stage(self, request: Request) -> Response:
        """What the projector shows; the tally once the round is closed, the answer once it is told."""
        room = await self._owned(request)
        return _json(await self.led(pages.stage, room))

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
        table = await self.led(counting.as_csv, room, language)
        return PlainTextResponse(table, media_type="text/csv", headers=HEADERS)

    # ---- students ----

    @spoken
    async def state(self, request: Request) -> Response:
        """What a phone shows, once it has a seat. With ?seen= it waits until the room has gone on from there
        or its seats were emptied, and takes none."""
        device, seen = _me(request), request.query_params.get("seen")
        if seen is None:
            room = await self._enter(request)
        else:
            room = await self.watch.look(request.path_params["code"].upper()[:8])
            if room.key == seen and await self.run(votes.seated, room, device):
                room = await self.watch.changed(room, WAIT)
        return _json(await self.run(pages.state, room, device))

    async def _enter(self, request: Request, *nickname: object) -> Room:
        """A seat for this device, where its network has not taken too many at once."""
        enter = functools.partial(votes.enter, admit=self._admit(request))
        return await self.run(enter, request.path_params["code"], _me(request), *nickname)

    def _admit(self, request: Request) -> Admit:
        """What a new device asks before it takes a seat. It raises EnteringTooMany."""
        key = request.path_params["code"].strip().upper(), _address(request)
        return functools.partial(self.seats.pour, key, EnteringTooMany)

    @spoken
    async def vote(self, request: Request) -> Response:
        """Count a vote: {round, choice} -> {counted}. It is in the database before this answers."""
        asked = await _body(request)
        number, choice = asked.get("round"), asked.get("choice")
        count = functools.partial(votes.vote, admit=self._admit(request))
        code = request.path_params["code"]
        return _json({"counted": await self.run(count, code, number, _me(request), choice)})

    @spoken
    async def name(self, request: Request) -> Response:
        """Take a nickname, or with '' none: {nickname}."""
        asked = await _body(request)
        room = await self._enter(request, asked.get("nickname", ""))
        return _json({"nickname": (await self.run(counting.player, room, _me(request))).nickname})

    @spoken
    async def round(self, request: Request) -> Response:
        """What anyone may see of a round that has begun, in one answer: of faces only the faces differ."""
        number = request.path_params["number"]
        room = await self.watch.look(request.path_params["code"].upper()[:8])
        if not 1 <= number <= room.number:
            raise RequestUnreadable()
        return _json((await self.dealt(room, number)).shown)


def _me(request: Request) -> str:
    """This device in this room. Raises DeviceUnknown for one that no page here has given a name."""
    if not (device := _device(request)):
        raise DeviceUnknown()
    return votes.device_in(request.path_params["code"], device)


def _device(request: Request) -> str:
    """The device's name: from the page, where its browser keeps no cookie, or from its cookie; else ''."""
    return devices.known(request.headers.get(HEADER) or request.cookies.get(COOKIE, ""))


def routes() -> list[Route]:
    """All routes of the rooms, for the app to serve beside its page."""
    return Rooms().routes()
