"""Guess the next word: one gap for you and for every model, scored in bits of surprise."""

import random
from typing import NamedTuple

import gradio as gr
from markupsafe import Markup

from demos.next_word.view import Sentence, first_screen
from demos.room.invite import invite
from demos.ui.clickable import Clickable, Pick
from demos.ui.errors import spoken
from demos.ui.frame import QUICK
from demos.ui.models import called
from demos.ui.templates import render
from demos.ui.texts import Texts, beside, percent, which
from generative.games import guess

TEXTS = Texts(
    "words_game",
    {
        "lead": (
            "Qual é a palavra da lacuna, e quanta certeza você tem? Os modelos jogam com você.",
            "Which word fills the gap, and how sure are you? The models have read the same and play too.",
        ),
        "rules": ("Como se conta", "How it is counted"),
        "count": ("Jogo {seed} · palavra {n} de {of}", "Game {seed} · word {n} of {of}"),
        "gap": ("lacuna", "gap"),
        "picked": ("Qual é a palavra?", "Which word is it?"),
        "typed": ("ou escreva a sua palavra", "or write your own word"),
        "sure": (
            "Quanta certeza? Um toque responde.",
            "How sure are you? One tap answers.",
        ),
        "sure_25": ("um chute", "a guess"),
        "sure_50": ("pode ser", "maybe"),
        "sure_75": ("acho que sim", "I think so"),
        "sure_95": ("quase certeza", "nearly certain"),
        "right": ("Isso: “{word}”. Você pagou {bits} bits.", "Yes: “{word}”. You paid {bits} bits."),
        "wrong": (
            "Era “{word}”, não “{guess}”. Você pagou {bits} bits.",
            "It was “{word}”, not “{guess}”. You paid {bits} bits.",
        ),
        "player": ("Você", "You"),
        "who": ("Quem", "Who"),
        "odds": ("Probabilidade dada", "Probability given"),
        "now": ("Bits", "Bits"),
        "total": ("Total", "Total"),
        "won": ("venceu", "won"),
        "yours": ("sua palavra", "your word"),
        "truth": ("palavra certa", "right word"),
        "next": ("Próxima palavra", "Next word"),
        "finish": ("Ver o resultado", "See the result"),
        "end": ("Jogo {seed}: resultado", "Game {seed}: the result"),
        "end_note": (
            "Você pagou em média {bits} bits por palavra: a mesma surpresa de hesitar entre {n} palavras "
            "igualmente prováveis (a perplexidade, em inglês “perplexity”).",
            "You paid {bits} bits a word on average: as surprised as one who wavers among {n} equally likely "
            "words (the perplexity).",
        ),
        "place": ("Lugar", "Place"),
        "mean": ("Por palavra", "Per word"),
        "wins": ("Vitórias", "Rounds won"),
        "word": ("Palavra", "Word"),
        "said": ("Você disse", "You said"),
        "best": ("Melhor modelo", "Best model"),
        "start": ("Começar", "Start"),
        "again": ("Novo jogo", "New game"),
        "seed": ("Número do jogo", "Game number"),
        "seed_info": (
            "O mesmo número dá a todos as mesmas dez; vazio: sorteia",
            "The same number deals everyone the same ten; empty: drawn",
        ),
        "language": ("Língua dos trechos", "Language of the passages"),
        "help": ("Mostrar seis palavras para escolher", "Show six words to choose from"),
        **beside(__file__),
    },
)
AS_TYPED = gr.InputHTMLAttributes(autocapitalize="off", autocorrect="off", spellcheck=False)
FIRST_SEEN = "trigger('pick', {pick: veredas.locale});"
LOCALES = {"pt": "pt-BR", "en": "en-US"}  # which voice reads a passage
CHOICES, NEXT = ".guess-words input, .guess-typed textarea", ".guess-next"  # where the keyboard goes on
FOCUS = (
    "() => setTimeout(() => {{ document.querySelector('{0}')?.focus({{preventScroll: true}}); "
    "document.querySelector('.guess-page')?.scrollIntoView({{block: 'nearest'}}); }}, 60)"
)


class Game(NamedTuple):
    """One visitor's game: the rounds dealt, the results so far, and the round on screen (10: the end)."""

    rounds: list[guess.Round]
    results: tuple[guess.Result, ...] = ()
    score: guess.Score = guess.Score()
    at: int = 0

    @property
    def answered(self) -> bool:
        return len(self.results) > self.at

    @property
    def over(self) -> bool:
        return self.at == len(self.rounds)


def build(s: Sentence) -> None:
    """The game; the sentence above plays no part in it, only the page's language does."""
    game = gr.State()
    with first_screen(TEXTS, kind="alone"):
        page = Clickable(script=FIRST_SEEN, elem_classes="fill guess-page")
        with gr.Column(visible=False, scale=0, elem_classes="guess-asks") as ask:
            picked = gr.Radio([], label=TEXTS["picked"], show_label=False, elem_classes="guess-words")
            typed = typed_box()
            sure = Clickable(sure_buttons())
        next_round = gr.Button(TEXTS["next"], variant="primary", visible=False, elem_classes="guess-next")
    gr.Markdown(TEXTS["bits"], elem_classes="note")
    with gr.Row(elem_classes="guess-setup"):
        seed = gr.Textbox(label=TEXTS["seed"], info=TEXTS["seed_info"], min_width=220, max_lines=1)
        spoken_in = gr.Radio(
            [("Português", "pt"), ("English", "en")],
            value=passages_for(s.language.value),
            label=TEXTS["language"],
            min_width=220,
        )
        start = gr.Button(TEXTS["start"], variant="primary", min_width=180)
    help_on = gr.Checkbox(True, label=TEXTS["help"])
    with gr.Accordion(TEXTS["rules"], open=False):
        gr.Markdown(TEXTS["rules_text"], elem_classes="reading")
    gr.HTML(invite("words"), apply_default_css=False)

    own = {"api_visibility": "private", "show_progress": "minimal", "show_progress_on": page}
    drawn = [game, page, ask, picked, typed, next_round, start, seed]
    page.pick(first_game, game, drawn, **own)
    s.language.change(passages_for, s.language, spoken_in, **QUICK)
    start.click(begin, [seed, spoken_in, s.language], drawn, **own).success(None, js=to(CHOICES), **QUICK)
    sure.pick(answer, [game, picked, typed, s.language], drawn, **own).success(None, js=to(NEXT), **QUICK)
    next_round.click(go_on, [game, s.language], drawn, **own).success(None, js=to(CHOICES), **QUICK)
    picked.input(None, None, typed, js="() => ''", **QUICK)
    typed.input(None, None, picked, js="() => null", **QUICK)
    typed.submit(None, js="() => document.querySelector('.guess-sure button').focus()", **QUICK)
    help_on.change(lambda on: gr.Radio(visible=on, value=None), help_on, picked, **QUICK)


def typed_box() -> gr.Textbox:
    """For who knows the word without the six."""
    shape = {"show_label": False, "elem_classes": "guess-typed", "html_attributes": AS_TYPED}
    return gr.Textbox(label=TEXTS["typed"], placeholder=TEXTS["typed"], max_lines=1, **shape)


def to(place: str) -> str:
    """What a browser runs to bring the keyboard to the next thing to do, and the passage into view."""
    return FOCUS.format(place)


def passages_for(lang: str) -> str:
    """Which passages a visitor gets who has chosen none."""
    return guess.LANGUAGES[which(lang)]


def sure_buttons() -> Markup:
    """The four ways to be sure; one tap answers. In both languages, as it stands before anyone reads it."""
    said = {
        n: [(lang, percent(n / 100, lang, 0), TEXTS.say(f"sure_{n}", lang)) for lang in guess.LANGUAGES]
        for n in guess.SURE
    }
    return render("next_word/game_sure.html", TEXTS, "", buttons=said)


# ---- playing ----


def first_game(game: Game | None, event: Pick) -> tuple:
    """The view is seen: a game is dealt, unless one is played; `event.pick` is the page's language."""
    return (gr.skip(),) * 8 if game else begin("", passages_for(event.pick), event.pick)


def begin(seed: str, passages: str, lang: str) -> tuple:
    """A new game, by its number or a drawn one."""
    with spoken(lang):
        return screen(Game(guess.deal(seed_of(seed), passages)), lang)


def seed_of(text: str) -> int | str:
    """The number in the field, a drawn one if it is empty; what is no number stays, for `deal` to refuse."""
    text = text.strip()
    if not text:
        return random.randrange(1, 10_000)
    return int(text) if text.isdecimal() and len(text) < 20 else text


def answer(game: Game | None, picked: str | None, typed: str, lang: str, event: Pick) -> tuple:
    """The guess, counted once."""
    if game is None or game.answered or game.over:
        return (gr.skip(),) * 8
    with spoken(lang):
        result = guess.judge(game.rounds[game.at], typed.strip() or picked or "", event.number())
    results, score = (*game.results, result), game.score.after(result.bits)
    return screen(game._replace(results=results, score=score), lang)


def go_on(game: Game | None, lang: str) -> tuple:
    """The next word, or the end; not before this one is answered."""
    if game is None or not game.answered:
        return (gr.skip(),) * 8
    return screen(game._replace(at=game.at + 1), lang)


def screen(game: Game, lang: str) -> tuple:
    """The game and all that shows it: page, question, words, typed text, next, start, number."""
    asking = not (game.answered or game.over)
    with spoken(lang):
        offered = guess.offer(game.rounds[game.at]) if asking else ()
    last = game.at == len(game.rounds) - 1
    return (
        game,
        page(game, lang),
        gr.Column(visible=asking),
        gr.Radio(choices=list(offered), value=None),
        "",
        gr.Button(TEXTS["finish"] if last else TEXTS["next"], visible=game.answered),
        gr.Button(TEXTS["again"], variant="primary" if game.over else "secondary"),
        "",
    )


# ---- drawing ----


class Contestant(NamedTuple):
    """One row of a round: what it gave the right word and the player's, its bits now and in all."""

    name: str
    p_word: float
    p_guess: float
    bits: float
    total: float
    won: bool


class Told(NamedTuple):
    """A row of the end: what was played, and the model that did best."""

    result: guess.Result
    sure: float
    bits: float
    best: float
    name: str


def page(game: Game, lang: str) -> Markup:
    """The passage with its gap and, once answered, what each paid; after the last, the result."""
    return ending(game, lang) if game.over else passage(game, lang)


def passage(game: Game, lang: str) -> Markup:
    """The text up to the gap; once answered, the word in it, the rest, and what each contestant paid."""
    dealt, result = game.rounds[game.at], game.results[game.at] if game.answered else None
    facts = {"dealt": dealt, "n": game.at + 1, "of": len(game.rounds), "locale": LOCALES[dealt.language]}
    found = contestants(game, result, lang) if result else []
    return render(
        "next_word/game.html", TEXTS, lang, result=result, contestants=found, player=guess.PLAYER, **facts
    )


def contestants(game: Game, result: guess.Result, lang: str) -> list[Contestant]:
    """Everyone who played the round."""
    least = min(result.bits.values())
    totals = {tally.name: tally.bits for tally in game.score.tallies}
    return [
        Contestant(who(o.name, lang), o.p_word, o.p_guess, o.bits, totals[o.name], o.bits == least)
        for o in result.opinions
    ]


def who(name: str, lang: str) -> str:
    return TEXTS.say("player", lang) if name == guess.PLAYER else called(name, lang)


def ending(game: Game, lang: str) -> Markup:
    """Who paid least; then each word, what the player said, and both their bits."""
    ranking = game.score.ranking()
    mine = next(tally for tally in ranking if tally.name == guess.PLAYER)
    places = [(who(tally.name, lang), tally) for tally in ranking]
    facts = {"seed": game.rounds[0].seed, "mine": mine, "places": places, "told": told(game, lang)}
    return render("next_word/game_end.html", TEXTS, lang, **facts)


def told(game: Game, lang: str) -> list[Told]:
    """A row for each word: the player's guess with its certainty and mark, and the bits."""
    rows = []
    for result in game.results:
        best = min(result.opinions[1:], key=lambda opinion: opinion.bits)
        sure, bits = result.opinions[0].p_guess, result.bits[guess.PLAYER]
        rows.append(Told(result, sure, bits, best.bits, who(best.name, lang)))
    return rows
