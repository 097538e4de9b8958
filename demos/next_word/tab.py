"""Next word: a sentence, each word with its probability, and views of what a language model does with it."""

from collections.abc import Callable
from types import ModuleType
from typing import TypedDict

import gradio as gr

from demos.next_word import attention, bars, game, knobs, pair, sizes, strip, training, writing
from demos.next_word.view import Sentence, View
from demos.ui import frame, links
from demos.ui.clickable import Clickable
from demos.ui.errors import accepted, spoken
from demos.ui.gpu import lent
from demos.ui.texts import Texts
from generative import language
from generative.errors import UnitUnknown
from generative.language.sampling import Options

TAB = "next_word"
TEXTS = Texts(
    TAB,
    {
        "tab": ("Próxima palavra", "Next word"),
        "lead": (
            "Escreva um começo: o modelo dá uma probabilidade a cada palavra que pode vir depois. Clique em "
            "uma para acrescentá-la; toque em uma palavra da frase para ver o que ele esperava ali.",
            "Write a beginning: the model gives a probability to every word that may come next. Click one "
            "to add it; tap a word of the sentence to see what the model expected there.",
        ),
        "text": ("Seu texto", "Your text"),
        "undo": ("Desfazer", "Undo"),
        "model": ("Modelo", "Model"),
        "model_info": (
            "O que vem no app, ou o nome de um modelo do Hugging Face Hub (precisa de rede na primeira vez)",
            "The one in the app, or the name of a Hugging Face Hub model (needs a network the first time)",
        ),
        "more": ("Mais: escolher outro modelo", "More: choose another model"),
        "bars": ("Próxima palavra", "Next word"),
        "writing": ("Escrever", "Write on"),
        "pair": ("Duas frases", "Two sentences"),
        "ladder": ("Tamanhos", "Sizes"),
        "training": ("Treino", "Training"),
        "attention": ("Atenção", "Attention"),
        "game": ("Adivinhe", "Guess"),
        "lesson": ("Link para uma aula", "Link for a lesson"),
        "hide": ("O que o link esconde", "What the link hides"),
        "hide_info": (
            "O link leva o texto, o modelo, a vista aberta e os controles como estão agora",
            "The link carries the text, the model, the open view and the controls as they are now",
        ),
        "hide_model": ("escolha do modelo", "choice of model"),
        "hide_sampling": ("amostragem", "sampling"),
        "hide_unit": ("palavras ou tokens", "words or tokens"),
        "hide_examples": ("exemplos", "examples"),
        "hide_strip": ("probabilidades da frase", "probabilities of the sentence"),
        "hide_views": ("outras vistas", "other views"),
        "hide_foot": ("textos no fim da página", "texts at the end of the page"),
        "try": (
            "1. Comece com *Era uma vez* e clique sempre na barra mais longa, dez vezes. Quando a "
            "história começa a andar em círculos?\n2. Escreva *O gato dorme no sofá* e abra *Duas "
            "frases*: as mesmas palavras em outra ordem. Quantas vezes a frase certa é mais provável?\n"
            "3. Escreva uma frase em português e troque a última palavra por uma inglesa. Em quantas "
            "palavras o modelo muda de língua?",
            "1. Start with *Once upon a* and click the longest bar ten times. When does the story begin "
            "to walk in circles?\n2. Write *The cat sleeps on the sofa* and open *Two sentences*: the "
            "same words in another order. How many times likelier is the right one?\n3. Write a "
            "sentence in English and swap its last word for a Portuguese one. How many words until the "
            "model changes language?",
        ),
        "slides": (
            "Um modelo de linguagem dá uma probabilidade a uma sequência de palavras $w = (w_1, "
            "\\dots, w_l)$. A regra da cadeia (*chain rule*) a decompõe:\n\n$$p(w) = \\prod_{t=1}^{l} "
            "p(w_t \\mid w_1, \\dots, w_{t-1})$$\n\nAs barras são um desses fatores: $p(w_t \\mid w_1, "
            "\\dots, w_{t-1})$, para toda palavra que pode vir.",
            "A language model assigns a probability to a sequence of words $w = (w_1, \\dots, w_l)$. "
            "The chain rule decomposes it:\n\n$$p(w) = \\prod_{t=1}^{l} p(w_t \\mid w_1, \\dots, "
            "w_{t-1})$$\n\nThe bars are one of these factors: $p(w_t \\mid w_1, \\dots, w_{t-1})$, "
            "for every token of the vocabulary at once.",
        ),
        "behind": (
            "Transformers pequenos (arquitetura Llama), treinados aqui do zero em textos em português e "
            "inglês, e dois modelos que só contam; todos com os mesmos 8.192 tokens (BPE em bytes). As "
            "probabilidades dos tokens são exatas: softmax em 32 bits sobre o vocabulário inteiro. A de uma "
            "palavra é a soma dos caminhos de tokens visitados que a escrevem, vezes a chance de ela "
            "terminar ali; o que falta está dito sob as barras. As probabilidades sob a frase usam a mesma "
            "condição, num só caminho: o seu produto é o que diz a função de perda do modelo, vezes a chance "
            "de a última palavra ter terminado. Os modelos leram pouco: escrevem frases, não sabem fatos. "
            "Usos não comerciais. Dados, licenças e medidas: `weights/language_*/README.md`.",
            "Small Transformers (Llama architecture), trained from scratch on Portuguese and English text, "
            "and two models that only count; all with the same 8,192 tokens (byte-level BPE). The "
            "probabilities of tokens are exact: a 32-bit softmax over the whole vocabulary. A word's is the "
            "sum of the token paths visited that spell it, times the chance it ends there; what is "
            "missing is said below the bars. The probabilities under the sentence use the same condition, on "
            "one path: their product is what the model's loss says, times the chance that the last word has "
            "ended. The models have read little: they write sentences, they know no facts. Non-commercial "
            "use. Data, licences and measurements: `weights/language_*/README.md`.",
        ),
    },
)
EXAMPLES = {
    "pt": (
        "Era uma vez",
        "O menino abriu a porta e",
        "A menina foi para a",
        "De acordo com o",
        "O presidente da",
    ),
    "en": (
        "Once upon a",
        "The boy opened the door and",
        "Good morning, how are",
        "The king looked at his",
        "The children went to",
    ),
}
FIRST = {"pt": EXAMPLES["pt"][0], "en": EXAMPLES["en"][0]}
HUB_MODELS = (
    "TucanoBR/Tucano-160m",
    "nicholasKluge/TeenyTinyLlama-160m",
    "openai-community/gpt2",
    "HuggingFaceTB/SmolLM2-135M",
)


VIEWS = {
    "writing": writing,
    "pair": pair,
    "ladder": sizes,
    "training": training,
    "attention": attention,
    "game": game,
}  # the inner tabs after the bars
HIDEABLE = ("model", "sampling", "unit", "examples", "strip", "views", "foot")
VIEW_TEXTS = [bars.TEXTS, knobs.TEXTS, strip.TEXTS, *(module.TEXTS for module in VIEWS.values())]
QUICK = {"show_progress": "hidden", "api_visibility": "private"}


def build(tabs: gr.Tabs, tab: gr.Tab, language_box: gr.Textbox) -> None:
    """The sentence, its words, and the views below it."""
    frame.lead(TEXTS)
    text = gr.Textbox(label=TEXTS["text"], lines=2, max_lines=8, elem_classes="sentence", autofocus=True)
    words_of_text = Clickable(elem_classes="c-strip")
    view = gr.Textbox("bars", visible="hidden")
    history, place = gr.State([]), gr.State(("", None))
    with gr.Row():
        undo = gr.Button(TEXTS["undo"], size="sm", scale=0, min_width=150, elem_classes="quiet")
        share = gr.Row(elem_classes="rare")
    model = model_box()  # shown below the views
    sentence = Sentence(text, model, language_box)
    with gr.Tabs(elem_classes="views", overflow_behavior="wrap") as inner:
        with gr.Tab(TEXTS["bars"], id="bars") as first:
            chart, controls = bars.build(sentence)
            chips = Clickable(examples(), elem_classes="rare c-examples")
        built = {name: build_view(module, name, sentence, view) for name, module in VIEWS.items()}
    first.select(lambda: "bars", None, view, **QUICK)
    with gr.Accordion(TEXTS["more"], open=False, elem_classes="rare c-model"):
        model.render()
    fields = {"text": text, "model": model, "view": view, **controls._asdict()}
    with share:
        links.copy_button(TAB, fields)
    with gr.Accordion(TEXTS["lesson"], open=False, elem_classes="rare"):
        choices = [(TEXTS[f"hide_{name}"], name) for name in HIDEABLE]
        hide = gr.CheckboxGroup(choices, label=TEXTS["hide"], info=TEXTS["hide_info"])
        links.copy_button(TAB, fields | {"hide": hide})
    frame.foot(TEXTS)

    shown = {name: v for name, v in built.items() if v}
    see = {
        "fn": router(shown),
        "inputs": [*sentence, view, place, *controls, *(i for v in shown.values() for i in v.inputs)],
        "outputs": [words_of_text, chart, *(v.output for v in shown.values())],
    }
    changes = [text.change, model.change, view.change, place.change, *(c.change for c in controls)]
    gr.on(changes, **see, **QUICK, trigger_mode="always_last", queue=False)  # typed, clicked or undone
    chart.pick(append, [*sentence, history, place], [text, history, place], **QUICK)
    chips.pick(choose, [text, history], [text, history], **QUICK)
    for take in (take for view in shown.values() for take in view.takes):
        take.event(remembering(take.work), [text, history, *take.inputs], [text, history], **QUICK)
    words_of_text.pick(look_at, text, [place, inner, view], **QUICK)
    undo.click(step_back, [text, history], [text, history], **QUICK)
    start = tab.select(
        open_first, [text, model, language_box], [text, model, view, *controls, inner], **QUICK
    )
    start.then(**see, **QUICK)
    gr.api(next_words, api_name="next_words")
    gr.api(score_text, api_name="score_text")
    gr.api(writing.continue_text, api_name="continue_text")
    gr.api(sizes.compare_models, api_name="compare_models")


def model_box() -> gr.Dropdown:
    """The shipped models, four of the Hub by name, or any other."""
    return gr.Dropdown(
        [*language.model.available(), *HUB_MODELS],
        value=language.model.DEFAULT,
        allow_custom_value=True,
        label=TEXTS["model"],
        info=TEXTS["model_info"],
        render=False,
    )


def build_view(module: ModuleType, name: str, sentence: Sentence, view: gr.Textbox) -> View | None:
    """An inner tab; opening it names it in `view`."""
    with gr.Tab(TEXTS[name], id=name, elem_classes="view") as tab:
        made = module.build(sentence)
    tab.select(lambda: name, None, view, **QUICK)
    return made


def router(shown: dict[str, View]) -> Callable:
    """A handler that draws the words of the sentence and the open view, and leaves the others as they are."""

    def see(
        request: gr.Request, text: str, model: str, lang: str, view: str, place: tuple, *rest: object
    ) -> list:
        controls, rest = rest[: len(bars.Controls._fields)], rest[len(bars.Controls._fields) :]
        visitor, at = request.session_hash or "", place[1] if place[0] == text else None
        out = ["" if view == "game" else strip_of(text, model, lang, visitor, at), gr.skip()]
        if view == "bars":
            out[1] = bars.draw(text, model, lang, visitor, at, *controls)
        for name, v in shown.items():
            mine, rest = rest[: len(v.inputs)], rest[len(v.inputs) :]
            out.append(v.draw(text, model, lang, *mine) if name == view else gr.skip())
        return out

    return see


def strip_of(text: str, model: str, lang: str, visitor: str, at: int | None) -> str:
    """The words of the sentence and the legend of their colours."""
    drawn = strip.strip(text, model, lang, visitor, at)
    return drawn + (strip.legend(lang) if "data-pick" in drawn else "")


def examples() -> str:
    """Chips: five beginnings in each language."""
    groups = (
        f"<h4>{name}</h4>" + "".join(f'<button data-pick="{e}">{e} …</button>' for e in EXAMPLES[code])
        for code, name in (("pt", "Português"), ("en", "English"))
    )
    return f'<div class="chips">{"".join(groups)}</div>'


def open_first(text: str, model: str, lang: str, request: gr.Request) -> list:
    """What the tab opens with: the link's text, view and controls, else the first example."""
    text = text or links.read(request, TAB, "text", FIRST["pt" if lang.startswith("pt") else "en"])
    view, opened = links.view(request, TAB, ("bars", *VIEWS))
    unit = links.read(request, TAB, "unit", "word")
    options = [
        links.read(request, TAB, name, default, 0, high)
        for name, default, high in (("temperature", 1, 2), ("top_k", 0, 50), ("top_p", 1, 1))
    ]
    model = links.read(request, TAB, "model", model)
    unit = unit if unit in ("word", "token") else "word"
    return [text, model, view, unit, *options, opened]


def append(
    text: str, model: str, lang: str, history: list, place: tuple, event: gr.EventData
) -> tuple[str, list, tuple]:
    """A bar was picked: its word joins the text; or back from a place within the text to its end."""
    if event.pick == "back":
        return text, history, ("", None)
    with spoken(lang):
        return bars.append(text, event.pick, model), [*history[-99:], text], place


def look_at(text: str, event: gr.EventData) -> tuple:
    """A word of the sentence was tapped: what did the model expect there?"""
    return (text, int(event.pick)), gr.Tabs(selected="bars"), "bars"


def choose(text: str, history: list, event: gr.EventData) -> tuple[str, list]:
    return event.pick, [*history[-99:], text]


def remembering(work: Callable) -> Callable:
    """A handler that lets a view change the text, and keeps the old one for the undo."""

    def take(event: gr.EventData, text: str, history: list, *inputs: object) -> tuple[str, list]:
        changed = work(text, getattr(event, "pick", None), *inputs)
        return changed, history if changed == text else [*history[-99:], text]

    return take


def step_back(text: str, history: list) -> tuple[str, list]:
    return (history[-1], history[:-1]) if history else (text, history)


# ---- the public API ----


class ApiWord(TypedDict):
    text: str
    p: float


class ApiNextWords(TypedDict):
    model: str
    unit: str
    words: list[ApiWord]
    rest: float
    error: float
    left_out: int


class ApiTextScore(TypedDict):
    tokens: list[ApiWord]
    log_p: float
    perplexity: float
    bits_per_byte: float


lent_score = lent(language.predict.score_text)


def next_words(
    text: str,
    model: str = "",
    n: int = 10,
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
    unit: str = "word",
    request: gr.Request = None,
) -> ApiNextWords:
    """The n most probable next words after `text`; unit "token": the next tokens, exact over the vocabulary.

    A word's p may be up to `error` too low: not all ways to spell it are followed. `rest` is the mass of all
    that is not listed. temperature 0 is greedy; top_k 0 and top_p 1 cut nothing off. At most 256 tokens of
    context are used; `left_out` counts the words before them.
    """
    with spoken(accepted(request)):
        if unit not in ("word", "token"):
            raise UnitUnknown(unit=unit[:20])
        work = bars.lent_words if unit == "word" else bars.lent_tokens
        found = work(text, model, n, Options(temperature, top_k, top_p))
        listed, error = (found.words, found.error) if unit == "word" else (found.tokens, 0.0)
        words = sorted(({"text": w.text, "p": w.p} for w in listed), key=lambda w: -w["p"])
        return {
            "model": found.model,
            "unit": unit,
            "words": words,
            "rest": found.rest,
            "error": error,
            "left_out": found.left_out,
        }


def score_text(text: str, model: str = "", request: gr.Request = None) -> ApiTextScore:
    """Every token of `text` with its p given what came before; log_p (natural) is the sum of their logs."""
    with spoken(accepted(request)):
        score = lent_score(text, model)
        return {
            "tokens": [{"text": w.text, "p": w.p} for w in score.tokens],
            "log_p": score.log_p,
            "perplexity": score.perplexity,
            "bits_per_byte": score.bits_per_byte,
        }
