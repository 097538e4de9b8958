"""Fine-tuning on a page that a visitor pastes, in front of the class: what it writes, before and after.

A preset is computed once for all who watch it. A visitor's own page goes to Python once, past Gradio's queue
and log, and stays in memory under a secret key until the visit is over, as does the model that learnt it.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Required

import gradio as gr

from demos.learning import page_api
from demos.learning.visits import VISITS, left
from demos.ui import ask, links
from demos.ui.clickable import Pick
from demos.ui.frame import QUICK
from demos.ui.kinds import Call
from demos.ui.live import answer
from demos.ui.models import TEXTS as MODELS
from demos.ui.templates import render
from demos.ui.texts import Texts, beside
from demos.ui.watch import Watched, Watching, number, text
from generative.errors import within
from generative.language import visiting
from generative.learning import finetune, pages
from generative.learning.finetune import MOST_RANK, Recipe
from generative.learning.records import Record
from generative.shelf import Work

OWN = "own"  # in the address, of a pasted page
FIRST = {"paper": "", "base": "language_small", "how": "full", "rank": 4}
NAMES = {
    "machado": ("Machado de Assis", "Machado (in Portuguese)"),
    "receita": ("Receitas", "Recipes"),
    "futebol": ("Futebol", "Football"),
    "alice": ("Alice (em inglês)", "Alice"),
    "recipe": ("Receitas", "Recipes"),
    "football": ("Futebol", "Football"),
}
TEXTS = Texts(
    "learning_page",
    {
        "tab": ("Uma página", "One page"),
        "lead": ("Cole uma página e ajuste o modelo a ela.", "Paste a page and fine-tune the model on it."),
        "own": ("Cole aqui um texto seu", "Paste a text of yours here"),
        "model": ("Modelo", "Model"),
        "how": ("O que se ajusta", "What is trained"),
        "full": ("tudo", "all of it"),
        "last": ("última camada", "last layer"),
        "lora": ("matrizes LoRA", "LoRA matrices"),
        "rank": ("posto (rank) {n}", "rank {n}"),
        "learning": ("{n} números aprendem ({p})", "{n} numbers learn ({p})"),
        "train": ("Treinar", "Train"),
        "stop": ("Parar", "Stop"),
        "before": ("Antes", "Before"),
        "now": ("Agora", "Now"),
        "step": (", passo {k} de {n}", ", step {k} of {n}"),
        "seconds": ("em {s} s", "in {s} s"),
        "empty": ("O que ele escreve muda aqui.", "What it writes changes here."),
        "of_page": ("a página", "the page"),
        "of_same": ("outra da mesma mão", "another by that hand"),
        "of_untouched": ("texto intocado", "untouched text"),
        "bits": ("bits por byte", "bits per byte"),
        "change": ("{a} → {b}", "{a} → {b}"),
        "meaning": (
            "Na página, cada letra era como escolher entre {a}; agora, entre {b}.",
            "On the page, each letter was like a choice among {a}; now among {b}.",
        ),
        "curve": ("bits por byte da página, a cada passo", "bits per byte of the page, step by step"),
        "use": ("Usar em Próxima palavra", "Use it in Next word"),
        "vote": ("Perguntar à turma", "Ask the class"),
        "vote_text": (
            "“{prompt}”: qual das duas continuações é do modelo ajustado?",
            "“{prompt}”: which of the two continuations is by the fine-tuned model?",
        ),
        "cut": (
            "Coube só o começo: {n} caracteres ficaram de fora.",
            "Only the beginning fits: {n} characters were cut off.",
        ),
        "yours": (
            "Seu texto fica só nesta visita: o link não o leva.",
            "Your text stays in this visit: the link does not carry it.",
        ),
        "elsewhere": (
            "O link era de uma página colada, que não sai da visita de quem a colou. Cole a sua.",
            "The link was of a pasted page, which stays with whoever pasted it. Paste yours.",
        ),
        "hurried": ("Outros esperavam: parou no passo {k}.", "Others were waiting: it stopped at step {k}."),
        "stopped": ("Parado. O modelo original segue intacto.", "Stopped. The shipped model is unchanged."),
        **{f"name_{name}": pair for name, pair in NAMES.items()},
        **beside(__file__),
    },
)
UNSAID = ("tab", "lead", "know", "know_title", "train", "stop", "use", "vote", "before", "now")


class Chosen(Call, total=False):
    """From the browser: what is trained on and how; key: of a page of one's own."""

    page: str
    key: str
    base: str
    how: str
    rank: float


class Tuned(Watched, Chosen, total=False):
    again: float


class Pasted(Call):
    text: Required[str]


def build(opened: gr.Tab, language_box: gr.Textbox) -> dict[str, gr.components.Component]:
    """Gives the fields that the address carries, by name; no other view of the tab uses these names."""
    fields = links.hidden(FIRST)
    with ask.asked("learning_page"):
        tuned = component()
    links.tie(tuned, fields, opened.select)
    tuned.pick(belongs, None, None, **QUICK)
    gr.context.Context.root_block.unload(left)
    with gr.Accordion(TEXTS["know_title"], open=False, elem_classes="rare"):
        gr.Markdown(TEXTS["know"], elem_classes="reading")
    for call in page_api.CALLS:
        gr.api(call, api_name=call.__name__)
    return fields


def component() -> Watching:
    """The view itself."""
    said = {key: pair for key, pair in TEXTS.strings.items() if key not in UNSAID}
    by_language = {
        lang: [name for name, one in pages.presets().items() if one.language == lang] for lang in ("pt", "en")
    }
    facts = {"presets": by_language, "bases": finetune.BASES, "hows": finetune.HOWS, "most_rank": MOST_RANK}
    html = render("learning/page.html", TEXTS, "en", models=MODELS, **facts)
    js = f"const presets = {json.dumps(by_language)};\n{Path(__file__).with_suffix('.js').read_text()}"
    works = {"train": training, "stop": nothing}
    return Watching(Tuned, html, js, said, works, (look, shipped, paste, use), elem_classes="veiled")


def told(read: Callable, lang: str) -> dict:
    """What the link says of these fields, or what they begin with."""
    paper = read("paper", FIRST["paper"])
    if paper and paper != OWN and paper not in pages.presets():
        links.refuse("paper", "unknown")
        paper = ""
    return {
        "paper": paper,
        "base": read("base", FIRST["base"], check=lambda base: Recipe(base)),
        "how": read("how", FIRST["how"], check=lambda how: Recipe(how=how)),
        "rank": read("rank", FIRST["rank"], 0, MOST_RANK, check=lambda rank: Recipe(rank=rank)),
    }


# ---- what the script calls ----


def look(call: Chosen) -> dict:
    """{"learning", "parameters", "note"} of a choice; of a preset also {"text", "by", "prompt"}."""

    def work() -> dict:
        recipe = chosen(call)
        learning, parameters = finetune.learning_of(recipe.base, recipe.how, recipe.rank)
        note = recipe.note.say(call.get("language", "en")) if recipe.note else ""
        found = {"learning": learning, "parameters": parameters, "note": note}
        if name := text(call, "page"):
            page = pages.preset(name)
            found |= {"text": page.text, "by": page.by, "prompt": page.prompt}
        return found

    return answer(call, work)


def shipped(call: Chosen) -> dict:
    """{"text", "bits"}: what the shipped model writes of a preset, and its figures."""

    def work() -> dict:
        written, bits = finetune.before(pages.preset(text(call, "page")), chosen(call).base)
        return {"text": written, "bits": bits}

    return answer(call, work)


def paste(call: Pasted) -> dict:
    """{"text"} -> {"key", "cut", "prompt"}: the page is kept for this visit."""

    def work() -> dict:
        page = pages.own(text(call, "text"))
        return {"key": VISITS.put(page), "cut": page.cut, "prompt": page.prompt}

    return answer(call, work)


class Named(Call):
    name: Required[str]


def use(call: Named) -> dict:
    """{"name"} of a fine-tuned model -> {} where it is still in memory."""

    def work() -> dict:
        visiting.models().get(text(call, "name"))
        return {}

    return answer(call, work)


def belongs(request: gr.Request, event: Pick) -> None:
    """A page's key, or the name of the model that learnt it, goes with this visit."""
    VISITS.belongs(request.session_hash or "", event.pick)


# ---- works ----


def chosen(call: dict) -> Recipe:
    """The recipe of a call; of what is not LoRA every rank is the same. Raises what Recipe raises."""
    how = text(call, "how")
    rank = within("rank", number(call, "rank"), 0, MOST_RANK, whole=True) if how == "lora" else 0
    return Recipe(text(call, "base"), how, rank)


def training(call: dict) -> Work:
    """Fine-tuning as a call asks for it; `again` tells a further run from the one before."""
    again = within("again", number(call, "again"), 0, 1000, whole=True)
    return Work(run, (text(call, "page"), text(call, "key"), chosen(call), again), finetune.LANE)


def run(name: str, key: str, recipe: Recipe, again: int) -> Iterator[Record]:
    """The records, of a preset or of a page by its key."""
    yield from finetune.train(VISITS.page(key) if key else pages.preset(name), recipe)


def nothing(call: dict) -> Work:
    """To watch nothing is to stop what one watched."""
    return Work(none, ())


def none() -> Iterator[tuple]:
    return iter(())
