"""What the server keeps of a visitor: what Python set, and nothing of the page."""

import gradio as gr
from gradio.state_holder import SessionState, StateHolder

from demos.ui import memory


def page() -> gr.Blocks:
    with gr.Blocks() as made:
        for _ in range(3):
            gr.Textbox("words " * 100)
        gr.State(["first"])
    return made


def test_a_session_keeps_what_was_set_and_no_copy_of_the_page(monkeypatch):
    for name in ("__init__", "_update_config", "_update_value_in_config"):
        monkeypatch.setattr(SessionState, name, getattr(SessionState, name))  # put back after the test
    made = page()
    assert len(SessionState(made).config_values) > 3  # what Gradio keeps by itself
    memory.lean_sessions(made)
    one, other = SessionState(made), SessionState(made)
    text, state = (
        next(b for b in made.blocks.values() if isinstance(b, kind)) for kind in (gr.Textbox, gr.State)
    )
    one[state._id] = ["second"]
    one[text._id] = text
    one._update_config(text._id)
    one._update_value_in_config(text._id, "x" * 10_000)
    assert one[state._id] == ["second"] and other[state._id] == ["first"]
    assert not one.config_values and list(one.components) == []
    assert [value for _, value, _ in one.state_components] == [["second"]]


def test_only_so_many_sessions_are_kept_and_those_used_last(monkeypatch):
    monkeypatch.setattr(memory, "MOST", 2)
    for name in ("__init__", "_update_config", "_update_value_in_config"):
        monkeypatch.setattr(SessionState, name, getattr(SessionState, name))
    memory.lean_sessions(made := page())
    holder = StateHolder()
    holder.set_blocks(made)
    for session in ("a", "b", "a", "c", "d"):
        holder[session]
    assert len(holder.session_data) <= 3 and "d" in holder and "b" not in holder
