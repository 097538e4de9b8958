"""The bottleneck and the loss: what stands on the page of the rows, their figures and the table."""

import re

import pytest

from demos.ui.texts import number
from demos.vae_faces import rungs as view
from generative import vae, weights
from tests.hostile import EVIL, harmless, says

pytestmark = pytest.mark.usefixtures("no_photos")


def test_a_page_without_weights_says_which_file_is_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path)
    monkeypatch.setattr(vae.rungs, "config", vae.rungs.config.__wrapped__)
    assert "config.json" in view.show_rows(None, "pt-BR", 1, 0, "prior", 1)[0]


def test_both_terms_are_on_the_page_and_without_beta_no_kl(three_faces):
    rows = vae.rungs.by_beta(three_faces, 1, False)
    html = view.betas_html(three_faces, rows, "prior", "en")
    for row in rows[1:]:
        total = number(row.recon + row.beta * row.kl, "en")
        assert f"{row.beta:g} × {number(row.kl, 'en')} = {total}" in html
    assert "nothing asks for a spread" in html.split("β = 1<")[0]
    plain = view.betas_html(three_faces, rows[:1], "prior", "pt-BR")
    assert re.search("<small>.*?</small>", plain, re.DOTALL)[0].count("KL") == 1


def test_every_rung_stands_in_the_table_with_none_where_there_is_no_kl():
    html = view.table_html(list(vae.rungs.rungs().values()), "pt-BR")
    assert html.count("<tr>") == 9 and html.count("não há") == 6
    assert number(vae.rungs.rungs()[32, 4.0].psnr, "pt-BR") in html


def test_real_is_teal_and_generated_orange_and_a_tap_picks(three_faces):
    html = view.sizes_html(three_faces._replace(kinds=["current", "photo", "gan"]), [], "pt-BR")
    picks = re.findall(r'class="(\w+)" data-pick="(\d)"', html)
    assert picks == [("made", "0"), ("photo", "1"), ("made", "2")]
    assert html.count('aria-pressed="true"') == 1


def test_numbers_are_written_in_the_visitors_way(three_faces):
    rows = vae.rungs.by_size(three_faces, 1)
    assert "12.288 bytes" in view.sizes_html(three_faces, rows, "pt-BR")
    assert "12,288 bytes" in view.sizes_html(three_faces, rows, "en")
    assert says(view.sizes_html(three_faces, rows, "en"), "KL ")
    assert not says(view.sizes_html(three_faces, [row._replace(kl=None) for row in rows], "en"), "KL ")


def test_where_faces_come_from_is_said_and_stands_as_text(three_faces):
    assert says(view.sizes_html(three_faces, [], "en"), "no real photos")
    thanks = three_faces._replace(thanks={"pt": f"foto de {EVIL}", "en": f"photo by {EVIL}"})
    for lang, said in (("pt-BR", "foto de "), ("en", "photo by ")):
        html = view.sizes_html(thanks, [], lang)
        assert harmless(html) and says(html, said + EVIL) and not says(html, "no real photos")


@pytest.mark.parametrize("z", [[EVIL] * 32, [EVIL], {"a": EVIL}])
def test_a_link_to_a_face_that_is_none_is_one_sentence(z):
    said, nothing = view.show_rows({"values": z}, "en", 1, 0, "prior", 1)
    assert says(said, "32 finite numbers") and not says(said) and nothing == ""
