"""What plays in the browser takes the steps that Python takes; its penalty has the right gradient."""

import json
from pathlib import Path

import pytest
import torch

from demos.points import game as view
from generative.device import noise
from generative.points import game, losses
from generative.points.game import Batch, Game, Rules

HERE = Path(view.__file__).parent
CLOSE = 1e-9
D_SIZES, G_SIZES, M = (2, 8, 7, 1), (2, 6, 2), 12
HELP = "const array = (list) => Float64Array.from(list.flat(2));"


@pytest.fixture(scope="module")
def script(browser):
    """script(expression) on a page that has the arithmetic and nothing else."""
    page = browser.new_page()
    for name in ("mlp.js", "players.js", "line.js"):
        page.add_script_tag(path=HERE / name)
    page.add_script_tag(content=HELP)
    yield page.evaluate
    page.close()


def same(found: list, wanted: torch.Tensor, close: float = CLOSE) -> None:
    torch.testing.assert_close(torch.tensor(found, dtype=torch.float64), wanted, rtol=close, atol=close)


def drawn(seed: int, sizes: tuple[int, ...]) -> torch.Tensor:
    return 0.7 * noise(seed, sum(u * (b + 1) for b, u in zip(sizes, sizes[1:], strict=False))).double()


def batch(i: int) -> Batch:
    between = torch.rand(M, generator=torch.Generator().manual_seed(i)).double()
    return Batch(noise(i, M, 2).double(), noise(i + 100, M, 2).double() + 1, between)


@pytest.mark.parametrize("adam", [False, True], ids=["sgd", "adam"])
@pytest.mark.parametrize("loss", losses.LOSSES)
def test_ten_rounds_in_the_browser_end_where_those_of_python_do(script, loss, adam):
    D, G, rules = drawn(1, D_SIZES), drawn(2, G_SIZES), Rules(loss, 0.03, 0.02, adam)
    python, steps = Game(D.clone(), D_SIZES, G.clone(), G_SIZES, rules), [batch(i) for i in range(10)]
    told = [[one.x.tolist(), one.z.tolist(), one.between.tolist()] for one in steps]
    call = json.dumps([D.tolist(), D_SIZES, G.tolist(), G_SIZES, loss, adam, told])
    found = script(f"""() => {{
      const [D, sizesD, G, sizesG, loss, adam, steps] = {call};
      const memory = (weights) => adam ? mlp.memory(weights.length) : null, told = [];
      const made = (list, sizes, leaky) => ({{weights: array(list), sizes, leaky, memory: memory(list)}});
      const game = {{D: made(D, sizesD, true), G: made(G, sizesG, false), loss, rateD: 0.03, rateG: 0.02}};
      for (const [x, z, between] of steps) {{
        if (!players.stepD(game, array(x), array(z), between) || !players.stepG(game, array(z))) return null;
        told.push(game.D.loss, game.G.loss);
      }}
      return {{D: [...game.D.weights], G: [...game.G.weights], told}};
    }}""")
    each = [turn for one in steps for turn in (one, Batch(one.z))]
    records = list(game.play(python, each))
    same(found["D"], python.D.detach())
    same(found["G"], python.G.detach())
    same(found["told"], torch.tensor([record.loss for record in records], dtype=torch.float64))


def test_the_gradient_of_the_penalty_is_that_of_finite_differences(script):
    weights, x, h = drawn(3, D_SIZES), noise(4, M, 2).double(), 1e-6
    call = json.dumps([weights.tolist(), D_SIZES, x.tolist(), M, losses.PENALTY])
    found = script(f"""() => {{
      const [weights, sizes, x, n, lambda] = {call};
      const of = (weights) => mlp.penalty({{weights, sizes, leaky: true}}, array(x), n, lambda);
      const moved = (i, h) => of(array(weights.map((w, j) => (i === j ? w + h : w)))).loss;
      const differences = weights.map((w, i) => (moved(i, {h}) - moved(i, -{h})) / {2 * h});
      return {{loss: of(weights).loss, gradients: [...of(array(weights)).gradients], differences}};
    }}""")
    same(found["gradients"], torch.tensor(found["differences"], dtype=torch.float64), 1e-6)
    assert found["loss"] > 0.01 and max(map(abs, found["differences"])) > 0.01


def test_both_agree_on_constants_on_densities_and_on_the_best_d(script):
    assert script("[mlp.SLOPE, players.CLIP, players.PENALTY]") == [game.SLOPE, losses.CLIP, losses.PENALTY]
    assert set(script("Object.keys(players.LOSSES)")) == set(losses.LOSSES)
    mixture = json.dumps(game.MIXTURES["heights"])
    found = script(f"""() => {{
      const one = line.begin({{seed: 3, loss: 'minimax', rateD: 0.1, rateG: 0.1}}, {mixture});
      const middles = [...line.middles], real = middles.map((x) => line.pData({mixture}, x));
      return {{
        G: [...one.G.weights], sizes: line.SIZES_G, noise: [...line.noise], fake: [...line.pFake(one.G)],
        middles, real, range: [line.LOW, line.HIGH, line.BINS], best: line.best(0.3, 0.1),
      }};
    }}""")
    z, (low, high, bins) = torch.tensor(found["noise"], dtype=torch.float64), found["range"]
    made = game.network(torch.tensor(found["G"], dtype=torch.float64), found["sizes"], z[:, None], False)
    edges = torch.linspace(low, high, bins + 1, dtype=torch.float64)
    same(found["fake"], game.p_fake(made[:, 0], z, edges))
    same(found["real"], game.p_data("heights", torch.tensor(found["middles"], dtype=torch.float64)))
    assert found["best"] == pytest.approx(game.best(torch.tensor(0.3), torch.tensor(0.1)).item(), abs=1e-6)
    assert made.mean() > 2.5  # far off: what one comes to see is the chase


def test_a_seed_is_a_game_that_reaches_both_groups_and_a_wild_rate_changes_nothing(script):
    found = script(f"""() => {{
      const mixture = {json.dumps(game.MIXTURES["heights"])}, told = {json.dumps(view.FIRST)};
      const played = (seed, rateD) => {{
        const one = line.begin({{...told, seed, rateD}}, mixture);
        let before = null, taken = true;
        for (let i = 0; i < 400 && taken; i++) {{
          before = [...one.D.weights];
          taken = players.stepD(one, line.real(one), one.random.normals(64));
          taken &&= players.stepG(one, one.random.normals(64));
        }}
        const x = players.fakes(one.G, line.noise.filter((z) => Math.abs(z) < 2));
        const left = x.filter((v) => v < 0).length / x.length, D = [...one.D.weights];
        return {{taken, left, kept: before.every((w, i) => w === D[i]), D}};
      }};
      return [played(1, 0.1), played(1, 0.1), played(2, 0.1), played(1, 1000)];
    }}""")
    one, again, other, wild = found
    assert one == again and one["D"] != other["D"]
    assert all(result["taken"] and 0.3 < result["left"] < 0.8 for result in (one, other))
    assert not wild["taken"] and wild["kept"]
