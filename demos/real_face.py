"""Which face is real? Three pictures, one real; choose, see the answer, keep a score and a streak."""

import os
import random
from typing import TypedDict

import gradio as gr

from demos.ui import frame, links
from demos.ui.clickable import Clickable
from demos.ui.errors import accepted, spoken
from demos.ui.words import Words, which
from generative import photos, quiz

TAB = "real_face"
WORDS = Words(
    TAB,
    {
        "tab": ("Qual rosto é real?", "Which face is real?"),
        "lead": (
            "Um destes rostos é de uma pessoa fotografada; os outros dois foram feitos agora, por um "
            "modelo. Qual é o real?",
            "One of these faces is a person who was photographed; the other two were made just now, by "
            "a model. Which is real?",
        ),
        "next": ("Próxima rodada", "Next round"),
        "small": ("Jogar com fotos de 25 pixels", "Play with 25-pixel photos"),
        "fetch": ("Baixar as fotos (63 MB)", "Fetch the photos (63 MB)"),
        "no_photos": (
            "### Faltam as fotos reais\nPara a rodada completa, baixe-as antes da aula, enquanto há "
            "rede: o botão abaixo, ou `python -m generative.photos fetch` (FairFace, parte de "
            "validação, 63 MB). Também serve uma pasta sua: `VEREDAS_PHOTOS=/pasta python "
            "app.py`.\n\nSem rede, dá para jogar já com os 100 rostos em 25 x 25 pixels que vêm com "
            "a biblioteca scikit-image.",
            "### The real photos are missing\nFor the full round, fetch them before class, while "
            "there is a network: the button below, or `python -m generative.photos fetch` "
            "(FairFace, validation part, 63 MB). A folder of yours serves too: "
            "`VEREDAS_PHOTOS=/folder python app.py`.\n\nWithout a network you can play at once "
            "with the 100 faces of 25 x 25 pixels that ship with the library scikit-image.",
        ),
        "fetched": ("Fotos prontas.", "The photos are ready."),
        "right": ("Isso: o real é {letter}.", "Yes: {letter} is real."),
        "wrong": ("Não: o real é {letter}.", "No: {letter} is real."),
        "ask": (
            "Toque no rosto que você acha real, ou tecle A, B ou C.",
            "Tap the face you think is real, or press A, B or C.",
        ),
        "photo": ("foto real", "real photo"),
        "gan": ("feito pela GAN", "made by the GAN"),
        "vae": ("feito pelo VAE", "made by the VAE"),
        "score": ("acertos", "right"),
        "of": ("de", "of"),
        "streak": ("seguidos", "in a row"),
        "picture": ("Rosto {letter}", "Face {letter}"),
        "try": (
            "1. Jogue cinco rodadas sem pensar e cinco olhando olhos, dentes, óculos e fundo. Qual deu "
            "mais acertos?\n2. Depois de errar, diga em voz alta o que o enganou. Um colega concorda?\n3. "
            "Em que o VAE se trai, e em que a GAN se trai? Procure borrão num, simetria estranha na outra.",
            "1. Play five rounds without thinking and five looking at eyes, teeth, glasses and "
            "background. Which gave more right answers?\n2. After a miss, say aloud what fooled you. "
            "Does a classmate agree?\n3. What gives the VAE away, and what the GAN? Look for blur in "
            "one, odd symmetry in the other.",
        ),
        "slides": (
            "O slide *Which face is real?* abre a aula. Quem acerta ao acaso faz $1/3$; um bom gerador "
            "leva todos a esse número, e é isso que o jogo entre $G$ e $D$ procura: no ótimo, "
            "$p_{model} = p_{data}$ e ninguém distingue. Em estudos com rostos sintéticos de alta "
            "qualidade, as pessoas acertam perto do acaso (Nightingale e Farid, 2022, PNAS).",
            "The slide *Which face is real?* opens the lecture. Guessing gives $1/3$; a good "
            "generator brings everyone to that number, and that is what the game between $G$ and $D$ "
            "seeks: at the optimum $p_{model} = p_{data}$ and nobody can tell. In studies with "
            "high-quality synthetic faces, people score near chance (Nightingale and Farid, 2022, "
            "PNAS).",
        ),
        "behind": (
            "As três imagens passam pela mesma detecção, alinhamento, recorte, tamanho e compressão: "
            "só o rosto decide. A resposta viaja cifrada e a rodada depende de uma chave desta "
            "instalação. Fotos reais: a pasta da professora ou do professor; ou FairFace (Kärkkäinen e "
            "Joo, WACV 2021, [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/)), adultos da "
            "parte de validação, que nenhum modelo do app viu; ou 100 rostos do conjunto LFW que vêm "
            "com scikit-image (Huang e outros, 2007). O FairFace não lista fotógrafos nem o "
            "consentimento das pessoas.",
            "All three pictures pass the same detection, alignment, crop, size and compression: only "
            "the face decides. The answer travels encrypted and the round depends on a key of this "
            "installation. Real photos: the teacher's folder; or FairFace (Kärkkäinen and Joo, WACV "
            "2021, [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/)), adults of the "
            "validation part, which no model of the app has seen; or 100 faces of the LFW set that "
            "ship with scikit-image (Huang et al., 2007). FairFace lists neither photographers nor "
            "the consent of the people shown.",
        ),
    },
)
ON_A_SPACE = "SPACE_ID" in os.environ


def build(tabs: gr.Tabs, tab: gr.Tab, language_box: gr.Textbox) -> None:
    """Content and events. `game`: the round on screen, whether it is answered, and the score."""
    frame.lead(WORDS)
    game, seed = gr.State({"score": quiz.Score(), "small": False}), gr.Number(visible="hidden")
    with gr.Column(visible=False) as missing:
        gr.Markdown(WORDS["no_photos"])
        with gr.Row():
            fetch = gr.Button(WORDS["fetch"], visible=not ON_A_SPACE)
            small = gr.Button(WORDS["small"], variant="primary")
    with gr.Column() as table:
        board = Clickable(min_height=260)
        with gr.Row():
            next_round = gr.Button(WORDS["next"], variant="primary", interactive=False)
            links.copy_button(TAB, {"seed": seed})
    frame.foot(WORDS)

    quick = {"show_progress": "hidden", "api_visibility": "private"}
    outputs = [board, missing, table, next_round, game, seed]
    tab.select(open_first, [game, seed, language_box], outputs, **quick)
    next_round.click(deal, [game, language_box], outputs, **quick)
    small.click(play_small, [game, language_box], outputs, **quick)
    fetch.click(fetch_photos, language_box, None, api_visibility="private").then(
        deal, [game, language_box], outputs, **quick
    )
    board.pick(choose, [game, language_box], [board, next_round, game], **quick)
    gr.api(quiz_round, api_name="quiz_round")
    gr.api(quiz_answer, api_name="quiz_answer")


def open_first(game: dict, seed: int | None, lang: str, request: gr.Request) -> tuple:
    """The first round when the tab opens, or the link's; a round under way stays as it is."""
    if "round" in game:
        return (gr.skip(),) * 6
    return deal(game, lang, links.read(request, TAB, "seed", 0) or seed)


def deal(game: dict, lang: str, seed: int | None = None) -> tuple:
    """A new round on the board; where there are no photos yet, how to get them."""
    with spoken(lang):
        source = photos.source()
        if source.name == "lfw" and not game["small"]:
            return "", gr.Column(visible=True), gr.Column(visible=False), gr.skip(), game, None
        seed = seed or random.randrange(2**48)
        dealt = quiz.deal(seed, source)
    game = {**game, "round": dealt, "answered": False, "thanks": source.attribution}
    return (
        board_html(game, lang),
        gr.Column(visible=False),
        gr.Column(visible=True),
        gr.Button(interactive=False),
        game,
        seed,
    )


def play_small(game: dict, lang: str) -> tuple:
    return deal({**game, "small": True}, lang)


def fetch_photos(lang: str, progress: gr.Progress = gr.Progress()) -> None:  # noqa: B008 (how Gradio injects it)
    with spoken(lang):
        photos.fetch(progress=lambda done, total: progress((done, total), unit="bytes"))
    gr.Info(WORDS.say("fetched", lang))


def choose(game: dict, lang: str, event: gr.EventData) -> tuple:
    """The answer, counted once."""
    if "round" not in game or game["answered"]:
        return (gr.skip(),) * 3
    with spoken(lang):
        answer = quiz.answer(game["round"].token, int(event.pick))
    game = {**game, "answered": True, "score": game["score"].after(answer.correct)}
    return board_html(game, lang, answer), gr.Button(interactive=True), game


def board_html(game: dict, lang: str, answer: quiz.Answer | None = None) -> str:
    """Three faces to choose from, or, with an answer, what each was; the score below."""
    cards = "".join(_card(i, picture, lang, answer) for i, picture in enumerate(game["round"].pictures))
    line = WORDS.say("ask", lang)
    if answer:
        line = WORDS.say("right" if answer.correct else "wrong", lang, letter=quiz.LETTERS[answer.real])
    return (
        f'<div class="quiz" lang="{("pt-BR", "en-US")[which(lang)]}">{cards}</div>'
        f'<p class="verdict" role="status">{line}</p>{_score(game["score"], lang)}'
        f'<p class="note">{game["thanks"][("pt", "en")[which(lang)]]}</p>'
    )


def _card(i: int, picture: str, lang: str, answer: quiz.Answer | None) -> str:
    letter = quiz.LETTERS[i]
    alt = WORDS.say("picture", lang, letter=letter)
    inner = f'<img src="{picture}" alt="{alt}"><span class="letter">{letter}'
    if answer is None:
        return f'<button data-pick="{i}" data-key="{letter.lower()}">{inner}</span></button>'
    kind = "real" if i == answer.real else "fake"
    return f'<div class="shown {kind}">{inner}<small>{WORDS.say(answer.makers[i], lang)}</small></span></div>'


def _score(score: quiz.Score, lang: str) -> str:
    if not score.played:
        return ""
    return (
        f'<p class="score"><span><b>{score.right}</b> {WORDS.say("score", lang)} {WORDS.say("of", lang)} '
        f"{score.played}</span><span><b>{score.streak}</b> {WORDS.say('streak', lang)}</span></p>"
    )


# ---- the public API ----


class ApiRound(TypedDict):
    pictures: list[str]
    round: str


class ApiAnswer(TypedDict):
    correct: bool
    real: int


def quiz_round(seed: int, request: gr.Request = None) -> ApiRound:
    """Three pictures (data URLs), one of them a real photo, and the sealed round that /quiz_answer opens.

    Uses the teacher's photos or FairFace if they are here, else the 25-pixel faces.
    """
    with spoken(accepted(request)):
        dealt = quiz.deal(seed, photos.source())
        return {"pictures": dealt.pictures, "round": dealt.token}


def quiz_answer(round: str, choice: str, request: gr.Request = None) -> ApiAnswer:  # noqa: A002 (the API's own word)
    """Whether choice ('A', 'B' or 'C') is the real photo of that round, and which one is (0, 1 or 2)."""
    with spoken(accepted(request)):
        found = quiz.answer(round, choice)
        return {"correct": found.correct, "real": found.real}
