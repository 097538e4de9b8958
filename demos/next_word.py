"""Next word: type a beginning, see how the model would go on (exact probabilities), click to add a word."""

from html import escape
from typing import TypedDict

import gradio as gr

from demos.ui import frame, links
from demos.ui.charts import Bar, bars, visible
from demos.ui.clickable import Clickable
from demos.ui.errors import accepted, spoken
from demos.ui.gpu import on_gpu
from demos.ui.words import Words
from generative import language
from generative.errors import GenerativeError

TAB = "next_word"
WORDS = Words(
    TAB,
    {
        "tab": ("Próxima palavra", "Next word"),
        "lead": (
            "Escreva um começo: o modelo dá uma probabilidade a cada continuação possível. Clique em uma "
            "para acrescentá-la.",
            "Write a beginning: the model gives a probability to every possible next piece. Click one "
            "to add it.",
        ),
        "text": ("Seu texto", "Your text"),
        "undo": ("Desfazer", "Undo"),
        "model": ("Modelo", "Model"),
        "model_info": (
            "O que vem no app, ou o nome de um modelo do Hugging Face Hub (precisa de rede na primeira vez)",
            "The one in the app, or the name of a Hugging Face Hub model (needs a network the first time)",
        ),
        "more": ("Mais: escolher outro modelo", "More: choose another model"),
        "rest": ("todas as outras ({n})", "all others ({n})"),
        "left_out": (
            "O modelo lê só os últimos {block_size} tokens; {n} ficaram de fora.",
            "The model reads only the last {block_size} tokens; {n} were left out.",
        ),
        "legend": (
            "␣ marca o espaço. Cada linha é um token, o pedaço de palavra com que o modelo trabalha; "
            "as barras somam 100 % com a última linha.",
            "␣ marks the space. Each row is a token, the piece of a word that the model works with; "
            "the bars and the last row sum to 100%.",
        ),
        "try": (
            "1. Comece com *Era uma vez* e clique sempre na barra mais longa, dez vezes. Quando a "
            "história começa a andar em círculos?\n2. Compare *O gato subiu no* e *Subiu gato no o*: as "
            "mesmas palavras, outra ordem. O que acontece com as barras?\n3. Escreva uma frase em "
            "português e troque a última palavra por uma inglesa. Em quantos tokens o modelo muda de "
            "língua?",
            "1. Start with *Once upon a* and click the longest bar ten times. When does the story begin "
            "to walk in circles?\n2. Compare *The cat sat on the* with *Sat cat the on the*: same words, "
            "another order. What happens to the bars?\n3. Write a sentence in English and swap its last "
            "word for a Portuguese one. How many tokens until the model changes language?",
        ),
        "slides": (
            "Um modelo de linguagem dá uma probabilidade a uma sequência de palavras $w = (w_1, "
            "\\dots, w_l)$. A regra da cadeia (*chain rule*) a decompõe:\n\n$$p(w) = \\prod_{t=1}^{l} "
            "p(w_t \\mid w_1, \\dots, w_{t-1})$$\n\nAs barras são um desses fatores: $p(w_t \\mid w_1, "
            "\\dots, w_{t-1})$, para todo token do vocabulário ao mesmo tempo.",
            "A language model assigns a probability to a sequence of words $w = (w_1, \\dots, w_l)$. "
            "The chain rule decomposes it:\n\n$$p(w) = \\prod_{t=1}^{l} p(w_t \\mid w_1, \\dots, "
            "w_{t-1})$$\n\nThe bars are one of these factors: $p(w_t \\mid w_1, \\dots, w_{t-1})$, "
            "for every token of the vocabulary at once.",
        ),
        "behind": (
            "Um Transformer pequeno (arquitetura Llama), treinado aqui do zero em textos em português "
            "e inglês; o vocabulário tem 8.192 tokens (BPE em bytes). As probabilidades são exatas: "
            "softmax em 32 bits sobre o vocabulário inteiro. Ele aprendeu com pouco texto: escreve "
            "frases, não sabe fatos. Dados, licenças e medidas: `weights/language_small/README.md`.",
            "A small Transformer (Llama architecture), trained from scratch on Portuguese and English "
            "text; the vocabulary has 8,192 tokens (byte-level BPE). The probabilities are exact: a "
            "32-bit softmax over the whole vocabulary. It learned from little text: it writes "
            "sentences, it knows no facts. Data, licences and measurements: "
            "`weights/language_small/README.md`.",
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


def build(tabs: gr.Tabs, tab: gr.Tab, language_box: gr.Textbox) -> None:
    """The tab's content and its events."""
    frame.lead(WORDS)
    text = gr.Textbox(label=WORDS["text"], lines=2, max_lines=8, elem_classes="sentence", autofocus=True)
    chart = Clickable(min_height=480)
    history = gr.State([])
    with gr.Row():
        undo = gr.Button(WORDS["undo"], size="sm", scale=0, min_width=150, elem_classes="quiet")
        share = gr.Row(elem_classes="rare")
    chips = Clickable(examples(), elem_classes="rare")
    with gr.Accordion(WORDS["more"], open=False, elem_classes="rare"):
        model = gr.Dropdown(
            [language.DEFAULT, *HUB_MODELS],
            value=language.DEFAULT,
            allow_custom_value=True,
            label=WORDS["model"],
            info=WORDS["model_info"],
        )
    with share:
        links.copy_button(TAB, {"text": text, "model": model})
    frame.foot(WORDS)

    quick = {"show_progress": "hidden", "api_visibility": "private"}
    see = {"fn": show, "inputs": [text, model, language_box], "outputs": chart}
    chart.pick(append, [text, model, history, language_box], [text, history], **quick)
    chips.pick(choose, [text, history], [text, history], **quick)
    undo.click(step_back, [text, history], [text, history], **quick)
    tab.select(open_first, [text, model, language_box], [text, model], **quick)
    text.change(**see, **quick, trigger_mode="always_last")  # typed, pasted, clicked or undone
    model.change(**see, api_visibility="private", trigger_mode="always_last")
    gr.api(next_words, api_name="next_words")
    gr.api(score_text, api_name="score_text")


lent_next_words = on_gpu(language.next_words)
lent_score_text = on_gpu(language.score_text)


def predict(text: str, model: str, *options: float) -> language.NextWords:
    """Next words; a Hub model computes on a lent GPU where the host lends one."""
    work = language.next_words if language.is_shipped(model) else lent_next_words
    return work(text, model, *options)


def examples() -> str:
    """Chips: five beginnings in each language."""
    groups = (
        f"<h4>{name}</h4>" + "".join(f'<button data-pick="{e}">{e} …</button>' for e in EXAMPLES[code])
        for code, name in (("pt", "Português"), ("en", "English"))
    )
    return f'<div class="chips">{"".join(groups)}</div>'


def open_first(text: str, model: str, lang: str, request: gr.Request) -> tuple[str, str]:
    """What the tab opens with: the link's text, else the first example."""
    text = text or links.read(request, TAB, "text", FIRST["pt" if lang.startswith("pt") else "en"])
    return text, links.read(request, TAB, "model", model)


def show(text: str, model: str, lang: str) -> str:
    """The bars, or the sentence that says why there are none."""
    try:
        return chart_of(predict(text, model, 10), lang)
    except GenerativeError as error:
        return f'<p class="verdict">{escape(error.say(lang))}</p>'


def chart_of(found: language.NextWords, lang: str) -> str:
    rows = [Bar(visible(w.text), w.p, str(w.token)) for w in found.words]
    rest = Bar(WORDS.say("rest", lang, n=found.vocabulary - len(rows)), found.rest)
    notes = [WORDS.say("legend", lang)]
    if found.left_out:
        notes.insert(0, WORDS.say("left_out", lang, block_size=language.CONTEXT, n=found.left_out))
    return bars(rows, rest, lang) + f'<p class="note">{" ".join(notes)}</p>'


def append(text: str, model: str, history: list, lang: str, event: gr.EventData) -> tuple[str, list]:
    with spoken(lang):
        return language.append(text, int(event.pick), model), [*history[-99:], text]


def choose(text: str, history: list, event: gr.EventData) -> tuple[str, list]:
    return event.pick, [*history[-99:], text]


def step_back(text: str, history: list) -> tuple[str, list]:
    return (history[-1], history[:-1]) if history else (text, history)


# ---- the public API ----


class ApiWord(TypedDict):
    text: str
    p: float


class ApiNextWords(TypedDict):
    model: str
    words: list[ApiWord]
    rest: float


class ApiTextScore(TypedDict):
    tokens: list[ApiWord]
    log_p: float
    perplexity: float
    bits_per_byte: float


def next_words(
    text: str,
    model: str = "",
    n: int = 10,
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
    request: gr.Request = None,
) -> ApiNextWords:
    """The n most probable next tokens after `text`, with exact probabilities over the whole vocabulary.

    temperature 0 is greedy; top_k 0 and top_p 1 cut nothing off. `rest` is the mass of all tokens not listed.
    """
    with spoken(accepted(request)):
        found = predict(text, model, n, temperature, top_k, top_p)
        return {
            "model": found.model,
            "words": [{"text": w.text, "p": w.p} for w in found.words],
            "rest": found.rest,
        }


def score_text(text: str, model: str = "", request: gr.Request = None) -> ApiTextScore:
    """Every token of `text` with its p given what came before; log_p (natural) is the sum of their logs."""
    with spoken(accepted(request)):
        score = (language.score_text if language.is_shipped(model) else lent_score_text)(text, model)
        return {
            "tokens": [{"text": w.text, "p": w.p} for w in score.tokens],
            "log_p": score.log_p,
            "perplexity": score.perplexity,
            "bits_per_byte": score.bits_per_byte,
        }
