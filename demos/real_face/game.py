"""The drawing of "Which face is real?" on its tab: three faces, the answer, ten rounds' result. HTML only."""

from html import escape
from typing import NamedTuple

from demos.room.texts import TEXTS as ROOM
from demos.ui.texts import Texts, number, percent, which
from generative.games import clues, quiz, score

SURE = (33, 50, 75, 90, 100)  # percent; a third is a guess among three

TEXTS = Texts(
    "face_game",
    {
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
        "studies": (
            "Em estudos, as pessoas acertaram 48\u202f% diante de rostos do StyleGAN2 (o acaso é 50\u202f%) "
            "e 59\u202f% depois de treino e correção "
            '(<a href="https://doi.org/10.1073/pnas.2120481119">Nightingale e Farid, 2022</a>); um palpite '
            "errado de um modelo piora quem o segue "
            '(<a href="https://doi.org/10.1073/pnas.2110013119">Groh e outros, 2022</a>, com vídeos). Estes '
            "rostos de 64 pixels são mais fáceis, e as pistas daqui não valem para os melhores geradores.",
            "In studies people were right 48% of the time about StyleGAN2's faces (chance is 50%), and 59% "
            'after training and feedback (<a href="https://doi.org/10.1073/pnas.2120481119">Nightingale and '
            "Farid, 2022</a>); a model's wrong hint makes those who follow it worse "
            '(<a href="https://doi.org/10.1073/pnas.2110013119">Groh et al., 2022</a>, on videos). These '
            "64-pixel faces are easier, and the clues here do not hold for the best generators.",
        ),
        "end": ("Fim: {right} de {of}", "The end: {right} of {of}"),
        "result": ("Resultado", "Result"),
        "who": ("Quem", "Who"),
        "rights": ("Acertos", "Right"),
        "chance": ("Ao acaso", "By chance"),
        "best": ("Maior sequência", "Longest streak"),
        "time": ("Tempo por rodada", "Time a round"),
        "brier": ("Nota de Brier", "Brier score"),
        "brier_note": (
            "A nota de Brier é a média de (certeza − acerto)²: 0 é perfeito, quem diz 33\u202f% e acerta um "
            "terço faz 0,22, e quem tem certeza e erra faz 1. É baixa quando você sabe o quanto sabe.",
            "The Brier score is the mean of (certainty − right)²: 0 is perfect, saying 33% and being right a "
            "third of the time gives 0.22, being certain and wrong gives 1. It is low when you know how much "
            "you know.",
        ),
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


def board(game: Game, lang: str, elapsed: float) -> str:
    """The round on the table; `elapsed` seconds ago the faces were dealt."""
    cards = "".join(_card(game, place, lang, elapsed) for place in range(3))
    language = ("pt-BR", "en-US")[which(lang)]
    below = _answer(game, lang) if game.answer else _sure(game, lang)
    return (
        f'<p class="quiz-count">{_count(game, lang)}</p>'
        f'<h3 class="quiz-ask">{ROOM.say(game.level.mode, lang)}</h3>'
        f'<div class="quiz" lang="{language}">{cards}</div>{_none(game, lang)}{below}'
        f'<p class="note thanks">{game.thanks[("pt", "en")[which(lang)]]}</p>{_consent(game, lang)}'
    )


def _consent(game: Game, lang: str) -> str:
    """Own pictures: whom they may show."""
    return f'<p class="quiz-consent">{ROOM.say("consent", lang)}</p>' if game.own else ""


def _count(game: Game, lang: str) -> str:
    n = game.tally.played + (game.answer is None)
    return TEXTS.say("count", lang, n=n, of=score.ROUNDS) + _score(game.tally, lang)


def _score(tally: score.Score, lang: str) -> str:
    if not tally.played:
        return ""
    parts = (("you", tally.right), ("critic", tally.critic))
    told = "".join(f"<span>{TEXTS.say(who, lang)} <b>{n}</b></span>" for who, n in parts)
    return f'<span class="score">{told}<span><b>{tally.streak}</b> {TEXTS.say("streak", lang)}</span></span>'


def _card(game: Game, place: int, lang: str, elapsed: float) -> str:
    letter, answer = quiz.LETTERS[place], game.answer
    picture = _picture(game, place, lang, elapsed)
    if answer is None:
        held = str(game.held == place).lower()
        return (
            f'<button data-pick="face:{place}" data-key="{letter.lower()}" aria-pressed="{held}">{picture}'
            f'<span class="letter">{letter}</span></button>'
        )
    kind = "real" if answer.makers[place] == "photo" else "fake"
    critic = ROOM.say("critic_says", lang, p=percent(answer.p_real[place], lang, 0))
    told = f"<small>{ROOM.say(answer.makers[place], lang)}</small><small>{critic}</small>"
    return (
        f'<div class="shown {kind}">{picture}<span class="letter">{letter}{told}</span>'
        f"{_origin(answer.recipes[place], lang)}</div>"
    )


def _picture(game: Game, place: int, lang: str, elapsed: float) -> str:
    alt = ROOM.say("face", lang, letter=quiz.LETTERS[place])
    look, brief, mark = game.level.seconds, "", ""
    if look and not game.answer:
        brief = f' class="brief" style="animation-delay: {max(0.0, look - elapsed):.1f}s"'
    if game.answer and game.clue:
        left, top, width, height = (f"{100 * side:.1f}%" for side in game.regions[game.clue])
        mark = f'<i class="mark" style="left:{left};top:{top};width:{width};height:{height}"></i>'
    return f'<span class="picture"><img src="{game.round.pictures[place]}" alt="{alt}"{brief}>{mark}</span>'


def _origin(recipe: quiz.Recipe, lang: str) -> str:
    """Seed, psi and moment of a made face, and the GAN's same z earlier."""
    if recipe.maker == "photo":
        return ""
    facts = {"seed": recipe.seed, "psi": number(recipe.psi, lang), "images": round(recipe.images / 1000)}
    line = f'<small class="recipe">{ROOM.say(f"recipe_{recipe.maker}", lang, **facts)}</small>'
    young = clues.youth(recipe)
    if young is None:
        return line
    steps = "".join(f"<span>{round(seen / 1000)}</span>" for seen in young.images)
    strip = f'<img src="{young.picture}" alt=""><span>{steps}</span>'
    return f'{line}<small class="youth">{ROOM.say("youth", lang)}{strip}</small>'


def _none(game: Game, lang: str) -> str:
    if game.level.mode != "maybe_none" or game.answer:
        return ""
    held = str(game.held == quiz.NONE).lower()
    return (
        f'<button class="quiz-none" data-pick="face:{quiz.NONE}" data-key="n" aria-pressed="{held}">'
        f"{ROOM.say('none', lang)}</button>"
    )


def called(place: int, lang: str) -> str:
    """A choice in words: a letter, or 'none'."""
    return ROOM.say("none", lang).lower() if place == quiz.NONE else quiz.LETTERS[place]


def _sure(game: Game, lang: str) -> str:
    """What to do next; once a face is chosen, five ways to be sure of it."""
    if game.held is None:
        return f'<p class="verdict" role="status">{TEXTS.say("ask", lang)}</p>'
    ask = TEXTS.say("sure", lang, choice=called(game.held, lang))
    words = {SURE[0]: TEXTS.say("guess", lang), SURE[-1]: TEXTS.say("certain", lang)}
    buttons = "".join(
        f'<button data-pick="sure:{n}" data-key="{key}"><b>{percent(n / 100, lang, 0)}</b>'
        f"{words.get(n, '')}</button>"
        for key, n in enumerate(SURE, start=1)
    )
    return f'<p class="verdict" role="status">{ask}</p><div class="quiz-sure">{buttons}</div>'


def _answer(game: Game, lang: str) -> str:
    """Who was right, where to look, what D is, what studies found."""
    answer = game.answer
    own = TEXTS.say("right" if answer.correct else "wrong", lang, choice=called(answer.target, lang))
    hit = answer.critic == answer.target
    how = ("critic_right" if answer.correct else "critic_alone") if hit else "critic_wrong"
    rival = TEXTS.say(how, lang, choice=called(answer.critic, lang))
    pills = "".join(
        f'<button data-pick="clue:{name}" aria-pressed="{str(game.clue == name).lower()}">'
        f"{ROOM.say(f'clue_{name}', lang).split(':')[0]}</button>"
        for name in clues.CLUES
    )
    told = ROOM.say(f"clue_{game.clue}", lang) if game.clue else ""
    return (
        f'<p class="verdict" role="status">{own} {rival}</p>'
        f'<div class="quiz-clues"><span>{ROOM.say("clues", lang)}</span>{pills}'
        f'<p role="status">{told}</p></div><p class="note">{ROOM.say("critic_note", lang)}</p>'
        f'<p class="note">{TEXTS.say("studies", lang)}</p>'
    )


def ending(game: Game, lang: str) -> str:
    """Ten rounds in numbers: the player, D and chance; streak, time, Brier's score."""
    tally = game.tally
    rows = (
        (TEXTS.say("you", lang), str(tally.right)),
        (ROOM.say("you_critic", lang), str(tally.critic)),
        (TEXTS.say("chance", lang), number(tally.played * score.CHANCE[game.level.mode], lang)),
    )
    more = (
        (TEXTS.say("best", lang), str(tally.best)),
        (TEXTS.say("time", lang), f"{number(tally.seconds / tally.played, lang)} s"),
        (TEXTS.say("brier", lang), number(tally.brier, lang, 2)),
    )
    title = TEXTS.say("end", lang, right=tally.right, of=tally.played)
    return (
        f'<h3 class="quiz-ask">{title}</h3><div class="quiz-end">'
        f"{_table((TEXTS.say('who', lang), TEXTS.say('rights', lang)), rows)}"
        f"{_table((TEXTS.say('result', lang), ''), more)}</div>"
        f'<p class="note">{TEXTS.say("brier_note", lang)}</p>'
    )


def _table(head: tuple[str, str], rows: tuple[tuple[str, str], ...]) -> str:
    body = "".join(f"<tr><td>{escape(a)}</td><td>{escape(b)}</td></tr>" for a, b in rows)
    return f"<table><tr><th>{head[0]}</th><th>{head[1]}</th></tr>{body}</table>"


def shared(game: Game, lang: str) -> str:
    """The result as one sentence to pass on, without a name."""
    tally = game.tally
    if not game.over:
        return ""
    facts = {"right": tally.right, "of": tally.played, "critic": tally.critic, "best": tally.best}
    facts |= {"brier": number(tally.brier, lang, 2), "seconds": number(tally.seconds / tally.played, lang)}
    return TEXTS.say("shared", lang, **facts)
