"""The drawing of a round: what is asked, three faces, and one place for how sure, the answer and the next.

Each state has the same elements in the same places, so that Gradio, which changes a page element by element,
leaves the pictures alone. HTML only.
"""

from functools import partial

from markupsafe import Markup

from demos.real_face.game import Game
from demos.room.texts import TEXTS as ROOM
from demos.ui.templates import render
from demos.ui.texts import Texts, which
from generative.games import clues, quiz, score

SURE = (33, 50, 75, 90, 100)  # percent; a third is a guess among three

TEXTS = Texts(
    "face_board",
    {
        "dealing": ("Preparando a rodada…", "Dealing the faces…"),
        "count": ("Rodada {n} de {of}", "Round {n} of {of}"),
        "ask": ("Toque num rosto.", "Tap a face."),
        "ask_keys": ("Teclas: A, B e C.", "Keys: A, B and C."),
        "sure": ("{choice}. Quanta certeza?", "{choice}. How sure are you?"),
        "guess": ("um chute", "a guess"),
        "certain": ("certeza", "certain"),
        "right": ("Isso: {choice}.", "Yes: {choice}."),
        "wrong": ("Não: era a {choice}.", "No: it was {choice}."),
        "wrong_none": ("Não: nenhum era foto.", "No: none was a photo."),
        "critic_right": ("O discriminador D também acertou.", "The discriminator D was right too."),
        "critic_alone": (
            "O discriminador D acertou: disse {choice}.",
            "The discriminator D was right: it said {choice}.",
        ),
        "critic_wrong": (
            "O discriminador D errou: disse {choice}.",
            "The discriminator D was wrong: it said {choice}.",
        ),
        "chosen": ("sua escolha", "your choice"),
        "where_from": ("Toque num rosto para ver de onde veio.", "Tap a face to see where it came from."),
        "you": ("Você", "You"),
        "critic": ("D", "D"),
        "streak": ("{n} seguidos", "{n} in a row"),
        "next": ("Próxima rodada", "Next round"),
        "result": ("Ver o resultado", "See the result"),
    },
)


def waiting() -> Markup:
    """The table before its first round, in both languages and as large as with one."""
    return render("real_face/waiting.html", TEXTS, "en", letters=quiz.LETTERS)


def board(game: Game, lang: str) -> Markup:
    """The round on the table."""
    answer = game.answer
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
        look=0 if answer else game.level.seconds,
        mark=_mark(game),
        youth=clues.youth(answer.recipes[game.opened]) if answer and game.opened is not None else None,
        sure=SURE,
        clues=clues.CLUES,
        verdict=_verdict(game, lang) if answer else "",
        critic=_critic(game, lang) if answer else "",
        thanks="" if game.hushed and not answer else game.thanks[("pt", "en")[which(lang)]],
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
    """Whether the player was right, and which face it was."""
    answer = game.answer
    missed = "wrong_none" if answer.target == quiz.NONE else "wrong"
    return TEXTS.say("right" if answer.correct else missed, lang, choice=called(answer.target, lang))


def _critic(game: Game, lang: str) -> str:
    """The same of D."""
    answer = game.answer
    hit = answer.critic == answer.target
    how = ("critic_right" if answer.correct else "critic_alone") if hit else "critic_wrong"
    return TEXTS.say(how, lang, choice=called(answer.critic, lang))
