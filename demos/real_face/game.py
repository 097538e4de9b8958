"""The drawing of "Which face is real?" on its tab: three faces, the answer, ten rounds' result. HTML only."""

from functools import partial
from typing import NamedTuple

from markupsafe import Markup

from demos.room.texts import TEXTS as ROOM
from demos.ui.templates import render
from demos.ui.texts import Texts, beside, number, which
from generative.games import clues, quiz, score

SURE = (33, 50, 75, 90, 100)  # percent; a third is a guess among three

TEXTS = Texts(
    "face_game",
    {
        **beside(__file__),
        "count": ("Rodada {n} de {of}", "Round {n} of {of}"),
        "ask": (
            "Toque num rosto, ou tecle A, B ou C.",
            "Tap a face, or press A, B or C.",
        ),
        "sure": (
            "Você escolheu {choice}. Quanta certeza? Um toque responde (teclas 1 a 5).",
            "You chose {choice}. How sure are you? One tap answers (keys 1 to 5).",
        ),
        "guess": ("um chute", "a guess"),
        "certain": ("certeza", "certain"),
        "right": ("Isso: {choice}.", "Yes: {choice}."),
        "wrong": ("Não: a resposta é {choice}.", "No: the answer is {choice}."),
        "critic_right": (
            "O discriminador D também acertou: disse {choice}.",
            "The discriminator D was right too: it said {choice}.",
        ),
        "critic_alone": (
            "O discriminador D acertou: disse {choice}.",
            "The discriminator D was right: it said {choice}.",
        ),
        "critic_wrong": (
            "O discriminador D errou: disse {choice}.",
            "The discriminator D was wrong: it said {choice}.",
        ),
        "you": ("Você", "You"),
        "critic": ("D", "D"),
        "streak": ("seguidos", "in a row"),
        "end": ("Fim: {right} de {of}", "The end: {right} of {of}"),
        "result": ("Resultado", "Result"),
        "who": ("Quem", "Who"),
        "rights": ("Acertos", "Right"),
        "chance": ("Ao acaso", "By chance"),
        "best": ("Maior sequência", "Longest streak"),
        "time": ("Tempo por rodada", "Time a round"),
        "brier": ("Nota de Brier", "Brier score"),
        "shared": (
            "Veredas, “Qual rosto é real?”: {right} de {of}. Discriminador da GAN: {critic}. Brier {brier}, "
            "maior sequência {best}, {seconds} s por rodada.",
            "Veredas, “Which face is real?”: {right} of {of}. The GAN's discriminator: {critic}. Brier "
            "{brier}, longest streak {best}, {seconds} s a round.",
        ),
    },
)


class Game(NamedTuple):
    """One visitor's game: how hard, the round on the table, what is chosen, and the score so far."""

    level: quiz.Level = quiz.LEVELS["usual"]
    small: bool = False  # whether 25-pixel photos will do
    tally: score.Score = score.Score()
    round: quiz.Round | None = None
    regions: dict | None = None  # clue -> where it is
    thanks: dict | None = None
    own: bool = False  # whether the photos are from the teacher's own folder
    held: int | None = None  # the face chosen, not yet answered
    answer: quiz.Answer | None = None
    clue: str | None = None
    started: float = 0.0  # time.monotonic() when the faces were dealt
    seed: int | None = None
    ended: bool = False  # whether the result is on the page

    @property
    def over(self) -> bool:
        return self.answer is not None and self.tally.played >= score.ROUNDS


def board(game: Game, lang: str, elapsed: float) -> Markup:
    """The round on the table; `elapsed` seconds ago the faces were dealt."""
    answer, look = game.answer, game.level.seconds
    return render(
        "real_face/board.html",
        TEXTS,
        lang,
        room=partial(ROOM.say, language=lang),
        game=game,
        answer=answer,
        letters=quiz.LETTERS,
        locale=("pt-BR", "en-US")[which(lang)],
        rounds=score.ROUNDS,
        none_place=quiz.NONE,
        called=partial(called, lang=lang),
        left=max(0.0, look - elapsed) if look and not answer else None,  # seconds to look
        mark=_mark(game),
        youth=[clues.youth(recipe) for recipe in answer.recipes] if answer else [],
        sure=SURE,
        clues=clues.CLUES,
        verdict=_verdict(game, lang) if answer else "",
        studies=Markup(TEXTS.say("studies", lang)),  # with links
        thanks=game.thanks[("pt", "en")[which(lang)]],
    )


def _mark(game: Game) -> list[str]:
    """Left, top, width and height of the region that a clue marks, in percent of a picture."""
    if not (game.answer and game.clue):
        return []
    return [f"{100 * side:.1f}%" for side in game.regions[game.clue]]


def called(place: int, lang: str) -> str:
    """A choice in words: a letter, or 'none'."""
    return ROOM.say("none", lang).lower() if place == quiz.NONE else quiz.LETTERS[place]


def _verdict(game: Game, lang: str) -> str:
    """Who was right: the player, and D."""
    answer = game.answer
    own = TEXTS.say("right" if answer.correct else "wrong", lang, choice=called(answer.target, lang))
    hit = answer.critic == answer.target
    how = ("critic_right" if answer.correct else "critic_alone") if hit else "critic_wrong"
    return f"{own} {TEXTS.say(how, lang, choice=called(answer.critic, lang))}"


def ending(game: Game, lang: str) -> Markup:
    """Ten rounds in numbers: the player, D and chance; streak, time, Brier's score."""
    return render(
        "real_face/ending.html",
        TEXTS,
        lang,
        tally=game.tally,
        rival=ROOM.say("you_critic", lang),
        by_chance=game.tally.played * score.CHANCE[game.level.mode],
    )


def shared(game: Game, lang: str) -> str:
    """The result as one sentence to pass on, without a name."""
    tally = game.tally
    if not game.over:
        return ""
    facts = {"right": tally.right, "of": tally.played, "critic": tally.critic, "best": tally.best}
    facts |= {"brier": number(tally.brier, lang, 2), "seconds": number(tally.seconds / tally.played, lang)}
    return TEXTS.say("shared", lang, **facts)
