"""The tab in a real browser: sliders, the plane, the films, links, files, a phone."""

from generative import vae
from tests import test_app

open_page, expect, SLOW = test_app.open_page, test_app.expect, test_app.SLOW


def test_a_linked_face_is_the_face_of_its_sliders(open_page):
    """The component draws the mean face when it appears; that answer may come after the link's face."""
    for _ in range(3):
        page = open_page("en-US", "/?tab=vae_faces&z=%5B2.4%2C-2.1" + "%2C0" * 30 + "%5D")
        page.wait_for_selector(".live[data-ready=yes]", timeout=SLOW)
        page.wait_for_timeout(1500)
        shown = page.evaluate("document.querySelector('.live img').src")
        assert shown == vae.model.picture([2.4, -2.1] + [0.0] * 30)
        page.get_by_role("tab", name="32 axes").click()
        axes = page.locator(".live .pane").nth(2).locator("input[type=range]")
        assert sorted(float(axes.nth(i).input_value()) for i in range(32))[::31] == [-2.1, 2.4]


def test_the_plane_moves_the_face_and_the_named_sliders_with_it(open_page):
    page = open_page("pt-BR", "/?tab=vae_faces", reduced_motion="reduce")
    page.wait_for_selector(".live[data-ready=yes]", timeout=SLOW)
    smile = page.locator(".live label", has_text="sorriso").first.locator("input")
    page.get_by_role("tab", name="Plano sorriso").click()
    page.wait_for_selector(".plane .field[data-ready=yes]", timeout=SLOW)
    before = page.evaluate("document.querySelector('.live img').src")
    page.locator(".plane .field").click(position={"x": 200, "y": 20})
    page.wait_for_function(f"document.querySelector('.live img').src !== '{before}'")
    page.get_by_role("tab", name="Com nome").click()
    at_click = float(smile.input_value())
    assert at_click == 2  # a slider ends there; the face may be beyond
    page.get_by_role("tab", name="Plano sorriso").click()
    for _ in range(8):
        page.locator(".plane .field").press("ArrowDown")
    page.get_by_role("tab", name="Com nome").click()
    assert float(smile.input_value()) < at_click


def test_a_kept_face_is_one_end_of_the_way_and_the_files_are_real(open_page):
    page = open_page("en-US", "/?tab=vae_faces&z=%5B2.4" + "%2C0" * 31 + "%5D", reduced_motion="reduce")
    kept = vae.model.picture([2.4] + [0.0] * 31)
    expect(page.locator(".live img").first).to_have_attribute("src", kept, timeout=SLOW)
    page.get_by_role("button", name="Keep as A").click()
    page.wait_for_selector(".v-toast")
    page.get_by_role("button", name="Random face").click()
    files = [("Save PNG", b"\x89PNG"), ("Save z", b'{"z":['), ("Save animation", b"RIFF")]
    for name, start in files:
        if name == "Save animation":
            page.get_by_role("tab", name="From A to B").click()
            page.wait_for_selector(".pair-way[data-ready=yes] .stations img", timeout=SLOW)
        with page.expect_download(timeout=SLOW) as saved:
            page.get_by_role("button", name=name).click()
        with open(saved.value.path(), "rb") as file:
            assert file.read(6).startswith(start), name
    ends = [page.locator(".pair-way .stations img").nth(i).get_attribute("src") for i in (0, 1)]
    assert ends[0] == kept != ends[1]


def test_the_way_from_a_to_b_plays_there_and_back_and_stops_under_a_hand(open_page):
    page = open_page("en-US", "/?tab=vae_faces&view=between")
    page.wait_for_selector(
        ".pair-way[data-ready=yes] .play[data-playing=yes]", timeout=SLOW
    )  # by itself, once
    page.locator(".pair-way .play").click()
    slider = page.locator(".pair-way input[type=range]")
    paused = slider.input_value()
    page.wait_for_timeout(400)
    assert slider.input_value() == paused
    page.locator(".pair-way .stations button").nth(1).click()
    expect(slider).to_have_value("1")
    page.locator(".pair-way .play").click()  # from B it leads back to A
    expect(page.locator(".pair-way .play")).to_have_attribute("data-playing", "no", timeout=SLOW)
    expect(slider).to_have_value("0")


def test_a_slider_moves_by_keys_and_says_its_number_as_the_visitor_writes_it(open_page):
    page = open_page("pt-BR", "/?tab=vae_faces", reduced_motion="reduce")
    page.wait_for_selector(".live[data-ready=yes]", timeout=SLOW)
    slider = page.locator(".live label", has_text="sorriso").first.locator("input")
    slider.focus()
    page.keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "-2,0")
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "-1,8")


def test_the_walk_of_a_link_is_there_and_its_face_can_be_taken_along(open_page):
    page = open_page("en-US", "/?tab=vae_faces&view=way&walk=41", reduced_motion="reduce")
    page.wait_for_selector(".walk-way[data-ready=yes] .stations img", timeout=SLOW)
    stations = page.locator(".walk-way .stations button")
    first = stations.first.locator("img").get_attribute("src")
    assert first == vae.walk.picture(41, 0.0)
    second = stations.nth(1).locator("img").get_attribute("src")
    stations.nth(1).click()
    expect(page.locator(".walk-way .stage img")).to_have_attribute("src", second, timeout=SLOW)
    page.wait_for_timeout(400)  # the page hears of a move once the hand rests
    page.get_by_role("button", name="Take this face to Move").click()
    expect(page.locator(".move-stage .stage img")).to_have_attribute("src", second, timeout=SLOW)


def test_on_a_phone_the_face_stays_in_view_while_its_sliders_move(open_page):
    page = open_page("en-US", "/?tab=vae_faces", viewport={"width": 390, "height": 700})
    page.wait_for_selector(".live[data-ready=yes]", timeout=SLOW)
    page.wait_for_timeout(500)
    page.get_by_role("tab", name="32 axes").click()
    page.evaluate("document.querySelectorAll('.live .pane:not([hidden]) input')[7].scrollIntoView(false)")
    page.wait_for_timeout(300)
    assert page.evaluate("document.querySelector('.stage').getBoundingClientRect().top") >= 0
