"""The densities in a browser: a tap asks all seven; own points are drawn, pasted, kept in the address."""

from tests import test_app

open_page, expect = test_app.open_page, test_app.expect
SLOW = 90_000  # ms: other work may be in turn
ANSWER = ".lab [data-model={}] output"


def opened(open_page, path: str = ""):
    """The view, its first densities there."""
    page = open_page("en-US", f"/?tab=points&view=densities&density_set=heights{path}")
    expect(page.locator(ANSWER.format("mixture"))).to_contain_text("×", timeout=SLOW)
    return page


def test_a_tap_asks_all_of_them_and_only_the_gan_cannot_say(open_page):
    page = opened(open_page)
    page.wait_for_selector(".lab[data-done=yes]", timeout=SLOW)
    answers = {model: page.locator(ANSWER.format(model)) for model in ("kernel", "flow", "vae", "gan")}
    expect(answers["gan"]).to_have_text("cannot say")
    page.locator(".lab .large canvas").click(position={"x": 200, "y": 100})
    middle = [answers[model].inner_text() for model in ("kernel", "flow")]
    page.locator(".lab .large canvas").click(position={"x": 5, "y": 100})
    for model, before in zip(("kernel", "flow"), middle, strict=True):
        expect(answers[model]).not_to_have_text(before)
    page.locator(".lab .large canvas").click(position={"x": 200, "y": 100})
    page.locator(".lab [data-model=vae]").click()
    expect(page.locator(".lab .verdict")).to_contain_text("a bound, p(x) ≥")
    expect(page.locator(".lab .verdict")).not_to_contain_text("…")  # the server gave its error
    page.wait_for_function("location.search.includes('density_model=vae')")


def test_own_points_are_drawn_learned_and_kept_in_the_address(open_page):
    page = opened(open_page)
    page.locator(".lab .draw").click()
    for x, y in ((100, 100), (200, 120), (150, 220), (300, 300)):
        page.locator(".lab .large canvas").click(position={"x": x, "y": y})
    expect(page.locator(".lab .wait")).to_contain_text("points: 4")
    page.locator(".lab .learn").click()
    page.wait_for_function("location.search.includes('density_own=p')")
    expect(page.locator(ANSWER.format("kernel"))).to_contain_text("×", timeout=SLOW)


def test_a_table_that_is_none_is_said_and_the_points_before_stay(open_page):
    page = opened(open_page)
    page.locator(".lab summary").click()
    page.locator(".lab textarea").fill("1, 2\nthree, 4\n5, 6")
    page.locator(".lab .use").click()
    expect(page.locator(".lab .table output")).to_contain_text("Line 2 of the table")
    assert page.locator(".lab select").input_value() == "heights"
    page.locator(".lab textarea").fill("1\n2\n2.5\n4\n7")
    page.locator(".lab .use").click()
    expect(page.locator(".lab .table output")).to_have_text("5 points in use.")
    page.wait_for_function("location.search.includes('density_own=l')")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.locator(".lab .large canvas").bounding_box()["width"] > 340  # all that a phone has
