"""What the browser and programs are told of steps on a sentence, whatever they ask."""

import asyncio
import json

import pytest

from demos.learning import step, step_api
from demos.ui import links
from demos.ui.kinds import check
from demos.ui.watch import records
from generative import learning
from generative.errors import GenerativeError

CALL = {
    "what": "walk",
    "text": "O gato late.",
    "model": "language_small",
    "optimizer": "sgd",
    "rate": 0.01,
    "look": "own",
    "cut": 2,
    "first": 0,
    "last": 1,
    "visitor": "step",
    "language": "pt",
}


def ask(**call: object) -> dict:
    return asyncio.run(records(CALL | call, {"walk": step.walk}))


def test_the_states_come_one_text_each_to_their_end():
    found, done = [], False
    while not done:
        answer = ask(have=len(found))
        found, done = found + answer["records"], answer["done"]
    assert [bool(state) for (state,) in found] == [
        False,
        False,
        True,
    ] * 2  # pieces that a hand need not wait for
    states = [json.loads(state) for (state,) in found if state]
    asked = learning.step.recipe("O gato late.", "language_small", "sgd", 0.01)
    assert states == json.loads(json.dumps(list(learning.step.walk(asked, "pt", "own", 2, 0, 1))))


def test_a_class_with_one_sentence_shares_what_is_computed_and_each_language_has_its_control():
    work = step.walk(CALL)
    assert work == step.walk(CALL | {"visitor": "another"}) == step.walk(CALL | {"language": "pt-BR"})
    assert work != step.walk(CALL | {"language": "en"}) and work != step.walk(CALL | {"look": "control"})
    assert step.walk(CALL | {"look": {"a": 1}}) == work


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"text": None},
        {"text": "a" * 100_000},
        {"text": "palavra " * 66},
        {"model": "language_xl"},
        {"model": ["language_small"]},
        {"optimizer": "lion"},
        {"rate": None},
        {"rate": "0.1"},
        {"rate": -1},
        {"rate": 1e9},
        {"cut": -1},
        {"cut": 0.5},
        {"cut": None},
        {"first": 3},
        {"last": 61},
        {"last": "1"},
    ],
)
def test_what_cannot_be_is_one_sentence_in_the_visitors_language(wrong):
    said = []
    for language in ("pt", "en"):
        answer, have = ask(**wrong, language=language), 0
        while "error" not in answer:  # a rate that diverges does so once it is computed
            assert not answer["done"]
            have += len(answer["records"])
            answer = ask(**wrong, language=language, have=have)
        said.append(answer["error"])
    assert said[0] != said[1]


# ---- the curve ----


def test_the_curve_holds_every_step_and_grows_by_tens():
    one = step.plot([7.0], [5.0], "pt")
    assert (one.x.high, one.lines[0].points) == (10, [(0, 7.0)])
    more = step.plot([7.0 - k / 2 for k in range(12)], [5.0] * 12, "pt")
    assert more.x.high == 20 and more.y.high > 7 and len(more.lines[0].points) == 12
    assert [(line.kind, line.label) for line in more.lines] == [
        ("real", "esta frase"),
        ("dashed", "outra frase"),
    ]
    assert step.curve({"own": [], "control": [], "language": "en"})["svg"].startswith("<svg")


@pytest.mark.parametrize("losses", [[-1.0], [1e9], [float("nan")], [101.0]])
def test_no_curve_of_what_is_no_loss(losses):
    assert step.curve({"own": losses, "control": [], "language": "pt"}).keys() == {"error"}


@pytest.mark.parametrize("call", [{"own": [1.0]}, {"own": "a", "control": []}, {"own": [[1]], "control": []}])
def test_the_curves_call_is_of_its_kind(call):
    with pytest.raises(GenerativeError):
        check("call", call, step.Losses)


# ---- links ----


@pytest.fixture
def refused(monkeypatch) -> list[str]:
    """The names of fields that a link's reader refused."""
    names = []
    monkeypatch.setattr(links, "refuse", lambda name, *_, **__: names.append(name))
    return names


def told(lang: str = "en", **query: str) -> dict:
    request = type("Request", (), {"query_params": {"tab": "learning", **query}})()
    return step.told(lambda *args, **how: links.read(request, "learning", *args, **how), lang)


def test_a_link_says_sentence_cut_rate_model_optimizer_and_steps(refused):
    asked = {"text": "A casa ri.", "cut": 1, "rate": 0.02, "model": "language_small", "optimizer": "adamw"}
    query = {name: str(value) for name, value in asked.items()}
    assert told(**query, steps="10") == asked | {"steps": 10} and refused == []
    assert told("pt-BR")["text"] == step.FIRST["pt"] != told()["text"] == step.FIRST["en"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "a" * 2000},
        {"rate": "-1"},
        {"rate": "1e10"},
        {"model": "language_xl"},
        {"optimizer": "lion"},
        {"steps": "61"},
        {"cut": "65"},
    ],
)
def test_a_link_that_asks_for_what_cannot_be_gets_the_usual(refused, wrong):
    assert told(**wrong) == told() and refused == list(wrong)


# ---- programs ----


def test_a_program_gets_before_after_control_and_every_loss():
    found = step_api.learn_step("The cat barks at the moon.", "language_small", 0.01, 3)
    assert found["model"] == "language_small" and len(found["losses"]) == 4
    assert (found["losses"][0], found["losses"][-1]) == (found["before"]["bits"], found["after"]["bits"])
    assert found["after"]["bits"] < found["before"]["bits"]
    words = [[word["text"] for word in found[when]["words"]] for when in ("before", "after")]
    assert words[0] == words[1] and "".join(words[0]) == "The cat barks at the moon."
    assert found["after"]["words"][2]["p"] > found["before"]["words"][2]["p"]
    assert found["control"]["before"] != found["control"]["after"] and found["held_out"]["before"] > 1
