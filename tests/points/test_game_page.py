"""The game on a line in a real browser: stepped, played, and what its link brings back."""

import re

from tests import test_app

open_page, expect = test_app.open_page, test_app.expect
READY = ".game[data-ready=yes]"
PIXELS = "document.querySelector('.game .board').toDataURL()"


def opened(open_page, language: str = "en-US", link: str = "", **options):
    page = open_page(language, "/?tab=points&view=game" + link, **options)
    page.wait_for_selector(READY, timeout=test_app.SLOW)
    return page


def test_a_step_lights_its_line_and_the_same_seed_begins_the_same_game(open_page):
    page = opened(open_page, "pt-BR")
    page.locator(".game .again").click()
    first = page.evaluate(PIXELS)
    page.locator(".game .step-d").click()
    expect(page.locator(".algorithm .lit")).to_contain_text("D sobe em log D(x)")
    after_d = page.evaluate(PIXELS)
    page.locator(".game .step-g").click()
    expect(page.locator(".algorithm .lit")).to_have_attribute("data-line", "G")
    expect(page.locator(READY)).to_have_attribute("data-round", "1")
    assert len({first, after_d, page.evaluate(PIXELS)}) == 3
    page.locator(".game .again").click()
    expect(page.locator(".algorithm .lit")).to_have_count(0)
    assert page.evaluate(PIXELS) == first


def test_it_is_played_until_d_guesses_and_a_wild_rate_is_told(open_page):
    page = opened(open_page, link="&game_k=2&game_loss=minimax")
    expect(page.locator("[data-line=repeat]")).to_have_text("repeat 2×:")
    expect(page.locator("[data-line=G]")).to_contain_text("G descends log(1 − D(G(z)))")
    page.locator(".game .speed").select_option("fast")
    page.locator(".game .play").click()
    page.wait_for_function("document.querySelector('.game').dataset.round > 250", timeout=test_app.SLOW)
    page.locator(".game .play").click()
    said = page.locator(".game .status").inner_text()
    assert int(re.search(r"right (\d+)", said)[1]) < 75
    expect(page.locator("canvas.board")).to_have_attribute("aria-label", re.compile("D\\* dashed.*Round"))
    page.locator("[data-rate=rateD] input").fill("9")
    page.locator(".game .play").click()
    expect(page.locator(".game .note")).to_contain_text("Rate too high", timeout=test_app.SLOW)
    expect(page.locator(".game .play")).to_have_text("Play")
    page.wait_for_function("location.search.includes('game_rate_d=1000')")
    page.locator("[data-rate=rateD] input").fill("2")
    before = int(page.locator(READY).get_attribute("data-round"))
    page.locator(".game .play").click()  # the round that failed begins anew, with a batch of its own
    page.wait_for_function(
        f"document.querySelector('.game').dataset.round > {before + 20}", timeout=test_app.SLOW
    )


def test_in_slow_motion_each_line_of_the_algorithm_has_its_turn(open_page):
    page = opened(open_page)
    page.locator(".game .speed").select_option("slow")
    page.locator(".game .play").click()
    for name in ("batch", "D", "noise", "G"):
        page.wait_for_selector(f".algorithm .lit[data-line={name}]", timeout=test_app.SLOW)


def test_in_the_plane_five_games_are_played_and_a_collapse_is_cured(open_page):
    page = open_page("en-US", "/?tab=points&view=arena&arena_five=yes&arena_set=ring")
    page.wait_for_selector(".arena[data-ready=yes]", timeout=test_app.SLOW)
    expect(page.locator(".arena .five")).to_have_text("One only", timeout=test_app.SLOW)
    page.locator(".arena .play").click()
    page.wait_for_function("document.querySelector('.arena').dataset.round > 1", timeout=test_app.SLOW)
    page.locator(".arena .collapse").click()
    expect(page.locator(".arena .five")).to_have_text("All five")
    expect(page.locator(".arena .play")).to_have_text("Stop")
    page.wait_for_function("document.querySelector('.arena').dataset.round > 5", timeout=test_app.SLOW)
    page.locator(".arena .cure").click()
    page.wait_for_function("location.search.includes('arena_loss=wgan_gp')")
    page.locator(".arena .play").click()
    expect(page.locator(".arena .play")).to_have_text("Play")
    assert int(page.locator(".arena").get_attribute("data-round")) > 5  # from where it stood
    expect(page.locator(".arena .status")).to_contain_text("of 8 groups")
