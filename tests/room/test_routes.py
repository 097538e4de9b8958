"""Calls over HTTP: a class votes, waits, and sends what it should not."""

import dataclasses
import threading

import pytest
from starlette.testclient import TestClient

from demos.room import pages, routes
from generative.games import clues, quiz
from tests.conftest import ROOT
from tests.room.conftest import Class


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


def test_the_teacher_alone_says_whose_page_the_class_looks_at(client, monkeypatch):
    favoured = []
    monkeypatch.setattr(routes.SHELF, "favour", favoured.append)
    room = Class(client)
    assert room.phone().post(f"{room.base}/projector", json={"visitor": "phone"}).status_code == 403
    said = client.post(f"{room.base}/projector", json={"visitor": "projector"}, headers=room.secret)
    assert said.json() == {} and favoured == ["projector"]


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
    assert room.vote(stranger, "A").status_code == 401
    form = room.phone().post(f"{room.base}/vote", data={"round": 1, "choice": "A"})
    assert form.status_code == 400 and room.stage()["voted"] == 0
    forged = TestClient(client.app, cookies={routes.COOKIE: "../../etc"})
    assert room.vote(forged, "A").status_code == 401


def test_a_page_is_one_file_and_its_words_end_no_script(client):
    for path in ("/room", "/room/BCDF", "/room/new", "/room/BCDF/teacher"):
        page = client.get(path)
        assert page.status_code == 200 and "[[" not in page.text and page.text.count("</script>") == 1
        assert "http://" not in page.text.replace("http://www.w3.org", "") and "src=" not in page.text
    command = "GRADIO_SERVER_NAME=0.0.0.0 .venv/bin/python app.py"
    for told in (pages.STAGE, (ROOT / "README.md").read_text(), (ROOT / "docs/hosting.md").read_text()):
        assert command in told  # one and the same line everywhere
    assert dataclasses.asdict(quiz.LEVELS["hard"])["seconds"] == 10 and '"seconds": 10' in pages.STAGE
