"""What stands before every function that can be called: kinds, texts, refusals, bugs."""

import asyncio
import errno
from typing import Required

import gradio as gr
import pytest
from gradio.state_holder import SessionState

import app
from demos.ui import guard, refused
from demos.ui.clickable import At, Pick
from demos.ui.kinds import (
    Call,
    CallUnreadable,
    ChoiceUnknown,
    ListWanted,
    NumberWanted,
    ObjectWanted,
    SwitchWanted,
    TextWanted,
    check,
)
from generative import errors
from generative.errors import GenerativeError, NumberOutOfRange, TextEmpty, WholeNumberOutOfRange, within

PORTUGUESE = gr.Request(headers={"accept-language": "pt-BR"})


class Asked(Call):
    values: Required[list[float]]


@pytest.mark.parametrize(
    ("value", "kind", "error"),
    [
        (5, str, TextWanted),
        (["x"], str, TextWanted),
        (None, str, TextWanted),
        ("5", float, NumberWanted),
        (True, int, NumberWanted),
        (float("nan"), float, NumberWanted),
        (float("inf"), int, NumberWanted),
        (1, bool, SwitchWanted),
        ("x", list[float], ListWanted),
        ([1, "x"], list[float], NumberWanted),
        (5, list[str], ListWanted),
        ([], dict, ObjectWanted),
        ({}, Asked, ListWanted),
        ({"values": [1], "language": 5}, Asked, TextWanted),
        ("x", float | None, NumberWanted),
    ],
)
def test_what_is_not_of_its_kind_is_said_by_its_name(value, kind, error):
    with pytest.raises(error) as raised:
        check("field", value, kind)
    assert "“" in raised.value.say("pt") and raised.value.say("pt") != raised.value.say("en")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (5, float),
        (10**400, int),
        (None, float | None),
        ([1.5], list[float]),
        ({"values": []}, Asked),
        ("x", object),
    ],
)
def test_what_is_of_its_kind_passes(value, kind):
    check("field", value, kind)


def test_a_whole_number_is_said_to_be_one():
    with pytest.raises(WholeNumberOutOfRange, match="whole number from 0 to 9"):
        within("seed", 1.5, 0, 9, whole=True)
    with pytest.raises(NumberOutOfRange, match="must be a number from"):
        within("psi", 10**400, 0, 9)


@pytest.mark.parametrize(
    ("number", "english", "portuguese"),
    [
        (1e9, "1,000,000,000", "1.000.000.000"),
        (0.35, "0.35", "0,35"),
        (-1000.0, "-1,000", "-1.000"),
        (7, "7", "7"),
    ],
)
def test_an_error_writes_numbers_as_the_visitors_language_does(number, english, portuguese):
    error = NumberOutOfRange(name="rate", low=number, high=2**53 - 1)
    assert f"from {english} to 9,007,199,254,740,991." in error.say("en")
    assert f"de {portuguese} a 9.007.199.254.740.991." in error.say("pt-BR")


def test_a_fact_that_is_no_number_is_said_as_it_is():
    assert "“a.b,c”" in errors.ModelNotFound(name="a.b,c").say("pt")
    assert "nan" in NumberOutOfRange(name="x", low=float("nan"), high=True).say("pt")


# ---- handlers ----


def page(work, *inputs, output=gr.Textbox, api="private"):
    """A page with one handler of these inputs; a call of it by what a browser says."""
    with guard.Guarded() as blocks:
        made, shown, button = [make() for make in inputs], output(), gr.Button()
        if api == "public":
            gr.api(work, api_name="work")
        else:
            button.click(work, made, shown, api_visibility=api)

    def call(*values, event=None):
        asked = gr.EventData(None, event)
        done = blocks.process_api(blocks.fns[0], list(values), request=PORTUGUESE, event_data=asked)
        return asyncio.run(done)["data"]

    return call


def refusal(call, *values, **rest) -> str:
    with pytest.raises(gr.Error) as error:
        call(*values, **rest)
    assert not error.value.print_exception
    return error.value.message


def test_a_text_comes_in_one_way_and_a_number_is_none():
    call = page(lambda text: text, gr.Textbox)
    assert call("cora\u200bc\u0327a\u0303o\u00a0") == ["coração "] and call(None) == [""]
    assert "deve ser um texto" in refusal(call, 5) and "nesta ordem: text." in refusal(call)


@pytest.mark.parametrize(
    ("component", "value", "said"),
    [
        (lambda: gr.Slider(0, 1, 0), 5, "de 0 a 1"),
        (lambda: gr.Slider(0, 1, 0), None, "número"),
        (lambda: gr.Number(minimum=0), "x", "número"),
        (lambda: gr.Radio(["a", "b"]), "c", "essa opção"),
        (lambda: gr.CheckboxGroup(["a"]), ["b"], "essa opção"),
        (gr.Checkbox, "yes", "verdadeiro"),
        (lambda: gr.Dropdown(["a"], allow_custom_value=True), ["a"], "texto"),
        (gr.HTML, {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}, "não pode ser lida"),
        (gr.HTML, [[{"url": "http://127.0.0.1/"}]], "não pode ser lida"),
    ],
)
def test_what_a_component_does_not_hold_is_refused_in_the_callers_language(component, value, said):
    assert said in refusal(page(lambda value: "", component), value)


def test_a_program_reads_what_its_signature_does_not_take():
    def work(text: str, models: list[str], n: int = 3) -> str:
        return f"{text} {models} {n}"

    call = page(work, api="public")
    assert call("Era\u00a0uma", ["x"], 5) == ["Era uma ['x'] 5"]
    assert "“models” deve ser uma lista" in refusal(call, "x", "y", 1)
    assert "“n” deve ser um número" in refusal(call, "x", [], "1")


def full(*_):
    raise OSError(errno.ENOSPC, "No space left on device", "/home/someone/rooms.db")


def forbidden(*_):
    raise PermissionError(errno.EACCES, "Permission denied", "/home/someone/key")


def bug(*_):
    raise ValueError("what was sent")


@pytest.mark.parametrize(
    ("work", "said"), [(full, "está cheio"), (forbidden, "permissão para “key”"), (bug, "próprio app")]
)
def test_refusals_of_the_system_and_bugs_are_one_sentence(work, said, caplog):
    assert said in refusal(page(work, gr.Textbox), "x")
    answer = guard.guarded(work)({"language": "pt"})
    assert said in answer["error"] and "someone" not in answer["error"]
    assert ("Traceback" in caplog.text) == (work is bug)


def test_every_refusal_speaks_both_languages():
    kinds = [k for k in vars(refused).values() if isinstance(k, type) and issubclass(k, GenerativeError)]
    facts = {"file": "x", "reason": "y"}
    assert all(
        kind(**facts).say("pt") != kind(**facts).say("en") for kind in kinds if kind is not GenerativeError
    )


# ---- events, scripts ----


@pytest.mark.parametrize("data", [None, 5, [], {}, {"pick": 5}, {"pick": "x" * 20_000}, {"at": "x"}])
def test_an_event_that_says_nothing_readable_is_refused(data):
    for kind, name in ((Pick, "pick"), (At, "at")):
        with pytest.raises(CallUnreadable):
            getattr(kind(None, data), name)


def test_a_pick_is_read_as_numbers_names_and_fields():
    assert Pick(None, {"pick": "3 0 -1"}).numbers(3) == [3, 0, -1] and Pick(None, None).given is None
    for pick in ("3", "3 x 1", "³ 1 1", "1e3 1 1", "9" * 30 + " 1 1"):
        with pytest.raises(CallUnreadable):
            Pick(None, {"pick": pick}).numbers(3)
    with pytest.raises(CallUnreadable):
        Pick(None, {"pick": "__class__ x"}).field({"seed": ("",)})
    with pytest.raises(CallUnreadable):
        Pick(None, {"pick": "x"}).of(["y"])


def test_a_scripts_call_is_checked_and_answers_in_its_language():
    def draw(call: Asked) -> dict:
        if not call["values"]:
            raise TextEmpty
        return {"picture": sum(call["values"])}

    draw = guard.guarded(draw)
    assert draw({"values": [1, 2]}) == {"picture": 3}
    assert "lista" in draw({"values": "x", "language": "pt-BR"})["error"]
    assert "object" in draw([])["error"] and "number" in draw({"values": [None]})["error"]
    assert "palavra" in draw({"values": [], "language": "pt"})["error"]


def test_every_function_of_a_script_says_what_it_takes():
    """Else the guard would let anything in."""
    functions = [f for block in app.build().blocks.values() for f in getattr(block, "server_fns", ())]
    kinds = {f.__qualname__: guard.parameters(f)[0][1] for f in functions}
    assert len(functions) > 30 and not [name for name, kind in kinds.items() if kind in (dict, object)], kinds
    assert ChoiceUnknown(name="x").say("pt")


def test_a_radio_takes_the_choices_that_a_visitor_was_given():
    with gr.Blocks() as page:
        words = gr.Radio([])
        words.input(lambda word: None, words)
    session = SessionState(page)
    session[words._id] = gr.Radio(["rei"], render=False)
    (fn,) = page.fns.values()
    assert guard.taken(fn, ["rei"], session) == ["rei"]
    with pytest.raises(ChoiceUnknown):
        guard.taken(fn, ["rei"])


@pytest.mark.parametrize(
    "predictions",
    [
        ["<p>x</p>", gr.skip(), {"__type__": "update", "visible": False}],
        [gr.skip(), gr.skip(), [1, 2]],
        [gr.skip()] * 3,
        gr.skip(),
        ["a", "b", None],
    ],
    ids=["one", "a list", "all", "one for all", "none"],
)
def test_what_is_skipped_is_answered_as_gradio_does_and_makes_no_component(predictions, monkeypatch):
    with guard.Guarded() as page:
        shown = [gr.HTML(), gr.HTML(), gr.JSON()]
        gr.Button().click(lambda: None, None, shown)
    (fn,) = page.fns.values()
    answers, made, begin = [], [], gr.HTML.__init__
    monkeypatch.setattr(gr.HTML, "__init__", lambda *a, **o: made.append(1) or begin(*a, **o))
    for kind in (gr.Blocks, guard.Guarded):
        made.clear()
        answers.append(asyncio.run(kind.postprocess_data(page, fn, predictions, SessionState(page))))
    assert answers[0] == answers[1]
    assert made == [] or predictions == gr.skip()  # one for all is as rare as cheap


@pytest.mark.parametrize("value", [[], [1, 2, 3], ["a"], gr.skip()], ids=["empty", "three", "one", "skipped"])
def test_one_output_may_be_a_list(value):
    with guard.Guarded() as page:
        gr.Button().click(lambda: None, None, gr.JSON())
    (fn,) = page.fns.values()
    answers = [
        asyncio.run(kind.postprocess_data(page, fn, value, SessionState(page)))
        for kind in (gr.Blocks, guard.Guarded)
    ]
    assert answers[0] == answers[1]
