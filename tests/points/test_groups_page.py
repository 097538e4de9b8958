"""k-means and the line in a real browser: stepped, put by hand, drawn, and what a link brings back."""

import math

import pytest
import torch

from demos.points import groups as view
from generative.points import own, pca
from tests import test_app
from tests.points.test_game import read_of

open_page, expect = test_app.open_page, test_app.expect
READY = ".groups[data-ready=yes]"


def opened(open_page, link: str = "", language: str = "en-US", **options):
    page = open_page(language, f"/?tab=points&view=groups{link}", **options)
    page.wait_for_selector(READY, timeout=test_app.SLOW)
    return page


def told(**link: object) -> dict:
    return view.told(read_of(link), "pt")


def test_an_unlucky_start_ends_far_above_the_best_and_a_careful_one_does_not(open_page):
    page = opened(open_page)
    page.locator(".groups .assign").click()
    expect(page.locator(".groups .status")).to_contain_text("from its centre")
    page.locator(".groups .assign").click()  # nothing has moved since
    expect(page.locator(".groups")).to_have_attribute("data-steps", "1")
    page.locator(".groups .move").click()
    expect(page.locator(".groups")).to_have_attribute("data-turn", "assign")
    page.locator("[data-for=kmeans] .play").click()
    page.wait_for_selector(".groups[data-turn=rest]", timeout=test_app.SLOW)
    expect(page.locator(".groups .status")).to_contain_text("the best of 20 starts")
    expect(page.locator("[data-for=kmeans] .play")).to_have_text("Play")
    page.locator(".groups [data-field=start]").select_option("plusplus")
    page.wait_for_function("location.search.includes('groups_start=plusplus')")
    page.locator("[data-for=kmeans] .play").click()
    page.wait_for_selector(".groups[data-turn=rest]", timeout=test_app.SLOW)
    expect(page.locator(".groups .status")).to_contain_text("none of 20 other starts gets lower")


def test_a_centre_put_by_hand_stays_in_the_address_and_own_points_are_drawn(open_page):
    page = opened(open_page, "&groups_k=2&groups_set=moons", "pt-BR")
    expect(page.locator(".groups .status")).to_contain_text("2 centros")
    page.locator(".groups .board").click(position={"x": 40, "y": 40})
    page.wait_for_function("location.search.includes('groups_centres=p')")
    expect(page.locator(".groups [data-field=start]")).to_have_value("by_hand")
    page.reload()
    page.wait_for_selector(READY, timeout=test_app.SLOW)
    expect(page.locator(".groups [data-field=start]")).to_have_value("by_hand", timeout=test_app.SLOW)
    page.locator(".groups .draw").click()
    for x, y in ((60, 60), (200, 90), (300, 250), (120, 260)):
        page.locator(".groups .board").click(position={"x": x, "y": y})
    expect(page.locator(".groups .status")).to_contain_text("4")
    page.locator(".groups .draw").click()
    page.wait_for_function("location.search.includes('groups_set=own')")
    expect(page.locator(".groups [data-field=set]")).to_have_value("own")
    page.locator(".groups .assign").click()
    expect(page.locator(".groups .status")).to_contain_text("do seu centro")


def test_the_line_is_turned_by_hand_and_steps_turn_it_into_the_eigenvector(open_page):
    page = opened(open_page, "&groups_method=pca&groups_set=moons")
    page.wait_for_selector("[data-method=pca][aria-pressed=true]", timeout=test_app.SLOW)
    keeps = page.locator(".groups .status")
    before = keeps.inner_text()
    page.locator(".groups .board").press("ArrowUp")
    expect(page.locator(".groups")).to_have_attribute("data-angle", "62.0")
    expect(keeps).not_to_have_text(before)
    expect(page.locator(".groups .answered")).to_contain_text("Turn the line")
    page.locator("[data-for=pca] .play").click()
    expect(page.locator(".groups .answered")).to_contain_text("Eigenvector", timeout=test_app.SLOW)
    x = torch.tensor(view.shipped()["moons"]).double()
    best = math.degrees(pca.best(pca.covariance(x)).angle)
    assert float(page.locator(".groups").get_attribute("data-angle")) == pytest.approx(best, abs=0.2)


def test_a_link_says_all_that_the_view_carries_and_nothing_that_it_cannot_use():
    plain = told()
    assert list(plain.values()) == list(view.FIRST.values()) and list(plain) == list(view.FIELDS)
    points, centres = own.write(torch.eye(3, 2)), own.write(torch.eye(2))
    link = {
        "groups_method": "pca",
        "groups_set": "own",
        "groups_own": points,
        "groups_seed": 4,
        "groups_k": 2,
    }
    link |= {"groups_start": "by_hand", "groups_centres": centres, "groups_angle": -30.5}
    assert told(**link) == link
    wrong = {
        "groups_method": "x",
        "groups_set": "own",
        "groups_own": "p00",
        "groups_seed": -1,
        "groups_k": 99,
    }
    assert told(**wrong, groups_start="by_hand", groups_centres="?", groups_angle=500) == plain
