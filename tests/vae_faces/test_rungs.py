"""The bottleneck and beta: what stands on the page of the rows, their figures and the table."""

import re

import gradio as gr
import pytest

from demos.ui.clickable import Pick
from demos.ui.kinds import CallUnreadable
from demos.ui.texts import number
from demos.vae_faces import betas, maps
from demos.vae_faces import rungs as view
from generative import vae, weights
from tests.hostile import EVIL, harmless, says

pytestmark = pytest.mark.usefixtures("no_photos")


def test_a_page_without_weights_says_which_file_is_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path)
    monkeypatch.setattr(vae.rungs, "config", vae.rungs.config.__wrapped__)
    assert "config.json" in view.show(view.Choice(), None, "pt-BR")[0]
    assert "config.json" in betas.show(betas.Choice(), None, "pt-BR")


def test_both_terms_are_on_the_page_and_without_beta_no_kl(three_faces):
    rows = vae.rungs.by_beta(three_faces, 1, False)
    html = betas.betas_html(three_faces, rows, "prior", "en")
    for row in rows[1:]:
        total = number(row.recon + row.beta * row.kl, "en")
        assert f"{row.beta:g} × {number(row.kl, 'en')} = {total}" in html
    assert "nothing asks for a spread" in html.split("β = 1<")[0]
    plain = betas.betas_html(three_faces, rows[:1], "prior", "pt-BR")
    assert re.search("<small>.*?</small>", plain, re.DOTALL)[0].count("KL") == 1


def test_every_rung_stands_in_the_table_with_none_where_there_is_no_kl():
    html = betas.table_html(list(vae.rungs.rungs().values()), "pt-BR")
    assert html.count("<tr>") == 9 and html.count("não há") == 6
    assert number(vae.rungs.rungs()[32, 4.0].psnr, "pt-BR") in html


def test_real_is_teal_and_generated_orange_and_a_tap_picks(three_faces):
    html = view.sizes_html(three_faces._replace(kinds=["current", "photo", "gan"]), [], 0, "pt-BR")
    picks = re.findall(r'class="(\w+)" data-pick="chosen (\d)"', html)
    assert picks == [("made", "0"), ("photo", "1"), ("made", "2")]
    assert html.count('aria-pressed="true"') == 2  # the face that is measured, and beta


def test_numbers_are_written_in_the_visitors_way(three_faces):
    rows = vae.rungs.by_size(three_faces, 1)
    assert "12.288 bytes" in view.sizes_html(three_faces, rows, 1, "pt-BR")
    assert "12,288 bytes" in view.sizes_html(three_faces, rows, 1, "en")
    assert says(view.sizes_html(three_faces, rows, 1, "en"), "KL ")
    assert not says(view.sizes_html(three_faces, [row._replace(kl=None) for row in rows], 0, "en"), "KL ")


def test_where_faces_come_from_is_said_and_stands_as_text(three_faces):
    assert says(view.thanks_html(three_faces, "en"), "no real photos")
    thanks = three_faces._replace(thanks={"pt": f"foto de {EVIL}", "en": f"photo by {EVIL}"})
    for lang, said in (("pt-BR", "foto de "), ("en", "photo by ")):
        html = view.thanks_html(thanks, lang)
        assert harmless(html) and says(html, said + EVIL) and not says(html, "no real photos")


@pytest.mark.parametrize("z", [[EVIL] * 32, [EVIL], {"a": EVIL}])
def test_a_link_to_a_face_that_is_none_is_one_sentence(z):
    said, nothing = view.show(view.Choice(), {"values": z}, "en")
    assert says(betas.show(betas.Choice(), {"values": z}, "en"), "32 finite numbers")
    assert maps.show({"values": z}) == gr.skip()
    assert says(said, "32 finite numbers") and not says(said) and nothing == ""


def test_taps_choose_a_beta_a_face_a_source_and_other_faces():
    def tap(view, choice, pick: str):
        return view.choose(choice, None, "en", Pick(None, {"pick": pick}))[0]

    choice = tap(view, tap(view, view.Choice(), "beta 1"), "chosen 3")
    assert choice == view.Choice(1, 1, 3)
    assert tap(view, choice, "seed").seed != choice.seed
    choice = tap(betas, betas.Choice(), "source fitted")
    assert choice == betas.Choice(1, "fitted") and tap(betas, choice, "seed").seed != 1
    with pytest.raises(CallUnreadable):
        tap(betas, choice, f"source {EVIL}")
