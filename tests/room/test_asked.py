"""A room that asks before one looks: the app's questions, a teacher's own, and what is no question."""

import csv
import io
import json

import pytest
import sqlalchemy as sa

from demos.room import asked, counting, database, kinds, votes
from demos.room.errors import AnswerNotOffered
from demos.room.invite import invite
from demos.ui.questions import QUESTIONS
from tests.room.conftest import Class, to
from tests.stage import VIEWS

OWN = {"text": "Quem vence? 👩‍👩‍👧", "answers": ["a GAN", "=1+1", "<b>ninguém</b>"]}


def asking(*questions: object) -> votes.Opened:
    return votes.open_room(kinds.read({"questions": list(questions)}), rounds=7, names=True)


def test_every_question_of_the_app_leads_to_a_view_that_there_is():
    assert {question.view for question in QUESTIONS.values()} <= {(view.tab, view.name) for view in VIEWS}
    assert asked.read("pair").view == "/?tab=next_word&view=pair" and asked.read(OWN).view == ""


def test_a_room_asks_its_questions_one_a_round_and_nobody_is_right(any_database):
    room = asking("pair", OWN)
    now = to(room, "open")
    assert now.rounds == 2 and not now.names and now.kind == kinds.read({"questions": ["pair", OWN]})
    assert votes.dealt_round(now, 1).shown == QUESTIONS["pair"]._asdict()
    for phone, choice in {"ana": "A", "bia": 2, "caio": " c "}.items():
        votes.vote(room.code, 1, phone, choice)
    for odd in ("D", 3, -1, None, True, "", [], {"a": 1}, 0.5, "AB"):
        with pytest.raises(AnswerNotOffered) as error:
            votes.vote(room.code, 1, "ana", odd)
        assert "A to C" in error.value.say("en")
    assert counting.tally(now, 1) == [1, 0, 2]
    to(room, "open", 2)
    votes.vote(room.code, 2, "bia", "B")
    now = to(room, "over", 2)
    rows = list(csv.DictReader(io.StringIO(counting.as_csv(now, "pt-BR"))))
    said = [(row["round"], row["device"], row["answer"]) for row in rows]
    assert sorted(said) == [("1", "1", "igual"), ("1", "2", "mais de mil"), ("1", "3", "mais de mil"),
                            ("2", "2", "'=1+1")]  # fmt: skip
    assert {row["question"] for row in rows if row["round"] == "2"} == {OWN["text"]}
    assert "over a thousand" in counting.as_csv(now)


def test_the_right_answer_of_a_teachers_own_question_is_told_at_the_reveal_and_no_earlier(client):
    """Which of two continuations is the fine-tuned model's: the vote of One page."""
    question = {"text": "Qual?", "answers": ["uma", "outra"], "target": 1}
    room = Class(client, level={"questions": [question, "bars"]})
    room.step()
    phone = room.phone()
    room.vote(phone, "A")
    dealt = client.get(f"{room.base}/round/1").json()
    assert "target" not in json.dumps([dealt, room.stage(), phone.get(f"{room.base}/state").json()])
    assert "target" not in json.dumps([room.step(), phone.get(f"{room.base}/state").json()])
    told = room.step()["answer"]
    assert told["target"] == 1 and told["tally"] == [1, 0]
    assert phone.get(f"{room.base}/state").json()["answer"]["target"] == 1
    room.step(3)
    assert room.stage()["answer"]["target"] is None
    room.step()
    assert [one["target"] for one in room.stage()["board"]["questions"]] == [1, None]
    assert asked.read(question).as_content() == question


def test_own_texts_are_cleaned_and_an_emoji_of_several_stays_one():
    one = asked.read({"text": " a\x00b\n\u202ec \ud800", "answers": ["  x ", "👩‍👩‍👧"]}).question
    assert one.text == ("a b c", "a b c") and one.answers == (("x", "x"), ("👩‍👩‍👧",) * 2)


def test_a_room_with_questions_opens_again_from_its_row(sqlite_only):
    room = asking("bars", OWN)
    with database.reading() as c:
        kept = c.execute(sa.select(database.ROOMS.c.level)).scalar_one()
    assert json.loads(kept)["questions"][0] == "bars"
    assert votes.find(room.code).kind == kinds.read({"questions": ["bars", OWN]})


def own(text: object = "Quem?", answers: object = ("a", "b")) -> dict:
    answers = list(answers) if isinstance(answers, tuple) else answers
    return {"questions": [{"text": text, "answers": answers}]}


@pytest.mark.parametrize(
    ("level", "words"),
    [
        ({"questions": []}, "1 a 20 perguntas"),
        ({"questions": ["bars"] * 21}, "1 a 20 perguntas"),
        ({"questions": "bars"}, "1 a 20 perguntas"),
        ({"questions": {"bars": 1}}, "1 a 20 perguntas"),
        ({"questions": None}, "1 a 20 perguntas"),
        ({"questions": ["nada\x00"]}, "pergunta “nada”"),
        ({"questions": [5]}, "Recarregue"),
        ({"questions": [["bars"]]}, "Recarregue"),
        ({"questions": ["bars"], "mode": "one_real"}, "Recarregue"),
        ({"questions": [{"text": "a", "answers": ["a", "b"], "view": "/"}]}, "Recarregue"),
        ({"questions": [{"text": "a", "answers": ["a", "b"], "target": 2}]}, "Recarregue"),
        ({"questions": [{"text": "a", "answers": ["a", "b"], "target": True}]}, "Recarregue"),
        (own(text=""), "no máximo 200"),
        (own(text=" \x00\n"), "no máximo 200"),
        (own(text="x" * 201), "no máximo 200"),
        (own(text="x" * 10_000), "no máximo 200"),
        (own(text=["a"]), "no máximo 200"),
        (own(answers=("a",)), "2 a 5 respostas"),
        (own(answers=tuple("abcdef")), "2 a 5 respostas"),
        (own(answers=("Sim", " sim ")), "2 a 5 respostas"),
        (own(answers=("a", "\x00")), "2 a 5 respostas"),
        (own(answers=("a", 5)), "2 a 5 respostas"),
        (own(answers=("a", "b", 5)), "2 a 5 respostas"),
        (own(answers=("a", "x" * 61)), "2 a 5 respostas"),
        (own(answers="ab"), "2 a 5 respostas"),
        (own(answers=None), "2 a 5 respostas"),
    ],
)
def test_what_is_no_question_is_a_sentence_and_no_room(client, level, words):
    answer = client.post("/room", json={"level": level}, headers={"Accept-Language": "pt-BR"})
    assert answer.status_code == 400 and words in answer.json()["error"]


def test_twenty_questions_of_the_largest_size_fit_in_one_request(client):
    largest = {"text": "🌱" * 200, "answers": [letter + "🌱" * 59 for letter in "ABCDE"]}
    body = json.dumps({"level": {"questions": [largest] * 20}}, ensure_ascii=False).encode()
    answer = client.post("/room", content=body, headers={"Content-Type": "application/json"})
    assert "code" in answer.json()


def test_a_class_that_is_asked_sees_no_more_than_is_told(client):
    room = Class(client, level={"questions": ["bars", OWN]})
    ana = room.phone()
    room.step()
    assert ana.get(f"{room.base}/round/1").json()["answers"][0] == ["menos de 20 %", "under 20%"]
    assert room.vote(ana, "D").json() == {"error": "Choose one of the answers, A to C."}
    assert room.vote(ana, "C").json() == {"counted": 2}
    state = ana.get(f"{room.base}/state").json()
    assert state["mine"] == 2 and not {"answer", "tally", "board", "right"} & {*state, *room.stage()}
    assert room.step()["tally"] == [0, 0, 1] and "answer" not in ana.get(f"{room.base}/state").json()
    told = {"tally": [0, 0, 1], "view": "/?tab=next_word&view=bars", "target": None}
    assert room.step()["answer"] == told and ana.get(f"{room.base}/state").json()["answer"] == told
    client.post(f"{room.base}/step", json={"seen": "1-revealed", "end": True}, headers=room.secret)
    end, mine = room.stage()["board"], ana.get(f"{room.base}/state").json()["board"]
    assert [one["tally"] for one in end["questions"]] == [[0, 0, 1]] and mine["chosen"] == {"1": 2}
    assert client.get(f"{room.base}/votes.csv", headers=room.secret).text.count("over 60%") == 1


def test_a_tab_invites_to_ask_the_class_its_own_question():
    assert 'href="room/new?kind=questions&amp;question=pair"' in invite("questions", "pair")
    assert 'href="room/new?kind=questions"' in invite("questions")
