"""What the two room pages are made of, and what they are told: the phone only what a voter may know."""

import json
from pathlib import Path

from demos.room import votes
from demos.room.texts import TEXTS
from demos.room.votes import Room
from generative.games import quiz, word_votes

HERE = Path(__file__).parent
VARIABLES = HERE.parent / "ui" / "variables.css"


def page(name: str) -> str:
    """One page with its style, its words and its script inside: a phone asks for one file."""
    parts = {
        "STYLE": VARIABLES.read_text() + (HERE / "room.css").read_text(),
        "TEXTS": json.dumps(TEXTS.strings).replace("<", "\\u003c"),
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
    tally = votes.tally(room, room.number)
    return {"target": found.target, "critic": found.critic, "tally": tally, **room.kind.told(found)}


def state(room: Room, device: str) -> dict:
    """What a phone shows. No tally and no answer before the answer is out."""
    me = votes.player(room, device)
    content = {**_common(room), "nickname": me.nickname, "mine": me.choices.get(room.number)}
    told = votes.answers(room)
    content["right"] = sum(me.choices.get(number) == found.target for number, found in told.items())
    content["counted"] = len(told)
    if room.phase == "revealed":
        content["answer"] = _told(room, told[room.number])
    if room.phase == "over":
        content["board"] = _mine(votes.board(room), device)
    return content


def _mine(board: votes.Board, device: str) -> dict:
    """The end as one voter sees it; place is None for whoever never voted."""
    place = next((line.place for line in board.places if line.device == device), None)
    return {"place": place, "n": len(board.places), "critic": board.critic, "majority": board.majority}


def stage(room: Room) -> dict:
    """What the projector shows: the tally once voting is closed, the answer once it is out."""
    content = {**_common(room), **votes.turnout(room)._asdict()}
    if room.phase == "closed":
        content["tally"] = votes.tally(room, room.number)
    if room.phase == "revealed":
        found = votes.answers(room)[room.number]
        content["answer"] = _told(room, found) | room.kind.explained(found)
    if room.phase == "over":
        board = votes.board(room)
        lines = [line._asdict() | {"device": None} for line in board.places]
        more = room.kind.summed_up(list(votes.answers(room).values()))
        content["board"] = board._asdict() | {"places": lines, "chance": room.kind.chance} | more
    return content
