"""The views of the GAN tab: what a link may say, and what is drawn of it."""

import re
from types import SimpleNamespace

import gradio as gr
import pytest

from demos.gan_faces import collapse, grow, move, search, sheet, state, tab, training, way, wish
from demos.ui.clickable import Pick
from generative import gan
from generative.errors import NumberOutOfRange
from generative.gan import sheets
from generative.gan.sheets import Style
from tests.hostile import EVIL, harmless

SHEET = (7, "", 0.8, True, "3.6")  # seed, path, psi, noise, held
ODD = [(EVIL, "", 0.8, True, ""), (7, EVIL, 0.8, True, ""), (7, "", EVIL, True, ""), (-1, "", 0.8, True, "")]
DRAWN = {  # each gives a piece of HTML, or a sentence in its place
    "collapse": lambda *of: collapse.show(0, *of, "en"),
}
SAID = {  # each raises what Gradio shows as a notice
    "sheet": lambda *of: sheet.show(*of, "en"),
    "way": lambda *of: way.show("way", *of, "en"),
    "loop": lambda *of: way.loop(*of, "en"),
    "grow": lambda *of: grow.show(*of, "en"),
    "move": lambda *of: move.show(None, *of, "en"),
    "training": lambda *of: training.show(*of, "en"),
    "wish": lambda *of: wish.show(5, None, *of, "en"),
}


def link(**fields: str) -> SimpleNamespace:
    return SimpleNamespace(query_params={"tab": tab.TAB, **fields})


@pytest.mark.parametrize("of", ODD, ids=("seed", "path", "psi", "low seed"))
@pytest.mark.parametrize("view", DRAWN)
def test_a_link_to_no_face_is_a_sentence_in_the_place_of_the_picture(view, of):
    if view == "collapse" and of[2] == EVIL:
        return  # nothing is truncated there
    html = DRAWN[view](*of)
    assert 'class="verdict"' in html and "number from" in html
    assert harmless(html) and EVIL not in html


@pytest.mark.parametrize("of", ODD, ids=("seed", "path", "psi", "low seed"))
@pytest.mark.parametrize("view", SAID)
def test_a_link_to_no_face_is_a_notice_that_repeats_nothing_of_it(view, of):
    with pytest.raises(gr.Error) as refused:
        SAID[view](*of)
    assert "number from" in refused.value.message and EVIL not in refused.value.message


def test_places_that_are_none_are_not_held():
    assert state.places(f"{EVIL}.3.{EVIL}") == [3] and state.places("99.16.-1") == []
    assert state.face(7, "", EVIL) == "7::0" and state.face(7, "", EVIL, 1) == ""


def test_a_context_from_the_browser_is_read_or_refused():
    assert state.read_context("7::3 0.5 0")[1] == Style(0.5, 0)
    with pytest.raises(NumberOutOfRange):
        way.draw(0, f"{EVIL} {EVIL} way 0.8 1")
    for at in (-1, way.STOPS + 1, EVIL, None):
        with pytest.raises(NumberOutOfRange):
            way.draw(at, "7::0 7::1 way 0.8 1")


@pytest.mark.parametrize(
    ("name", "text"),
    [("seed", "-3"), ("seed", "0.5"), ("seed", EVIL), ("psi", "9"), ("held", "99"), ("path", EVIL)]
    + [("moves", "[9]"), ("moves", "[null]"), ("view", EVIL)],
)
def test_what_a_link_may_not_say_is_named_and_leaves_the_usual(name, text, monkeypatch):
    said = []
    monkeypatch.setattr(gr, "Info", said.append)
    usual = {"seed": 7, "path": "", "psi": 0.8, "noise": True, "held": ""}
    assert tab.open_first(link(**{name: text}), *usual.values(), "en") == usual
    assert len(said) == 1 and f"“{name}”" in said[0] and EVIL not in said[0]


def test_a_link_fills_the_sheet_and_what_is_no_number_leaves_it():
    usual = (7, "", 0.8, True, "", "en")
    told = tab.open_first(link(seed="9", psi="0.5", noise="false", held="2.5", view="grow"), *usual)
    assert told == {"seed": 9, "path": "", "psi": 0.5, "noise": False, "held": "2.5", "view": "grow"}
    told = tab.open_first(link(seed=EVIL, psi=EVIL, noise=EVIL, view=EVIL), *usual)
    assert (told["seed"], told["psi"], told["noise"]) == (7, 0.8, True) and "view" not in told


def test_the_way_is_the_first_thing_to_press_once_both_ends_are_held():
    _, new, like, walk = sheet.show(*SHEET, "en")
    assert (new.variant, walk.variant) == ("secondary", "primary") and like.interactive
    value, new, like, walk = sheet.show(*SHEET[:4], "3", "en")
    assert value["held"] == [3] and (new.variant, walk.variant) == ("primary", "secondary")
    assert not sheet.show(*SHEET[:4], "", "en")[2].interactive


def test_a_way_without_ends_held_goes_between_the_first_two_faces():
    assert state.pair(7, "", "") == ("7::0", "7::1")
    assert state.pair(7, "", "0") == ("7::0", "7::1") and state.pair(7, "", "5") == ("7::5", "7::0")
    assert state.pair(7, "2", "4.9") == ("7:2:4", "7:2:9")


def test_a_way_begins_halfway_between_its_ends_and_a_loop_where_it_ends():
    film, mixed = way.show("way", *SHEET, "en")
    style = state.style(0.8, True)
    assert film["frames"][film["at"]] == sheets.between("7::3", "7::6", 0.5, style)
    assert way.draw(0, film["key"]) == sheets.between("7::3", "7::6", 0, style)
    assert way.draw(way.STOPS, film["key"]) == sheets.between("7::3", "7::6", 1, style)
    assert film["ends"] == ["A", "B"] and re.findall(r"<span>(.*?)</span>", mixed)[0] == "A"
    loop, _ = way.show("loop", *SHEET, "en")
    assert loop["at"] == 0 and loop["frames"][0] and loop["ends"] == ["A", "A"]
    assert way.draw(way.STOPS // 2, loop["key"]) not in (loop["frames"][0], film["frames"][film["at"]])


def test_a_tap_holds_a_then_b_and_lets_go():
    def tap(held: str, place: int) -> str:
        return sheet.hold(held, Pick(None, {"pick": str(place)}))

    assert tap("", 4) == "4" and tap("4", 7) == "4.7" and tap("4.7", 9) == "4.9" and tap("4.7", 4) == "7"
    assert sheet.more_like("1", "4.7") == ("1.4", "") and sheet.more_like("1", "") == ("1", "")


def test_the_film_of_the_training_counts_photos_and_names_its_end():
    film = training.show(*SHEET, "en")
    assert len(film["labels"]) == len(film["frames"]) == len(gan.timelapse.moments())
    assert film["labels"][0] == "2 thousand photos seen" and film["at"] == 0
    assert film["labels"][-1] == "1.1 million photos seen: the generator of this app"
    assert training.draw(0, film["key"]) == film["frames"][0] != training.draw(1, film["key"])
    assert "1,1 milhão" in training.show(*SHEET, "pt-BR")["labels"][-1]


def test_a_growing_face_is_a_film_of_five_sizes_that_waits_for_nothing():
    film, below = grow.show(*SHEET, "en")
    assert film["labels"] == [f"{n} × {n} px" for n in (4, 8, 16, 32, 64)] and all(film["frames"])
    assert below.count("<img") == 10


def test_a_search_shows_where_it_begins_then_counts_its_steps():
    assert search.waiting().count("<i></i>") == 3
    begun, _ = search.before("vae", 3, "w", "en")
    assert begun.count("<img") == 3 and "begins at its mean face" in begun
    one = gan.inversion.one_step("vae", 3)
    found = gan.inversion.Found(step=8, picture="data:,", psnr=18.5, seconds=1.0)
    shown, below = search.drawn(one, [found], "pt-BR")
    assert "passo 8 de" in shown and "18,5 dB" in shown and "1,0 s" in below


def test_the_figures_of_a_name_stand_below_and_not_on_its_slider():
    groups = move.groups()
    assert all(re.search(r"\d", slider.note[0]) is None for group in groups for slider in group.sliders)
    table = move.figures("en")
    assert table.count("<tr>") > len(gan.directions.load().named) and "0.84" in table


def test_both_models_stand_in_the_table_and_what_is_not_measured_is_said(monkeypatch):
    whole = wish.figures("en")
    assert whole.count("<tr>") == 1 + 2 * len(gan.wish.NAMES) + len(wish.MEASURES)
    monkeypatch.setattr(gan.quality, "load", lambda: None)
    assert "not been measured" in wish.figures("en") and "not been measured" not in whole


def test_two_trainings_stand_side_by_side_with_their_figures():
    html = collapse.show(0, *SHEET, "pt-BR")
    assert html.count("<figure>") == 2 and html.count("variedade: ") == 2
    assert "Sem isso" in html and "minibatch" not in html
