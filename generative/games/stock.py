"""Rounds of faces made ahead, while nothing else asks for the machine, so that the next lies there at once.

A round follows from its seed alone (quiz.deal): what is kept here is only what was already computed, under
the name of what decides it. So a round is the same whether it lay here or not, and before anything does,
rounds are slower and no worse. A new game counts up from a seed whose rounds are made; two visitors may play
the same game, no visitor plays one twice.

It does not know who plays, nor what is answered. Rooms take nothing from here: theirs must be nobody else's.
"""

import logging
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from typing import NamedTuple

from generative import photos, pool
from generative.errors import GenerativeError
from generative.games import quiz, score
from generative.once import once
from generative.photos.sources import Source

MOST = 160  # rounds kept, 60 KB each
AHEAD = 2  # rounds that whoever plays will soon ask for
LEVELS = ("usual", "easy", "hard")  # of which a whole game lies ready: 60 fakes
OLD = 4  # games of a level that others began and that may be played again
WATCH = 4.0  # seconds between two looks at work that is under way: the pool drops what nobody looks at
REST = 1.0  # seconds of rest for each second of work
PAUSE = 20.0  # seconds before another try where something failed
LOG = logging.getLogger("veredas")


class Key(NamedTuple):
    """All that decides a round."""

    seed: int
    source: str
    count: int
    level: quiz.Level


class Game(NamedTuple):
    """The first seed of a game, and how many visitors began it."""

    seed: int
    begun: int = 0


class Stock:
    """The rounds of one process. `work` runs short steps of heavy work for a visitor named by a text."""

    def __init__(self, work: pool.Pool, source: Callable[[], Source] = photos.sources.source):
        self.work, self.source = work, source
        self.rounds: OrderedDict[Key, quiz.Round] = OrderedDict()
        self.wanted: deque[tuple[Key, Source]] = deque(maxlen=MOST)
        self.games: dict[tuple[str, quiz.Level], list[Game]] = {}
        self.news = threading.Condition()
        self.ended = False
        self.dealing = [
            threading.Lock() for _ in range(16)
        ]  # one of them for each key: one deals, others wait

    # ---- for whoever plays ----

    def round(self, seed: int, source: Source, level: quiz.Level) -> quiz.Round:
        """The round of a seed, made now if it does not lie here. Raises what quiz.deal raises."""
        key = Key(seed, source.name, source.count, level)
        if found := self._kept(key):
            return found
        with self.dealing[hash(key) % len(self.dealing)]:
            return self._kept(key) or self._keep(key, quiz.deal(seed, source, level))

    def ahead(self, seed: int, source: Source, level: quiz.Level) -> None:
        """Someone plays the round of this seed: the next ones will be asked for."""
        with self.news:
            for n in range(AHEAD, 0, -1):
                self.wanted.appendleft((Key(seed + n, source.name, source.count, level), source))
            self.news.notify_all()

    def game(self, source: Source, level: quiz.Level, played: tuple[int, ...] = ()) -> int:
        """The first seed of a game that this visitor has not played: of those whose first round lies here the
        one that fewest began; else a new one, whose rounds are made as they are asked for."""
        with self.news:
            games = self.games.get((source.name, level), [])
            fresh = [game for game in games if game.seed not in played and self._begins(game, source, level)]
            if not fresh:
                return _seed()
            game = min(fresh, key=lambda one: one.begun)
            games[games.index(game)] = game._replace(begun=game.begun + 1)
            self.news.notify_all()
            return game.seed

    def _begins(self, game: Game, source: Source, level: quiz.Level) -> bool:
        return Key(game.seed, source.name, source.count, level) in self.rounds

    # ---- what is kept ----

    def _kept(self, key: Key) -> quiz.Round | None:
        with self.news:
            if key in self.rounds:
                self.rounds.move_to_end(key)
            return self.rounds.get(key)

    def _keep(self, key: Key, made: quiz.Round) -> quiz.Round:
        with self.news:
            made = self.rounds.setdefault(key, made)
            while len(self.rounds) > MOST:
                self.rounds.popitem(last=False)
            return made

    # ---- making ahead ----

    def begin(self) -> None:
        """From now on rounds are made ahead, on a thread of their own."""
        threading.Thread(target=self._run, name="stock", daemon=True).start()

    def end(self) -> None:
        """No further round is begun."""
        self.ended = True
        with self.news:
            self.news.notify_all()

    def _run(self) -> None:
        while not self.ended:
            began = time.monotonic()
            try:
                if found := self._next():
                    self._make(*found)
            except (GenerativeError, OSError) as error:  # no photos, or too many at work: later perhaps
                LOG.info("no rounds ahead: %s", error)
                time.sleep(PAUSE)
            time.sleep(REST * min(PAUSE, time.monotonic() - began))

    def _next(self) -> tuple[Key, Source] | None:
        """What to make now; waits until there is something, None at the end. Raises what `source` raises."""
        while not self.ended:
            source = self.source()
            with self.news:
                if found := (self._asked() or self._missing(source)):
                    return found
                self.news.wait(PAUSE)
        return None

    def _asked(self) -> tuple[Key, Source] | None:
        while self.wanted:
            key, source = self.wanted.popleft()
            if key not in self.rounds:
                return key, source
        return None

    def _missing(self, source: Source) -> tuple[Key, Source] | None:
        """Of the games that nobody has begun the earliest round that does not lie here."""
        games = {name: self._untouched(source, quiz.LEVELS[name]) for name in LEVELS}
        for n in range(score.ROUNDS):
            for name, game in games.items():
                key = Key(game.seed + n, source.name, source.count, quiz.LEVELS[name])
                if key not in self.rounds:
                    return key, source
        return None

    def _untouched(self, source: Source, level: quiz.Level) -> Game:
        games = self.games.setdefault((source.name, level), [])
        if all(game.begun for game in games):
            games.append(Game(_seed()))
            del games[: -OLD - 1]
        return games[-1]

    def _make(self, key: Key, source: Source) -> None:
        """A round, a step at a time, behind whatever anyone asks for. Raises GenerativeError."""

        def steps() -> Iterator[quiz.Round | None]:
            yield (yield from quiz.dealing(key.seed, source, key.level))

        job, have, done = self.work.start("stock", steps(), idle=True), 0, False
        while not done:
            records, done, *_ = job.since(have, WATCH)
            have += len(records)
            if records and records[-1]:
                self._keep(key, records[-1])


def _seed() -> int:
    """Where a new game begins."""
    return quiz.first_seed(secrets.randbelow(2**48))


@once
def stock() -> Stock:
    """The one of this process."""
    return Stock(pool.heavy)
