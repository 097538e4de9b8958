"""The script that all components share, in a browser: the visitor's language, and the latest move wins."""

import pytest

from demos.ui.theme import HERE

# Moves that are asked one by one: `answer(i)` lets the oldest call under way come back with i.
SETTING = """
  const drawn = [], asked = [], calls = [];
  let rests = 0;
  const ask = (what) => { asked.push(what); return new Promise((done, fail) => calls.push([done, fail])); };
  const move = veredas.latest(ask, (answer, what) => drawn.push([answer, what]), () => { rests += 1; }, 20);
  const tick = (ms = 0) => new Promise((done) => setTimeout(done, ms));
  const answer = async (value) => { calls.shift()[0](value); await tick(); };
"""


@pytest.fixture(params=["pt", "en"])
def page(request, browser):
    """An empty page in a language, with the script."""
    page = browser.new_page()
    page.evaluate(f"document.documentElement.dataset.lang = '{request.param}'")
    page.add_script_tag(path=HERE / "shared.js")
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.portuguese = request.param == "pt"
    yield page
    page.close()


def play(page, steps: str) -> dict:
    script = f"async () => {{ {SETTING} {steps} return {{drawn, asked, rests, moving: move.moving()}}; }}"
    return page.evaluate(script)


def test_texts_and_numbers_are_the_visitors(page):
    said = page.evaluate("veredas.say(['{n} de {m}', '{n} of {m}'], {n: 3})")
    assert said == ("3 de {m}" if page.portuguese else "3 of {m}")
    numbers = page.evaluate("[1234.55, -0.04, -0.06].map((v) => veredas.number(v, 1))")
    assert numbers == (["1.234,6", "0,0", "-0,1"] if page.portuguese else ["1,234.6", "0.0", "-0.1"])
    assert page.evaluate("veredas.language") == ("pt" if page.portuguese else "en")


def test_one_call_is_under_way_and_of_those_that_wait_only_the_newest_is_asked(page):
    steps = (
        "for (const i of [1, 2, 3, 4]) move(i); await answer('one'); await answer('four'); await tick(60);"
    )
    told = play(page, steps)
    assert told["asked"] == [1, 4] and told["drawn"] == [["one", 1], ["four", 4]]
    assert told["rests"] == 1 and not told["moving"]


def test_the_page_hears_nothing_while_the_hand_still_moves(page):
    steps = "move(1); await answer(1); await tick(5); move(2); await tick(60);"
    told = play(page, steps)
    assert told["rests"] == 0 and told["moving"]
    assert play(page, steps + "await answer(2); await tick(60);")["rests"] == 1


def test_what_was_dropped_is_never_drawn_and_what_comes_after_is(page):
    steps = "move(1); move(2); move.drop(); await answer('old'); await tick(60);"
    told = play(page, steps)
    assert told["drawn"] == [] and told["asked"] == [1] and not told["moving"]
    steps = "move(1); move.drop(); move(2); await answer('old'); await answer('new');"
    assert play(page, steps)["drawn"] == [["new", 2]]


def test_the_last_move_is_drawn_though_the_one_before_it_failed(page):
    steps = "move(1); move(2); calls.shift()[1](new Error('broken')); await tick(); await answer('two');"
    assert play(page, steps)["drawn"] == [["two", 2]]
    assert page.problems == ["broken"]  # and it is no secret
