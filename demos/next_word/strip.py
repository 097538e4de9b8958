"""The chain rule under a sentence: each word with its probability and colour, the running product."""

from html import escape

from demos.ui.charts import visible
from demos.ui.errors import verdict
from demos.ui.gpu import lent
from demos.ui.texts import PORTUGUESE, Texts, chance, number, which
from generative.errors import GenerativeError
from generative.language import chain

TEXTS = Texts(
    "words_strip",
    {
        "total": (
            "p(texto) = 1 em {n} · {bits} bits · perplexidade {perplexity} por palavra",
            "p(text) = 1 in {n} · {bits} bits · perplexity {perplexity} per word",
        ),
        "legend": (
            "a palavra estava entre as 10 mais esperadas|entre as 100|entre as 1.000|nem entre as 1.000",
            "the word was among the 10 most expected|among 100|among 1,000|not among 1,000",
        ),
        "one_in": ("1 em {n}", "1 in {n}"),
        "left_out": (
            "O modelo lê só o fim de um texto longo: {n} palavras do começo ficaram de fora.",
            "The model reads only the end of a long text: {n} words at its beginning were left out.",
        ),
    },
)
RANKS = (10, 100, 1000)
SCALES = ((1e12, "trilhões", "trillion"), (1e9, "bilhões", "billion"), (1e6, "milhões", "million"))

lent_chain = lent(chain.chain)


def one_in(bits: float, lang: str) -> str:
    """2 ** bits as a class reads it: 45; 1.234; 5,6 milhões; 10^21."""
    if bits > 50:
        power = round(bits * 0.30103)
        return f"10<sup>{power}</sup>"
    n = 2**bits
    for size, portuguese, english in SCALES:
        if n >= size:
            name = portuguese if which(lang) == PORTUGUESE else english
            return f"{number(n / size, lang)} {name}"
    text = f"{n:,.0f}" if n >= 10 else f"{n:.1f}"
    return text.translate(str.maketrans(",.", ".,")) if which(lang) == PORTUGUESE else text


def level(rank: int) -> int:
    """0 among the 10 best, 1 among 100, 2 among 1,000, else 3 (the classes of GLTR, Gehrmann et al. 2019)."""
    return sum(rank > r for r in RANKS)


def strip(text: str, model: str, lang: str, visitor: str = "", place: int | None = None) -> str:
    """The words of the text as buttons; a tap gives the place, in characters, where a word begins."""
    if not text.strip():
        return ""
    try:
        scored = lent_chain(text, model, visitor)
    except GenerativeError as error:
        return verdict(error, lang)
    at = len(text.rstrip(" \t")) - sum(len(w.text) for w in scored.words)
    cells, bits = [], 0.0
    for i, word in enumerate(scored.words):
        bits += chain.bits(word.p)
        chosen = ' aria-pressed="true"' if place == at else ""
        cells.append(
            f'<button class="r{level(word.rank)}" data-pick="{at}"{chosen}><b>{escape(shown(word.text))}</b>'
            f"<i>{chance(word.p, lang)}</i>"
            f"<s>{TEXTS.say('one_in', lang, n=one_in(bits, lang)) if i else '&nbsp;'}</s></button>"
        )
        at += len(word.text)
    return f'<div class="strip">{"".join(cells)}</div>{total(scored, lang)}'


def shown(word: str) -> str:
    """A word without the blank before it; line breaks as arrows."""
    return visible(word.lstrip(" ")) or visible(word)


def total(scored: chain.Chain, lang: str) -> str:
    """The product over all words, in three ways."""
    line = TEXTS.say(
        "total",
        lang,
        n=one_in(scored.bits, lang),
        bits=number(scored.bits, lang),
        perplexity=one_in(scored.bits / len(scored.words), lang),
    )
    left = f" {TEXTS.say('left_out', lang, n=scored.left_out)}" if scored.left_out else ""
    return f'<p class="total">{line}{left}</p>'


def legend(lang: str) -> str:
    """What the four colours mean."""
    names = TEXTS.say("legend", lang).split("|")
    items = "".join(f'<span class="r{i}">{name}</span>' for i, name in enumerate(names))
    return f'<p class="legend">{items}</p>'
