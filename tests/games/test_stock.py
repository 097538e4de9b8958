"""Rounds made ahead: only a cache of what a seed decides, never a game twice for one visitor."""

import time
from collections.abc import Iterator

import pytest

from generative import photos, pool
from generative.errors import PhotosMissing
from generative.games import quiz, score, stock

LEVEL = quiz.LEVELS["usual"]


def a_round(seed: int, level: quiz.Level) -> quiz.Round:
    return quiz.Round([f"{seed} {level.crop}"] * 3, "token", level)


@pytest.fixture
def dealt(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Seeds in the order in which rounds were dealt; dealing costs nothing."""
    seeds: list[int] = []

    def dealing(seed: int, source: photos.sources.Source, level: quiz.Level) -> Iterator[None]:
        yield
        seeds.append(seed)
        return a_round(seed, level)

    def deal(seed: int, source: photos.sources.Source, level: quiz.Level) -> quiz.Round:
        seeds.append(seed)
        return a_round(seed, level)

    monkeypatch.setattr(quiz, "dealing", dealing)
    monkeypatch.setattr(quiz, "deal", deal)
    monkeypatch.setattr(stock, "REST", 0.0)
    return seeds


@pytest.fixture
def stocks() -> Iterator[list[stock.Stock]]:
    """What a test begins ends with it."""
    begun: list[stock.Stock] = []
    yield begun
    for one in begun:
        one.end()


@pytest.fixture
def source() -> photos.sources.Source:
    return photos.sources.portraits()


def begun(stocks: list[stock.Stock], source: photos.sources.Source) -> stock.Stock:
    found = stock.Stock(pool.Pool(), lambda: source)
    stocks.append(found)
    return found


def filled(stocks: list[stock.Stock], source: photos.sources.Source) -> stock.Stock:
    """A stock whose games are all made."""
    found = begun(stocks, source)
    found.begin()
    until(lambda: len(found.rounds) >= score.ROUNDS * len(stock.LEVELS))
    return found


def until(there, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_while_idle_a_whole_game_of_each_level_is_made_sixty_fakes_at_least(dealt, source, stocks):
    found = filled(stocks, source)
    assert len(found.rounds) * 2 >= 60
    for name in stock.LEVELS:
        start = found.game(source, quiz.LEVELS[name])
        keys = [
            stock.Key(start + n, source.name, source.count, quiz.LEVELS[name]) for n in range(score.ROUNDS)
        ]
        assert all(key in found.rounds for key in keys)


def test_a_round_that_lies_here_is_not_dealt_again_and_is_the_seeds_own(dealt, source, stocks):
    found = begun(stocks, source)
    first = found.round(64, source, LEVEL)
    assert found.round(64, source, LEVEL) is first and dealt == [64]
    assert first.pictures == quiz.deal(64, source, LEVEL).pictures
    assert found.round(64, source, quiz.LEVELS["hard"]).pictures != first.pictures


def test_who_began_a_game_gets_another_and_the_next_visitor_the_one_that_fewest_began(dealt, source, stocks):
    found = filled(stocks, source)
    first = found.game(source, LEVEL)
    assert found.game(source, LEVEL, (first,)) != first
    until(lambda: len(found.games[source.name, LEVEL]) > 1)
    until(lambda: found._begins(found.games[source.name, LEVEL][-1], source, LEVEL))
    assert found.game(source, LEVEL) == found.games[source.name, LEVEL][-1].seed


def test_a_game_begins_where_nobody_is_shown_twice(dealt, source, stocks):
    found = stock.Stock(pool.Pool(), lambda: source)
    assert found.game(source, quiz.Level(psi=0.9)) % quiz.BLOCK == 0
    assert filled(stocks, source).game(source, LEVEL) % quiz.BLOCK == 0


def test_the_next_rounds_of_whoever_plays_are_made_first(dealt, source, stocks):
    found = begun(stocks, source)
    level = quiz.Level(psi=0.9)
    found.ahead(320, source, level)
    found.begin()
    until(lambda: len(dealt) >= 2)
    assert dealt[:2] == [321, 322]


def test_no_more_rounds_are_kept_than_there_is_room_for(dealt, source, stocks, monkeypatch):
    monkeypatch.setattr(stock, "MOST", 3)
    found = stock.Stock(pool.Pool(), lambda: source)
    for seed in range(5):
        found.round(seed, source, LEVEL)
    assert [key.seed for key in found.rounds] == [2, 3, 4]


def test_without_photos_nothing_is_made_and_the_stock_tries_again(dealt, source, stocks, monkeypatch):
    monkeypatch.setattr(stock, "PAUSE", 0.05)
    answers = iter([PhotosMissing()] * 2)

    def later() -> photos.sources.Source:
        if error := next(answers, None):
            raise error
        return source

    found = stock.Stock(pool.Pool(), later)
    stocks.append(found)
    found.begin()
    until(lambda: dealt)
