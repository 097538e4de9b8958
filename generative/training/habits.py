"""Habits that a model for a class must not pick up at the end of its training: questions and refrains.

Picture books ask ("Who is hiding?") and repeat a line on every page. A small model that reads them last asks
and repeats without end, so documents that do are left out of the last stretch, and
benchmarks/continuations.py counts how much of it is left in what the models write.
"""

import collections
import re

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")  # don't, guarda-chuva
RUN, TIMES = 4, 2  # words in a row, and how often they may come ...
PAGE = 60  # ... in so many words
ASKS = (
    "what|how|why|who|where|when|which|o que|que|qual|quais|como|por que|porque|por quê|quem|onde|quando|"
    "quanto|quantos|quantas"
)
PATTERNS = {  # as the sets of questions and dialogues write them; a story asks in quotes, or inside a line
    "a line that is a bare question": re.compile(rf"(?im)^(?:{ASKS})\b[^.!?\n\"“”«»—–]*\?[ \t]*$"),
    "a label of who speaks or answers": re.compile(
        r"(?im)^(?:[AB]|Q|P|R|question|answer|pergunta|resposta)[ \t]*:"
    ),
    "a choice of answers": re.compile(r"(?m)^\(?[A-Ea-e]\)[ \t]"),
}


def asks(text: str) -> bool:
    """Whether a text asks, answers or takes turns as the PATTERNS do."""
    return any(pattern.search(text) for pattern in PATTERNS.values())


def runs(words: list[str]) -> int:
    """How often the commonest run of RUN words comes."""
    counts = collections.Counter(zip(*(words[i:] for i in range(RUN)), strict=False))
    return max(counts.values(), default=0)


def repeats(text: str) -> bool:
    """Whether a run of words comes more than TIMES times in a page of a text; pages overlap by half."""
    words = WORD.findall(text.lower())
    starts = range(0, max(1, len(words) - PAGE // 2), PAGE // 2)
    return any(runs(words[i : i + PAGE]) > TIMES for i in starts)
