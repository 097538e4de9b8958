"""Heavy work by name: computed once, watched by many, left at once, computed again where it was put away."""

import threading
import time
from collections import Counter

import pytest

from generative.errors import GenerativeError, JobDropped
from generative.pool import Pool
from generative.shelf import Film, Shelf, Work

TAKEN = Counter()  # records that were computed, by work
GATES: dict[str, threading.Semaphore] = {}  # how many records of a work may be computed
SECONDS = 20.0


def counted(name: str, n: int):
    for i in range(n):
        if name in GATES:
            assert GATES[name].acquire(timeout=SECONDS)
        TAKEN[name] += 1
        yield i, "x" * 10


def broken():
    TAKEN["broken"] += 1
    yield 0, ""
    raise GenerativeError()


@pytest.fixture(autouse=True)
def fresh():
    TAKEN.clear()
    GATES.clear()


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(Pool())


def watch(shelf: Shelf, visitor: str, work: Work) -> list[tuple]:
    """All records, as a browser asks for them."""
    found, done, until = [], False, time.monotonic() + SECONDS
    while not done:
        assert time.monotonic() < until
        new = shelf.more(visitor, work, len(found), 1.0)
        found, done = found + new.records, new.done
    return found


def test_a_class_that_asks_for_one_film_has_it_computed_once(shelf):
    work, seen = Work(counted, ("film", 12)), {}
    watchers = [
        threading.Thread(target=lambda i=i: seen.update({i: watch(shelf, f"visitor {i}", work)}))
        for i in range(20)
    ]
    for watcher in watchers:
        watcher.start()
    for watcher in watchers:
        watcher.join(SECONDS)
    assert len(seen) == 20 and all([i for i, _ in film] == list(range(12)) for film in seen.values())
    assert TAKEN["film"] == 12
    assert shelf.more("late", work, 9).records == [(i, "x" * 10) for i in (9, 10, 11)]


def test_the_next_press_ends_the_one_before_unless_others_watch_it(shelf):
    GATES["long"] = threading.Semaphore(2)
    long, short = Work(counted, ("long", 50)), Work(counted, ("short", 3))
    assert shelf.more("one", long, 1, SECONDS).records
    GATES["long"].release(1)  # for the step that is under way
    assert len(watch(shelf, "one", short)) == 3
    GATES["long"].release(50)
    time.sleep(0.3)
    assert TAKEN["long"] <= 4

    shelf.more("two", long)
    assert len(watch(shelf, "three", long)) == 50 and TAKEN["long"] == 50  # went on from where it stood


def test_whoever_leaves_takes_nothing_from_those_who_stay(shelf):
    GATES["film"] = threading.Semaphore(1)
    film = Work(counted, ("film", 5))
    shelf.more("one", film)
    shelf.more("two", film)
    GATES["film"].release(9)
    watch(shelf, "one", Work(counted, ("other", 1)))
    assert len(watch(shelf, "two", film)) == 5 and TAKEN["film"] == 5


def test_a_film_goes_on_while_somebody_watches_it(shelf):
    GATES["film"] = threading.Semaphore(1)
    shelf.more("one", Work(counted, ("film", 5)))
    shelf.more("two", Work(counted, ("film", 5)))
    shelf.more("two", Work(counted, ("other", 1)))
    GATES["film"].release(9)
    until = time.monotonic() + SECONDS
    while TAKEN["film"] < 5:
        assert time.monotonic() < until
        time.sleep(0.01)


def test_what_was_put_away_to_make_room_is_computed_again():
    shelf = Shelf(Pool(), most=100)
    works = [Work(counted, (name, 4)) for name in ("a", "b", "c")]  # 40 bytes each
    for work in works:
        watch(shelf, "one", work)
    assert len(watch(shelf, "one", works[2])) == len(watch(shelf, "one", works[1])) == 4
    assert TAKEN["b"] == TAKEN["c"] == 4
    assert len(watch(shelf, "one", works[0])) == 4 and TAKEN["a"] == 8


def test_an_error_is_told_to_whoever_asks_and_the_next_one_tries_again(shelf):
    for tries in (1, 2):
        with pytest.raises(GenerativeError):
            watch(shelf, "one", Work(broken, ()))
        assert TAKEN["broken"] == tries


def test_an_error_that_came_while_nobody_watched_is_told_to_the_next_who_asks(shelf):
    film = Film(Work(broken, ()))
    left, next_one = film.steps(), film.steps()
    next(left)
    for steps in (left, next_one):
        with pytest.raises(GenerativeError):
            next(steps)
    assert not film.over


def test_a_job_that_nobody_asked_about_goes_on_with_the_next_question(shelf, monkeypatch):
    film = Work(counted, ("film", 3))
    GATES["film"] = threading.Semaphore(0)
    shelf.more("one", film)
    job = shelf._films[film].job
    monkeypatch.setattr(job, "since", lambda *_: (_ for _ in ()).throw(JobDropped()))
    assert shelf.more("one", film).records == [] and shelf._films[film].job is None
    GATES["film"].release(9)
    assert len(watch(shelf, "one", film)) == 3


# ---- what holds more than its records ----

CLOSED = []


def holding(name: str, n: int):
    try:
        yield from counted(name, n)
    finally:
        CLOSED.append(name)


def wait_until(true) -> None:
    until = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < until
        time.sleep(0.005)


def test_work_of_a_lane_ends_where_its_last_watcher_leaves_and_begins_anew():
    shelf = Shelf(Pool(2))  # one waits at the gate
    CLOSED.clear()
    GATES["lane"] = threading.Semaphore(2)
    work = Work(holding, ("lane", 4), "training")
    assert shelf.more("one", work, 1, SECONDS).records
    shelf.more("two", work)
    watch(shelf, "one", Work(counted, ("other", 1)))
    assert CLOSED == [] and work in shelf._films  # another watches it
    watch(shelf, "two", Work(counted, ("other", 1)))
    GATES["lane"].release(10)
    wait_until(lambda: CLOSED == ["lane"])
    assert work not in shelf._films
    assert len(watch(shelf, "one", work)) == 4 and TAKEN["lane"] >= 6


def test_work_of_a_lane_that_nobody_asks_about_is_closed(monkeypatch):
    CLOSED.clear()
    clock = [0.0]
    shelf = Shelf(Pool(clock=lambda: clock[0]))
    GATES["left"] = threading.Semaphore(1)
    work = Work(holding, ("left", 3), "training")
    assert shelf.more("one", work, 0, SECONDS).records
    clock[0] = 60.0
    GATES["left"].release(1)
    wait_until(lambda: CLOSED == ["left"])
    GATES["left"].release(10)
    assert [i for i, _ in watch(shelf, "one", work)] == [0, 1, 2]


def test_of_twenty_who_train_at_once_one_holds_its_model_at_a_time_and_all_come_to_their_end(shelf):
    alive, most = [0], [0]

    def training(name: str):
        alive[0] += 1
        most[0] = max(most[0], alive[0])
        yield from ((i, name) for i in range(3))
        alive[0] -= 1

    works = [Work(training, (f"page {i}",), "training") for i in range(20)]
    seen: dict[int, list] = {}
    watchers = [
        threading.Thread(target=lambda i=i: seen.update({i: watch(shelf, f"visitor {i}", works[i])}))
        for i in range(20)
    ]
    for watcher in watchers:
        watcher.start()
    for watcher in watchers:
        watcher.join(SECONDS)
    assert {i: [name for _, name in found] for i, found in seen.items()} == {
        i: [f"page {i}"] * 3 for i in range(20)
    }
    assert most == [1] and alive == [0]


def test_an_error_of_such_work_is_told_once_and_the_next_who_asks_begins_anew(shelf):
    work = Work(broken, (), "training")
    for times in (1, 2):
        with pytest.raises(GenerativeError):
            watch(shelf, "one", work)
        assert TAKEN["broken"] == times


def test_what_a_fact_names_is_forgotten_whether_it_is_over_or_not(shelf):
    done, other = Work(counted, ("secret", 2)), Work(counted, ("else", 2))
    watch(shelf, "one", done)
    watch(shelf, "one", other)
    shelf.forget("secret")
    assert done not in shelf._films and other in shelf._films
    GATES["going"] = threading.Semaphore(1)
    going = Work(holding, ("going", 9), "training")
    CLOSED.clear()
    assert shelf.more("one", going, 0, SECONDS).records
    shelf.forget("going")
    GATES["going"].release(10)
    wait_until(lambda: CLOSED == ["going"])
    assert going not in shelf._films


@pytest.mark.parametrize("lane", ["", "training"])
def test_what_a_projector_watches_comes_first_also_where_others_began_it(lane):
    """Of a lane too, whose jobs go by their own names."""
    shelf = Shelf(pool := Pool())
    GATES.update({name: threading.Semaphore(0) for name in ("on", "other", "class")})
    works = {name: Work(counted, (name, 1), lane) for name in GATES}
    for name, work in works.items():
        shelf.more(f"visitor of {name}", work)
        while name == "on" and pool.crowd():  # until it is served
            time.sleep(0.001)
    shelf.favour("projector")
    found = shelf.more("projector", works["class"])
    assert found.ahead == 1 and shelf.more("visitor of other", works["other"]).ahead == 2


def test_only_the_latest_projectors_come_first(shelf, monkeypatch):
    monkeypatch.setattr("generative.shelf.MOST_FIRST", 2)
    for visitor in ("a", "b", "a", "c"):
        shelf.favour(visitor)
    assert list(shelf._first) == ["a", "c"]
