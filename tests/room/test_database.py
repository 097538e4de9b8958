"""The rooms' database: sixteen first callers, and a process that is killed after it has answered."""

import signal
import subprocess
import sys
import threading
import time

import httpx
import sqlalchemy as sa

from demos.room import counting, kinds, routes, votes
from tests.conftest import ROOT, free_port


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


SERVER = """
import uvicorn
from starlette.applications import Starlette
from demos.room import kinds, votes
from demos.room.routes import routes
sealed = kinds.Dealt("sealed", {{}})
votes.dealt_round = lambda *_: sealed  # faces play no part here
uvicorn.run(Starlette(routes=routes()), port={port}, log_level="error")
"""


def test_votes_that_were_answered_survive_kill_9(sqlite_only):
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", SERVER.format(port=port)], cwd=ROOT)
    url, counted = f"http://127.0.0.1:{port}", []
    try:
        room = _room_of(url)
        phones = [threading.Thread(target=_vote_until_dead, args=(url, room, i, counted)) for i in range(8)]
        for phone in phones:
            phone.start()
        while len(counted) < 40:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        for phone in phones:
            phone.join()
    finally:
        process.kill()
        process.wait()
    tally = counting.tally(votes.find(room["code"]), 1)
    assert tally[0] >= len(counted) >= 40 and tally[0] <= len(counted) + 8  # eight were under way


def _room_of(url: str) -> dict:
    for _ in range(300):
        try:
            room = httpx.post(f"{url}/room", json={"rounds": 1}, timeout=30).json()
            break
        except httpx.TransportError:
            time.sleep(0.2)
    headers = {"X-Room-Secret": room["secret"]}
    step = httpx.post(
        f"{url}/room/{room['code']}/step", json={"seen": "0-lobby"}, headers=headers, timeout=60
    )
    assert step.json()["key"] == "1-open"
    return room


def _vote_until_dead(url: str, room: dict, i: int, counted: list) -> None:
    with httpx.Client(base_url=url, timeout=10) as phone:
        for n in range(40):
            cookie = {"Cookie": f"{routes.COOKIE}={f'{i}-{n}':_<22}"}
            try:
                answer = phone.post(
                    f"/room/{room['code']}/vote", json={"round": 1, "choice": "A"}, headers=cookie
                )
            except httpx.TransportError:
                return
            if answer.json().get("counted") == 0:
                counted.append((i, n))
