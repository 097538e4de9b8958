"""What a room's votes say: who is in, the tally of a round, the final board, what fooled the class, all votes
as a table.

What it does not know: when any of this may be told. A tally is for a round that is closed.
"""

import csv
import io
from collections import Counter
from typing import NamedTuple

import sqlalchemy as sa

from demos.room.database import PLAYERS, ROUNDS, VOTES, reading
from demos.room.votes import Room, answers
from demos.ui.texts import which

# a vote counts while its device has a seat: the teacher may have emptied them
SEATED = VOTES.join(PLAYERS, (PLAYERS.c.room == VOTES.c.room) & (PLAYERS.c.device == VOTES.c.device))


class Player(NamedTuple):
    """One device: whether it has a seat, its nickname, and what it chose in each round it voted in."""

    seated: bool
    nickname: str
    choices: dict[int, int]


def player(room: Room, device: str) -> Player:
    """One device's seat, nickname and votes."""
    mine = (VOTES.c.room == room.code) & (VOTES.c.device == device)
    here = (PLAYERS.c.room == room.code) & (PLAYERS.c.device == device)
    with reading() as c:
        nickname = c.execute(sa.select(PLAYERS.c.nickname).where(here)).scalar()
        rows = c.execute(sa.select(VOTES.c.number, VOTES.c.choice).where(mine))
        return Player(nickname is not None, nickname or "", {row.number: row.choice for row in rows})


class Turnout(NamedTuple):
    """How many devices are in the room, and how many have voted in the current round."""

    joined: int
    voted: int


def turnout(room: Room) -> Turnout:
    """Counted now."""
    joined = sa.select(sa.func.count()).select_from(PLAYERS).where(PLAYERS.c.room == room.code)
    voted = sa.select(sa.func.count()).select_from(SEATED).where(VOTES.c.room == room.code)
    with reading() as c:
        return Turnout(
            c.execute(joined).scalar_one(),
            c.execute(voted.where(VOTES.c.number == room.number)).scalar_one(),
        )


def tally(room: Room, number: int) -> list[int]:
    """Votes for each place in one round. Tell it only when the round is closed."""
    query = sa.select(VOTES.c.choice).select_from(SEATED)
    query = query.where(VOTES.c.room == room.code, VOTES.c.number == number)
    with reading() as c:
        votes = Counter(c.execute(query).scalars())
    return [votes[place] for place in range(room.kind.places(number))]


class Place(NamedTuple):
    """A line of the final board. Equals share a place."""

    place: int
    device: str
    nickname: str
    right: int


class Board(NamedTuple):
    """All players who voted, best first; rounds told so far; the rival's right answers; the majority's."""

    places: list[Place]
    rounds: int
    critic: int
    majority: int


def board(room: Room) -> Board:
    """The standing after the rounds whose answer is out."""
    told = answers(room)
    right: Counter[str] = Counter()
    for row in _votes(room):
        right[row.device] += row.choice == told[row.number].target
    names = _nicknames(room)
    ranked = sorted(right.items(), key=lambda item: (-item[1], names.get(item[0], "").lower()))
    counts = [n for _, n in ranked]
    places = [Place(counts.index(n) + 1, device, names.get(device, ""), n) for device, n in ranked]
    critic = sum(found.critic == found.target for found in told.values())
    majority = sum(majority_of(tally(room, number)) == found.target for number, found in told.items())
    return Board(places, len(told), critic, majority)


def majority_of(votes: list[int]) -> int | None:
    """What most voted for; None where nobody did, or two were level."""
    most = max(votes)
    return votes.index(most) if most and votes.count(most) == 1 else None


class Fooled(NamedTuple):
    """What of a round fooled `votes` of `of` voters: the face at a place, or the passage whose word at
    `target` so many missed, most of them for the one at `place`."""

    number: int
    place: int
    target: int
    votes: int
    of: int


def fooled(room: Room, most: int = 3) -> list[Fooled]:
    """What fooled the largest shares of voters, in the rounds whose answer is out; largest first."""
    found = []
    for number, answer in answers(room).items():
        votes = tally(room, number)
        taken = room.kind.fooled(answer, votes).items()
        found += [Fooled(number, place, answer.target, n, sum(votes)) for place, n in taken if n]
    return sorted(found, key=lambda one: (-one.votes / one.of, -one.of))[:most]


def _votes(room: Room) -> list[sa.Row]:
    query = (
        sa.select(VOTES, ROUNDS.c.opened)
        .select_from(SEATED)
        .join(ROUNDS, (ROUNDS.c.room == VOTES.c.room) & (ROUNDS.c.number == VOTES.c.number))
        .where(VOTES.c.room == room.code, VOTES.c.number <= room.counted)
        .order_by(VOTES.c.number, VOTES.c.at)
    )
    with reading() as c:
        return list(c.execute(query))


def _nicknames(room: Room) -> dict[str, str]:
    query = sa.select(PLAYERS.c.device, PLAYERS.c.nickname).where(PLAYERS.c.room == room.code)
    with reading() as c:
        return {row.device: row.nickname for row in c.execute(query.order_by(PLAYERS.c.joined))}


def as_csv(room: Room, language: str = "en") -> str:
    """Every vote of the rounds whose answer is out; devices are numbers in the order they came. Questions are
    in the language asked for."""
    names = _nicknames(room)
    numbers = {device: i for i, device in enumerate(names, start=1)}
    told = answers(room)
    if not room.kind.scored:
        return _answers_as_csv(room, numbers, which(language))
    writer = csv.writer(file := io.StringIO())
    writer.writerow(["round", "device", "nickname", "choice", "answer", "right", room.kind.rival, "seconds"])
    for row in _votes(room):
        found = told[row.number]
        called = room.kind.names(found)
        writer.writerow(
            [
                row.number,
                numbers[row.device],
                _cell(names[row.device]),
                called[row.choice],
                called[found.target],
                int(row.choice == found.target),
                called[found.critic],
                f"{row.at - row.opened:.2f}",
            ]
        )
    return file.getvalue()


def _answers_as_csv(room: Room, numbers: dict[str, int], language: int) -> str:
    told = answers(room)
    writer = csv.writer(file := io.StringIO())
    writer.writerow(["round", "device", "question", "answer", "seconds"])
    for row in _votes(room):
        asked = told[row.number]
        answer = room.kind.names(asked, language)[row.choice]
        texts = _cell(asked.question.text[language]), _cell(answer)
        writer.writerow([row.number, numbers[row.device], *texts, f"{row.at - row.opened:.2f}"])
    return file.getvalue()


def _cell(text: str) -> str:
    """Somebody's text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
