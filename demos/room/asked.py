"""A question that a room asks: one of the app's own, by its name, or a teacher's, cleaned and checked.

What it does not know: rooms, votes. No answer is the right one, unless a teacher's own question says which.
"""

from typing import NamedTuple

from demos.room.errors import AnswersInvalid, QuestionInvalid, QuestionUnknown, RequestUnreadable
from demos.ui.question import Question
from demos.ui.questions import QUESTIONS
from generative.text import line

TEXT, ANSWER = 200, 60  # characters
FEWEST, MOST = 2, 5  # answers


class Asked(NamedTuple):
    """A question under its name; '' for a teacher's own, whose texts are the same in both languages.

    target: the place of the right answer, told at the reveal; None where none is right.
    """

    name: str
    question: Question
    target: int | None = None

    @property
    def view(self) -> str:
        """The app's address of the view that the question is about; '' where there is none."""
        return "/?tab={}&view={}".format(*self.question.view) if self.question.view else ""

    def as_content(self) -> str | dict:
        """What `read` reads."""
        _, text, answers = self.question
        own = {"text": text[0], "answers": [answer[0] for answer in answers]}
        return self.name or own | ({} if self.target is None else {"target": self.target})


def read(content: object) -> Asked:
    """A name, or {text, answers}, also with target: the place of the right one.

    Raises QuestionUnknown, QuestionInvalid, AnswersInvalid, RequestUnreadable.
    """
    if isinstance(content, str):
        if content not in QUESTIONS:
            raise QuestionUnknown(name=line(content)[:40])
        return Asked(content, QUESTIONS[content])
    if not isinstance(content, dict) or content.keys() - {"text", "answers", "target"}:
        raise RequestUnreadable()
    text, answers, target = (
        _text(content.get("text")),
        _answers(content.get("answers")),
        content.get("target"),
    )
    if target is not None and (isinstance(target, bool) or target not in range(len(answers))):
        raise RequestUnreadable()
    return Asked("", Question((), (text, text), tuple((a, a) for a in answers)), target)


def _text(content: object) -> str:
    text = line(content) if isinstance(content, str) and len(content) <= 10 * TEXT else ""
    if not 1 <= len(text) <= TEXT:
        raise QuestionInvalid(limit=TEXT)
    return text


def _answers(content: object) -> list[str]:
    """Two to five that differ in more than capitals and blanks."""
    listed = content if isinstance(content, list) and FEWEST <= len(content) <= MOST else []
    answers = [line(a) for a in listed if isinstance(a, str) and len(a) <= 10 * ANSWER]
    fit = bool(answers) and all(1 <= len(answer) <= ANSWER for answer in answers)
    if not fit or len({answer.casefold() for answer in answers}) != len(content):
        raise AnswersInvalid(fewest=FEWEST, most=MOST, limit=ANSWER)
    return answers
