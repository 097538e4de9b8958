"""A text that is markup wherever nothing escapes it, and whether some HTML keeps it a text."""

from html.parser import HTMLParser

EVIL = '"><img src=x onerror=alert(1)>'


class _Reader(HTMLParser):
    def __init__(self, html: str):
        super().__init__()
        self.attributes, self.text = set(), ""
        self.feed(str(html))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def harmless(html: str) -> bool:
    """No element came of EVIL, neither from a text nor by leaving an attribute."""
    return "onerror" not in _Reader(html).attributes


def says(html: str, text: str = EVIL) -> bool:
    """The text can be read on the page."""
    return text in _Reader(html).text
