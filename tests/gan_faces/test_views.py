"""The views of the GAN tab: what a link may say, and what is drawn of it."""

import re
from types import SimpleNamespace

import gradio as gr
import pytest

from demos.gan_faces import collapse, grow, move, search, sheet, state, tab, training, wish
from generative import gan
from generative.errors import NumberOutOfRange
from generative.gan.sheets import Style
from tests.hostile import EVIL, harmless

SHEET = (7, "", 0.8, True, "3.6")  # seed, path, psi, noise, held
ODD = [(EVIL, "", 0.8, True, ""), (7, EVIL, 0.8, True, ""), (7, "", EVIL, True, ""), (-1, "", 0.8, True, "")]
DRAWN = {  # each gives a piece of HTML, or a sentence in its place
    "grow": lambda *of: grow.show(*of, "en"),
    "collapse": lambda *of: collapse.show(0, *of, "en"),
}
SAID = {  # each raises what Gradio shows as a notice
    "sheet": lambda *of: sheet.show(*of, "en"),
    "loop": lambda *of: sheet.loop(*of, "en"),
    "move": lambda *of: move.show(None, *of, "en"),
    "training": lambda *of: training.show(0, *of, "en"),
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
    assert 'class="verdict"' in html and "must be a number" in html
    assert harmless(html) and EVIL not in html


@pytest.mark.parametrize("of", ODD, ids=("seed", "path", "psi", "low seed"))
@pytest.mark.parametrize("view", SAID)
def test_a_link_to_no_face_is_a_notice_that_repeats_nothing_of_it(view, of):
    with pytest.raises(gr.Error) as refused:
        SAID[view](*of)
    assert "must be a number" in refused.value.message and EVIL not in refused.value.message


def test_places_that_are_none_are_not_held():
    assert state.places(f"{EVIL}.3.{EVIL}") == [3] and state.places("99.16.-1") == []
    assert state.face(7, "", EVIL) == "7::0" and state.face(7, "", EVIL, 1) == ""


def test_a_context_from_the_browser_is_read_or_refused():
    assert state.read_context("7::3 0.5 0")[1] == Style(0.5, 0)
    with pytest.raises(NumberOutOfRange):
        sheet.walk([0.5], f"{EVIL} {EVIL} 0.8 1")


def test_a_link_fills_the_sheet_and_what_is_no_number_leaves_it():
    seed, path, psi, noise, held, moved, view, inner = tab.open_first(
        7, "", 0.8, True, "", "en", link(seed="9", psi="0.5", noise="false", held="2.5", view="grow")
    )
    assert (seed, path, psi, noise, held, view) == (
        9,
        "",
        0.5,
        False,
        "2.5",
        "grow",
    ) and inner.selected == "grow"
    assert moved == gr.skip()
    seed, _, psi, noise, _, _, view, inner = tab.open_first(
        7, "", 0.8, True, "", "en", link(seed=EVIL, psi=EVIL, noise=EVIL, view=EVIL)
    )
    assert (seed, psi, noise) == (7, 0.8, True) and view == inner == gr.skip()


def test_two_faces_held_show_their_mixtures_and_one_does_not():
    *_, mixed = sheet.show(*SHEET, "en")
    assert re.findall(r"<span>(.*?)</span>", mixed)[0] == "A" and mixed.count("<span>") == 5
    value, like, hint, between, mixed = sheet.show(*SHEET[:4], "3", "en")
    assert value["held"] == [3] and mixed == "" and not between["visible"] and hint["visible"]


def test_a_tap_holds_a_then_b_and_lets_go():
    def tap(held: str, place: int) -> str:
        return sheet.hold(held, SimpleNamespace(pick=str(place)))

    assert tap("", 4) == "4" and tap("4", 7) == "4.7" and tap("4.7", 9) == "4.9" and tap("4.7", 4) == "7"
    assert sheet.more_like("1", "4.7") == ("1.4", "") and sheet.more_like("1", "") == ("1", "")


def test_the_moment_of_the_training_is_said_and_the_last_one_named():
    last = len(gan.timelapse.moments()) - 1
    (_, first), (_, end) = (training.show(i, *SHEET, "en") for i in (0, last))
    assert re.search(r"After <b>\d+ thousand</b> real images seen", first)
    assert "the generator of this app" in end and "the generator of this app" not in first


def test_the_search_waits_then_counts_its_steps():
    one = gan.inversion.one_step("vae", 3)
    waiting, _ = search.drawn(one, [], "en")
    assert "has not looked yet" in waiting and waiting.count("<i></i>") == 1 and waiting.count("<img") == 2
    found = gan.inversion.Found(step=8, picture="data:,", psnr=18.5, seconds=1.0)
    shown, _ = search.drawn(one, [found], "pt-BR")
    assert "passo 8 de" in shown and "18,5 dB" in shown and shown.count("<img") == 3


def test_both_models_stand_in_the_table_and_what_is_not_measured_is_said(monkeypatch):
    whole = wish.figures("en")
    assert whole.count("<tr>") == 1 + 2 * len(gan.wish.NAMES) + len(wish.MEASURES)
    monkeypatch.setattr(gan.quality, "load", lambda: None)
    assert "not been measured" in wish.figures("en") and "not been measured" not in whole


def test_two_trainings_stand_side_by_side_with_their_figures():
    html = collapse.show(0, *SHEET, "pt-BR")
    assert html.count("<figure>") == 2 and html.count("variedade: ") == 2
    assert "Sem isso" in html and "minibatch" not in html
