"""The rooms' database: its tables, and transactions that read or write.

SQLite in WAL mode unless VEREDAS_DATABASE_URL names another database, such as
postgresql://user:password@host/name. What was answered "counted" is committed before the answer, so it
survives the end of the process, kill -9 included. (SQLite syncs the disk at checkpoints only,
synchronous=NORMAL: a power cut may cost the last votes, never the file.) Pictures are in no table: a round is
dealt again from its seed.

What it does not know: the rules of a room.
"""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from generative.once import once

NICKNAME = 20  # characters

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
PRAGMAS = (
    "busy_timeout=20000",  # first: the others may have to wait; for another process, see _one_writer
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    "secure_delete=ON",
)


def _url() -> str:
    if named := os.environ.get("VEREDAS_DATABASE_URL"):
        return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", named)
    file = Path.home() / ".local/share/veredas/rooms.db"
    file.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600))
    return f"sqlite:///{file}"


@once
def engine() -> sa.Engine:
    """The database with its tables, opened at the first use: once, or two would make the tables at a time."""
    made = sa.create_engine(_url(), pool_pre_ping=True)
    if made.dialect.name == "sqlite":
        sa.event.listen(made, "connect", _prepare_sqlite)
        sa.event.listen(made, "begin", _begin_sqlite)
    TABLES.create_all(made)
    return made


def _prepare_sqlite(connection, _) -> None:  # noqa: ANN001 (sqlite3.Connection)
    connection.isolation_level = None  # transactions begin in _begin_sqlite, not in the driver
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    """A writer takes the write lock at once: what it then reads cannot change under it."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


_WRITING = threading.Lock()


def _one_writer() -> AbstractContextManager:
    """SQLite has one writer at a time, and whoever finds it taken asks again after naps of up to 0.1 s, in no
    order: with many votes at once some asked in vain until they gave up. Here they take turns."""
    return _WRITING if engine().dialect.name == "sqlite" else nullcontext()


@contextmanager
def writing() -> Iterator[sa.Connection]:
    """A transaction that writes; committed at the end, undone by an exception. None within another."""
    with _one_writer(), engine().connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


@contextmanager
def reading() -> Iterator[sa.Connection]:
    """A transaction that only reads."""
    with engine().connect() as connection, connection.begin():
        yield connection


def upsert(c: sa.Connection, table: sa.Table, row: dict, changed: tuple[str, ...]) -> None:
    """Insert a row, or change these columns of the one that has its key."""
    insert = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[c.dialect.name](table).values(row)
    if changed:
        insert = insert.on_conflict_do_update(
            index_elements=list(table.primary_key), set_={name: insert.excluded[name] for name in changed}
        )
    else:
        insert = insert.on_conflict_do_nothing()
    c.execute(insert)
