"""A class voting: rooms, their rounds, and votes, in a database that outlives the app.

SQLite in WAL mode unless VEREDAS_DATABASE_URL names another database, such as
postgresql://user:password@host/name. What was answered "counted" is committed before the answer, so it
survives the end of the process, kill -9 included. (SQLite syncs the disk at checkpoints only,
synchronous=NORMAL: a power cut may cost the last votes, never the file.)

A room goes lobby -> open -> closed -> revealed -> open ... -> over. One vote a device and round is a primary
key; whether voting is open is read in the transaction that writes the vote. Pictures are in no table: a round
is dealt again from its seed. What is played, faces or words, is room/kinds.py's.

What it does not know: HTTP, pages, who a device belongs to.
"""

import csv
import functools
import hashlib
import hmac
import io
import json
import os
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from demos.room import kinds
from generative.errors import (
    NicknameInvalid,
    RoomForbidden,
    RoomFull,
    RoomUnknown,
    VotingClosed,
    within,
)
from generative.games import quiz, score, word_votes
from generative.once import once

ALPHABET = "BCDFGHJKMNPRSTWXYZ"  # no look-alikes (I, L, O, Q, U, V), no vowels, so no words: 104,976 codes
DAY = 24 * 3600  # seconds that a room lasts
DEVICES = 400  # in one room
NICKNAME = 20  # characters
MOST_ROUNDS = 20

TABLES = sa.MetaData()
ROOMS = sa.Table(
    "rooms",
    TABLES,
    sa.Column("code", sa.String(4), primary_key=True),
    sa.Column("secret", sa.String(64), nullable=False),  # SHA-256 of the teacher's secret
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("level", sa.Text, nullable=False),  # the kind and how hard it is, as kinds.read reads it
    sa.Column("rounds", sa.Integer, nullable=False),
    sa.Column("names", sa.Boolean, nullable=False),  # whether nicknames are asked for
    sa.Column("opened", sa.Double, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),  # of the current round, from 1; 0 in the lobby
    sa.Column("phase", sa.String(8), nullable=False),
    sa.Column("since", sa.Double, nullable=False),  # when this phase began
)


def _of_a_room() -> sa.Column:
    """A room's rows go with it."""
    return sa.Column("room", sa.ForeignKey("rooms.code", ondelete="CASCADE"), primary_key=True)


ROUNDS = sa.Table(
    "rounds",
    TABLES,
    _of_a_room(),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("token", sa.Text, nullable=False),  # the sealed answer
    sa.Column("opened", sa.Double, nullable=False),
)
PLAYERS = sa.Table(
    "players",
    TABLES,
    _of_a_room(),
    sa.Column("device", sa.String(64), primary_key=True),
    sa.Column("nickname", sa.String(NICKNAME), nullable=False),
    sa.Column("joined", sa.Double, nullable=False),
)
VOTES = sa.Table(
    "votes",
    TABLES,
    _of_a_room(),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("device", sa.String(64), primary_key=True),
    sa.Column("choice", sa.Integer, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
)


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
    since: float

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


# ---- the database ----


def _url() -> str:
    if named := os.environ.get("VEREDAS_DATABASE_URL"):
        return named.replace("postgresql://", "postgresql+psycopg://").replace(
            "postgres://", "postgresql+psycopg://"
        )
    file = Path.home() / ".local/share/veredas/rooms.db"
    file.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600))
    return f"sqlite:///{file}"


@once
def engine() -> sa.Engine:
    """The database with its tables, opened at the first use."""
    made = sa.create_engine(_url(), pool_pre_ping=True)
    if made.dialect.name == "sqlite":
        sa.event.listen(made, "connect", _prepare_sqlite)
        sa.event.listen(made, "begin", _begin_sqlite)
    TABLES.create_all(made)
    return made


def _prepare_sqlite(connection, _) -> None:  # noqa: ANN001 (sqlite3.Connection)
    connection.isolation_level = None  # transactions begin in _begin_sqlite, not in the driver
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "busy_timeout=5000",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    """A writer takes the write lock at once: what it then reads cannot change under it."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _writing() -> Iterator[sa.Connection]:
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


@contextmanager
def _reading() -> Iterator[sa.Connection]:
    with engine().connect() as connection, connection.begin():
        yield connection


def _upsert(c: sa.Connection, table: sa.Table, row: dict, changed: tuple[str, ...]) -> None:
    """Insert a row, or change these columns of the one that has its key."""
    insert = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[c.dialect.name](table).values(row)
    if changed:
        insert = insert.on_conflict_do_update(
            index_elements=list(table.primary_key), set_={name: insert.excluded[name] for name in changed}
        )
    else:
        insert = insert.on_conflict_do_nothing()
    c.execute(insert)


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
    with _writing() as c:
        c.execute(sa.delete(ROOMS).where(ROOMS.c.opened <= time.time() - DAY))


# ---- the teacher ----


def open_room(kind: kinds.Kind, rounds: int = score.ROUNDS, names: bool = False) -> Opened:
    """A new room in its lobby. Raises NumberOutOfRange, ModeUnknown, LanguageUnknown."""
    row = {
        "level": kind.as_json(),
        "rounds": within("rounds", rounds, 1, MOST_ROUNDS, whole=True),
        "names": bool(names),
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
            with _writing() as c:
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
    with _writing() as c:
        room, now = _find(c, code, hold="alone"), time.time()
        if room.key != seen:
            return room
        if dealt:
            row = {"room": room.code, "number": number, "token": dealt.token, "opened": now}
            _upsert(c, ROUNDS, row, ())
        values = {"number": number, "phase": phase, "since": now}
        c.execute(sa.update(ROOMS).where(ROOMS.c.code == room.code).values(values))
        return room._replace(**values)


# ---- rounds ----


def dealt_round(room: Room, number: int) -> kinds.Dealt:
    """Round `number` of a room, the same each time."""
    with _DEALING:
        return _dealt(room.kind, room.seed, number)


_DEALING = threading.Lock()  # a page that asks while a round is dealt waits for it, and deals no second one


@functools.lru_cache(maxsize=64)
def _dealt(kind: kinds.Kind, seed: int, number: int) -> kinds.Dealt:
    return kind.deal(seed, number)


def find(code: str) -> Room:
    """The room of a code. Raises RoomUnknown."""
    with _reading() as c:
        return _find(c, code)


def answers(room: Room) -> dict[int, quiz.Answer | word_votes.Answer]:
    """Round -> its opened seal, for the rounds whose answer is out and no other."""
    query = sa.select(ROUNDS).where(ROUNDS.c.room == room.code, ROUNDS.c.number <= room.counted)
    with _reading() as c:
        rows = list(c.execute(query.order_by(ROUNDS.c.number)))
    return {row.number: room.kind.answer(row.token) for row in rows}


# ---- students ----


def device_in(room_code: str, cookie: str) -> str:
    """A device's name within one room: rooms cannot be joined up by it."""
    return _hash(f"{room_code.strip().upper()} {cookie}")


def enter(code: str, device: str, nickname: object = None) -> Room:
    """Join, or take another nickname; None keeps the one there is.

    Raises RoomUnknown, RoomFull, NicknameInvalid.
    """
    name = None if nickname is None else _nickname(nickname)
    with _writing() as c:
        room = _find(c, code)
        _seat(c, room, device)
        if name is not None and room.names:
            here = (PLAYERS.c.room == room.code) & (PLAYERS.c.device == device)
            c.execute(sa.update(PLAYERS).where(here).values(nickname=name))
        return room


def _nickname(text: object) -> str:
    """Without control characters and runs of blanks. Raises NicknameInvalid when too long, or no text."""
    if not isinstance(text, str) or len(text) > 10 * NICKNAME:
        raise NicknameInvalid(limit=NICKNAME)
    name = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(name) > NICKNAME:
        raise NicknameInvalid(limit=NICKNAME)
    return name


def _seat(c: sa.Connection, room: Room, device: str) -> None:
    """A row for this device, if the room has one left."""
    here = sa.select(sa.func.count()).select_from(PLAYERS).where(PLAYERS.c.room == room.code)
    if c.execute(here.where(PLAYERS.c.device == device)).scalar_one():
        return
    if c.execute(here).scalar_one() >= DEVICES:
        raise RoomFull(limit=DEVICES)
    row = {"room": room.code, "device": device, "nickname": "", "joined": time.time()}
    _upsert(c, PLAYERS, row, ())


def vote(code: str, number: object, device: str, choice: object) -> int:
    """Count this device's vote on the open round, or change it; returns the place voted for.

    Once this returns, the vote is in the database. Raises RoomUnknown, ChoiceInvalid, WordNotOffered,
    VotingClosed, RoomFull.
    """
    with _writing() as c:
        room = _find(c, code, hold="share")
        place = room.kind.place(choice)
        if room.phase != "open" or number != room.number:
            raise VotingClosed()
        _seat(c, room, device)
        row = {"room": room.code, "number": room.number, "device": device, "choice": place}
        row["at"] = time.time()
        _upsert(c, VOTES, row, ("choice", "at"))
    return place


# ---- counting ----


class Player(NamedTuple):
    """One device: its nickname, and what it chose in each round it voted in."""

    nickname: str
    choices: dict[int, int]


def player(room: Room, device: str) -> Player:
    """One device's nickname and votes; empty for a device that never came."""
    mine = (VOTES.c.room == room.code) & (VOTES.c.device == device)
    here = (PLAYERS.c.room == room.code) & (PLAYERS.c.device == device)
    with _reading() as c:
        nickname = c.execute(sa.select(PLAYERS.c.nickname).where(here)).scalar() or ""
        rows = c.execute(sa.select(VOTES.c.number, VOTES.c.choice).where(mine))
        return Player(nickname, {row.number: row.choice for row in rows})


class Turnout(NamedTuple):
    """How many devices are in the room, and how many have voted in the current round."""

    joined: int
    voted: int


def turnout(room: Room) -> Turnout:
    """Counted now."""
    joined = sa.select(sa.func.count()).select_from(PLAYERS).where(PLAYERS.c.room == room.code)
    voted = sa.select(sa.func.count()).select_from(VOTES).where(VOTES.c.room == room.code)
    with _reading() as c:
        return Turnout(
            c.execute(joined).scalar_one(),
            c.execute(voted.where(VOTES.c.number == room.number)).scalar_one(),
        )


def tally(room: Room, number: int) -> list[int]:
    """Votes for each place in one round. Tell it only when the round is closed."""
    query = sa.select(VOTES.c.choice).where(VOTES.c.room == room.code, VOTES.c.number == number)
    with _reading() as c:
        votes = Counter(c.execute(query).scalars())
    return [votes[place] for place in range(room.kind.places)]


class Place(NamedTuple):
    """A line of the final board. Equals share a place."""

    place: int
    device: str
    nickname: str
    right: int


class Board(NamedTuple):
    """All players who voted, best first; rounds told so far; the rival's right answers; the majority's."""

    places: list[Place]
    rounds: int
    critic: int
    majority: int


def board(room: Room) -> Board:
    """The standing after the rounds whose answer is out."""
    told = answers(room)
    right: Counter[str] = Counter()
    for row in _votes(room):
        right[row.device] += row.choice == told[row.number].target
    names = _nicknames(room)
    ranked = sorted(right.items(), key=lambda item: (-item[1], names.get(item[0], "").lower()))
    counts = [n for _, n in ranked]
    places = [Place(counts.index(n) + 1, device, names.get(device, ""), n) for device, n in ranked]
    critic = sum(found.critic == found.target for found in told.values())
    majority = sum(_majority(tally(room, number)) == found.target for number, found in told.items())
    return Board(places, len(told), critic, majority)


def _majority(votes: list[int]) -> int | None:
    """What most voted for; None where nobody did, or two were level."""
    most = max(votes)
    return votes.index(most) if most and votes.count(most) == 1 else None


def _votes(room: Room) -> list[sa.Row]:
    query = (
        sa.select(VOTES, ROUNDS.c.opened)
        .join(ROUNDS, (ROUNDS.c.room == VOTES.c.room) & (ROUNDS.c.number == VOTES.c.number))
        .where(VOTES.c.room == room.code, VOTES.c.number <= room.counted)
        .order_by(VOTES.c.number, VOTES.c.at)
    )
    with _reading() as c:
        return list(c.execute(query))


def _nicknames(room: Room) -> dict[str, str]:
    query = sa.select(PLAYERS.c.device, PLAYERS.c.nickname).where(PLAYERS.c.room == room.code)
    with _reading() as c:
        return {row.device: row.nickname for row in c.execute(query.order_by(PLAYERS.c.joined))}


def as_csv(room: Room) -> str:
    """Every vote of the rounds whose answer is out; devices are numbers in the order they came."""
    names = _nicknames(room)
    numbers = {device: i for i, device in enumerate(names, start=1)}
    told = answers(room)
    writer = csv.writer(file := io.StringIO())
    writer.writerow(["round", "device", "nickname", "choice", "answer", "right", room.kind.rival, "seconds"])
    for row in _votes(room):
        found = told[row.number]
        called = room.kind.names(found)
        writer.writerow(
            [
                row.number,
                numbers[row.device],
                _cell(names[row.device]),
                called[row.choice],
                called[found.target],
                int(row.choice == found.target),
                called[found.critic],
                f"{row.at - row.opened:.2f}",
            ]
        )
    return file.getvalue()


def _cell(text: str) -> str:
    """A nickname that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
