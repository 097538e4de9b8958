"""What nobody gets from a room: many rooms, secrets by guessing, links to elsewhere."""

import pytest

from demos.room import address, limits, routes
from demos.room.errors import RequestUnreadable
from tests.room.conftest import Class


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
    assert [limit.take("a") for _ in range(3)] == [True, True, False] and limit.take("b")
    limit.give_back("a")
    assert [limit.take("a"), limit.take("a")] == [True, False]
    now[0] = 10.0
    assert limit.take("a")
    for other in "bcd":
        assert limit.take(other)
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
    for odd in ("", "javascript:alert(1)", "http://a/<b>", "http://a" * 200, "http://[", "http://a:b"):
        with pytest.raises(RequestUnreadable):
            address.link(odd, "BCDF")
    answer = client.get(f"{room.base}/link", params={"origin": "http://lab.example"}, headers=room.secret)
    assert answer.json()["qr"].startswith("<svg") and "viewBox" in answer.json()["qr"]


def test_a_page_hears_whether_phones_get_in_before_a_room_is_opened(client, monkeypatch):
    monkeypatch.delenv("GRADIO_SERVER_NAME", raising=False)

    def reach(origin: str) -> dict:
        return client.get("/room/reach", params={"origin": origin}).json()

    assert reach("http://127.0.0.1:7860") == {"reachable": False}
    assert reach("https://owner-veredas.hf.space") == {"reachable": True}
    assert "error" in reach("javascript:alert(1)")
    monkeypatch.setenv("GRADIO_SERVER_NAME", "0.0.0.0")
    assert reach("http://localhost:7860") == {"reachable": True}
