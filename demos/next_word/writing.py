"""Writing on: the model draws whole words into the page; below, the tree of what it might have drawn."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple, TypedDict

import gradio as gr
from markupsafe import Markup

from demos.next_word import knobs, tree
from demos.next_word.view import Sentence, Take, View, finely, first_screen
from demos.ui.clickable import Clickable, Pick
from demos.ui.errors import accepted, spoken, verdict
from demos.ui.frame import QUICK
from demos.ui.gpu import lent
from demos.ui.kinds import CallUnreadable
from demos.ui.models import called
from demos.ui.templates import render
from demos.ui.texts import Texts
from generative import language
from generative.errors import GenerativeError
from generative.language import writing
from generative.language.sampling import Options

TEXTS = Texts(
    "words_writing",
    {
        "lead": (
            "A cada passo o modelo sorteia uma palavra pelas probabilidades e a lê junto no passo seguinte.",
            "At each step the model draws a word by its probabilities, and reads it too for the next step.",
        ),
        "write": ("Escrever", "Write on"),
        "three": ("Três de uma vez", "Three at once"),
        "seed_short": ("semente {n}", "seed {n}"),
        "keep": ("Ficar com este", "Keep this one"),
        "save": ("Salvar o texto", "Save the text"),
        "stop": ("Parar", "Stop"),
        "undo": ("Voltar atrás", "Take it back"),
        "take": ("Continuar daqui", "Continue from here"),
        "speed": ("Ritmo", "Pace"),
        "slow": ("devagar", "slow"),
        "normal": ("normal", "normal pace"),
        "fast": ("rápido", "fast"),
        "most": ("o mais rápido que der", "as fast as it can"),
        "numbers": ("Mostrar as probabilidades", "Show the probabilities"),
        "more": ("Mais: temperatura, cortes, tamanho, semente", "More: temperature, cuts, length, seed"),
        "words": ("Palavras", "Words"),
        "seed": ("Semente do sorteio", "Seed of the draw"),
        "seed_info": (
            "A mesma semente dá o mesmo texto",
            "The same seed gives the same text",
        ),
        "empty": (
            "O texto do modelo aparece aqui, palavra por palavra.",
            "The model's text appears here, word by word.",
        ),
        "caption": (
            "modelo {model} · {n} palavras e sinais · temperatura {temperature} · top-k {top_k} · "
            "top-p {top_p} · semente {seed}",
            "{model} model · {n} words and marks · temperature {temperature} · top-k {top_k} · "
            "top-p {top_p} · seed {seed}",
        ),
        "ended": ("O modelo encerrou o texto aqui.", "The model ended the text here."),
        "legend": (
            "O traço diz quão provável era cada palavra:",
            "The line says how likely each word was:",
        ),
        "likely": ("50 % ou mais", "50% or more"),
        "usual": ("de 10 a 50 %", "10 to 50%"),
        "unusual": ("de 1 a 10 %", "1 to 10%"),
        "surprising": ("menos de 1 %", "less than 1%"),
    },
)
SPEEDS = {"slow": 2, "normal": 5, "fast": 12, "most": 0}  # words a second; 0: no pause
FRAME = 0.1  # seconds between two pictures of the page when words come as fast as they can
KINDS = ((0.5, "likely"), (0.1, "usual"), (0.01, "unusual"), (0.0, "surprising"))
BEYOND = 15  # words at most that are written beyond what was asked, to the end of the sentence
GIVEN = 600  # characters of the visitor's text that are shown before the written words


Words = tuple[writing.WrittenWord, ...]


class Written(NamedTuple):
    """What the model has written after a text: one entry for each time it was asked; the ways to go on of
    which one may be kept."""

    text: str = ""
    writings: tuple[Words, ...] = ()
    ways: tuple[Words, ...] = ()

    def words(self) -> list[writing.WrittenWord]:
        return [word for words in self.writings for word in words]

    def joined(self) -> str:
        return writing.joined(self.text, [word.text for word in self.words()])

    def kept(self, way: int) -> "Written":
        """With one of the ways as what was written last."""
        return Written(self.text, (*self.writings, self.ways[way]))


class How(NamedTuple):
    """How words are drawn, in the order of the controls, and by which model."""

    words: int
    temperature: float
    top_k: int
    top_p: float
    seed: int
    model: str = ""

    def options(self) -> Options:
        return Options(self.temperature, self.top_k, self.top_p)


def build(s: Sentence) -> View:
    """The page that the model writes into, its controls, and the tree."""
    with first_screen(TEXTS, "writing"):
        page = Clickable(empty(), elem_classes=["fill", "veiled"])
        with gr.Row(elem_classes="writing-buttons"):
            write_on = gr.Button(TEXTS["write"], variant="primary", scale=0, min_width=150)
            three, stop, undo, take, save = (
                gr.Button(TEXTS[key], size="sm", scale=0, min_width=130, elem_classes=["quiet", key])
                for key in ("three", "stop", "undo", "take", "save")
            )
            gr.Checkbox(False, label=TEXTS["numbers"], elem_classes="show-p", container=False, min_width=150)
    paces = [(TEXTS[key], speed) for key, speed in SPEEDS.items()]
    speed = gr.Radio(paces, value=SPEEDS["normal"], label=TEXTS["speed"], elem_classes="rare")
    with gr.Accordion(TEXTS["more"], open=False, elem_classes="rare"):
        controls = options()
    branches = tree.build()
    written = gr.State(Written())

    asked, drawn = [*s, written, speed, *controls], [page, written]
    streams = [
        button.click(work, asked, drawn, js=ASKED, concurrency_limit=None, **QUICK)
        for button, work in ((write_on, write), (three, write_three))
    ]
    stop.click(None, cancels=streams, **QUICK)
    undo.click(step_back, [*s, written, *controls], drawn, cancels=streams, **QUICK)
    page.pick(keep, [*s, written, *controls], drawn, cancels=streams, **QUICK)
    take.click(None, cancels=streams, **QUICK)
    save.click(None, js=SAVE, **QUICK)
    # another text: what was written after the old one goes; nothing to compute
    s.text.change(None, [s.text, page], page, js=BEGIN % json.dumps(empty()), **QUICK)
    takes = (Take(branches.pick, tree.take), Take(take.click, take_over, (written,)))
    return View(branches, tree.draw, takes=takes)


lent_continue = lent(writing.continue_text)
ASKED = """(text, ...rest) => { // the text that is being written on
  document.querySelector('.writing-buttons').dataset.text = text;
  return [text, ...rest];
}"""
BEGIN = """(text, shown) => { // the visitor's text waits for the model's
  const buttons = document.querySelector('.writing-buttons');
  if (buttons.dataset.text === text) return shown; // a link's text, told late: it is already written on
  delete buttons.dataset.text;
  buttons.querySelector('.stop').click();
  const page = document.createElement('div');
  page.innerHTML = %s;
  page.querySelector('.given').textContent = text.trimEnd();
  return page.innerHTML;
}"""
SAVE = Path(__file__).with_name("writing_save.js").read_text()
WAYS = 3


def options() -> tuple[gr.components.Component, ...]:
    """The controls of How, in its order."""
    drawing = knobs.build("balanced")
    with gr.Row():
        words = gr.Slider(1, writing.MAX_WORDS, 30, step=1, label=TEXTS["words"])
        seed = gr.Number(0, precision=0, minimum=0, label=TEXTS["seed"], info=TEXTS["seed_info"])
    return words, *drawing, seed


# ---- writing on ----


async def write(
    text: str, model: str, lang: str, written: Written, speed: int, *how: float
) -> AsyncIterator[tuple[str, Written]]:
    """The page and what is written, again and again as words come; `how` is a How without its model."""
    before, how = begun(text, written), How(*how, language.model.writer(model))
    try:
        async for words in drawn(before.joined(), speed, how):
            written = before._replace(writings=(*before.writings, words))
            yield shown(written, how, lang), written
    except GenerativeError as error:
        yield verdict(error, lang), before
        return
    if len(words) < how.words:
        yield shown(written, how, lang, ended=True), written


async def write_three(
    text: str, model: str, lang: str, written: Written, speed: int, *how: float
) -> AsyncIterator[tuple[str, Written]]:
    """Three ways to go on, from three seeds, growing side by side."""
    before, how = begun(text, written), How(*how, language.model.writer(model))
    hows = [how._replace(seed=how.seed + i) for i in range(WAYS)]
    streams = [drawn(before.joined(), speed, one) for one in hows]
    ways, going = [()] * WAYS, dict(enumerate(streams))
    try:
        while going:
            come = await asyncio.gather(*(anext(stream, None) for stream in going.values()))
            for way, words in zip(tuple(going), come, strict=True):
                if words is None:
                    del going[way]
                else:
                    ways[way] = words
            written = before._replace(ways=tuple(ways))
            yield shown_ways(written, how, lang), written
    except GenerativeError as error:
        yield verdict(error, lang), before


def begun(text: str, written: Written) -> Written:
    """What was written after this text, without the ways of which none was kept."""
    return written._replace(ways=()) if written.text == text else Written(text)


async def drawn(text: str, speed: int, how: How) -> AsyncIterator[Words]:
    """The words so far, to the end of a sentence, at `speed` words a second (0: as fast as they come).
    Sleeping holds up nobody."""
    asked = (text, how.model, how.words, how.options(), how.seed, BEYOND)
    stream, words, last = lent_continue(*asked), (), time.monotonic()
    while word := await asyncio.to_thread(next, stream, None):
        words = (*words, word)
        if speed:
            yield words
            await asyncio.sleep(1 / speed)
        elif time.monotonic() - last > FRAME:
            yield words
            last = time.monotonic()
    yield words


def step_back(text: str, model: str, lang: str, written: Written, *how: float) -> tuple[str, Written]:
    """Without the ways, or without the last writing."""
    left = written.writings if written.ways else written.writings[:-1]
    if written.text != text or not left:
        return empty(), Written()
    written = Written(text, left)
    return shown(written, How(*how, language.model.writer(model)), lang), written


def keep(event: Pick, text: str, model: str, lang: str, written: Written, *how: float) -> tuple[str, Written]:
    """One of the three ways stays, the others go."""
    if not 0 <= event.number() < len(written.ways):
        raise CallUnreadable()  # they are gone
    written = written.kept(event.number())
    return shown(written, How(*how, language.model.writer(model)), lang), written


def take_over(text: str, pick: None, written: Written) -> str:
    """The sentence with what was written after it; as it was, if nothing was."""
    words = [word.text for word in written.words()]
    return writing.taken(text, words) if words and written.text == text else text


def empty() -> Markup:
    """Before the first word: the visitor's text will stand before the caret."""
    return render("next_word/writing_empty.html", TEXTS, "")


class Shown(NamedTuple):
    """A written word: the blank before it, the word, its p as text, and how likely that was (see KINDS)."""

    blank: str
    text: str
    p: str
    kind: str


def shown(written: Written, how: How, lang: str, ended: bool = False) -> Markup:
    """The end of the visitor's text, the written words underlined by their p, how they were drawn."""
    facts = {"how": how, "model": called(how.model, lang), "ended": ended}
    kinds = [kind for _, kind in KINDS]
    return render("next_word/writing.html", TEXTS, lang, kinds=kinds, **text_of(written, lang), **facts)


def shown_ways(written: Written, how: How, lang: str) -> Markup:
    """The text so far, and below it the ways to go on, each with a button that keeps it."""
    ways = [[marked(word, lang) for word in words] for words in written.ways]
    return render("next_word/writing_ways.html", TEXTS, lang, ways=ways, how=how, **text_of(written, lang))


def text_of(written: Written, lang: str) -> dict:
    """The end of the visitor's text, and the words written after it."""
    given = written.text.rstrip(" \t")
    given = given if len(given) <= GIVEN else f"… {given[-GIVEN:]}"
    return {"given": given, "words": [marked(word, lang) for word in written.words()]}


def marked(word: writing.WrittenWord, lang: str) -> Shown:
    """A word apart from the blank before it, which is not underlined."""
    bare = word.text.lstrip(" \t")
    kind = next(kind for least, kind in KINDS if word.p >= least)
    return Shown(word.text[: len(word.text) - len(bare)], bare, finely(word.p, lang), kind)


# ---- the public API ----


class ApiWritten(TypedDict):
    text: str
    p: float


class ApiText(TypedDict):
    text: str
    words: list[ApiWritten]


def continue_text(
    text: str,
    model: str = "",
    words: int = 30,
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
    seed: int = 0,
    request: gr.Request = None,
) -> ApiText:
    """Write on by up to 200 words and marks: the whole text, and each new word with the p it was drawn with.

    temperature 0 is greedy; top_k 0 and top_p 1 cut nothing off. The same seed gives the same text.
    """
    with spoken(accepted(request), html=False):
        found = list(lent_continue(text, model, words, Options(temperature, top_k, top_p), seed))
        return {
            "text": writing.joined(text, [word.text for word in found]),
            "words": [{"text": word.text, "p": word.p} for word in found],
        }
