"""Which face is real? Ten rounds against the GAN's critic. Drawing: game.py; a class: demos/room."""

import json
import os
import random
import time

import gradio as gr

from demos.real_face import api, level
from demos.real_face.game import Game, board, ending, shared
from demos.room.invite import invite
from demos.ui import frame, links
from demos.ui.clickable import Clickable
from demos.ui.errors import spoken
from demos.ui.texts import Texts, beside
from generative import photos
from generative.games import clues, quiz

TAB = level.TAB
TEXTS = Texts(
    TAB,
    {
        **beside(__file__),
        "tab": ("Qual rosto é real?", "Which face is real?"),
        "lead": (
            "Alguns destes rostos são de pessoas fotografadas; os outros foram feitos agora, por um "
            "modelo. Você percebe quais? O crítico da própria GAN joga contra você.",
            "Some of these faces are people who were photographed; the others were made just now, by a "
            "model. Can you tell which? The GAN's own critic plays against you.",
        ),
        "next": ("Próxima rodada", "Next round"),
        "small": ("Jogar com fotos de 25 pixels", "Play with 25-pixel photos"),
        "fetch": ("Baixar as fotos (63 MB)", "Fetch the photos (63 MB)"),
        "fetched": ("Fotos prontas.", "The photos are ready."),
        "harder": ("Mais fácil, mais difícil", "Easier, harder"),
        "again": ("Novo jogo", "New game"),
        "result": ("Ver o resultado", "See the result"),
        "share": ("Copiar o resultado", "Copy the result"),
        "copied": ("Resultado copiado", "Result copied"),
        "own": ("As fotos reais e as suas", "Real photos, and your own"),
    },
)
VIEW_TEXTS = [level.TEXTS]
ON_A_SPACE = "SPACE_ID" in os.environ


def build(tabs: gr.Tabs, tab: gr.Tab, language_box: gr.Textbox) -> None:
    """Content and events. `game` is the visitor's; kind, level and sliders say how the next game will be."""
    frame.lead(TEXTS)
    game, seed = gr.State(Game()), gr.Number(visible="hidden")
    kind, name = gr.Textbox("one_real", visible="hidden"), gr.Textbox("usual", visible="hidden")
    result = gr.Textbox(visible="hidden")
    with gr.Column(visible=False) as missing:
        gr.Markdown(TEXTS["no_photos"])
        with gr.Row():
            fetch = gr.Button(TEXTS["fetch"], visible=not ON_A_SPACE)
            small = gr.Button(TEXTS["small"], variant="primary")
    with gr.Column() as table:
        board = Clickable(min_height=260)
        with gr.Row():
            next_round = gr.Button(TEXTS["next"], variant="primary", interactive=False)
            share = gr.Button(TEXTS["share"], visible=False)
    presets = Clickable(level.presets_html("one_real", "usual"), elem_classes="rare")
    with gr.Accordion(TEXTS["harder"], open=False, elem_classes="rare"):
        sliders = level.sliders()
    with gr.Row(elem_classes="rare"):
        fresh = gr.Button(TEXTS["again"])
        fields = {"seed": seed, "kind": kind, "level": name, **dict(zip(level.BITS, sliders, strict=True))}
        links.follow(TAB, fields)
        links.copy_button(TAB, fields)
    gr.HTML(invite("faces"), apply_default_css=False)
    with gr.Accordion(TEXTS["own"], open=False, elem_classes="rare"):
        gr.Markdown(TEXTS["own_text"], elem_classes="reading")
    frame.foot(TEXTS)

    quick = {"show_progress": "hidden", "api_visibility": "private"}
    drawn = [board, missing, table, next_round, share, result, game, seed]
    asked = [kind, name, *sliders, language_box]
    opened = [kind, name, *sliders, presets]
    tab.select(level.from_link, [kind, name, *sliders], opened, **quick).then(
        open_first, [game, seed, *asked], drawn, **quick
    )
    presets.pick(level.choose_preset, [kind, name, *sliders], opened, **quick).then(
        new_game, [game, *asked], drawn, **quick
    )
    gr.on([slider.release for slider in sliders] + [fresh.click], new_game, [game, *asked], drawn, **quick)
    next_round.click(go_on, [game, language_box], drawn, **quick)
    small.click(play_small, [game, *asked], drawn, **quick)
    fetch.click(fetch_photos, language_box, None, api_visibility="private").then(
        new_game, [game, *asked], drawn, **quick
    )
    # each with its own data: "always_last" sends the first pick again for one that comes while it ends
    board.pick(pick, [game, language_box], drawn, trigger_mode="multiple", **quick)
    share.click(None, result, js=f"(text) => veredas.copy(text, {json.dumps(TEXTS.strings['copied'])})")
    gr.api(api.quiz_round, api_name="quiz_round")
    gr.api(api.quiz_answer, api_name="quiz_answer")


# ---- playing ----


def open_first(request: gr.Request, game: Game, seed: int | None, *asked: object) -> tuple:
    """The first round when the tab opens, or the link's; a round under way stays as it is."""
    if game.round:
        return (gr.skip(),) * 8
    return new_game(game, *asked, seed=links.read(request, TAB, "seed", 0) or seed)


def new_game(game: Game, *asked: object, seed: int | None = None) -> tuple:
    """Ten rounds from nothing, as kind, level and sliders say now."""
    *chosen, lang = asked
    with spoken(lang):
        return deal(Game(level.level_of(*chosen).checked(), game.small), lang, seed)


def play_small(game: Game, *asked: object) -> tuple:
    return new_game(game._replace(small=True), *asked)


def go_on(game: Game, lang: str) -> tuple:
    """The next round; after the tenth the result, and after that a new game."""
    if game.answer is None and not game.ended:
        return (gr.skip(),) * 8
    if game.over and not game.ended:
        return screen(game._replace(ended=True), lang)
    kept = Game(game.level, game.small) if game.ended else game
    with spoken(lang):
        return deal(kept, lang)


def deal(game: Game, lang: str, seed: int | None = None) -> tuple:
    """A new round on the board; where there are no photos yet, how to get them."""
    source = photos.sources.source()
    if source.name == "lfw" and not game.small:
        return "", gr.Column(visible=True), gr.Column(visible=False), gr.skip(), gr.skip(), "", game, None
    seed = seed or random.randrange(2**48)
    dealt, where = quiz.deal(seed, source, game.level), clues.regions(source, game.level)
    game = Game(game.level, game.small, game.tally, dealt, where, source.attribution, source.name == "folder")
    return screen(game._replace(started=time.monotonic(), seed=seed), lang)


def fetch_photos(lang: str, progress: gr.Progress = gr.Progress()) -> None:  # noqa: B008 (how Gradio injects it)
    with spoken(lang):
        photos.sources.fetch(progress=lambda done, total: progress((done, total), unit="bytes"))
    gr.Info(TEXTS.say("fetched", lang))


def pick(game: Game, lang: str, event: gr.EventData) -> tuple:
    """A face chosen, a certainty told (that answers, once), or a clue to be marked."""
    what, _, value = str(event.pick).partition(":")
    if game.round is None or (what == "clue") != (game.answer is not None):
        return (gr.skip(),) * 8
    with spoken(lang):
        if what == "clue":
            game = game._replace(clue=None if value == game.clue else value)
        elif what == "face":
            game = game._replace(held=quiz.place(int(value)))
        elif game.held is not None:
            game = answered(game, int(value))
    return screen(game, lang)


def answered(game: Game, sure: int) -> Game:
    """The game with the held face as its answer."""
    found = quiz.answer(game.round.token, game.held)
    seconds, hit = time.monotonic() - game.started, found.critic == found.target
    return game._replace(answer=found, tally=game.tally.after(found.correct, sure / 100, seconds, hit))


def screen(game: Game, lang: str) -> tuple:
    """The game and all that shows it: board, missing, table, next, share, result, game, seed."""
    drawn = ending(game, lang) if game.ended else board(game, lang, time.monotonic() - game.started)
    label = TEXTS["again"] if game.ended else TEXTS["result"] if game.over else TEXTS["next"]
    return (
        drawn,
        gr.Column(visible=False),
        gr.Column(visible=True),
        gr.Button(label, interactive=game.answer is not None),
        gr.Button(visible=game.ended),
        shared(game, lang),
        game,
        game.seed,
    )
