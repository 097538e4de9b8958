"""The rooms' database: sixteen first callers, and a process that is killed after it has answered."""

import threading
import time

import httpx
import sqlalchemy as sa

from demos.room import counting, database, devices, kinds, routes, votes
from tests.room.conftest import Asked, Server, in_threads


def test_sixteen_first_callers_open_one_database_and_nobody_hears_that_it_is_locked(sqlite_only, monkeypatch):
    create, made, answers, together = sa.create_engine, [], [], threading.Barrier(16)
    monkeypatch.setattr(sa, "create_engine", lambda *a, **k: made.append(1) or create(*a, **k))

    def first_call() -> None:
        together.wait()
        try:
            answers.append(votes.find(votes.open_room(kinds.Words("pt"), 1).code).key)
        except Exception as error:
            answers.append(error)

    callers = [threading.Thread(target=first_call) for _ in range(16)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert answers == ["0-lobby"] * 16 and len(made) == 1


def test_who_writes_at_once_takes_turns_and_nobody_gives_up(sqlite_only, monkeypatch):
    hasty = ("busy_timeout=1", *database.PRAGMAS[1:])
    monkeypatch.setattr(database, "PRAGMAS", hasty)  # who asks in vain gives up at once

    def write(_: int) -> str:
        with database.writing() as c:
            time.sleep(0.02)
            c.execute(sa.delete(database.ROOMS))
        return "written"

    assert in_threads(8, write) == ["written"] * 8


def test_votes_that_were_answered_survive_kill_9(any_database):
    server, counted = Server(), []
    try:
        server.ready()
        room = Asked(server.url)
        phones = [threading.Thread(target=_vote_until_dead, args=(room, i, counted)) for i in range(8)]
        for phone in phones:
            phone.start()
        while len(counted) < 40 and any(phone.is_alive() for phone in phones):
            time.sleep(0.005)
    finally:
        server.kill()
    for phone in phones:
        phone.join()
    tally = counting.tally(votes.find(room.url[-4:]), 1)
    assert tally[0] >= len(counted) >= 40 and tally[0] <= len(counted) + 8  # eight were under way


def _vote_until_dead(room: Asked, i: int, counted: list) -> None:
    """A hundred votes by eight such, each of another device."""
    with httpx.Client(timeout=20) as phone:
        for n in range(13):
            cookie = {"Cookie": f"{routes.COOKIE}={devices.issue()}"}
            try:
                answer = phone.post(f"{room.url}/vote", json={"round": 1, "choice": "A"}, headers=cookie)
            except httpx.TransportError:
                return
            if answer.json().get("counted") == 0:
                counted.append((i, n))
