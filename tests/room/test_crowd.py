"""Many at once: nobody passes a limit together, fills a room alone, or waits for another room's deal."""

import asyncio
import threading
from collections import Counter
from types import SimpleNamespace

import httpx
import pytest
from PIL import Image
from starlette.applications import Starlette

from demos.room import counting, deals, devices, kinds, limits, routes, votes
from demos.room.errors import RoomFull, RoomsTooMany
from generative.games import albums
from tests.room.conftest import Class, in_threads, opened, to

SEALED = kinds.Dealt("sealed", {})


def together(*calls: tuple) -> list[httpx.Response]:
    """Calls to a fresh app, all under way at once: (method, path, JSON[, headers])."""

    async def run() -> list[httpx.Response]:
        transport = httpx.ASGITransport(Starlette(routes=routes.routes()))
        async with httpx.AsyncClient(transport=transport, base_url="http://app", timeout=60) as client:
            return await asyncio.gather(
                *(client.request(method, path, json=body) for method, path, body in calls)
            )

    return asyncio.run(run())


# ---- first callers ----


@pytest.fixture
def no_deals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Faces play no part here."""
    monkeypatch.setattr(votes, "look_ahead", lambda *_: None)


def test_of_sixty_rooms_opened_at_once_thirty_are_opened(sqlite_only, no_deals):
    answers = together(*[("POST", "/room", {"level": {}})] * 60)
    assert Counter(answer.status_code for answer in answers) == {200: 30, 429: 30}


def test_of_sixty_albums_begun_at_once_ten_are_begun(sqlite_only, monkeypatch):
    shelf = albums.Shelf()
    monkeypatch.setattr(albums, "shelf", lambda: shelf)
    monkeypatch.setattr(albums, "open_picture", lambda _: None)
    monkeypatch.setattr(albums, "align", lambda *_: _Found())
    answers = together(*[("POST", "/room/album", {"consent": True, "photo": ""})] * 60)
    assert Counter(answer.status_code for answer in answers) == {200: 10, 429: 50} and len(shelf.albums) == 10


class _Found:
    picture = Image.new("RGB", (8, 8))


def test_albums_and_their_pictures_have_their_limit_when_all_come_at_once(monkeypatch):
    met = threading.Barrier(8)  # all are past the first look before any is put on the shelf
    monkeypatch.setattr(albums, "open_picture", lambda _: met.wait(20))
    monkeypatch.setattr(albums, "align", lambda *_: _Found())
    monkeypatch.setattr(albums, "ALBUMS", 3)
    shelf = albums.Shelf()
    begun = in_threads(8, lambda _: shelf.add(None, ""))
    assert begun.count(albums.AlbumsTooMany) == 5 and len(shelf.albums) == 3
    monkeypatch.setattr(albums, "MOST", 4)
    name = next(iter(shelf.albums))
    brought = in_threads(8, lambda _: shelf.add(name, ""))
    assert brought.count(albums.AlbumFull) == 5 and len(shelf.albums[name].pictures) == 4


def test_what_could_not_be_opened_counts_for_no_limit(client, no_deals):
    wrong = [client.post("/room", json={"level": {"psi": 9}}).status_code for _ in range(31)]
    assert wrong == [400] * 31 and client.post("/room", json={}).status_code == 200
    limit = limits.Limit(1, 60)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), limit.taken("a", RoomsTooMany):
            _ = 1 / 0
    with limit.taken("a", RoomsTooMany):
        pass
    with pytest.raises(RoomsTooMany), limit.taken("a", RoomsTooMany):
        pass


def test_a_room_has_its_seats_when_all_come_at_once(any_database, monkeypatch):
    monkeypatch.setattr(votes, "DEVICES", 5)
    room = opened()
    now = to(room, "open")
    answers = in_threads(12, lambda i: votes.vote(room.code, 1, f"phone {i}", "A"))
    assert sorted(map(str, answers)) == sorted(map(str, [0] * 5 + [RoomFull] * 7))
    assert counting.turnout(now) == (5, 5)


# ---- a room that one person would fill ----


def test_a_device_is_known_by_its_signature_alone(monkeypatch):
    name = devices.issue()
    assert devices.known(name) and devices.known(name) != devices.known(devices.issue())
    random, _, signature = name.partition(".")
    for forged in ("", ".", random, f"{random}.", f".{signature}", f"x{name}", f"{name}x", "é.é", "x" * 22):
        assert devices.known(forged) == ""


def test_a_class_behind_one_address_is_in_at_once_and_a_flood_is_not(client, monkeypatch):
    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: 0.0))  # all in one moment
    room = Class(client)
    room.step()

    def voted() -> int:
        cookie = {"Cookie": f"{routes.COOKIE}={devices.issue()}"}
        answer = client.post(f"{room.base}/vote", json={"round": 1, "choice": "A"}, headers=cookie)
        return answer.status_code

    assert [voted() for _ in range(100)] == [200] * 100
    assert [voted() for _ in range(40)] == [200] * 20 + [429] * 20
    stage = room.stage()
    assert stage["joined"] == stage["voted"] == 120
    client.post(f"{room.base}/empty", headers=room.secret)
    assert voted() == 200 and room.stage()["joined"] == 1


def test_a_bucket_fills_drop_by_drop_and_at_once_when_asked(monkeypatch):
    now = [50.0]
    monkeypatch.setattr(limits.time, "monotonic", lambda: now[0])
    bucket = limits.Bucket(3, 2.0)
    assert [bucket.take(("R", "a")) for _ in range(4)] == [0, 0, 0, 2.0] and bucket.take(("R", "b")) == 0
    now[0] += 2.0
    assert [bucket.take(("R", "a")), bucket.take(("R", "a"))] == [0, 2.0]
    bucket.fill("S")
    assert bucket.take(("R", "a")) == 2.0
    bucket.fill("R")
    assert [bucket.take(("R", "a")) for _ in range(4)] == [0, 0, 0, 2.0]
    monkeypatch.setattr(limits, "ADDRESSES", 2)
    for address in "cd":
        bucket.take(("R", address))
    assert set(bucket.empty) == {("R", "c"), ("R", "d")}


@pytest.mark.parametrize(
    ("host", "whole"),
    [
        ("192.168.0.7", "192.168.0.7"),
        ("::ffff:192.168.0.7", "192.168.0.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
    ],
)
def test_one_device_with_many_addresses_is_one(host, whole):
    assert limits.network(host) == whole


def test_emptied_seats_lose_their_votes_until_their_devices_come_back(any_database):
    room = opened(rounds=2)
    to(room, "open")
    for phone in ("ana", "bia", "flood"):
        votes.vote(room.code, 1, phone, "A")
    now, before = to(room, "revealed"), votes.find(room.code).since
    assert votes.empty(room.code, room.secret) == 3 and votes.find(room.code).since > before
    assert counting.turnout(now) == (0, 0) and counting.tally(now, 1) == [0, 0, 0, 0]
    assert not counting.board(now).places and not counting.player(now, "ana").seated
    assert counting.as_csv(now).count("\n") == 1
    votes.enter(room.code, "ana")
    assert counting.tally(now, 1) == [1, 0, 0, 0] and counting.player(now, "ana").choices == {1: 0}
    assert counting.turnout(now) == (1, 1) and len(counting.board(now).places) == 1


def test_only_the_teacher_empties_the_seats_and_a_waiting_phone_hears_of_it(client, monkeypatch):
    room = Class(client)
    phone, heard = room.phone(), []
    assert phone.get(f"{room.base}/state").json()["seated"]
    assert client.post(f"{room.base}/empty", json={}).status_code == 403
    monkeypatch.setattr(routes, "WAIT", 60.0)
    waiting = threading.Thread(
        target=lambda: heard.append(phone.get(f"{room.base}/state?seen=0-lobby").json())
    )
    waiting.start()
    assert client.post(f"{room.base}/empty", headers=room.secret).json() == {"emptied": 1}
    waiting.join(20)
    assert heard and not heard[0]["seated"] and room.stage()["joined"] == 0
    assert phone.get(f"{room.base}/state").json()["seated"] and room.stage()["joined"] == 1


def test_a_browser_that_keeps_no_cookie_votes_with_a_name_that_its_page_holds(client):
    room = Class(client)
    room.step()
    name = {"X-Room-Device": client.get("/room/device").json()["device"]}
    client.cookies.clear()
    assert client.get(f"{room.base}/state").status_code == 401
    assert client.get(f"{room.base}/state", headers=name).json()["mine"] is None
    answer = client.post(f"{room.base}/vote", json={"round": 1, "choice": "B"}, headers=name)
    assert answer.json() == {"counted": 1}
    assert client.get(f"{room.base}/state", headers=name).json()["mine"] == 1


# ---- a round that is being dealt ----


def test_a_vote_waits_for_no_round_of_another_room(sqlite_only, monkeypatch, no_deals):
    quick, slow = kinds.Words("en"), kinds.Words("pt")
    released = threading.Event()
    monkeypatch.setattr(votes, "DEALS", deals.Deals())  # no other test meets what is dealt here
    monkeypatch.setattr(
        kinds.Words, "deal", lambda self, *_: SEALED if self == quick or released.wait(60) else None
    )
    busy = [votes.open_room(slow, 2) for _ in range(6)]
    room = votes.open_room(quick, 2)
    to(room, "open")

    async def run() -> tuple:
        transport = httpx.ASGITransport(Starlette(routes=routes.routes()))
        cookies = {routes.COOKIE: devices.issue()}
        async with httpx.AsyncClient(transport=transport, base_url="http://app", cookies=cookies) as client:
            seen = {"seen": "0-lobby"}
            steps = [
                client.post(f"/room/{b.code}/step", json=seen, headers={"X-Room-Secret": b.secret})
                for b in busy
            ]
            dealing = [asyncio.ensure_future(step) for step in steps]
            await asyncio.sleep(0.2)
            vote = client.post(f"/room/{room.code}/vote", json={"round": 1, "choice": "A"})
            answer = await asyncio.wait_for(vote, 20)
            begun = [step.done() for step in dealing]
            released.set()
            return answer, begun, await asyncio.gather(*dealing)

    answer, begun, stepped = asyncio.run(run())
    assert answer.json() == {"counted": 0} and not any(begun)
    assert [step.json()["key"] for step in stepped] == ["1-open"] * 6


def test_a_round_is_dealt_once_for_all_and_again_where_it_failed(monkeypatch):
    calls, outcomes = [], [ValueError(), SEALED]

    def deal(self: kinds.Words, seed: int, number: int) -> kinds.Dealt:
        calls.append(number)
        if isinstance(outcome := outcomes[min(len(calls), 2) - 1], Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(kinds.Words, "deal", deal)
    rounds = deals.Deals()
    with pytest.raises(ValueError):
        rounds.of(kinds.Words("pt"), 1, 1).result()
    assert in_threads(8, lambda _: rounds.of(kinds.Words("pt"), 1, 1).result()) == [SEALED] * 8
    assert calls == [1, 1]
    monkeypatch.setattr(deals, "MOST", 2)
    for number in (2, 3):
        rounds.of(kinds.Words("pt"), 1, number).result()
    assert [key.number for key in rounds.rounds] == [2, 3]
