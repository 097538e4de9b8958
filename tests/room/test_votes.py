"""Rooms: votes against a count by hand, on SQLite and, where a server can be started, PostgreSQL; calls over
HTTP; and a process that is killed after it has answered."""

import csv
import dataclasses
import glob
import importlib.util
import io
import math
import os
import pwd
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.testclient import TestClient

from demos.room import address, kinds, limits, pages, routes, votes
from generative import gan, language, photos
from generative.errors import (
    ChoiceInvalid,
    ModeUnknown,
    NicknameInvalid,
    NumberOutOfRange,
    RequestUnreadable,
    RoomForbidden,
    RoomFull,
    RoomUnknown,
    VotingClosed,
    WordNotOffered,
)
from generative.games import albums, clues, quiz
from generative.pictures import to_image
from tests.conftest import ROOT, free_port

POSTGRES = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
DATABASES = ("sqlite", "postgresql")


@pytest.fixture(autouse=True)
def small_photos(monkeypatch: pytest.MonkeyPatch) -> None:
    """The faces that ship with scikit-image; all rooms deal the same rounds, so that they are dealt once."""
    source = photos.sources.Source("lfw", 100, 25, photos.sources.THANKS["lfw"])
    monkeypatch.setattr(photos.sources, "source", lambda: source)
    monkeypatch.setattr(votes.secrets, "randbelow", lambda _: 1)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of its own; its programs refuse to run as root."""
    if not POSTGRES or importlib.util.find_spec("psycopg") is None:
        pytest.skip("PostgreSQL or its driver psycopg is not installed")
    folder, port = Path("/tmp", f"veredas-test-{os.getpid()}"), free_port()
    folder.mkdir(mode=0o700)
    owner = pwd.getpwnam("postgres") if os.getuid() == 0 else None
    if owner:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    user = {"user": owner.pw_uid, "group": owner.pw_gid} if owner else {}

    def run(program: str, *options: str) -> None:
        command = [f"{POSTGRES[-1]}/{program}", "-D", str(folder / "data"), *options]
        subprocess.run(command, check=True, capture_output=True, timeout=60, cwd=folder, **user)

    run("initdb", "-U", "veredas", "-A", "trust")
    run("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", f"-p {port} -k {folder} -h 127.0.0.1")
    yield f"postgresql://veredas@127.0.0.1:{port}/postgres"
    run("pg_ctl", "stop", "-m", "immediate")
    shutil.rmtree(folder)


@pytest.fixture(params=DATABASES)
def database(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """An empty database behind `rooms`."""
    url = f"sqlite:///{tmp_path}/rooms.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres")
    monkeypatch.setenv("VEREDAS_DATABASE_URL", url)
    votes.engine.cache_clear()
    yield url
    with votes._writing() as c:
        c.execute(sa.delete(votes.ROOMS))
    votes.engine().dispose()
    votes.engine.cache_clear()


@pytest.fixture
def sqlite_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """For what does not depend on the database."""
    monkeypatch.setenv("VEREDAS_DATABASE_URL", f"sqlite:///{tmp_path}/rooms.db")
    votes.engine.cache_clear()
    yield f"sqlite:///{tmp_path}/rooms.db"
    votes.engine().dispose()
    votes.engine.cache_clear()


def opened(rounds: int = 2, names: bool = True, **level: object) -> votes.Opened:
    return votes.open_room(kinds.Faces(quiz.Level(**level)), rounds, names)


def to(room: votes.Opened, phase: str, number: int = 1) -> votes.Room:
    """Step until the room stands there."""
    while (now := votes.find(room.code)).key != f"{number}-{phase}":
        assert now.phase != "over"
        votes.step(room.code, room.secret, now.key)
    return now


# ---- the rules


def test_a_room_goes_from_lobby_to_board_step_by_step(database):
    room, keys = opened(rounds=2), []
    while not keys or keys[-1] != "2-over":
        keys.append(votes.step(room.code, room.secret, votes.find(room.code).key).key)
    told = ["1-open", "1-closed", "1-revealed", "2-open", "2-closed", "2-revealed", "2-over"]
    assert keys == told
    assert votes.step(room.code, room.secret, "2-over").key == "2-over"


def test_two_clicks_on_one_button_are_one_step(database):
    room = opened()
    assert votes.step(room.code, room.secret, "0-lobby").key == "1-open"
    assert votes.step(room.code, room.secret, "0-lobby").key == "1-open"
    assert votes.step(room.code, room.secret, "1-open", end=True).key == "1-over"


def test_one_vote_a_device_and_round_is_changeable_until_closed(database):
    room = opened()
    with pytest.raises(VotingClosed):
        votes.vote(room.code, 0, "phone", "A")
    now = to(room, "open")
    assert [votes.vote(room.code, 1, "phone", choice) for choice in "ABBC"] == [0, 1, 1, 2]
    assert votes.tally(now, 1) == [0, 0, 1, 0] and votes.turnout(now) == (1, 1)
    with pytest.raises(VotingClosed):
        votes.vote(room.code, 2, "phone", "A")
    to(room, "closed")
    with pytest.raises(VotingClosed):
        votes.vote(room.code, 1, "phone", "A")
    assert votes.tally(now, 1) == [0, 0, 1, 0]
    to(room, "open", 2)
    with pytest.raises(VotingClosed):
        votes.vote(room.code, 1, "phone", "A")  # the round before
    votes.vote(room.code, 2, "late", "B")
    assert votes.turnout(votes.find(room.code)) == (2, 1)


def test_a_vote_in_one_room_is_none_in_another(database):
    one, other = opened(), opened()
    to(one, "open"), to(other, "open")
    votes.vote(one.code, 1, votes.device_in(one.code, "cookie"), "A")
    assert votes.tally(votes.find(other.code), 1) == [0, 0, 0, 0]
    assert votes.device_in(one.code, "cookie") != votes.device_in(other.code, "cookie")


def test_votes_that_race_the_closing_are_counted_or_refused_and_never_both(database):
    room = opened()
    now, counted, refused = to(room, "open"), [], []

    def phone(i: int) -> None:
        try:
            votes.vote(room.code, 1, f"phone {i}", "ABC"[i % 3])
            counted.append(i % 3)
        except VotingClosed:
            refused.append(i)

    phones = [threading.Thread(target=phone, args=(i,)) for i in range(60)]
    for i, thread in enumerate(phones):
        thread.start()
        if i == 30:
            votes.step(room.code, room.secret, "1-open")
    for thread in phones:
        thread.join()
    assert len(counted) + len(refused) == 60 and refused
    assert votes.tally(now, 1) == [counted.count(0), counted.count(1), counted.count(2), 0]


def test_the_board_agrees_with_a_count_by_hand(database):
    room = opened(rounds=2)
    votes = {"ana": "AB", "bia": "AA", "caio": "BC", "duda": "A"}
    for name in (*votes, "eva"):
        votes.enter(room.code, name, name.title())
    for number in (1, 2):
        to(room, "open", number)
        for name, choices in votes.items():
            if len(choices) >= number:
                votes.vote(room.code, number, name, choices[number - 1])
    now = to(room, "over", 2)
    targets = [quiz.LETTERS[found.target] for found in votes.answers(now).values()]
    right = {name: sum(map(str.__eq__, choices, targets)) for name, choices in votes.items()}
    board = votes.board(now)
    assert {line.device: line.right for line in board.places} == right and board.rounds == 2
    assert all(line.place == 1 + sum(n > line.right for n in right.values()) for line in board.places)
    assert [line.right for line in board.places] == sorted(right.values(), reverse=True)
    assert board.critic == sum(found.critic == found.target for found in votes.answers(now).values())
    assert board.majority == (targets[0] == "A")  # in the second round three had one vote each
    rows = list(csv.DictReader(io.StringIO(votes.as_csv(now))))
    assert [(row["nickname"].lower(), row["choice"]) for row in rows if row["round"] == "1"] == [
        (name, choices[0]) for name, choices in votes.items()
    ]
    assert sum(int(row["right"]) for row in rows) == sum(right.values())


def test_the_answer_of_a_round_is_out_only_after_the_reveal(database):
    room = opened()
    assert not votes.answers(to(room, "open")) and not votes.answers(to(room, "closed"))
    assert list(votes.answers(to(room, "revealed"))) == [1]
    assert list(votes.answers(to(room, "open", 2))) == [1]
    ended = votes.step(room.code, room.secret, "2-open", end=True)
    assert list(votes.answers(ended)) == [1, 2]


def test_only_the_secret_moves_a_room_and_no_table_holds_it(database):
    room = opened()
    for guess in ("", room.secret[:-1], room.secret + "x", "é", None, room.code, "x" * 10_000):
        with pytest.raises(RoomForbidden):
            votes.step(room.code, guess, "0-lobby")
    assert votes.find(room.code).key == "0-lobby" and len(room.secret) == 22
    with votes._reading() as c:
        assert room.secret not in str(c.execute(sa.select(votes.ROOMS)).all())


def test_a_room_lasts_a_day_and_then_nothing_of_it_is_left(database, monkeypatch):
    room = opened()
    to(room, "open")
    votes.enter(room.code, "phone", "Ana")
    votes.vote(room.code, 1, "phone", "A")
    now = time.time()
    monkeypatch.setattr(votes.time, "time", lambda: now + votes.DAY + 5)
    for act in (lambda: votes.find(room.code), lambda: votes.vote(room.code, 1, "phone", "A")):
        with pytest.raises(RoomUnknown) as error:
            act()
        assert "one day" in error.value.say("en")
    opened()
    with votes._reading() as c:
        for table in (votes.ROUNDS, votes.PLAYERS, votes.VOTES):
            assert not c.execute(sa.select(table)).all()


def test_nicknames_are_bounded_cleaned_and_kept_as_text(database):
    room = opened()
    for long in ("x" * 21, "x" * 10_000, 5, ["a"]):
        with pytest.raises(NicknameInvalid):
            votes.enter(room.code, "phone", long)
    votes.enter(room.code, "phone", " <b>Zé</b>\n\x00 \u202e ")
    assert votes.player(votes.find(room.code), "phone").nickname == "<b>Zé</b>"
    votes.enter(room.code, "phone")
    assert votes.player(votes.find(room.code), "phone").nickname == "<b>Zé</b>"
    plain = opened(names=False)
    votes.enter(plain.code, "phone", "Ana")
    assert votes.player(votes.find(plain.code), "phone").nickname == ""


def test_no_spreadsheet_takes_a_nickname_for_a_formula(sqlite_only):
    room = opened(rounds=1)
    to(room, "open")
    votes.enter(room.code, "phone", "=1+1")
    votes.vote(room.code, 1, "phone", "A")
    assert "'=1+1" in votes.as_csv(to(room, "revealed"))


def test_a_full_room_takes_nobody_else_and_keeps_who_is_in(sqlite_only, monkeypatch):
    monkeypatch.setattr(votes, "DEVICES", 2)
    room = opened()
    to(room, "open")
    for phone in ("a", "b", "a"):
        votes.vote(room.code, 1, phone, "A")
    with pytest.raises(RoomFull):
        votes.vote(room.code, 1, "c", "A")
    with pytest.raises(RoomFull):
        votes.enter(room.code, "c")


def test_none_is_a_choice_only_where_there_may_be_none(sqlite_only):
    room = opened()
    to(room, "open")
    with pytest.raises(ChoiceInvalid):
        votes.vote(room.code, 1, "phone", "none")
    odd = opened(mode="maybe_none")
    to(odd, "open")
    assert votes.vote(odd.code, 1, "phone", "none") == quiz.NONE
    assert votes.tally(votes.find(odd.code), 1) == [0, 0, 0, 1]


def test_codes_have_four_letters_that_nobody_confuses(sqlite_only):
    codes = {opened().code for _ in range(40)}
    assert len(codes) > 35 and all(len(code) == 4 and set(code) <= set(votes.ALPHABET) for code in codes)
    assert not set(votes.ALPHABET) & set("AEIOULQV01")
    code = codes.pop()
    assert votes.find(f" {code.lower()} ").code == code


@pytest.mark.parametrize(
    ("level", "rounds", "error"),
    [
        ({"mode": "all_real"}, 2, ModeUnknown),
        ({"psi": 9}, 2, NumberOutOfRange),
        ({"crop": 0.1}, 2, NumberOutOfRange),
        ({"seconds": -1}, 2, NumberOutOfRange),
        ({"age": 1.5}, 2, NumberOutOfRange),
        ({}, 0, NumberOutOfRange),
        ({}, 10**9, NumberOutOfRange),
        ({}, "ten", NumberOutOfRange),
    ],
)
def test_a_room_that_cannot_be_is_not_opened(sqlite_only, level, rounds, error):
    with pytest.raises(error):
        opened(rounds, **level)


# ---- words


@pytest.fixture
def two_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language.model, "available", lambda: ["language_bigram", "language_small"])


def test_a_room_of_words_counts_votes_and_tells_them_by_their_words(database, two_models):
    room = votes.open_room(kinds.Words("pt"), rounds=1, names=True)
    now = to(room, "open")
    words = votes.dealt_round(now, 1).shown["words"]
    for i, phone in enumerate(("ana", "bia", "caio")):
        votes.enter(room.code, phone, phone)
        assert votes.vote(room.code, 1, phone, "ABF"[i]) == (0, 1, 5)[i]
    votes.vote(room.code, 1, "ana", 1)  # she changes her mind
    with pytest.raises(WordNotOffered):
        votes.vote(room.code, 1, "ana", "none")
    assert votes.tally(now, 1) == [0, 2, 0, 0, 0, 1] and not votes.answers(now)
    now = to(room, "over")
    found = votes.answers(now)[1]
    rows = list(csv.DictReader(io.StringIO(votes.as_csv(now))))
    assert {(row["nickname"], row["choice"]) for row in rows} == {
        ("ana", words[1]),
        ("bia", words[1]),
        ("caio", words[5]),
    }
    assert {(row["answer"], row["model"]) for row in rows} == {(words[found.target], words[found.critic])}
    assert votes.board(now).majority == (found.target == 1)


def test_a_room_that_an_older_version_opened_is_one_of_faces(sqlite_only):
    room = opened()
    old = '{"mode": "maybe_none", "psi": 0.7, "age": 0, "vae": true, "crop": 1.0, "seconds": 0}'
    with votes._writing() as c:
        c.execute(sa.update(votes.ROOMS).values(level=old))
    assert votes.find(room.code).kind == kinds.Faces(quiz.Level(mode="maybe_none"))


# ---- over HTTP


@pytest.fixture
def client(sqlite_only) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=routes.routes())) as client:
        client.headers["Accept-Language"] = "en"
        yield client


class Class:
    """A room over HTTP: the teacher, and phones that each have a cookie jar of their own."""

    def __init__(self, client: TestClient, **asked: object):
        self.client = client
        answer = client.post("/room", json={"rounds": 2, "names": True, "level": {}, **asked}).json()
        self.base, self.secret = f"/room/{answer['code']}", {"X-Room-Secret": answer["secret"]}

    def phone(self) -> TestClient:
        phone = TestClient(self.client.app, headers={"Accept-Language": "en"})
        assert phone.get(self.base).status_code == 200
        return phone

    def stage(self) -> dict:
        return self.client.get(f"{self.base}/stage", headers=self.secret).json()

    def step(self, times: int = 1) -> dict:
        for _ in range(times):
            seen = self.stage()["key"]
            self.client.post(f"{self.base}/step", json={"seen": seen}, headers=self.secret).raise_for_status()
        return self.stage()

    def vote(self, phone: TestClient, choice: object, number: object = 1) -> httpx.Response:
        return phone.post(f"{self.base}/vote", json={"round": number, "choice": choice})


def test_a_class_votes_and_nobody_sees_more_than_is_told(client):
    room = Class(client)
    ana, bia = room.phone(), room.phone()
    assert ana.get(f"{room.base}/state").json()["phase"] == "lobby" and room.stage()["joined"] == 1
    assert ana.get(f"{room.base}/round/1").status_code == 400  # not dealt out yet
    room.step()
    assert room.vote(ana, "A").json() == {"counted": 0} and room.vote(ana, 1).json() == {"counted": 1}
    assert room.vote(bia, "b").json() == {"counted": 1}  # a late one enters the round under way
    secrets_of_a_round = {"tally", "answer", "board", "target", "makers", "p_real", "token"}
    assert room.stage()["voted"] == 2 and not secrets_of_a_round & set(room.stage())
    state = ana.get(f"{room.base}/state").json()
    assert state["mine"] == 1 and not secrets_of_a_round & set(state)
    assert room.step()["tally"] == [0, 2, 0, 0]
    assert room.vote(ana, "C").status_code == 409
    assert not secrets_of_a_round & set(ana.get(f"{room.base}/state").json())
    told = room.step()["answer"]
    assert told["tally"] == [0, 2, 0, 0] and told["makers"][told["target"]] == "photo"
    assert set(told["clues"]) == set(clues.CLUES) and len(told["youth"]) == 3
    state = ana.get(f"{room.base}/state").json()
    assert state["answer"]["target"] == told["target"] and state["counted"] == 1
    assert state["right"] == (told["target"] == 1)


def test_the_pictures_of_a_round_differ_in_nothing_but_the_faces(client):
    room = Class(client)
    room.step()
    answer = client.get(f"{room.base}/round/1")
    pictures = answer.json()["pictures"]
    assert len({len(picture) for picture in pictures}) == 1 and len(set(pictures)) == 3
    assert set(answer.json()) == {"pictures", "thanks"} and answer.headers["cache-control"] == "no-store"
    assert client.get(f"{room.base}/round/2").status_code == 400


def test_a_call_waits_for_the_room_to_go_on(client, monkeypatch):
    monkeypatch.setattr(routes, "WAIT", 5.0)
    room = Class(client)
    phone, heard = room.phone(), []
    phone.get(f"{room.base}/state")
    waiting = threading.Thread(
        target=lambda: heard.append(phone.get(f"{room.base}/state?seen=0-lobby").json()["key"])
    )
    waiting.start()
    room.step()
    waiting.join(10)
    assert heard == ["1-open"]


def test_a_class_of_words_sees_no_more_than_is_told(client, two_models):
    room = Class(client, level={"passages": "en"})
    ana = room.phone()
    room.step()
    shown, state = ana.get(f"{room.base}/round/1").json(), ana.get(f"{room.base}/state").json()
    assert set(shown) == {"before", "words"} and state["kind"] == "words" and state["passages"] == "en"
    assert room.vote(ana, "G").json() == {"error": "Choose one of the six words, A to F."}
    assert room.vote(ana, "F").json() == {"counted": 5}
    told = {"answer", "tally", "after", "p", "models", "target", "board"}
    assert not told & {*state, *room.stage(), *ana.get(f"{room.base}/state").json()}
    assert room.step()["tally"] == [0, 0, 0, 0, 0, 1] and "answer" not in ana.get(f"{room.base}/state").json()
    answer = room.step()["answer"]
    assert len(answer["p"]) == 6 and sum(answer["p"]) < 1
    bits = answer["models"][-1]["bits"]
    assert answer["models"][-1]["name"] == ["pequeno", "small"]
    assert bits == pytest.approx(-math.log2(answer["p"][answer["target"]]))
    assert ana.get(f"{room.base}/state").json()["answer"]["after"] == answer["after"]
    board = client.post(f"{room.base}/step", json={"seen": "1-revealed", "end": True}, headers=room.secret)
    assert board.json() == {"key": "1-over"} and room.stage()["board"]["models"][-1]["bits"] == bits


@pytest.mark.parametrize(
    "level",
    [{"passages": "de"}, {"passages": ["pt"]}, {"passages": "pt", "mode": "one_real"}, "pt", ["passages"], 5,
     {"mode": "one_real", "kind": "x"}, {"vae": []}, {"mode": ["x"]}, None],
)  # fmt: skip
def test_a_room_of_no_kind_is_a_sentence_and_no_room(client, level):
    answer = client.post("/room", json={"level": level})
    assert answer.status_code == (200 if level == {"vae": []} else 400)
    assert ("error" in answer.json()) != ("code" in answer.json())


def test_own_pictures_serve_one_room_and_end_with_the_process(client, monkeypatch):
    shelf = albums.Shelf()
    monkeypatch.setattr(albums, "shelf", lambda: shelf)
    face = {"consent": True, "photo": "data:image/png;base64,xx"}
    assert client.post("/room/album", json=face | {"consent": False}).status_code == 400
    assert "not a picture" in client.post("/room/album", json=face).json()["error"]
    assert client.post("/room/album", json=face | {"photo": "x" * 2_100_000}).status_code == 400
    assert client.post("/room/album", json=face | {"album": "guess"}).status_code == 410
    face = gan.model.sample(1, 1, psi=0.3)[0]
    pictures = tuple(to_image(face).resize((128, 128)).rotate(turn) for turn in range(4))
    shelf.albums["secret-album"] = albums.Album(pictures, time.monotonic())
    assert client.post("/room", json={"level": {"album": "guess"}}).status_code == 410
    room = Class(client, level={"album": "secret-album"})
    ana, other = room.phone(), Class(client)
    room.step()
    shown = ana.get(f"{room.base}/round/1").json()
    assert shown["thanks"] == photos.sources.THANKS["folder"]
    assert "secret-album" not in str([ana.get(f"{room.base}/state").json(), room.stage(), shown])
    assert votes.find(other.base[-4:]).kind.album == "" and room.vote(ana, "A").json() == {"counted": 0}
    shelf.albums.clear()  # as a new process would be
    votes._dealt.cache_clear()
    assert client.get(f"{room.base}/round/1").status_code == 410
    assert len(room.step(2)["answer"]["clues"]) == 5  # what was counted is told all the same
    again = client.post(f"{room.base}/step", json={"seen": "1-revealed"}, headers=room.secret)
    assert again.status_code == 410 and "memory only" in again.json()["error"]
    client.post(f"{room.base}/step", json={"seen": "1-revealed", "end": True}, headers=room.secret)
    assert room.stage()["board"]["rounds"] == 1


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("/vote", {"round": 1, "choice": "D"}, 400, "A, B ou C"),
        ("/vote", {"round": 1, "choice": "none"}, 400, "A, B ou C"),
        ("/vote", {"round": 1, "choice": {"a": []}}, 400, "A, B ou C"),
        ("/vote", {"round": 1}, 400, "A, B ou C"),
        ("/vote", {"round": 2, "choice": "A"}, 409, "próxima rodada"),
        ("/vote", {"round": "1", "choice": "A"}, 409, "próxima rodada"),
        ("/vote", {"choice": "A"}, 409, "próxima rodada"),
        ("/vote", ["A"], 400, "Recarregue"),
        ("/vote", "x" * 30_000, 400, "Recarregue"),
        ("/name", {"nickname": "x" * 10_000}, 400, "20 caracteres"),
        ("/name", {"nickname": 7}, 400, "20 caracteres"),
        ("/step", {"seen": "1-open"}, 403, "conduz esta sala"),
        ("/step", {"seen": "1-open", "end": True}, 403, "conduz esta sala"),
    ],
)
def test_bad_input_is_one_portuguese_sentence_and_the_next_vote_counts(client, path, body, status, words):
    room = Class(client)
    room.step()
    phone = room.phone()
    answer = phone.post(f"{room.base}{path}", json=body, headers={"Accept-Language": "pt-BR"})
    assert (answer.status_code, list(answer.json())) == (status, ["error"]) and words in answer.json()[
        "error"
    ]
    assert room.vote(phone, "A").json() == {"counted": 0} and room.stage()["key"] == "1-open"


def test_a_wrong_code_is_a_sentence_on_every_path(client):
    for code in ("ZZZZ", "AB", "%3Cb%3E", "x" * 500, "é"):
        client.get(f"/room/{code}")  # the page itself, which then hears the sentence
        for path in ("state", "stage", "round/1", "link", "votes.csv"):
            answer = client.get(f"/room/{code}/{path}")
            assert answer.status_code in (404, 429) and answer.json()["error"], path
            if answer.status_code == 429:
                return
        assert client.post(f"/room/{code}/vote", json={"round": 1, "choice": "A"}).status_code == 404


def test_a_call_without_the_pages_cookie_or_from_another_sites_form_is_refused(client):
    room = Class(client)
    room.step()
    stranger = TestClient(client.app)
    assert room.vote(stranger, "A").status_code == 400
    form = room.phone().post(f"{room.base}/vote", data={"round": 1, "choice": "A"})
    assert form.status_code == 400 and room.stage()["voted"] == 0
    forged = TestClient(client.app, cookies={routes.COOKIE: "../../etc"})
    assert room.vote(forged, "A").status_code == 400


def test_one_address_opens_no_thousand_rooms(client):
    answers = [client.post("/room", json={}).status_code for _ in range(40)]
    assert answers == [200] * 30 + [429] * 10


def test_guessed_secrets_are_refused_then_slowed_and_the_right_one_still_works(client, monkeypatch):
    monkeypatch.setattr(routes, "SLOW", 0.01)
    room = Class(client)
    tries = [
        client.get(f"{room.base}/stage", headers={"X-Room-Secret": str(i)}).status_code for i in range(70)
    ]
    assert tries == [403] * 60 + [429] * 10
    assert room.step()["key"] == "1-open"


def test_a_limit_forgets_what_is_past_and_the_quietest_address(monkeypatch):
    limit, now = limits.Limit(2, 10), [0.0]
    monkeypatch.setattr(limits.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(limits, "ADDRESSES", 3)
    for _ in range(2):
        assert not limit.reached("a")
        limit.count("a")
    assert limit.reached("a") and not limit.reached("b")
    now[0] = 10.0
    assert not limit.reached("a")
    for other in "bcd":
        limit.count(other)
    assert set(limit.events) == {"b", "c", "d"}


def test_the_link_is_where_the_page_was_opened_or_this_machine_in_its_network(client, monkeypatch):
    monkeypatch.setattr(address, "lan_address", lambda: "192.168.7.5")
    monkeypatch.delenv("GRADIO_SERVER_NAME", raising=False)
    room = Class(client)
    link = address.link("https://owner-veredas.hf.space", "BCDF")
    assert link.link == "https://owner-veredas.hf.space/room/BCDF" and not link.local and link.listening
    for origin in ("http://localhost:7860", "http://127.0.0.1:7860", "http://[::1]:7860"):
        here = address.link(origin, "BCDF")
        assert here.link == "http://192.168.7.5:7860/room/BCDF" and here.local and not here.listening
    monkeypatch.setenv("GRADIO_SERVER_NAME", "0.0.0.0")
    assert address.link("http://localhost:7860", "BCDF").listening
    for odd in ("", "javascript:alert(1)", "http://a/<b>", "http://a" * 200):
        with pytest.raises(RequestUnreadable):
            address.link(odd, "BCDF")
    answer = client.get(f"{room.base}/link", params={"origin": "http://lab.example"}, headers=room.secret)
    assert answer.json()["qr"].startswith("<svg") and "viewBox" in answer.json()["qr"]


def test_a_page_is_one_file_and_its_words_end_no_script(client):
    for path in ("/room", "/room/BCDF", "/room/new", "/room/BCDF/teacher"):
        page = client.get(path)
        assert page.status_code == 200 and "[[" not in page.text and page.text.count("</script>") == 1
        assert "http://" not in page.text.replace("http://www.w3.org", "") and "src=" not in page.text
    assert dataclasses.asdict(quiz.LEVELS["hard"])["seconds"] == 10 and '"seconds": 10' in pages.STAGE


# ---- a process that is killed


SERVER = """
import uvicorn
from starlette.applications import Starlette
from demos import rooms
from demos.room import kinds
from demos.room.routes import routes
sealed = kinds.Dealt("sealed", {{}})
rooms.dealt_round = lambda *_: sealed  # faces play no part here
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
    tally = votes.tally(votes.find(room["code"]), 1)
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
