"""What the two room pages are made of, and what they are told: the phone only what a voter may know."""

from dataclasses import asdict
from pathlib import Path

from markupsafe import Markup

from demos.room import asked, counting, votes
from demos.room.texts import TEXTS
from demos.room.votes import Room
from demos.ui.questions import QUESTIONS
from demos.ui.templates import render
from generative.games import quiz, word_votes

HERE = Path(__file__).parent
UI = HERE.parent / "ui"


def page(name: str, *scripts: str) -> str:
    """One page with its style, its texts and its scripts inside: a phone asks for one file."""
    return render(
        "room/room.html",
        TEXTS,
        "en",  # until the script has asked the browser
        style=_files(UI / "variables.css", HERE / "room.css", HERE / f"{name}.css"),
        strings=TEXTS.strings,
        levels={name: asdict(level) for name, level in quiz.LEVELS.items()},
        questions=[{"name": name, "text": question.text} for name, question in QUESTIONS.items()],
        script=_files(UI / "photo_file.js", *(HERE / f"{script}.js" for script in ("room", *scripts, name))),
    )


def _files(*files: Path) -> Markup:
    """Our own style or script, to stand in the page as it is."""
    return Markup("".join(file.read_text() for file in files))


PHONE, STAGE = page("phone", "ballot"), page("stage", "opening", "rounds", "board")


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


def _told(room: Room, found: quiz.Answer | word_votes.Answer | asked.Asked) -> dict:
    """The answer of the current round, once it is out."""
    return {"tally": counting.tally(room, room.number), **room.kind.told(found)}


def state(room: Room, device: str) -> dict:
    """What a phone shows. No tally and no answer before the answer is out."""
    me = counting.player(room, device)
    content = {**_common(room), "seated": me.seated, "nickname": me.nickname}
    content["mine"] = me.choices.get(room.number)
    told = votes.answers(room)
    content["counted"] = len(told)
    if room.kind.scored:
        content["right"] = sum(me.choices.get(number) == found.target for number, found in told.items())
    if room.phase == "revealed":
        content["answer"] = _told(room, told[room.number])
    if room.phase == "over":
        content["board"] = _mine(counting.board(room), device) if room.kind.scored else _questions(room)
        content["board"]["chosen"] = me.choices
    return content


def _mine(board: counting.Board, device: str) -> dict:
    """The end as one voter sees it; place is None for whoever never voted."""
    place = next((line.place for line in board.places if line.device == device), None)
    return {"place": place, "n": len(board.places), "critic": board.critic, "majority": board.majority}


def stage(room: Room) -> dict:
    """What the projector shows: the tally once voting is closed, the answer once it is out."""
    content = {**_common(room), **counting.turnout(room)._asdict()}
    if room.phase == "closed":
        content["tally"] = counting.tally(room, room.number)
    if room.phase == "revealed":
        found = votes.answers(room)[room.number]
        content["answer"] = _told(room, found) | room.kind.explained(found)
    if room.phase == "over":
        content["board"] = _board(room) if room.kind.scored else _questions(room)
    return content


def _board(room: Room) -> dict:
    """The end of a room that scores."""
    board = counting.board(room)
    lines = [line._asdict() | {"device": None} for line in board.places]
    fooled = [one._asdict() for one in counting.fooled(room)]
    more = room.kind.summed_up(list(votes.answers(room).values()))
    return board._asdict() | {"places": lines, "fooled": fooled, "chance": room.kind.chance} | more


def _questions(room: Room) -> dict:
    """The end of a room that asks: every question that was asked, with its tally."""
    told = votes.answers(room).items()
    return {
        "questions": [
            {**one.question._asdict(), "view": one.view, "target": one.target}
            | {"tally": counting.tally(room, number)}
            for number, one in told
        ]
    }
