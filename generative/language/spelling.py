"""How the tokens of a vocabulary spell words, and what counts as one word.

A unit of text is a word (letters and digits, with hyphens and apostrophes inside or after), a mark of
punctuation or a symbol, or a line break; the blank before it belongs to it. It knows no model.
"""

import bisect
import codecs
import itertools
from dataclasses import dataclass

import regex
import torch
from torch import Tensor

LETTER = r"[\p{L}\p{M}\p{N}_'’-]"  # what goes on with a word; a word begins with one of the first
UNIT = regex.compile(rf"[^\S\r\n]*(?:(?P<word>[\p{{L}}\p{{N}}_]{LETTER}*)|[^\s\p{{L}}\p{{N}}_]+)|\s+")
A_WORD = regex.compile(rf"[\p{{L}}\p{{N}}_]{LETTER}*+")
GOES_ON = regex.compile(rf"{LETTER}+")
WORD, OVER, OPEN = "word", "over", "open"


def split(text: str) -> list[str]:
    """A text in words with their leading blanks, runs of punctuation, and line breaks; joined, the text."""
    return [match[0] for match in UNIT.finditer(text)]


def _offsets(parts: list[bytes]) -> list[int]:
    """Where each part begins, in bytes."""
    return list(itertools.accumulate(map(len, parts), initial=0))[:-1]


def begun_in(pieces: list[bytes]) -> tuple[list[bytes], list[int]]:
    """The units that pieces spell together, and for each piece the number of the unit in which it begins."""
    text = b"".join(pieces).decode("utf-8", "surrogateescape")  # one character for each byte that is no text
    units = [unit.encode("utf-8", "surrogateescape") for unit in split(text)]
    begins = _offsets(units)
    return units, [bisect.bisect_right(begins, offset) - 1 for offset in _offsets(pieces)]


def count_words(text: str) -> int:
    """How many words a text has; punctuation counts for none."""
    return len(A_WORD.findall(text))


def is_word(unit: str) -> bool:
    """Whether a unit is a word, and neither punctuation nor blank."""
    match = UNIT.match(unit)
    return bool(match and match["word"])


def first_unit(text: str) -> tuple[str, str]:
    """(kind, unit) of what a text that is being spelt begins with.

    WORD: so far one word, to which letters may come; OVER: this unit is complete; OPEN: only blanks so far.
    """
    match = UNIT.match(text)
    if match is None or (not match[0].strip() and "\n" not in match[0]):
        return OPEN, text
    if match["word"]:
        return (WORD if match.end() == len(text) else OVER), match[0]
    return OVER, match[0]


def unfinished(piece: bytes) -> bool:
    """Whether bytes end in the middle of a UTF-8 character."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    decoder.decode(piece)
    return bool(decoder.getstate()[0])


@dataclass(frozen=True)
class Spelling:
    """What each of the V tokens does after a word."""

    pieces: list[bytes]
    ends: Tensor  # (V,) of bool: the word is over: a blank, punctuation, or the end of the text
    goes_on: Tensor  # (V,) all but `ends`, as float64 to multiply with
    mixed: list[int]  # tokens within which a word goes on and is over, or a mark is
    unclear: list[int]  # tokens that are a part of a character
    special: frozenset[int]
    tokens_of: dict[bytes, list[int]]
    order: list[int]  # all tokens, by their bytes

    def beginning_with(self, start: bytes) -> list[int]:
        """The tokens whose bytes begin with `start`; special ones are never among them."""
        low = bisect.bisect_left(self.order, start, key=lambda t: self.pieces[t])
        high = bisect.bisect_left(self.order, start + b"\xff" * 5, key=lambda t: self.pieces[t])
        return self.order[low:high]

    def spelt_by(self, text: bytes) -> list[tuple[int, int]]:
        """(token, length) of every token whose bytes stand at the beginning of `text`."""
        return [(token, n) for n in range(1, len(text) + 1) for token in self.tokens_of.get(text[:n], [])]


def _kind(piece: bytes) -> str:
    """What a token does after a word: end it, go on, or not clear from its first bytes."""
    text = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode(piece)
    if piece and not text:
        return "unclear"
    return "goes on" if GOES_ON.match(text) else "ends"


def _is_mixed(piece: bytes) -> bool:
    """Whether one unit is over within a token and another begins."""
    text = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode(piece)
    return len(split(text)) > 1 or bool((m := GOES_ON.match(text)) and m.end() < len(text))


def spelling(pieces: list[bytes], special: set[int]) -> Spelling:
    """Sort a vocabulary: pieces[token] are the bytes of each token."""
    kinds = [_kind(piece) if token not in special else "ends" for token, piece in enumerate(pieces)]
    ends = torch.tensor([kind == "ends" for kind in kinds])
    unclear = [token for token, kind in enumerate(kinds) if kind == "unclear"]
    mixed = [token for token, piece in enumerate(pieces) if token not in special and _is_mixed(piece)]
    tokens_of: dict[bytes, list[int]] = {}
    plain = [t for t, piece in enumerate(pieces) if piece and t not in special]
    for token in plain:
        tokens_of.setdefault(pieces[token], []).append(token)
    order = sorted(plain, key=pieces.__getitem__)
    return Spelling(pieces, ends, (~ends).double(), mixed, unclear, frozenset(special), tokens_of, order)
