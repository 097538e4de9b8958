"""Which face is real? Ten rounds against the GAN's critic. Drawing: board.py, ending.py; a class: room."""

import json
import os
import time
from pathlib import Path

import gradio as gr

from demos.real_face import api, level
from demos.real_face import board as boards
from demos.real_face import ending as endings
from demos.real_face.game import Game
from demos.room.invite import invite
from demos.room.texts import TEXTS as ROOM
from demos.ui import frame, links
from demos.ui.clickable import Clickable, Pick
from demos.ui.errors import spoken
from demos.ui.frame import QUICK
from demos.ui.kinds import CallUnreadable
from demos.ui.texts import Texts, beside
from generative import photos
from generative.games import clues, quiz, stock

TAB = level.TAB
JS = Path(__file__).with_name("board.js").read_text()
BACK_UP = """() => { // the new faces in sight, and Enter is theirs
  document.activeElement.blur();
  document.querySelector('.tab-real_face .lead').scrollIntoView();
}"""
COPIED = f"const copied = {json.dumps(endings.TEXTS.strings['copied'])};\n"
TEXTS = Texts(
    TAB,
    {
        **beside(__file__),
        "tab": ("Qual rosto é real?", "Which face is real?"),
        "lead": (
            "Fotos de gente ou rostos feitos agora? O crítico da própria GAN joga contra você.",
            "Photos of people, or faces made just now? The GAN's own critic plays against you.",
        ),
        "fetch": ("Baixar as fotos (63 MB)", "Fetch the photos (63 MB)"),
        "fetched": ("Fotos prontas.", "The photos are ready."),
        "harder": ("Mais fácil, mais difícil", "Easier, harder"),
        "again": ("Novo jogo", "New game"),
        "own": ("As fotos reais e as suas", "Real photos, and your own"),
        "how": ("Como sabemos?", "How do we know?"),
        "critic_note": ROOM.strings["critic_note"],
    },
)
VIEW_TEXTS = [level.TEXTS]
PICKS = {  # what a tap on the board may say
    "next": ("",),
    "clue": clues.CLUES,
    "origin": ("0", "1", "2"),
    "face": ("0", "1", "2", "3"),
    "sure": [str(n) for n in boards.SURE],
}
ON_A_SPACE = "SPACE_ID" in os.environ


def build(tabs: gr.Tabs, tab: gr.Tab, language_box: gr.Textbox) -> None:
    """Content and events. `game` is the visitor's; kind, level and sliders say how the next game will be."""
    frame.lead(TEXTS)
    game, seed = gr.State(Game()), gr.Number(visible="hidden")
    kind, name = gr.Textbox("one_real", visible="hidden"), gr.Textbox("usual", visible="hidden")
    board = Clickable(boards.waiting(), COPIED + JS)
    with gr.Column(visible=False, elem_classes="quiz-photos rare") as missing:
        gr.Markdown(TEXTS["no_photos"])
        fetch = gr.Button(TEXTS["fetch"], visible=not ON_A_SPACE, size="sm", scale=0)
    presets = Clickable(level.presets_html("one_real", "usual"), elem_classes="rare")
    with gr.Accordion(TEXTS["harder"], open=False, elem_classes="rare"):
        sliders = level.sliders()
    with gr.Row(elem_classes="rare"):
        fresh = gr.Button(TEXTS["again"])
        fields = {"seed": seed, "kind": kind, "level": name, **dict(zip(level.BITS, sliders, strict=True))}
        links.follow(TAB, fields)
        links.copy_button(TAB, fields)
    gr.HTML(invite("faces"), apply_default_css=False)
    for folded, said in (("how", ("critic_note", "studies")), ("own", ("own_text",))):
        with gr.Accordion(TEXTS[folded], open=False, elem_classes="rare"):
            if folded == "how":
                measured = gr.HTML(apply_default_css=False)
            for text in said:
                gr.Markdown(TEXTS[text], elem_classes="reading")
    frame.foot(TEXTS)

    drawn = [board, missing, game, seed]
    asked = [kind, name, *sliders, language_box]
    opened = [kind, name, *sliders, presets]
    links.opening(tab, TAB, level.from_link, [kind, name, *sliders], fields).then(
        open_first, [game, seed, *asked], [presets, *drawn], **QUICK
    )
    tab.select(level.measured_html, language_box, measured, **QUICK)
    presets.pick(level.choose_preset, [kind, name, *sliders], opened, **QUICK).then(
        new_game, [game, *asked], drawn, **QUICK
    )
    gr.on([slider.release for slider in sliders] + [fresh.click], new_game, [game, *asked], drawn, **QUICK)
    fresh.click(None, js=BACK_UP, **QUICK)
    fetch.click(fetch_photos, language_box, None, api_visibility="private").then(
        new_game, [game, *asked], drawn, **QUICK
    )
    # each with its own data: "always_last" sends the first pick again for one that comes while it ends
    board.pick(pick, [game, language_box], drawn, trigger_mode="multiple", **QUICK)
    gr.api(api.quiz_round, api_name="quiz_round")
    gr.api(api.quiz_answer, api_name="quiz_answer")


# ---- playing ----


def open_first(request: gr.Request, game: Game, seed: int | None, *asked: object) -> tuple:
    """The first round when the tab opens, or the link's; a round under way stays as it is."""
    presets = level.presets_html(*asked[:2])
    if game.round:
        return presets, *(gr.skip(),) * 4
    return presets, *new_game(game, *asked, seed=links.read(request, TAB, "seed", 0) or seed or None)


def new_game(game: Game, *asked: object, seed: int | None = None) -> tuple:
    """Ten rounds from nothing, as kind, level and sliders say now."""
    *chosen, lang = asked
    with spoken(lang):
        return deal(Game(level.level_of(*chosen).checked(), deals=game.deals, played=game.played), lang, seed)


def go_on(game: Game, lang: str) -> tuple:
    """The next round; after the tenth the result, and after that a new game."""
    if game.over and not game.ended:
        return screen(game._replace(ended=True), lang)
    if game.ended:
        return deal(Game(game.level, deals=game.deals, played=game.played), lang)
    return deal(game, lang, game.seed + 1)


def deal(game: Game, lang: str, seed: int | None = None) -> tuple:
    """A new round on the board, with the best photos that are here; without a seed the first of a game."""
    source, level = photos.sources.source(), game.level
    if seed is None:
        seed = stock.stock().game(source, level, game.played)
        game = game._replace(played=(*game.played, seed))
    dealt, where = stock.stock().round(seed, source, level), clues.regions(source, level)
    stock.stock().ahead(seed, source, level)
    kept = {"tally": game.tally, "turns": game.turns, "deals": game.deals + 1, "played": game.played}
    told = {
        "thanks": source.attribution,
        "own": source.name == "folder",
        "hushed": source.name == "portraits",
    }
    game = Game(level, round=dealt, regions=where, seed=seed, started=time.monotonic(), **kept, **told)
    return screen(game, lang)


def fetch_photos(lang: str, progress: gr.Progress = gr.Progress()) -> None:  # noqa: B008 (how Gradio injects it)
    with spoken(lang):
        photos.sources.fetch(progress=lambda done, total: progress((done, total), unit="bytes"))
    gr.Info(TEXTS.say("fetched", lang))


def pick(game: Game, lang: str, event: Pick) -> tuple:
    """A face chosen, a certainty told (that answers, once); then a clue to be marked, where a face came from,
    or the next round."""
    what, _, value = event.pick.partition(":")
    if game.round is None or (what in ("clue", "origin", "next")) != (game.answer is not None):
        return (gr.skip(),) * 4
    if value not in PICKS.get(what, ()):
        raise CallUnreadable()
    with spoken(lang):
        if what == "next":
            return go_on(game, lang)
        if what == "clue":
            game = game._replace(clue=None if value == game.clue else value)
        elif what == "origin":
            game = game._replace(opened=None if int(value) == game.opened else quiz.place(int(value)))
        elif what == "face":
            game = game._replace(held=quiz.place(int(value)))
        elif game.held is not None:
            game = game.answered(int(value))
    return screen(game, lang)


def screen(game: Game, lang: str) -> tuple:
    """The game and all that shows it: board, missing, game, seed."""
    drawn = endings.ending(game, lang) if game.ended else boards.board(game, lang)
    return drawn, gr.Column(visible=game.hushed), game, game.seed
