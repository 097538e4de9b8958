"""Words that keep a document out of the last stretch of training: sexual and abusive ones, listed_words.txt.

Whole words alone: a word that only contains a listed one stays, and so do words with an innocent sense (the
donkey and the cock of a fable). What the list does not know: who is insulted without a rude word.
"""

import re
from pathlib import Path

LIST = Path(__file__).with_name("listed_words.txt")


def words() -> frozenset[str]:
    """The list, in small letters; lines that begin with # are headings."""
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


WORDS = words()
WORD = re.compile(r"[^\W\d_]+")


def listed(text: str) -> list[str]:
    """The listed words in a text, in small letters, each as often as it stands there."""
    return [word for word in WORD.findall(text.lower()) if word in WORDS]
