"""The bottleneck and the loss: what stands on the page of the rows, their figures and the table."""

import re

import pytest
import torch

from demos.ui.texts import number
from demos.vae_faces import rungs as view
from generative import gan, photos, vae, weights
from tests.hostile import EVIL, harmless, says


@pytest.fixture(autouse=True)
def no_photos(monkeypatch):
    """A machine without real photos."""
    monkeypatch.delenv("VEREDAS_PHOTOS", raising=False)
    monkeypatch.setattr(photos.sources, "fetched", lambda: None)


@pytest.fixture(scope="module")
def found():
    """The mean face and two faces by the GAN; the first of these is measured."""
    x = torch.cat([vae.model.decode(vae.model.mean_z())[None], gan.model.sample(3, 2, 0.7)])
    return vae.rungs.Cast(x, ["current", "gan", "gan"], None, 1)


def test_a_page_without_weights_says_which_file_is_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path)
    monkeypatch.setattr(vae.rungs, "config", vae.rungs.config.__wrapped__)
    assert "config.json" in view.show_rows(None, "pt-BR", 1, 0, "prior", 1)[0]


def test_both_terms_are_on_the_page_and_without_beta_no_kl(found):
    rows = vae.rungs.by_beta(found, 1, False)
    html = view.betas_html(found, rows, "prior", "en")
    for row in rows[1:]:
        total = number(row.recon + row.beta * row.kl, "en")
        assert f"{row.beta:g} × {number(row.kl, 'en')} = {total}" in html
    assert "nothing asks for a spread" in html.split("β = 1<")[0]
    plain = view.betas_html(found, rows[:1], "prior", "pt-BR")
    assert re.search("<small>.*?</small>", plain, re.DOTALL)[0].count("KL") == 1


def test_every_rung_stands_in_the_table_with_none_where_there_is_no_kl():
    html = view.table_html(list(vae.rungs.rungs().values()), "pt-BR")
    assert html.count("<tr>") == 9 and html.count("não há") == 6
    assert number(vae.rungs.rungs()[32, 4.0].psnr, "pt-BR") in html


def test_real_is_teal_and_generated_orange_and_a_tap_picks(found):
    html = view.sizes_html(found._replace(kinds=["current", "photo", "gan"]), [], "pt-BR")
    picks = re.findall(r'class="(\w+)" data-pick="(\d)"', html)
    assert picks == [("made", "0"), ("photo", "1"), ("made", "2")]
    assert html.count('aria-pressed="true"') == 1


def test_numbers_are_written_in_the_visitors_way(found):
    rows = vae.rungs.by_size(found, 1)
    assert "12.288 bytes" in view.sizes_html(found, rows, "pt-BR")
    assert "12,288 bytes" in view.sizes_html(found, rows, "en")
    assert says(view.sizes_html(found, rows, "en"), "KL ")
    assert not says(view.sizes_html(found, [row._replace(kl=None) for row in rows], "en"), "KL ")


def test_where_faces_come_from_is_said_and_stands_as_text(found):
    assert says(view.sizes_html(found, [], "en"), "no real photos")
    thanks = found._replace(thanks={"pt": f"foto de {EVIL}", "en": f"photo by {EVIL}"})
    for lang, said in (("pt-BR", "foto de "), ("en", "photo by ")):
        html = view.sizes_html(thanks, [], lang)
        assert harmless(html) and says(html, said + EVIL) and not says(html, "no real photos")


@pytest.mark.parametrize("z", [[EVIL] * 32, [EVIL], {"a": EVIL}])
def test_a_link_to_a_face_that_is_none_is_one_sentence(z):
    said, nothing = view.show_rows({"values": z}, "en", 1, 0, "prior", 1)
    assert says(said, "32 finite numbers") and not says(said) and nothing == ""
