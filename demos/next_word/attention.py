"""Attention: which earlier words the model looks at, from any word of the sentence, head by head."""

from html import escape
from typing import NamedTuple

import gradio as gr

from demos.next_word.view import Sentence, View
from demos.ui.charts import Bar, bars, visible
from demos.ui.clickable import Clickable
from demos.ui.errors import spoken, verdict
from demos.ui.gpu import lent
from demos.ui.texts import Texts, percent
from generative.errors import GenerativeError
from generative.language import attention
from generative.language.attention import LAST, MEAN, START

TEXTS = Texts(
    "words_attention",
    {
        "lead": (
            "Para prever, o modelo olha para trás: a atenção (*attention*) é a parte que cada palavra já "
            "escrita recebe desse olhar. Toque em uma palavra para ver para onde ele olha a partir dela.",
            "To predict, the model looks back: attention is the share of that look which each word so far "
            "receives. Tap a word to see where the model looks from there.",
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
        "grid": (
            "Uma linha por camada (layer), da primeira à última; uma coluna por cabeça (head). Em cada "
            "quadro, as palavras da esquerda para a direita: a mais olhada tem a altura toda. O traço "
            "embaixo é a parte das palavras; o resto vai para o início. Toque em um quadro para ver "
            "essa cabeça na frase.",
            "One row per layer, from first to last; one column per head. In each box, the words from left "
            "to right: the one most looked at has the full height. The line below is the share of the "
            "words; the rest goes to the start. Tap a box to see that head in the sentence.",
        ),
        "cell": (
            "camada {layer}, cabeça {head}: sobretudo “{word}”, {p}",
            "layer {layer}, head {head}: mostly “{word}”, {p}",
        ),
        "honest": (
            "As partes são exatas, as mesmas com que o modelo calcula. A média dá o mesmo peso a todas as "
            "camadas e cabeças: um resumo nosso, não uma conta do modelo. Quando não acha o que "
            "procurar, uma cabeça costuma descansar no início ou em um ponto: é o *attention sink* "
            "([Xiao et al. 2023](https://arxiv.org/abs/2309.17453)). E olhar não é explicar: "
            "outras atenções podem levar à mesma previsão ([Jain & Wallace 2019](https://arxiv.org/abs/1902.10186)).",
            "The shares are exact, those with which the model computes. The mean gives every layer and head "
            "the same weight: our summary, not a step of the model. With nothing to look for, a head often "
            "rests on the start or on a full stop: the attention sink ([Xiao et al. 2023]"
            "(https://arxiv.org/abs/2309.17453)). And looking is not explaining: other attention can lead "
            "to the same prediction ([Jain & Wallace 2019](https://arxiv.org/abs/1902.10186)).",
        ),
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


def build(s: Sentence) -> View:
    """The sentence, its five most looked-at words, and the heads; a tap chooses a word or a head."""
    gr.Markdown(TEXTS["lead"], elem_classes="note")
    picture = Clickable(min_height=480)
    gr.Markdown(TEXTS["honest"], elem_classes="note")
    choice = gr.State(Choice())
    picture.pick(
        choose,
        [s.text, s.model, s.language],
        [choice, picture],
        show_progress="hidden",
        api_visibility="private",
        trigger_mode="always_last",
    )
    return View(picture, draw, (choice,))


def choose(text: str, model: str, lang: str, event: gr.EventData) -> tuple[Choice, str]:
    """A tap: `event.pick` is "place layer head"."""
    choice = Choice(text, model, *map(int, event.pick.split()))
    with spoken(lang):
        return choice, page(look(text, model, lang, choice))


def draw(text: str, model: str, lang: str, choice: Choice) -> str:
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


def page(shown: Shown) -> str:
    return (
        f'<div class="attention">{sentence(shown)}{legend(shown)}'
        f'<div class="beside"><section>{title(shown)}{top_bars(shown)}</section>'
        f"<section>{grid(shown)}</section></div></div>"
    )


# ---- the sentence ----


def top(shown: Shown) -> list[int]:
    """The places of the words most looked at, without the start token."""
    places = range(shown.begins, len(shown.shares))
    return sorted(places, key=lambda i: -shown.shares[i])[:TOP]


def sentence(shown: Shown) -> str:
    numbered = top(shown)
    most = max((shown.shares[i] for i in numbered), default=0.0) or 1.0
    first = start_chip(shown) if shown.begins else ""
    words = [word(shown, i, most, i in numbered) for i in range(shown.begins, len(shown.looks.words))]
    size = "gaze long" if len(words) > LONG else "gaze"
    return f'<div class="{size}">{first}{"".join(words)}</div>'


def start_chip(shown: Shown) -> str:
    p = escape(percent(shown.shares[0], shown.lang, 0))
    said = TEXTS.say("start_is", shown.lang, p=p)
    return f'<span class="start" title="{said}">{TEXTS.say("start", shown.lang)}<small>{p}</small></span>'


def word(shown: Shown, i: int, most: float, numbered: bool) -> str:
    """One word: how strongly it is shaded, its number if it is one of the top, and what a tap picks."""
    text, seen = shown.looks.words[i], i <= shown.looks.place
    p = shown.shares[i] if seen else 0.0
    said = TEXTS.say("from_here" if seen else "after", shown.lang, p=percent(p, shown.lang))
    number = escape(percent(p, shown.lang, 0)) if numbered else ""
    return (
        f'<button data-pick="{i} {shown.layer} {shown.head}" title="{escape(said)}" '
        f'aria-pressed="{"true" if i == shown.looks.place else "false"}" '
        f'class="{"seen" if seen else "later"}" style="--share:{p / most:.3f}">'
        f"{escape(name(text))}<small>{number}</small></button>" + ("<hr>" if "\n" in text else "")
    )


def name(text: str) -> str:
    """A word without the blank before it; what is nothing but blanks is made visible."""
    return visible(text.strip(" ") or text)


def legend(shown: Shown) -> str:
    notes = [TEXTS.say("shading", shown.lang)]
    if shown.looks.place < len(shown.looks.words) - 1:
        notes.append(TEXTS.say("unseen", shown.lang))
    if shown.looks.left_out:
        notes.insert(0, TEXTS.say("left_out", shown.lang, n=shown.looks.left_out))
    return f'<p class="note">{" ".join(notes)}</p>'


# ---- the top five ----


def title(shown: Shown) -> str:
    """Who looks, and by which head."""
    looks, lang = shown.looks, shown.lang
    last = looks.place == len(looks.words) - 1
    who = TEXTS.say("looks_last" if last else "looks", lang, word=name(looks.words[looks.place]))
    return f"<h4>{escape(who)}<br><b>{which_head(shown)}</b></h4>"


def which_head(shown: Shown) -> str:
    n_layer, n_head = shown.looks.weights.shape[:2]
    if shown.layer == MEAN:
        return TEXTS.say("mean", shown.lang, n=n_layer * n_head)
    return TEXTS.say("one", shown.lang, layer=shown.layer + 1, head=shown.head + 1)


def top_bars(shown: Shown) -> str:
    """The five most looked at, all other words, and the start token apart."""
    places = top(shown)
    rows = [Bar(label(shown, i), shown.shares[i]) for i in places]
    left = [p for i, p in enumerate(shown.shares) if i >= shown.begins and i not in places]
    others = Bar(TEXTS.say("others", shown.lang, n=len(left)), sum(left))
    if not shown.begins:
        return bars(rows, others, shown.lang)
    start = Bar(TEXTS.say("start", shown.lang), shown.shares[0])
    return bars([*rows, others] if left else rows, start, shown.lang)


def label(shown: Shown, i: int) -> str:
    """A word; if the sentence has it twice, with its place."""
    names = [name(text) for text in shown.looks.words[shown.begins : shown.looks.place + 1]]
    own = name(shown.looks.words[i])
    return own if names.count(own) == 1 else TEXTS.say("nth", shown.lang, word=own, n=i - shown.begins + 1)


# ---- all heads ----


def grid(shown: Shown) -> str:
    """Layers x heads, each a small strip; the button above them goes back to the average."""
    weights, place = shown.looks.weights.tolist(), shown.looks.place
    pressed = "true" if shown.layer == MEAN else "false"
    mean = (
        f'<button class="mean" data-pick="{place} {MEAN} {MEAN}" aria-pressed="{pressed}">'
        f"{TEXTS.say('mean', shown.lang, n=len(weights) * len(weights[0]))}</button>"
    )
    columns = range(1, len(weights[0]) + 1)
    heads = f"<i></i>{''.join(f'<i>{head}</i>' for head in columns)}"
    rows = "".join(
        f"<i>{layer + 1}</i>" + "".join(cell(shown, layer, head, shares) for head, shares in enumerate(row))
        for layer, row in enumerate(weights)
    )
    return (
        f"<h4>{TEXTS.say('heads', shown.lang)} {mean}</h4>"
        f'<div class="heads" style="--heads:{len(columns)}">{heads}{rows}</div>'
        f'<p class="note">{TEXTS.say("grid", shown.lang)}</p>'
    )


def cell(shown: Shown, layer: int, head: int, shares: list[float]) -> str:
    """One head: its strip, what it looks at most (for the ear and the mouse), and what a tap picks."""
    place, words = shown.looks.place, range(shown.begins, len(shares))
    best = max(words, key=shares.__getitem__, default=0)
    said = TEXTS.say(
        "cell",
        shown.lang,
        layer=layer + 1,
        head=head + 1,
        p=percent(shares[best], shown.lang, 0),
        word=name(shown.looks.words[best]),
    )
    pressed = "true" if (layer, head) == (shown.layer, shown.head) else "false"
    return (
        f'<button data-pick="{place} {layer} {head}" aria-pressed="{pressed}" title="{escape(said)}">'
        f"{strip(shares[shown.begins :])}</button>"
    )


def strip(shares: list[float]) -> str:
    """Shares over the words as thin bars, the largest as high as the strip; below, what they sum to."""
    n, most = max(len(shares), 1), max(shares, default=0.0) or 1.0
    path = "".join(f"M{i + 0.5} 40V{40 - 40 * p / most:.0f}" for i, p in enumerate(shares) if p > most / 40)
    return (
        f'<svg viewBox="0 0 {n} 50" preserveAspectRatio="none" aria-hidden="true">'
        f'<path d="{path}" stroke-width="{max(0.8, n / 30):.1f}"/>'
        f'<rect class="all" y="45" width="{n}" height="5"/>'
        f'<rect y="45" width="{n * sum(shares):.3f}" height="5"/></svg>'
    )
