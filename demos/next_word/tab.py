"""Next word: a sentence, each word with its probability, and views of what a language model does with it."""

from collections.abc import Callable
from functools import partial
from html import escape
from types import ModuleType

import gradio as gr

from demos.next_word import attention, bars, game, knobs, ladder, pair, sizes, strip, training, tree, writing
from demos.next_word.view import Sentence, View, first_screen
from demos.ui import frame, links, models
from demos.ui.clickable import Clickable, Pick
from demos.ui.errors import spoken
from demos.ui.frame import QUICK
from demos.ui.kinds import CallUnreadable
from demos.ui.line import BARS, OTHER, Overtaken, light
from demos.ui.templates import render
from demos.ui.texts import Texts, beside
from generative import language
from generative.errors import GenerativeError

TAB = "next_word"
TEXTS = Texts(
    TAB,
    {
        "tab": ("Próxima palavra", "Next word"),
        "lead": (
            "Clique em uma palavra para acrescentá-la; em uma da frase, para ver o que o modelo esperava.",
            "Click a word to add it; click one in the sentence to see what the model expected there.",
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
        "chat": ("Como conversa (modelos instruct)", "As a chat (instruct models)"),
        "chat_info": (
            "A mensagem vira o texto que o modelo de fato continua, com as marcas de quem fala",
            "The message becomes the text that the model really continues, with marks of who speaks",
        ),
        "lesson": ("Link para uma aula", "Link for a lesson"),
        "hide": ("O que o link esconde", "What the link hides"),
        "hide_info": (
            "O link leva o texto, o modelo, a vista aberta e os controles como estão agora",
            "The link carries the text, the model, the open view and the controls as they are now",
        ),
        "ask": ("Perguntar antes de mostrar", "Ask before showing"),
        "ask_info": (
            "Cada vista faz uma pergunta e só mostra depois da resposta",
            "Each view asks a question, and shows once it is answered",
        ),
        "hide_model": ("escolha do modelo", "choice of model"),
        "hide_sampling": ("amostragem", "sampling"),
        "hide_unit": ("palavras ou tokens", "words or tokens"),
        "hide_examples": ("exemplos", "examples"),
        "hide_strip": ("probabilidades da frase", "probabilities of the sentence"),
        "hide_views": ("outras vistas", "other views"),
        "hide_foot": ("textos no fim da página", "texts at the end of the page"),
        **beside(__file__),
    },
)
EXAMPLES = {  # of some 35 tried in each language, those after which the models write the best
    "pt": (
        "Era uma vez",
        "O menino abriu a porta e",
        "Todo dia, o menino ia para a",
        "O rei tinha três",
        "A formiga trabalhava o dia",
    ),
    "en": (
        "Once upon a",
        "One sunny day, a",
        "In the forest lived a",
        "The king had three",
        "The moon was",
    ),
}
FIRST = {"pt": EXAMPLES["pt"][0], "en": EXAMPLES["en"][0]}
HUB_MODELS = (
    "Polygl0t/Tucano2-qwen-0.5B-Base",
    "Polygl0t/Tucano2-qwen-0.5B-Instruct",
    "TucanoBR/Tucano-160m",
    "nicholasKluge/TeenyTinyLlama-160m",
    "openai-community/gpt2",
    "HuggingFaceTB/SmolLM2-135M",
    "HuggingFaceTB/SmolLM2-135M-Instruct",
)


VIEWS = {
    "writing": writing,
    "pair": pair,
    "ladder": sizes,
    "training": training,
    "attention": attention,
    "game": game,
}  # the inner tabs after the bars
VISITED = """
const bring = () => {
  if (veredas.visiting) trigger('pick', {pick: veredas.visiting}); // a name; next line: an opener
  veredas.visiting = null;
};
document.addEventListener('visiting', bring);
bring();
"""
HIDEABLE = ("model", "sampling", "unit", "examples", "strip", "views", "foot")
PARTS = (bars, knobs, ladder, strip, tree)
VIEW_TEXTS = [module.TEXTS for module in (*PARTS, *VIEWS.values())]


def build(tabs: gr.Tabs, tab: gr.Tab, language_box: gr.Textbox) -> None:
    """The sentence, and the views of it: the style sheet puts their names above the sentence."""
    text, whose, undo = sentence_row()
    view = gr.Textbox("bars", visible="hidden")
    history, place = gr.State([]), gr.State(("", None))
    model = model_box()  # shown below the views
    sentence = Sentence(text, model, language_box)
    with frame.views() as inner:
        with frame.view(TEXTS["bars"], TAB, "bars") as first:
            with first_screen(TEXTS, "bars"):
                words_of_text, chart = strip.build(), bars.build()
            controls = bars.build_controls()
            chips = Clickable(examples(), elem_classes="rare c-examples")
        built = {name: build_view(module, name, sentence, view) for name, module in VIEWS.items()}
    links.showing(first, "bars", view)
    with gr.Accordion(TEXTS["more"], open=False, elem_classes="rare c-model"):
        model.render()
        chat = gr.Checkbox(False, label=TEXTS["chat"], info=TEXTS["chat_info"])
    visited = Clickable(script=VISITED, visible="hidden")  # another tab brings a model of this visit
    other = built["pair"].inputs[0]
    fields = {"text": text, "model": model, "view": view, **controls._asdict(), "other": other}
    links.follow(TAB, fields)
    links.copy_button(TAB, fields)
    lesson(fields)
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
    asked = [text, model, language_box, history]
    chat.input(as_chat, [chat, *asked], [text, history, chat], api_visibility="private")
    model.input(lambda: False, None, chat, **QUICK)
    visited.pick(visit, [language_box, text, history], [model, text, history], **QUICK)
    model.change(named, model, whose, **QUICK)
    links.opening(tab, TAB, open_first, [model, language_box], fields).then(**see, **QUICK)
    gr.api(bars.next_words, api_name="next_words")
    gr.api(strip.score_text, api_name="score_text")
    gr.api(writing.continue_text, api_name="continue_text")
    gr.api(sizes.compare_models, api_name="compare_models")


def sentence_row() -> tuple[gr.Textbox, gr.HTML, gr.Button]:
    """The sentence that the views are about, whose model reads it, and one step back."""
    with gr.Row(elem_classes="sentence-row"):
        shape = {"lines": 1, "max_lines": 3, "show_label": False, "min_width": 120}
        text = gr.Textbox(label=TEXTS["text"], elem_classes="sentence", **shape)
        whose = gr.HTML("", apply_default_css=False, elem_classes="whose")
        undo = gr.Button(TEXTS["undo"], size="sm", scale=0, min_width=100, elem_classes="quiet")
    return text, whose, undo


def choices() -> list:
    """The shipped models, some of the Hub by name."""
    return [*((models.TEXTS[name], name) for name in language.model.available()), *HUB_MODELS]


def model_box() -> gr.Dropdown:
    """One of these, or any other (a branch of one as owner/name@branch)."""
    return gr.Dropdown(
        choices(),
        value=language.model.DEFAULT,
        allow_custom_value=True,
        label=TEXTS["model"],
        info=TEXTS["model_info"],
        render=False,
    )


def lesson(fields: dict[str, gr.components.Component]) -> None:
    """A link that also hides what a lesson does not need, and asks before it shows."""
    with gr.Accordion(TEXTS["lesson"], open=False, elem_classes="rare"):
        choices = [(TEXTS[f"hide_{name}"], name) for name in HIDEABLE]
        hide = gr.CheckboxGroup(choices, label=TEXTS["hide"], info=TEXTS["hide_info"])
        asks = gr.Checkbox(True, label=TEXTS["ask"], info=TEXTS["ask_info"])
        links.copy_button(TAB, fields | {"hide": hide, "ask": asks})


def build_view(module: ModuleType, name: str, sentence: Sentence, view: gr.Textbox) -> View | None:
    """An inner tab; opening it names it in `view`."""
    with frame.view(TEXTS[name], TAB, name) as tab:
        made = module.build(sentence)
    links.showing(tab, name, view)
    return made


def router(shown: dict[str, View]) -> Callable:
    """A handler that draws the words of the sentence and the open view, and leaves the others as they are.

    A visitor's newest sentence alone is read: of an older one that still waits, nothing is drawn.
    """

    def see(request: gr.Request, text: str, model: str, lang: str, view: str, *rest: object) -> list:
        visitor = request.session_hash or ""
        quick = view == "bars" and language.model.is_here(model)
        try:
            draw = partial(drawn, visitor, text, model, lang, view, *rest)
            return light.do(BARS if quick else OTHER, draw, visitor, text)
        except Overtaken:
            return [gr.skip()] * (2 + len(shown))

    def drawn(visitor: str, text: str, model: str, lang: str, view: str, place: tuple, *rest: object) -> list:
        controls, rest = rest[: len(bars.Controls._fields)], rest[len(bars.Controls._fields) :]
        at = place[1] if place[0] == text else None
        out = [gr.skip(), gr.skip()]
        if view == "bars":
            out[0] = strip.strip(text, model, lang, visitor, at, legend=True)
            out[1] = bars.draw(text, model, lang, visitor, at, *controls)
        for name, v in shown.items():
            mine, rest = rest[: len(v.inputs)], rest[len(v.inputs) :]
            out.append(v.draw(text, model, lang, *mine) if name == view else gr.skip())
        return out

    return see


def examples() -> str:
    """Chips: five beginnings in each language."""
    return render("next_word/tab.html", TEXTS, "", examples=EXAMPLES)


def open_first(request: gr.Request, model: str, lang: str) -> dict:
    """The link's text, view and controls, else the first example."""
    read = partial(links.read, request, TAB)
    unit = read("unit", "word")
    options = (("temperature", 1, 2), ("top_k", 0, 50), ("top_p", 1, 1))
    told = {
        "text": read("text", FIRST["pt" if lang.startswith("pt") else "en"]),
        "model": read("model", model),
        "unit": unit if unit in ("word", "token") else "word",
        "other": read("other", ""),
    }
    told |= {name: read(name, default, 0, high) for name, default, high in options}
    return told | links.view(request, TAB, ("bars", *VIEWS))


def append(
    text: str, model: str, lang: str, history: list, place: tuple, event: Pick
) -> tuple[str, list, tuple]:
    """A bar was picked: its word joins the text; or back from a place within the text to its end."""
    if event.pick == "back":
        return text, history, ("", None)
    with spoken(lang):
        return bars.append(text, event.pick, model), [*history[-99:], text], place


def visit(lang: str, text: str, history: list, event: Pick) -> tuple[gr.Dropdown, str, list]:
    """A model that this visitor fine-tuned becomes the one that reads and writes here, after how its page
    begins."""
    name, _, opener = event.pick.partition("\n")
    with spoken(lang):
        name = language.visiting.models().get(name).name
        box = gr.Dropdown(choices=[*choices(), (models.called(name, lang), name)], value=name)
        return box, opener or text, [*history[-99:], text] if opener else history


def named(model: str) -> str:
    """Above the sentence: that a model of this visit reads it; nothing for any other."""
    return models.TEXTS.both("visiting") if language.visiting.is_visiting(model) else ""


def look_at(text: str, event: Pick) -> tuple:
    """A word of the sentence was tapped: what did the model expect there?"""
    if not 0 <= event.number() < len(text):
        raise CallUnreadable()
    return (text, event.number()), gr.Tabs(selected="bars"), "bars"


def choose(text: str, history: list, event: Pick) -> tuple[str, list]:
    return event.pick, [*history[-99:], text]


def as_chat(on: bool, text: str, model: str, lang: str, history: list) -> tuple[str, list, bool]:
    """The message laid out as the model's template has it; off again, what stood there before."""
    if not on:
        return *step_back(text, history), False
    try:
        return language.chat.laid_out(text, model), [*history[-99:], text], True
    except GenerativeError as error:
        if (name := error.facts.get("name")) in models.TEXTS.strings:
            error.facts["name"] = models.called(name, lang)
        gr.Warning(escape(error.say(lang), quote=False))
        return text, history, False


def remembering(work: Callable) -> Callable:
    """A handler that lets a view change the text, and keeps the old one for the undo."""

    def take(event: Pick, text: str, history: list, *inputs: object) -> tuple[str, list]:
        changed = work(text, event.given, *inputs)
        return changed, history if changed == text else [*history[-99:], text]

    return take


def step_back(text: str, history: list) -> tuple[str, list]:
    return (history[-1], history[:-1]) if history else (text, history)
