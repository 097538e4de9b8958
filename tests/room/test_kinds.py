"""What a room plays: words beside faces, and a teacher's own pictures."""

import csv
import io
import math
import time

import pytest
import sqlalchemy as sa

from demos.room import counting, database, deals, kinds, votes
from generative import gan, photos
from generative.errors import WordNotOffered
from generative.games import albums, quiz
from generative.pictures import to_image
from tests.room.conftest import Class, opened, to


def test_a_room_of_words_counts_votes_and_tells_them_by_their_words(any_database, two_models):
    room = votes.open_room(kinds.Words("pt"), rounds=1, names=True)
    now = to(room, "open")
    words = votes.dealt_round(now, 1).shown["words"]
    for i, phone in enumerate(("ana", "bia", "caio")):
        votes.enter(room.code, phone, phone)
        assert votes.vote(room.code, 1, phone, "ABF"[i]) == (0, 1, 5)[i]
    votes.vote(room.code, 1, "ana", 1)  # she changes her mind
    with pytest.raises(WordNotOffered):
        votes.vote(room.code, 1, "ana", "none")
    assert counting.tally(now, 1) == [0, 2, 0, 0, 0, 1] and not votes.answers(now)
    now = to(room, "over")
    found = votes.answers(now)[1]
    rows = list(csv.DictReader(io.StringIO(counting.as_csv(now))))
    assert {(row["nickname"], row["choice"]) for row in rows} == {
        ("ana", words[1]),
        ("bia", words[1]),
        ("caio", words[5]),
    }
    assert {(row["answer"], row["model"]) for row in rows} == {(words[found.target], words[found.critic])}
    assert counting.board(now).majority == (found.target == 1)


def test_a_room_that_an_older_version_opened_is_one_of_faces(sqlite_only):
    room = opened()
    old = '{"mode": "maybe_none", "psi": 0.7, "age": 0, "vae": true, "crop": 1.0, "seconds": 0}'
    with database.writing() as c:
        c.execute(sa.update(database.ROOMS).values(level=old))
    assert votes.find(room.code).kind == kinds.Faces(quiz.Level(mode="maybe_none"))


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
    votes.dealt_round(votes.find(room.base[-4:]), 2)  # the round dealt ahead is on its way: let it arrive
    shelf.albums.clear()  # as a new process would be
    deals.DEALS.rounds.clear()
    assert client.get(f"{room.base}/round/1").status_code == 410
    assert len(room.step(2)["answer"]["clues"]) == 5  # what was counted is told all the same
    again = client.post(f"{room.base}/step", json={"seen": "1-revealed"}, headers=room.secret)
    assert again.status_code == 410 and "memory only" in again.json()["error"]
    client.post(f"{room.base}/step", json={"seen": "1-revealed", "end": True}, headers=room.secret)
    assert room.stage()["board"]["rounds"] == 1
