"""Votes against a count by hand, on SQLite and, where a server can be started, PostgreSQL."""

import csv
import io
import threading
import time

import pytest
import sqlalchemy as sa

from demos.room import counting, database, kinds, votes
from demos.room.errors import NicknameInvalid, RoomForbidden, RoomFull, RoomUnknown, VotingClosed
from generative.errors import ChoiceInvalid, ModeUnknown, NumberOutOfRange
from generative.games import quiz, word_votes
from tests.room.conftest import opened, to


def test_a_room_goes_from_lobby_to_board_step_by_step(any_database):
    room, keys = opened(rounds=2), []
    while not keys or keys[-1] != "2-over":
        keys.append(votes.step(room.code, room.secret, votes.find(room.code).key).key)
    told = ["1-open", "1-closed", "1-revealed", "2-open", "2-closed", "2-revealed", "2-over"]
    assert keys == told
    assert votes.step(room.code, room.secret, "2-over").key == "2-over"


def test_two_clicks_on_one_button_are_one_step(any_database):
    room = opened()
    assert votes.step(room.code, room.secret, "0-lobby").key == "1-open"
    assert votes.step(room.code, room.secret, "0-lobby").key == "1-open"
    assert votes.step(room.code, room.secret, "1-open", end=True).key == "1-over"


def test_a_majority_is_one_choice_alone():
    assert counting.majority_of([1, 3, 2, 0]) == 1
    assert counting.majority_of([2, 2, 1, 0]) is None and counting.majority_of([0, 0, 0, 0]) is None


def test_one_vote_a_device_and_round_is_changeable_until_closed(any_database):
    room = opened()
    with pytest.raises(VotingClosed):
        votes.vote(room.code, 0, "phone", "A")
    now = to(room, "open")
    assert [votes.vote(room.code, 1, "phone", choice) for choice in "ABBC"] == [0, 1, 1, 2]
    assert counting.tally(now, 1) == [0, 0, 1, 0] and counting.turnout(now) == (1, 1)
    with pytest.raises(VotingClosed):
        votes.vote(room.code, 2, "phone", "A")
    to(room, "closed")
    with pytest.raises(VotingClosed):
        votes.vote(room.code, 1, "phone", "A")
    assert counting.tally(now, 1) == [0, 0, 1, 0]
    to(room, "open", 2)
    with pytest.raises(VotingClosed):
        votes.vote(room.code, 1, "phone", "A")  # the round before
    votes.vote(room.code, 2, "late", "B")
    assert counting.turnout(votes.find(room.code)) == (2, 1)


def test_a_vote_in_one_room_is_none_in_another(any_database):
    one, other = opened(), opened()
    to(one, "open"), to(other, "open")
    votes.vote(one.code, 1, votes.device_in(one.code, "cookie"), "A")
    assert counting.tally(votes.find(other.code), 1) == [0, 0, 0, 0]
    assert votes.device_in(one.code, "cookie") != votes.device_in(other.code, "cookie")


def test_votes_that_race_the_closing_are_counted_or_refused_and_never_both(any_database):
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
    assert counting.tally(now, 1) == [counted.count(0), counted.count(1), counted.count(2), 0]


def test_the_board_agrees_with_a_count_by_hand(any_database):
    room = opened(rounds=2)
    chosen = {"ana": "AB", "bia": "AA", "caio": "BC", "duda": "A"}
    for name in (*chosen, "eva"):
        votes.enter(room.code, name, name.title())
    for number in (1, 2):
        to(room, "open", number)
        for name, choices in chosen.items():
            if len(choices) >= number:
                votes.vote(room.code, number, name, choices[number - 1])
    now = to(room, "over", 2)
    targets = [quiz.LETTERS[found.target] for found in votes.answers(now).values()]
    right = {name: sum(map(str.__eq__, choices, targets)) for name, choices in chosen.items()}
    board = counting.board(now)
    assert {line.device: line.right for line in board.places} == right and board.rounds == 2
    assert all(line.place == 1 + sum(n > line.right for n in right.values()) for line in board.places)
    assert [line.right for line in board.places] == sorted(right.values(), reverse=True)
    assert board.critic == sum(found.critic == found.target for found in votes.answers(now).values())
    assert board.majority == (targets[0] == "A")  # in the second round three had one vote each
    rows = list(csv.DictReader(io.StringIO(counting.as_csv(now))))
    assert [(row["nickname"].lower(), row["choice"]) for row in rows if row["round"] == "1"] == [
        (name, choices[0]) for name, choices in chosen.items()
    ]
    assert sum(int(row["right"]) for row in rows) == sum(right.values())


def test_what_fooled_the_class_are_generated_faces_that_most_took_for_photos(any_database):
    room = opened(rounds=3)
    now = to(room, "open")
    for phone, choice in zip("abcdefg", "AAABBCC", strict=True):
        votes.vote(room.code, 1, phone, choice)
    to(room, "open", 2)
    votes.vote(room.code, 2, "a", "A")
    now = to(room, "over", 3)  # nobody voted in the last round
    told = votes.answers(now)
    by_hand = [
        (n / of, number, place)
        for number, votes_of, of in ((1, [3, 2, 2], 7), (2, [1, 0, 0], 1))
        for place, n in enumerate(votes_of)
        if n and told[number].makers[place] != "photo"
    ]
    found = counting.fooled(now)
    assert found and all(one.target == told[one.number].target for one in found)
    shares = [one.votes / one.of for one in found]
    assert shares == sorted((share for share, *_ in by_hand), reverse=True)[:3]
    assert {(one.number, one.place) for one in found} <= {(number, place) for _, number, place in by_hand}


def test_where_the_generated_face_is_sought_all_who_miss_it_were_fooled_by_it(sqlite_only):
    faces = kinds.Faces(quiz.Level(mode="one_fake"))
    recipes = [quiz.Recipe(maker, 1) for maker in ("photo", "gan", "photo")]
    assert faces.fooled(quiz.Answer(False, 1, 1, recipes, [0.5] * 3), [4, 1, 2, 0]) == {1: 6}


def test_a_passage_fools_with_the_wrong_word_that_most_chose():
    found = word_votes.Answer(2, 2, tuple("abcdef"), "", ())
    assert kinds.Words("pt").fooled(found, [1, 3, 9, 0, 0, 1]) == {1: 5}


def test_the_answer_of_a_round_is_out_only_after_the_reveal(any_database):
    room = opened()
    assert not votes.answers(to(room, "open")) and not votes.answers(to(room, "closed"))
    assert list(votes.answers(to(room, "revealed"))) == [1]
    assert list(votes.answers(to(room, "open", 2))) == [1]
    ended = votes.step(room.code, room.secret, "2-open", end=True)
    assert list(votes.answers(ended)) == [1, 2]


def test_only_the_secret_moves_a_room_and_no_table_holds_it(any_database):
    room = opened()
    for guess in ("", room.secret[:-1], room.secret + "x", "é", None, room.code, "x" * 10_000):
        with pytest.raises(RoomForbidden):
            votes.step(room.code, guess, "0-lobby")
    assert votes.find(room.code).key == "0-lobby" and len(room.secret) == 22
    with database.reading() as c:
        assert room.secret not in str(c.execute(sa.select(database.ROOMS)).all())


def test_a_room_lasts_a_day_and_then_nothing_of_it_is_left(any_database, monkeypatch):
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
    with database.reading() as c:
        for table in (database.ROUNDS, database.PLAYERS, database.VOTES):
            assert not c.execute(sa.select(table)).all()


def test_nicknames_are_bounded_cleaned_and_kept_as_text(any_database):
    room = opened()
    for long in ("x" * 21, "x" * 10_000, 5, ["a"]):
        with pytest.raises(NicknameInvalid):
            votes.enter(room.code, "phone", long)
    votes.enter(room.code, "phone", " <b>Zé</b>\n\x00 \u202e ")
    assert counting.player(votes.find(room.code), "phone").nickname == "<b>Zé</b>"
    votes.enter(room.code, "phone")
    assert counting.player(votes.find(room.code), "phone").nickname == "<b>Zé</b>"
    plain = opened(names=False)
    votes.enter(plain.code, "phone", "Ana")
    assert counting.player(votes.find(plain.code), "phone").nickname == ""


def test_no_spreadsheet_takes_a_nickname_for_a_formula(sqlite_only):
    room = opened(rounds=1)
    to(room, "open")
    votes.enter(room.code, "phone", "=1+1")
    votes.vote(room.code, 1, "phone", "A")
    assert "'=1+1" in counting.as_csv(to(room, "revealed"))


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
    assert counting.tally(votes.find(odd.code), 1) == [0, 0, 0, 1]


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
