"""Models of a visit: found by their secret name alone, bounded, forgotten."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from demos.ui.models import called
from generative import language
from generative.errors import ModelGone
from generative.language import visiting
from generative.language.visiting import IDLE, Visiting


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def kept(store: Visiting, nbytes: int = 10) -> str:
    name = visiting.new_name()
    store.keep(SimpleNamespace(name=name), nbytes)
    return name


def test_no_two_names_are_alike_and_none_is_short():
    names = {visiting.new_name() for _ in range(100)}
    assert len(names) == 100 and all(visiting.is_visiting(name) and len(name) > 40 for name in names)
    assert not visiting.is_visiting("language_small") and not visiting.is_visiting("owner/visiting")


def test_the_longest_unused_makes_room_in_bytes_and_in_number():
    store = Visiting(most=100)
    first, second = kept(store, 40), kept(store, 40)
    store.get(first)
    third = kept(store, 40)
    assert store.get(first).name == first and store.get(third).name == third
    with pytest.raises(ModelGone):
        store.get(second)
    few = Visiting(number=2)
    names = [kept(few) for _ in range(3)]
    with pytest.raises(ModelGone):
        few.get(names[0])


def test_one_that_alone_is_too_large_stays_until_the_next():
    store = Visiting(most=100)
    large = kept(store, 500)
    assert store.get(large)
    kept(store)
    with pytest.raises(ModelGone):
        store.get(large)


def test_half_an_hour_without_use_or_the_end_of_the_visit_ends_it():
    clock = Clock()
    store = Visiting(clock=clock)
    name, other = kept(store), kept(store)
    clock.now = IDLE
    store.get(name)
    clock.now = 2 * IDLE
    assert store.get(name)
    with pytest.raises(ModelGone):
        store.get(other)
    store.forget(name)
    with pytest.raises(ModelGone):
        store.get(name)


def test_a_model_of_a_visit_is_loaded_by_its_name_and_called_by_no_key():
    lm = replace(language.model.load("language_small"), name=visiting.new_name())
    visiting.models().keep(lm, 0)
    assert language.model.load(lm.name) is lm
    found, same = (language.predict.next_tokens("Era uma vez", name) for name in (lm.name, "language_small"))
    assert [t.token for t in found.tokens] == [t.token for t in same.tokens]
    assert [t.p for t in found.tokens] == pytest.approx([t.p for t in same.tokens], rel=1e-5)
    assert language.model.is_here(lm.name) and not language.model.is_shipped(lm.name)
    assert called(lm.name, "en") == "fine-tuned on a page"
    assert lm.asked.most < language.model.load("language_small").asked.most
    visiting.models().forget(lm.name)
    with pytest.raises(ModelGone):
        language.model.load(lm.name)
