"""The view of one page: what the browser is told, whose page and model it is, and the call for programs."""

import asyncio
import json
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import gradio as gr
import pytest

from demos.learning import page, page_api, tab, visits
from demos.ui import links
from demos.ui.watch import SHELF, records
from generative import language
from generative.errors import ModelGone
from generative.language import visiting
from generative.learning import finetune, pages
from generative.learning.pages import PageUnknown

TEXT = "A chuva caiu a noite inteira sobre a casa velha da beira do rio. " * 6
CALL = {"page": "receita", "base": "language_small", "how": "last", "rank": 4.0, "key": "", "again": 0.0}
WORKS = {"train": page.training, "stop": page.nothing}


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setitem(finetune.STEPS, "language_small", 2)
    monkeypatch.setattr(finetune, "WRITTEN", 3)


def told(visitor: str, **call) -> list:
    """All records, as a browser asks for them."""
    found, done = [], False
    while not done:
        answer = asyncio.run(
            records({**CALL, "what": "train", "visitor": visitor, "have": len(found), **call}, WORKS)
        )
        assert "error" not in answer, answer
        found, done = found + answer["records"], answer["done"]
    return found


def session(name: str) -> gr.Request:
    request = gr.Request()
    request.session_hash = name
    return request


def pick(text: str) -> SimpleNamespace:
    return SimpleNamespace(pick=text)


def test_a_class_that_follows_one_link_watches_one_training():
    first, second = told("one"), told("two")
    assert first[-1].name and first[-1].name == second[-1].name
    json.dumps(first)
    assert told("three", again=1.0)[-1].name != first[-1].name


def test_of_what_is_no_lora_every_rank_is_one_work_and_each_field_is_checked():
    assert page.training(CALL) == page.training({**CALL, "rank": 9.0})
    lora = {**CALL, "how": "lora"}
    assert page.training(lora) != page.training({**lora, "rank": 9.0})
    assert page.training(CALL).lane == finetune.LANE
    for wrong in ({"rank": 33.0}, {"rank": None}, {"base": "gpt2"}, {"how": ""}, {"again": -1}):
        answer = asyncio.run(records({**lora, "what": "train", "visitor": "w", **wrong}, WORKS))
        assert answer.keys() == {"error"}, wrong


@pytest.mark.parametrize("wrong", [{"page": "nowhere"}, {"page": "", "key": "0" * 32}])
def test_a_page_that_is_not_there_is_one_sentence(wrong):
    said = {asyncio.run(follow_error({**CALL, **wrong, "language": lang})) for lang in ("pt", "en")}
    assert said == {PageUnknown().say("pt"), PageUnknown().say("en")}


async def follow_error(call: dict) -> str:
    answer: dict = {"done": False}
    while "error" not in answer and not answer["done"]:
        answer = await records({**call, "what": "train", "visitor": "e", "have": 0}, WORKS)
    return answer["error"]


def test_a_page_of_ones_own_is_sent_once_and_is_gone_with_its_model_when_the_visit_is():
    key = page.paste({"text": TEXT})["key"]
    page.belongs(session("mine"), pick(key))
    name = told("own", page="", key=key)[-1].name
    page.belongs(session("mine"), pick(name))
    assert page.use({"name": name}) == {} and language.model.load(name).name == name
    work = page.training({**CALL, "page": "", "key": key})
    assert work in SHELF._films and TEXT not in repr(work)
    visits.left(session("another"))
    assert language.model.load(name)
    visits.left(session("mine"))
    with pytest.raises(ModelGone):
        language.model.load(name)
    with pytest.raises(PageUnknown):
        visits.VISITS.page(key)
    assert work not in SHELF._films
    assert page.use({"name": name, "language": "pt"}) == {"error": ModelGone().say("pt")}


def test_one_visit_keeps_only_so_many_pages_and_all_visits_too(monkeypatch):
    store = visits.Visits()
    keys = [store.put(pages.own(TEXT)) for _ in range(visits.MOST_OF_ONE + 1)]
    for key in keys:
        store.belongs("s", key)
    with pytest.raises(PageUnknown):
        store.page(keys[0])
    assert store.page(keys[1])
    monkeypatch.setattr(visits, "MOST_PAGES", 2)
    store = visits.Visits()
    first, *_ = [store.put(pages.own(TEXT)) for _ in range(3)]
    with pytest.raises(PageUnknown):
        store.page(first)
    monkeypatch.setattr(visits, "MOST_VISITS", 1)
    mine = store.put(pages.own(TEXT))
    store.belongs("s", mine)
    store.belongs("t", "other")
    with pytest.raises(PageUnknown):
        store.page(mine)


def test_what_is_pasted_is_cut_and_said_or_refused():
    assert page.paste({"text": "palavra " * 12_500})["cut"] == 99_999 - pages.LONGEST
    for text in ("", "uma"):
        assert page.paste({"text": text, "language": "pt"}).keys() == {"error"}


def test_a_preset_shows_its_text_its_writing_and_its_figures_before_a_press():
    found = page.look({**CALL, "how": "lora"})
    assert found["text"] == pages.preset("receita").text and found["learning"] == 4 * 4 * (8 * 128 + 3 * 472)
    shown = page.shipped(CALL)
    was = next(one for one in told("figures") if one.kind == "bits")
    assert tuple(shown["bits"]) == was[2:] and shown["text"]


def test_where_nothing_can_learn_the_page_says_so():
    idle = page.look({**CALL, "how": "lora", "rank": 0.0, "language": "pt"})
    assert idle["learning"] == 0 and "nenhum número muda" in idle["note"]
    assert page.look(CALL)["note"] == page.look({**CALL, "how": "lora", "rank": 1.0})["note"] == ""


def test_stopping_ends_what_one_watched_at_once():
    asyncio.run(records({**CALL, "what": "train", "visitor": "stops", "again": 7.0}, WORKS))
    work = page.training({**CALL, "again": 7.0})
    SHELF._films[work].over = False
    answer = asyncio.run(records({"what": "stop", "visitor": "stops"}, WORKS))
    assert answer["done"] and (work not in SHELF._films or SHELF._films[work].job is None)


# ---- links ----


@pytest.fixture
def refused(monkeypatch) -> list[str]:
    names = []
    monkeypatch.setattr(links, "refuse", lambda name, *_, **__: names.append(name))
    return names


def opened(**query: str) -> dict:
    request = gr.Request()
    request.kwargs = {"query_params": {"tab": "learning", **query}}
    found = page.told(partial(links.read, request, tab.TAB), "pt")
    return found


def test_a_link_brings_back_the_page_the_model_and_how(refused):
    query = {"paper": "alice", "base": "language_middle", "how": "lora", "rank": "16"}
    assert opened(**query) == {**query, "rank": 16} and refused == []


def test_a_link_says_that_its_page_was_pasted_and_names_no_text(refused):
    assert opened(paper="own")["paper"] == page.OWN and refused == []


@pytest.mark.parametrize(
    "query",
    [{"paper": "x"}, {"base": "language_xl"}, {"how": "x"}, {"rank": "33"}, {"rank": "1.5"}, {"rank": "NaN"}],
)
def test_what_a_link_cannot_mean_is_refused(query, refused):
    assert opened(**query) == page.FIRST and refused == list(query)


# ---- for programs ----


def test_a_program_gets_losses_figures_and_samples_and_leaves_no_model_behind():
    before = len(visiting.models()._kept)
    found = page_api.fine_tune(TEXT, seconds=5, how="last")
    assert len(found["losses"]) == 2 and found["bits_per_byte"].keys() == {"before", "after"}
    assert [one["step"] for one in found["samples"]] == [0, 2] and found["learning"] == 198_016
    assert len(visiting.models()._kept) == before and found["note"] == ""


@pytest.mark.parametrize("idle", [{"rate": 0.0}, {"how": "lora", "rank": 0}])
def test_a_program_is_told_where_nothing_can_learn(idle):
    found = page_api.fine_tune(TEXT, seconds=5, **idle)
    assert "no number changes" in found["note"]
    assert found["samples"][0]["text"] == found["samples"][-1]["text"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"text": "uma"},
        {"model": "gpt2"},
        {"seconds": 100},
        {"rank": 99},
        {"how": "x"},
        {"rate": 1e9},
    ],
)
def test_what_a_program_cannot_ask_is_one_sentence(wrong):
    with pytest.raises(gr.Error):
        page_api.fine_tune(**{"text": TEXT, **wrong})


def test_next_word_takes_a_model_of_the_visit_by_a_name_of_its_own():
    from demos.next_word import tab as next_word

    lm = replace(language.model.load("language_small"), name=visiting.new_name())
    visiting.models().keep(lm, 0)
    found, *_ = next_word.visit("en", "Once", [], pick(lm.name))
    assert found.value == lm.name and ("fine-tuned on a page", lm.name) in found.choices
    visiting.models().forget(lm.name)
    with pytest.raises(gr.Error):
        next_word.visit("en", "Once", [], pick(lm.name))
