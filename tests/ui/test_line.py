"""Light work of a class: few calls at a time, the most urgent first, nothing that nobody waits for now."""

import threading

import pytest

from demos.ui.line import BARS, OTHER, SHEET, SLIDER, Kind, Line, Overtaken
from generative.pool import Pool

LONG = 20.0  # seconds that a test waits for what must come; none of them is spent


class Calls:
    """Calls in threads of their own: each comes once the one before stands in line and waits to be let go."""

    def __init__(self, places: int = 1):
        self.now = 0.0
        self.pool = Pool()
        self.line = Line(places, self.pool, lambda: self.now)
        self.log: list[str] = []
        self.gates: dict[str, threading.Event] = {}
        self.begun: dict[str, threading.Event] = {}
        self.threads: list[threading.Thread] = []

    def come(self, name: str, kind: Kind, who: str = "") -> None:
        """A call comes, and begins or waits."""
        self.gates[name], self.begun[name] = threading.Event(), threading.Event()
        stands = self.line.waiting(), len(self.log)

        def call() -> None:
            def work() -> None:
                self.log.append(name)
                self.begun[name].set()
                assert self.gates[name].wait(LONG)

            try:
                self.line.do(kind, work, who)
            except Overtaken:
                self.log.append(f"{name} overtaken")
                self.begun[name].set()

        self.threads.append(threading.Thread(target=call, daemon=True))
        self.threads[-1].start()
        for _ in range(10_000):
            if (self.line.waiting(), len(self.log)) != stands and not self.about_to_begin():
                return
            threading.Event().wait(0.001)
        raise AssertionError(f"{name} neither waits nor begins")

    def about_to_begin(self) -> bool:
        """Whether a place is free for somebody who waits: its thread is only waking up."""
        with self.line._ready:
            return len(self.line._serving) < self.line._places and bool(self.line._next())

    def end(self, name: str) -> None:
        """Once a call has begun, it ends."""
        assert self.begun[name].wait(LONG), f"{name} has not begun: {self.log}"
        self.gates[name].set()

    def finish(self) -> list[str]:
        """All end, in whichever order they begin."""
        for gate in self.gates.values():
            gate.set()
        for thread in self.threads:
            thread.join(LONG)
        return self.log


def test_sixty_at_once_are_served_a_few_at_a_time():
    line, inside, most = Line(2, Pool()), [0], [0]
    lock, gate = threading.Lock(), threading.Barrier(60)

    def work() -> None:
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        threading.Event().wait(0.001)
        with lock:
            inside[0] -= 1

    def call() -> None:
        gate.wait(LONG)
        line.do(BARS, work)

    threads = [threading.Thread(target=call) for _ in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    assert most == [2] and inside == [0] and line.waiting() == 0


def test_the_hand_goes_before_the_sheet_that_came_before_it_and_the_sheet_waits_not_for_ever():
    calls = Calls()
    calls.come("first", OTHER)
    for name, kind in (("sheet", SHEET), ("bars", BARS), ("slider", SLIDER)):
        calls.come(name, kind)
    calls.now = SHEET.within  # what comes now is due after the sheet
    calls.come("late slider", SLIDER)
    assert calls.finish() == ["first", "slider", "bars", "sheet", "late slider"]


def test_a_newer_text_of_a_visitor_has_the_place_of_the_older_one_which_is_not_read():
    calls = Calls()
    calls.come("first", OTHER)
    calls.come("old", BARS, "ana")
    calls.come("other", BARS, "bia")
    calls.now += 1
    calls.come("new", BARS, "ana")
    assert calls.begun["old"].wait(LONG) and calls.log[-1] == "old overtaken"
    assert calls.finish() == ["first", "old overtaken", "new", "other"]


def test_only_the_same_kind_of_a_known_visitor_is_overtaken():
    calls = Calls()
    calls.come("first", OTHER)
    for name, kind, who in (("a", BARS, "ana"), ("b", SHEET, "ana"), ("c", BARS, ""), ("d", BARS, "")):
        calls.come(name, kind, who)
    assert calls.finish() == ["first", "a", "c", "d", "b"]


def test_one_place_is_left_for_what_is_quick():
    calls = Calls(places=2)
    calls.come("photo", OTHER)
    calls.come("sheet", SHEET)
    assert calls.log == ["photo"]
    calls.come("bars", BARS)
    assert calls.log == ["photo", "bars"]
    calls.end("bars")
    calls.end("photo")
    assert calls.begun["sheet"].wait(LONG) and calls.finish() == ["photo", "bars", "sheet"]


def test_all_work_of_a_line_runs_in_as_many_threads_as_it_has_places():
    line, seen, gate = Line(2, Pool()), [], threading.Barrier(20)

    def call() -> None:
        gate.wait(LONG)
        seen.append(line.do(BARS, lambda: threading.current_thread().name))

    threads = [threading.Thread(target=call) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    assert len(seen) == 20 and len(set(seen)) <= 2
    with pytest.raises(ValueError):
        line.do(BARS, lambda: int("no number"))


def test_who_ask_the_same_are_waited_for_once():
    line, inside, leave = Line(1, Pool()), threading.Event(), threading.Event()

    def work() -> None:
        inside.set()
        leave.wait(LONG)

    def call(what: str | None) -> None:
        line.do(BARS, work, what=what)

    threads = [threading.Thread(target=call, args=(what,)) for what in (None, "a", "a", "b", None, None)]
    threads[0].start()
    assert inside.wait(LONG)
    for thread in threads[1:]:
        thread.start()
    while len(line._waiting) < 5:
        threading.Event().wait(0.001)
    assert line.waiting() == 4
    leave.set()
    for thread in threads:
        thread.join(LONG)
    assert line.waiting() == 0


def test_heavy_work_gives_way_to_who_waits_in_line_and_a_failure_leaves_the_place():
    line = Line(1, pool := Pool())
    seen = []
    with pytest.raises(ZeroDivisionError):
        line.do(BARS, lambda: seen.append(pool._light) or 1 / 0)
    line.do(SLIDER, lambda: seen.append(pool._light))
    assert seen == [1, 1] and pool._light == 0
