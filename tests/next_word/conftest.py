"""A visitor's text that would be an element of the page, and how to find it there as text."""

from collections.abc import Callable
from html.parser import HTMLParser

import pytest

EVIL = """<img src=x onerror='alert(1)'>&"b\""""


class Reader(HTMLParser):
    """What a browser makes of a view: its elements, and all its texts and attributes."""

    def __init__(self, html: str):
        super().__init__()
        self.elements: set[str] = set()
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.elements.add(tag)
        self.texts += [value or "" for _, value in attrs]
        assert not [name for name, _ in attrs if name.startswith("on")], attrs

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture
def evil() -> str:
    return EVIL


@pytest.fixture
def times() -> Callable[..., int]:
    """In how many places of a view, text or attribute, a text stands; it has made no element."""

    def count(html: str, text: str = EVIL) -> int:
        read = Reader(html)
        strange = [name for name in read.elements if name == "img" or not name.isalnum()]
        assert not strange, strange
        return sum(text in one for one in read.texts)

    return count
