"""One way in for every text: what looks the same is the same, whoever typed, pasted, linked or sent it.

A Mac writes "ã" as a letter and an accent, a phone ends a word with a no-break space, a copied line carries a
byte order mark: a model reads other tokens in each, and shows other bars. Unicode's normalization forms:
https://www.unicode.org/reports/tr15/. It knows no language and no model.
"""

import unicodedata

import regex

BREAK = regex.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
BLANK = regex.compile(r"[\t\p{Zs}]")
# What nobody sees: control characters, NUL among them, directions of writing, soft hyphens, byte order marks.
# What joins or colours a character stays where it does so: emoji of several, flags, scripts that need it.
JOINS = r"\u200C\u200D\uFE00-\uFE0F\U000E0020-\U000E007F"
UNSEEN = regex.compile(
    rf"[[\p{{Cc}}\p{{Cf}}\p{{Default_Ignorable_Code_Point}}]--[\n{JOINS}]]", flags=regex.VERSION1
)
CONTROL = regex.compile(r"[\p{Cc}\p{Cs}]")  # also halves of surrogate pairs
LOST = regex.compile(
    rf"(?<=^|\s|\p{{Latin}}\p{{M}}*)[{JOINS}]+|[\u200C\u200D]+(?=$|[\s\p{{Latin}}])",
)


def plain(text: str) -> str:
    """The text in composed characters (NFC), with one kind of blank and of line break, nothing unseen in it,
    and nothing blank before its first word. Twice is as once.

    A blank at its end stays: it says that the last word is whole. Halves of surrogate pairs become U+FFFD.
    """
    if text.isascii() and text.isprintable():
        return text.lstrip()
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text, before = UNSEEN.sub("", BLANK.sub(" ", BREAK.sub("\n", text))), ""
    while text != before:  # a character that goes may bring together what composes
        text, before = LOST.sub("", unicodedata.normalize("NFC", text)).lstrip(), text
    return text


def line(text: str) -> str:
    """The same on one line, for a name or a short answer: without blanks at its ends or runs of them."""
    return " ".join(plain(CONTROL.sub(" ", text)).split())
