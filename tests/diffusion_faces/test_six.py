"""Six faces, five models: what the table is given, and what is asked of the pool."""

import json

from demos.diffusion_faces import six as view
from generative.diffusion import six


def test_the_table_has_all_that_is_answered_at_once_and_fits_a_browser():
    found = json.loads(json.dumps(view.table({})))
    assert [p["name"] for p in found["portraits"]] == six.names()
    assert len(found["cells"]) == 18 and found["raw"] == 12_288
    assert found["bytes"]["diffusion"] == 2 * found["raw"]


def test_how_likely_is_said_of_a_face_of_the_six_alone():
    assert set(view.likely({"face": 0})) == {"pca", "vae"}
    for face in (None, 6, "0"):
        assert "error" in view.likely({"face": face})


def test_all_who_look_ask_for_one_work_and_each_density_is_one():
    assert view.in_time({}) == view.in_time({"visitor": "b"})
    assert view.integrated({"face": 1}) != view.integrated({"face": 2})
    hash(view.integrated({"face": [1]}))  # whatever a browser sends
