"""The game in the plane: a collapse and its cure, what counts as covered, and what a link may say."""

import json
from pathlib import Path

import pytest

from demos.points import arena
from generative.points import data
from tests.points.test_game import read_of

HERE = Path(arena.__file__).parent
CENTRES = "[...Array(8).keys()].map((k) => [2 * Math.cos(k * Math.PI / 4), 2 * Math.sin(k * Math.PI / 4)])"


@pytest.fixture(scope="module")
def script(browser):
    """script(expression) on a page that has the arithmetic, the ring's points and what is told first."""
    page = browser.new_page()
    for name in ("mlp.js", "players.js", "plane.js"):
        page.add_script_tag(path=HERE / name)
    points = data.draw("ring", arena.SHIPPED, arena.SEED).tolist()
    told = json.dumps([arena.FIRST, arena.COLLAPSE, arena.CURE])
    page.add_script_tag(
        content=f"""const points = {json.dumps(points)}, centres = {CENTRES};
        const [first, collapse, cure] = {told};
        function judged({{G}}) {{
          const made = players.fakes(G, players.seeded(9).normals(2 * plane.COUNTED));
          return plane.judge(made, points, centres);
        }}"""
    )
    yield page.evaluate
    page.close()


def test_the_preset_collapses_and_wgan_gp_brings_the_modes_back(script):
    """It flies from mode to mode: never more than four at once; cured, it comes to seven."""
    fallen, cured = script("""() => {
      const game = plane.begin({...first, ...collapse}, points);
      const modes = (times, enough) => { // every fifty rounds, until there are enough
        const found = [];
        while (found.length < times && !(found[found.length - 1] >= enough)) {
          for (let i = 0; i < 50; i++) plane.round(game);
          found.push(judged(game).modes);
        }
        return found;
      };
      const fallen = modes(6, 9);
      Object.assign(game, cure);
      return [fallen, modes(9, 7)];
    }""")
    assert max(fallen) <= 4 and cured[-1] >= 7


def test_wgan_gp_from_a_seed_covers_seven_of_eight_modes(script):
    found = script("""() => {
      const played = (seed) => {
        const game = plane.begin({...first, ...cure, seed}, points);
        for (let i = 0; i < 250; i++) plane.round(game);
        return [judged(game), [...game.G.weights.slice(0, 4)]];
      };
      return played(1);
    }""")
    assert found[0]["modes"] >= 7 and found[0]["quality"] > 0.3


def test_a_mode_is_covered_by_two_in_a_hundred_and_quality_is_what_lies_in_one(script):
    found = script("""() => {
      const at = (k, n) => Array(n).fill(centres[k]), away = Array(40).fill([0, 0]);
      const x = Float64Array.from([...at(0, 57), ...at(3, 2), ...at(5, 1), ...away].flat());
      return plane.judge(x, points, centres);
    }""")
    assert found == {"modes": 2, "of": 8, "quality": 0.6}
    near = script("plane.judge(Float64Array.of(0.1, 0, 3, 3), [[0, 0], [1, 1]], [])")
    assert near == {"covered": 0.5, "quality": 0.5}


def test_the_map_is_from_fake_to_real_and_its_first_row_is_on_top(script):
    found = script("""() => {
      const up = {sizes: [2, 1], weights: Float64Array.of(0, 5, 0), leaky: true}; // a score that grows with y
      return ['minimax', 'lsgan', 'wgan'].map((loss) => [...plane.heat({D: up, loss}, 4)]);
    }""")
    for values in found:
        assert min(values) >= 0 and max(values) <= 1
        assert values[0] > 0.9 and values[-1] < 0.1 and values[0] == values[3]


def test_a_rate_too_high_ends_the_round_and_leaves_what_was(script):
    found = script("""() => {
      const game = plane.begin({...first, rateG: 1000}, points);
      for (let i = 0; i < 50; i++) {
        const before = [...game.G.weights];
        if (!plane.round(game)) return before.every((w, j) => w === game.G.weights[j]);
      }
    }""")
    assert found is True


def told(**link: object) -> dict:
    return arena.told(read_of(link), "pt")


def test_a_link_says_all_that_the_view_carries_and_nothing_that_it_cannot_use():
    plain = told()
    assert list(plain.values()) == list(arena.FIRST.values()) and list(plain) == list(arena.FIELDS)
    link = {"arena_set": "moons", "arena_seed": 4, "arena_loss": "wgan_gp", "arena_rate_d": 0.01}
    link |= {"arena_rate_g": 0.001, "arena_k": 5, "arena_batch": 16, "arena_noise": 8, "arena_five": "yes"}
    assert told(**link) == link
    wrong = {"arena_set": "heights", "arena_seed": -1, "arena_loss": "x", "arena_k": 50, "arena_five": "2"}
    assert told(**wrong) == plain
    assert told(arena_k=4)["arena_k"] == 3 and told(arena_batch=100)["arena_batch"] == 128
