"""Guess the next word: one gap for you and for every model, scored in bits of surprise."""

import random
from html import escape
from typing import NamedTuple

import gradio as gr

from demos.next_word.view import Sentence
from demos.room.invite import invite
from demos.ui.clickable import Clickable
from demos.ui.errors import spoken
from demos.ui.models import called
from demos.ui.texts import Texts, chance, number, percent, which
from generative.games import guess

TEXTS = Texts(
    "words_game",
    {
        "lead": (
            "Adivinhe a palavra que vem na lacuna e diga quanta certeza você tem. Os modelos jogam com você: "
            "cada um leu o mesmo começo, e nenhum viu estes textos no treino.",
            "Guess the word in the gap and say how sure you are. The models play too: each has read the same "
            "beginning, and none saw these texts in training.",
        ),
        "bits": (
            "A surpresa se mede em **bits**: quem deu 50\u202f% à palavra certa paga 1 bit, quem deu "
            "25\u202f% paga 2, quem deu 12,5\u202f% paga 3. Cada bit a mais é o dobro da surpresa; ganha "
            "quem paga menos. O jogo é de [Shannon (1951), *Prediction and Entropy of Printed "
            "English*](https://doi.org/10.1002/j.1538-7305.1951.tb01366.x).",
            "Surprise is counted in **bits**: whoever gave the right word 50% pays 1 bit, 25% costs 2, "
            "12.5% costs 3. Each further bit is twice as surprised; the fewest bits win. The game is "
            "from [Shannon (1951), *Prediction and Entropy of Printed "
            "English*](https://doi.org/10.1002/j.1538-7305.1951.tb01366.x).",
        ),
        "rules": ("Como se conta", "How it is counted"),
        "rules_text": (
            "Sua aposta é uma distribuição de probabilidade: a certeza vai para a sua palavra, e o resto "
            "se divide entre todas as outras como o menor modelo faria. Se você erra, a palavra certa "
            "fica com a parte dela nesse resto. Por isso dizer 95\u202f% sem ter certeza sai caro, e "
            "dizer 25\u202f% sabendo a resposta também: em média, paga menos quem aposta o que "
            "acredita.\n\nAs seis palavras ajudam você: o modelo escolhe entre todas as palavras que "
            "existem. Para jogar de igual para igual, desligue a ajuda. Fora a certa, elas são palavras "
            "que as redes do app acham prováveis.",
            "Your bet is a probability distribution: your certainty goes to your word, and what is left "
            "is shared among all others as the smallest model would share it. If you miss, the right "
            "word gets its part of that. So saying 95% without being sure is dear, and so is saying 25% "
            "when you know: on average, whoever bets what they believe pays least.\n\nThe six words help "
            "you: the model chooses among all words there are. To play on equal terms, switch the help "
            "off. Beside the right one they are words that the app's networks find likely.",
        ),
        "count": ("Jogo {seed} · palavra {n} de {of}", "Game {seed} · word {n} of {of}"),
        "gap": ("lacuna", "gap"),
        "picked": ("Qual é a palavra?", "Which word is it?"),
        "typed": ("ou escreva a sua", "or write your own"),
        "sure": (
            "Quanta certeza você tem? Um toque responde.",
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
    },
)
AS_TYPED = gr.InputHTMLAttributes(autocapitalize="off", autocorrect="off", spellcheck=False)
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
    gr.Markdown(TEXTS["lead"], elem_classes="note")
    game = gr.State()
    page = gr.HTML(apply_default_css=False, elem_classes="guess-page")
    with gr.Column(visible=False) as ask:
        picked = gr.Radio([], label=TEXTS["picked"], elem_classes="guess-words")
        typed = gr.Textbox(label=TEXTS["typed"], elem_classes="guess-typed", html_attributes=AS_TYPED)
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
    quick = {"api_visibility": "private", "show_progress": "hidden"}
    drawn = [game, page, ask, picked, typed, next_round, start, seed]
    s.language.change(passages_for, s.language, spoken_in, **quick)
    start.click(begin, [seed, spoken_in, s.language], drawn, **own).success(None, js=to(CHOICES), **quick)
    sure.pick(answer, [game, picked, typed, s.language], drawn, **own).success(None, js=to(NEXT), **quick)
    next_round.click(go_on, [game, s.language], drawn, **own).success(None, js=to(CHOICES), **quick)
    picked.input(None, None, typed, js="() => ''", **quick)
    typed.input(None, None, picked, js="() => null", **quick)
    typed.submit(None, js="() => document.querySelector('.guess-sure button').focus()", **quick)
    help_on.change(lambda on: gr.Radio(visible=on, value=None), help_on, picked, **quick)


def to(place: str) -> str:
    """What a browser runs to bring the keyboard to the next thing to do, and the passage into view."""
    return FOCUS.format(place)


def passages_for(lang: str) -> str:
    """Which passages a visitor gets who has chosen none."""
    return guess.LANGUAGES[which(lang)]


def sure_buttons() -> str:
    """The four ways to be sure; one tap answers. In both languages, as it stands before anyone reads it."""
    buttons = (f'<button data-pick="{n}">{_sure(n, "pt")}{_sure(n, "en")}</button>' for n in guess.SURE)
    return f'<p class="guess-ask">{TEXTS.both("sure")}</p><div class="guess-sure">{"".join(buttons)}</div>'


def _sure(n: int, lang: str) -> str:
    return f'<span lang="{lang}"><b>{percent(n / 100, lang, 0)}</b>{TEXTS.say(f"sure_{n}", lang)}</span>'


# ---- playing ----


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


def answer(game: Game | None, picked: str | None, typed: str, lang: str, event: gr.EventData) -> tuple:
    """The guess, counted once."""
    if game is None or game.answered or game.over:
        return (gr.skip(),) * 8
    with spoken(lang):
        result = guess.judge(game.rounds[game.at], typed.strip() or picked or "", int(event.pick))
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
        ending(game, lang) if game.over else passage(game, lang),
        gr.Column(visible=asking),
        gr.Radio(choices=list(offered), value=None),
        "",
        gr.Button(TEXTS["finish"] if last else TEXTS["next"], visible=game.answered),
        gr.Button(TEXTS["again"], variant="primary" if game.over else "secondary"),
        "",
    )


# ---- drawing ----


def passage(game: Game, lang: str) -> str:
    """The text up to the gap; once answered, the word in it, the rest, and what each contestant paid."""
    dealt = game.rounds[game.at]
    count = TEXTS.say("count", lang, seed=dealt.seed, n=game.at + 1, of=len(game.rounds))
    gap, outcome = f'<span class="gap" role="img" aria-label="{TEXTS.say("gap", lang)}"></span>', ""
    if game.answered:
        result = game.results[game.at]
        gap = f'<b class="found">{escape(result.word)}</b>{escape(result.after)}'
        if not result.right:
            gap = f"<del>{escape(result.guess)}</del> {gap}"
        outcome = verdict(result, lang) + round_table(game, result, lang)
    return (
        f'<p class="guess-count">{count}</p>'
        f'<p class="guess-text" lang="{LOCALES[dealt.language]}">{escape(dealt.before)} {gap}</p>{outcome}'
    )


def verdict(result: guess.Result, lang: str) -> str:
    bits = number(result.bits[guess.PLAYER], lang)
    said = TEXTS.say(
        "right" if result.right else "wrong", lang, word=result.word, guess=result.guess, bits=bits
    )
    return f'<p class="verdict" role="status">{escape(said)}</p>'


def who(name: str, lang: str) -> str:
    return TEXTS.say("player", lang) if name == guess.PLAYER else escape(called(name, lang))


def round_table(game: Game, result: guess.Result, lang: str) -> str:
    """One row a contestant: what it gave the two words, its bits now and in all."""
    least = min(result.bits.values())
    totals = {tally.name: tally.bits for tally in game.score.tallies}
    rows = []
    for opinion in result.opinions:
        won = f"<small>{TEXTS.say('won', lang)}</small>" if opinion.bits == least else ""
        rows.append(
            (
                who(opinion.name, lang),
                odds(result, opinion, lang),
                f"<b>{number(opinion.bits, lang)}</b>{won}",
                number(totals[opinion.name], lang),
            )
        )
    return table("guess-round", ("who", "odds", "now", "total"), rows, lang)


def odds(result: guess.Result, opinion: guess.Opinion, lang: str) -> str:
    """Two bars on a scale from 0 to 1: the right word solid, the player's miss hatched."""
    bars = _bar("yes", result.word, TEXTS.say("truth", lang), opinion.p_word, lang)
    if result.right:
        return bars
    return bars + _bar("no", result.guess, TEXTS.say("yours", lang), opinion.p_guess, lang)


def _bar(kind: str, word: str, role: str, p: float, lang: str) -> str:
    return (
        f'<div class="odds {kind}"><span title="{role}">{escape(word)}</span>'
        f"<span>{chance(p, lang)}</span>"
        f'<i><i style="width:{100 * p:.2f}%"></i></i></div>'
    )


def ending(game: Game, lang: str) -> str:
    """Who paid least; then each word, what the player said, and both their bits."""
    ranking = game.score.ranking()
    places = [
        (str(place), who(t.name, lang), f"<b>{number(t.bits, lang)}</b>", number(t.mean, lang), str(t.wins))
        for place, t in enumerate(ranking, start=1)
    ]
    mine = next(tally for tally in ranking if tally.name == guess.PLAYER)
    among = number(mine.perplexity, lang, 0 if mine.perplexity >= 10 else 1)
    note = TEXTS.say("end_note", lang, bits=number(mine.mean, lang), n=among)
    return (
        f'<h3 class="guess-end">{TEXTS.say("end", lang, seed=game.rounds[0].seed)}</h3>'
        + table("guess-final", ("place", "who", "total", "mean", "wins"), places, lang)
        + f'<p class="guess-ask">{note}</p>'
        + table("guess-words-told", ("word", "said", "player", "best"), told(game, lang), lang)
    )


def told(game: Game, lang: str) -> list[tuple[str, ...]]:
    """A row for each word: the player's guess with its certainty and mark, and the bits."""
    rows = []
    for result in game.results:
        best = min(result.opinions[1:], key=lambda opinion: opinion.bits)
        sure = percent(result.opinions[0].p_guess, lang, 0)
        rows.append(
            (
                escape(result.word),
                f"{'✓' if result.right else '✗'} {escape(result.guess)} <small>{sure}</small>",
                number(result.bits[guess.PLAYER], lang),
                f"{number(best.bits, lang)}<small>{who(best.name, lang)}</small>",
            )
        )
    return rows


def table(kind: str, heads: tuple[str, ...], rows: list[tuple[str, ...]], lang: str) -> str:
    """An HTML table: keys of TEXTS above, cells that are HTML already."""
    head = "".join(f'<th scope="col">{TEXTS.say(key, lang)}</th>' for key in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f'<table class="guess-table {kind}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
