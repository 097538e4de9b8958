"""The network of the slide, 5-8-4-3: its 99 numbers, all in sight, trained before one's eyes.

The browser computes it (network99.js, the same as `generative.learning.network99`), so that sixty phones
train at once; Python gives what it begins with, and the examples of a text.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Required, TypedDict

import gradio as gr

from demos.learning import lengths
from demos.ui import ask, links
from demos.ui.errors import accepted, spoken
from demos.ui.kinds import Call
from demos.ui.line import SLIDER
from demos.ui.live import answer
from demos.ui.templates import render
from demos.ui.texts import Texts
from generative.errors import LARGEST_SEED
from generative.learning import network99 as net
from generative.learning import toy

TEXTS = Texts(
    "learning_numbers",
    {
        "tab": ("99 números", "99 numbers"),
        "lead": (
            "A rede do slide inteira: mude um número, treine, veja o que acontece.",
            "The whole network of the slide: change a number, train it, watch what happens.",
        ),
        "one": ("Um exemplo", "One example"),
        "epoch": ("Uma época", "One epoch"),
        "again": ("Recomeçar", "Start over"),
        "rate": ("Taxa", "Rate"),
        "seed": ("Outra semente", "Another seed"),
        "text": (
            "As frases: cada palavra prevê a que vem depois. Cabem 5 palavras antes e 3 depois.",
            "The sentences: each word predicts the one after it. There is room for 5 words before, 3 after.",
        ),
        **lengths.STRINGS,
    },
)
SAID = {  # of the script
    "task": ("O que aprende", "What it learns"),
    "words": ("palavras", "words"),
    "points": ("pontos", "points"),
    "activation": ("Ativação", "Activation"),
    "play": ("Treinar", "Train"),
    "pause": ("Parar", "Stop"),
    "bias": ("viés", "bias"),
    "weight": ("de {from} para {to}", "from {from} to {to}"),
    "tiny": ("quase 0", "almost 0"),
    "result": ("{unit}: soma {sum} → {how} → {gives}", "{unit}: sum {sum} → {how} → {gives}"),
    "status": (
        "Perda {loss} (mínima: {lowest}). Certas: {right} de {of} (máximo: {most}). Passos: {steps}.",
        "Loss {loss} (lowest: {lowest}). Right: {right} of {of} (most: {most}). Steps: {steps}.",
    ),
    "hint": (
        "Traço: para onde um passo leva o número. Toque numa unidade ou numa entrada.",
        "Dash: where one step takes the number. Tap a unit or an input.",
    ),
    "share": ("{p} · contado {n}", "{p} · counted {n}"),
    "learned": ("% previsto, contado", "% predicted, counted"),
    "bad": (
        "“{typed}” não serve: ficou o de antes. Escreva um número de −1.000 a 1.000.",
        "“{typed}” does not fit: the one before stays. Write a number from −1,000 to 1,000.",
    ),
    "kept": (
        "A rede segue com as frases de antes.",
        "The network goes on with the sentences before.",
    ),
    "diverged": (
        "Taxa alta demais: o passo não foi dado. Baixe a taxa ou recomece.",
        "Rate too high: the step was not taken. Lower the rate, or start over.",
    ),
}
NAMES = {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU"}
HERE = Path(__file__)


class Told(TypedDict, total=False):
    """The value: what the address says of the network. weights: only if a hand has changed them."""

    seed: float
    activation: str
    task: str
    text: str
    rate: float
    weights: str


FIRST = {
    "seed": net.SEED,
    "activation": net.ACTIVATION,
    "task": "words",
    "text": "",
    "rate": net.RATE,
    "weights": "",
}
FIELDS = (
    "net_seed",
    "activation",
    "task",
    "sentences",
    "net_rate",
    "weights",
)  # of the address, in this order


class Seeded(Call):
    seed: Required[float]


class Written(Call):
    text: Required[str]


def start99(call: Seeded) -> dict:
    """From the browser: {"seed"} -> {"weights": 99 numbers} or {"error"}."""
    return answer(call, lambda: {"weights": net.start(call["seed"]).tolist()}, SLIDER)


def language99(call: Written) -> dict:
    """From the browser: {"text"} -> {"data": see `toy.Data`} or {"error"}."""
    return answer(call, lambda: {"data": toy.language(call["text"])._asdict()}, SLIDER)


def script() -> str:
    """What the browser runs: the texts, what one sees first, the arithmetic, the drawing."""
    first = {
        "told": FIRST,
        "weights": net.start(net.SEED).tolist(),
        "text": toy.SENTENCES,
        "words": {lang: toy.language(text)._asdict() for lang, text in toy.SENTENCES.items()},
        "points": toy.points()._asdict(),
        "rates": net.RATES,
        "names": NAMES,
    }
    parts = [HERE.with_name(name).read_text() for name in ("network99.js", "numbers_draw.js", "numbers.js")]
    return "\n".join([f"const texts = {json.dumps(SAID)}, first = {json.dumps(first)};", *parts])


class Network(gr.HTML):
    """The drawing, the cells and what trains them. Event: `change`, when the value changes."""

    wants = Told

    def __init__(self, html: str, js: str, functions: tuple[Callable, ...]):
        super().__init__(
            None,
            html_template=html,
            js_on_load=js,
            apply_default_css=False,
            server_functions=[*functions],
        )


def build(opened: gr.Tab, language_box: gr.Textbox) -> dict[str, gr.components.Component]:
    """Gives the fields that the address carries, by name; no other view of the tab uses these names."""
    fields = links.hidden(FIRST)
    with ask.asked("learning_numbers"):
        html = render(
            "learning/numbers.html",
            TEXTS,
            "en",
            rates=net.RATES,
            tasks=toy.TASKS,
            activations=net.ACTIVATIONS,
            names=NAMES,
        )
        network = Network(html, script(), (start99, language99))
    lengths.build(TEXTS)
    links.tie(network, fields)
    gr.api(network99, api_name="network99")
    return dict(zip(FIELDS, fields.values(), strict=True))


def told(read: Callable, lang: str) -> dict:
    """What the link says of these fields, or what they begin with."""
    seed, activation, task, text, rate, weights = FIRST.values()
    values = (
        read("net_seed", seed, high=LARGEST_SEED, check=net.start),
        read("activation", activation, check=net.known),
        read("task", task, check=toy.known),
        read("sentences", text, check=toy.language),
        net.near(read("net_rate", rate, net.RATES[0], net.RATES[-1])),
        read("weights", weights, check=net.read),
    )
    return dict(zip(FIELDS, values, strict=True))


# ---- for programs ----


class ApiNetwork(TypedDict):
    activations: list[list[float]]
    probabilities: list[float]
    loss: float
    gradients: list[float]


def network99(
    weights: list[float],
    input: list[float],  # noqa: A002 (the name is part of the API)
    target: int = 0,
    activation: str = "sigmoid",
    request: gr.Request = None,
) -> ApiNetwork:
    """The network of 5-8-4-3 units for one example: `weights`, 99 numbers from -1000 to 1000, layer by layer,
    each layer's weights unit by unit and then its biases, as torch's nn.Linear has them; `input`, five
    numbers; `target` (0, 1 or 2), the class that is right; `activation`: "sigmoid", "tanh" or "relu".
    activations: what the 8 and the 4 units give, and the 3 sums before softmax; loss: -ln of the target's
    probability; gradients: of the loss, in the order of the weights."""
    with spoken(accepted(request), html=False):
        found = net.computed(weights, input, target, activation)
        return {
            "activations": [layer.tolist() for layer in found.activations],
            "probabilities": found.probabilities.tolist(),
            "loss": found.loss.item(),
            "gradients": found.gradients.tolist(),
        }
