"""What a question is: one line, and what may be answered. The questions of the views are in questions.py."""

from typing import NamedTuple

Both = tuple[str, str]  # Portuguese, English


class Question(NamedTuple):
    """One line, and what may be answered; there is no right answer here, one looks and sees.

    view: the tab and the view that it asks about; () for a question of a teacher's own.
    """

    view: tuple[str, str] | tuple[()]
    text: Both
    answers: tuple[Both, ...]
