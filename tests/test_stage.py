"""The thing itself is whole on the first screen: the part of tests/stage.py that the suite runs.

Every view at one size and language each, so that all sizes and both languages come up; the whole matrix is
`python -m tests.stage`.
"""

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from tests import stage

TURN = list(enumerate(stage.VIEWS))
CASES = [(view, stage.LANGUAGES[i % 2], stage.SCREENS[i % len(stage.SCREENS)]) for i, view in TURN]


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page()
    yield page
    page.close()


@pytest.mark.parametrize(("view", "language", "screen"), CASES, ids=[f"{v}-{s}" for v, _, s in CASES])
def test_the_thing_itself_is_whole_on_the_first_screen_and_after_its_main_actions(
    page, app_url, view, language, screen
):
    stage.open_view(page, app_url, view, language, screen)
    assert list(stage.findings(page, view, screen)) == []
    assert stage.barriers(page) == []


def test_a_stage_that_reaches_beyond_the_window_is_told(page):
    seen = stage.Seen(top=100, left=0, bottom=760, right=390, pictures=0)
    assert seen.outside(stage.Screen(390, 720)) == "40 px beyond the bottom"
    assert seen.outside(stage.Screen(390, 844)) == ""
