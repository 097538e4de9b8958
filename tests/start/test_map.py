"""The map: its leaves lead to tabs of the page, and it speaks both languages."""

import re

import app
from demos.start import tab
from demos.ui.texts import Texts
from tests.hostile import EVIL, harmless, says


def test_every_leaf_opens_a_tab_of_the_page():
    leaves = re.findall(r'data-open="(\w+)"', tab.chart())
    assert leaves == [
        *("next_word", "points", "points", "vae_faces", "diffusion_faces", "next_word"),
        *("gan_faces", "points", "real_face"),
    ]
    assert set(leaves) <= {module.TAB for module in app.TABS}


def test_a_leaf_that_names_a_view_names_one_of_its_tab():
    views = re.findall(r'data-open="(\w+)" data-view="(\w+)"', tab.chart())
    tabs = {module.TAB: module for module in app.TABS}
    assert {view for _, view in views} == {"densities", "ladder", "game"}
    assert all(view in tabs[name].VIEWS for name, view in views)


def test_the_map_speaks_both_languages_and_its_texts_are_no_markup(monkeypatch):
    html = tab.chart()
    assert html.count('<span lang="pt">') == html.count('<span lang="en">') > 0
    strings = dict.fromkeys(tab.TEXTS.strings, (EVIL, EVIL))
    monkeypatch.setattr(tab, "TEXTS", Texts(tab.TAB, strings))
    assert harmless(tab.chart()) and says(tab.chart())
