"""Who is in the data: what the sentences and the bars say of the stored figures."""

import re

import pytest

from demos.ui.clickable import Pick
from demos.ui.kinds import CallUnreadable
from demos.vae_faces import who
from generative.errors import WeightsMissing
from generative.vae import groups
from tests.hostile import EVIL, harmless, says


def group(name: str, psnr: float, half: float) -> groups.Group:
    return groups.Group(name, 100, 0.1, 50, psnr, psnr - half, psnr + half)


@pytest.mark.parametrize(
    ("half", "shuffled", "expected"),
    [(0.1, 0.001, ("do not overlap", "more than chance")), (2.0, 0.4, (" overlap", "may be chance"))],
)
def test_the_sentences_about_groups_follow_the_stored_figures(half, shuffled, expected):
    rows = [group("White", 18.2, half), group("Black", 19.2, half), group("unheard of", 18.7, half)]
    found = groups.Measured(1, 1, {"race": rows}, {"race": shuffled}, {})
    said = who.sentences(found, "race", "en")
    assert "Black 19.2 dB, White 18.2 dB" in said and all(words in said for words in expected)
    assert "negra 19,2 dB, branca 18,2 dB" in who.sentences(found, "race", "pt-BR")


def test_every_group_of_the_stored_figures_has_a_name_in_both_languages():
    found = groups.load()
    for kind in groups.KINDS:
        assert sum(g.train for g in found.groups[kind]) == found.train
        assert sum(g.n for g in found.groups[kind]) == found.held_out
        assert all(g.name in who.TEXTS.strings and g.low < g.psnr < g.high for g in found.groups[kind])
    for lang in ("pt", "en"):
        for kind in groups.KINDS:
            assert who.draw(kind, lang).count('class="group"') == len(found.groups[kind])


def test_a_group_of_another_data_set_stands_as_text(monkeypatch):
    rows = [group(EVIL, 18.2, 0.1), group("White", 19.2, 0.1)]
    linked = {"sharpness": 0.1, "brightness": -0.1}
    kinds = {kind: rows for kind in groups.KINDS}
    found = groups.Measured(1, 1, kinds, dict.fromkeys(groups.KINDS, 0.001), linked)
    monkeypatch.setattr(groups, "load", lambda: found)
    for html in (who.draw("race", "en"), who.said("en")):
        assert harmless(html) and says(html)


def test_bars_and_intervals_fill_their_tracks():
    rows = who.rows(groups.load(), "race", "en")
    assert all(0 <= row.left <= row.at <= row.left + row.width <= 100 for row in rows)
    every = [row for kind in groups.KINDS for row in who.rows(groups.load(), kind, "en")]
    assert max(row.bar for row in every) == 100
    assert [row.bar for row in rows] == sorted((row.bar for row in rows), reverse=True)
    assert sum(len(re.findall(r"width:100\.00%", who.draw(kind, "en"))) for kind in groups.KINDS) == 1


def test_a_missing_file_is_named(monkeypatch):
    def missing():
        raise WeightsMissing(file="groups.json")

    monkeypatch.setattr(groups, "load", missing)
    assert "groups.json" in who.draw("race", "en") and who.said("en") == ""


def test_a_tap_shows_another_category_and_no_other():
    kind, html = who.choose("en", Pick(None, {"pick": "age"}))
    assert kind == "age" and "20 to 29 years" in html
    with pytest.raises(CallUnreadable):
        who.choose("en", Pick(None, {"pick": EVIL}))
