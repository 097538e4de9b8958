"""The view of the 99 numbers in a real browser: edited, stepped, trained, and what its link brings back."""

import re

from generative.learning import network99 as net
from tests import test_app

open_page, expect = test_app.open_page, test_app.expect
READY = ".net99[data-ready=yes]"
LINK = "/?tab=learning&view=numbers"


def opened(open_page, language: str = "en-US", link: str = "", **options):
    page = open_page(language, LINK + link, **options)
    page.wait_for_selector(READY, timeout=test_app.SLOW)
    return page


def cell(page, place: int):
    """A cell of the first matrix, row by row with the bias last; 14 is the input of ducks into h3."""
    return page.locator(".matrix[data-layer='0'] input").nth(place)


def write(page, place: int, text: str) -> None:
    cell(page, place).fill(text)
    cell(page, place).blur()


def loss(page) -> float:
    said = page.locator(".cells .status").inner_text()
    return float(re.search(r"[\d,.]+", said)[0].replace(",", "."))


def test_a_number_is_changed_by_hand_kept_by_the_link_and_taken_back(open_page):
    page = opened(open_page, "pt-BR")
    assert page.locator(".matrix input").count() == 99 and page.locator(".drawing line").count() == 84
    start = net.start(net.SEED).tolist()
    expect(cell(page, 0)).to_have_value(f"{start[0]:.2f}".replace(".", ",").replace("-", "−"))
    before = loss(page)
    write(page, 0, "9,5")
    expect(page.locator(".result")).to_contain_text("soma 9,50 → tanh → 1,00")
    changed = loss(page)
    assert changed != before
    for wrong in ("1e300", "NaN", "", "1001"):
        write(page, 0, wrong)
        expect(page.locator(".net99 .note")).to_contain_text("Escreva um número de −1.000 a 1.000")
        expect(page.locator(".net99 .note")).to_contain_text(f"“{wrong}” não serve")
        expect(cell(page, 0)).to_have_value("9,50")
        expect(cell(page, 0)).to_have_attribute("aria-invalid", "true")
    page.wait_for_function("location.search.includes('weights=9.5')")
    again = opened(open_page, link=page.evaluate("location.search").replace("?", "&"))
    expect(cell(again, 0)).to_have_value("9.50", timeout=test_app.SLOW)
    assert loss(again) == changed
    again.locator(".net99 .again").click()
    expect(cell(again, 0)).to_have_value(f"{start[0]:.2f}".replace("-", "−"))
    again.wait_for_function("!location.search.includes('weights')")
    assert loss(again) == before


def test_it_is_stepped_trained_until_it_knows_the_shares_and_a_wild_rate_is_told(open_page):
    page = opened(open_page)
    page.locator(".layer-0 .unit").nth(2).click()  # the forward pass lights up layer by layer
    assert page.locator(".drawing").get_attribute("data-lit") in ("0", "1")
    expect(page.locator(".drawing")).to_have_attribute("data-lit", "3")
    page.locator(".net99 .one").click()
    expect(page.locator(READY)).to_have_attribute("data-steps", "1")
    page.locator(".net99 .epoch").click()
    expect(page.locator(READY)).to_have_attribute("data-steps", "21")
    page.locator(".net99 .play").click()
    page.wait_for_function("document.querySelector('.net99').dataset.steps > 1500", timeout=test_app.SLOW)
    page.locator(".net99 .play").click()
    assert loss(page) < 0.65
    row = [float(text) for text in page.locator(".shares .pair b").all_inner_texts()][3:6]
    assert abs(row[1] - 75) < 12  # fish swim in three of four
    kept = cell(page, 0).input_value()
    page.locator(".net99 .rate input").fill("10")
    page.locator(".net99 .one").click()
    page.locator(".net99 .play").click()
    expect(page.locator(".net99 .note")).to_contain_text("Rate too high")
    expect(page.locator(".net99 .play")).to_have_text("Train")
    assert "NaN" not in page.locator(".net99").inner_text() and kept


def test_a_text_of_ones_own_is_learned_and_one_that_does_not_fit_changes_nothing(open_page):
    page = opened(open_page, link="&sentences=I am. you are. we are. I was <img src=x onerror=alert(1)>")
    page.wait_for_selector(READY, timeout=test_app.SLOW)
    expect(page.locator(".net99 .layer-0")).to_contain_text("cats")  # five words follow: the link was refused
    box = page.locator(".net99 textarea")
    box.fill("I am. you are. we are. I was.")
    box.blur()
    expect(page.locator(".net99 .layer-0")).to_contain_text("you")
    expect(page.locator(".net99 .layer-3")).to_contain_text("was")
    box.fill("I am. you are. we were. I was.")
    box.blur()
    expect(page.locator(".net99 .wrong")).to_contain_text("Use one of: am, are, were")
    expect(page.locator(".net99 .wrong")).to_contain_text("goes on with the sentences before")
    expect(page.locator(".net99 .layer-3")).to_contain_text("was")
    page.wait_for_function("location.search.includes('sentences=I')")
    box.fill("I am. " * 300)  # nothing is cut off in silence
    box.blur()
    expect(page.locator(".net99 .wrong")).to_contain_text("1,800 characters; at most 1,200")
    page.locator(".net99 select.task").select_option("points")
    expect(box).to_be_hidden()


def test_without_motion_all_is_lit_at_once_and_one_scrolls_from_99_to_the_larger_models(
    open_page,
):
    page = opened(open_page, "pt-BR", reduced_motion="reduce")
    page.locator(".layer-0 .unit").nth(2).click()
    assert page.locator(".drawing").get_attribute("data-lit") == "3"
    road = page.locator(".road")
    assert road.evaluate("(road) => road.scrollWidth") > 234_000
    road.evaluate("(road) => road.scrollTo({left: 1e9})")
    expect(page.locator(".lengths .count output")).to_contain_text("23.")
    seen = page.locator(".lengths .count output").inner_text()
    assert int(re.sub(r"\D", "", seen.partition("·")[0])) > 23_173_632
