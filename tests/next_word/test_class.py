"""A class reads: the same text is computed once, the newest counts, and who waits shortens the search."""

import threading
from types import SimpleNamespace

import pytest

from demos.next_word import bars, tab
from demos.ui.line import PLACES, SLIDER, light
from generative import language
from generative.language import chain, predict, reading, words
from generative.language.search import BUDGETS, USUAL, Effort, budget

ARGUMENTS = ("", "en", "bars", ("", None), "word", 1, 0, 1)  # model, language, view, place, controls


@pytest.fixture
def passes(monkeypatch) -> list[int]:
    """The rows of every pass of a network over a text."""
    seen, real = [], reading.forward
    monkeypatch.setattr(reading, "forward", lambda *a, **k: seen.append(1) or real(*a, **k))
    return seen


def test_sixty_who_ask_the_same_at_once_cost_one_reading(passes):
    see, found = tab.router({}), []
    gate = threading.Barrier(60)

    def ask(i: int) -> None:
        gate.wait(20)
        found.append(see(SimpleNamespace(session_hash=f"s{i}"), "The old king of the sixty ", *ARGUMENTS))

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == 60 and all(one == found[0] for one in found)
    assert len(passes) == 1


def test_an_answer_is_kept_for_whoever_asks_the_same_and_only_the_same(passes):
    text = "A quiet morning in the "
    first = words.next_words(text, "language_small", 5)
    n = len(passes)
    assert words.next_words(text, "language_small", 5, visitor="another") is first and len(passes) == n
    for other in (
        words.next_words(text, "language_small", 6),
        words.next_words(text, "language_small", 5, language.sampling.Options(0.5)),
        words.next_words(text + "old ", "language_small", 5),
        words.next_words(text, "language_bigram", 5),
    ):
        assert other is not first and other != first
    assert predict.next_tokens(text, "language_small", 5) is predict.next_tokens(text, "language_small", 5)
    assert chain.chain(text, "language_small") is chain.chain(text, "language_small", "v")


def test_the_more_wait_the_fewer_paths_are_followed_and_the_error_says_so():
    assert [budget(n).width for n in (0, 2, 3, 6, 12, 60)] == [48, 48, 24, 16, 8, 8]
    text = "The children of the village went to the "
    hurried, long = (words.next_words(text, "language_small", 10, effort=Effort(width=w)) for w in (8, 3000))
    true = {w.text: w.p for w in long.words}
    assert hurried.error > long.error
    for word in hurried.words:
        if word.text in true:
            assert word.p - 1e-9 <= true[word.text] + long.error
            assert true[word.text] <= word.p + word.error + 1e-9


def test_who_is_in_a_hurry_gets_the_better_answer_that_is_there():
    text = "The ship left the harbour at "
    best = words.next_words(text, "language_small", 10)
    assert words.next_words(text, "language_small", 10, effort=BUDGETS[-1]) is best
    assert words.next_words(text, "language_small", 10, effort=Effort(10**6)) is not best


def test_the_page_searches_with_the_budget_of_those_who_wait_and_programs_with_all_of_it(monkeypatch):
    asked = []
    found = words.next_words("Era uma vez", "", 10)
    monkeypatch.setattr(bars, "lent_words", lambda *a: asked.append(a) or found)
    monkeypatch.setattr(light, "waiting", lambda: 7)
    bars.by_word("Era uma vez", "", "pt", "v", 1, 0, 1)
    assert asked.pop()[-1] == BUDGETS[2]
    bars.next_words("Era uma vez")
    assert USUAL not in asked[0] and len(asked[0]) == 4  # the usual one


def test_of_a_text_that_a_newer_one_overtook_nothing_is_drawn():
    see, out, inside, leave = tab.router({}), [], threading.Barrier(PLACES + 1), threading.Event()
    request = SimpleNamespace(session_hash="one hand")

    def hold() -> None:
        inside.wait(20)
        leave.wait(20)

    def write(text: str) -> None:
        out.append((text, see(request, text, *ARGUMENTS)))

    threads = [threading.Thread(target=light.do, args=(SLIDER, hold)) for _ in range(PLACES)]
    for thread in threads:
        thread.start()
    inside.wait(20)
    for text in ("The old ", "The old king "):
        threads.append(threading.Thread(target=write, args=(text,)))
        threads[-1].start()
        while not light.waiting():
            threading.Event().wait(0.001)
    threads[-2].join(20)
    leave.set()
    for thread in threads:
        thread.join(20)
    assert [text for text, _ in out] == ["The old ", "The old king "]
    assert all(isinstance(part, dict) and part["__type__"] == "update" for part in out[0][1])
    assert "bar" in out[1][1][1]


def test_a_model_of_this_visit_is_named_on_the_first_screen_and_brings_its_pages_opener(monkeypatch):
    name = language.visiting.new_name()
    kept = SimpleNamespace(get=lambda asked: SimpleNamespace(name=asked))
    monkeypatch.setattr(language.visiting, "models", lambda: kept)
    pick = SimpleNamespace(pick=f"{name}\nOrange cake")
    box, text, history = tab.visit("en", "Once", ["before"], pick)
    assert (box.value, text, history) == (name, "Orange cake", ["before", "Once"])
    assert tab.visit("en", "Once", [], SimpleNamespace(pick=name))[1:] == ("Once", [])
    assert "fine-tuned on a page" in tab.named(name) and tab.named("language_small") == ""
