"""How unusual a picture is: what the view says of the measures, and what it makes of a tap and of a link."""

import base64
import io

import pytest
from PIL import Image
from skimage import data

from demos.ui.clickable import Pick
from demos.ui.kinds import CallUnreadable
from demos.vae_faces import api, ranking
from demos.vae_faces import outliers as view
from generative.errors import WeightsMissing
from generative.vae import outliers, stimuli
from generative.vae.stimuli import Ranked
from tests.hostile import EVIL, harmless, says


def items(**shares: float) -> list[Ranked]:
    """All ranked pictures as unusual as 80 % by every measure, but for those named."""
    keys = [("photo", change) for change in stimuli.CHANGES] + [(name, "none") for name in stimuli.NO_FACES]
    at = {key: shares.get(key[0] if key[0] != "photo" else key[1], 80.0) for key in keys}
    return [Ranked(*key, "", dict.fromkeys(outliers.MEASURES, p)) for key, p in at.items()]


def test_who_is_fooled_is_read_off_the_numbers():
    assert "none of the 7" in ranking.fooled(items(), "elbo", "en")
    said = ranking.fooled(items(grey=0.04, cat=45.0, none=93.0, blurred=27.0), "elbo", "en")
    assert "2 of 7: cat (45%), flat grey (< 0.1%)" in said and "93% of the faces, comes to 27%" in said


@pytest.mark.parametrize(
    ("p", "said"), [(0.0, "< 0.1%"), (0.34, "0.3%"), (97.2, "97%"), (99.4, "99.4%"), (100.0, "> 99.9%")]
)
def test_a_share_at_the_ends_claims_no_more_than_the_quantiles_hold(p, said):
    assert view.share(p, "en") == said


def test_taps_choose_a_picture_a_change_and_another_gan_face():
    def tap(choice: view.Choice, pick: str) -> view.Choice:
        return view.choose(choice, None, "en", Pick(None, {"pick": pick}))[0]

    choice = tap(tap(view.Choice(), "name cat"), "change blurred")
    assert (choice.name, choice.change) == ("cat", "blurred")
    again = tap(choice, "seed")
    assert again.name == "gan" and again.seed != choice.seed


def test_no_other_tap_draws_anything():
    for pick in (f"name {EVIL}", f"change {EVIL}"):
        with pytest.raises(CallUnreadable):
            view.choose(view.Choice(), None, "en", Pick(None, {"pick": pick}))
    with pytest.raises(CallUnreadable):
        ranking.choose("elbo", None, "en", Pick(None, {"pick": EVIL}))


def test_a_link_to_a_face_that_is_none_is_one_sentence():
    html, sums = view.draw(view.Choice("current"), {"values": [EVIL] * 32}, "en")
    assert says(html, "32 finite numbers") and not says(html) and sums == ""
    html, why = ranking.draw("elbo", {"values": [EVIL] * 32}, "en")
    assert says(html, "32 finite numbers") and not says(html) and why == ""


def test_what_is_said_of_a_picture_stands_as_text(monkeypatch):
    """A share at the end of the scale holds a sign of HTML; so may the name of a picture."""
    look = stimuli.look("grey", "none", [], 0, None)
    edge = look._replace(unusual=look.unusual._replace(percentiles=dict.fromkeys(outliers.MEASURES, 0.0)))
    monkeypatch.setattr(stimuli, "look", lambda *_: edge)
    monkeypatch.setattr(stimuli, "ranked", lambda *_: items(grey=0.0))
    monkeypatch.setattr(view, "called", lambda *_: EVIL)
    monkeypatch.setattr(ranking, "short", lambda *_: EVIL)
    one, order = view.draw(view.Choice(), None, "en")[0], ranking.draw("elbo", None, "en")[0]
    assert says(order)
    for html in (one, order):
        assert harmless(html) and "&lt; 0.1%" in html and "< 0.1%" not in html


def test_the_order_marks_what_is_no_face_and_begins_with_the_most_usual():
    html, why = ranking.draw("elbo", None, "en")
    assert "easy to redraw" in " ".join(why.split()) and "easy" not in ranking.draw("distance", None, "en")[1]
    assert html.count("class=noface") == len(stimuli.NO_FACES)
    places = ranking.places(items(cat=1.0, rocket=99.95), "elbo", "en")
    assert (places[0].called, places[-1].called) == ("cat", "rocket") and places[-1].share == "> 99.9%"


def test_a_missing_file_is_named(monkeypatch):
    def missing():
        raise WeightsMissing(file="outliers.json")

    monkeypatch.setattr(outliers, "reference", missing)
    assert "outliers.json" in view.draw(view.Choice("grey"), None, "pt")[0]


def test_a_program_gets_the_three_measures_of_a_photo():
    file = io.BytesIO()
    Image.fromarray(data.astronaut()).save(file, "PNG")
    answer = api.vae_outlier("data:image/png;base64," + base64.b64encode(file.getvalue()).decode())
    assert set(answer) == {"elbo", "reconstruction", "distance", "percentiles"}
    assert answer["elbo"] < 0 < answer["distance"]
    assert all(0 <= p <= 100 for p in answer["percentiles"].values())
