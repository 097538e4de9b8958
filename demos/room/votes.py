"""A class voting: rooms, who is in them, their rounds, and the votes, each kept before it is answered.

A room goes lobby -> open -> closed -> revealed -> open ... -> over. One vote a device and round is a primary
key; whether voting is open is read in the transaction that writes the vote. What is played, faces, words or
questions, is kinds.py's.

What it does not know: HTTP, pages, who a device belongs to.
"""

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import NamedTuple

import sqlalchemy as sa

from demos.room import asked, kinds
from demos.room.database import NICKNAME, PLAYERS, ROOMS, ROUNDS, VOTES, reading, upsert, writing
from demos.room.deals import DEALS
from demos.room.errors import NicknameInvalid, RoomForbidden, RoomFull, RoomUnknown, VotingClosed
from generative.errors import within
from generative.games import quiz, score, word_votes
from generative.text import line

ALPHABET = "BCDFGHJKMNPRSTWXYZ"  # no look-alikes (I, L, O, Q, U, V), no vowels, so no words: 104,976 codes
DAY = 24 * 3600  # seconds that a room lasts
DEVICES = 400  # in one room


class Room(NamedTuple):
    """A room as its row says."""

    code: str
    secret: str
    seed: int
    kind: kinds.Kind
    rounds: int
    names: bool
    opened: float
    number: int
    phase: str
    since: float  # when this phase began, or the seats were emptied in it

    @property
    def key(self) -> str:
        """Where the room stands, as '3-open': a page waits until it changes, a step says what it has seen."""
        return f"{self.number}-{self.phase}"

    @property
    def counted(self) -> int:
        """Rounds whose answer is out."""
        return self.number if self.phase in ("revealed", "over") else max(0, self.number - 1)


class Opened(NamedTuple):
    """A new room: the code for everyone and the secret for the teacher, who alone ever sees it."""

    code: str
    secret: str


def _find(c: sa.Connection, code: object, hold: str = "") -> Room:
    """The room of a code, held as it is until the transaction ends if asked: 'share' for a vote, 'alone' for
    a step. (SQLite's write lock holds everything.) Raises RoomUnknown."""
    asked = str(code).strip().upper()[:8]
    query = sa.select(ROOMS).where(ROOMS.c.code == asked, ROOMS.c.opened > time.time() - DAY)
    if hold:
        query = query.with_for_update(read=hold == "share")
    row = c.execute(query).first()
    if row is None:
        raise RoomUnknown(code=asked)
    values = dict(row._mapping)
    return Room(kind=kinds.read(json.loads(values.pop("level"))), **values)


def forget_old() -> None:
    """Delete every room that is older than a day, with its nicknames and votes."""
    with writing() as c:
        c.execute(sa.delete(ROOMS).where(ROOMS.c.opened <= time.time() - DAY))


# ---- the teacher ----


def open_room(kind: kinds.Kind, rounds: int = score.ROUNDS, names: bool = False) -> Opened:
    """A new room in its lobby. Raises NumberOutOfRange, ModeUnknown, LanguageUnknown."""
    row = {
        "level": kind.as_json(),
        "rounds": within("rounds", kind.length or rounds, 1, kinds.MOST_ROUNDS, whole=True),
        "names": bool(names) and kind.scored,
        "seed": secrets.randbelow(2**48),
        "opened": (now := time.time()),
        "since": now,
        "number": 0,
        "phase": "lobby",
    }
    secret = secrets.token_urlsafe(16)
    forget_old()
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(4))
        try:
            with writing() as c:
                c.execute(sa.insert(ROOMS).values(code=code, secret=_hash(secret), **row))
            return Opened(code, secret)
        except sa.exc.IntegrityError:  # the code is taken
            continue


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def owned(room: Room, secret: object) -> Room:
    """The room, if this is its teacher's secret. Raises RoomForbidden."""
    if not hmac.compare_digest(_hash(str(secret)[:100]), room.secret):
        raise RoomForbidden()
    return room


def following(room: Room) -> tuple[int, str]:
    """The round and phase after this one."""
    if room.phase in ("open", "closed"):
        return room.number, {"open": "closed", "closed": "revealed"}[room.phase]
    if room.phase == "over" or room.number == room.rounds:
        return room.number, "over"
    return room.number + 1, "open"


def step(code: str, secret: str, seen: str, end: bool = False) -> Room:
    """Go on by one step from where the teacher has seen the room, or to the end; else nothing happens.

    Two clicks on one button are one step. Raises RoomUnknown, RoomForbidden.
    """
    room = owned(find(code), secret)
    number, phase = (room.number, "over") if end else following(room)
    dealt = dealt_round(room, number) if phase == "open" else None  # takes a second: before the transaction
    with writing() as c:
        room, now = _find(c, code, hold="alone"), time.time()
        if room.key != seen:
            return room
        if dealt:
            row = {"room": room.code, "number": number, "token": dealt.token, "opened": now}
            upsert(c, ROUNDS, row, ())
        values = {"number": number, "phase": phase, "since": now}
        c.execute(sa.update(ROOMS).where(ROOMS.c.code == room.code).values(values))
        return room._replace(**values)


def empty(code: str, secret: str) -> int:
    """Empty the seats; returns how many were taken. Whoever is there takes one again, and has the votes of
    before: a vote counts while its device has a seat. Raises RoomUnknown, RoomForbidden.
    """
    with writing() as c:
        room = owned(_find(c, code, hold="alone"), secret)
        taken = c.execute(sa.delete(PLAYERS).where(PLAYERS.c.room == room.code)).rowcount
        c.execute(sa.update(ROOMS).where(ROOMS.c.code == room.code).values(since=time.time()))
        return taken


# ---- rounds ----


def dealing(room: Room, number: int) -> Future[kinds.Dealt]:
    """Round `number` of a room, the same each time: dealt, or on its way."""
    return DEALS.of(room.kind, room.seed, number)


def dealt_round(room: Room, number: int) -> kinds.Dealt:
    """Round `number` of a room; takes a second where it is not dealt yet."""
    return dealing(room, number).result()


def look_ahead(room: Room, number: int) -> None:
    """Deal a round, and compute what is told after its answer: then neither takes time before a class."""
    dealt = dealt_round(room, number)
    if room.kind.scored:
        room.kind.explained(room.kind.answer(dealt.token))


def find(code: str) -> Room:
    """The room of a code. Raises RoomUnknown."""
    with reading() as c:
        return _find(c, code)


def answers(room: Room) -> dict[int, quiz.Answer | word_votes.Answer | asked.Asked]:
    """Round -> its opened seal, for the rounds whose answer is out and no other."""
    query = sa.select(ROUNDS).where(ROUNDS.c.room == room.code, ROUNDS.c.number <= room.counted)
    with reading() as c:
        rows = list(c.execute(query.order_by(ROUNDS.c.number)))
    return {row.number: room.kind.answer(row.token) for row in rows}


# ---- students ----


def device_in(room_code: str, cookie: str) -> str:
    """A device's name within one room: rooms cannot be joined up by it."""
    return _hash(f"{room_code.strip().upper()} {cookie}")


Admit = Callable[[], None]  # raises where a new device must wait for its seat


def _anyone() -> None:
    """Nobody has to wait."""


def enter(code: str, device: str, nickname: object = None, admit: Admit = _anyone) -> Room:
    """Take a seat, or another nickname; None keeps the one there is.

    Raises RoomUnknown, RoomFull, NicknameInvalid, and what `admit` raises for a device without a seat.
    """
    name = None if nickname is None else _nickname(nickname)
    with writing() as c:
        room = _find(c, code, hold="alone")  # seats are counted and taken in one step
        _seat(c, room, device, admit)
        if name is not None and room.names:
            c.execute(sa.update(PLAYERS).where(_seat_of(room, device)).values(nickname=name))
        return room


def _nickname(text: object) -> str:
    """On one line. Raises NicknameInvalid when too long, or no text."""
    if not isinstance(text, str) or len(text) > 10 * NICKNAME:
        raise NicknameInvalid(limit=NICKNAME)
    name = line(text)
    if len(name) > NICKNAME:
        raise NicknameInvalid(limit=NICKNAME)
    return name


def _seat_of(room: Room, device: str) -> sa.ColumnElement[bool]:
    return (PLAYERS.c.room == room.code) & (PLAYERS.c.device == device)


def _has_seat(c: sa.Connection, room: Room, device: str) -> bool:
    return c.execute(sa.select(PLAYERS.c.device).where(_seat_of(room, device))).first() is not None


def seated(room: Room, device: str) -> bool:
    """Whether the device has a seat: the teacher may have emptied them."""
    with reading() as c:
        return _has_seat(c, room, device)


def _seat(c: sa.Connection, room: Room, device: str, admit: Admit) -> None:
    """A seat for this device, if there is one left. The room is held alone."""
    if _has_seat(c, room, device):
        return
    here = sa.select(sa.func.count()).select_from(PLAYERS).where(PLAYERS.c.room == room.code)
    if c.execute(here).scalar_one() >= DEVICES:
        raise RoomFull(limit=DEVICES)
    admit()
    row = {"room": room.code, "device": device, "nickname": "", "joined": time.time()}
    c.execute(sa.insert(PLAYERS).values(row))


def vote(code: str, number: object, device: str, choice: object, admit: Admit = _anyone) -> int:
    """Count this device's vote on the open round, or change it; returns the place voted for.

    Once this returns, the vote is in the database. Raises RoomUnknown, VotingClosed, ChoiceInvalid,
    WordNotOffered, AnswerNotOffered, and what `enter` raises.
    """
    while (place := _counted(code, number, device, choice)) is None:
        enter(code, device, admit=admit)
    return place


def _counted(code: str, number: object, device: str, choice: object) -> int | None:
    """The place voted for; None, and no vote, for a device without a seat."""
    with writing() as c:
        room = _find(c, code, hold="share")
        if room.phase != "open" or number != room.number:
            raise VotingClosed()
        place = room.kind.place(choice, room.number)
        if not _has_seat(c, room, device):
            return None
        row = {"room": room.code, "number": room.number, "device": device, "choice": place}
        row["at"] = time.time()
        upsert(c, VOTES, row, ("choice", "at"))
    return place
