"""What keeps a document out of the last stretch: bare questions, labels, choices, refrains."""

import pytest

from generative.training import habits, mix
from generative.training.data import Documents


@pytest.mark.parametrize(
    "text",
    [
        "The rabbit hid.\nWho is hiding?\nIt is me.",
        "O coelho sumiu.\nOnde ele está?",
        "Pergunta: quantas patas?\nResposta: quatro.",
        "Choose one.\nA) a cat\nB) a dog",
    ],
)
def test_texts_that_ask_are_found(text):
    assert habits.asks(text)


@pytest.mark.parametrize("text", ['"Who is hiding?" asked the fox.', "Ela perguntou onde ele estava.", ""])
def test_a_question_within_a_story_is_none(text):
    assert not habits.asks(text)


def test_a_refrain_is_one_within_a_page_and_none_over_a_book():
    line, page = "we are going on a walk ", " ".join(map(str, "abcdefghijklmnopqrstuvwxyz")) + " "
    assert habits.repeats(line * 3) and not habits.repeats(line * 2)
    assert not habits.repeats(line + page * 2 + line + page[::-1] * 2 + line)
    assert habits.runs(["a", "b", "c", "d", "a", "b", "c", "d"]) == 2 and habits.runs([]) == 0


def test_documents_with_habits_are_left_out():
    documents = ["A quiet story.", "What is it?", "go on and on " * 6]
    assert mix.without_habits([Documents("en_x", documents)]) == [Documents("en_x", documents[:1])]
