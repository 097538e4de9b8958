"""The drawing of ten rounds' result: the player against D, the faces that fooled, a sentence to share."""

from markupsafe import Markup

from demos.real_face.game import Game
from demos.room.texts import TEXTS as ROOM
from demos.ui.templates import render
from demos.ui.texts import Texts, beside
from generative.games import score

TEXTS = Texts(
    "face_ending",
    {
        **beside(__file__),
        "won": ("Você venceu o discriminador.", "You beat the discriminator."),
        "lost": ("O discriminador venceu.", "The discriminator won."),
        "drawn": ("Empate com o discriminador.", "A draw with the discriminator."),
        "you": ("Você", "You"),
        "critic": ("D", "D"),
        "chance": ("Ao acaso seriam {n}.", "By chance it would be {n}."),
        "marks": ("{who}: {n} de {of}", "{who}: {n} of {of}"),
        "fooled": ("O que enganou você", "What fooled you"),
        "taken": ("sua escolha", "your choice"),
        "sought": ("a resposta", "the answer"),
        "nothing": ("Nenhum rosto enganou você.", "No face fooled you."),
        "wrong": (
            "Rodada {n}: sua escolha foi {taken}, a resposta era {sought}",
            "Round {n}: you chose {taken}, the answer was {sought}",
        ),
        "again": ("Novo jogo", "New game"),
        "share": ("Copiar o resultado", "Copy the result"),
        "copied": ("Resultado copiado", "Result copied"),
        "how": ("Como sabemos?", "How do we know?"),
        "best": ("Maior sequência", "Longest streak"),
        "time": ("Tempo por rodada", "Time a round"),
        "brier": ("Nota de Brier", "Brier score"),
        "shared": (
            "Veredas, “Qual rosto é real?”: acertei {right} de {of}; o discriminador da GAN, {critic}.",
            "Veredas, “Which face is real?”: I had {right} of {of} right; the GAN's discriminator, {critic}.",
        ),
    },
)


def ending(game: Game, lang: str) -> Markup:
    """Ten rounds: two numbers, a mark for each round, and every face that fooled beside the one sought."""
    tally, fooled = game.tally, game.fooled
    cols, rows = shape(len(fooled))
    none = ROOM.say("none", lang).lower()
    return render(
        "real_face/ending.html",
        TEXTS,
        lang,
        tally=tally,
        nobody=none,
        outcome="won" if tally.right > tally.critic else "lost" if tally.right < tally.critic else "drawn",
        sides=[
            ("you", tally.right, [turn.right for turn in game.turns]),
            ("critic", tally.critic, [turn.critic for turn in game.turns]),
        ],
        by_chance=tally.played * score.CHANCE[game.level.mode],
        fooled=[(n, turn, *(face.letter if face else none for face in turn[2:])) for n, turn in fooled],
        cols=cols,
        rows=rows,
        shared=shared(game, lang),
    )


def shape(n: int) -> tuple[int, int]:
    """Columns and rows for n pairs of pictures, as large as a screen shows them whole."""
    cols = 1 if n <= 2 else 2 if n <= 6 else 3
    return cols, max(1, -(-n // cols))


def shared(game: Game, lang: str) -> str:
    """The result as one sentence to pass on, without a name."""
    tally = game.tally
    return TEXTS.say("shared", lang, right=tally.right, of=tally.played, critic=tally.critic)
