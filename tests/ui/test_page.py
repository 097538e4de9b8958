"""What the page does by itself, in a real browser: the address, tabs by keyboard, questions before a view."""

import pytest

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright_api.expect
SLOW = 30_000  # ms


@pytest.fixture
def page(browser, app_url):
    context = browser.new_context(locale="en-US", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.app = app_url
    yield page
    context.close()


def go(page, query: str = "") -> None:
    page.goto(f"{page.app}/{query}")
    page.wait_for_selector("[role=tab]", timeout=SLOW)


def selected(page, name: str):
    return expect(page.locator(f"#{name}-button"))


def is_open(page, name: str) -> None:
    selected(page, name).to_have_attribute("aria-selected", "true", timeout=SLOW)


def address_says(page, *parts: str) -> None:
    for part in parts:
        page.wait_for_function("(part) => location.search.includes(part)", arg=part, timeout=SLOW)


def sentence(page):
    return page.locator(".sentence textarea")


def test_the_address_follows_and_reload_and_language_switch_lose_nothing(page):
    go(page)
    page.locator("[data-open=next_word]").first.click()
    expect(sentence(page)).to_have_value("Once upon a", timeout=SLOW)
    sentence(page).fill("The old cat")
    address_says(page, "tab=next_word", "text=The+old+cat")
    page.locator("#view-next_word-attention-button").click()
    address_says(page, "view=attention")
    page.reload()
    is_open(page, "view-next_word-attention")
    expect(sentence(page)).to_have_value("The old cat", timeout=SLOW)
    page.wait_for_timeout(1500)  # a request cut off by leaving would fail
    page.get_by_role("button", name="Português").click()
    page.wait_for_selector("text=Próxima palavra", timeout=SLOW)
    is_open(page, "view-next_word-attention")
    expect(sentence(page)).to_have_value("The old cat", timeout=SLOW)
    address_says(page, "lang=pt-BR", "text=The+old+cat")


def test_back_and_forward_walk_through_tabs_and_views_and_keep_what_was_written(page):
    go(page, "?tab=next_word&text=The+old+cat&hide=%5B%22model%22%5D")
    expect(sentence(page)).to_have_value("The old cat", timeout=SLOW)
    address_says(page, "view=bars")
    page.locator("#view-next_word-attention-button").click()
    address_says(page, "view=attention")
    page.locator("#tab-start-button").click()
    address_says(page, "tab=start", "hide=")  # what holds for the page stays
    page.go_back()
    is_open(page, "tab-next_word")
    is_open(page, "view-next_word-attention")
    page.go_back()
    is_open(page, "view-next_word-bars")
    expect(sentence(page)).to_have_value("The old cat")
    page.go_forward()
    is_open(page, "view-next_word-attention")


def test_a_text_too_long_for_an_address_stays_out_of_it(page):
    go(page, "?tab=next_word&text=The+old+cat")
    expect(sentence(page)).to_have_value("The old cat", timeout=SLOW)
    sentence(page).fill("word " * 2000)
    page.wait_for_function("() => !location.search.includes('text=')", timeout=SLOW)
    address_says(page, "tab=next_word", "view=bars")


KEEP = "(values) => veredas.address.keep('vae_faces', ['z', 'view', 'a'], values)"


def test_numbers_of_a_visitors_face_stay_out_of_the_address(page):
    go(page, "?tab=vae_faces")
    address_says(page, "tab=vae_faces", "z=")
    page.evaluate(KEEP, [{"values": [1, 2]}, "move", "[3]"])
    address_says(page, "z=%5B1%2C2%5D", "a=%5B3%5D")
    page.evaluate(KEEP, [{"values": [4, 5], "posterior": {"mu": [4, 5]}}, "move", "[3]"])
    page.wait_for_function("() => location.search === '?tab=vae_faces&view=move'", timeout=SLOW)
    page.evaluate(KEEP, [{"values": [6, 7]}, "move", "[4, 5]"])  # A may have been that face
    page.wait_for_timeout(600)
    assert page.evaluate("location.search") == "?tab=vae_faces&view=move"


def test_arrows_open_the_tabs_beside(page):
    go(page)
    page.locator("#tab-start-button").focus()
    page.keyboard.press("ArrowRight")
    is_open(page, "tab-next_word")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    is_open(page, "tab-diffusion_faces")  # round the end


def test_on_a_phone_the_row_of_tabs_shows_the_one_that_a_link_opened(page):
    page.set_viewport_size({"width": 390, "height": 844})
    go(page, "?tab=gan_faces&view=wish")
    for name in ("tab-gan_faces", "view-gan_faces-wish"):
        is_open(page, name)
        page.wait_for_function(
            "(id) => { const r = document.getElementById(id).getBoundingClientRect();"
            " return r.left >= 0 && r.right <= innerWidth; }",
            arg=f"{name}-button",
            timeout=SLOW,
        )


def asks(page) -> str:
    return page.evaluate("document.documentElement.dataset.ask")


@pytest.mark.parametrize(
    ("query", "on"),
    [("", "no"), ("?hide=%5B%5D", "yes"), ("?hide=%5B%5D&ask=false", "no"), ("?ask=1", "yes")],
)
def test_questions_are_on_in_lessons_and_off_by_a_link(page, query, on):
    go(page, query)
    assert asks(page) == on


def test_nothing_moves_when_a_question_is_answered_and_the_switch_shows_that_it_asks(page):
    go(page, "?tab=next_word&view=bars&ask=1")
    page.wait_for_selector("button.bar", timeout=SLOW)
    expect(page.locator("button.asking")).to_have_attribute("aria-pressed", "true")
    for width, height in ((1280, 800), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.locator(".ask").evaluate("(one) => one.classList.remove('answered')")
        before = page.locator(".bars").bounding_box()
        page.locator(".ask:visible .answers button").first.click()
        expect(page.locator(".ask .said")).to_be_visible()
        assert page.locator(".bars").bounding_box()["y"] == pytest.approx(before["y"], abs=1)


@pytest.mark.parametrize("query", ["", "?tab=next_word&__theme=dark"])
def test_a_folded_part_has_no_scrollbar(page, query):
    go(page, query)
    page.locator(".gr-accordion:visible").first.wait_for(timeout=SLOW)
    page.wait_for_timeout(500)
    wide = "(all) => all.filter((e) => e.scrollWidth > e.clientWidth).length"
    assert page.locator(".gr-accordion:visible").evaluate_all(wide) == 0


def test_the_switch_turns_questions_on_and_is_remembered(page):
    go(page)
    page.get_by_role("button", name="Ask first").click()
    assert asks(page) == "yes"
    address_says(page, "ask=1")
    go(page)
    assert asks(page) == "yes"
    go(page, "?ask=0")
    assert asks(page) == "no"


REST = """() => new Promise((done) => { // pictures drawn within 0.4 s, once all has come
  let n = 0;
  const end = performance.now() + 400;
  const more = () => { n++; performance.now() < end ? requestAnimationFrame(more) : done(n); };
  more();
  setTimeout(() => done(n), 5000);
})"""


@pytest.mark.parametrize(
    "query",
    [
        "tab=learning&net_seed=9&activation=sigmoid&task=points&sentences=gatos+dormem.&net_rate=1000&view=page",
        "tab=learning&base=language_middle&how=lora&rank=4&paper=&view=page",
        "tab=points&view=game&game_set=gaussian&game_seed=9&game_loss=minimax&game_k=3&game_rate_d=0.5",
        "tab=points&view=arena&arena_set=moons&arena_seed=9&arena_loss=wgan&arena_k=3&arena_batch=32&arena_noise=1",
        "tab=points&view=diffusion&velocity_set=moons&velocity_seed=9&velocity_t=0.5&velocity_steps=5&velocity_w=2",
        "tab=points&view=groups&groups_set=own&groups_own=p0a1b2c3d4e5f&groups_k=2&groups_start=by_hand"
        "&groups_centres=p0a1b2c3d&groups_angle=-20&groups_seed=9&eigen_face=3&eigen_k=5",
    ],
    ids=["numbers", "page", "game", "arena", "diffusion", "groups"],
)
def test_a_link_that_changes_every_field_comes_to_rest(page, query):
    """Fields that are set one after another must not be set back by a view that has seen the first alone."""
    go(page, f"?{query}")
    page.wait_for_timeout(2500)
    assert page.evaluate(REST) > 3
