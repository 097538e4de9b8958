"""One step of gradient descent on a sentence: what the model expected, before and after."""

import json
import math
from collections.abc import Callable
from pathlib import Path

import gradio as gr

from demos.learning import step_api
from demos.ui import ask, models, plots
from demos.ui.frame import QUICK
from demos.ui.kinds import Call
from demos.ui.live import answer
from demos.ui.templates import render
from demos.ui.texts import Texts, number, which
from demos.ui.watch import Watched, Watching, text
from demos.ui.watch import number as number_of
from generative.errors import within
from generative.learning import step
from generative.shelf import Work

TEXTS = Texts(
    "learning_step",
    {
        "tab": ("Um passo", "One step"),
        "lead": (
            "A frase é cortada, o modelo aposta na palavra escondida; ajuste-o um passo e compare.",
            "The sentence is cut, the model bets on the hidden word; adjust it by one step and compare.",
        ),
        "before": ("Antes", "Before"),
        "then": ("Depois", "After"),
        "after_one": ("Depois de 1 passo", "After 1 step"),
        "after": ("Depois de {k} passos", "After {k} steps"),
        "adjust": ("Ajustar", "Adjust"),
        "ten": ("Dez vezes", "Ten times"),
        "another": ("Outro corte", "Another cut"),
        "reset": ("Voltar ao original", "Reset"),
        "own": ("Sua frase", "Your sentence"),
        "rate": ("Taxa", "Rate"),
        "model": ("Modelo", "Model"),
        "optimizer": ("Otimizador", "Optimizer"),
        "language_small": models.TEXTS.strings["language_small"],
        "language_middle": models.TEXTS.strings["language_middle"],
        "sentence": (
            "A frase; toque em uma palavra para escondê-la",
            "The sentence; tap a word to hide it",
        ),
        "hidden": (
            "“{word}”: {bits} bits, difícil como escolher entre {n}",
            "“{word}”: {bits} bits, as hard as a choice among {n}",
        ),
        "known": (
            "“{word}”: {bits} bits, quase certo",
            "“{word}”: {bits} bits, nearly sure",
        ),
        "not_yet": (
            "Um passo ajusta todos os números do modelo para todos os cortes desta frase de uma vez: {n}.",
            "A step adjusts all the model's numbers, for all cuts of this sentence at once: {n}.",
        ),
        "this": ("esta frase", "this sentence"),
        "this_is": ("A perda média dos cortes da frase", "The mean loss over the cuts of the sentence"),
        "control": ("outra frase", "another sentence"),
        "control_is": ("Não treinada: {text}", "Not trained on: {text}"),
        "held_out": ("texto nunca visto", "text never seen"),
        "held_out_is": (
            "Três frases escritas para isto, nunca treinadas: {text}",
            "Three sentences written for this, never trained on: {text}",
        ),
        "a_token": ("bits por token", "bits a token"),
        "a_byte": ("bits por byte", "bits a byte"),
        "line": ("[nova linha]", "[line break]"),
        "end": ("[fim do texto]", "[end of text]"),
        "moved": ("O que se moveu, até {share}:", "What moved, up to {share}:"),
        "unmoved": ("O que se moveu (nada ainda):", "What moved (nothing yet):"),
        "embedding": ("entrada", "input"),
        "attention": ("atenção", "attention"),
        "feed_forward": ("camada feed-forward", "feed-forward layer"),
        "norms": ("normas", "norms"),
        "block": ("bloco {n}", "block {n}"),
        "labels": ("O que é autossupervisão?", "What is self-supervision?"),
        "examples": (
            "{n} exemplos de uma só frase, um por token (pedaço de palavra). Ninguém escreveu as respostas: "
            "a própria frase as traz.",
            "{n} examples from one sentence, one a token (piece of a word). Nobody wrote the answers: "
            "the sentence holds them.",
        ),
        "exact": (
            "As barras são de palavras inteiras: a da palavra escondida é exata, as outras ficam no máximo "
            "{error} abaixo do valor exato.",
            "The bars are of whole words: that of the hidden word is exact, the others are at most {error} "
            "below their exact value.",
        ),
        "nothing": ("(começo)", "(beginning)"),
        "enough": ("Bastam {n} passos. Volte ao original.", "{n} steps are enough. Reset it."),
        "x": ("passos", "steps"),
        "y": ("perda, bits por token", "loss, bits a token"),
    },
)
FIRST = {"pt": "O gato late para a lua.", "en": "The cat barks at the moon."}
OPTIMIZERS = {"sgd": "SGD", "adamw": "AdamW"}
CUT = 5  # hides the moon: one step already shows
# With these, ten steps learn a sentence by heart, and harm others little.
RATES = {"sgd": 0.005, "adamw": 0.0001}
SAID = (
    *("after", "after_one", "then", "own", "model", "optimizer", "sentence", "hidden", "known", "not_yet"),
    *("this", "this_is", "control", "held_out", "a_token", "a_byte", "line", "end", "moved", "unmoved"),
    *("embedding", "attention", "feed_forward", "norms", "block", "examples", "exact", "nothing", "enough"),
)
ROOM = 10  # steps by which the curve grows


class Asked(Watched, total=False):
    """What a walk of steps is told by."""

    text: str | None
    look: str | None
    cut: float | None
    rate: float | None
    model: str | None
    optimizer: str | None
    first: float | None
    last: float | None


class Losses(Call):
    """What the browser has seen so far: bits a token after each step, of the sentence and of the control."""

    own: list[float]
    control: list[float]


def build(opened: gr.Tab, language_box: gr.Textbox) -> dict[str, gr.components.Component]:
    """Gives the fields that the address carries, by name; no other view of the tab uses these names."""
    with ask.asked("learning_step"):
        html = render("learning/step.html", TEXTS, "en", models=step.MODELS, optimizers=OPTIMIZERS)
        most = f"const MOST_STEPS = {step.MOST_STEPS}, RATES = {json.dumps(RATES)};\n"
        js = most + Path(__file__).with_suffix(".js").read_text()
        view = Watching(Asked, html, js, said(), {"walk": walk}, (curve,), elem_classes="veiled")
    fields = {
        "text": gr.Textbox("", visible="hidden"),
        "cut": gr.Number(CUT, visible="hidden"),
        "rate": gr.Number(RATES["sgd"], visible="hidden"),
        "model": gr.Textbox(step.MODELS[1], visible="hidden"),
        "optimizer": gr.Textbox("sgd", visible="hidden"),
        "steps": gr.Number(0, visible="hidden"),
    }
    tie(view, opened, fields)
    gr.api(step_api.learn_step, api_name="learn_step")
    return fields


def said() -> dict[str, tuple[str, str]]:
    """The texts of the script; what a loss is of is named in full."""
    texts = {key: TEXTS.strings[key] for key in SAID}
    for key, of in (("control_is", step.CONTROL), ("held_out_is", step.HELD_OUT)):
        texts[key] = tuple(TEXTS.say(key, code, text=of[code]) for code in ("pt", "en"))
    return texts


def tie(view: gr.HTML, opened: gr.Tab, fields: dict[str, gr.components.Component]) -> None:
    """The view's value has the fields by their names: it gets them once a link is read, and tells them."""
    names, boxes = list(fields), list(fields.values())
    came = gr.Textbox("", visible="hidden")
    fields["text"].change(None, came, came, js="(came) => 'yes'", **QUICK)
    all_values = f"Object.fromEntries({names}.map((name, i) => [name, values[i]]))"
    get = f"(came, ...values) => (came ? {all_values} : null)"
    tell = f"(value, ...old) => {names}.map((name, i) => (value && name in value ? value[name] : old[i]))"
    gr.on([opened.select, came.change], None, [came, *boxes], view, js=get, **QUICK)
    view.change(None, [view, *boxes], boxes, js=tell, **QUICK)


def told(read: Callable, lang: str) -> dict:
    """What the link says of these fields, or what they begin with."""
    return {
        "text": read("text", FIRST[code(lang)], check=step.recipe),
        "cut": read("cut", CUT, 0, step.MOST_TOKENS),
        "rate": read("rate", RATES["sgd"], 0, step.HIGHEST_RATE),
        "model": read("model", step.MODELS[1], check=lambda name: step.recipe("a", name)),
        "optimizer": read("optimizer", "sgd", check=lambda name: step.recipe("a", "", name)),
        "steps": read("steps", 0, 0, step.MOST_STEPS),
    }


def code(lang: str) -> str:
    return ("pt", "en")[which(lang)]


# ---- what is computed ----


def walk(call: dict) -> Work:
    """The states after `first` to `last` steps that a call asks for, one JSON text each."""
    asked = step.recipe(
        text(call, "text"), text(call, "model"), text(call, "optimizer"), number_of(call, "rate")
    )
    look = "control" if call.get("look") == "control" else "own"
    numbers = (number_of(call, name) for name in ("cut", "first", "last"))
    return Work(step_api.written, (asked, code(text(call, "language")), look, *numbers))


def curve(call: Losses) -> dict:
    """{"svg": the losses of all steps so far}, or {"error"}."""
    lang = call.get("language", "en")
    return answer(call, lambda: {"svg": str(plots.svg(plot(call["own"], call["control"], lang)))})


def plot(own: list[float], control: list[float], lang: str) -> plots.Plot:
    """Bits a token after each step: of the sentence (teal), of the one not trained on (dashed)."""
    seen = [losses[: step.MOST_STEPS + 1] for losses in (own, control)]
    all_losses = [within("loss", loss, 0, step.HOPELESS) for losses in seen for loss in losses]
    steps, most = max(len(losses) - 1 for losses in seen), 1.15 * max([1.0, *all_losses])
    last = ROOM * max(1, math.ceil(steps / ROOM))
    x = plots.linear(TEXTS.say("x", lang), last, lambda n: number(n, lang, 0))
    y = plots.linear(TEXTS.say("y", lang), most, lambda bits: number(bits, lang, 0), halves=False)
    names = (("real", "this"), ("dashed", "control"))
    lines = [
        plots.Line(list(enumerate(losses)), kind, TEXTS.say(name, lang))
        for losses, (kind, name) in zip(seen, names, strict=True)
        if losses
    ]
    return plots.Plot(x, y, lines, height=plots.LOW)
