"""The tab in a real browser: a face comes out of noise, walked back and branched; it follows a wish."""

from urllib.parse import quote

from tests import test_app

open_page, expect = test_app.open_page, test_app.expect
SLOW = 60_000  # ms: other work may be in turn
READY = ".walk[data-ready=yes]"
SEEN = """() => {
  const walk = document.querySelector('.walk');
  window.seen = [];
  const look = () => seen.push(Number(walk.dataset.at));
  new MutationObserver(look).observe(walk, {attributeFilter: ['data-at']});
}"""


def face(page) -> str:
    return page.locator(".walk .face img").get_attribute("src")


def test_a_way_plays_by_itself_is_walked_back_branched_and_compared(open_page):
    page = open_page("en-US", "/?tab=diffusion_faces&seed=11&steps=5")
    page.wait_for_selector(READY, timeout=SLOW)
    expect(page.locator(".walk output")).to_contain_text("step 5 of 5")
    expect(page.locator(".walk .branch")).to_be_disabled()
    first = face(page)
    page.locator(".walk input[type=range]").press("ArrowLeft")
    expect(page.locator(".walk output")).to_contain_text("step 4 of 5")
    page.locator(".walk input[type=range]").fill("2")
    assert face(page) != first
    page.evaluate(SEEN)
    page.locator(".walk .branch").click()
    page.wait_for_selector(READY, timeout=SLOW)
    assert page.evaluate("seen").count(3) == 1 and 0 not in page.evaluate("seen")  # it went on from there
    branched = face(page)
    assert branched != first
    assert page.locator(".walk .before img").get_attribute("src") == first
    page.wait_for_function("location.search.includes('branches=2.')")
    page.locator(".walk .before button").click()
    assert face(page) == first and page.locator(".walk .before img").get_attribute("src") == branched
    page.wait_for_function("!location.search.includes('branches')")


def test_another_press_wins_and_the_address_and_a_link_follow(open_page):
    page = open_page("en-US", "/?tab=diffusion_faces")
    page.wait_for_selector(READY, timeout=SLOW)
    for _ in range(3):
        page.locator(".walk .another").click()
    page.locator(".walk [data-steps='5']").click()
    page.wait_for_selector(READY, timeout=SLOW)
    page.wait_for_function("location.search.includes('steps=5') && !location.search.includes('seed=7&')")
    again = open_page("en-US", "/" + page.evaluate("location.search"))
    again.wait_for_selector(READY, timeout=SLOW)
    assert face(again) == face(page)


def test_a_way_that_was_left_goes_on_when_one_comes_back(open_page):
    page = open_page("en-US", "/?tab=diffusion_faces&seed=13&steps=50")
    page.wait_for_selector(".walk[data-at]", timeout=SLOW)
    page.locator("#view-diffusion_faces-steps-button").click()
    page.wait_for_selector(".four img:visible", timeout=SLOW)
    page.locator("#view-diffusion_faces-noise-button").click()
    page.wait_for_selector(READY, timeout=SLOW)
    page.locator("#view-diffusion_faces-steps-button").click()
    page.wait_for_selector(".four[data-done=yes]", timeout=SLOW)


def test_with_reduced_motion_the_end_is_shown_straight_away(open_page):
    page = open_page("en-US", "/?tab=diffusion_faces&seed=12&steps=10", reduced_motion="reduce")
    page.wait_for_selector(".walk", timeout=SLOW)
    page.evaluate(SEEN)
    page.wait_for_selector(READY, timeout=SLOW)
    assert set(page.evaluate("seen")) <= {0, 10}


def test_the_face_follows_what_is_asked_and_comes_out_of_noise_with_it(open_page):
    page = open_page("pt-BR", "/?tab=diffusion_faces&view=wishes&seed=11")
    page.wait_for_selector(".told[data-done=yes]", timeout=SLOW)
    assert page.locator(".told .open input:checked").count() == 5
    free = page.locator(".told .large").get_attribute("src")
    page.locator(".told .rows input[type=range]").nth(4).fill("65")
    assert page.locator(".told .open input:checked").count() == 4
    expect(page.get_by_text("65 anos")).to_be_visible()
    expect(page.locator(".told .large")).not_to_have_attribute("src", free, timeout=SLOW)
    page.wait_for_function("location.search.includes('wish=age%3A65')")
    page.locator(".told .birth").click()
    expect(page.locator(".walk .asked")).to_contain_text("idade 65", timeout=SLOW)
    page.wait_for_selector(READY, timeout=SLOW)


def test_the_same_noise_in_four_paces(open_page):
    page = open_page("en-US", "/?tab=diffusion_faces&view=steps")
    page.wait_for_selector(".four[data-done=yes]", timeout=SLOW)
    expect(page.locator(".four .pace img:visible")).to_have_count(4)
    large, last = page.locator(".four .large img"), page.locator(".four .pace img").last
    expect(large).to_have_attribute("src", last.get_attribute("src"))  # the one that came last
    page.locator(".four [data-steps='5']").click()
    expect(large).to_have_attribute("src", page.locator(".four .pace img").first.get_attribute("src"))
    expect(page.locator(".four .large b")).to_have_text("5 steps")
    expect(page.locator(".four output").last).to_contain_text(" s", timeout=SLOW)


def test_markup_in_a_link_stays_a_text_and_the_usual_face_is_shown(open_page):
    evil = quote("<img src=x onerror=document.title=1>")
    page = open_page("en-US", f"/?tab=diffusion_faces&wish={evil}&branches={evil}&steps=5&seed={evil}")
    page.wait_for_selector(READY, timeout=SLOW)
    expect(page.get_by_text("One can wish for").locator("visible=true").first).to_be_visible()
    assert page.title() == "Veredas"
