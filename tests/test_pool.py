"""Heavy work of many visitors: all of it is done, in turn, behind light work, and none of it goes unseen."""

import threading
from collections.abc import Iterator
from functools import partial
from types import SimpleNamespace

import pytest

from demos.next_word import tab
from demos.ui import live
from generative import pool as module
from generative.errors import GenerativeError, JobDropped, PoolFull, TextEmpty
from generative.pool import QUANTUM, UNWATCHED, Pool

LONG = 20.0  # seconds that a test waits for what must come; none of them is spent


class Clock:
    """Time that passes only where a test says so."""

    def __init__(self):
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Gate:
    """Work that waits at every step until it is let through, and says that it has come there."""

    def __init__(self, steps: int = 1):
        self.steps, self.came, self.go = steps, threading.Semaphore(0), threading.Semaphore(0)

    def __iter__(self) -> Iterator[int]:
        for i in range(self.steps):
            self.came.release()
            assert self.go.acquire(timeout=LONG)
            yield i


def held(pool: Pool, gate: Gate, visitor: str = "holder"):
    """A job at its first step, so that whatever is started now waits."""
    job = pool.start(visitor, iter(gate))
    assert gate.came.acquire(timeout=LONG)
    return job


def all_of(job) -> list:
    """Every record of a job, asked for as a page does."""
    found, done = [], False
    while not done:
        fresh, done, _, _ = job.since(len(found), LONG)
        assert fresh or done, "nothing came"
        found += fresh
    return found


def told(log: list, name: str, steps: int, clock: Clock | None = None, seconds: float = 0.0) -> Iterator[str]:
    """Steps that write their names into a log, each of some seconds."""
    for _ in range(steps):
        log.append(name)
        if clock:
            clock.now += seconds
        yield name


@pytest.mark.parametrize("workers", [1, 3])
def test_every_record_of_sixty_visitors_comes_in_order(workers):
    pool, before = Pool(workers), threading.active_count()
    jobs = [pool.start(f"v{i}", iter(range(20))) for i in range(60)]
    assert [all_of(job) for job in jobs] == [list(range(20))] * 60
    assert threading.active_count() <= before + workers
    assert all_of(pool.start("v0", iter("again"))) == list("again")


def test_a_pool_that_nobody_uses_has_no_thread_and_its_threads_do_not_hold_up_the_end():
    before = set(threading.enumerate())
    pool = Pool(2)
    assert set(threading.enumerate()) == before
    all_of(pool.start("a", iter("x")))
    new = set(threading.enumerate()) - before
    assert len(new) == 2 and all(thread.daemon for thread in new)


def test_who_was_served_least_lately_goes_first():
    """One who presses again and again does not come before those who have had nothing."""
    pool, gate, log = Pool(), Gate(), []
    held(pool, gate, "often")
    again = pool.start("often", told(log, "often", 1))
    jobs = [again, *(pool.start(name, told(log, name, 1)) for name in ("b", "c"))]
    assert [job.since(0, 0).ahead for job in jobs] == [
        2,
        0,
        1,
    ]  # the held job counts no more: it is cancelled
    gate.go.release()
    for job in jobs:
        all_of(job)
    assert log == ["b", "c", "often"]


def test_a_long_job_gives_way_after_its_quantum_and_a_short_one_ends_in_one_go():
    clock, log, gate = Clock(), [], Gate()
    pool = Pool(clock=clock)
    first = held(pool, gate)
    step = QUANTUM / 4
    long = pool.start("long", told(log, "long", 10, clock, step))
    short = pool.start("short", told(log, "short", 3, clock, step))
    gate.go.release()
    for job in (first, long, short):
        all_of(job)
    assert log == ["long"] * 4 + ["short"] * 3 + ["long"] * 6


def test_idle_work_gives_way_after_any_step_to_whoever_comes_and_goes_on_when_they_are_done():
    pool, log, gate = Pool(), [], Gate(2)
    idle = pool.start("stock", iter(gate), idle=True)
    assert gate.came.acquire(timeout=LONG)
    visitor = pool.start("visitor", told(log, "visitor", 3))
    assert pool.line("visitor") == (0, 0.0)  # nobody is told to wait for it
    gate.go.release()
    assert all_of(visitor) == log == ["visitor"] * 3  # though the idle job has a step left
    gate.go.release()
    assert all_of(idle) == [0, 1]


def test_pauses_for_light_work_end_no_turn():
    clock, log, gate = Clock(), [], Gate()
    pool = Pool(clock=clock, patience=LONG)
    job = held(pool, gate)

    def paused() -> Iterator[str]:
        for name in told(log, "a", 3):
            yield name
            clock.now += QUANTUM / 10

    one, two = pool.start("a", paused()), pool.start("b", told(log, "b", 1))
    with pool.first():
        gate.go.release()
        assert job.since(0, LONG).records == [0]
        clock.now += 1.5 * QUANTUM  # the turn of who is paused here is not over
    for each in (job, one, two):
        all_of(each)
    assert log == ["a"] * 3 + ["b"]


def test_a_job_that_takes_longer_than_any_before_lengthens_what_is_told():
    clock, gate = Clock(), Gate()
    pool = Pool(clock=clock)
    held(pool, gate)
    waiting = [pool.start(name, iter("x")) for name in "ab"]
    clock.now += 3 * QUANTUM
    assert waiting[1].since(0, 0).wait == pytest.approx(3 * QUANTUM)
    gate.go.release()
    assert [all_of(job) for job in waiting] == [["x"], ["x"]]


def test_the_waiting_time_is_told_from_what_recent_jobs_took():
    clock, gate = Clock(), Gate()
    pool = Pool(clock=clock)
    for i in range(module.RECENT):
        all_of(pool.start(f"past {i}", told([], "", 2, clock, 0.2)))
    holder = held(pool, gate)
    waiting = [pool.start(name, iter("x")) for name in "abc"]
    assert [job.since(0, 0).ahead for job in (holder, *waiting)] == [0, 1, 2, 3]
    waits = [job.since(0, 0).wait for job in (holder, *waiting)]
    assert waits == pytest.approx([0, 0.4, 0.8, 1.2])
    clock.now += 0.3
    assert waiting[2].since(0, 0).wait == pytest.approx(0.9)
    assert pool.line("c") == (3, pytest.approx(0.9)) and pool.line("holder") == pool.line("x") == (0, 0.0)
    gate.go.release()
    assert [all_of(job) for job in waiting] == [["x"]] * 3
    assert waiting[2].since(1, 0) == ([], True, 0, 0.0)


def test_the_next_press_of_a_visitor_cancels_the_job_before_its_next_step():
    pool, gate = Pool(), Gate(steps=5)
    job = held(pool, gate)
    gate.go.release()
    assert gate.came.acquire(timeout=LONG) and job.since(0, LONG).records == [0]
    second = pool.start("holder", iter("new"))
    assert job.since(1, LONG) == ([], True, 0, 0.0)  # told at once, though its step is still computing
    gate.go.release()
    assert all_of(second) == list("new")
    assert not gate.came.acquire(blocking=False) and job.since(0, 0).records == [0]


def test_a_job_that_waits_can_be_cancelled_and_leaves_the_line():
    pool, gate, log = Pool(), Gate(), []
    first = held(pool, gate)
    given_up, last = pool.start("a", told(log, "a", 1)), pool.start("b", told(log, "b", 1))
    given_up.cancel()
    given_up.cancel()
    assert last.since(0, 0).ahead == 1
    gate.go.release()
    assert all_of(last) == ["b"] and log == ["b"] and all_of(first) == [0]


def test_a_generator_is_closed_when_its_job_is_cancelled():
    closed, pool, gate = threading.Event(), Pool(), Gate()

    def work() -> Iterator[int]:
        try:
            yield from gate
        finally:
            closed.set()

    job = held(pool, gate)
    waits = pool.start("b", work())
    job.cancel()
    gate.go.release()
    assert gate.came.acquire(timeout=LONG)
    waits.cancel()
    gate.go.release()
    assert closed.wait(LONG)


def test_where_too_many_wait_one_is_told_so_in_both_languages():
    pool, gate = Pool(most=2), Gate()
    held(pool, gate)
    waiting = pool.start("a", iter("x"))
    with pytest.raises(PoolFull) as full:
        pool.start("b", iter("y"))
    assert full.value.say("pt-BR") == "Já há 2 pessoas esperando. Tente de novo em cerca de 2 segundos."
    assert full.value.say("en") == "2 others are waiting already. Try again in about 2 seconds."
    waiting = pool.start("a", iter("z"))  # a visitor's own earlier job takes nobody's place
    gate.go.release()
    assert all_of(waiting) == ["z"] and all_of(pool.start("b", iter("y"))) == ["y"]


def test_no_step_begins_while_light_work_runs():
    pool, gate, log = Pool(patience=LONG), Gate(steps=3), []
    job = held(pool, gate)
    with pool.first(), pool.first():  # two at once, and the step under way ends meanwhile
        gate.go.release()
        assert job.since(0, LONG).records == [0]
        assert not gate.came.acquire(timeout=0.05), "a step began beside light work"
        log.append("light")
    assert gate.came.acquire(timeout=LONG)
    log.append("heavy")
    assert log == ["light", "heavy"]
    gate.go.release(2)
    assert all_of(job) == [0, 1, 2]


def test_light_work_that_fails_holds_nothing_up_and_a_function_can_be_light():
    pool = Pool(patience=LONG)
    with pytest.raises(ValueError), pool.first():
        raise ValueError

    @pool.first()
    def answer(n: int) -> int:
        assert pool._light == 1
        return n

    assert [answer(1), answer(2)] == [1, 2] and all_of(pool.start("a", iter("xy"))) == ["x", "y"]


def test_light_work_that_never_rests_does_not_stop_heavy_work_for_good():
    pool = Pool(patience=0.0)
    with pool.first():
        assert all_of(pool.start("a", iter("xyz"))) == list("xyz")


def test_a_press_is_heard_while_light_work_holds_its_job_up():
    pool = Pool(patience=LONG)
    with pool.first():
        first = pool.start("a", iter("old"))
        second = pool.start("a", iter("new"))
        assert first.since(0, LONG) == ([], True, 0, 0.0)
    assert all_of(second) == list("new")


@pytest.mark.parametrize("error", [TextEmpty(), RuntimeError("a bug")], ids=["sentence", "bug"])
def test_what_the_work_raises_reaches_who_asks_after_its_records_and_the_pool_goes_on(error):
    def work() -> Iterator[int]:
        yield 1
        raise error

    pool = Pool()
    job = pool.start("a", work())
    fresh, done, _, _ = job.since(0, LONG)
    assert fresh == [1] and not done
    for _ in range(2):
        with pytest.raises(type(error)) as raised:
            job.since(1, LONG)
        assert raised.value is error
    assert all_of(pool.start("b", iter("x"))) == ["x"]


def test_a_job_that_nobody_asks_about_is_dropped_whether_it_waits_or_runs():
    clock, gate, log = Clock(), Gate(steps=2), []
    pool = Pool(clock=clock)
    running, waiting = held(pool, gate), pool.start("gone", told(log, "gone", 1))
    clock.now = UNWATCHED
    asked = pool.start("here", told(log, "here", 1))
    clock.now += 1
    gate.go.release()
    assert all_of(asked) == ["here"] and log == ["here"]
    assert not gate.came.acquire(blocking=False)
    for job in (running, waiting):
        with pytest.raises(JobDropped) as dropped:
            job.since(1, LONG)
        assert isinstance(dropped.value, GenerativeError) and dropped.value.say("pt") != dropped.value.say(
            "en"
        )


def test_a_job_that_somebody_waits_for_is_not_dropped_however_long_it_takes():
    clock, gate, asking = Clock(), Gate(), threading.Event()
    pool, found = Pool(clock=clock), []
    job = held(pool, gate)

    def ask() -> None:
        asking.set()
        found.extend(all_of(job))

    thread = threading.Thread(target=ask)
    with pool._lock:  # the clock goes on only once the question is being asked
        thread.start()
        assert asking.wait(LONG)
    while not job._watchers:
        threading.Event().wait(0.001)
    clock.now = 3 * UNWATCHED
    other = pool.start("b", iter("x"))
    gate.go.release()
    assert all_of(other) == ["x"]
    thread.join(LONG)
    assert found == [0]


def test_the_memory_of_who_was_served_is_bounded(monkeypatch):
    monkeypatch.setattr(module, "KNOWN", 5)
    pool = Pool()
    for i in range(12):
        all_of(pool.start(f"v{i}", iter("x")))
    assert list(pool._served) == [f"v{i}" for i in range(7, 12)] and not pool._jobs


def test_what_the_hand_is_on_counts_as_light_work_and_what_waits_for_a_job_does_not():
    def light() -> dict:
        return {"light": module.heavy._light}

    assert live.answer({}, light) == {"light": 1} and live.answer_later({}, light) == {"light": 0}
    assert live.answer({"language": "pt"}, lambda: all_of(failing()))["error"] == TextEmpty.pt
    assert module.heavy._light == 0


def failing():
    """A job that ends in a sentence for the visitor."""

    def work() -> Iterator[int]:
        raise TextEmpty
        yield

    return Pool().start("a", work())


def test_the_bars_of_the_next_word_are_light_work(monkeypatch):
    monkeypatch.setattr(tab.strip, "strip", lambda *a, **k: module.heavy._light)
    monkeypatch.setattr(tab.bars, "draw", lambda *a, **k: module.heavy._light)
    see, request = tab.router({}), SimpleNamespace(session_hash="v")
    options = [None] * len(tab.bars.Controls._fields)
    assert see(request, "Era uma vez", "", "pt", "bars", ("", None), *options) == [1, 1]


# ---- lanes ----


def test_of_a_lane_one_job_goes_to_its_end_while_others_have_their_turns():
    clock, log, gate = Clock(), [], Gate()
    pool = Pool(clock=clock)
    holder = held(pool, gate)
    steps = partial(told, log, steps=3, clock=clock, seconds=QUANTUM / 1.9)  # two turns each
    jobs = [pool.start(name, steps(name=name), lane="training") for name in ("a", "b")]
    jobs.append(pool.start("c", steps(name="c")))
    gate.go.release()
    for job in [holder, *jobs]:
        all_of(job)
    assert log.index("b") > max(i for i, name in enumerate(log) if name == "a")
    assert log.index("c") < log.index("b")


def test_who_waits_for_a_lane_is_told_how_many_runs_and_how_long():
    clock, gate = Clock(), Gate(2)
    pool = Pool(clock=clock)
    first = pool.start("a", iter(gate), lane="training")
    assert gate.came.acquire(timeout=LONG)
    pool.start("b", iter("b"), lane="training")
    third = pool.start("c", iter("c"), lane="training")
    assert pool.line("b") == (1, module.RUN) and pool.line("c") == (2, 2 * module.RUN)
    assert pool.line("a") == (0, 0.0) and pool.crowd() == 2
    clock.now = 6.0
    for _ in range(2):
        gate.go.release()
    all_of(first)
    all_of(third)
    assert pool._runs[0] == 6.0 and pool.crowd() == 0


def test_a_lane_is_free_once_its_job_is_cancelled():
    pool, gate = Pool(), Gate(5)
    first = pool.start("a", iter(gate), lane="training")
    assert gate.came.acquire(timeout=LONG)
    second = pool.start("b", iter("xy"), lane="training")
    first.cancel()
    gate.go.release()
    assert all_of(second) == ["x", "y"]


def test_who_waits_while_others_train_is_told_a_whole_quantum_for_each_turn_of_theirs():
    """Short turns were seen lately; those of a training are long."""
    clock, gate = Clock(), Gate(2)
    pool = Pool(clock=clock)
    for i in range(module.RECENT):
        all_of(pool.start(f"past {i}", told([], "", 1, clock, 0.1)))
    pool.start("trains", iter(gate), lane="training")
    assert gate.came.acquire(timeout=LONG)
    pool.start("waits", iter("x"))
    assert pool.line("waits") == (1, pytest.approx(QUANTUM))
    clock.now += 0.5
    assert pool.line("waits") == (1, pytest.approx(QUANTUM - 0.5))


def test_a_run_that_takes_longer_than_any_before_lengthens_what_its_lane_is_told():
    clock, gate = Clock(), Gate(2)
    pool = Pool(clock=clock)
    pool.start("a", iter(gate), lane="training")
    assert gate.came.acquire(timeout=LONG)
    pool.start("b", iter("b"), lane="training")
    clock.now += 2 * module.RUN
    assert pool.line("b") == (1, 2 * module.RUN)


def test_a_job_at_the_front_is_served_before_all_others_and_again_until_it_is_done():
    clock, log, gate = Clock(), [], Gate()
    pool = Pool(clock=clock)
    holder = held(pool, gate)
    jobs = [pool.start(name, told(log, name, 1, clock, QUANTUM)) for name in ("a", "b")]
    jobs.append(pool.start("projector", told(log, "projector", 2, clock, QUANTUM)))  # two turns
    jobs[-1].to_front()
    assert pool.line("projector")[0] == 1 and pool.line("a")[0] == 2
    gate.go.release()
    for job in (holder, *jobs):
        all_of(job)
    assert log[:2] == ["projector"] * 2


def test_in_its_lane_too_the_front_is_next():
    pool, gate = Pool(), Gate(5)
    pool.start("a", iter(gate), lane="training")
    assert gate.came.acquire(timeout=LONG)
    pool.start("b", iter("b"), lane="training")
    pool.start("projector", iter("p"), lane="training").to_front()
    assert pool.line("projector")[0] == 1 and pool.line("b")[0] == 2
