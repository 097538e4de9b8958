"""What the two room pages are made of, and what they are told: the phone only what a voter may know."""

import json
from pathlib import Path

from demos import rooms
from demos.room.words import WORDS
from demos.rooms import Room
from generative import quiz, word_votes

HERE = Path(__file__).parent
COLOURS = HERE.parent / "ui" / "colours.css"


def page(name: str) -> str:
    """One page with its style, its words and its script inside: a phone asks for one file."""
    parts = {
        "STYLE": COLOURS.read_text() + (HERE / "room.css").read_text(),
        "WORDS": json.dumps(WORDS.strings).replace("<", "\\u003c"),
        "LEVELS": json.dumps({name: level.__dict__ for name, level in quiz.LEVELS.items()}),
        "SCRIPT": (HERE / "room.js").read_text() + (HERE / f"{name}.js").read_text(),
    }
    html = (HERE / "room.html").read_text()
    for mark, text in parts.items():
        html = html.replace(f"[[{mark}]]", text)
    return html


PHONE, STAGE = page("phone"), page("stage")


def _common(room: Room) -> dict:
    return {
        "code": room.code,
        "key": room.key,
        "phase": room.phase,
        "number": room.number,
        "rounds": room.rounds,
        "names": room.names,
        **room.kind.rules,
    }


def _told(room: Room, found: quiz.Answer | word_votes.Answer) -> dict:
    """The answer of the current round, once it is out."""
    votes = rooms.tally(room, room.number)
    return {"target": found.target, "critic": found.critic, "tally": votes, **room.kind.told(found)}


def state(room: Room, device: str) -> dict:
    """What a phone shows. No tally and no answer before the answer is out."""
    me = rooms.player(room, device)
    content = {**_common(room), "nickname": me.nickname, "mine": me.choices.get(room.number)}
    told = rooms.answers(room)
    content["right"] = sum(me.choices.get(number) == found.target for number, found in told.items())
    content["counted"] = len(told)
    if room.phase == "revealed":
        content["answer"] = _told(room, told[room.number])
    if room.phase == "over":
        content["board"] = _mine(rooms.board(room), device)
    return content


def _mine(board: rooms.Board, device: str) -> dict:
    """The end as one voter sees it; place is None for whoever never voted."""
    place = next((line.place for line in board.places if line.device == device), None)
    return {"place": place, "n": len(board.places), "critic": board.critic, "majority": board.majority}


def stage(room: Room) -> dict:
    """What the projector shows: the tally once voting is closed, the answer once it is out."""
    content = {**_common(room), **rooms.turnout(room)._asdict()}
    if room.phase == "closed":
        content["tally"] = rooms.tally(room, room.number)
    if room.phase == "revealed":
        found = rooms.answers(room)[room.number]
        content["answer"] = _told(room, found) | room.kind.explained(found)
    if room.phase == "over":
        board = rooms.board(room)
        lines = [line._asdict() | {"device": None} for line in board.places]
        more = room.kind.summed_up(list(rooms.answers(room).values()))
        content["board"] = board._asdict() | {"places": lines, "chance": room.kind.chance} | more
    return content
