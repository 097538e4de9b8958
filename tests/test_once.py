"""What is loaded at first use is loaded once, however many ask for it at the same time."""

import threading
import time

import pytest

from generative import gan, language, vae
from generative.once import Recent, once, recent


def all_at_once(function, n: int = 16) -> list:
    """The answers of n threads that call at the same moment."""
    gate, found = threading.Barrier(n), []

    def ask() -> None:
        gate.wait()
        found.append(function())

    threads = [threading.Thread(target=ask) for _ in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_sixteen_first_callers_cost_one_load():
    calls = []

    @once
    def load(name: str) -> object:
        calls.append(name)
        time.sleep(0.05)
        return object()

    found = all_at_once(lambda: load("a"))
    assert calls == ["a"] and len(found) == 16 and len(set(map(id, found))) == 1
    assert load("a") is found[0] and load("b") is not found[0] and calls == ["a", "b"]


def test_another_key_waits_for_nobody():
    inside, leave = threading.Event(), threading.Event()

    @once
    def load(name: str) -> str:
        if name == "slow":
            inside.set()
            assert leave.wait(10)
        return name

    slow = threading.Thread(target=load, args=("slow",))
    slow.start()
    assert inside.wait(10) and load("quick") == "quick"
    leave.set()
    slow.join()


def test_a_failure_is_not_kept_and_what_was_kept_can_be_forgotten():
    calls = []

    @once
    def load() -> int:
        calls.append(1)
        if len(calls) == 1:
            raise OSError("not yet")
        return len(calls)

    with pytest.raises(OSError):
        load()
    assert load() == load() == 2
    load.cache_clear()
    assert load() == 3


@pytest.mark.parametrize(
    ("module", "load"),
    [
        (vae.model, vae.model.load),
        (gan.model, gan.model.load),
        (language.model, lambda: language.model.load("language_small")),
    ],
    ids=["vae", "gan", "language"],
)
def test_sixteen_visitors_who_come_first_share_one_model(module, load, monkeypatch):
    reads = []
    kept = [f for f in vars(module).values() if hasattr(f, "cache_clear")]
    for f in kept:
        monkeypatch.setattr(module, f.__name__, once(f.__wrapped__))
    if module is language.model:
        original = module._read
        monkeypatch.setattr(module, "_read", lambda *a: reads.append(a) or original(*a))
    else:
        original = module.weights.load
        monkeypatch.setattr(module.weights, "load", lambda *a: reads.append(a) or original(*a))
    fresh = module.load if module is not language.model else load
    assert len(set(map(id, all_at_once(fresh)))) == 1
    assert len(reads) == (2 if module is gan.model else 1)  # the GAN is a pair


def test_sixteen_who_ask_the_same_at_once_cost_one_computation_and_others_wait_for_nobody():
    calls = []

    @recent(100, len)
    def double(text: str) -> str:
        calls.append(text)
        time.sleep(0.05)
        return 2 * text

    assert all_at_once(lambda: double("a")) == ["aa"] * 16 and calls == ["a"]
    assert double("b") == "bb" and double("a") == "aa" and calls == ["a", "b"]
    double.cache_clear()
    assert double("a") == "aa" and calls == ["a", "b", "a"]


def test_what_was_asked_longest_ago_makes_room_by_its_bytes():
    kept = Recent(10)
    for name, size in (("a", 4), ("b", 4), ("a", 4), ("c", 5)):
        assert kept.get(name, lambda n=name: n, lambda _, s=size: s) == name
    assert [kept.has(name) for name in "abc"] == [True, False, True] and kept.size == 9
    kept.get("large", lambda: "x", lambda _: 11)
    assert not kept.has("large") and kept.size == 0


def test_a_failure_reaches_all_who_wait_for_it_and_nobody_after_them():
    kept, calls = Recent(10), []

    def fail() -> str:
        calls.append("call")
        time.sleep(0.05)
        raise ValueError("no")

    def ask() -> str:
        try:
            return kept.get("a", fail, len)
        except ValueError:
            return "said"

    assert all_at_once(ask) == ["said"] * 16 and len(calls) == 1
    assert kept.get("a", lambda: "now", len) == "now"
