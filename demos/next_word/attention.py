"""Attention: which earlier words the model looks at, from any word of the sentence, head by head."""

from typing import NamedTuple

import gradio as gr
from markupsafe import Markup

from demos.next_word.view import Sentence, View, visible, waiting
from demos.ui import ask, frame
from demos.ui.bars import Bar, Bars
from demos.ui.clickable import Clickable, Pick
from demos.ui.errors import spoken, verdict
from demos.ui.frame import QUICK
from demos.ui.gpu import lent
from demos.ui.templates import render
from demos.ui.texts import Texts, beside, percent
from generative.errors import GenerativeError
from generative.language import attention
from generative.language.attention import LAST, MEAN, START

TEXTS = Texts(
    "words_attention",
    {
        "lead": (
            "Atenção (*attention*): a parte do olhar que cada palavra recebe. Toque em uma para olhar dali.",
            "Attention: the share of the look that each word receives. Tap a word to look from there.",
        ),
        "start": ("[início]", "[start]"),
        "start_is": (
            "token de início, antes da primeira palavra: {p}",
            "start token, before the first word: {p}",
        ),
        "after": ("vem depois, não é vista", "comes later, not seen"),
        "from_here": ("daqui: {p}", "from here: {p}"),
        "looks_last": ("Ao prever o que vem depois de “{word}”", "Predicting what comes after “{word}”"),
        "looks": ("Ao ler “{word}”", "Reading “{word}”"),
        "mean": ("média das {n} cabeças", "mean of all {n} heads"),
        "one": ("camada {layer}, cabeça {head}", "layer {layer}, head {head}"),
        "others": ("outras palavras ({n})", "other words ({n})"),
        "left_out": (
            "O modelo lê só o fim de um texto longo; palavras que ficaram de fora: {n}.",
            "The model reads only the end of a long text; words left out: {n}.",
        ),
        "shading": (
            "Contorno: a palavra de onde se olha. Mais olhada: fundo mais forte, traço mais longo; as cinco "
            "mais olhadas trazem o número. As partes somam 100 %.",
            "Outlined: the word from which the model looks. Looked at more: stronger ground, longer line; "
            "the top five carry their number. The shares sum to 100%.",
        ),
        "unseen": (
            "Em cinza: o que vem depois, que ela não vê.",
            "Grey: what comes later, which it cannot see.",
        ),
        "nth": ("{word} ({n}ª)", "{word} (#{n})"),
        "heads": ("Cada cabeça", "Each head"),
        "cell": (
            "camada {layer}, cabeça {head}: sobretudo “{word}”, {p}",
            "layer {layer}, head {head}: mostly “{word}”, {p}",
        ),
        **beside(__file__),
    },
)
TOP = 5  # words with a number
LONG = 80  # words from which on the sentence is set smaller
lent_looks = lent(attention.looks)


class Choice(NamedTuple):
    """What a visitor tapped: a word of one text, and a head of one model (both MEAN: the average)."""

    text: str = ""
    model: str = ""
    place: int = LAST
    layer: int = MEAN
    head: int = MEAN


class Shown(NamedTuple):
    """What is drawn: where a word looks, the head chosen (MEAN: all), and its shares of the words."""

    looks: attention.Looks
    layer: int
    head: int
    shares: list[float]
    lang: str

    @property
    def begins(self) -> bool:
        """Whether words[0] is the start token."""
        return self.looks.words[0] == START

    @property
    def is_last(self) -> bool:
        """Whether it is the last word that looks: nothing comes after it."""
        return self.looks.place == len(self.looks.words) - 1

    def top(self) -> list[int]:
        """The places of the words most looked at, without the start token."""
        places = range(self.begins, len(self.shares))
        return sorted(places, key=lambda i: -self.shares[i])[:TOP]


class Word(NamedTuple):
    """A word of the sentence: its share as a length (0 to 1) and in words, its number if it is at the top."""

    text: str
    place: int
    seen: bool
    share: float
    said: str
    number: str
    ends_line: bool


class Head(NamedTuple):
    """A head: what it looks at most, in words, and its strip of the sentence (see `strip`)."""

    layer: int
    head: int
    said: str
    strip: "Strip"


class Strip(NamedTuple):
    """Shares over n words as thin bars: an SVG path, how thick it is, and what the shares sum to."""

    n: int
    path: str
    thick: float
    all: float


def build(s: Sentence) -> View:
    """The sentence, its five most looked-at words, and the heads; a tap chooses a word or a head."""
    with ask.asked("attention"):
        frame.lead(TEXTS)
        picture = Clickable(waiting(stage=True), elem_classes="veiled")
    gr.Markdown(TEXTS["honest"], elem_classes="note")
    choice = gr.State(Choice())
    picture.pick(choose, [*s], [choice, picture], **QUICK, trigger_mode="always_last")
    return View(picture, draw, (choice,))


def choose(text: str, model: str, lang: str, event: Pick) -> tuple[Choice, Markup]:
    """A tap: `event.pick` is "place layer head"."""
    choice = Choice(text, model, *event.numbers(3))
    with spoken(lang):
        return choice, page(look(text, model, lang, choice))


def draw(text: str, model: str, lang: str, choice: Choice) -> Markup:
    """The view as HTML, or the sentence that says why there is none."""
    try:
        return page(look(text, model, lang, choice))
    except GenerativeError as error:
        return verdict(error, lang)


def look(text: str, model: str, lang: str, choice: Choice) -> Shown:
    """What was chosen; another text begins at its last word, another model at the average."""
    looks = lent_looks(text, model, choice.place if choice.text == text else LAST)
    layer, head = (choice.layer, choice.head) if choice.model == model else (MEAN, MEAN)
    return Shown(looks, layer, head, looks.shares(layer, head), lang)


def page(shown: Shown) -> Markup:
    """The sentence, the top five, and all heads."""
    looks = shown.looks
    facts = {
        "shown": shown,
        "who": TEXTS.say(
            "looks_last" if shown.is_last else "looks", shown.lang, word=name(looks.words[looks.place])
        ),
        "words": words(shown),
        "start": percent(shown.shares[0], shown.lang, 0) if shown.begins else "",
        "long": len(looks.words) - shown.begins > LONG,
        "bars": top_bars(shown),
        "heads": heads(shown),
    }
    return render("next_word/attention.html", TEXTS, shown.lang, **facts, mean=MEAN)


# ---- the sentence ----


def words(shown: Shown) -> list[Word]:
    """Each word: how strongly it is shaded, and its number if it is one of the top."""
    numbered = shown.top()
    most = max((shown.shares[i] for i in numbered), default=0.0) or 1.0
    found = []
    for i, text in enumerate(shown.looks.words[shown.begins :], start=shown.begins):
        seen = i <= shown.looks.place
        p = shown.shares[i] if seen else 0.0
        said = TEXTS.say("from_here" if seen else "after", shown.lang, p=percent(p, shown.lang))
        number = percent(p, shown.lang, 0) if i in numbered else ""
        found.append(Word(name(text), i, seen, p / most, said, number, "\n" in text))
    return found


def name(text: str) -> str:
    """A word without the blank before it; what is nothing but blanks is made visible."""
    return visible(text.strip(" ") or text)


# ---- the top five ----


def top_bars(shown: Shown) -> Bars:
    """The five most looked at, all other words, and the start token apart."""
    places = shown.top()
    rows = [Bar(label(shown, i), shown.shares[i]) for i in places]
    left = [p for i, p in enumerate(shown.shares) if i >= shown.begins and i not in places]
    others = Bar(TEXTS.say("others", shown.lang, n=len(left)), sum(left))
    if not shown.begins:
        return Bars(rows, others)
    start = Bar(TEXTS.say("start", shown.lang), shown.shares[0])
    return Bars([*rows, others] if left else rows, start)


def label(shown: Shown, i: int) -> str:
    """A word; if the sentence has it twice, with its place."""
    names = [name(text) for text in shown.looks.words[shown.begins : shown.looks.place + 1]]
    own = name(shown.looks.words[i])
    return own if names.count(own) == 1 else TEXTS.say("nth", shown.lang, word=own, n=i - shown.begins + 1)


# ---- all heads ----


def heads(shown: Shown) -> list[list[Head]]:
    """Layers x heads."""
    return [
        [
            Head(layer, i, most_looked_at(shown, layer, i, p), strip(p[shown.begins :]))
            for i, p in enumerate(row)
        ]
        for layer, row in enumerate(shown.looks.weights.tolist())
    ]


def most_looked_at(shown: Shown, layer: int, head: int, shares: list[float]) -> str:
    """A head for the ear and the mouse: which word it looks at most."""
    best = max(range(shown.begins, len(shares)), key=shares.__getitem__, default=0)
    facts = {"p": percent(shares[best], shown.lang, 0), "word": name(shown.looks.words[best])}
    return TEXTS.say("cell", shown.lang, layer=layer + 1, head=head + 1, **facts)


def strip(shares: list[float]) -> Strip:
    """Shares over the words as thin bars, the largest as high as the strip; below, what they sum to."""
    n, most = max(len(shares), 1), max(shares, default=0.0) or 1.0
    path = "".join(f"M{i + 0.5} 40V{40 - 40 * p / most:.0f}" for i, p in enumerate(shares) if p > most / 40)
    return Strip(n, path, max(0.8, n / 30), n * sum(shares))
