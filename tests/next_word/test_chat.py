"""The switch that makes a chat of the sentence."""

from demos.next_word import tab as next_word
from generative import language


def test_as_a_chat_lays_the_message_out_and_off_again_brings_it_back(monkeypatch):
    laid = "<user>Oi<assistant>"
    monkeypatch.setattr(language.chat, "laid_out", lambda text, model: laid)
    on = next_word.as_chat(True, "Oi", "owner/chatty", "pt", [])
    assert on == (laid, ["Oi"], True)
    assert next_word.as_chat(False, laid, "owner/chatty", "pt", ["Oi"]) == ("Oi", [], False)


def test_a_model_that_cannot_chat_leaves_message_and_switch_as_they_were(monkeypatch):
    said = []
    monkeypatch.setattr(next_word.gr, "Warning", said.append)
    assert next_word.as_chat(True, "Oi", "", "pt-BR", ["Era"]) == ("Oi", ["Era"], False)
    assert "instruct" in said[0] and "“médio” não tem" in said[0]
