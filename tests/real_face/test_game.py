"""The quiz's drawing: a round, its answer and ten rounds' result; and nothing on it is taken for markup."""

import dataclasses
import time
from html.parser import HTMLParser

import pytest

from demos.real_face import level, tab
from demos.real_face.game import Game, board, ending, shared
from generative import photos
from generative.games import clues, quiz, score

BAD = '"><img src=x onerror=alert(1)>'


@pytest.fixture(scope="module")
def dealt() -> Game:
    """A round of grey faces that may hold no photo, its faces dealt a second ago."""
    chosen = dataclasses.replace(quiz.LEVELS["usual"], mode="maybe_none")
    source = photos.sources.Source("lfw", 100, 25, photos.sources.THANKS["lfw"])
    where = clues.regions(source, chosen)
    dealt = quiz.deal(5, source, chosen)
    return Game(chosen, True, score.Score(), dealt, where, source.attribution, started=time.monotonic() - 1)


class Seen(HTMLParser):
    """The elements and the text of some HTML."""

    def __init__(self, html: str):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.text = ""
        self.feed(str(html))  # Markup would escape what is taken from it

    def handle_starttag(self, tag: str, attributes: list) -> None:
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, text: str) -> None:
        self.text += text

    def all(self, tag: str) -> list[dict]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_three_faces_and_none_can_be_picked_by_hand_and_key(dealt):
    seen = Seen(board(dealt, "en", 1.0))
    picks = [(button["data-pick"], button["data-key"]) for button in seen.all("button")]
    assert picks == [("face:0", "a"), ("face:1", "b"), ("face:2", "c"), ("face:3", "n")]
    assert [image["src"] for image in seen.all("img")] == dealt.round.pictures
    assert "Round 1 of 10" in seen.text and "Rodada 1 de 10" in board(dealt, "pt-BR", 1.0)


def test_once_a_face_is_held_five_certainties_answer(dealt):
    seen = Seen(board(dealt._replace(held=1), "en", 1.0))
    pressed = [button["data-pick"] for button in seen.all("button") if button.get("aria-pressed") == "true"]
    assert pressed == ["face:1"]
    sure = [button for button in seen.all("button") if button["data-pick"].startswith("sure:")]
    assert [button["data-key"] for button in sure] == list("12345") and "33%a guess" in seen.text


@pytest.mark.parametrize(("look", "elapsed", "left"), [(10, 4, "6.0s"), (10, 40, "0.0s"), (0, 4, None)])
def test_a_face_to_be_seen_briefly_vanishes_when_its_time_is_over(dealt, look, elapsed, left):
    game = dealt._replace(level=dataclasses.replace(dealt.level, seconds=look))
    images = Seen(board(game, "en", elapsed)).all("img")
    assert {image.get("style") for image in images} == {left and f"animation-delay: {left}"}


def test_the_answer_names_every_maker_and_a_clue_is_marked_on_every_face(dealt):
    told = tab.answered(dealt._replace(held=quiz.NONE), 75)
    html = board(told, "en", 9.0)
    kinds = [div["class"] for div in Seen(html).all("div") if div.get("class", "").startswith("shown")]
    assert kinds == ["shown real" if maker == "photo" else "shown fake" for maker in told.answer.makers]
    assert "animation-delay" not in html and "quiz-none" not in html and not Seen(html).all("i")
    marks = Seen(board(told._replace(clue="eyes"), "en", 9.0)).all("i")
    left, top, width, height = (f"{100 * side:.1f}%" for side in told.regions["eyes"])
    assert [mark["style"] for mark in marks] == [f"left:{left};top:{top};width:{width};height:{height}"] * 3


def test_the_result_is_said_in_the_players_numbers(dealt):
    tally = score.Score()
    for hit in (True, False, True):
        tally = tally.after(hit, 0.75, 2.0, True)
    seen = Seen(ending(dealt._replace(tally=tally), "pt-BR"))
    assert "Fim: 2 de 3" in seen.text and "2,0 s" in seen.text and "0,8" in seen.text  # 3 of 4 by chance
    assert shared(dealt._replace(tally=tally), "en") == ""  # not yet over


def test_what_is_no_text_of_the_page_is_shown_as_text(dealt):
    round_ = dealt.round._replace(pictures=[BAD, *dealt.round.pictures[1:]])
    game = dealt._replace(round=round_, thanks={"pt": BAD, "en": BAD})
    seen = Seen(board(game, "en", 1.0))
    assert BAD in seen.text and len(seen.all("img")) == 3 and seen.all("img")[0]["src"] == BAD
    assert not any("onerror" in attributes for _, attributes in seen.tags)
    assert BAD not in level.presets_html(BAD, BAD)


class Link:
    def __init__(self, **query: str):
        self.query_params = query


def test_a_link_to_no_kind_and_no_level_leaves_what_stands_there():
    stands = ("one_real", "usual", 0.7, 0, 1.0, 0)
    read = level.from_link(Link(tab="real_face", kind=BAD, level=BAD, psi=BAD), *stands)
    assert read[:-1] == stands and BAD not in read[-1]
    hard = quiz.LEVELS["hard"]
    read = level.from_link(Link(tab="real_face", kind="one_fake", level="hard"), *stands)
    assert read[:-1] == ("one_fake", "hard", *(getattr(hard, bit) for bit in level.BITS))
