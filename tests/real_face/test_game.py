"""The quiz's drawing: a round, its answer and ten rounds' result; and nothing on it is taken for markup."""

import dataclasses
import time
from html.parser import HTMLParser

import pytest

from demos.real_face import level
from demos.real_face.board import board, waiting
from demos.real_face.ending import ending, shape
from demos.real_face.game import Face, Game, Turn
from generative import photos
from generative.games import clues, quiz, score

BAD = '"><img src=x onerror=alert(1)>'


@pytest.fixture(scope="module")
def dealt() -> Game:
    """A round that may hold no photo, its faces dealt a second ago."""
    chosen = dataclasses.replace(quiz.LEVELS["usual"], mode="maybe_none", diffusion=False)
    source = photos.sources.portraits()
    where = clues.regions(source, chosen)
    dealt = quiz.deal(5, source, chosen)
    at = time.monotonic() - 1
    return Game(chosen, round=dealt, regions=where, thanks=source.attribution, started=at)


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
    seen = Seen(board(dealt, "en"))
    picks = [(button["data-pick"], button["data-key"]) for button in seen.all("button")]
    assert picks == [("face:0", "a"), ("face:1", "b"), ("face:2", "c"), ("face:3", "n")]
    assert [image["src"] for image in seen.all("img")] == dealt.round.pictures
    assert "Round 1 of 10" in seen.text and "Rodada 1 de 10" in board(dealt, "pt-BR")


def test_once_a_face_is_held_five_certainties_answer(dealt):
    seen = Seen(board(dealt._replace(held=1), "en"))
    pressed = [button["data-pick"] for button in seen.all("button") if button.get("aria-pressed") == "true"]
    assert pressed == ["face:1"]
    sure = [button for button in seen.all("button") if button.get("data-pick", "").startswith("sure:")]
    assert [button["data-key"] for button in sure] == list("12345") and "33%a guess" in seen.text


@pytest.mark.parametrize("held", [None, 1])
@pytest.mark.parametrize(("look", "style"), [(10, "animation-delay: 10s"), (0, None)])
def test_a_face_to_be_seen_briefly_vanishes_after_its_seconds(dealt, look, style, held):
    """The delay stays the same while the round does: another would move the end of a running animation."""
    game = dealt._replace(level=dataclasses.replace(dealt.level, seconds=look), held=held)
    images = Seen(board(game, "en")).all("img")
    assert {image.get("style") for image in images} == {style}


def test_the_next_round_starts_its_seconds_anew(dealt):
    names = [Seen(board(dealt._replace(deals=n), "en")).all("section")[0]["style"] for n in (1, 2)]
    assert names[0] != names[1] and "away-1" in names[0] and "away-0" in names[1]


def test_the_answer_names_every_maker_and_a_clue_is_marked_on_every_face(dealt):
    told = dealt._replace(held=quiz.NONE).answered(75)
    html = board(told, "en")
    kinds = [b["class"] for b in Seen(html).all("button") if b.get("class", "").startswith("card")]
    assert kinds == ["card real" if maker == "photo" else "card fake" for maker in told.answer.makers]
    assert "animation-delay" not in html and "quiz-none" not in html and not Seen(html).all("i")
    marks = Seen(board(told._replace(clue="eyes"), "en")).all("i")
    left, top, width, height = (f"{100 * side:.1f}%" for side in told.regions["eyes"])
    assert [mark["style"] for mark in marks] == [f"left:{left};top:{top};width:{width};height:{height}"] * 3


def test_the_choice_stays_marked_after_the_answer(dealt):
    html = str(board(dealt._replace(held=1).answered(75), "en"))
    assert html.count("your choice") == 1
    assert html.index('alt="Face B"') < html.index("your choice") < html.index('alt="Face C"')


def test_the_table_waits_as_large_as_it_will_be_in_both_languages():
    html = waiting()
    assert (
        html.count('class="card"') == 3
        and "data-stage" in html
        and 'lang="pt"' in html
        and "<img" not in html
    )


def test_a_wrong_round_is_kept_with_the_face_taken_and_the_one_sought(dealt):
    target = quiz.answer(dealt.round.token, quiz.NONE).target
    wrong = next(place for place in range(3) if place != target)
    told = dealt._replace(held=wrong).answered(50)
    (turn,) = told.turns
    assert not turn.right and turn.taken == Face(
        dealt.round.pictures[wrong], quiz.LETTERS[wrong], told.answer.makers[wrong]
    )
    assert (turn.sought is None) == (target == quiz.NONE) and told.fooled == [(1, turn)]
    right = dealt._replace(held=target).answered(50)
    assert right.turns == (Turn(True, turn.critic),) and right.fooled == []


@pytest.fixture
def ended(dealt) -> Game:
    """Three rounds: right; a face taken for a photo; a photo where none was seen. D was right once."""
    tally = score.Score()
    for hit in (True, False, False):
        tally = tally.after(hit, 0.75, 2.0, tally.played == 0)
    fake, real = (
        Face(f"data:image/jpeg;base64,{name}", "A", maker) for name, maker in (("F", "gan"), ("R", "photo"))
    )
    turns = (Turn(True, True), Turn(False, False, fake, real), Turn(False, False, None, real))
    return dealt._replace(tally=tally, turns=turns)


def test_the_result_is_two_numbers_a_mark_for_each_round_and_a_sentence_to_share(ended):
    seen = Seen(ending(ended, "pt-BR"))
    assert [i["class"] for i in seen.all("i")] == ["right", "wrong", "wrong"] * 2 and "Empate" in seen.text
    assert "0,8" in seen.text and "2,0 s" in seen.text  # 3 of 4 by chance; seconds a round
    (copy,) = [button for button in seen.all("button") if "data-copy" in button]
    assert "acertei 1 de 3; o discriminador da GAN, 1." in copy["data-copy"]


@pytest.mark.parametrize(("right", "said"), [(2, "You beat"), (1, "draw"), (0, "The discriminator won")])
def test_the_result_says_who_won(ended, right, said):
    assert said in ending(ended._replace(tally=ended.tally._replace(right=right)), "en")


def test_what_fooled_is_shown_in_pairs_the_face_taken_first(ended):
    seen = Seen(ending(ended, "en"))
    assert [image["src"][-1] for image in seen.all("img")] == ["F", "R", "R"]
    tiles = [span["class"] for span in seen.all("span") if span.get("class", "").startswith("tile")]
    assert tiles == ["tile fake", "tile real", "tile empty", "tile real"]
    assert "No face fooled you" in ending(ended._replace(turns=(Turn(True, True),)), "en")


def test_every_number_of_pairs_has_its_place():
    for n in range(11):
        cols, rows = shape(n)
        assert cols * rows >= n and (cols * (rows - 1) < n or n == 0) and cols <= 3


def test_what_is_no_text_of_the_page_is_shown_as_text(dealt):
    round_ = dealt.round._replace(pictures=[BAD, *dealt.round.pictures[1:]])
    game = dealt._replace(round=round_, thanks={"pt": BAD, "en": BAD})
    seen = Seen(board(game, "en"))
    assert BAD in seen.text and len(seen.all("img")) == 3 and seen.all("img")[0]["src"] == BAD
    assert not any("onerror" in attributes for _, attributes in seen.tags)
    assert BAD not in level.presets_html(BAD, BAD)


class Link:
    def __init__(self, **query: str):
        self.query_params = query


def test_a_link_to_no_kind_and_no_level_leaves_what_stands_there():
    stands = ("one_real", "usual", 0.7, 0, 1.0, 0)
    read = level.from_link(Link(tab="real_face", kind=BAD, level=BAD, psi=BAD), *stands)
    assert tuple(read.values()) == stands
    hard = quiz.LEVELS["hard"]
    read = level.from_link(Link(tab="real_face", kind="one_fake", level="hard"), *stands)
    assert tuple(read.values()) == ("one_fake", "hard", *(getattr(hard, bit) for bit in level.BITS))
